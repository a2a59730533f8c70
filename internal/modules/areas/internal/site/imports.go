// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/modules/areas/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// ImportPath is where newer tables are entered.
const ImportPath = "/van-hanh/dia-gioi"

// proven is how old a proof may be of who enters or confirms a table.
const proven = 10 * time.Minute

func (h pages) importRoutes() []web.Route {
	either := web.Needs(string(areas.PermImport), string(areas.PermConfirm))
	return []web.Route{
		{Pattern: "GET " + ImportPath, Access: either, Handle: h.imports},
		{Pattern: "POST " + ImportPath, Access: web.Needs(string(areas.PermImport)), MaxBody: 2*geo.MaxImport + 1<<16, Fresh: proven, Handle: h.propose},
		{Pattern: "GET " + ImportPath + "/{proposal}", Access: either, Handle: h.proposal},
		{Pattern: "POST " + ImportPath + "/{proposal}/xac-nhan", Access: web.Needs(string(areas.PermConfirm)), Fresh: proven, Handle: h.decide(true)},
		{Pattern: "POST " + ImportPath + "/{proposal}/tu-choi", Access: either, Handle: h.decide(false)},
	}
}

// entering is what the form of a newer table shows.
type entering struct {
	day, basis string
	problem    *web.ProblemError
	wrong      []geo.Mistake
}

func (h pages) imports(w http.ResponseWriter, r *http.Request) error {
	return h.importPage(w, r, http.StatusOK, entering{})
}

func (h pages) importPage(w http.ResponseWriter, r *http.Request, status int, e entering) error {
	p := page.From(r.Context())
	all, next, err := h.svc.ListImports(r.Context(), p.Actor, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("areas.import.title"), Desk: true, Status: status, Body: importsBody(p, e, all, next)})
}

// propose looks at a newer table and, where every row holds, keeps it for a second person.
func (h pages) propose(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	n, err := newer(r)
	if err != nil {
		return err
	}
	e := entering{day: n.Day, basis: n.Basis}
	_, e.wrong, err = h.svc.PreviewImport(r.Context(), p.Actor, n)
	var made geo.Proposal
	if err == nil && len(e.wrong) == 0 {
		made, err = h.svc.ProposeImport(r.Context(), p.Actor, n)
	}
	switch kind := errs.KindOf(err); {
	case err != nil && kind != errs.Invalid && kind != errs.Conflict:
		return err
	case err != nil:
		e.problem = web.Problem(err)
		p.Site.Explain(r, e.problem)
		return h.importPage(w, r, http.StatusUnprocessableEntity, e)
	case len(e.wrong) > 0:
		return h.importPage(w, r, http.StatusUnprocessableEntity, e)
	}
	return page.Done(w, r, proposalPath(made.ID), "areas.import.proposed")
}

// newer takes a table out of the form.
func newer(r *http.Request) (n core.Newer, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return n, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, web.ErrMalformed.Because(err)
		}
		content, err := io.ReadAll(io.LimitReader(part, geo.MaxImport+1))
		if err != nil {
			return n, web.ErrMalformed.Because(err)
		}
		switch part.FormName() {
		case "day":
			n.Day = string(content)
		case "basis":
			n.Basis = string(content)
		case "communes":
			n.Communes = content
		case "lineage":
			n.Lineage = content
		}
	}
}

func (h pages) proposal(w http.ResponseWriter, r *http.Request) error {
	return h.proposalPage(w, r, http.StatusOK, "")
}

func (h pages) proposalPage(w http.ResponseWriter, r *http.Request, status int, code string) error {
	p := page.From(r.Context())
	i, err := h.svc.GetImport(r.Context(), p.Actor, r.PathValue("proposal"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("areas.import.title"), Desk: true, Status: status, Body: importBody(p, i, code)})
}

func (h pages) decide(confirm bool) web.Handler {
	said := map[bool]string{true: "areas.import.confirmed", false: "areas.import.refused"}[confirm]
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h.svc.DecideImport(r.Context(), page.From(r.Context()).Actor, r.PathValue("proposal"), confirm)
		switch {
		case errs.KindOf(err) == errs.Conflict:
			return h.proposalPage(w, r, http.StatusConflict, web.Problem(err).Code)
		case err != nil:
			return err
		}
		return page.Done(w, r, proposalPath(r.PathValue("proposal")), said)
	}
}

func proposalPath(id string) string { return ImportPath + "/" + url.PathEscape(id) }
