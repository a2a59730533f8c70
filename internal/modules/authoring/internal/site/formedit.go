// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/forms/formui"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/platform/ui"
)

// formView is the page of the form builder.
type formView struct {
	*editing
	Def      forms.Definition
	Problems []formedit.Problem
	First    bool // the preview is as who answers sees it first, without what conditions hide
}

func (h pages) formPage(e *editing) error {
	d, err := formedit.Read(e.s.Tree)
	if err != nil {
		return packs.ErrItem.Because(err)
	}
	v := formView{editing: e, Def: d, Problems: formedit.Problems(d), First: e.r.URL.Query().Get("nhin") == "dau"}
	return e.render(e.T("authoring.form.title", "name", d.Title.VI), formBody(v))
}

// to is the address at which a part is open.
func (v formView) to(at string) string { return v.path + "?o=" + at + "#sua" }

func (v formView) page() int {
	n, err := strconv.Atoi(strings.Split(v.open, ".")[0])
	if err != nil || n < 0 || n >= len(v.Def.Steps) {
		return 0
	}
	return n
}

// mistakes are those of the form and of what the province says of it.
func (v formView) mistakes() (items []ui.ErrorItem) {
	for _, p := range v.Problems {
		items = append(items, ui.ErrorItem{Text: v.where(p.At) + v.say(p.Field), Href: v.to(p.At)})
	}
	return append(items, v.setMistakes("form.", "value.", "field.", "item.duplicate", "text.", "yaml.")...)
}

// where names a part in words.
func (v formView) where(at string) string {
	if n, ok := strings.CutPrefix(at, "k"); ok {
		i, _ := strconv.Atoi(n)
		return v.T("authoring.form.check_n", "n", i+1) + ": "
	}
	if at == "" {
		return ""
	}
	if f, ok := v.field(at); ok {
		if f.Label.VI == "" {
			return f.Key + ": "
		}
		return f.Label.VI + ": "
	}
	n, _ := strconv.Atoi(at)
	return v.T("authoring.form.page_n", "n", n+1) + ": "
}

// field returns the question at a place.
func (v formView) field(at string) (forms.Field, bool) {
	parts := strings.Split(at, ".")
	n := make([]int, len(parts))
	for i, p := range parts {
		x, err := strconv.Atoi(p)
		if err != nil || x < 0 {
			return forms.Field{}, false
		}
		n[i] = x
	}
	if len(n) < 2 || n[0] >= len(v.Def.Steps) || n[1] >= len(v.Def.Steps[n[0]].Fields) {
		return forms.Field{}, false
	}
	f := v.Def.Steps[n[0]].Fields[n[1]]
	if len(n) == 2 {
		return f, true
	}
	if n[2] >= len(f.Fields) {
		return forms.Field{}, false
	}
	return f.Fields[n[2]], true
}

func (v formView) wrongAt(at string) bool {
	return slices.ContainsFunc(v.Problems, func(p formedit.Problem) bool { return p.At == at })
}

func placeAt(parts ...int) string {
	all := make([]string, len(parts))
	for i, p := range parts {
		all[i] = strconv.Itoa(p)
	}
	return strings.Join(all, ".")
}

func (e *editing) kinds(inRows bool) (items []ui.SelectItem) {
	for _, t := range formedit.Types() {
		if !inRows || t != forms.Group && t != forms.File {
			items = append(items, choiceOf(string(t), e.T("authoring.type."+string(t))))
		}
	}
	return items
}

func (v formView) classes() (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.form.personal_none")))
	for _, c := range formedit.Personal() {
		items = append(items, choiceOf(c, v.T("authoring.personal."+c)))
	}
	return items
}

func (v formView) prefills() (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.form.prefill_none")))
	for _, p := range formedit.Prefills() {
		who, what, _ := strings.Cut(p, ".")
		items = append(items, choiceOf(p, v.T("authoring.prefill."+who)+": "+v.T("authoring.prefill."+what)))
	}
	return items
}

func (v formView) catalogues() (items []ui.SelectItem) {
	items = append(items, choiceOf("", v.T("authoring.form.catalogue_none")))
	for _, c := range v.s.Set.Catalogues {
		items = append(items, choiceOf(c.ID, c.Title.VI+" ("+c.ID+")"))
	}
	return items
}

// keysOf are the questions of some kinds, to be chosen by what they ask.
func (v formView) keysOf(kinds ...forms.Type) (items []ui.SelectItem) {
	items = append(items, choiceOf("", "–"))
	add := func(f forms.Field) {
		if len(kinds) == 0 || slices.Contains(kinds, f.Type) {
			items = append(items, choiceOf(f.Key, f.Label.VI+" ("+f.Key+")"))
		}
	}
	for _, s := range v.Def.Steps {
		for _, f := range s.Fields {
			add(f)
			for _, one := range f.Fields {
				add(one)
			}
		}
	}
	return items
}

// targets are where a question can be moved.
func (v formView) targets() (items []ui.SelectItem) {
	for i, s := range v.Def.Steps {
		items = append(items, choiceOf(placeAt(i), v.T("authoring.form.page_n", "n", i+1)+": "+s.Title.VI))
		for j, f := range s.Fields {
			if f.Type == forms.Group {
				items = append(items, choiceOf(placeAt(i, j), v.T("authoring.form.rows_of", "name", f.Label.VI)))
			}
		}
	}
	return items
}

// condition is a condition as it is picked: how, and which pair.
type condition struct {
	Way, Pair, CEL string
	Pairs          []ui.SelectItem
}

func (v formView) condition(at, kept, self string) condition {
	page, _ := strconv.Atoi(strings.Split(at, ".")[0])
	group := ""
	parts := strings.Split(at, ".")
	if len(parts) == 3 {
		if f, ok := v.field(strings.Join(parts[:2], ".")); ok {
			group = f.Key
		}
	}
	if len(parts) == 1 {
		page--
	}
	choices := formedit.Choices(v.Def, page, group, self)
	c := condition{Way: formedit.Always, CEL: kept}
	c.Pairs = append(c.Pairs, choiceOf("", "–"))
	for _, one := range choices {
		c.Pairs = append(c.Pairs, choiceOf(one.CEL(), one.Field.VI+": "+one.Answer.VI))
	}
	if kept == "" {
		return c
	}
	c.Way = formedit.WhenCEL
	if pick, ok := formedit.ParsePick(kept, choices); ok {
		c.Way = formedit.WhenIs
		if pick.Not {
			c.Way = formedit.WhenNot
		}
		pick.Not = false
		c.Pair = pick.CEL()
	}
	return c
}

// spoken is a condition in words where it was picked, else as it is written.
func (v formView) spoken(at, kept string) string {
	c := v.condition(at, kept, "")
	if c.Way == formedit.WhenCEL {
		return kept
	}
	for _, p := range c.Pairs {
		if p.Value == c.Pair {
			return v.T("authoring.form.when_"+c.Way, "pair", p.Text)
		}
	}
	return kept
}

func (v formView) ways() []ui.SelectItem {
	return []ui.SelectItem{
		choiceOf(formedit.Always, v.T("authoring.form.always")), choiceOf(formedit.WhenIs, v.T("authoring.form.is")),
		choiceOf(formedit.WhenNot, v.T("authoring.form.not")), choiceOf(formedit.WhenCEL, v.T("authoring.form.cel")),
	}
}

func optionText(options []forms.Option) string {
	var all []string
	for _, o := range options {
		all = append(all, formedit.OptionLine(o))
	}
	return strings.Join(all, "\n")
}

func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func bounded(t forms.Type) bool {
	return !slices.Contains([]forms.Type{
		forms.Radios, forms.Select, forms.YesNo, forms.Code, forms.PersonNumber, forms.Phone, forms.Email, forms.Address, forms.Unit, forms.TaxCode,
		forms.Insurance, forms.Card, forms.Person, forms.Organisation, forms.Document,
	}, t)
}

// preview is a page of the form as people see it, drawn by what draws it for them.
func (v formView) preview() (view forms.StepView, params formui.Params, ok bool) {
	def := core.WithCodes(v.s.Set, v.Def)
	if len(def.Steps) == 0 {
		return view, params, false
	}
	id := def.Steps[v.page()].ID
	form, ok := formedit.Showable(def, !v.First)
	if !ok {
		return view, params, false
	}
	view, ok = form.View(forms.Answers{}, id, v.Lang(), v.world(), nil)
	return view, formui.Params{Printer: v.Printer}, ok
}

// world are some units to choose from.
func (v formView) world() (w forms.World) {
	for _, u := range v.s.Set.Units {
		if len(w.Units) < 20 && (u.Kind == packs.KindCommune || u.Kind == packs.KindWard) {
			w.Units = append(w.Units, forms.Option{Value: u.ID, Label: forms.Text(u.Name)})
		}
	}
	return w
}

// asked is when a question of the preview is asked; empty: always.
func (v formView) asked(key string) string {
	for i, s := range v.Def.Steps {
		for j, f := range s.Fields {
			if f.Key == key && f.ShowWhen != "" {
				return v.T("authoring.form.shown_when", "when", v.spoken(placeAt(i, j), f.ShowWhen))
			}
		}
	}
	return ""
}
