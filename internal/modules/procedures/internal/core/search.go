// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// MaxHits is how many procedures a search finds at most: who sees fifty names
// writes another word.
const MaxHits = 50

const (
	maxQuery  = 300 // characters of a question that are read
	maxWords  = 12
	maxPhrase = 6 // words of an everyday word
)

// Hits are what a search found, best first.
type Hits struct {
	Items  []procedures.Version
	Counts Counts
	Words  []string // folded; for Highlight
}

// Search finds today's procedures by name and everyday words, with or without
// marks. Where no procedure has all the words, it finds those of which an
// everyday word stands in the question: "tôi muốn sang tên sổ đỏ".
func (s *Service) Search(ctx context.Context, question string, f Filter) (h Hits, err error) {
	defer errs.Wrap(&err, "search procedures")

	h.Words = wordsOf(question)
	if len(h.Words) == 0 {
		return h, nil
	}
	if s.Finds != nil {
		ids, words, ok, err := s.Finds(ctx, question, MaxHits)
		if err != nil {
			return h, err
		}
		if ok {
			return s.listed(ctx, ids, words, f)
		}
	}
	day := today(s.db.Now())
	found, err := store.Search(ctx, s.db, day, strings.Join(h.Words, " "), h.Words, MaxHits)
	if err != nil {
		return h, err
	}
	if len(found) == 0 {
		if found, err = store.SearchKeywords(ctx, s.db, day, phrases(h.Words), MaxHits); err != nil {
			return h, err
		}
	}
	all, err := s.all(ctx, found)
	if err != nil {
		return h, err
	}
	h.Items, h.Counts = narrow(all, f)
	return h, nil
}

// listed returns today's versions of procedures that the search of the house
// has found.
func (s *Service) listed(ctx context.Context, ids, words []string, f Filter) (h Hits, err error) {
	h.Words = words
	var all []procedures.Version
	for _, id := range ids {
		v, err := s.Get(ctx, procedures.ID(id))
		if errors.Is(err, procedures.ErrNotFound) {
			continue // the index is a moment behind
		}
		if err != nil {
			return h, err
		}
		all = append(all, v)
	}
	h.Items, h.Counts = narrow(all, f)
	return h, nil
}

// Question returns what is read of a question: one line of bounded length.
func Question(asked string) string {
	asked = text.Line(asked[:min(len(asked), 8*maxQuery)])
	if r := []rune(asked); len(r) > maxQuery {
		asked = strings.TrimSpace(string(r[:maxQuery]))
	}
	return asked
}

func wordsOf(question string) []string {
	words := strings.Fields(text.Fold(Question(question)))
	return words[:min(len(words), maxWords)]
}

// phrases are the runs of words that could be an everyday word. Single letters
// and syllables alone are too little to go by.
func phrases(words []string) (all []string) {
	for i := range words {
		for n := 2; n <= maxPhrase && i+n <= len(words); n++ {
			if p := strings.Join(words[i:i+n], " "); !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// narrow returns the hits that pass the filter, and the counts of its choices.
func narrow(all []procedures.Version, f Filter) (kept []procedures.Version, c Counts) {
	kinds := c.kinds()
	for _, v := range all {
		has := facetsOf(v)
		if f.passes(has, "") {
			kept = append(kept, v)
			c.Total++
		}
		for _, facet := range has {
			if !f.passes(has, facet.Kind) {
				continue
			}
			into := kinds[facet.Kind]
			i := slices.IndexFunc(*into, func(have Count) bool { return have.Value == facet.Value })
			if i < 0 {
				i = len(*into)
				*into = append(*into, Count{Value: facet.Value})
			}
			(*into)[i].N++
		}
	}
	for _, counts := range kinds {
		slices.SortFunc(*counts, func(a, b Count) int { return cmp.Compare(a.Value, b.Value) })
	}
	return kept, c
}

// Part is a piece of a name; Hit says that the search asked for it.
type Part struct {
	Text string
	Hit  bool
}

// Highlight marks the words of a name that begin with a word of the question.
func Highlight(name string, words []string) (parts []Part) {
	for i, word := range strings.Fields(name) {
		folded := text.Fold(word)
		hit := folded != "" && slices.ContainsFunc(words, func(w string) bool {
			return folded == w || len(w) > 1 && strings.HasPrefix(folded, w)
		})
		n := len(parts)
		switch {
		case i == 0:
			parts = append(parts, Part{word, hit})
		case parts[n-1].Hit == hit:
			parts[n-1].Text += " " + word
		case hit: // the space between stays unmarked
			parts[n-1].Text += " "
			parts = append(parts, Part{word, hit})
		default:
			parts = append(parts, Part{" " + word, hit})
		}
	}
	return parts
}
