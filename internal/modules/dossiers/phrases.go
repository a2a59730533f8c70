// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

// PhraseKind says where a phrase of a unit is used.
type PhraseKind string

// The kinds of phrases.
const (
	ForSupplement PhraseKind = "supplement" // why something is missing
	ForRefusal    PhraseKind = "refusal"    // why a dossier is not accepted
)
