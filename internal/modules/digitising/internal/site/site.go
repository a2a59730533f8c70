// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows batches of old papers: what was scanned, what was recognised
// and waits for a check, what was sealed.
package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/preview"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct {
	svc     *core.Service
	largest int64 // bytes of a file that comes in parts
}

const (
	listPath  = "/so-hoa"
	batchPath = "/so-hoa/lo/"
)

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

// Routes returns the pages.
func Routes(svc *core.Service, largest int64) []web.Route {
	s := site{svc, largest}
	scan, sign, both := needs(digitising.PermScan), needs(digitising.PermSign), needs(digitising.PermScan, digitising.PermSign)
	one := batchPath + "{batch}"
	return []web.Route{
		{Pattern: "GET " + listPath, Access: both, Handle: s.list},
		{Pattern: "POST " + listPath, Access: scan, Handle: s.open},
		{Pattern: "GET " + listPath + "/to-phan-cach.pdf", Access: scan, Handle: s.separator},
		{Pattern: "GET " + one, Access: both, Handle: s.batch},
		{Pattern: "POST " + one + "/quet", Access: scan, MaxBody: preview.MaxScan + 1<<20, Handle: s.add},
		{Pattern: "GET " + one + "/kiem/{paper}", Access: both, Handle: s.paper},
		{Pattern: "POST " + one + "/kiem/{paper}", Access: scan, Handle: s.check},
		{Pattern: "POST " + one + "/ky/{paper}", Access: sign, Handle: s.sign},
		{Pattern: "GET " + one + "/trang/{page}", Access: both, Handle: s.picture},
		{Pattern: "POST " + one + "/trang/{page}", Access: scan, Handle: s.drop},
		{Pattern: "POST " + one + "/trang/{page}/tach", Access: scan, Handle: s.split},
		{Pattern: "POST " + one + "/kiem/{paper}/ghep", Access: scan, Handle: s.join},
		{Pattern: "POST " + one + "/mau", Access: scan, Handle: s.draw},
		{Pattern: "POST " + one + "/mau/{paper}", Access: both, Handle: s.judge},
		{Pattern: "GET " + one + "/xuat", Access: both, Handle: s.export},
		{Pattern: "GET " + ratesPath, Access: both, Handle: s.rates},
	}
}

// Menu returns the entries of the menus.
func Menu() []module.MenuItem {
	return []module.MenuItem{{Side: module.Officials, Order: 37, Label: "digitising.menu", Path: listPath, Permissions: digitising.Permissions()}}
}

func batchAt(batch, path string) string { return batchPath + url.PathEscape(batch) + path }

func paperAt(batch, paper string) string { return batchAt(batch, "/kiem/"+url.PathEscape(paper)) }

// problemOf is what somebody can do something about here: a file that is too large as well.
func problemOf(r *http.Request, err error) (*web.ProblemError, error) {
	return page.Refused(r, err, errs.TooLarge)
}

func (s site) list(w http.ResponseWriter, r *http.Request) error { return s.listPage(w, r, nil, nil) }

func (s site) listPage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	all, next, err := s.svc.ListBatches(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	types, err := s.svc.Vault.ListTypes(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("digitising.title"), Desk: true, Status: page.StatusOf(problem), Body: listBody(p, all, next, types, form, problem)})
}

func (s site) open(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in := r.PostForm
	batch, err := s.svc.OpenBatch(r.Context(), page.From(r.Context()).Actor, core.NewBatch{
		Type: in.Get("type"), Against: in.Get("against"), Box: in.Get("box"), Shelf: in.Get("shelf"), Years: in.Get("years"), Share: shareOf(in.Get("share")), MostWrong: limitOf(in.Get("most_wrong")),
	})
	if err == nil {
		return page.Done(w, r, batchAt(batch, ""), "digitising.opened")
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.listPage(w, r, in, problem)
}

func (s site) separator(w http.ResponseWriter, r *http.Request) error {
	raw, err := s.svc.Separator(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="to-phan-cach.pdf"`)
	h.Set("Content-Length", strconv.Itoa(len(raw)))
	_, err = w.Write(raw)
	return err
}

func (s site) batch(w http.ResponseWriter, r *http.Request) error { return s.batchPage(w, r, nil) }

func (s site) batchPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.GetBatch(r.Context(), p.Actor, r.PathValue("batch"), r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	look, err := s.svc.GetLook(r.Context(), p.Actor, d.ID)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("digitising.batch", "box", d.Box), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("digitising.title"), Href: listPath}),
		Body: batchBody(p, d, look, s.largest, p.Actor.May(digitising.PermScan), problem),
	})
}

// add takes scans: files of the form, and files that came in parts.
func (s site) add(w http.ResponseWriter, r *http.Request) error {
	took, err := s.take(r)
	if err == nil && took > 0 {
		return page.Done(w, r, batchAt(r.PathValue("batch"), ""), "digitising.added")
	}
	if err == nil {
		return web.SeeOther(w, r, batchAt(r.PathValue("batch"), ""))
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.batchPage(w, r, problem)
}

func (s site) take(r *http.Request) (took int, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return 0, web.ErrMalformed.Because(err)
	}
	actor, batch := page.From(r.Context()).Actor, r.PathValue("batch")
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return took, nil
		}
		if err != nil {
			return took, web.ErrMalformed.Because(err)
		}
		switch {
		case part.FormName() == "scan" && part.FileName() != "":
			_, err = s.svc.AddScan(r.Context(), actor, batch, part.FileName(), part)
		case part.FormName() == "upload":
			upload, bad := io.ReadAll(io.LimitReader(part, 100))
			if bad != nil {
				return took, web.ErrMalformed.Because(bad)
			}
			_, err = s.svc.AddUpload(r.Context(), actor, batch, string(upload))
		default:
			continue
		}
		if err != nil {
			return took, err
		}
		took++
	}
}

func (s site) paper(w http.ResponseWriter, r *http.Request) error { return s.paperPage(w, r, nil, nil) }

func (s site) paperPage(w http.ResponseWriter, r *http.Request, form url.Values, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.GetPaper(r.Context(), p.Actor, r.PathValue("batch"), r.PathValue("paper"))
	if err != nil {
		return err
	}
	look, err := s.svc.GetLook(r.Context(), p.Actor, v.Batch.ID)
	if err != nil {
		return err
	}
	if form == nil {
		form = url.Values{"version": {strconv.Itoa(v.Version)}}
		for _, f := range core.Fields() {
			form.Set(f, v.Facts.Fields[f].Value)
		}
		form.Set(core.FieldIssued, dayOut(p, form.Get(core.FieldIssued)))
	}
	return p.Render(w, r, page.View{
		Title: p.T("digitising.check.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: v.Batch.Box, Href: batchAt(v.Batch.ID, "")}),
		Body: paperBody(p, v, look, form, p.Actor.May(digitising.PermScan), p.Actor.May(digitising.PermSign), problem),
	})
}

func (s site) check(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	in, batch, paper := r.PostForm, r.PathValue("batch"), r.PathValue("paper")
	version, _ := strconv.Atoi(in.Get("version")) // none is the version of no paper
	values := map[string]string{}
	for _, f := range core.Fields() {
		values[f] = in.Get(f)
	}
	values[core.FieldIssued] = dayIn(values[core.FieldIssued])
	actor := page.From(r.Context()).Actor
	err := s.svc.Check(r.Context(), actor, batch, paper, core.Checking{Version: version, Values: values, Another: in.Get("another") != ""})
	if err == nil {
		v, err := s.svc.GetPaper(r.Context(), actor, batch, paper)
		if err != nil {
			return err
		}
		if v.Next != "" {
			return page.Done(w, r, paperAt(batch, v.Next), "digitising.check.done")
		}
		return page.Done(w, r, batchAt(batch, ""), "digitising.check.all_done")
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.paperPage(w, r, in, problem)
}

func (s site) sign(w http.ResponseWriter, r *http.Request) error {
	batch, paper := r.PathValue("batch"), r.PathValue("paper")
	err := s.svc.Sign(r.Context(), page.From(r.Context()).Actor, batch, paper)
	if err == nil {
		return page.Done(w, r, batchAt(batch, ""), "digitising.sign.done")
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.paperPage(w, r, nil, problem)
}

func (s site) drop(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	batch := r.PathValue("batch")
	err := s.svc.DropPage(r.Context(), page.From(r.Context()).Actor, batch, r.PathValue("page"), r.PostForm.Get("do") == "drop")
	if err == nil {
		return web.SeeOther(w, r, paperAt(batch, r.PostForm.Get("paper")))
	}
	problem, err := problemOf(r, err)
	if err != nil {
		return err
	}
	return s.batchPage(w, r, problem)
}

func (s site) picture(w http.ResponseWriter, r *http.Request) (err error) {
	content, size, err := s.svc.OpenPage(r.Context(), page.From(r.Context()).Actor, r.PathValue("batch"), r.PathValue("page"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err = io.Copy(w, content)
	return err
}

// dayIn reads a day as people write it; what is none is refused as it is.
func dayIn(value string) string {
	value = strings.TrimSpace(value)
	for _, layout := range []string{"02/01/2006", "2/1/2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return value
}

func dayOut(p page.Page, iso string) string {
	if t, err := time.Parse(time.DateOnly, iso); err == nil {
		return p.Date(t)
	}
	return iso
}
