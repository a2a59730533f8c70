// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Large files come in parts, sent by a script of the page; without it they come
// with the form. It is the protocol of the API (POST, HEAD, PATCH, DELETE
// /api/v1/uploads) behind the session of the browser.

// told answers errors as the script reads them.
func (s site) told(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if err == nil {
			return nil
		}
		told := web.Problem(err)
		if told.Status >= http.StatusInternalServerError {
			return err // it is logged, and its page has the reference
		}
		page.From(r.Context()).Site.Explain(r, told)
		told.Write(w)
		return nil
	}
}

type uploadState struct {
	ID       string `json:"id"`
	Received int64  `json:"received"`
	Length   int64  `json:"length"`
	SHA256   string `json:"sha256,omitempty"`
}

func sayUpload(w http.ResponseWriter, status int, u core.UploadState) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(uploadState{ID: u.ID, Received: u.Received, Length: u.Length, SHA256: u.SHA256})
}

func (s site) startUpload(w http.ResponseWriter, r *http.Request) error {
	length, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil {
		return files.ErrLengthMalformed
	}
	name, err := url.PathUnescape(r.Header.Get("Upload-Name")) // headers are ASCII
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	u, err := s.svc.StartUpload(r.Context(), page.From(r.Context()).Actor, name, length)
	if err != nil {
		return err
	}
	w.Header().Set("Location", at("tai-len", u.ID))
	return sayUpload(w, http.StatusCreated, u)
}

func (s site) uploadOffset(w http.ResponseWriter, r *http.Request) error {
	u, err := s.svc.GetUpload(r.Context(), page.From(r.Context()).Actor, r.PathValue("upload"))
	if errors.Is(err, files.ErrNoUpload) {
		w.WriteHeader(http.StatusGone) // it was attached, or is too old: the script begins anew
		return nil
	}
	if err != nil {
		return err
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
	w.Header().Set("Upload-Length", strconv.FormatInt(u.Length, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s site) appendUpload(w http.ResponseWriter, r *http.Request) error {
	start, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || start < 0 {
		return files.ErrLengthMalformed
	}
	u, err := s.svc.AppendUpload(r.Context(), page.From(r.Context()).Actor, r.PathValue("upload"), start, r.Body)
	if err != nil {
		return err
	}
	return sayUpload(w, http.StatusOK, u)
}

func (s site) dropUpload(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.DropUpload(r.Context(), page.From(r.Context()).Actor, r.PathValue("upload")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// fileReceipt says in a file to keep what was received, when, and with which
// hash: the log of the office has the same hash under the same number.
func (s site) fileReceipt(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	d, err := s.svc.GetDraft(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	for _, a := range d.Papers {
		if a.ID != r.PathValue("file") || a.File == nil {
			continue
		}
		var b strings.Builder
		for _, line := range []struct{ key, value string }{
			{"name", a.File.Name},
			{"size", fmt.Sprintf("%d byte (%s)", a.File.Size, p.Size(a.File.Size))},
			{"at", p.DateTime(a.File.AddedAt.Time)},
			{"sha", a.File.SHA256},
			{"log", string(dossiers.AuditFileReceived) + " " + string(a.File.ID) + " sha256:" + a.File.SHA256},
		} {
			fmt.Fprintf(&b, "%s: %s\n", p.T("dossiers.page.file_receipt."+line.key), line.value)
		}
		h := w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="bien-nhan-tep.txt"`)
		h.Set("Cache-Control", "private, no-store")
		_, err := w.Write([]byte(p.T("dossiers.page.file_receipt.title") + "\n\n" + b.String() + "\n" + p.T("dossiers.page.file_receipt.how") + "\n"))
		return err
	}
	return dossiers.ErrNoPaper
}
