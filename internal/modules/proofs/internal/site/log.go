// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (s site) log(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64) // what is no number is the first page
	found, err := s.svc.Log(r.Context(), before)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("proofs.log.title"), Description: p.T("proofs.log.description"), Body: logPage(p, found, before, s.svc.PublicKey()),
	})
}

func (s site) key(w http.ResponseWriter, _ *http.Request) error {
	send(w, "text/plain; charset=utf-8", "khoa.txt", s.svc.PublicKey()+"\n")
	return nil
}

func (s site) checkpoint(w http.ResponseWriter, r *http.Request) error {
	size, err := strconv.ParseInt(strings.TrimSuffix(r.PathValue("size"), ".txt"), 10, 64)
	if err != nil || size < 1 {
		return audit.ErrNoCheckpoint
	}
	c, err := s.svc.Checkpoint(r.Context(), size)
	if err != nil {
		return err
	}
	send(w, "text/plain; charset=utf-8", "diem-neo-"+strconv.FormatInt(size, 10)+".txt", c.Note)
	return nil
}

// newest is the address that never changes: whoever keeps checkpoints asks it
// now and again. It answers with the note itself, to be read or kept.
func (s site) newest(w http.ResponseWriter, r *http.Request) error {
	c, err := s.svc.Checkpoint(r.Context(), 0)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = io.WriteString(w, c.Note) // the reader has gone: nobody to tell
	return nil
}

func (s site) receiptForm(w http.ResponseWriter, r *http.Request) error {
	return s.receiptPage(w, r, http.StatusOK, given{key: s.svc.PublicKey()}, nil, nil)
}

// given is what stands in the form of receipts.
type given struct{ receipt, key string }

func (s site) receiptPage(w http.ResponseWriter, r *http.Request, status int, g given, c *core.Checked, problem *web.ProblemError) error {
	p := page.From(r.Context())
	title := p.T("proofs.receipt.title")
	switch {
	case c != nil:
		title = p.T("proofs.receipt.title_good")
	case problem != nil:
		title = p.T("proofs.receipt.title_bad")
	}
	return p.Render(w, r, page.View{
		Title: title, Description: p.T("proofs.receipt.description"), Status: status, Body: receiptPage(p, g, c, problem),
	})
}

func (s site) checkReceipt(w http.ResponseWriter, r *http.Request) error {
	g, err := takeReceipt(r)
	if err != nil {
		return err
	}
	c, err := s.svc.CheckReceipt([]byte(g.receipt), g.key)
	if err != nil {
		problem, err := said(r, err)
		if err != nil {
			return err
		}
		return s.receiptPage(w, r, problem.Status, g, nil, problem)
	}
	return s.receiptPage(w, r, http.StatusOK, g, &c, nil)
}

// takeReceipt reads the form: the file if there is one, else what was pasted.
func takeReceipt(r *http.Request) (g given, err error) {
	if err := r.ParseMultipartForm(maxReceipt); err != nil && !errors.Is(err, http.ErrNotMultipart) { //nolint:gosec // the route bounds the body
		return g, web.ErrMalformed.Because(err)
	}
	g = given{lines(r.PostFormValue("receipt")), r.PostFormValue("key")}
	f, _, err := r.FormFile("file")
	if err != nil {
		return g, nil // no file was chosen
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	if err != nil {
		return g, proofs.ErrInterrupted.Because(err)
	}
	if len(text) > 0 {
		g.receipt = string(text)
	}
	return g, nil
}

func (s site) receipt(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.svc.Receipt(r.Context(), page.From(r.Context()).Actor, r.PathValue("record"))
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(rec, "", "  ")
	if err != nil {
		return err
	}
	send(w, "application/json", "bien-nhan-"+strconv.FormatInt(rec.Proof.Leaf, 10)+".json", string(text)+"\n")
	return nil
}

func (s site) acts(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, more, err := s.svc.Acts(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("proofs.acts.title"), Desk: p.Actor.Official(), Body: actsPage(p, found, more)})
}

// send answers with a file to save.
func send(w http.ResponseWriter, kind, name, text string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = io.WriteString(w, text) //nolint:gosec // a file to save, and a reader who has gone is nobody to tell
}

// lines undoes what a browser does to the ends of lines.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
