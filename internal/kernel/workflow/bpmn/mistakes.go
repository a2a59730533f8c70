// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// Mistake is one thing that keeps a process from running, at its place.
type Mistake struct {
	Code    string // "bpmn.no_default": also the key of the text people read
	Element string // id of the node or arrow; empty for the whole file
	Name    string // what stands on it in the picture
	Line    int    // in the XML; 0 where there is none
	Row     string // in the table of steps
	Args    []string
}

// Where says in which place of what people look at.
func (m Mistake) Where() string {
	switch {
	case m.Row != "":
		return m.Row
	case m.Line > 0 && m.Element != "":
		return fmt.Sprintf("%s:%d", m.Element, m.Line)
	case m.Line > 0:
		return fmt.Sprintf(":%d", m.Line)
	}
	return m.Element
}

// Mistakes is every mistake of a process as one error.
type Mistakes []Mistake

// Error lists all of them, one a line.
func (all Mistakes) Error() string {
	lines := make([]string, len(all))
	for i, m := range all {
		lines[i] = strings.TrimSpace(fmt.Sprintf("%s %s %q %s", m.Where(), m.Code, m.Name, strings.Join(m.Args, ", ")))
	}
	return strings.Join(lines, "\n")
}

// Fields returns the mistakes as problems of an input, each with the name, the
// line and what was found as arguments of its text.
func (all Mistakes) Fields() (fields []errs.Field) {
	for _, m := range all {
		name := m.Name
		if name == "" {
			name = m.Element
		}
		fields = append(fields, errs.Field{Name: m.Where(), Code: m.Code, Args: map[string]any{
			"element": m.Element, "name": name, "line": m.Line, "found": strings.Join(m.Args, ", "),
		}})
	}
	return fields
}

// sorted orders by place and drops what was said twice.
func (all Mistakes) sorted() Mistakes {
	slices.SortStableFunc(all, func(a, b Mistake) int { return a.Line - b.Line })
	var out Mistakes
	for _, m := range all {
		if !slices.ContainsFunc(out, func(o Mistake) bool {
			return o.Code == m.Code && o.Element == m.Element && o.Line == m.Line && slices.Equal(o.Args, m.Args)
		}) {
			out = append(out, m)
		}
	}
	return out
}
