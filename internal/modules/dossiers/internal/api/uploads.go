// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Files may come in parts, much as tus 1.0 has it: begin, send parts with the
// offset at which they begin, ask for the offset after the line broke.
func (o operations) uploads() []web.Route {
	submit := needs(dossiers.PermSubmit)
	return []web.Route{
		web.Operation("POST /api/v1/uploads", "Begin a file that comes in parts", submit, o.startUpload),
		web.RawOperation("HEAD /api/v1/uploads/{id}", "How much of an upload has come", submit, web.Raw{
			Status: http.StatusOK, Sends: []web.Param{{Name: "Upload-Offset", Doc: "where the next part begins", Number: true}, {Name: "Upload-Length", Doc: "bytes that will come", Number: true}},
		}, o.uploadOffset),
		o.sized(web.RawOperation("PATCH /api/v1/uploads/{id}", "Send the next part; what came before the line broke counts", submit, web.Raw{
			Headers: []web.Param{{Name: "Upload-Offset", Doc: "where the part begins", Number: true, Required: true}},
			Takes:   []string{"application/offset+octet-stream"}, Gives: []string{"application/json"}, JSON: uploadState{}, Status: http.StatusOK,
			Sends: []web.Param{{Name: "Upload-Offset", Doc: "where the next part begins", Number: true}},
		}, o.appendUpload)),
		web.Operation("DELETE /api/v1/uploads/{id}", "Throw an upload away", submit, o.dropUpload),
	}
}

type newUpload struct {
	Body struct {
		Name   string `json:"name" maxLength:"300" doc:"of the file, as its owner calls it"`
		Length int64  `json:"length" doc:"bytes that will come"`
	}
}

type uploadState struct {
	ID       string `json:"id"`
	Length   int64  `json:"length" doc:"bytes that will come"`
	Received int64  `json:"received" doc:"bytes that came: the next part begins there"`
	SHA256   string `json:"sha256,omitempty" doc:"of everything, hex, read back from the disk; once it is complete"`
}

type uploadAnswer struct{ Body uploadState }

func toUpload(u core.UploadState) uploadState {
	return uploadState{ID: u.ID, Length: u.Length, Received: u.Received, SHA256: u.SHA256}
}

func (o operations) startUpload(ctx context.Context, in *newUpload) (*uploadAnswer, error) {
	u, err := o.svc.StartUpload(ctx, identity.From(ctx), in.Body.Name, in.Body.Length)
	if err != nil {
		return nil, err
	}
	return &uploadAnswer{toUpload(u)}, nil
}

func (o operations) uploadOffset(w http.ResponseWriter, r *http.Request) error {
	u, err := o.svc.GetUpload(r.Context(), identity.From(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
	h.Set("Upload-Length", strconv.FormatInt(u.Length, 10))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return nil
}

// appendUpload takes the body as the part that begins at Upload-Offset.
func (o operations) appendUpload(w http.ResponseWriter, r *http.Request) error {
	start, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || start < 0 {
		return files.ErrLengthMalformed
	}
	u, err := o.svc.AppendUpload(r.Context(), identity.From(r.Context()), r.PathValue("id"), start, r.Body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
	_ = json.NewEncoder(w).Encode(toUpload(u)) // the caller has gone: it asks again
	return nil
}

func (o operations) dropUpload(ctx context.Context, in *One) (*nothing, error) {
	return nil, o.svc.DropUpload(ctx, identity.From(ctx), in.ID)
}
