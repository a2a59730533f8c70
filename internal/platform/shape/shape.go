// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package shape says once what a mapping in a file of data may hold. Readers,
// JSON Schemas for editors and documents are held against that one description.
// It reads nothing itself and does not know what the data mean.
package shape

import (
	"slices"
	"strings"
)

// Kind says what stands after a key.
type Kind string

// The kinds of values.
const (
	Plain    Kind = "plain"    // one value, read as a text: SNV, 7, true
	Words    Kind = "words"    // a Vietnamese text or {vi, en}
	Texts    Kind = "texts"    // a list of Words
	Whole    Kind = "whole"    // a whole number, not negative
	Number   Kind = "number"   // a whole number
	Truth    Kind = "truth"    // true or false
	Day      Kind = "day"      // 2025-07-01
	Moment   Kind = "moment"   // 2024-10-14T07:00:00+07:00
	Plains   Kind = "plains"   // a list of Plain
	OneOrAll Kind = "oneorall" // Plain or a list of them
	Mapping  Kind = "mapping"  // Of; where there are Values, one of them stands for it
	Mappings Kind = "mappings" // a list of Of
	Free     Kind = "free"     // a mapping of any keys to Plain
)

// Field is one key.
type Field struct {
	Name     string
	Kind     Kind
	Required bool     // in the end, when all packs lie over one another
	Values   []string // the only ones; none: any
	Pattern  string   // the whole value matches it; empty: any
	Of       *Shape   // of Mapping and Mappings
	VI, EN   string   // what it means
}

// Shape is a mapping.
type Shape struct {
	Name   string // of the description: procedures.papers
	Fields []Field
}

// Field returns the field called name.
func (s *Shape) Field(name string) (Field, bool) {
	if s == nil {
		return Field{}, false
	}
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

// Names returns the keys in their order.
func (s *Shape) Names() []string {
	if s == nil {
		return nil
	}
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

// Identity returns the key by which items of a list are known: id, key or
// date; empty where they are not.
func (s *Shape) Identity() string {
	for _, name := range []string{"id", "key", "date"} {
		if f, ok := s.Field(name); ok && f.Required {
			return name
		}
	}
	return ""
}

// All returns the shape and every shape under it, once each.
func (s *Shape) All() []*Shape {
	all := []*Shape{s}
	for _, f := range s.Fields {
		if f.Of != nil {
			all = append(all, f.Of.All()...)
		}
	}
	return all
}

// Nearest returns the name that somebody who wrote word probably meant; empty
// where none is near: at most a third of the letters may differ.
func Nearest(word string, names []string) string {
	best, least := "", len([]rune(word))/3+1
	for _, name := range names {
		if d := distance(strings.ToLower(word), name); d < least || d == least && best == "" {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to add, take away, change or swap.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range y {
		rows[0][j+1] = j + 1
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
