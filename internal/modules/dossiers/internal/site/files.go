// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"mime"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

// give sends a file. A browser shows PDF and pictures itself; everything else
// is saved, and nothing is guessed from content.
func give(w http.ResponseWriter, r *http.Request, content files.Content, f files.File) (err error) {
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	headers(w, f.Type, f.Name, f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func headers(w http.ResponseWriter, t files.Type, name string, size int64) {
	how := "attachment"
	switch t {
	case files.PDF, files.PNG, files.JPEG:
		how = "inline"
	case files.DOCX, files.XLSX, files.ODT, files.Text, files.Data, files.TIFF:
	}
	h := w.Header()
	h.Set("Content-Type", string(t))
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
}

func givePDF(w http.ResponseWriter, name string, body []byte) error {
	headers(w, files.PDF, name, int64(len(body)))
	_, err := w.Write(body) //nolint:gosec // a PDF, sent as one and never sniffed
	return err
}

func (s site) draftFile(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	content, f, err := s.svc.OpenDraftFile(r.Context(), page.From(r.Context()).Actor, id, r.PathValue("file"))
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}

func (s site) paper(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	content, f, err := s.svc.OpenFile(r.Context(), p.Actor, id, files.ID(r.PathValue("file")), purpose(p))
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}

func (s site) receipt(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	if on := core.Sheet(r.FormValue("kho")); on != "" {
		document, err := s.svc.ReceiptOn(r.Context(), p.Actor, id, on, purpose(p))
		if err != nil {
			return err
		}
		return givePDF(w, "giay-tiep-nhan-"+string(on)+".pdf", document)
	}
	content, f, err := s.svc.Receipt(r.Context(), p.Actor, id, purpose(p))
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}

func (s site) result(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	content, f, err := s.svc.ResultFile(r.Context(), p.Actor, id, purpose(p))
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}

func (s site) slip(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	body, err := s.svc.RefusalSlip(r.Context(), p.Actor, id, purpose(p))
	if err != nil {
		return err
	}
	return givePDF(w, "phieu-tu-choi.pdf", body)
}

func (s site) printDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "draft")
	if err != nil {
		return err
	}
	body, err := s.svc.PrintDraft(r.Context(), page.From(r.Context()).Actor, id)
	if err != nil {
		return unless(s.led(w, r, id, err))
	}
	return givePDF(w, "to-khai.pdf", body)
}

func (s site) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	body, err := s.svc.PreviewResult(r.Context(), page.From(r.Context()).Actor, id)
	if err != nil {
		return err
	}
	return givePDF(w, "du-thao.pdf", body)
}
