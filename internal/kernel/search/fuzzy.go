// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"tinhso.vn/internal/kernel/search/internal/store"
)

const (
	maxGuesses = 4 // of one word
	maxTried   = 6 // questions that are tried instead
)

// guess is a word that may have been meant; cost is how many mistakes that were.
type guess struct {
	words []string
	cost  int
	n     int64
}

// meant returns questions that may have been meant, the likeliest first: words
// of the vocabulary instead of those that no document has. A question is only
// ever offered after it found something within the scope of who asks.
func (r run) meant(ctx context.Context, q question) ([][]string, error) {
	words := q.words
	known, err := store.Terms(ctx, r.q, words)
	if err != nil {
		return nil, err
	}
	if joined, ok, err := r.join(ctx, words, known); err != nil || ok {
		return [][]string{joined}, err
	}
	choices, unsure := make([][]guess, len(words)), false
	for i, w := range words {
		choices[i] = []guess{{words: []string{w}, n: known[w]}}
		if _, is := known[w]; is || !store.IsTerm(letters(w)) {
			continue
		}
		if r.ask.Typing && i == len(words)-1 {
			if _, begins, err := store.Begins(ctx, r.q, w); err != nil || begins {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		near, err := r.near(ctx, w)
		if err != nil {
			return nil, err
		}
		if len(near) > 0 {
			choices[i], unsure = near, true
		}
	}
	if !unsure {
		return nil, nil
	}
	return combine(choices), nil
}

// combine puts one choice for each word together, those with the fewest
// mistakes first.
func combine(choices [][]guess) (out [][]string) {
	type one struct {
		words []string
		cost  int
	}
	all := []one{{}}
	for _, c := range choices {
		var next []one
		for _, have := range all {
			for rank, g := range c {
				next = append(next, one{append(slices.Clone(have.words), g.words...), have.cost + 4*g.cost + rank})
			}
		}
		slices.SortStableFunc(next, func(a, b one) int { return a.cost - b.cost })
		all = next[:min(len(next), 4*maxTried)]
	}
	for _, o := range all[:min(len(all), maxTried)] {
		out = append(out, o.words)
	}
	return out
}

// join puts syllables together that were taken apart: "kh ai sinh".
func (r run) join(ctx context.Context, words []string, known map[string]int64) ([]string, bool, error) {
	var pairs []string
	for i := range len(words) - 1 {
		pairs = append(pairs, words[i]+words[i+1])
	}
	are, err := store.Terms(ctx, r.q, pairs)
	if err != nil || len(are) == 0 {
		return nil, false, err
	}
	var out []string
	joined := false
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) {
			_, first := known[words[i]]
			_, second := known[words[i+1]]
			if _, is := are[words[i]+words[i+1]]; is && (!first || !second) {
				out, joined = append(out, words[i]+words[i+1]), true
				i++
				continue
			}
		}
		out = append(out, words[i])
	}
	return out, joined, nil
}

// near returns what a word may have been: two or three syllables that were
// written together, or a word with a mistake or two.
func (r run) near(ctx context.Context, w string) (all []guess, err error) {
	if keys := typed(w); keys != w {
		known, err := store.Terms(ctx, r.q, []string{keys})
		if _, is := known[keys]; err != nil || is {
			return []guess{{words: []string{keys}}}, err
		}
	}
	if !store.IsTerm(w) {
		return nil, nil
	}
	if split, err := r.split(ctx, w); err != nil || split != nil {
		return split, err
	}
	letters := []rune(w)
	most := 1
	if len(letters) > 5 {
		most = 2
	}
	terms, err := store.TermsOfSize(ctx, r.q, len(letters)-most, len(letters)+most)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		if d := distance(letters, []rune(t.Term), most); d <= most {
			all = append(all, guess{words: []string{t.Term}, cost: d, n: t.N})
		}
	}
	slices.SortStableFunc(all, func(a, b guess) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(sameLetters(w, b.words[0]), sameLetters(w, a.words[0])), cmp.Compare(b.n, a.n))
	})
	return all[:min(len(all), maxGuesses)], nil
}

// typed undoes the keys of Telex and VNI in a word that was written while the
// input method was off: "tuwr" and "tu73" are "tử".
func typed(w string) string {
	w = letters(w)
	w = strings.NewReplacer("dd", "d", "aa", "a", "ee", "e", "oo", "o", "aw", "a", "ow", "o", "uw", "u").Replace(w)
	if i := strings.LastIndexAny(w, "sfrxj"); i > 0 {
		w = w[:i] + w[i+1:]
	}
	return w
}

// letters leaves out the digits of VNI.
func letters(w string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, w)
}

// sameLetters prefers letters in the wrong order, the commonest mistake: snih, sinh.
func sameLetters(a, b string) int {
	x, y := []rune(a), []rune(b)
	slices.Sort(x)
	slices.Sort(y)
	if slices.Equal(x, y) {
		return 2
	}
	if a[:1] == b[:1] {
		return 1
	}
	return 0
}

const maxSyllable = 7 // letters of the longest syllable, "nghieng"

// split takes a word apart into syllables of the vocabulary: "khaisinh".
func (r run) split(ctx context.Context, w string) ([]guess, error) {
	letters := []rune(w)
	if len(letters) < 4 || len(letters) > 4*maxSyllable {
		return nil, nil
	}
	var pieces []string
	for from := range letters {
		for to := from + 2; to <= min(len(letters), from+maxSyllable); to++ {
			if to-from < len(letters) {
				pieces = append(pieces, string(letters[from:to]))
			}
		}
	}
	slices.Sort(pieces)
	known, err := store.Terms(ctx, r.q, slices.Compact(pieces))
	if err != nil {
		return nil, err
	}
	best := make([][]string, len(letters)+1) // the fewest syllables up to here
	best[0] = []string{}
	for to := 1; to <= len(letters); to++ {
		for from := max(0, to-maxSyllable); from < to; from++ {
			piece := string(letters[from:to])
			if _, is := known[piece]; is && best[from] != nil && (best[to] == nil || len(best[from])+1 < len(best[to])) {
				best[to] = append(slices.Clone(best[from]), piece)
			}
		}
	}
	if whole := best[len(letters)]; len(whole) > 1 && len(whole) <= 4 {
		return []guess{{words: whole}}, nil
	}
	return nil, nil
}

// distance counts letters that are missing, too many, wrong, or in the wrong
// order (optimal string alignment); more than most is most+1.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}

// accented says corrected words as the best hit writes them: "khai sinh" is
// read more easily with its marks.
func accented(words string, titles []string) string {
	out := strings.Fields(words)
	for i, w := range out {
		for _, t := range titles {
			found := false
			for full := range strings.FieldsSeq(t) {
				if fold(full) == w {
					out[i], found = strings.ToLower(strings.TrimFunc(full, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })), true
					break
				}
			}
			if found {
				break
			}
		}
	}
	return strings.Join(out, " ")
}
