// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/yaml"
)

// Report is a table that the file of a register declares: what people ask for
// most often.
type Report struct {
	Name    i18n.Text `json:"name"`
	Rows    string    `json:"rows"`
	Columns string    `json:"columns,omitempty"`
	Of      string    `json:"of,omitempty"`
	How     string    `json:"how,omitempty"`
	Against string    `json:"against,omitempty"` // a second number beside Of, and its share of it
	Chart   string    `json:"chart,omitempty"`   // bars or lines; empty: as it suits

	line int
}

// Pivot is what the report counts.
func (r Report) Pivot() Pivot {
	return Pivot{Rows: r.Rows, Columns: r.Columns, Of: r.Of, How: r.How, Against: r.Against}
}

// The kinds of charts.
const (
	Bars  = "bars"
	Lines = "lines"
)

// The bounds of reports, and of how few people a number may be about.
const (
	maxReports   = 20
	defaultLeast = 5
	maxLeast     = 100
)

// least is how many records a count by a personal field must be about.
func (d Definition) least() int {
	if d.Least == 0 {
		return defaultLeast
	}
	return d.Least
}

// Reports returns the reports of the file of which the actor sees all fields.
func (s Standing) Reports() []Report {
	return slices.DeleteFunc(slices.Clone(s.Definition.Reports), func(r Report) bool {
		_, rows := s.dimension(r.Rows)
		_, columns := s.dimension(r.Columns)
		return !rows || !columns && r.Columns != "" || r.Of != "" && !s.measured(r.Of) || r.Against != "" && !s.measured(r.Against)
	})
}

func (r *reader) report(n *yaml.Node) Report {
	m := r.mapping(n, "", Keys()["reports"]...)
	return Report{
		line: n.Line, Name: r.text(m["name"], ""), Rows: r.str(m["rows"], ""), Columns: r.str(m["columns"], ""),
		Of: r.str(m["of"], ""), How: r.str(m["how"], ""), Against: r.str(m["against"], ""), Chart: r.str(m["chart"], ""),
	}
}

// reports checks what the file says of its tables: as somebody who sees all of it.
func (c *checker) reports(d Definition) {
	if d.Least < 0 || d.Least == 1 || d.Least > maxLeast {
		c.add(d.line, "", "registers.definition.small_cells", fmt.Sprint(d.Least))
	}
	if len(d.Reports) > maxReports {
		c.add(d.line, "", "registers.definition.too_many_reports", fmt.Sprint(len(d.Reports)))
	}
	whole := Standing{Definition: d, Holds: []Hold{{Right: Right{May: []Act{View}}}}}
	for _, r := range d.Reports {
		add := func(code, value string) { c.add(r.line, "", "registers.definition."+code, value) }
		if r.Name.VI == "" {
			add("report_name", r.Rows)
		}
		for _, said := range []string{r.Rows, r.Columns} {
			if _, ok := whole.dimension(said); !ok && (said != "" || said == r.Rows) {
				add("report_by", said)
			}
		}
		if r.Columns != "" && r.Columns == r.Rows {
			add("report_by", r.Columns)
		}
		if r.Against != "" && !whole.comparable(r.Pivot()) {
			add("report_against", r.Against)
		}
		if r.Of != "" && (!whole.measured(r.Of) || r.How != Sum && r.How != Average) || r.Of == "" && r.How != "" {
			add("report_of", r.Of)
		}
		if r.Chart != "" && r.Chart != Bars && r.Chart != Lines {
			add("report_chart", r.Chart)
		}
	}
}

// reports adds what changes in the tables that the file declares. Fewer records
// behind a number tell more about each.
func (p *Plan) reports() {
	if was, is := p.old.least(), p.def.least(); was != is {
		kind := Relabel
		if is < was {
			kind = WidenField
		}
		p.add(Change{Kind: kind, Label: p.def.Title, Aspect: "small_cells", From: strconv.Itoa(was), To: strconv.Itoa(is)})
	}
	if was, is := p.old.Map, p.def.Map; (was == nil) != (is == nil) || was != nil && *was != *is {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "map"})
	}
	printsSame := slices.EqualFunc(p.old.Prints, p.def.Prints, func(a, b Print) bool {
		return a.ID == b.ID && a.Name == b.Name && a.Certificate == b.Certificate && a.Words == b.Words && a.Layout == b.Layout && slices.Equal(a.Fields, b.Fields) && slices.Equal(a.States, b.States)
	})
	if !printsSame {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "prints", From: strconv.Itoa(len(p.old.Prints)), To: strconv.Itoa(len(p.def.Prints))})
	}
	same := slices.EqualFunc(p.old.Reports, p.def.Reports, func(a, b Report) bool {
		a.line, b.line = 0, 0
		return a == b
	})
	if !same {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "reports", From: strconv.Itoa(len(p.old.Reports)), To: strconv.Itoa(len(p.def.Reports))})
	}
}
