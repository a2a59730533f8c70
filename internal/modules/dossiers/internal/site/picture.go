// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// givePicture sends a picture of ours. The browser keeps it for as long as its
// ticket counts: leafing back asks nobody.
func givePicture(w http.ResponseWriter, content io.ReadCloser, p files.Picture) (err error) {
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	h := w.Header()
	h.Set("Content-Type", string(files.JPEG))
	h.Set("Content-Length", strconv.FormatInt(p.Size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=600")
	_, err = io.Copy(w, content)
	return err
}

func (s site) picture(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("page"))
	if err != nil {
		return files.ErrNoPicture
	}
	p := page.From(r.Context())
	content, pic, err := s.svc.OpenPicture(r.Context(), p.Actor, id, files.ID(r.PathValue("file")), n, r.FormValue("phieu"), purpose(p))
	if err != nil {
		return err
	}
	return givePicture(w, content, pic)
}

func (s site) draftPicture(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	content, pic, err := s.svc.OpenDraftPicture(r.Context(), page.From(r.Context()).Actor, id, r.PathValue("file"), 0)
	if err != nil {
		return err
	}
	return givePicture(w, content, pic)
}

// viewed is a file that is leafed through, a page at a time.
type viewed struct {
	core.FileView
	id   dossiers.ID
	page int // that is shown; 0: none can be
}

func (v viewed) path(more ...string) string {
	return at(append([]string{"ho-so", string(v.id), "giay-to", string(v.ID)}, more...)...)
}

func (v viewed) picture() string {
	return v.path("anh", strconv.Itoa(v.page)) + "?phieu=" + url.QueryEscape(v.Ticket)
}

func (v viewed) leaf(to int) string { return v.path("xem") + "?trang=" + strconv.Itoa(to) }

// view shows the pages of a file one by one, so that nobody has to take it away
// to look at it.
func (s site) view(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	f, err := s.svc.ViewFile(r.Context(), p.Actor, id, files.ID(r.PathValue("file")), purpose(p))
	if err != nil {
		return err
	}
	v := viewed{FileView: f, id: id}
	if f.Shown.State == files.Made {
		n, _ := strconv.Atoi(r.FormValue("trang")) // what is no number is the first page
		v.page = min(max(n, 1), f.Shown.Made)
	}
	home := at("ho-so", string(id))
	if p.Actor.Official() {
		home = at("xu-ly", string(id))
	}
	return p.Render(w, r, page.View{Title: f.Name, Desk: p.Actor.Official(), Before: back(p, home), Body: viewBody(p, v)})
}
