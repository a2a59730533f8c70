// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
)

type describeIn struct {
	Register string `path:"register" maxLength:"100"`
	Lang     string `query:"lang" enum:"vi,en" default:"vi" doc:"of titles"`
}

type describeOut struct{ Body map[string]any }

func (o operations) describe(ctx context.Context, in *describeIn) (*describeOut, error) {
	doc, err := o.svc.Describe(ctx, identity.From(ctx), in.Register, i18n.ParseLang(in.Lang))
	return &describeOut{doc}, err
}

func (o operations) schema(ctx context.Context, in *describeIn) (*describeOut, error) {
	doc, err := o.svc.RecordSchema(ctx, identity.From(ctx), in.Register, i18n.ParseLang(in.Lang))
	return &describeOut{doc}, err
}
