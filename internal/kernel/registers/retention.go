// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/yaml"
)

// Then is what happens to a record when its time is over. Nothing happens by
// itself: it is listed, and people decide.
type Then string

// What can happen.
const (
	Reviewed  Then = "review"  // somebody looks whether it is still needed; if not, two people may destroy it
	Destroyed Then = "destroy" // two people destroy it
	Archived  Then = "archive" // it goes to the archive, and is not destroyed here
)

// Retention says how long records are kept, and on what basis.
type Retention struct {
	Amount int    `json:"amount"`
	Unit   string `json:"unit"`            // days, months, years
	Field  string `json:"field,omitempty"` // the date from which the time counts
	State  string `json:"state,omitempty"` // or the state: it counts from the day a record reached it last
	Then   Then   `json:"then"`
	Basis  string `json:"basis"` // a legal id of the packs

	line int
}

// longest is the longest time of each unit: what is longer is for ever.
func longest() map[string]int { return map[string]int{"days": 3_660, "months": 1_200, "years": 100} }

// retentionKeys is what each mapping of a retention may hold.
func retentionKeys(all map[string][]string) map[string][]string {
	all["retention"] = []string{"after", "from", "then", "basis"}
	all["retention.after"] = []string{"days", "months", "years"}
	all["retention.from"] = []string{"field", "state"}
	return all
}

func (r *reader) retention(n *yaml.Node) *Retention {
	if n == nil {
		return nil
	}
	m := r.mapping(n, "", Keys()["retention"]...)
	one := Retention{line: n.Line, Then: Then(r.str(m["then"], "")), Basis: r.str(m["basis"], "")}
	if m["after"] != nil {
		after := r.mapping(m["after"], "", Keys()["retention.after"]...)
		for _, unit := range Keys()["retention.after"] {
			if after[unit] == nil {
				continue
			}
			if one.Unit != "" {
				r.bad(m["after"], "", "retention_after", unit)
			}
			one.Amount, one.Unit = int(r.integer(after[unit], "")), unit
		}
	}
	if m["from"] != nil {
		from := r.mapping(m["from"], "", Keys()["retention.from"]...)
		one.Field, one.State = r.str(from["field"], ""), r.str(from["state"], "")
	}
	return &one
}

// retention checks how long records are kept. That the law is there is asked where
// the packs are checked.
func (c *checker) retention(d Definition) {
	v := d.Retention
	if v == nil {
		return
	}
	add := func(code, value string) { c.add(v.line, "", "registers.definition."+code, value) }
	if v.Amount < 1 || v.Amount > longest()[v.Unit] {
		add("retention_after", v.Unit)
	}
	switch _, known := d.State(v.State); {
	case (v.Field == "") == (v.State == ""):
		add("retention_from", v.Field)
	case v.State != "" && !known:
		add("unknown_state", v.State)
	case v.Field != "":
		if f, ok := d.Field(v.Field); !ok || f.Hidden {
			add("unknown_field", v.Field)
		} else if f.Type != Date || f.personal() {
			add("retention_date", v.Field)
		}
	}
	if !slices.Contains([]Then{Reviewed, Destroyed, Archived}, v.Then) {
		add("retention_then", string(v.Then))
	}
	if v.Basis == "" {
		add("retention_basis", "")
	}
	if d.Codes != nil { // what was said with a code must be read as long as what says it
		add("retention_codes", d.ID)
	}
	if !slices.ContainsFunc(d.Rights, func(r Right) bool { return r.Allows(Destroy) && len(r.Roles) > 0 }) {
		add("retention_right", string(Destroy))
	}
}

// Line is where it stands in its file; 0 where it came from elsewhere.
func (v Retention) Line() int { return v.line }

// before is the moment before which the time of a record began if it is over now.
func (v Retention) before(now time.Time) db.Time {
	return db.Time{Time: clock.Back(now, v.Amount, v.Unit)}
}

// unlined is a retention without the line of its file.
func (v *Retention) unlined() Retention {
	if v == nil {
		return Retention{}
	}
	c := *v
	c.line = 0
	return c
}

// kept adds what changes in how long records are kept.
func (p *Plan) kept() {
	if p.old.Retention.unlined() != p.def.Retention.unlined() {
		p.add(Change{Kind: Relabel, Label: p.def.Title, Aspect: "retention", From: p.old.Retention.String(), To: p.def.Retention.String()})
	}
}

// String is how long a record is kept, for programs: "10 years"; empty: for ever.
func (v *Retention) String() string {
	if v == nil {
		return ""
	}
	return strconv.Itoa(v.Amount) + " " + v.Unit
}

// toldTime is such a time as people read it.
func toldTime(say i18n.Printer, s string) string {
	amount, unit, ok := strings.Cut(s, " ")
	if !ok {
		return say.T("registers.kept.ever")
	}
	n, _ := strconv.Atoi(amount) // String has written it
	return say.T("registers.kept."+unit, "n", n)
}

// Told says how long records are kept as people read it: "10 years".
func (v *Retention) Told(say i18n.Printer) string { return toldTime(say, v.String()) }

// ending is the index by which records are found whose time is over; false where
// the file says nothing, or another index serves.
func (d Definition) ending() (index, bool) {
	if d.Retention == nil || d.Retention.Field == "" || slices.Contains(d.List.Filters, d.Retention.Field) {
		return index{}, false
	}
	f, _ := d.Field(d.Retention.Field) // Check has seen it
	return index{columns: []string{f.exact(), "id"}, field: f.Key, aspect: "retention"}, true
}
