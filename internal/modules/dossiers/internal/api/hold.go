// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) holds() []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/holds", "Dossiers under a legal hold, the newest first", needs(dossiers.PermHold, dossiers.PermRelease), o.listHolds),
		web.Operation("POST /api/v1/holds", "Put a dossier under a legal hold: nothing of it is erased", needs(dossiers.PermHold), o.placeHold),
		web.Operation("POST /api/v1/dossiers/{id}/holds/{hold}/lift", "Lift a hold that somebody else has put", needs(dossiers.PermRelease), o.liftHold),
	}
}

type heldDossier struct {
	Hold     string         `json:"hold"`
	Dossier  DossierSummary `json:"dossier"`
	Reason   string         `json:"reason"`
	By       string         `json:"by"`
	PlacedAt db.Time        `json:"placed_at"`
}

func toHeld(h core.HeldDossier) heldDossier {
	return heldDossier{Hold: h.Hold, Dossier: toSummary(h.Dossier), Reason: h.Reason, By: h.By, PlacedAt: h.PlacedAt}
}

type holdsIn struct {
	Before string `query:"before" doc:"next of the page before"`
}

type holdsOut struct {
	Body struct {
		Items []heldDossier `json:"items"`
		Next  string        `json:"next,omitempty"`
	}
}

func (o operations) listHolds(ctx context.Context, in *holdsIn) (*holdsOut, error) {
	p, err := o.svc.ListHolds(ctx, identity.From(ctx), in.Before)
	if err != nil {
		return nil, err
	}
	out := &holdsOut{}
	out.Body.Items, out.Body.Next = []heldDossier{}, p.Next
	for _, h := range p.Items {
		out.Body.Items = append(out.Body.Items, toHeld(h))
	}
	return out, nil
}

type placeIn struct {
	Body struct {
		Code   string `json:"code" maxLength:"100" doc:"code or reference of the dossier"`
		Reason string `json:"reason" maxLength:"4000"`
	}
}

type placeOut struct{ Body heldDossier }

func (o operations) placeHold(ctx context.Context, in *placeIn) (*placeOut, error) {
	h, err := o.svc.PlaceHold(ctx, identity.From(ctx), in.Body.Code, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &placeOut{toHeld(h)}, nil
}

type liftIn struct {
	One
	Hold string `path:"hold"`
	Body struct {
		Reason string `json:"reason" maxLength:"4000"`
	}
}

func (o operations) liftHold(ctx context.Context, in *liftIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.LiftHold(ctx, identity.From(ctx), id, in.Hold, in.Body.Reason)
}
