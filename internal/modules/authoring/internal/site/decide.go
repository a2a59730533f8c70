// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

func (h pages) differences(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := h.change(r)
	if err != nil {
		return err
	}
	all, err := h.svc.Diff(r.Context(), p.Actor, c.ID)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.diff.title"), Desk: true, Body: diffBody(p, c, byItem(all))})
}

// differing is an item with what differs in it.
type differing struct {
	packs.Difference
	Fields []packs.Difference
}

func byItem(all []packs.Difference) (items []differing) {
	for _, d := range all {
		n := len(items)
		if n == 0 || items[n-1].List != d.List || items[n-1].Item != d.Item {
			first := d
			if d.Field != "" {
				first.Kind = packs.Changed
			}
			items = append(items, differing{Difference: first})
			n++
		}
		if d.Field != "" {
			items[n-1].Fields = append(items[n-1].Fields, d)
		}
	}
	return items
}

func (h pages) check(w http.ResponseWriter, r *http.Request) error {
	return h.checkPage(w, r, nil)
}

func (h pages) checkPage(w http.ResponseWriter, r *http.Request, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	c, err := h.change(r)
	if err != nil {
		return err
	}
	list, rev, err := h.svc.Check(r.Context(), p.Actor, c.ID)
	if err != nil {
		return err
	}
	c.Rev = rev
	return p.Render(w, r, page.View{Title: p.T("authoring.check.title"), Desk: true, Status: statusOf(wrong), Body: checkBody(p, c, list, wrong)})
}

func (h pages) submit(w http.ResponseWriter, r *http.Request) error {
	c, rev, err := h.posted(r)
	if err != nil {
		return err
	}
	err = h.svc.Submit(r.Context(), page.From(r.Context()).Actor, c.ID, rev)
	if errs.KindOf(err) == errs.Conflict {
		return h.checkPage(w, r, []web.ProblemField{{Name: "check", Code: web.Problem(err).Code}})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, at(c.ID), "authoring.submitted")
}

// posted reads the change and the revision that a form is about.
func (h pages) posted(r *http.Request) (authoring.Change, int, error) {
	c, err := h.change(r)
	if err != nil {
		return c, 0, err
	}
	if err := r.ParseForm(); err != nil {
		return c, 0, web.ErrMalformed.Because(err)
	}
	rev, err := strconv.Atoi(r.PostForm.Get("rev"))
	if err != nil {
		rev = -1 // refused as an older one
	}
	return c, rev, nil
}

func (h pages) decide(w http.ResponseWriter, r *http.Request) error { return h.decidePage(w, r, nil) }

func (h pages) decidePage(w http.ResponseWriter, r *http.Request, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	s, err := h.see(r)
	if err != nil {
		return err
	}
	all, err := h.svc.Diff(r.Context(), p.Actor, s.ID)
	if err != nil {
		return err
	}
	list, rev, err := h.svc.Check(r.Context(), p.Actor, s.ID)
	if err != nil {
		return err
	}
	s.Rev = rev
	return p.Render(w, r, page.View{Title: p.T("authoring.decide.title"), Desk: true, Status: statusOf(wrong), Body: decideBody(p, s, byItem(all), list, wrong)})
}

func (h pages) approve(w http.ResponseWriter, r *http.Request) error {
	c, rev, err := h.posted(r)
	if err != nil {
		return err
	}
	err = h.svc.Approve(r.Context(), page.From(r.Context()).Actor, c.ID, rev)
	if errs.KindOf(err) == errs.Conflict {
		return h.decidePage(w, r, []web.ProblemField{{Name: "approve", Code: web.Problem(err).Code}})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, at(c.ID), "authoring.approved")
}

func (h pages) giveBack(w http.ResponseWriter, r *http.Request) error {
	return h.withReason(w, r, "authoring.returned", h.svc.Return, h.decidePage)
}

func (h pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return h.withReason(w, r, "authoring.withdrawn", h.svc.Withdraw, h.checkPage)
}

type deciding func(ctx context.Context, actor identity.Actor, change authoring.ID, reason string) error

// withReason does what needs a reason, and asks for it where there is none.
func (h pages) withReason(w http.ResponseWriter, r *http.Request, done string, do deciding,
	again func(http.ResponseWriter, *http.Request, []web.ProblemField) error,
) error {
	c, _, err := h.posted(r)
	if err != nil {
		return err
	}
	err = do(r.Context(), page.From(r.Context()).Actor, c.ID, r.PostForm.Get("reason"))
	switch kind := errs.KindOf(err); {
	case kind == errs.Invalid:
		return again(w, r, web.Problem(err).Fields)
	case kind == errs.Conflict:
		return again(w, r, []web.ProblemField{{Name: "reason", Code: web.Problem(err).Code}})
	case err != nil:
		return err
	}
	return page.Done(w, r, at(c.ID), done)
}

func (h pages) undo(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	id, err := h.svc.Undo(r.Context(), page.From(r.Context()).Actor, c.ID)
	if err != nil {
		return err
	}
	return page.Done(w, r, at(id), "authoring.undone")
}

func (h pages) download(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	archive, err := h.svc.Export(r.Context(), page.From(r.Context()).Actor, c.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="`+core.SlugOf(c.Title)+`.zip"`)
	_, err = w.Write(archive)
	return err
}

func (h pages) uploadForm(w http.ResponseWriter, r *http.Request) error {
	return h.uploadPage(w, r, nil, nil)
}

func (h pages) uploadPage(w http.ResponseWriter, r *http.Request, problems []packs.Problem, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	c, err := h.change(r)
	if err != nil {
		return err
	}
	status := statusOf(wrong)
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.Render(w, r, page.View{Title: p.T("authoring.upload.title"), Desk: true, Status: status, Body: uploadBody(p, c, problems, wrong)})
}

func (h pages) upload(w http.ResponseWriter, r *http.Request) error {
	c, err := h.change(r)
	if err != nil {
		return err
	}
	file, header, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return h.uploadPage(w, r, nil, []web.ProblemField{{Name: "file", Code: "authoring.upload"}})
	}
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, core.MaxUpload+1))
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	_, problems, err := h.svc.Import(r.Context(), page.From(r.Context()).Actor, c.ID, header.Filename, content)
	switch kind := errs.KindOf(err); {
	case kind == errs.Invalid:
		return h.uploadPage(w, r, nil, []web.ProblemField{{Name: "file", Code: web.Problem(err).Code}})
	case err != nil:
		return err
	case len(problems) > 0:
		return h.uploadPage(w, r, problems, nil)
	}
	return page.Done(w, r, at(c.ID), "authoring.uploaded")
}
