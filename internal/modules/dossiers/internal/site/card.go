// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Who signs with a card sees one page. A script on it leads the program on the
// official's computer from document to document; without a script each document
// is fetched, signed and handed in by hand. Both come to the same check.

// maxHanded is the largest signed file that is handed in by hand, with its form.
const maxHanded = 65 << 20

// cardPaper is one document as the script reads it. The addresses are there only
// when it has asked to begin.
type cardPaper struct {
	ID       string   `json:"id"`
	State    string   `json:"state"` // waiting, signed, ended
	Why      string   `json:"why,omitempty"`
	File     string   `json:"file,omitempty"`
	Field    string   `json:"field,omitempty"`
	Document string   `json:"document,omitempty"`
	Upload   string   `json:"upload,omitempty"`
	Expires  *db.Time `json:"expires,omitempty"`
}

// cardState says how far each document is.
func (s site) cardState(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.GetSigning(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	return sayPapers(w, papersOf(p, v))
}

func papersOf(p page.Page, v core.SigningState) []cardPaper {
	all := make([]cardPaper, len(v.Items))
	for i, item := range v.Items {
		all[i] = cardPaper{ID: item.Paper(), State: "ended"}
		switch {
		case item.Came, item.State == core.SignatureUsed:
			all[i].State = "signed"
		case item.State == core.SignatureOpen && v.State.Open():
			all[i].State = "waiting"
		}
		if item.Why != "" {
			all[i].Why = whyText(p, item.Why)
		}
	}
	return all
}

func sayPapers(w http.ResponseWriter, all []cardPaper) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"papers": all})
}

// cardBegins gives the script the addresses of what is to be signed.
func (s site) cardBegins(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	request := r.PathValue("request")
	open, err := s.svc.StartCard(r.Context(), p.Actor, request)
	if err != nil {
		return err
	}
	v, err := s.svc.GetSigning(r.Context(), p.Actor, request)
	if err != nil {
		return err
	}
	all := papersOf(p, v)
	for i := range all {
		for _, o := range open {
			if all[i].ID == o.Paper {
				all[i].File, all[i].Field, all[i].Document, all[i].Upload, all[i].Expires = o.File, o.Field, o.Document, o.Upload, &o.Expires
			}
		}
	}
	return sayPapers(w, all)
}

// byHand is the page of who signs with the program outside the browser.
func (s site) byHand(w http.ResponseWriter, r *http.Request) error {
	return s.byHandPage(w, r, nil)
}

func (s site) byHandPage(w http.ResponseWriter, r *http.Request, wrong *problem) error {
	p := page.From(r.Context())
	request := r.PathValue("request")
	open, err := s.svc.StartCard(r.Context(), p.Actor, request)
	if errors.Is(err, requests.ErrOver) || (err == nil && len(open) == 0) {
		return web.SeeOther(w, r, at("ky", "cho", request))
	}
	if err != nil {
		return err
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.card.hand"), Desk: true, Body: handBody(p, request, open, wrong)}, wrong)
}

// handedIn takes a file that was signed by hand.
func (s site) handedIn(w http.ResponseWriter, r *http.Request) error {
	request := r.PathValue("request")
	token, file, err := handed(r)
	if err != nil {
		return err
	}
	if err := s.svc.HandInCard(r.Context(), page.From(r.Context()).Actor, request, token, file); err != nil {
		wrong, err := wrongWith(r, err, "")
		if err != nil {
			return err
		}
		return s.byHandPage(w, r, wrong)
	}
	return page.Done(w, r, at("ky", "cho", request), "dossiers.page.card.taken")
}

// handed reads the form: the token stands before the file.
func handed(r *http.Request) (token string, file []byte, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return token, file, nil
		}
		if err != nil {
			return "", nil, broken(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return "", nil, broken(err)
		}
		switch part.FormName() {
		case "token":
			token = string(content)
		case "file":
			file = content
		}
	}
}

// placeName is what a place for a signature is called.
func placeName(p page.Page, field string) string {
	if field == string(papers.AreaInitial) {
		return p.T("dossiers.page.card.place.initial")
	}
	return p.T("dossiers.page.card.place.signature")
}

// cardTag is how far one document is that a card signs.
func cardTag(p page.Page, i core.SigningItem) ui.TagParams {
	if i.Came {
		return ui.TagParams{Text: p.T("dossiers.page.signing.item.finishing"), Classes: "ts-tag--soon"}
	}
	return ui.TagParams{Text: p.T("dossiers.page.card.item.open"), Classes: "ts-tag--soon"}
}
