// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"
	"unicode"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/text"
)

const (
	maxAsked = 200 // characters of a question that are read
	maxWords = 12
	maxSays  = 10 // words of a synonym
)

// way is one way to say a part of a question.
type way struct {
	words  []string // folded
	phrase bool
	prefix bool
}

// question is a question as it was understood: of every clause one way must fit.
type question struct {
	asked   string // one line, as typed
	words   []string
	clauses [][]way
	typing  bool // the last word is not finished
}

// Asked returns what is read of a question: one line of bounded length.
func Asked(s string) string {
	s = text.Line(s[:min(len(s), 8*maxAsked)])
	if r := []rune(s); len(r) > maxAsked {
		s = strings.TrimSpace(string(r[:maxAsked]))
	}
	return s
}

// parse understands a question. Words in quotation marks stand one after the
// other; everything else that is neither letter nor digit separates words.
func parse(asked string, typing bool) question {
	q := question{asked: Asked(asked), typing: typing}
	marks := strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`)
	for i, part := range strings.Split(marks.Replace(q.asked), `"`) {
		words := strings.Fields(fold(part))
		words = words[:min(len(words), maxWords-len(q.words))]
		if len(words) == 0 {
			continue
		}
		q.words = append(q.words, words...)
		if i%2 == 1 && len(words) > 1 {
			q.clauses = append(q.clauses, []way{{words: words, phrase: true}})
			continue
		}
		for _, w := range words {
			q.clauses = append(q.clauses, []way{{words: []string{w}}})
		}
	}
	return q
}

// single is the word of a clause that is one word, as typed.
func single(c []way) (string, bool) {
	if len(c) == 1 && len(c[0].words) == 1 {
		return c[0].words[0], true
	}
	return "", false
}

// say adds other ways to say what the question says.
func (q question) say(known synonyms) question {
	var out [][]way
	for i := 0; i < len(q.clauses); i++ {
		run := q.run(i)
		n, also := known.longest(run)
		if n == 0 {
			out = append(out, q.clauses[i])
			continue
		}
		ways := []way{{words: run[:n]}}
		for _, other := range also {
			ways = append(ways, way{words: strings.Fields(other), phrase: true})
		}
		out = append(out, ways)
		i += n - 1
	}
	q.clauses = out
	return q
}

// run returns the words from a clause on that stand alone.
func (q question) run(from int) (words []string) {
	for _, c := range q.clauses[from:min(len(q.clauses), from+maxSays)] {
		w, ok := single(c)
		if !ok {
			break
		}
		words = append(words, w)
	}
	return words
}

// with returns the question with other words, in the order of the old ones.
func (q question) with(words []string) question {
	again := parse(strings.Join(words, " "), q.typing)
	again.asked = strings.Join(words, " ")
	return again
}

// without drops words that say little; the same question where only such are left.
func (q question) without(stops map[string]bool) (question, bool) {
	var kept []string
	for i := 0; i < len(q.words); i++ {
		dropped := 0
		for n := min(3, len(q.words)-i); n > 0; n-- {
			if stops[strings.Join(q.words[i:i+n], " ")] {
				dropped = n
				break
			}
		}
		if dropped > 0 {
			i += dropped - 1
			continue
		}
		kept = append(kept, q.words[i])
	}
	if len(kept) == 0 || len(kept) == len(q.words) {
		return q, false
	}
	return q.with(kept), true
}

// match is the question for the store. Loose: one clause is enough.
func (q question) match(loose bool) store.Match {
	var m store.Match
	clauses := q.clauses
	if last := len(clauses) - 1; q.typing && last > 0 {
		if w, alone := single(clauses[last]); alone && len([]rune(w)) == 1 {
			clauses = clauses[:last] // one letter says too little yet
		}
	}
	for i, c := range clauses {
		var ways []store.Words
		for _, w := range c {
			ways = append(ways, store.Words{
				All: w.words, Phrase: w.phrase,
				Prefix: w.prefix || q.typing && i == len(q.clauses)-1 && !w.phrase && len([]rune(w.words[len(w.words)-1])) > 1,
			})
		}
		if loose && len(m.Clauses) > 0 {
			m.Clauses[0] = append(m.Clauses[0], ways...)
			continue
		}
		m.Clauses = append(m.Clauses, ways)
	}
	return m
}

// LooksPersonal reports whether a question looks like the number or the phone of
// a person, or an address of mail: it goes to no list of words and is not kept.
func LooksPersonal(asked string) bool {
	if strings.Contains(asked, "@") {
		return true
	}
	run := 0
	for _, r := range asked {
		switch {
		case unicode.IsDigit(r):
			run++
		case r == ' ' || r == '.' || r == '+' || r == '(' || r == ')': // as people group a phone
		default:
			run = 0
		}
		if run >= 9 {
			return true
		}
	}
	return false
}

// Part is a piece of a text; Hit says that the question asked for it.
type Part struct {
	Text string
	Hit  bool
}

// Highlight marks the words of a text that the question asked for: whole words,
// and beginnings of two letters and more.
func Highlight(s string, words []string) (parts []Part) {
	for i, word := range strings.Fields(s) {
		hit := false
		for folded := range strings.FieldsSeq(text.Fold(word)) {
			hit = hit || slices.ContainsFunc(words, func(w string) bool { return folded == w || len(w) > 1 && strings.HasPrefix(folded, w) })
		}
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
