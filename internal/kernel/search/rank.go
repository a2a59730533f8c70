// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/search/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/text"
)

// Points of a hit: a code as it was typed is before everything, a title before
// a body, open before closed, new before old.
const (
	exactly   = 10000
	isTitle   = 400
	begins    = 40
	inTitle   = 120 // all words one after the other
	allWords  = 80
	eachWord  = 8 // of the words, where some are missing
	sameMarks = 30
	phraseIn  = 20 // in the body
	asNamed   = 70 // more, where it is more than a word: an old name, an everyday one
	isOpen    = 15
	newest    = 12
	brief     = 14 // less a point for each word of the title
)

// rank says how well a document fits a question.
func rank(q question, k Kind, c store.Candidate, now db.Time, loose bool) int64 {
	points := k.Weight
	if !c.Closed {
		points += isOpen
	}
	if !c.At.IsZero() {
		points += max(0, newest-int(now.Sub(c.At.Time)/(30*24*time.Hour)))
	}
	if len(q.words) == 0 {
		return int64(points)
	}
	title, asked := " "+c.Folded+" ", strings.Join(q.words, " ")
	has := 0
	for _, c := range q.clauses {
		if slices.ContainsFunc(c, func(w way) bool {
			said := " " + strings.Join(w.words, " ")
			return strings.Contains(title, said+" ") || q.typing && strings.Contains(title, said)
		}) {
			has++
		}
	}
	switch {
	case c.Folded == asked || strings.HasPrefix(c.Folded, asked) && text.Fold(c.Title) == asked: // folding all of them takes longest
		points += isTitle
	case strings.HasPrefix(c.Folded, asked):
		points += inTitle + allWords + begins
	case strings.Contains(title, " "+asked):
		points += inTitle + allWords
	case has == len(q.clauses):
		points += allWords
	default:
		points += has * eachWord
	}
	points += max(0, brief-len(strings.Fields(c.Title)))
	if strings.Contains(" "+c.Words+" ", " "+asked+" ") {
		points += phraseIn
		if len(q.words) > 1 && len(q.clauses) == len(q.words) && !strings.Contains(title, " "+asked) {
			points += asNamed
		}
	}
	if loose {
		points += loosely(q, title+c.Words+" ")
	}
	if accented := strings.ToLower(q.asked); accented != asked && strings.Contains(strings.ToLower(c.Title), accented) {
		points += sameMarks
	}
	return int64(points)
}

// loosely counts the words that are there at all, runs of them most: "so do" in
// "sang ten so do" is worth more than "so" here and "do" there.
func loosely(q question, all string) (points int) {
	for i, w := range q.words {
		if !strings.Contains(" "+all, " "+w+" ") {
			continue
		}
		points += 10
		if i > 0 && strings.Contains(" "+all, " "+q.words[i-1]+" "+w+" ") {
			points += 25
		}
	}
	return points
}
