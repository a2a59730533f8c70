// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/shape"
)

// Phrase is what offices ask of people, or tell them, again and again: why a paper is not
// enough, why a dossier is not accepted, why it takes longer. People read it as it stands.
type Phrase struct {
	Item
	Kind      string // supplement, refusal, extension
	Procedure string // empty: every one
	Paper     string // of the procedure; empty: every one
	Words     string
	Basis     string // the rule, as people cite it; empty: none was stated
}

// phraseKinds are where a phrase is used.
func phraseKinds() []string { return []string{"supplement", "refusal", "extension"} }

// longestPhrase is how long words and basis may be, in characters: they are kept in a line.
const longestPhrase = 500

func phraseShape() *shape.Shape {
	return mapped("phrases", itemFields(), fields{
		choice("kind", required, phraseKinds(), "Dùng khi yêu cầu bổ sung, từ chối hay gia hạn", "For a supplement, a refusal or another day"),
		plain("procedure", optional, "Thủ tục; không ghi thì dùng cho mọi thủ tục", "Procedure; without it for all of them"),
		plain("paper", optional, "Giấy tờ của thủ tục", "Paper of the procedure"),
		plain("words", required, "Câu mẫu, bằng tiếng Việt", "The phrase, in Vietnamese"),
		plain("basis", optional, "Căn cứ, như khi viết ra", "The rule, as people cite it"),
	})
}

func readPhrase(r *record) Phrase {
	p := Phrase{
		Item: r.item(), Kind: r.oneOf("kind", required, phraseKinds()...), Procedure: r.str("procedure"), Paper: r.str("paper"),
		Words: r.str("words", required), Basis: r.str("basis"),
	}
	if p.Paper != "" && p.Procedure == "" {
		r.problem("procedure", "field.required", "procedure")
	}
	for name, value := range map[string]string{"words": p.Words, "basis": p.Basis} {
		if len([]rune(value)) > longestPhrase {
			r.problem(name, "phrase.long")
		}
	}
	if p.Source == "" && p.Status != Unverified {
		r.problem("source", "field.required", "source")
	}
	return p
}

// checkPhrases makes sure that the procedures and papers that phrases name are there.
func checkPhrases(s *Set, b *book) {
	procedures := byID(s.Procedures, Procedure.itemID)
	for _, p := range s.Phrases {
		if p.Procedure == "" {
			continue
		}
		of, found := procedures[p.Procedure]
		if !found {
			b.addOrigin(p.Origin, p.ID, "phrase.procedure", p.Procedure)
			continue
		}
		papers := slices.Clone(of.Papers)
		for _, c := range of.Cases {
			papers = append(papers, c.Papers...)
		}
		if p.Paper != "" && !slices.ContainsFunc(papers, func(one Paper) bool { return one.ID == p.Paper }) {
			b.addOrigin(p.Origin, p.ID, "phrase.procedure", p.Procedure+"/"+p.Paper)
		}
	}
}
