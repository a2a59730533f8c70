// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
)

// PostPostage is what parcels of a unit and a month cost, in đồng.
type PostPostage struct {
	Unit      string `json:"unit"`
	Month     string `json:"month" doc:"YYYY-MM"`
	Parcels   int64  `json:"parcels"`
	Told      int64  `json:"told" doc:"as people were told before they chose"`
	Charged   int64  `json:"charged" doc:"as the post says"`
	Collected int64  `json:"collected" doc:"that postmen took from receivers"`
	Unpaid    int64  `json:"unpaid" doc:"of what came back, or was lost"`
	Unknown   int64  `json:"unknown" doc:"parcels of which the post has said no sum"`
	Different int64  `json:"different" doc:"parcels that cost something else than people were told"`
}

type postageIn struct {
	From  string `query:"from" maxLength:"7" doc:"YYYY-MM; this month where none is said"`
	Until string `query:"until" maxLength:"7"`
}

type postageOut struct {
	Body struct {
		From  string        `json:"from"`
		Until string        `json:"until"`
		Items []PostPostage `json:"items"`
	}
}

func (o operations) postage(ctx context.Context, in *postageIn) (*postageOut, error) {
	l, err := o.svc.ListPostage(ctx, identity.From(ctx), in.From, in.Until)
	out := &postageOut{}
	out.Body.From, out.Body.Until, out.Body.Items = l.From, l.Until, []PostPostage{}
	for _, r := range l.Rows {
		out.Body.Items = append(out.Body.Items, PostPostage(r.Postage))
	}
	return out, err
}
