// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

// attach takes a file as the body itself, named by ?name=, or as the first file
// of a multipart form, or one that came in parts, named by ?upload=. It is
// streamed: nothing of it stays in memory.
func (o operations) attach(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	a, err := o.attached(r, id)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(toAttachment(a)) // the caller has gone: nobody to tell
	return nil
}

func (o operations) attached(r *http.Request, id dossiers.ID) (core.Attachment, error) {
	ctx, paper := r.Context(), r.PathValue("paper")
	if whole := r.URL.Query().Get("upload"); whole != "" {
		return o.svc.AttachUpload(ctx, identity.From(ctx), id, paper, whole)
	}
	name, content, err := upload(r)
	if err != nil {
		return core.Attachment{}, err
	}
	return o.svc.Attach(ctx, identity.From(ctx), id, paper, name, content)
}

func upload(r *http.Request) (name string, content io.Reader, err error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return r.URL.Query().Get("name"), r.Body, nil
	}
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, files.ErrEmpty
		}
		if err != nil {
			return "", nil, web.ErrMalformed.Because(err)
		}
		if part.FileName() != "" {
			return part.FileName(), part, nil
		}
	}
}

// send streams a file that the caller saves; a browser shows nothing of it.
func send(w http.ResponseWriter, r *http.Request, content files.Content, f files.File) (err error) {
	defer func() { err = errors.Join(err, content.Close()) }()
	headers(w, f.Name, string(f.Type), f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func headers(w http.ResponseWriter, name, kind string, size int64) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
}

func why(r *http.Request) access.Purpose { return access.Purpose(r.URL.Query().Get("purpose")) }

func (o operations) draftFile(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	content, f, err := o.svc.OpenDraftFile(r.Context(), identity.From(r.Context()), id, r.PathValue("attachment"))
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}

func (o operations) openFile(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	content, f, err := o.svc.OpenFile(r.Context(), identity.From(r.Context()), id, files.ID(r.PathValue("file")), why(r))
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}

func (o operations) receipt(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	content, f, err := o.svc.Receipt(r.Context(), identity.From(r.Context()), id, why(r))
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}

func (o operations) receiptOn(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	document, err := o.svc.ReceiptOn(r.Context(), identity.From(r.Context()), id, core.Sheet(r.PathValue("sheet")), why(r))
	if err != nil {
		return err
	}
	return sendBytes(w, "giay-tiep-nhan.pdf", document)
}

func (o operations) resultFile(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	content, f, err := o.svc.ResultFile(r.Context(), identity.From(r.Context()), id, why(r))
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}

func (o operations) refusal(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	document, err := o.svc.RefusalSlip(r.Context(), identity.From(r.Context()), id, why(r))
	if err != nil {
		return err
	}
	return sendBytes(w, "phieu-tu-choi.pdf", document)
}

func (o operations) printDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	document, err := o.svc.PrintDraft(r.Context(), identity.From(r.Context()), id)
	if err != nil {
		return err
	}
	return sendBytes(w, "to-khai.pdf", document)
}

func (o operations) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	document, err := o.svc.PreviewResult(r.Context(), identity.From(r.Context()), id)
	if err != nil {
		return err
	}
	return sendBytes(w, "du-thao.pdf", document)
}

func sendBytes(w http.ResponseWriter, name string, document []byte) error {
	headers(w, name, string(files.PDF), int64(len(document)))
	_, err := w.Write(document) //nolint:gosec // a PDF of ours, which no browser shows as a page: see headers
	return err
}
