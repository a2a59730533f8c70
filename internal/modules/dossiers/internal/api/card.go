// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

type cardItem struct {
	ID       string  `json:"id"`
	Code     string  `json:"dossier"`
	File     string  `json:"file"`
	Field    string  `json:"field" doc:"the place of the document that is to be signed"`
	Document string  `json:"document" doc:"path where the document is fetched (GET); it needs no session"`
	Upload   string  `json:"upload" doc:"path where the signed document is brought (POST, multipart, uploadfile or file)"`
	Expires  db.Time `json:"expires_at"`
}

type cardOut struct {
	Body struct {
		Items []cardItem `json:"items"`
	}
}

func (o operations) startCard(ctx context.Context, in *signingIn) (*cardOut, error) {
	all, err := o.svc.StartCard(ctx, identity.From(ctx), in.Request)
	if err != nil {
		return nil, err
	}
	out := &cardOut{}
	out.Body.Items = []cardItem{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, cardItem{c.Paper, c.Code, c.File, c.Field, c.Document, c.Upload, c.Expires})
	}
	return out, nil
}
