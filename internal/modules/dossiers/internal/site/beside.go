// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// besideView is a page of a paper beside what was stated.
type besideView struct {
	full core.Full
	all  []core.Attachment
	at   int // of all
	viewed
}

// beside shows the papers of a case one page at a time beside the form.
func (s site) beside(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	full, err := s.svc.GetStep(r.Context(), p.Actor, id, "", access.Handling)
	if err != nil {
		return err
	}
	v := besideView{full: full, all: filesOf(full)}
	if len(v.all) == 0 {
		return dossiers.ErrNoPaper
	}
	if wanted := r.FormValue("tep"); wanted != "" {
		if v.at = slices.IndexFunc(v.all, func(a core.Attachment) bool { return string(a.File.ID) == wanted }); v.at < 0 {
			return dossiers.ErrNoPaper
		}
	}
	f, err := s.svc.ViewFile(r.Context(), p.Actor, id, v.all[v.at].File.ID, access.Handling)
	if err != nil {
		return err
	}
	v.viewed = viewed{FileView: f, id: id}
	if f.Shown.State == files.Made {
		n, _ := strconv.Atoi(r.FormValue("trang")) // what is no number is the first page
		v.page = min(max(n, 1), f.Shown.Made)
	}
	title := p.T("dossiers.page.case.title", "code", codeOf(full.Summary), "name", full.Name)
	return p.Render(w, r, page.View{Title: title, Desk: true, Before: back(p, at("xu-ly", string(id))), Body: besideBody(p, v)})
}

// to is a page of one of the files.
func (v besideView) to(file, leaf int) string {
	q := url.Values{"tep": {string(v.all[file].File.ID)}}
	if leaf > 1 {
		q.Set("trang", strconv.Itoa(leaf))
	}
	return at("xu-ly", string(v.id), "song-song") + "?" + q.Encode() + "#giay"
}

// paperName is the paper of the procedure that a file is of.
func (v besideView) paperName(p page.Page, a core.Attachment) string {
	for _, paper := range withProof(v.full.Version.Papers) {
		if paper.ID == a.Paper {
			return p.Text(paper.Name)
		}
	}
	return a.File.Name
}

// addNote writes to colleagues.
func (s site) addNote(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	if err := s.svc.AddNote(r.Context(), page.From(r.Context()).Actor, id, form.Get("words"), form["mention"]); err != nil {
		wrong, err := wrongWith(r, err, "words")
		if err != nil {
			return err
		}
		return s.casePage(w, r, id, form, wrong)
	}
	return page.Done(w, r, at("xu-ly", string(id))+"#trao-doi", "dossiers.page.done.noted")
}
