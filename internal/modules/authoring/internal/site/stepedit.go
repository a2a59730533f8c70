// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow/picture"
	"tinhso.vn/internal/modules/authoring/internal/core/stepedit"
	"tinhso.vn/internal/platform/ui"
)

// flowView is the page of a table of steps.
type flowView struct {
	*editing
	Flow     stepedit.Flow
	Problems []stepedit.Problem
	Read     *stepedit.Flow // what a file would make of it
}

func (h pages) flowPage(e *editing) error {
	v := flowView{editing: e, Flow: stepedit.Read(e.s.Tree)}
	v.Problems = v.Flow.Problems(v.role)
	if e.read != nil {
		read := stepedit.Read(e.read.Tree)
		v.Read = &read
	}
	return e.render(e.T("authoring.flow.title", "name", v.Flow.Title.VI), flowBody(v))
}

func (e *editing) role(id string) bool {
	r, ok := e.s.Set.Role(id)
	return ok && !r.Citizen
}

func (e *editing) roleName(id string) string {
	if r, ok := e.s.Set.Role(id); ok {
		return e.Text(i18n.Text(r.Name))
	}
	return id
}

func (v flowView) mistakes() (items []ui.ErrorItem) {
	for _, p := range v.Problems {
		item := ui.ErrorItem{Text: v.say(p.Field)}
		if p.Row >= 0 {
			item.Text = v.T("authoring.flow.step_n", "n", p.Row+1) + ": " + item.Text
			item.Href = "#x-" + strconv.Itoa(p.Row) + "-" + p.Input
		}
		items = append(items, item)
	}
	return append(items, v.setMistakes("workflow.", "flow.drawing", "flow.unreachable", "flow.no_exit", "flow.unknown_step", "flow.ends_early", "flow.role", "flow.no_performer", "flow.no_hours", "value.", "field.")...)
}

func (v flowView) posts(kept string) (items []ui.SelectItem) {
	known := false
	for _, r := range v.s.Set.Roles {
		if !r.Citizen {
			known = known || r.ID == kept
			items = append(items, choiceOf(r.ID, v.Text(i18n.Text(r.Name))))
		}
	}
	if !known {
		items = append([]ui.SelectItem{choiceOf(kept, kept)}, items...)
	}
	return items
}

func (v flowView) units() (items []ui.SelectItem) {
	for _, u := range stepedit.Units() {
		items = append(items, choiceOf(u, v.T("authoring.unit."+u)))
	}
	return items
}

func (v flowView) actions() (items []ui.SelectItem) {
	for _, a := range stepedit.Actions() {
		items = append(items, choiceOf(a, v.T("authoring.action."+a)))
	}
	return items
}

func (v flowView) places() (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.flow.at_end")), choiceOf("0", v.T("authoring.flow.at_start")))
	for i, r := range v.Flow.Rows {
		items = append(items, choiceOf(strconv.Itoa(i+1), v.T("authoring.flow.behind", "n", i+1, "name", r.Name.VI)))
	}
	return items
}

// limit is a time limit of a procedure beside the sum of the table.
type limit struct {
	Text string
	Late bool
}

// limits compares the longest way with the time limits of the procedures that
// use the table.
func (v flowView) limits() (all []limit) {
	longest := v.Flow.Longest()
	for _, p := range v.s.Set.Procedures {
		if p.Flow != v.Flow.ID {
			continue
		}
		name := v.Text(i18n.Text(p.Name))
		told := false
		if hours, ok := p.Statutory.Hours(); ok {
			all, told = append(all, limit{v.T("authoring.flow.statutory", "name", name, "hours", hours), longest > hours}), true
		}
		if hours, ok := p.Reduced.Hours(); ok {
			all, told = append(all, limit{v.T("authoring.flow.reduced", "name", name, "hours", hours), longest > hours}), true
		}
		if !told {
			all = append(all, limit{Text: v.T("authoring.flow.no_limit", "name", name)})
		}
	}
	return all
}

// picture draws the table as it is kept.
func (v flowView) picture(f stepedit.Flow) picture.Picture {
	return picture.Draw(f.Drawable().Model(), nil, nil, picture.Words{
		Title: v.T("authoring.flow.picture", "name", v.words(f.Title)), About: v.T("authoring.flow.picture_about", "n", len(f.Rows)), Post: v.roleName,
	})
}
