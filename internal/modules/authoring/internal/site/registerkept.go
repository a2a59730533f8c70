// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/ui"
)

// keptPlace is where a mistake in what is said of keeping, publishing and targets
// can be mended; empty where it is about something else.
func (v registerView) keptPlace(p packs.Problem) string {
	root := v.s.Tree.Root()
	for i, n := range tree.List(root, "measures") {
		if n.Line == p.Line {
			return registeredit.PartMeasures + strconv.Itoa(i)
		}
	}
	for _, key := range []string{"purpose", "retention", "open_data"} {
		if n := tree.Get(root, key); n != nil && n.Line == p.Line {
			return registeredit.PartKept
		}
	}
	return ""
}

// lawItems are the laws that can be the basis of something, and the one that is.
func (v registerView) lawItems(kept string) (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.register.none")))
	known := kept == ""
	for _, d := range v.s.Set.Legal {
		known = known || d.ID == kept
		items = append(items, choiceOf(d.ID, d.Number+" – "+short(d.Title.VI, 90)))
	}
	if !known {
		items = append(items, choiceOf(kept, kept))
	}
	return items
}

// lawBoxes are the laws that are named already.
func (v registerView) lawBoxes(ids []string) (items []ui.CheckboxItem) {
	for _, id := range ids {
		items = append(items, ui.CheckboxItem{Value: id, Text: short(lawName(v.s.Set, id), 110)})
	}
	return items
}

// purpose is what personal data is for; empty where the file does not say it.
func (v registerView) purpose() registeredit.Purpose {
	if v.Purpose == nil {
		return registeredit.Purpose{}
	}
	return *v.Purpose
}

// hasPrivate reports whether the register has personal data.
func (v registerView) hasPrivate() bool {
	return slices.ContainsFunc(v.Shown(), registeredit.Field.Private)
}

// kept is how long records are kept, or what a new rule begins with.
func (v registerView) kept() registeredit.Kept {
	if v.Kept == nil {
		return registeredit.Kept{Unit: "years", Then: "review"}
	}
	return *v.Kept
}

// opens is what is published, or what new open data begins with.
func (v registerView) opens() registeredit.OpenData {
	if v.Open == nil {
		return registeredit.OpenData{Title: v.Title, Licence: "CC-BY-4.0", Refreshed: "monthly"}
	}
	return *v.Open
}

func (v registerView) chosenOf(key string, all []string) (items []ui.SelectItem) {
	for _, one := range all {
		items = append(items, choiceOf(one, v.T("authoring.register."+key+"."+one)))
	}
	return items
}

// sinceItems are from when the time of a record can count, and what stands there now.
func (v registerView) sinceItems(kept string) (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.register.none")))
	all := v.Sinces()
	if kept != "" && !slices.Contains(all, kept) {
		all = append(all, kept)
	}
	for _, since := range all {
		items = append(items, choiceOf(since, v.since(since)))
	}
	return items
}

// since says from when a time counts.
func (v registerView) since(said string) string {
	kind, key, _ := strings.Cut(said, ":")
	if kind == "state" {
		return v.T("authoring.register.since.state", "state", v.stateName(key))
	}
	return v.T("authoring.register.since.field", "field", v.labelOf(key))
}

func (v registerView) stateName(id string) string {
	for _, s := range v.States {
		if s.ID == id {
			return v.words(s.Name)
		}
	}
	return id
}

// openBoxes are the columns that can be published, and those that stand in the file.
func (v registerView) openBoxes(kept []string) (items []ui.CheckboxItem) {
	for _, f := range v.Known() {
		if v.Closed(f) == "" || slices.Contains(kept, f.Key) {
			items = append(items, ui.CheckboxItem{Value: f.Key, Text: v.words(f.Label)})
		}
	}
	return items
}

// closed says which fields cannot be published, by the reason.
func (v registerView) closed() (lines []string) {
	for _, why := range []string{registeredit.ClosedPersonal, registeredit.ClosedFiles, registeredit.ClosedHidden} {
		var names []string
		for _, f := range v.Known() {
			if v.Closed(f) == why {
				names = append(names, v.words(f.Label))
			}
		}
		if len(names) > 0 {
			lines = append(lines, v.T("authoring.register.closed."+why, "fields", strings.Join(names, ", ")))
		}
	}
	return lines
}

// valueBoxes are the values of a field that records are chosen by.
func (v registerView) valueBoxes(f registeredit.Field) (items []ui.CheckboxItem) {
	for _, value := range f.Values() {
		items = append(items, ui.CheckboxItem{Value: value, Text: v.valueOf(f, value)})
	}
	return items
}

func (v registerView) valueOf(f registeredit.Field, value string) string {
	if f.Type == "boolean" {
		return v.T("authoring.register.value." + value)
	}
	for _, o := range f.Options {
		if o.Value == value {
			return v.words(o.Label)
		}
	}
	return value
}

// chosen are the values that a condition names.
func chosen(where []registeredit.Filter, key string) []string {
	for _, w := range where {
		if w.Field == key && (w.Op == "" || w.Op == "is") {
			return w.Values
		}
	}
	return nil
}

// whereLine says a condition in words.
func (v registerView) whereLine(w registeredit.Filter) string {
	op := w.Op
	if op == "" {
		op = "is"
	}
	var values []string
	for _, value := range w.Values {
		for _, f := range v.Known() {
			if f.Key == w.Field {
				value = v.valueOf(f, value)
			}
		}
		values = append(values, value)
	}
	return v.T("authoring.register.where_op."+op, "field", v.labelOf(w.Field), "values", strings.Join(values, ", "))
}

// richOpen and richMeasure are the conditions that only the text of the file changes.
func (v registerView) richOpen(where []registeredit.Filter) []registeredit.Filter {
	return slices.DeleteFunc(slices.Clone(where), v.Ticks)
}

func (v registerView) richMeasure(where []registeredit.Filter) []registeredit.Filter {
	return slices.DeleteFunc(slices.Clone(where), func(w registeredit.Filter) bool {
		return slices.ContainsFunc(v.MeasuredBy(), func(f registeredit.Field) bool { return f.Key == w.Field })
	})
}

// measureLine says what a measure counts.
func (v registerView) measureLine(m registeredit.Measure) string {
	all := []string{v.T("authoring.register.measure_says."+m.Kind(), "of", v.labelOf(m.Of), "against", v.labelOf(m.Against))}
	for _, w := range m.Where {
		all = append(all, v.whereLine(w))
	}
	said := strings.Join(all, "; ")
	if unit := v.words(m.Unit); unit != "" {
		said += " (" + unit + ")"
	}
	return said
}

// targetLine says what was aimed at.
func (v registerView) targetLine(m registeredit.Measure, t registeredit.Target) string {
	unit := v.words(m.Unit)
	if m.Share || m.Against != "" {
		unit = "%"
	}
	value := t.Value
	if n, err := strconv.ParseInt(t.Value, 10, 64); err == nil {
		value = v.Number(n)
	}
	return strings.TrimSpace(v.T("authoring.register.target_says", "year", t.Year, "value", value, "unit", unit))
}

// notice says in words what is published more, or what changes in how long records
// are kept.
func (v registerView) notice(n registers.Notice) string {
	var names []string
	for _, key := range n.Fields {
		names = append(names, v.labelOf(key))
	}
	return v.T("authoring.register.notice."+string(n.Kind), "fields", strings.Join(names, ", "), "was", v.keptLine(n.Was), "is", v.keptLine(n.Is))
}

// keptLine says how long records are kept, from when and what happens then.
func (v registerView) keptLine(r *registers.Retention) string {
	if r == nil {
		return v.T("registers.kept.ever")
	}
	since := registeredit.Kept{Field: r.Field, State: r.State}.Since()
	return r.Told(v.Printer) + ", " + v.since(since) + ", " + v.T("authoring.register.end."+string(r.Then))
}

// keptSaid is how long records are kept as the file says it.
func (v registerView) keptSaid() string {
	amount, err := strconv.Atoi(v.Kept.Amount)
	if err != nil {
		return ""
	}
	return v.keptLine(&registers.Retention{Amount: amount, Unit: v.Kept.Unit, Field: v.Kept.Field, State: v.Kept.State, Then: registers.Then(v.Kept.Then)})
}

// measureOpen reports whether a measure or one of its targets is open.
func (v registerView) measureOpen(at string) bool {
	return v.open == at || strings.HasPrefix(v.open, at+".")
}
