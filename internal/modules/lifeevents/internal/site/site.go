// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows how far a linked declaration has come: to who filed it in plain
// words, to clerks with what each partner is told and has said.
package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const deskPath = "/lien-thong"

// Site is the pages.
type Site struct{ svc *core.Service }

// New returns the pages.
func New(svc *core.Service) Site { return Site{svc} }

// Routes returns them as routes.
func (s Site) Routes() []web.Route {
	own, mend := web.Needs(string(lifeevents.PermOwn)), web.Needs(string(lifeevents.PermMend))
	office := web.Needs(string(lifeevents.PermView), string(lifeevents.PermMend))
	return []web.Route{
		{Pattern: "GET /ho-so/{dossier}/lien-thong", Access: own, Handle: s.own},
		{Pattern: "GET " + deskPath, Access: office, Handle: s.list},
		{Pattern: "GET " + deskPath + "/{dossier}", Access: office, Handle: s.detail},
		{Pattern: "POST " + deskPath + "/{dossier}/{leg}/gui-lai", Access: mend, Handle: s.mend},
		{Pattern: "POST " + deskPath + "/{dossier}/{leg}/ket-thuc", Access: mend, Handle: s.end},
		{Pattern: "POST " + deskPath + "/{dossier}/{leg}/thu-hoi", Access: mend, Handle: s.takeBack},
	}
}

// Menu returns the entry of the desk.
func (s Site) Menu() []module.MenuItem {
	return []module.MenuItem{{
		Side: module.Officials, Order: 37, Label: "lifeevents.menu", Path: deskPath, Count: s.svc.CountStuck,
		Permissions: []identity.Permission{lifeevents.PermView, lifeevents.PermMend},
	}}
}

// Panel is what stands about a linked dossier on the page of the dossier; nil: nothing.
func (s Site) Panel(ctx context.Context, p page.Page, dossier string, mine bool) (templ.Component, error) {
	progress, found, err := s.svc.Beside(ctx, p.Actor, dossier)
	if err != nil || !found {
		return nil, err
	}
	href := at(dossier)
	if mine {
		href = ownAt(dossier)
	}
	return panel(p, progress, href), nil
}

func at(dossier string, more ...string) string {
	return deskPath + "/" + url.PathEscape(dossier) + strings.Join(append([]string{""}, more...), "/")
}

func ownAt(dossier string) string { return "/ho-so/" + url.PathEscape(dossier) + "/lien-thong" }

func (s Site) own(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	progress, err := s.svc.Own(r.Context(), p.Actor, r.PathValue("dossier"))
	if err != nil {
		return err
	}
	back := ui.BackLink(ui.BackLinkParams{Text: p.T("lifeevents.back"), Href: "/ho-so/" + url.PathEscape(progress.Dossier)})
	return p.Render(w, r, page.View{Title: p.Text(progress.Definition.Name), Before: back, Body: ownBody(p, progress)})
}

func states() []lifeevents.Standing {
	return []lifeevents.Standing{lifeevents.NeedsClerk, lifeevents.Open, lifeevents.Finished, lifeevents.Ended}
}

func (s Site) list(w http.ResponseWriter, r *http.Request) error {
	p, state := page.From(r.Context()), lifeevents.NeedsClerk
	for _, one := range states() {
		if r.URL.Query().Get("trang-thai") == string(one) {
			state = one
		}
	}
	all, next, err := s.svc.List(r.Context(), p.Actor, state, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("lifeevents.title"), Desk: true, Body: listBody(p, all, state, next)})
}

// sent is what somebody has typed about one leg, to be shown again.
type sent struct {
	leg     string
	form    url.Values
	problem *web.ProblemError
}

func (s Site) detail(w http.ResponseWriter, r *http.Request) error { return s.detailPage(w, r, sent{}) }

func (s Site) detailPage(w http.ResponseWriter, r *http.Request, in sent) error {
	p := page.From(r.Context())
	d, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("dossier"))
	if err != nil {
		return err
	}
	v := page.View{Title: p.T("lifeevents.of", "code", d.Code), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("lifeevents.title"), Href: deskPath}), Body: detailBody(p, d, in)}
	if in.problem != nil {
		v.Status = in.problem.Status
	}
	return p.Render(w, r, v)
}

// act does something with a leg and shows the page again, or what is wrong.
func (s Site) act(w http.ResponseWriter, r *http.Request, done string, do func(dossier, leg string, version int, form url.Values) error) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	dossier, leg := r.PathValue("dossier"), r.PathValue("leg")
	version, _ := strconv.Atoi(r.PostForm.Get("version")) // none is an old one
	err := do(dossier, leg, version, r.PostForm)
	if err == nil {
		return page.Done(w, r, at(dossier), done)
	}
	told := web.Problem(err)
	if told.Status != http.StatusUnprocessableEntity && told.Status != http.StatusConflict {
		return err
	}
	page.From(r.Context()).Site.Explain(r, told)
	return s.detailPage(w, r, sent{leg, r.PostForm, told})
}

// prefix is before the names of the fields of a partner in a form.
const prefix = "f-"

func (s Site) mend(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "lifeevents.mend.done", func(dossier, leg string, version int, form url.Values) error {
		values := map[string]string{}
		for name := range form {
			if field, ok := strings.CutPrefix(name, prefix); ok {
				values[field] = form.Get(name)
			}
		}
		return s.svc.Mend(r.Context(), page.From(r.Context()).Actor, dossier, leg, version, values)
	})
}

func (s Site) end(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "lifeevents.close.done", func(dossier, leg string, version int, form url.Values) error {
		return s.svc.Close(r.Context(), page.From(r.Context()).Actor, dossier, leg, version, form.Get("reason"))
	})
}

func (s Site) takeBack(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "lifeevents.back.done", func(dossier, leg string, version int, form url.Values) error {
		return s.svc.TakeBack(r.Context(), page.From(r.Context()).Actor, dossier, leg, version, form.Get("reason"))
	})
}

// words says in plain words where a leg stands.
func words(p page.Page, part core.Part) string {
	switch part.At.State {
	case lifeevents.Done:
		return p.Text(part.Leg.Done)
	case lifeevents.Stuck:
		return p.T("lifeevents.says.stuck", "name", p.Text(part.Name))
	case lifeevents.Closed:
		return p.T("lifeevents.says.closed", "name", p.Text(part.Name))
	case lifeevents.Cancelling, lifeevents.Cancelled:
		return p.T("lifeevents.says.cancelled", "name", p.Text(part.Name))
	case lifeevents.Waiting, lifeevents.Sending, lifeevents.Filed, lifeevents.Skipped:
	}
	return p.Text(part.Waiting)
}

// line says where everything stands: "Đã có giấy khai sinh · Đang chờ đăng ký thường trú".
func line(p page.Page, progress core.Progress) string {
	all := []string{first(p, progress)}
	for _, part := range progress.Parts {
		all = append(all, words(p, part))
	}
	return strings.Join(all, " · ")
}

func first(p page.Page, progress core.Progress) string {
	switch {
	case progress.Number != "":
		return p.Text(progress.Definition.Done)
	case progress.State == lifeevents.Ended:
		return p.T("lifeevents.says.ended")
	}
	return p.Text(progress.Definition.Waiting)
}

func tagOf(p page.Page, s lifeevents.State) ui.TagParams {
	class := map[lifeevents.State]string{
		lifeevents.Waiting: "ts-tag--hold", lifeevents.Sending: "ts-tag--soon", lifeevents.Filed: "ts-tag--soon", lifeevents.Stuck: "ts-tag--late", lifeevents.Done: "ts-tag--ok",
		lifeevents.Closed: "ts-tag--plain", lifeevents.Cancelling: "ts-tag--hold", lifeevents.Cancelled: "ts-tag--plain", lifeevents.Skipped: "ts-tag--plain",
	}[s]
	return ui.TagParams{Text: p.T("lifeevents.state." + string(s)), Classes: class}
}

// facts are what is known of a leg by those who filed it.
func facts(p page.Page, part core.Part) (rows []ui.SummaryRow) {
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}})
		}
	}
	l := part.At
	add(p.T("lifeevents.partner"), p.T("lifeevents.partner."+part.Partner))
	if !l.State.Over() && !l.Due.IsZero() {
		add(p.T("lifeevents.due"), p.Date(l.Due.Time))
	}
	add(p.T("lifeevents.reference"), l.Reference)
	for _, g := range part.Gives {
		add(p.Text(g.Label), l.Given[g.ID])
	}
	if !l.Ended.IsZero() {
		add(p.T("lifeevents.ended"), p.DateTime(l.Ended.Time))
	}
	add(p.T("lifeevents.reason"), l.Reason)
	return rows
}

func rowsOf(p page.Page, all []core.Progress) (rows []ui.WorkRow) {
	for _, one := range all {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: one.Code, Sub: p.Text(one.Definition.Name), Href: at(one.Dossier)}, {Text: line(p, one)}, {Text: p.DateTime(one.Made.Time)},
		}})
	}
	return rows
}

func summaryOf(p page.Page, in sent) ui.ErrorSummaryParams {
	out := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range in.problem.Fields {
		id := in.leg + "-" + f.Name
		if f.Name == "reason" {
			id = in.leg + "-" + in.form.Get("do")
		}
		out.ErrorList = append(out.ErrorList, ui.ErrorItem{Text: f.Detail, Href: "#" + id})
	}
	if len(in.problem.Fields) == 0 {
		out.ErrorList = []ui.ErrorItem{{Text: in.problem.Detail, Href: "#" + in.leg}}
	}
	return out
}

// wrong is what is wrong with a field of the form that was sent.
func (s sent) wrong(leg, name, do string) *ui.ErrorMessage {
	if s.problem == nil || s.leg != leg || do != "" && s.form.Get("do") != do {
		return nil
	}
	for _, f := range s.problem.Fields {
		if f.Name == name {
			return &ui.ErrorMessage{Text: f.Detail}
		}
	}
	return nil
}

// value is what a control shows: what was sent, otherwise what is kept.
func (s sent) value(leg, name, kept string) string {
	if s.leg == leg && s.form.Has(name) {
		return s.form.Get(name)
	}
	return kept
}

func chips(p page.Page, on lifeevents.Standing) (all []ui.Chip) {
	for _, one := range states() {
		all = append(all, ui.Chip{Text: p.T("lifeevents.list." + string(one)), Href: deskPath + "?trang-thai=" + string(one), On: one == on})
	}
	return all
}

// mayBack reports whether a leg can be taken back by the reader.
func mayBack(p page.Page, part core.Part) bool {
	return p.Actor.May(lifeevents.PermMend) && (part.At.State == lifeevents.Done || part.At.State == lifeevents.Filed || part.At.State == lifeevents.Sending)
}

func version(part core.Part) string { return strconv.Itoa(part.At.Version) }

func did(p page.Page, d core.Detail, e core.Entry) string {
	what := p.T("lifeevents.did." + e.What)
	if leg, known := d.Definition.Leg(e.Leg); known {
		what = p.Text(leg.Name) + ": " + what
	}
	if name := d.Names[e.By]; name != "" {
		what += " · " + name
	}
	if e.Note != "" && e.What != "stuck" {
		what += " · " + e.Note
	}
	return what
}
