// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
)

type viewIn struct {
	One
	File    string `path:"file"`
	Purpose string `query:"purpose" required:"true" doc:"why it is read: it is recorded"`
}

type viewOut struct {
	Body struct {
		Name   string `json:"name"`
		Type   string `json:"type"`
		Size   int64  `json:"size" doc:"bytes"`
		SHA256 string `json:"sha256" doc:"hex"`
		State  string `json:"state" enum:",waiting,made,failed" doc:"of its pictures; empty where there will be none"`
		Reason string `json:"reason,omitempty" doc:"code: why not all can be seen"`
		Pages  int    `json:"pages" doc:"of the file"`
		Made   int    `json:"made" doc:"the first ones, of which there is a picture"`
		Ticket string `json:"ticket" doc:"for the pictures of this reading"`
	}
}

func (o operations) viewFile(ctx context.Context, in *viewIn) (*viewOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := o.svc.ViewFile(ctx, identity.From(ctx), id, files.ID(in.File), access.Purpose(in.Purpose))
	if err != nil {
		return nil, err
	}
	out := &viewOut{}
	b := &out.Body
	b.Name, b.Type, b.Size, b.SHA256 = v.Name, string(v.Type), v.Size, v.SHA256
	b.State, b.Reason, b.Pages, b.Made, b.Ticket = string(v.Shown.State), v.Shown.Reason, v.Shown.Pages, v.Shown.Made, v.Ticket
	return out, nil
}

func (o operations) picture(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	page, err := strconv.Atoi(r.PathValue("page"))
	if err != nil {
		return files.ErrNoPicture
	}
	content, p, err := o.svc.OpenPicture(r.Context(), identity.From(r.Context()), id, files.ID(r.PathValue("file")), page, r.URL.Query().Get("ticket"), why(r))
	if err != nil {
		return err
	}
	return sendPicture(w, content, p)
}

func (o operations) draftPicture(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	content, p, err := o.svc.OpenDraftPicture(r.Context(), identity.From(r.Context()), id, r.PathValue("attachment"), 0)
	if err != nil {
		return err
	}
	return sendPicture(w, content, p)
}

func sendPicture(w http.ResponseWriter, content io.ReadCloser, p files.Picture) (err error) {
	defer func() { err = errors.Join(err, content.Close()) }()
	headers(w, "page.jpg", string(files.JPEG), p.Size)
	_, err = io.Copy(w, content)
	return err
}
