// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

// Synonym says that words mean the same, or that an old name is followed by
// others: who looks for one finds the other.
type Synonym struct {
	Item
	Same []string // words of one meaning: at least two
	Old  []string // names of before
	Now  []string // what they became
	Stop []string // words that say little: "tôi muốn"
}

func readSynonym(r *record) Synonym {
	s := Synonym{Item: r.item(), Same: r.strs("same"), Old: r.strs("old"), Now: r.strs("now"), Stop: r.strs("stop")}
	given := 0
	for _, list := range [][]string{s.Same, s.Old, s.Stop} {
		if len(list) > 0 {
			given++
		}
	}
	if given != 1 || len(s.Same) == 1 || (len(s.Old) > 0) != (len(s.Now) > 0) {
		r.problem("id", "synonym.shape")
	}
	if s.Source == "" && s.Status != Unverified {
		r.problem("source", "synonym.source")
	}
	return s
}
