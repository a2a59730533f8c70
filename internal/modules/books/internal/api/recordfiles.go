// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// fileRoutes are the operations on the files of a record.
func (o operations) fileRoutes(anybody web.Access) []web.Route {
	const all = "/api/v1/registers/{register}/records/{record}/files/{field}"
	add := web.RawOperation("POST "+all, "Add a file to a field of a record; where another person must agree it is proposed", anybody, web.Raw{
		Query: []web.Param{{Name: "name", Doc: "of the file, where the body is the file itself"}},
		Takes: []string{"multipart/form-data", "application/octet-stream"}, Gives: []string{"application/json"}, JSON: RecordFile{}, Status: http.StatusCreated,
	}, o.addFile)
	add.MaxBody = core.MaxRecordFile + 1<<20
	upload := web.RawOperation("POST /api/v1/registers/{register}/uploads/{field}", "Upload a file for a field of a record that is yet to be added or proposed: its id stands in the values of that field, within a day", anybody, web.Raw{
		Query: []web.Param{{Name: "name", Doc: "of the file, where the body is the file itself"}},
		Takes: []string{"multipart/form-data", "application/octet-stream"}, Gives: []string{"application/json"}, JSON: RecordFile{}, Status: http.StatusCreated,
	}, o.upload)
	upload.MaxBody = core.MaxRecordFile + 1<<20
	return []web.Route{
		add, upload,
		web.Operation("DELETE /api/v1/registers/{register}/uploads/{field}/{file}", "Remove an upload that no record has", anybody, o.dropUpload),
		web.RawOperation("GET /api/v1/registers/{register}/proposals/{proposal}/files/{field}/{file}", "The content of a file that a proposal to add a record brings, while it waits", anybody, web.Raw{
			Query: []web.Param{{Name: "purpose", Doc: "handling or inspection; of personal files"}},
			Gives: []string{"application/octet-stream"}, Status: http.StatusOK, Sends: []web.Param{{Name: "Content-Disposition", Doc: "the name of the file"}},
		}, o.openProposedFile),
		web.Operation("GET "+all, "The files of a field of a record, and those that earlier versions had; personal ones for a purpose", anybody, o.recordFiles),
		web.RawOperation("GET "+all+"/{file}", "The content of a file of a record", anybody, web.Raw{
			Query: []web.Param{{Name: "purpose", Doc: "handling or inspection; of personal files"}},
			Gives: []string{"application/octet-stream"}, Status: http.StatusOK, Sends: []web.Param{{Name: "Content-Disposition", Doc: "the name of the file"}},
		}, o.openFile),
		web.Operation("DELETE "+all+"/{file}", "Take a file out of a record; earlier versions keep it", anybody, o.removeFile),
	}
}

// RecordFile is a file of a record.
type RecordFile struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	Size    int64   `json:"size" doc:"bytes"`
	SHA256  string  `json:"sha256"`
	Added   db.Time `json:"added"`
	Version int64   `json:"version,omitempty" doc:"of the record, the last that had it; absent: it has it now"`

	Proposal string `json:"proposal,omitempty" doc:"that waits for another person's word and would give the file to the record"`
}

func outFile(p core.Paper) RecordFile {
	return RecordFile{string(p.ID), p.Name, string(p.Type), p.Size, p.SHA256, p.AddedAt, p.Version, p.Proposal}
}

type recordFilesIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Field    string `path:"field" maxLength:"100"`
	Purpose  string `query:"purpose" maxLength:"40" doc:"handling or inspection; of personal files"`
}

type recordFilesOut struct {
	Body struct {
		Items    []RecordFile `json:"items"`
		Former   []RecordFile `json:"former"`
		Proposed []RecordFile `json:"proposed" doc:"that wait for another person's word, where the caller may know of them"`
		Withheld bool         `json:"withheld,omitempty" doc:"they are personal: ask with a purpose"`
	}
}

func (o operations) recordFiles(ctx context.Context, in *recordFilesIn) (*recordFilesOut, error) {
	v, err := o.svc.RecordFiles(ctx, identity.From(ctx), access.Purpose(in.Purpose), in.Register, in.Record, in.Field)
	if err != nil {
		return nil, err
	}
	out := &recordFilesOut{}
	out.Body.Items, out.Body.Former, out.Body.Proposed, out.Body.Withheld = []RecordFile{}, []RecordFile{}, []RecordFile{}, v.Withheld
	for _, p := range v.Now {
		out.Body.Items = append(out.Body.Items, outFile(p))
	}
	for _, p := range v.Former {
		out.Body.Former = append(out.Body.Former, outFile(p))
	}
	for _, p := range v.Proposed {
		out.Body.Proposed = append(out.Body.Proposed, outFile(p))
	}
	return out, nil
}

func (o operations) addFile(w http.ResponseWriter, r *http.Request) error {
	name, content, err := body(r)
	if err != nil {
		return err
	}
	f, err := o.svc.AddRecordFile(r.Context(), identity.From(r.Context()), r.PathValue("register"), r.PathValue("record"), r.PathValue("field"), name, content)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(outFile(f)) // the caller has gone: nobody to tell
	return nil
}

func (o operations) openFile(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := o.svc.OpenRecordFile(r.Context(), identity.From(r.Context()), access.Purpose(r.URL.Query().Get("purpose")),
		r.PathValue("register"), r.PathValue("record"), r.PathValue("field"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	return sendFile(w, r, content, f)
}

func sendFile(w http.ResponseWriter, r *http.Request, content files.Content, f files.File) error {
	h := w.Header()
	h.Set("Content-Type", string(f.Type))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

type removeFileIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Field    string `path:"field" maxLength:"100"`
	File     string `path:"file" maxLength:"100"`
}

func (o operations) removeFile(ctx context.Context, in *removeFileIn) (*struct{}, error) {
	return nil, o.svc.RemoveRecordFile(ctx, identity.From(ctx), in.Register, in.Record, in.Field, in.File)
}

// upload takes a file for a record that is not there yet.
func (o operations) upload(w http.ResponseWriter, r *http.Request) error {
	name, content, err := body(r)
	if err != nil {
		return err
	}
	f, err := o.svc.UploadFile(r.Context(), identity.From(r.Context()), r.PathValue("register"), r.PathValue("field"), name, content)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(outFile(core.Paper{File: f})) // the caller has gone: nobody to tell
	return nil
}

type dropUploadIn struct {
	Register string `path:"register" maxLength:"100"`
	Field    string `path:"field" maxLength:"100"`
	File     string `path:"file" maxLength:"100"`
}

func (o operations) dropUpload(ctx context.Context, in *dropUploadIn) (*struct{}, error) {
	return nil, o.svc.DropUpload(ctx, identity.From(ctx), in.Register, in.Field, in.File)
}

func (o operations) openProposedFile(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := o.svc.OpenProposedFile(r.Context(), identity.From(r.Context()), access.Purpose(r.URL.Query().Get("purpose")),
		r.PathValue("register"), r.PathValue("proposal"), r.PathValue("field"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	return sendFile(w, r, content, f)
}
