// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

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
