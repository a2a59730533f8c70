// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/web"
)

// MaxBody is how much a request with a document may send: a little more than
// what is checked, so that somebody who sends too much is told so, instead of
// seeing the line cut.
const MaxBody = proofs.MaxSize + 16<<20

// slowest is how long a document may travel.
const slowest = 10 * time.Minute

// Checker returns what takes the document out of a request, the body itself or
// the first file of a form, and checks it.
func Checker(svc *core.Service) func(http.ResponseWriter, *http.Request) (proofs.Report, error) {
	return func(w http.ResponseWriter, r *http.Request) (rep proofs.Report, err error) {
		// Servers of tests cannot; then there is no line either.
		_ = http.NewResponseController(w).SetReadDeadline(clock.System{}.Now().Add(slowest))
		content, err := document(r)
		if err != nil {
			return rep, err
		}
		return svc.Verify(r.Context(), content)
	}
}

// Batcher returns what takes every file out of a form and checks one after the
// other: no more than one is held at a time.
func Batcher(svc *core.Service) func(http.ResponseWriter, *http.Request, func(string, proofs.Report, error)) error {
	return func(w http.ResponseWriter, r *http.Request, each func(string, proofs.Report, error)) error {
		_ = http.NewResponseController(w).SetReadDeadline(clock.System{}.Now().Add(slowest))
		form, err := r.MultipartReader()
		if err != nil {
			return web.ErrMalformed.Because(err)
		}
		for n := 0; ; {
			part, err := form.NextPart()
			switch {
			case errors.Is(err, io.EOF) && n == 0:
				return proofs.ErrEmpty
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return web.ErrMalformed.Because(err)
			case part.FileName() == "":
				continue
			}
			if n++; n > proofs.MaxFiles {
				return proofs.ErrMany.With("max", proofs.MaxFiles)
			}
			rep, err := svc.Verify(r.Context(), part)
			if errors.Is(err, proofs.ErrInterrupted) || r.Context().Err() != nil {
				return err
			}
			each(part.FileName(), rep, err)
		}
	}
}

// Printer returns what prints a report in the language of the request, signed.
func Printer(svc *core.Service) func(*http.Request, proofs.Report, string) ([]byte, error) {
	return func(r *http.Request, rep proofs.Report, text string) ([]byte, error) {
		return svc.Paper(r.Context(), words(page.From(r.Context()), rep, text), simulated(rep))
	}
}

// Explain puts a problem into the language of the request.
func Explain(r *http.Request, p *web.ProblemError) { page.From(r.Context()).Site.Explain(r, p) }

func document(r *http.Request) (io.Reader, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return r.Body, nil
	}
	form, err := r.MultipartReader()
	if err != nil {
		return nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, proofs.ErrEmpty
		}
		if err != nil {
			return nil, web.ErrMalformed.Because(err)
		}
		if part.FileName() != "" {
			return part, nil
		}
	}
}
