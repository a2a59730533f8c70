// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/core/decisionedit"
	"tinhso.vn/internal/platform/ui"
)

// decisionView is the page of a decision table.
type decisionView struct {
	*editing
	core.Runs
	Read *core.Runs // what a file would make of it
}

func (h pages) decisionPage(e *editing) error {
	runs, err := core.RunsOf(e.s)
	if err != nil {
		return err
	}
	v := decisionView{editing: e, Runs: runs}
	if e.read != nil {
		s := e.s
		s.Tree = e.read.Tree
		read, err := core.RunsOf(s)
		if err != nil {
			return packs.ErrItem.Because(err)
		}
		v.Read = &read
	}
	return e.render(e.T("authoring.decision.title", "name", runs.Table.Title.VI), decisionBody(v))
}

func (v decisionView) mistakes() (items []ui.ErrorItem) {
	for _, f := range v.Problems {
		input := decisionedit.Input(f.Name)
		item := ui.ErrorItem{Text: v.where(f.Name) + v.say(f)}
		if input != "rows" && !strings.HasPrefix(input, "b") {
			item.Href = "#x-" + strings.ReplaceAll(input, ".", "-")
		}
		if strings.HasPrefix(f.Name, "cases") {
			item.Href = "#run-" + input
		}
		items = append(items, item)
	}
	return append(items, v.setMistakes("decisions.", "field.", "value.")...)
}

// where names a row in words.
func (v decisionView) where(name string) string {
	if rest, ok := strings.CutPrefix(name, "rows["); ok {
		n, _, _ := strings.Cut(rest, "]")
		i, err := strconv.Atoi(n)
		if err == nil {
			return v.T("authoring.decision.row_n", "n", i+1) + ": "
		}
	}
	return ""
}

func (v decisionView) types() (items []ui.SelectItem) {
	for _, t := range decisionedit.Types() {
		items = append(items, choiceOf(string(t), v.T("authoring.column."+string(t))))
	}
	return items
}

func (v decisionView) hits() (items []ui.SelectItem) {
	for _, h := range decisionedit.Hits() {
		items = append(items, choiceOf(string(h), v.T("authoring.hit."+string(h))))
	}
	return items
}

func (v decisionView) modes() (items []ui.SelectItem) {
	for _, m := range decisionedit.Modes() {
		items = append(items, choiceOf(string(m), v.T("authoring.mode."+string(m))))
	}
	return items
}

func (v decisionView) laws(kept string) (items []ui.SelectItem) {
	items = append(items, choiceOf("", "–"))
	for _, l := range v.s.Set.Legal {
		items = append(items, choiceOf(l.ID, l.Number))
	}
	if kept != "" && !slices.ContainsFunc(items, func(i ui.SelectItem) bool { return i.Value == kept }) {
		items = append(items, choiceOf(kept, kept))
	}
	return items
}

// column is an input or an output with its place.
type column struct {
	decisions.Column
	At string // "i0"
}

func (v decisionView) columns() (all []column) {
	for i, c := range v.Table.Inputs {
		all = append(all, column{c, "i" + strconv.Itoa(i)})
	}
	for i, c := range v.Table.Outputs {
		all = append(all, column{c, "o" + strconv.Itoa(i)})
	}
	return all
}

func (v decisionView) bound(output string) decisions.Bound {
	for _, b := range v.Table.Bounds {
		if b.Output == output {
			return b
		}
	}
	return decisions.Bound{}
}

func figure(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func optionLines(all []decisions.Option) string {
	var out []string
	for _, o := range all {
		line := o.Value + " | " + o.Label.VI
		if o.Label.EN != "" {
			line += " | " + o.Label.EN
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// cell is what stands in a row; a row may be shorter than the table.
func cell(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return ""
}

// why explains a result step by step.
func (v decisionView) why(r decisionedit.Run) (all []string) {
	for _, w := range r.Result.Why {
		name, value := w.Output, ""
		for _, c := range v.Table.Outputs {
			if c.Key == w.Output {
				name, value = v.Text(c.Label), c.Written(w.Value)
				if n, ok := w.Value.(int64); ok && c.Type == decisions.Money {
					value = v.Money(n)
				} else if ok {
					value = v.Number(n)
				}
			}
		}
		text := v.T("authoring.why."+string(w.Step), "row", w.Row+1, "name", name, "value", value)
		if w.Formula != "" {
			text += " " + v.T("authoring.why.formula", "formula", w.Formula, "sum", r.Result.Sum(w.Formula))
		}
		if w.Row >= 0 && w.Row < len(v.Table.Rows) {
			if note := v.Text(v.Table.Rows[w.Row].Note); note != "" {
				text += " " + note + "."
			}
		}
		if l, ok := v.s.Set.LegalDoc(w.Legal); ok {
			text += " " + v.T("authoring.why.legal", "number", l.Number)
		}
		all = append(all, text)
	}
	return all
}

// verdict says how an example came out.
func (v decisionView) verdict(r decisionedit.Run) string {
	if r.Code != "" {
		return v.T(r.Code)
	}
	var got []string
	for _, c := range v.Table.Outputs {
		got = append(got, v.Text(c.Label)+": "+r.Got[c.Key])
	}
	return strings.Join(got, "; ")
}

func (v decisionView) run(i int) (decisionedit.Run, bool) {
	if i < len(v.Runs.Runs) {
		return v.Runs.Runs[i], true
	}
	return decisionedit.Run{}, false
}

func (v decisionView) users() string {
	var names []string
	for _, p := range v.s.Set.Procedures {
		if p.Fee.Table == v.Table.ID {
			names = append(names, v.Text(i18n.Text(p.Name)))
		}
	}
	return strings.Join(names, "; ")
}
