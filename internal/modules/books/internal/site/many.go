// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// What the forms about many records say.
const (
	inPicked = "ban-ghi" // a record and its version: "<id>.<version>"
	inFound  = "tim-thay"
	inField  = "muc"
	inBack   = "ve" // the query of the list
	inDo     = "do"
	doPlan   = "plan"
)

func manyPath(d registers.Definition) string { return bookPath(d) + "/hang-loat" }

// atOnce are the pages of many records.
func (s site) atOnce() []web.Route {
	anybody := web.Public()
	const path = booksPath + "/{register}/hang-loat"
	return []web.Route{
		{Pattern: "GET " + path, Access: anybody, Handle: s.batches},
		{Pattern: "POST " + path, Access: anybody, Handle: s.many},
		{Pattern: "POST " + path + "/lam", Access: anybody, Handle: s.changeMany},
		{Pattern: "GET " + path + "/lan/{batch}", Access: anybody, Handle: s.batch},
		{Pattern: "POST " + path + "/lan/{batch}/hoan-tac", Access: anybody, Handle: s.undoMany},
	}
}

// mayMany reports whether the reader can change many records at once.
func mayMany(p page.Page, st registers.Standing) bool {
	return p.Actor.Official() && st.Can(registers.Amend) && !st.Definition.Approval && len(st.Alike()) > 0
}

// pickable lets the rows of a list be picked, and says what can be done with them.
func pickable(p page.Page, l list, work *ui.WorkListParams) {
	if !mayMany(p, l.Standing) {
		return
	}
	for i, r := range l.Records {
		work.Rows[i].Value = r.ID + "." + version(r.Version)
		work.Rows[i].PickLabel = p.T("books.many.pick_one", "name", name(p, core.RecordView{Standing: l.Standing, Record: r}, l.unit))
	}
	work.Action, work.PickName, work.PickLabel = manyPath(l.Definition), inPicked, p.T("books.many.pick")
	work.Hidden = []ui.HiddenField{{Name: inBack, Value: l.now().Encode()}}
	action := func(text, key, name, value string) ui.DeskAction {
		return ui.DeskAction{Key: key, ButtonParams: ui.ButtonParams{Text: text, Name: name, Value: value, Classes: "ts-button--inverse"}}
	}
	actions := []ui.DeskAction{action(p.T("books.many.change"), "e", inDo, "pick")}
	if !l.More && l.Count > len(l.Records) && l.Count <= core.ManyMost {
		actions = append(actions, action(p.T("books.many.change_all", "n", l.Count), "", inFound, "1"))
	}
	work.Bulk = &ui.BulkParams{
		SelectedText: p.T("books.many.selected"), NoneText: p.T("books.many.with_selected"), Note: p.T("books.many.each"), Actions: actions,
	}
}

// alike is a change of many records as the forms speak of it.
type alike struct {
	list

	form    url.Values
	field   registers.Field
	all     []core.Became
	batch   string
	problem *web.ProblemError
}

// alikeOf reads a form about many records.
func (s site) alikeOf(r *http.Request) (v alike, err error) {
	if err := r.ParseForm(); err != nil {
		return v, web.ErrMalformed.Because(err)
	}
	back, err := url.ParseQuery(r.PostForm.Get(inBack))
	if err != nil {
		return v, web.ErrMalformed.Because(err)
	}
	l, err := s.looked(r, back)
	if err != nil {
		return v, err
	}
	v = alike{list: l, form: r.PostForm}
	for _, f := range l.Alike() {
		if f.Key == v.form.Get(inField) {
			v.field = f
		}
	}
	return v, nil
}

// change is what the form asks for.
func (v alike) change() core.Alike {
	in := core.Alike{Field: v.field.Key, Reason: v.form.Get("reason")}
	if v.field.Key != "" {
		in.Value = read(v.field, typed(v.field, v.form))
	}
	for _, one := range v.form[inPicked] {
		record, seen, _ := strings.Cut(one, ".")
		n, err := strconv.ParseInt(seen, 10, 64)
		if err == nil && id.Valid(record) {
			in.Records = append(in.Records, core.Picked{Record: record, Seen: n})
		}
	}
	if v.form.Get(inFound) != "" {
		q := query(v.Register, v.Sent)
		in.All = &q
	}
	return in
}

// hidden is what is known of the change so far.
func (v alike) hidden(more ...ui.HiddenField) []ui.HiddenField {
	all := append([]ui.HiddenField{{Name: inBack, Value: v.form.Get(inBack)}}, more...)
	if v.form.Get(inFound) != "" {
		return append(all, ui.HiddenField{Name: inFound, Value: "1"})
	}
	for _, one := range v.form[inPicked] {
		all = append(all, ui.HiddenField{Name: inPicked, Value: one})
	}
	return all
}

// many leads from what was picked to what would become of it.
func (s site) many(w http.ResponseWriter, r *http.Request) error {
	v, err := s.alikeOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if !mayMany(p, v.Standing) {
		return web.ErrNoSuchPage
	}
	in := v.change()
	switch {
	case len(in.Records) == 0 && in.All == nil:
		v.problem = &web.ProblemError{Status: http.StatusUnprocessableEntity, Fields: []web.ProblemField{{Name: "field", Code: "books.none_picked"}}}
		return s.showMany(w, r, v, chooseField(p, v))
	case v.field.Key == "":
		return s.showMany(w, r, v, chooseField(p, v))
	case v.form.Get(inDo) != doPlan:
		return s.showMany(w, r, v, chooseValue(p, v))
	case text.Line(in.Reason) == "":
		v.problem = &web.ProblemError{Status: http.StatusUnprocessableEntity, Fields: []web.ProblemField{{Name: "reason", Code: "form.required"}}}
		return s.showMany(w, r, v, chooseValue(p, v))
	}
	if v.all, err = s.svc.PlanMany(r.Context(), p.Actor, v.Definition.ID, in); err != nil {
		return s.notMany(w, r, v, err)
	}
	return s.showMany(w, r, v, planMany(p, v, s.reasons(r, v.all)))
}

// notMany shows again where the value was typed, with what is wrong.
func (s site) notMany(w http.ResponseWriter, r *http.Request, v alike, err error) error {
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity {
		return err
	}
	p := page.From(r.Context())
	p.Site.Explain(r, problem)
	v.problem = inForm(v.Definition, problem)
	return s.showMany(w, r, v, chooseValue(p, v))
}

// reasons says in words why records are refused, by their ids.
func (s site) reasons(r *http.Request, all []core.Became) map[string]string {
	p := page.From(r.Context())
	said := map[string]string{}
	for _, one := range all {
		if one.Err == nil {
			continue
		}
		problem := web.Problem(one.Err)
		p.Site.Explain(r, problem)
		said[one.ID] = problem.Detail
		if text := conflict(p, problem); text != "" {
			said[one.ID] = p.T("books.many.faster")
		}
		var words []string
		for _, f := range problem.Fields {
			words = append(words, p.Named(f.Code, f.Args))
		}
		if len(words) > 0 {
			said[one.ID] = strings.Join(words, " ")
		}
	}
	return said
}

// changeMany does what was planned and says what became of each record.
func (s site) changeMany(w http.ResponseWriter, r *http.Request) error {
	v, err := s.alikeOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if !mayMany(p, v.Standing) {
		return web.ErrNoSuchPage
	}
	if v.batch, v.all, err = s.svc.ChangeMany(r.Context(), p.Actor, v.Definition.ID, v.change()); err != nil {
		return s.notMany(w, r, v, err)
	}
	return s.showMany(w, r, v, manyDone(p, v, s.reasons(r, v.all)))
}

func (s site) batches(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	l, err := s.looked(r, r.URL.Query())
	if err != nil {
		return err
	}
	all, err := s.svc.Batches(r.Context(), p.Actor, l.Definition.ID)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("books.many.past"), Desk: true, Body: batchesBody(p, l, all)})
}

func (s site) batch(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	l, err := s.looked(r, url.Values{})
	if err != nil {
		return err
	}
	b, err := s.svc.GetBatch(r.Context(), p.Actor, l.Definition.ID, r.PathValue("batch"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("books.many.one"), Desk: true, Body: batchBody(p, l, b)})
}

func (s site) undoMany(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	l, err := s.looked(r, url.Values{})
	if err != nil {
		return err
	}
	v := alike{list: l, form: url.Values{}}
	if v.all, err = s.svc.UndoMany(r.Context(), p.Actor, l.Definition.ID, r.PathValue("batch")); err != nil {
		return err
	}
	return s.showMany(w, r, v, manyDone(p, v, s.reasons(r, v.all)))
}

func batchFacts(p page.Page, l list, b core.Batch) []ui.SummaryRow {
	label := b.Field
	if f, ok := l.Definition.Field(b.Field); ok && l.Reaches(registers.View, f.Key) {
		label = p.Text(f.Label)
	}
	rows := []ui.SummaryRow{
		fact(p.T("books.many.field"), label), fact(p.T("books.many.reason"), b.Reason), fact(p.T("books.history.who"), who(p, b.Logins[b.Account])),
		fact(p.T("books.history.when"), p.DateTime(b.At.Time)), fact(p.T("books.many.rows"), p.Number(int64(b.Rows))),
	}
	if b.UndoneAt != nil {
		rows = append(rows, fact(p.T("books.many.undone"), p.T("books.many.undone_by", "who", who(p, b.Logins[b.UndoneBy]), "when", p.DateTime(b.UndoneAt.Time))))
	}
	return rows
}
