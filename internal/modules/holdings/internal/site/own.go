// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// looking is what the list is narrowed by.
type looking struct{ kind, state, words string }

// path is the list with the same filters.
func (l looking) path(more url.Values) string {
	q := url.Values{}
	for name, value := range map[string]string{"loai": l.kind, "tinh-trang": l.state, "tim": l.words} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name := range more {
		q.Set(name, more.Get(name))
	}
	if len(q) == 0 {
		return ownPath
	}
	return ownPath + "?" + q.Encode()
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	l := looking{r.FormValue("loai"), r.FormValue("tinh-trang"), r.FormValue("tim")}
	v, err := s.svc.ListOwn(r.Context(), p.Actor, core.Filter{Type: l.kind, State: holdings.State(l.state), Words: l.words}, r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("holdings.own.title"), Body: listBody(p, v, l)})
}

func (s site) one(w http.ResponseWriter, r *http.Request) error {
	return s.paperPage(w, r, url.Values{"days": {"7"}, "opens": {"5"}}, core.Shared{}, nil)
}

// paperPage shows a paper; made is a link that was made just now, whose address
// is told this once.
func (s site) paperPage(w http.ResponseWriter, r *http.Request, in url.Values, made core.Shared, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.GetOwn(r.Context(), p.Actor, r.PathValue("paper"), r.FormValue("after"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.Text(d.Type.Name), Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("holdings.own.title"), Href: ownPath}),
		Body: paperBody(p, shownPaper{d, in, made, problem}),
	})
}

// shownPaper is the page of one paper.
type shownPaper struct {
	core.Detail
	in      url.Values
	made    core.Shared
	problem *web.ProblemError
}

func (s site) file(w http.ResponseWriter, r *http.Request) error {
	content, f, err := s.svc.OpenOwn(r.Context(), page.From(r.Context()).Actor, r.PathValue("paper"))
	if err != nil {
		return err
	}
	return give(w, r, content, f, r.FormValue("tai") != "")
}

// give sends a file. A browser shows PDF and pictures itself.
func give(w http.ResponseWriter, r *http.Request, content files.Content, f files.File, save bool) (err error) {
	defer func() { err = errors.Join(err, content.Close()) }()
	how := "attachment"
	if !save && (f.Type == files.PDF || f.Type == files.PNG || f.Type == files.JPEG) {
		how = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", string(f.Type))
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func (s site) picture(w http.ResponseWriter, r *http.Request) (err error) {
	n, err := strconv.Atoi(r.PathValue("page"))
	if err != nil {
		return files.ErrNoPicture
	}
	content, pic, err := s.svc.OpenOwnPicture(r.Context(), page.From(r.Context()).Actor, r.PathValue("paper"), n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.FormatInt(pic.Size, 10))
	h.Set("Cache-Control", "private, no-store")
	_, err = io.Copy(w, content)
	return err
}

func (s site) share(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	p, in := page.From(r.Context()), r.PostForm
	made, err := s.svc.ShareOwn(r.Context(), p.Actor, r.PathValue("paper"), core.Sharing{
		Purpose: in.Get("purpose"), Days: number(in.Get("days"), 0), Opens: number(in.Get("opens"), -1),
	})
	if err == nil {
		return s.paperPage(w, r, url.Values{"days": {"7"}, "opens": {"5"}}, made, nil)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.paperPage(w, r, in, core.Shared{}, problem)
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	paper := r.PathValue("paper")
	if err := s.svc.WithdrawShare(r.Context(), page.From(r.Context()).Actor, paper, r.PostForm.Get("share")); err != nil {
		return err
	}
	return page.Done(w, r, ownPath+"/"+url.PathEscape(paper), "holdings.share.withdrawn")
}

// hidden keeps a page away from those who search and from those who look over a
// shoulder later: it is found by its link alone.
func hidden(w http.ResponseWriter) {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func from(r *http.Request) string {
	if a := web.ClientFrom(r.Context()); a.IsValid() {
		return a.String()
	}
	return ""
}

// visit is what a link leads to.
func (s site) visit(w http.ResponseWriter, r *http.Request) error {
	hidden(w)
	p := page.From(r.Context())
	v, err := s.svc.VisitShare(r.Context(), r.PathValue("token"), from(r))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("holdings.visit.title"), Body: visitBody(p, v)})
}

// open gives the file, whole: what is read in parts would count several times.
func (s site) open(w http.ResponseWriter, r *http.Request) error {
	hidden(w)
	content, f, err := s.svc.OpenShare(r.Context(), r.PathValue("token"), from(r))
	if err != nil {
		return err
	}
	r.Header.Del("Range")
	return give(w, r, content, f, false)
}
