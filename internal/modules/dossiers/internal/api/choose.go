// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/web"
)

func (o operations) choices() []web.Route {
	return []web.Route{
		web.Operation("PUT /api/v1/drafts/{id}/case", "Choose which case of its procedure a draft is", needs(dossiers.PermSubmit), o.chooseCase),
		web.Operation("POST /api/v1/dossiers/{id}/case", "Say that a dossier is another case of its procedure, with the reason; the due date is counted again",
			needs(dossiers.PermAccept, dossiers.PermProcess), o.changeCase),
	}
}

type chooseIn struct {
	One
	Body struct {
		Case string `json:"case" maxLength:"100" doc:"id of the case in the procedure"`
	}
}

func (o operations) chooseCase(ctx context.Context, in *chooseIn) (*draftOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := o.svc.ChooseCase(ctx, identity.From(ctx), id, in.Body.Case)
	if err != nil {
		return nil, err
	}
	return toDraft(d, forms.Result{}), nil
}

type changeCaseIn struct {
	One
	Body struct {
		Case   string `json:"case" maxLength:"100"`
		Reason string `json:"reason" maxLength:"4000" doc:"in words; officials alone read it"`
	}
}

func (o operations) changeCase(ctx context.Context, in *changeCaseIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.ChangeCase(ctx, identity.From(ctx), id, in.Body.Case, in.Body.Reason)
}
