// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) incomingRoutes(send web.Access) []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/post/incoming", "Envelopes that the postman brought, the newest first; recorded", send, o.incoming),
		web.Operation("POST /api/v1/post/incoming", "Note an envelope that waits to be opened at the counter", send, o.came),
		web.Operation("POST /api/v1/post/incoming/{envelope}/send-back", "It goes back unopened", send, o.sendBack),
	}
}

// PostEnvelope is what the postman brought.
type PostEnvelope struct {
	ID          string  `json:"id"`
	Unit        string  `json:"unit"`
	Consignment string  `json:"consignment"`
	Came        string  `json:"came" doc:"2026-11-20"`
	From        string  `json:"from,omitempty" doc:"who stands on it"`
	State       string  `json:"state" enum:"waiting,opened,sent_back"`
	Dossier     string  `json:"dossier,omitempty" doc:"the first draft that it was opened for"`
	Reason      string  `json:"reason,omitempty" doc:"why it was sent back"`
	At          db.Time `json:"at"`
}

type incomingIn struct {
	State string `query:"state" enum:"waiting,opened,sent_back" doc:"absent: all"`
	After string `query:"after" maxLength:"40" doc:"next of the page before"`
}

type incomingOut struct {
	Body struct {
		Items []PostEnvelope `json:"items"`
		Next  string         `json:"next,omitempty"`
	}
}

func (o operations) incoming(ctx context.Context, in *incomingIn) (*incomingOut, error) {
	all, next, err := o.svc.ListIncoming(ctx, identity.From(ctx), post.IncomingState(in.State), in.After)
	if err != nil {
		return nil, err
	}
	out := &incomingOut{}
	out.Body.Items, out.Body.Next = []PostEnvelope{}, next
	for _, v := range all {
		out.Body.Items = append(out.Body.Items, PostEnvelope{v.ID, v.Unit, v.Consignment, v.Came, v.From, string(v.State), v.Dossier, v.Reason, v.At})
	}
	return out, nil
}

type cameIn struct {
	Body struct {
		Consignment string `json:"consignment" maxLength:"100"`
		Came        string `json:"came" maxLength:"10" doc:"2026-11-20"`
		From        string `json:"from,omitempty" maxLength:"1200" doc:"who stands on it"`
	}
}

type cameOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) came(ctx context.Context, in *cameIn) (*cameOut, error) {
	made, err := o.svc.NoteIncoming(ctx, identity.From(ctx), core.Came{Consignment: in.Body.Consignment, Day: in.Body.Came, From: in.Body.From})
	if err != nil {
		return nil, err
	}
	out := &cameOut{}
	out.Body.ID = made
	return out, nil
}

type sendBackIn struct {
	Envelope string `path:"envelope" maxLength:"40"`
	Body     struct {
		Reason string `json:"reason" maxLength:"1200"`
	}
}

func (o operations) sendBack(ctx context.Context, in *sendBackIn) (*nothing, error) {
	return nil, o.svc.SendBack(ctx, identity.From(ctx), in.Envelope, in.Body.Reason)
}
