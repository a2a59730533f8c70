// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the home page and the catalogue of procedures.
package site

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Options is what the pages need besides the service.
type Options struct {
	Doors   procedures.Doors
	Figures func(ctx context.Context) (procedures.Figures, error) // nil: none
	Press   core.Press                                            // of blank forms
	// Approvals says how versions of a procedure came to be in force; nil: nobody knows.
	Approvals func(ctx context.Context, id procedures.ID) ([]procedures.Approval, error)
}

type site struct {
	svc *core.Service
	Options
}

// Routes returns the pages.
func Routes(svc *core.Service, o Options) []web.Route {
	s := site{svc, o}
	return []web.Route{
		{Pattern: "GET /{$}", Access: web.Public(), Handle: s.home},
		{Pattern: "GET /thu-tuc", Access: web.Public(), Handle: s.list},
		{Pattern: "GET /thu-tuc/{id}", Access: web.Public(), Handle: s.procedure},
		{Pattern: "GET /thu-tuc/{id}/lich-su", Access: web.Public(), Handle: s.history},
		{Pattern: "GET /thu-tuc/{id}/ban/{version}", Access: web.Public(), Handle: s.version},
		{Pattern: "GET /thu-tuc/{id}/to-khai.pdf", Access: web.Public(), Handle: s.blankForm},
	}
}

// blankForm gives the form to be filled in by hand.
func (s site) blankForm(w http.ResponseWriter, r *http.Request) error {
	sheet, err := s.svc.BlankForm(r.Context(), procedures.ID(r.PathValue("id")), s.Press)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="to-khai.pdf"`)
	_, err = w.Write(sheet) //nolint:gosec // a PDF of our making
	return err
}

func (s site) home(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	o, err := s.svc.Overview(r.Context())
	if err != nil {
		return err
	}
	var figures procedures.Figures
	if s.Figures != nil {
		if figures, err = s.Figures(r.Context()); err != nil {
			return err
		}
	}
	popular, err := s.popular(r.Context(), figures)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("procedures.home.title"), Description: p.T("procedures.home.description", "province", p.Text(p.Site.Province)),
		Wide: true, Body: home(p, s.Doors, o, figures, popular),
	})
}

// popular are the procedures that were done most, as far as they are listed today.
func (s site) popular(ctx context.Context, f procedures.Figures) (all []procedures.Version, err error) {
	for _, id := range f.Popular {
		v, err := s.svc.Get(ctx, id)
		if errors.Is(err, procedures.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// asked is what the list was asked for.
type asked struct {
	Question string
	core.Filter
	After procedures.ID
}

func ask(r *http.Request) asked {
	q := r.URL.Query()
	return asked{
		Question: core.Question(q.Get("q")), After: procedures.ID(q.Get("after")),
		Filter: core.Filter{
			Field: q.Get("field"), Audience: q.Get("audience"), Life: q.Get("life"), Level: q.Get("level"), Online: q.Get("online"),
			Agency: q.Get("agency"), Paperless: q.Get("paperless") == yes,
		},
	}
}

// href is the address of the list that answers a.
func (a asked) href() string {
	q := url.Values{}
	for _, f := range a.fields() {
		q.Set(f.Name, f.Value)
	}
	if a.After != "" {
		q.Set("after", string(a.After))
	}
	if len(q) == 0 {
		return "/thu-tuc"
	}
	return "/thu-tuc?" + q.Encode()
}

// fields are what was asked, without the page.
func (a asked) fields() (all []ui.HiddenField) {
	for _, f := range []ui.HiddenField{
		{Name: "q", Value: a.Question},
		{Name: "field", Value: a.Field},
		{Name: "audience", Value: a.Audience},
		{Name: "life", Value: a.Life},
		{Name: "level", Value: a.Level},
		{Name: "online", Value: a.Online},
		{Name: "agency", Value: a.Agency},
		{Name: "paperless", Value: yesIf(a.Paperless)},
	} {
		if f.Value != "" {
			all = append(all, f)
		}
	}
	return all
}

// answer is what the list shows.
type answer struct {
	Items  []procedures.Version
	Words  []string // of the question, to mark them
	Counts core.Counts
	Next   procedures.ID
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, a := page.From(r.Context()), ask(r)
	o, err := s.svc.Overview(r.Context())
	if err != nil {
		return err
	}
	found, err := s.answer(r.Context(), a)
	if err != nil {
		return err
	}
	title := p.T("procedures.list.title")
	if a.Question != "" {
		title = p.T("procedures.list.title_search", "question", a.Question)
	}
	return p.Render(w, r, page.View{
		Title: title, Description: p.T("procedures.list.description", "province", p.Text(p.Site.Province)),
		Before: crumbs(p, ""), Body: list(p, a, o, found),
	})
}

func (s site) answer(ctx context.Context, a asked) (found answer, err error) {
	if a.Question != "" {
		h, err := s.svc.Search(ctx, a.Question, a.Filter)
		return answer{Items: h.Items, Words: h.Words, Counts: h.Counts}, err
	}
	l, err := s.svc.List(ctx, a.Filter, a.After, core.PageSize)
	if err != nil {
		return answer{}, err
	}
	found.Items, found.Next = l.Items, l.Next
	if a.Empty() {
		o, err := s.svc.Overview(ctx)
		found.Counts = o.Counts
		return found, err
	}
	found.Counts, err = s.svc.Counts(ctx, a.Filter)
	return found, err
}

func (s site) procedure(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	d, err := s.svc.Describe(r.Context(), procedures.ID(r.PathValue("id")))
	if errors.Is(err, procedures.ErrNotFound) { // what was abolished stays readable
		return s.ended(w, r)
	}
	if err != nil {
		return err
	}
	where, err := s.svc.Offices(r.Context(), d.ID, orgs.ID(r.URL.Query().Get("noi")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.Text(d.Name), Description: p.T("procedures.one.description", "name", p.Text(d.Name), "result", p.Text(d.ResultName)),
		Before: crumbs(p, p.Text(d.Name)), Body: procedure(p, s.Doors, d, where, ""),
	})
}
