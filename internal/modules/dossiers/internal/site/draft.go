// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/forms/formui"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// errHandled says that the answer was given: the draft is a dossier by now.
var errHandled = errors.New("answered")

// draftOf returns the draft that the path names. Who comes back to one that was
// sent is led to the dossier.
func (s site) draftOf(w http.ResponseWriter, r *http.Request) (core.Draft, error) {
	id, err := idOf(r, "draft")
	if err != nil {
		return core.Draft{}, err
	}
	d, err := s.svc.GetDraft(r.Context(), page.From(r.Context()).Actor, id)
	return d, s.led(w, r, id, err)
}

// led leads to the dossier where err says that the draft was sent.
func (s site) led(w http.ResponseWriter, r *http.Request, id dossiers.ID, err error) error {
	if !errors.Is(err, dossiers.ErrDraftSent) {
		return err
	}
	to := at("ho-so", string(id), "da-gui")
	if page.From(r.Context()).Actor.Official() {
		to = at("xu-ly", string(id))
	}
	return errors.Join(errHandled, web.SeeOther(w, r, to))
}

// unless passes an error on that was not answered yet.
func unless(err error) error {
	if errors.Is(err, errHandled) {
		return nil
	}
	return err
}

// stop is one page on the way to sending.
type stop struct{ name, title string }

// route is the way of a draft: who, the steps of the form, papers, check.
type route struct {
	draft core.Draft
	stops []stop
}

func routeOf(p page.Page, d core.Draft) route {
	way := route{draft: d}
	if len(d.Procedure.Cases) > 0 {
		way.stops = append(way.stops, stop{caseStop, p.T("dossiers.page.choose.title")})
	}
	if atCounter(d) || d.Parties.Basis != dossiers.Self && d.Parties.Basis != "" {
		way.stops = append(way.stops, stop{"nguoi-nop", p.T("dossiers.page.parties.title")})
	}
	for _, id := range d.Form.Steps(d.Answers) {
		if v, ok := d.Form.View(d.Answers, id, p.Lang(), d.World, nil); ok {
			way.stops = append(way.stops, stop{id, v.Title.Text})
		}
	}
	if len(d.Procedure.Papers) > 0 {
		way.stops = append(way.stops, stop{"giay-to", p.T("dossiers.page.papers.title")})
	}
	way.stops = append(way.stops, stop{"kiem-tra", p.T("dossiers.page.check.title")})
	return way
}

// atCounter reports whether a clerk writes the draft down, for who stands there or for who has written a letter.
func atCounter(d core.Draft) bool { return d.Channel.OnPaper() }

func (way route) path(name string) string { return at("nhap", string(way.draft.ID), name) }

func (way route) index(name string) int {
	return slices.IndexFunc(way.stops, func(s stop) bool { return s.name == name })
}

// next is where one goes after a page.
func (way route) next(name string) string {
	if i := way.index(name); i >= 0 && i+1 < len(way.stops) {
		return way.path(way.stops[i+1].name)
	}
	return way.path(way.stops[0].name)
}

// before is the way back from a page.
func (way route) before(name string) string {
	if i := way.index(name); i > 0 {
		return way.path(way.stops[i-1].name)
	}
	if atCounter(way.draft) {
		return "/tiep-nhan"
	}
	return "/ho-so"
}

func (way route) steps(p page.Page, name string) templ.Component {
	i := way.index(name)
	if i < 0 {
		return templ.NopComponent
	}
	return ui.Steps(ui.StepsParams{
		Text: p.T("dossiers.page.step", "n", i+1, "of", len(way.stops), "name", way.draft.Procedure.Name), Current: i + 1, Total: len(way.stops),
	})
}

func (s site) resume(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	way := routeOf(page.From(r.Context()), d)
	return web.SeeOther(w, r, way.path(way.stops[0].name))
}

func (s site) step(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	return s.stepPage(w, r, d, nil)
}

func (s site) stepPage(w http.ResponseWriter, r *http.Request, d core.Draft, result *forms.Result) error {
	p := page.From(r.Context())
	var sent url.Values
	if r.Method == http.MethodPost {
		sent = r.PostForm
	}
	offered, differ := d.Offer(r.PathValue("step"), sent), d.Differ()
	if result != nil { // questions that appear only now are offered with what is known
		again := d.Form.Validate(offered.Answers, r.PathValue("step"), d.World)
		result = &again
	}
	v, ok := d.Form.View(offered.Answers, r.PathValue("step"), p.Lang(), d.World, result)
	if !ok {
		return web.ErrNoSuchPage
	}
	for i, f := range v.Fields {
		if source, known := offered.Sources[f.Key]; known {
			v.Fields[i].From = p.T("dossiers.page.prefill." + string(source))
		}
		if says, source := differ.Otherwise(f.Key); says != "" {
			v.Fields[i].From = p.T("dossiers.page.prefill.differs", "source", p.T("dossiers.page.source."+source), "says", says)
		}
	}
	way := routeOf(p, d)
	params := formui.Params{Printer: p.Printer, Refresh: way.path(v.ID), Target: "#fields", Saved: "#saved", Right: true, Places: "/dia-gioi/goi-y"}
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.FormValue("luu") != "" {
			return savedMark(p, d, v.ID, false).Render(r.Context(), w)
		}
		v.Problems = nil
		return templ.Join(formui.Step(v, params), savedMark(p, d, v.ID, true)).Render(r.Context(), w)
	}
	var wrong *problem
	if len(v.Problems) > 0 {
		wrong = invalid()
	}
	return show(w, r, page.View{
		Title: v.Title.Text, Desk: atCounter(d), Before: back(p, way.before(v.ID)), HTMX: true, Form: true,
		Body: stepBody(p, d, way, v, params, r.FormValue("sua") != ""),
	}, wrong)
}

func (s site) saveStep(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	d, result, err := s.svc.SaveStep(r.Context(), p.Actor, id, r.PathValue("step"), form)
	if err != nil {
		return unless(s.led(w, r, id, err))
	}
	way := routeOf(p, d)
	if r.Header.Get("HX-Request") != "" { // what was typed is saved; nobody asked whether it is right
		return s.stepPage(w, r, d, nil)
	}
	if form.Get(forms.EditInput) != "" {
		return web.SeeOther(w, r, way.path(r.PathValue("step"))+stillEditing(form)+"#"+d.Focus)
	}
	if code := form.Get(page.LanguageInput); code != "" { // the answers are saved, right or not
		p.Speak(w, code)
		return web.SeeOther(w, r, way.path(r.PathValue("step"))+stillEditing(form))
	}
	if form.Get("later") != "" {
		return page.Done(w, r, later(d), "dossiers.page.draft.saved")
	}
	if v, ok := d.Form.View(d.Answers, r.PathValue("step"), p.Lang(), d.World, &result); ok && len(v.Problems)+len(d.Clashes) > 0 || unasked(result, form) {
		return s.stepPage(w, r, d, &result)
	}
	return web.SeeOther(w, r, onward(p, d, r.PathValue("step"), form))
}

// unasked reports whether a question about a warning was not on the page yet.
func unasked(result forms.Result, form url.Values) bool {
	return slices.ContainsFunc(result.Open(), func(q forms.Question) bool { return !slices.Contains(form[forms.AskedInput], q.ID) })
}

// stillEditing keeps in mind that one came from the page of all answers.
func stillEditing(form url.Values) string {
	if form.Get("sua") == "" {
		return ""
	}
	return "?sua=1"
}

// questions lists the questions about warnings that a page shows.
func questions(fields []forms.FieldView) (ids []string) {
	for _, f := range fields {
		if f.Ask != nil {
			ids = append(ids, f.Ask.ID)
		}
		ids = append(ids, questions(f.Parts)...)
		for _, row := range f.Rows {
			ids = append(ids, questions(row.Fields)...)
		}
	}
	return ids
}

// onward is where one goes after a page: on, or back to what was being checked.
func onward(p page.Page, d core.Draft, name string, form url.Values) string {
	way := routeOf(p, d)
	if form.Get("sua") != "" {
		return way.path("kiem-tra")
	}
	return way.next(name)
}

// later is where drafts wait.
func later(d core.Draft) string {
	if atCounter(d) {
		return "/tiep-nhan"
	}
	return "/ho-so"
}

func (s site) discard(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	p := page.From(r.Context())
	facts := ui.SummaryListParams{Rows: []ui.SummaryRow{
		row(p.T("dossiers.page.procedure"), p.Text(d.Procedure.Name)), row(p.T("dossiers.page.unit"), p.Text(d.Unit.Name)),
		row(p.T("dossiers.page.draft.saved_at"), p.DateTime(d.SavedAt.Time)),
	}}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.discard.title"), Desk: atCounter(d), Body: ui.Confirm(ui.ConfirmParams{
		Title: p.T("dossiers.page.discard.title"), Facts: &facts,
		Warning: &ui.WarningTextParams{Text: p.T("dossiers.page.discard.warning"), IconFallbackText: p.T("dossiers.page.note")},
		Action:  at("nhap", string(d.ID), "xoa"), Button: ui.ButtonParams{Text: p.T("dossiers.page.discard.button"), Classes: "ts-button--warning"},
		CancelText: p.T("dossiers.page.discard.cancel"), CancelHref: later(d),
	})})
}

func (s site) discarded(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if errors.Is(err, dossiers.ErrDraftNotFound) { // pressed twice
		return web.SeeOther(w, r, "/ho-so")
	}
	if err != nil {
		return unless(err)
	}
	if err := s.svc.DiscardDraft(r.Context(), page.From(r.Context()).Actor, d.ID); err != nil {
		return err
	}
	return page.Done(w, r, later(d), "dossiers.page.discard.done")
}
