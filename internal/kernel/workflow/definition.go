// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package workflow carries a case from post to post: whose turn it is, until
// when, and who did what. It does not know what a dossier is and never sets its
// status: the owner of the case does its work and moves the workflow in the
// same transaction. Nor does it ask for rights: that is the owner's scope.
package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/errs"
)

// Actions with a meaning for the order of steps.
const (
	Sign  = "sign"
	Issue = "issue" // what is issued has been signed
)

// Step is one row of the table in which a decision sets out a process.
type Step struct {
	ID      string    `json:"id"`
	Name    i18n.Text `json:"name"`
	Post    string    `json:"post"`              // a role
	Unit    string    `json:"unit"`              // the rule that finds the unit: received, authority, parent, …
	Hours   int       `json:"hours"`             // working hours …
	Minutes int       `json:"minutes,omitempty"` // … and minutes
	Product i18n.Text `json:"product"`
	Action  string    `json:"action"`         // accept, appraise, draft, consult, sign, issue, deliver
	Next    []string  `json:"next,omitempty"` // none: the case ends; several: whoever completes the step chooses
	Back    string    `json:"back,omitempty"` // where a return goes

	// Templates that offices share; Model writes them out.
	With       []string `json:"with,omitempty"`       // units that all do the step at the same time; it ends when the last has
	Supplement int      `json:"supplement,omitempty"` // days that people have to add what is missing, asked for in this step
	Seal       int      `json:"seal,omitempty"`       // working hours for number and seal behind a signature, by the records clerk

	Row string `json:"-"` // where it stands in a sheet: "A7"
}

// Table is a process as officials write it. Work begins at the first step.
type Table struct {
	ID      string    `json:"id"`
	Title   i18n.Text `json:"title"`
	Version int       `json:"version"`
	Basis   string    `json:"basis,omitempty"`
	Steps   []Step    `json:"steps"`
}

// maxSteps keeps a pasted sheet from becoming a process, maxWith one from
// asking the whole province at once.
const (
	maxSteps = 200
	maxWith  = 20
)

// Check returns every mistake of the table, in its order; names say where, as
// in steps[2].next. known tells whether a post exists; nil believes all.
func (t Table) Check(known func(post string) bool) (found []errs.Field) {
	add := func(code, format string, args ...any) {
		found = append(found, errs.Field{Name: fmt.Sprintf(format, args...), Code: code})
	}
	if t.ID == "" {
		add("workflow.no_id", "id")
	}
	if len(t.Steps) == 0 || len(t.Steps) > maxSteps {
		add("workflow.no_steps", "steps")
		return found
	}
	at := map[string]int{}
	for i, s := range t.Steps {
		if _, twice := at[s.ID]; twice || s.ID == "" {
			add("workflow.twice", "steps[%d].id", i)
			continue
		}
		at[s.ID] = i
	}
	for i, s := range t.Steps {
		if s.Name.VI == "" {
			add("workflow.no_name", "steps[%d].name", i)
		}
		if s.Post == "" || s.Unit == "" || (known != nil && !known(s.Post)) {
			add("workflow.no_performer", "steps[%d].post", i)
		}
		if s.Hours < 0 || s.Hours > 10_000 || s.Minutes < 0 || s.Minutes > 59 || s.Hours+s.Minutes == 0 {
			add("workflow.no_hours", "steps[%d].hours", i)
		}
		for j, next := range s.Next {
			if _, ok := at[next]; !ok || slices.Contains(s.Next[:j], next) {
				add("workflow.unknown_step", "steps[%d].next", i)
			}
		}
		if _, ok := at[s.Back]; s.Back != "" && !ok {
			add("workflow.unknown_step", "steps[%d].back", i)
		}
		if len(s.With) > 0 && (len(s.With) > maxWith || len(s.Next) > 1 || s.Back != "" || s.Supplement+s.Seal > 0) {
			add("workflow.with", "steps[%d].with", i)
		}
		if s.Supplement < 0 || s.Supplement > 365 || s.Seal < 0 || s.Seal > 100 || s.Seal > 0 && (s.Action != Sign || len(s.Next) > 1) {
			add("workflow.template", "steps[%d].name", i)
		}
	}
	if len(found) > 0 {
		return found // the paths of a broken table say nothing
	}
	return t.checkPaths(at)
}

// checkPaths follows the arrows.
func (t Table) checkPaths(at map[string]int) (found []errs.Field) {
	add := func(code string, i int, column string) {
		found = append(found, errs.Field{Name: fmt.Sprintf("steps[%d].%s", i, column), Code: code})
	}
	first := t.Steps[0].ID
	reached := t.reach(at, first, "", true)
	unsigned := t.reach(at, first, Sign, true)
	for i, s := range t.Steps {
		ahead := t.reach(at, s.ID, "", false)
		ends := false
		for id := range ahead {
			ends = ends || len(t.Steps[at[id]].Next) == 0
		}
		switch {
		case !reached[s.ID]:
			add("workflow.unreachable", i, "id")
		case !ends:
			add("workflow.no_exit", i, "next")
		case slices.ContainsFunc(s.Next, func(next string) bool { return t.reach(at, next, "", false)[s.ID] }):
			add("workflow.loop", i, "next") // only a return goes back
		}
		if s.Back != "" && (s.Back == s.ID || !t.reach(at, s.Back, "", false)[s.ID]) {
			add("workflow.back_is_not_before", i, "back")
		}
		if s.Action == Issue && unsigned[s.ID] {
			add("workflow.not_signed", i, "action")
		}
	}
	return found
}

// reach returns the steps that can be reached from one, itself included. Steps
// of the action stop are reached, but nothing is reached through them but by
// giving back, which is followed where back says so.
func (t Table) reach(at map[string]int, from, stop string, back bool) map[string]bool {
	seen, todo := map[string]bool{}, []string{from}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		s := t.Steps[at[id]]
		if stop == "" || s.Action != stop {
			todo = append(todo, s.Next...)
		}
		if back && s.Back != "" {
			todo = append(todo, s.Back)
		}
	}
	return seen
}

// Definition is a process that was checked: a table of steps, or a file of BPMN.
type Definition struct {
	table Table
	at    map[string]int
	doc   *bpmn.Document // nil for a table
	model *bpmn.Model
	rules *bpmn.Conditions
}

// Compile checks a table; the error lists all its mistakes.
func Compile(t Table, known func(post string) bool) (*Definition, error) {
	if err := errs.BadInput(t.Check(known)); err != nil {
		return nil, err
	}
	d := &Definition{table: t, at: map[string]int{}, model: t.Model()}
	for i, s := range t.Steps {
		d.at[s.ID] = i
	}
	rules, wrong := d.model.Compile(bpmn.Known{})
	if len(wrong) > 0 {
		return nil, errs.BadInput(wrong.Fields())
	}
	d.rules = rules
	return d, nil
}

// CompileBPMN checks a file of BPMN 2.0; the error lists all its mistakes.
func CompileBPMN(text []byte, known bpmn.Known) (*Definition, error) {
	doc, err := bpmn.Read(text)
	if wrong, ok := errors.AsType[bpmn.Mistakes](err); ok {
		return nil, errs.BadInput(wrong.Fields())
	}
	if err != nil {
		return nil, err
	}
	m := doc.Model()
	rules, wrong := m.Compile(known)
	if len(wrong) > 0 {
		return nil, errs.BadInput(wrong.Fields())
	}
	return &Definition{table: Table{ID: m.ID, Version: m.Version, Title: i18n.Text{VI: m.Name}}, doc: doc, model: m, rules: rules}, nil
}

// Table returns what the definition was made from, without steps where that is
// a file of BPMN; do not change it.
func (d *Definition) Table() Table { return d.table }

// Model returns the process as it runs; do not change it.
func (d *Definition) Model() *bpmn.Model { return d.model }

// Canonical returns the one text of the definition, JSON of the table or the
// file as it came, and its SHA-256 in hex.
func (d *Definition) Canonical() (text []byte, sum string, err error) {
	if d.doc != nil {
		text = d.doc.Bytes()
	} else if text, err = json.Marshal(d.table); err != nil {
		return nil, "", err
	}
	hash := sha256.Sum256(text)
	return text, hex.EncodeToString(hash[:]), nil
}

// Step returns a step.
func (d *Definition) Step(id string) (Step, bool) {
	i, ok := d.at[id]
	if !ok {
		return Step{}, false
	}
	return d.table.Steps[i], true
}

// First returns the step at which work begins.
func (d *Definition) First() Step { return d.table.Steps[0] }

// After returns the step that follows. The choice is asked for only where there
// are several; ended means that the case ends here.
func (d *Definition) After(id, choice string) (next Step, ended bool, err error) {
	s, ok := d.Step(id)
	switch {
	case !ok:
		return Step{}, false, fmt.Errorf("flow %s has no step %s", d.table.ID, id)
	case len(s.Next) == 0:
		return Step{}, true, nil
	case len(s.Next) == 1 && (choice == "" || choice == s.Next[0]):
		choice = s.Next[0]
	case !slices.Contains(s.Next, choice):
		return Step{}, false, ErrChoose.With("of", s.Next)
	}
	next, _ = d.Step(choice)
	return next, false, nil
}

// Before returns the step to which a return goes.
func (d *Definition) Before(id string) (Step, error) {
	s, _ := d.Step(id)
	back, ok := d.Step(s.Back)
	if !ok {
		return Step{}, ErrNoReturn
	}
	return back, nil
}
