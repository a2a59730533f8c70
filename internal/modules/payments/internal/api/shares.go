// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
)

// PaymentShare is what an agency got of what a unit took in a period.
type PaymentShare struct {
	Agency   string `json:"agency" doc:"unit that gets it"`
	Unit     string `json:"unit" doc:"that took the money"`
	Orders   int64  `json:"orders"`
	Taken    int64  `json:"taken" doc:"đồng"`
	Returned int64  `json:"returned" doc:"đồng; below nothing"`
	Net      int64  `json:"net" doc:"đồng"`
}

type sharesIn struct {
	From  string `query:"from" maxLength:"10" doc:"YYYY-MM-DD; without both days it is this month"`
	Until string `query:"until" maxLength:"10" doc:"last day, included"`
}

type sharesOut struct {
	Body struct {
		From  string         `json:"from"`
		Until string         `json:"until"`
		Total int64          `json:"total" doc:"đồng"`
		Items []PaymentShare `json:"items"`
	}
}

func (o operations) shares(ctx context.Context, in *sharesIn) (*sharesOut, error) {
	sh, err := o.svc.ListShares(ctx, identity.From(ctx), in.From, in.Until)
	out := &sharesOut{}
	out.Body.From, out.Body.Until, out.Body.Total, out.Body.Items = sh.From, sh.Until, sh.Total(), []PaymentShare{}
	for _, r := range sh.Rows {
		out.Body.Items = append(out.Body.Items, PaymentShare{r.To, r.Unit, r.Orders, r.Taken, r.Returned, r.Net()})
	}
	return out, err
}

type shareOut struct {
	Body struct {
		Orders int `json:"orders" doc:"of how many something was booked"`
	}
}

func (o operations) share(ctx context.Context, _ *struct{}) (*shareOut, error) {
	n, err := o.svc.ShareOut(ctx, identity.From(ctx))
	out := &shareOut{}
	out.Body.Orders = n
	return out, err
}
