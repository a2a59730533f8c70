// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import "tinhso.vn/internal/modules/procedures"

// PhraseKind says where a phrase of a unit is used.
type PhraseKind string

// The kinds of phrases.
const (
	ForSupplement PhraseKind = "supplement" // why something is missing
	ForRefusal    PhraseKind = "refusal"    // why a dossier is not accepted
	ForExtension  PhraseKind = "extension"  // why it takes longer than promised
)

// PhraseKinds lists them.
func PhraseKinds() []PhraseKind { return []PhraseKind{ForSupplement, ForRefusal, ForExtension} }

// PackPhrase is a phrase that comes with a pack: every unit of the province may use it.
type PackPhrase struct {
	ID        string
	Kind      PhraseKind
	Procedure procedures.ID // empty: every one
	Paper     string        // empty: every one
	Words     string
	Basis     string
	Verified  bool // compared with its source
}
