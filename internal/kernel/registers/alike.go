// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"slices"
	"strings"
	"unicode"

	"tinhso.vn/internal/platform/text"
)

// maxWords bounds the words of which one may differ: longer texts are alike only
// where all words are.
const maxWords = 12

// sounds are the words of a text as they sound, sorted: names are written in
// another order as well. Numbers stay as they are: house 12 is not house 13.
func sounds(s string) []string {
	words := strings.FieldsFunc(text.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if !numbered(w) {
			words[i] = sound(w)
		}
	}
	slices.Sort(words)
	return words
}

// sound is a syllable without what people in the south do not tell apart, and
// without two ways of writing one thing.
func sound(w string) string {
	w = strings.ReplaceAll(w, "y", "i")
	for _, x := range []struct{ from, to string }{{"ngh", "ng"}, {"gh", "g"}, {"tr", "ch"}, {"x", "s"}, {"k", "c"}} {
		if rest, ok := strings.CutPrefix(w, x.from); ok && (x.from != "k" || !strings.HasPrefix(rest, "h")) {
			w = x.to + rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(w, "gi"); ok {
		if rest == "" || !strings.ContainsAny(rest[:1], "aeou") {
			rest = "i" + rest
		}
		w = "d" + rest
	}
	for _, x := range []struct{ from, to string }{{"nh", "n"}, {"ng", "n"}, {"ch", "c"}, {"t", "c"}} {
		if rest, ok := strings.CutSuffix(w, x.from); ok && rest != "" {
			return rest + x.to
		}
	}
	return w
}

func numbered(w string) bool { return strings.ContainsFunc(w, unicode.IsDigit) }

// soundKeys are texts of which two that are alike share at least one.
func soundKeys(words []string) []string {
	all := []string{strings.Join(words, " ")}
	if len(words) == 0 || len(words) > maxWords {
		return all[:min(len(words), 1)]
	}
	add := func(s string) {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if len(words) == 1 {
		for i := range words[0] {
			if !numbered(words[0]) {
				add("." + words[0][:i] + words[0][i+1:])
			}
		}
		if !numbered(words[0]) {
			add("." + words[0])
		}
		return all
	}
	for i, w := range words {
		if !numbered(w) {
			add(strings.Join(slices.Concat(words[:i], words[i+1:]), " "))
		}
	}
	return all
}

// alike reports whether two texts sound the same but for one word, which is
// missing in one of three and more, or spelled otherwise in a letter or two.
func alike(a, b []string) bool {
	if slices.Equal(a, b) {
		return len(a) > 0
	}
	if len(a) > maxWords || len(b) > maxWords {
		return false
	}
	left, right := without(a, b), without(b, a)
	switch {
	case len(left)+len(right) == 1:
		return len(a)+len(b) >= 5 && !numbered(strings.Join(slices.Concat(left, right), ""))
	case len(left) != 1 || len(right) != 1 || numbered(left[0]) || numbered(right[0]):
		return false
	}
	most := 1
	if long := min(len(left[0]), len(right[0])); long > 4 && len(a) > 1 {
		most = 2
	} else if long < 4 && len(a) == 1 {
		return false
	}
	return distance(left[0], right[0]) <= most
}

// without are the words of a that b has not, each as often as it is missing.
func without(a, b []string) (all []string) {
	rest := slices.Clone(b)
	for _, w := range a {
		if i := slices.Index(rest, w); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			continue
		}
		all = append(all, w)
	}
	return all
}

// distance is how many letters are put in, left out or exchanged from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before, row[j+1] = row[j+1], min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
