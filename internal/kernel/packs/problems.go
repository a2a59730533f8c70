// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/yaml"
)

// Problem is one mistake in a pack, at the line where it stands.
type Problem struct {
	File    string
	Line    int
	ID      string // the item, where there is one
	Code    string // "unit.code_shape": one row of Codes
	Message Text
}

// Error is the mistake on one line, as a compiler says it.
func (p Problem) Error() string {
	id := ""
	if p.ID != "" {
		id = " " + p.ID + ":"
	}
	return fmt.Sprintf("%s:%d:%s %s [%s]", p.File, p.Line, id, p.Message.VI, p.Code)
}

// Problems is every mistake of a pack as one error.
type Problems []Problem

// Error lists all of them, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

type place struct {
	pack string
	file string
}

// book collects mistakes and remembers which file each node came from.
type book struct {
	shapes   patterns
	origins  map[*yaml.Node]place
	problems []Problem
}

// add records a mistake at a node. Arguments fill %s of the code's message.
func (b *book) add(n *yaml.Node, id, code string, args ...string) {
	b.addAt(b.origins[n].file, n.Line, id, code, args...)
}

func (b *book) addAt(file string, line int, id, code string, args ...string) {
	b.problems = append(b.problems, Problem{File: file, Line: line, ID: id, Code: code, Message: message(code, args)})
}

func (b *book) addOrigin(o Origin, id, code string, args ...string) {
	b.addAt(o.File, o.Line, id, code, args...)
}

func (b *book) origin(n *yaml.Node) Origin {
	at := b.origins[n]
	return Origin{Pack: at.pack, File: at.file, Line: n.Line}
}

func (b *book) sorted() []Problem {
	slices.SortStableFunc(b.problems, func(x, y Problem) int {
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Code, y.Code))
	})
	return slices.CompactFunc(b.problems, func(x, y Problem) bool { return x == y })
}

func message(code string, args []string) Text {
	for _, c := range Codes() {
		if c.Code == code {
			return Text{VI: insert(c.Message.VI, args), EN: insert(c.Message.EN, args)}
		}
	}
	return Text{VI: code, EN: code}
}

func insert(template string, args []string) string {
	for _, a := range args {
		template = strings.Replace(template, "%s", a, 1)
	}
	return template
}
