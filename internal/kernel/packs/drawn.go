// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/cel"
)

// What a procedure can do in a step, as tables name it.
const (
	doAccept   = "accept"
	doAppraise = "appraise"
	doConsult  = "consult"
	doDraft    = "draft"
	doSign     = "sign"
	doIssue    = "issue"
	doDeliver  = "deliver"
)

func doings() []string {
	return []string{doAccept, doAppraise, doDraft, doConsult, doSign, doIssue, doDeliver}
}

// Flow lists the steps of a drawing as a table would, for those who read steps
// and for the time they take. What runs is the drawing.
func (d Drawing) Flow() Flow {
	f := Flow{Item: Item{ID: d.ID, Origin: d.Origin}, Title: Text{VI: d.Model.Name}, Version: d.Model.Version}
	for _, n := range d.Model.Users() {
		s := Step{
			ID: n.ID, Name: Text{VI: n.Name}, Post: n.Post, Unit: n.Unit, Hours: workingHours(n.Due), Product: Text{VI: n.Product}, Action: n.Action,
			Back: d.Model.ReturnsTo(n.ID), Origin: Origin{Pack: d.Origin.Pack, File: d.Origin.File, Line: n.Line},
		}
		for _, next := range d.Model.Following(n.ID) {
			s.Next = append(s.Next, next.ID)
		}
		f.Steps = append(f.Steps, s)
	}
	first := d.Model.Following("")
	slices.SortStableFunc(f.Steps, func(a, b Step) int { // work begins at the first row
		at := func(s Step) int {
			if len(first) > 0 && s.ID == first[0].ID {
				return 0
			}
			return 1
		}
		return at(a) - at(b)
	})
	return f
}

// workingHours are those of a deadline; 0 where it is not in working time.
func workingHours(w bpmn.Wait) int {
	switch w.Working.Unit {
	case calendar.WorkingHour:
		return w.Working.Amount
	case calendar.WorkingMinute:
		return (w.Working.Amount + 59) / 60
	case calendar.WorkingDay:
		return w.Working.Amount * 8
	case calendar.CalendarDay, calendar.SameDay:
	}
	return 0
}

// caseDrawing looks at a drawing as the process of a procedure: nothing that the
// procedure has to do may be missing, and no path may go around an approval.
type caseDrawing struct {
	s *Set
	p Procedure
	d Drawing
	b *book
}

func (c caseDrawing) wrong(n bpmn.Node, code string, args ...string) {
	name := n.Name
	if name == "" {
		name = n.ID
	}
	c.b.addAt(c.d.Origin.File, max(n.Line, 1), c.d.ID, code, append([]string{name}, args...)...)
}

// checkDrawn checks the drawing that a procedure names. A drawing in which no
// case can run has been told of.
func checkDrawn(s *Set, p Procedure, d Drawing, b *book) {
	if len(d.Model.Check(bpmn.Known{Post: s.hasRole})) > 0 {
		return
	}
	c := caseDrawing{s, p, d, b}
	before := len(b.problems)
	for _, n := range d.Model.Users() {
		c.step(n)
	}
	c.variables()
	for _, action := range []string{doAccept, doDraft, doSign, doIssue, doDeliver} {
		if !slices.ContainsFunc(d.Model.Users(), func(n bpmn.Node) bool { return n.Action == action }) {
			b.addAt(d.Origin.File, 1, d.ID, "drawn.missing", action)
		}
	}
	if len(b.problems) > before {
		return // the paths of an incomplete drawing say nothing
	}
	c.paths()
}

func (c caseDrawing) step(n bpmn.Node) {
	if !slices.Contains(doings(), n.Action) {
		c.wrong(n, "drawn.action", n.Action)
		return
	}
	if role, _ := c.s.Role(n.Post); role.Citizen {
		c.wrong(n, "drawn.citizen", n.Post)
	}
	document := n.Action != doAppraise && n.Action != doConsult
	if document && len(n.Outcomes) > 1 {
		c.wrong(n, "drawn.choice", n.Action)
	}
	if !c.place(n.Unit, document) {
		c.wrong(n, "drawn.unit", n.Unit)
	}
}

// place reports whether a rule finds a unit. A unit that the form names may be
// asked, and decides nothing.
func (c caseDrawing) place(rule string, document bool) bool {
	if id, ok := strings.CutPrefix(rule, "unit:"); ok {
		return c.s.Meta.Kind != Province || slices.ContainsFunc(c.s.Units, func(u Unit) bool { return u.ID == id })
	}
	if key, ok := strings.CutPrefix(rule, "form."); ok {
		return !document && slices.Contains([]string{"unit", "address"}, c.fields()[key])
	}
	if slices.Contains(unitKinds(), rule) {
		return !lacks(c.s, Flow{Item: Item{ID: c.d.ID}}, Step{Unit: rule})
	}
	return slices.Contains([]string{"received", "authority", "parent"}, rule)
}

// fields are the types of the answers of the procedure's form.
func (c caseDrawing) fields() map[string]string {
	types := map[string]string{}
	form, ok := c.s.Form(c.p.Form)
	if !ok || form.Definition == nil {
		return types
	}
	var d struct {
		Steps []struct {
			Fields []struct {
				Key  string `yaml:"key"`
				Type string `yaml:"type"`
			} `yaml:"fields"`
		} `yaml:"steps"`
	}
	if err := form.Definition.Decode(&d); err != nil {
		return types
	}
	for _, step := range d.Steps {
		for _, f := range step.Fields {
			types[f.Key] = f.Type
		}
	}
	return types
}

// variables are answers of the form that people choose or count: words about
// people stay where they are sealed.
func (c caseDrawing) variables() {
	types := c.fields()
	fit := map[cel.Type][]string{
		cel.String: {"radios", "select", "unit"}, cel.Strings: {"checkboxes"}, cel.Int: {"number", "money"}, cel.Double: {"number", "money"},
	}
	for _, v := range c.d.Model.Variables {
		if !slices.Contains(fit[v.Type], types[v.Name]) {
			c.b.addAt(c.d.Origin.File, 1, c.d.ID, "drawn.variable", v.Name, string(v.Type), c.p.Form)
		}
	}
}

// paths holds that what is issued was signed, what is signed was drafted, what
// is delivered was issued, and that nothing ends before it is delivered.
func (c caseDrawing) paths() {
	m := c.d.Model
	does := func(action string) func(bpmn.Node) bool {
		return func(n bpmn.Node) bool { return n.Kind == bpmn.User && n.Action == action && !c.endorses(n) }
	}
	first := m.Following("")
	for _, n := range first {
		if n.Action != doAccept || len(first) > 1 {
			c.wrong(n, "drawn.first")
		}
	}
	alone := m.Alone()
	for _, order := range [][2]string{{doDraft, doSign}, {doSign, doIssue}, {doIssue, doDeliver}} {
		around := m.Around(does(order[0]))
		for _, n := range m.Users() {
			if does(order[1])(n) && around[n.ID] {
				c.wrong(n, "drawn.around", order[0])
			}
		}
	}
	around := m.Around(does(doDeliver))
	main := m.Around(func(bpmn.Node) bool { return false })
	beside := c.beside()
	for _, n := range m.Nodes {
		if n.Kind == bpmn.End && n.Scope == "" && around[n.ID] && main[n.ID] && !beside[n.ID] {
			c.wrong(n, "drawn.ends_early")
		}
	}
	for _, n := range m.Users() {
		switch {
		case beside[n.ID]:
			c.wrong(n, "drawn.side")
		case n.Action != doAppraise && n.Action != doConsult && !alone[n.ID]:
			c.wrong(n, "drawn.beside", n.Action)
		case n.Action == doAccept && (len(first) == 0 || n.ID != first[0].ID):
			c.wrong(n, "drawn.accepts_again")
		case n.Action == doDeliver && len(m.Following(n.ID)) > 0:
			c.wrong(n, "drawn.after")
		}
	}
}

// endorses tells a signature or a number that passes the file on before the
// result is drafted.
func (c caseDrawing) endorses(n bpmn.Node) bool {
	if n.Action != doSign && n.Action != doIssue {
		return false
	}
	seen, todo := map[string]bool{}, c.d.Model.Following(n.ID)
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if next.Action == doDraft {
			return true
		}
		if !seen[next.ID] {
			seen[next.ID] = true
			todo = append(todo, c.d.Model.Following(next.ID)...)
		}
	}
	return false
}

// beside are the nodes that run beside an activity: a reminder that a program
// sends may, work of people may not.
func (c caseDrawing) beside() map[string]bool {
	all := map[string]bool{}
	var todo []string
	for _, n := range c.d.Model.Nodes {
		if n.Kind == bpmn.Boundary && n.Beside {
			todo = append(todo, n.ID)
		}
	}
	for len(todo) > 0 {
		id := todo[0]
		todo = todo[1:]
		if all[id] {
			continue
		}
		all[id] = true
		for _, f := range c.d.Model.Out(id) {
			todo = append(todo, f.To)
		}
	}
	return all
}
