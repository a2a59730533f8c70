// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/signing/local"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

const (
	cardDoor = "/ky/the/{token}"
	// maxSigned is the largest signed file with its multipart frame; that of each
	// document is smaller.
	maxSigned = 64<<20 + local.MaxGrowth + frame
	frame     = 16 << 10
)

// cardAnswer is what the program of a card reads and hands on to the page.
type cardAnswer struct {
	Status     bool
	Message    string
	FileName   string
	FileServer string
}

// cardDoors are where the program of an official's card fetches a document and
// brings it back signed. It is not signed in: the path holds a token for one
// document and some minutes.
func (p *Program) cardDoors(asked *requests.Service) []web.Route {
	fetch := func(w http.ResponseWriter, r *http.Request) error {
		i, document, err := asked.Fetch(r.Context(), r.PathValue("token"))
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Length", strconv.Itoa(len(document)))
		h.Set("Content-Disposition", `attachment; filename="`+i.Name+`"`) // a code and its kind
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		_, err = w.Write(document)
		return err
	}
	bring := func(w http.ResponseWriter, r *http.Request) error {
		token := r.PathValue("token")
		file, err := signedFile(w, r, asked, token)
		if err != nil {
			return err
		}
		i, err := asked.Bring(r.Context(), token, file)
		if err != nil {
			return err
		}
		return sayCard(w, http.StatusOK, cardAnswer{Status: true, Message: p.Site.Catalogue.Printer("vi").T("requests.taken"), FileName: i.Name, FileServer: i.Name})
	}
	return []web.Route{
		{Pattern: "GET " + cardDoor + "/tai-lieu.pdf", Access: web.Public(), Door: web.Narrow, Handle: p.toCard(fetch)},
		{Pattern: "POST " + cardDoor, Access: web.Public(), Door: web.Narrow, MaxBody: maxSigned, Handle: p.toCard(bring)},
	}
}

// signedFile reads the one file of a multipart body, no more than its document allows.
func signedFile(w http.ResponseWriter, r *http.Request, asked *requests.Service, token string) ([]byte, error) {
	room, err := asked.Room(r.Context(), token)
	if err != nil {
		return nil, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, room+frame)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, cardBody(err)
		}
		if part.FormName() == "uploadfile" || part.FormName() == "file" {
			return readPart(part, room)
		}
	}
}

func readPart(part *multipart.Part, room int64) ([]byte, error) {
	file, err := io.ReadAll(io.LimitReader(part, room+1))
	switch {
	case err != nil:
		return nil, cardBody(err)
	case int64(len(file)) > room:
		return nil, local.ErrTooLarge.With("max", local.MaxGrowth>>10)
	}
	return file, nil
}

// cardBody says what was wrong with a body.
func cardBody(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return local.ErrTooLarge.With("max", local.MaxGrowth>>10)
	}
	return web.ErrMalformed.Because(err)
}

// toCard answers errors as the program of a card reads them: in words, for the person.
func (p *Program) toCard(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if err == nil || errs.KindOf(err) == errs.Internal {
			return err
		}
		told := web.Problem(err)
		p.Site.Explain(r, told)
		return sayCard(w, told.Status, cardAnswer{Message: told.Detail})
	}
}

func sayCard(w http.ResponseWriter, status int, a cardAnswer) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(a)
}
