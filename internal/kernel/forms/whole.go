// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
)

// WholeStep is a step for a page that cannot ask again: Fields are asked of
// everybody, Sometimes only with certain answers. Of rows there are some empty ones,
// with every question. Questions for a file are not there: papers are.
type WholeStep struct {
	StepView
	Sometimes []FieldView
}

// Whole returns every step of the form without answers, in order.
func (f *Form) Whole(l i18n.Lang, w World) (all []WholeStep) {
	state := f.state(Answers{})
	for _, step := range f.def.Steps {
		v := WholeStep{StepView: StepView{ID: step.ID, Title: in(step.Title, l), Hint: in(step.Hint, l)}}
		for _, field := range step.Fields {
			if !field.typed() {
				continue
			}
			one := f.viewField(state, "", field, l, w, nil)
			if field.Type == Group {
				one.Rows = f.emptyRows(field, l, w)
			}
			if state.shown[field.Key] {
				v.Fields = append(v.Fields, one)
			} else {
				v.Sometimes = append(v.Sometimes, one)
			}
		}
		if len(v.Fields)+len(v.Sometimes) > 0 {
			all = append(all, v)
		}
	}
	return all
}

// wholeRows is how many rows of a group stand on a page that cannot ask again. Who has
// more adds them in the draft.
const wholeRows = 6

// emptyRows are rows to be filled in, with the questions that are only asked with
// certain answers as well.
func (f *Form) emptyRows(group Field, l i18n.Lang, w World) (all []RowView) {
	empty, n := f.state(Answers{}), min(wholeRows, group.most())
	for i := range n {
		rv := RowView{ID: group.Key + "-" + strconv.Itoa(i+1), Number: i + 1, First: i == 0, Last: i+1 == n}
		for _, one := range group.Fields {
			if one.typed() {
				rv.Fields = append(rv.Fields, f.viewField(empty, rowPrefix(group.Key, i), one, l, w, nil))
			}
		}
		all = append(all, rv)
	}
	return all
}

// Communes returns those of the installation's province today, for a page that
// cannot search; none without a table of communes.
func (w World) Communes(l i18n.Lang) (all []Choice) {
	day := w.Today.String()
	province, ok := w.Areas.Get(w.Province, day)
	if !ok {
		return nil
	}
	for _, u := range w.Areas.Communes(province, day) {
		all = append(all, Choice{Value: u.Code, Label: in(Text(u.Text()), l)})
	}
	return all
}

// ApplyWhole returns the answers of a page that Whole has made. An answer to a
// question that is not asked with the others counts as none when it is sent. A
// commune that was picked from the list goes before words that were typed. Rows in
// which nothing stands are none.
func (f *Form) ApplyWhole(sent url.Values) Answers {
	a, sent := Answers{}, maps.Clone(sent)
	for name, picked := range sent {
		if address, found := strings.CutSuffix(name, pickInput); found && picked[0] != "" {
			sent.Set(address+searchInput, sent.Get(address+forInput))
		}
	}
	for _, step := range f.def.Steps {
		a = f.Apply(a, step.ID, sent)
		for _, field := range step.Fields {
			rows, ok := a[field.Key].([]Answers)
			if field.Type != Group || !ok {
				continue
			}
			if rows = slices.DeleteFunc(slices.Clone(rows), func(row Answers) bool { return len(row) == 0 }); len(rows) > 0 {
				a[field.Key] = rows
			} else {
				delete(a, field.Key)
			}
		}
	}
	return f.Compute(a)
}
