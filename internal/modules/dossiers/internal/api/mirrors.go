// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/web"
)

func (o operations) mirrors() []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/mirrors", "Dossiers of one's units that are worked on in systems of other agencies, the newest first; that they were listed is recorded",
			needs(dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver), o.listMirrors),
	}
}

type mirrorsIn struct {
	Keeper string `query:"keeper" maxLength:"40" doc:"code of the agency; absent: all"`
	Before string `query:"before" maxLength:"100"`
}

// MirrorRow is a dossier in the system of another agency.
type MirrorRow struct {
	DossierSummary
	Owner string `json:"owner"`
	Late  bool   `json:"late"`
}

type mirrorsOut struct {
	Body struct {
		Items []MirrorRow `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) listMirrors(ctx context.Context, in *mirrorsIn) (*mirrorsOut, error) {
	page, err := o.svc.ListMirrors(ctx, identity.From(ctx), in.Keeper, in.Before)
	out := &mirrorsOut{}
	out.Body.Items, out.Body.Next = []MirrorRow{}, page.Next
	for _, r := range page.Items {
		out.Body.Items = append(out.Body.Items, MirrorRow{toSummary(r.Summary), r.Owner, r.Late})
	}
	return out, err
}
