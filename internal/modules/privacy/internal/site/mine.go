// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) public(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListPurposes(r.Context())
	if err != nil {
		return err
	}
	books, err := s.svc.ListBooks(r.Context())
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.public.title"), Description: p.T("privacy.public.lead"), Body: publicBody(p, all, books)})
}

func (s site) mine(w http.ResponseWriter, r *http.Request) error { return s.minePage(w, r, nil) }

func (s site) minePage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	o, err := s.svc.Overview(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.mine.title"), Status: status(problem), Body: mineBody(p, o, problem)})
}

// done goes back to the page of what is held, or shows it with the problem.
func (s site) done(w http.ResponseWriter, r *http.Request, err error, message string) error {
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.minePage(w, r, problem)
	}
	return page.Done(w, r, minePath, message)
}

func (s site) agree(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	_, err := s.svc.GiveConsent(r.Context(), p.Actor, r.PathValue("purpose"), r.FormValue("sha"), p.Lang())
	return s.done(w, r, err, "privacy.consent.given")
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.done(w, r, s.svc.WithdrawConsent(r.Context(), page.From(r.Context()).Actor, r.PathValue("purpose")), "privacy.consent.withdrawn")
}

func (s site) lift(w http.ResponseWriter, r *http.Request) error {
	return s.done(w, r, s.svc.LiftRestriction(r.Context(), page.From(r.Context()).Actor), "privacy.restriction.lifted")
}

func (s site) receipt(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := s.svc.GetReceipt(r.Context(), p.Actor, r.PathValue("consent"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.receipt.title"), Body: receiptBody(p, c)})
}

func (s site) receiptPDF(w http.ResponseWriter, r *http.Request) error {
	body, err := s.svc.PrintReceipt(r.Context(), page.From(r.Context()).Actor, r.PathValue("consent"))
	if err != nil {
		return err
	}
	return give(w, r, "bien-nhan-dong-y.pdf", "application/pdf", body)
}

// give sends something that was made for this answer.
func give(w http.ResponseWriter, r *http.Request, name, kind string, body []byte) error {
	headers(w, name, kind, int64(len(body)))
	sum := sha256.Sum256(body)
	return web.SendBytes(w, r, int64(len(body)), hex.EncodeToString(sum[:]), bytes.NewReader(body), func(from, length int64) (io.Reader, error) {
		return io.NewSectionReader(bytes.NewReader(body), from, length), nil
	})
}

func headers(w http.ResponseWriter, name, kind string, size int64) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
}

func (s site) askArchive(w http.ResponseWriter, r *http.Request) error {
	_, err := s.svc.AskArchive(r.Context(), page.From(r.Context()).Actor)
	return s.done(w, r, err, "privacy.archive.asked")
}

func (s site) archive(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := s.svc.OpenArchive(r.Context(), page.From(r.Context()).Actor, r.PathValue("archive"))
	if err != nil {
		return err
	}
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	headers(w, "du-lieu-cua-toi.zip", "application/zip", f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func askOf(r *http.Request) core.Ask {
	return core.Ask{Kind: privacy.Kind(r.FormValue("kind")), Purpose: r.FormValue("purpose"), Words: r.FormValue("words")}
}

func (s site) ask(w http.ResponseWriter, r *http.Request) error {
	return s.askPage(w, r, askOf(r), nil)
}

func (s site) askPage(w http.ResponseWriter, r *http.Request, a core.Ask, problem *web.ProblemError) error {
	p := page.From(r.Context())
	controls, err := s.askFields(r, a)
	if err != nil {
		return err
	}
	f := sending{action: askPath, button: p.T("privacy.ask.send"), cancel: minePath, fields: controls}
	return p.Render(w, r, page.View{Title: p.T("privacy.ask.title"), Status: status(problem), Body: formPage(p, p.T("privacy.ask.title"), p.T("privacy.ask.lead"), f, problem)})
}

// askFields are the controls of a request, online and at the counter.
func (s site) askFields(r *http.Request, a core.Ask) ([]field, error) {
	p := page.From(r.Context())
	purposes, err := s.svc.ListPurposes(r.Context())
	if err != nil {
		return nil, err
	}
	about := []ui.SelectItem{{Text: p.T("privacy.ask.all")}}
	for _, v := range purposes {
		about = append(about, ui.SelectItem{Value: v.ID, Text: p.Text(v.Name)})
	}
	kinds := make([]string, len(privacy.Kinds()))
	for i, k := range privacy.Kinds() {
		kinds[i] = string(k)
	}
	return []field{
		{kind: "radios", name: "kind", label: p.T("privacy.ask.kind"), value: string(a.Kind), items: choices(p, "privacy.ask.kind.", kinds...)},
		{kind: "select", name: "purpose", label: p.T("privacy.ask.purpose"), hint: p.T("privacy.ask.purpose_hint"), value: a.Purpose, items: about},
		{kind: "area", name: "words", label: p.T("privacy.ask.words"), hint: p.T("privacy.ask.words_hint"), value: a.Words},
	}, nil
}

func (s site) file(w http.ResponseWriter, r *http.Request) error {
	a := askOf(r)
	id, err := s.svc.FileRequest(r.Context(), page.From(r.Context()).Actor, a)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.askPage(w, r, a, problem)
	}
	return page.Done(w, r, myAskPath+"/"+id, "privacy.ask.sent")
}

func (s site) myRequest(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	f, err := s.svc.GetRequest(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	if !f.Mine {
		return privacy.ErrNotFound
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.request.title", "code", f.Code), Body: myRequestBody(p, f)})
}
