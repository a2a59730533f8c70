// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the pages where anybody checks a document, the log and a
// receipt.
package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/web"
)

type site struct {
	svc   *core.Service
	check func(http.ResponseWriter, *http.Request) (proofs.Report, error)
}

// maxReceipt bounds what comes to the page of receipts, and a report that comes
// back to be saved.
const maxReceipt = 512 << 10

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc, Checker(svc)}
	return append(trustRoutes(s), []web.Route{
		{Pattern: "GET /kiem-tra", Access: web.Public(), Handle: s.form},
		{Pattern: "POST /kiem-tra", Access: web.Public(), Door: web.Narrow, MaxBody: MaxBody, Handle: s.verify},
		{Pattern: "POST /kiem-tra/bao-cao", Access: web.Public(), Door: web.Narrow, MaxBody: maxReceipt, Handle: s.save},
		{Pattern: "GET /nhat-ky", Access: web.Public(), Handle: s.log},
		{Pattern: "GET /nhat-ky/khoa.txt", Access: web.Public(), Handle: s.key},
		{Pattern: "GET /nhat-ky/diem-neo", Access: web.Public(), Handle: s.newest},
		{Pattern: "GET /nhat-ky/diem-neo/{size}", Access: web.Public(), Handle: s.checkpoint},
		{Pattern: "GET /nhat-ky/bien-nhan", Access: web.Public(), Handle: s.receiptForm},
		{Pattern: "POST /nhat-ky/bien-nhan", Access: web.Public(), Door: web.Narrow, MaxBody: maxReceipt, Handle: s.checkReceipt},
		{Pattern: "GET /nhat-ky/bien-nhan/{record}", Access: web.SignedIn(), Handle: s.receipt},
		{Pattern: "GET /nhat-ky/cua-toi", Access: web.SignedIn(), Handle: s.acts},
	}...)
}

func (s site) form(w http.ResponseWriter, r *http.Request) error {
	return s.ask(w, r, http.StatusOK, nil)
}

func (s site) ask(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	title := p.T("proofs.verify.title")
	if problem != nil {
		title = p.T("proofs.error_title", "title", title)
	}
	return p.Render(w, r, page.View{
		Title: title, Description: p.T("proofs.verify.description"), Status: status, Body: verifyForm(p, problem),
	})
}

// verify answers with the page itself instead of 303: nothing is kept that
// another address could show.
func (s site) verify(w http.ResponseWriter, r *http.Request) error {
	rep, err := s.check(w, r)
	if err != nil {
		problem, err := said(r, err)
		if err != nil {
			return err
		}
		return s.ask(w, r, problem.Status, problem)
	}
	text, seal, err := s.svc.Write(rep)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	return p.Render(w, r, page.View{
		Title: p.T("proofs.result.title", "verdict", verdictTitle(p, rep)), Body: verifyResult(p, rep, text, seal),
	})
}

// said puts an error into words that stand beside the field; one of ours stays an error.
func said(r *http.Request, err error) (*web.ProblemError, error) {
	problem := web.Problem(err)
	if problem.Status >= http.StatusInternalServerError && problem.Status != http.StatusServiceUnavailable {
		return nil, err
	}
	page.From(r.Context()).Site.Explain(r, problem)
	return problem, nil
}

// save sends a report back as a file: for people a signed PDF, for programs a
// signed statement, or as it is.
func (s site) save(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	// A browser sends the lines of a form with CR LF (HTML, form submission).
	text := lines(r.PostForm.Get("report"))
	rep, err := s.svc.Read(text, r.PostForm.Get("seal"))
	if err != nil {
		return err
	}
	switch r.PostForm.Get("as") {
	case "pdf":
		p := page.From(r.Context())
		paper, err := s.svc.Paper(r.Context(), words(p, rep, text), simulated(rep))
		if err != nil {
			return err
		}
		send(w, "application/pdf", "ket-qua-kiem-tra.pdf", string(paper))
	case "jws":
		statement, err := s.svc.Statement(r.Context(), text)
		if err != nil {
			return err
		}
		send(w, "application/jose+json", "ket-qua-kiem-tra.jws.json", string(statement))
	default:
		send(w, "application/json", "ket-qua-kiem-tra.json", text)
	}
	return nil
}
