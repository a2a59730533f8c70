// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"strings"

	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
)

// text is the file of the register: as it was sent and refused, or as it is kept.
func (v registerView) text() string {
	if v.problem != nil && v.op.Do == registeredit.SetText {
		return v.op.Raw("text")
	}
	return string(v.s.Item.Whole)
}

// rowsOf is how many lines the text box shows.
func (v registerView) rowsOf() int {
	return min(max(strings.Count(v.text(), "\n")+2, 12), 40)
}

// wrongLine is a line of the text with what is wrong in it.
type wrongLine struct {
	N    int
	Text string
}

// wrongLines are the lines that mistakes name, as they stand.
func (v registerView) wrongLines() (all []wrongLine) {
	lines := strings.Split(v.text(), "\n")
	add := func(n int) {
		if n < 1 || n > len(lines) {
			return
		}
		for _, one := range all {
			if one.N == n {
				return
			}
		}
		all = append(all, wrongLine{n, lines[n-1]})
	}
	if v.problem != nil && v.op.Do == registeredit.SetText {
		for _, f := range v.problem.Fields {
			if n, ok := f.Args["line"].(int); ok {
				add(n)
			}
		}
		return all
	}
	for _, p := range v.s.Wrong {
		add(p.Line)
	}
	return all
}
