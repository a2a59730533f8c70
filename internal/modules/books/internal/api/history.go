// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// historyRoutes are the operations of what a record was.
func (o operations) historyRoutes(all web.Access) []web.Route {
	const under = "/api/v1/registers/{register}/records/{record}"
	return []web.Route{
		web.Operation("GET "+under+"/versions", "What a record was and when it was known, without personal data; for officials", all, o.versions),
		web.Operation("POST "+under+"/versions/{version}/back", "Write what a record was as a new version, or propose it", all, o.back),
	}
}

type versionOut struct {
	Version int64          `json:"version"`
	From    db.Time        `json:"from"`
	Until   *db.Time       `json:"until,omitempty" doc:"none: it is so now"`
	By      string         `json:"by,omitempty" doc:"login"`
	Values  map[string]any `json:"values"`
}

type versionsOut struct {
	Body struct {
		Items []versionOut `json:"items" doc:"the latest first, up to 200"`
	}
}

func (o operations) versions(ctx context.Context, in *recordIn) (*versionsOut, error) {
	h, err := o.svc.History(ctx, identity.From(ctx), in.Register, in.Record)
	answer := &versionsOut{}
	answer.Body.Items = []versionOut{}
	for _, v := range h.Versions {
		one := versionOut{Version: v.Number, From: v.From, By: h.Logins[v.By], Values: plain(v.Values)}
		if !v.Until.IsZero() {
			one.Until = &v.Until
		}
		answer.Body.Items = append(answer.Body.Items, one)
	}
	return answer, err
}

type backIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Version  int64  `path:"version"`
	Body     struct {
		Seen int64 `json:"seen" doc:"the version that the caller has seen"`
	}
}

type backOut struct {
	Body struct {
		Proposal string `json:"proposal,omitempty" doc:"where another person must agree"`
	}
}

func (o operations) back(ctx context.Context, in *backIn) (_ *backOut, err error) {
	answer := &backOut{}
	answer.Body.Proposal, err = o.svc.PutBack(ctx, identity.From(ctx), in.Register, in.Record, in.Body.Seen, in.Version)
	return answer, err
}
