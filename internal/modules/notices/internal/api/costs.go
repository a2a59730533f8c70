// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
)

// Cost is what a channel has cost in a month.
type Cost struct {
	Month    string `json:"month"`
	Channel  string `json:"channel"`
	Messages int64  `json:"messages"`
	Cost     int64  `json:"cost" doc:"đồng"`
}

// CostsIn is a period of whole months.
type CostsIn struct {
	From string `query:"from" maxLength:"7" doc:"first month, 2026-11; empty: the first there is"`
	To   string `query:"to" maxLength:"7" doc:"last month; empty: this one"`
}

func (in CostsIn) months() notify.Months { return notify.Months{From: in.From, To: in.To} }

type costsOut struct {
	Body struct {
		Items    []Cost `json:"items"`
		Messages int64  `json:"messages" doc:"of all months asked for"`
		Cost     int64  `json:"cost" doc:"đồng, of all months asked for"`
	}
}

func (o operations) costs(ctx context.Context, in *CostsIn) (*costsOut, error) {
	all, err := o.svc.ListCosts(ctx, identity.From(ctx), in.months())
	out := &costsOut{}
	out.Body.Items, out.Body.Messages, out.Body.Cost = []Cost{}, all.N, all.Sum
	for _, c := range all.ByChannel {
		out.Body.Items = append(out.Body.Items, Cost{c.Month, string(c.Channel), c.N, c.Cost})
	}
	return out, err
}

// UnitCost is what messages that a unit caused have cost.
type UnitCost struct {
	Unit     string           `json:"unit,omitempty" doc:"empty: no unit caused them, or none was known"`
	Messages int64            `json:"messages"`
	Cost     int64            `json:"cost" doc:"đồng"`
	Channels map[string]int64 `json:"channels" doc:"messages by channel"`
}

type unitCostsIn struct {
	CostsIn

	After string `query:"after" maxLength:"120" doc:"next of the page before"`
}

type unitCostsOut struct {
	Body struct {
		Items []UnitCost `json:"items"`
		Next  string     `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) unitCosts(ctx context.Context, in *unitCostsIn) (*unitCostsOut, error) {
	var after *notify.CostAfter
	if cost, unit, found := strings.Cut(in.After, " "); found {
		if n, err := strconv.ParseInt(cost, 10, 64); err == nil {
			after = &notify.CostAfter{Cost: n, Unit: unit}
		}
	}
	found, next, err := o.svc.ListUnitCosts(ctx, identity.From(ctx), in.months(), after)
	out := &unitCostsOut{}
	out.Body.Items = []UnitCost{}
	for _, c := range found {
		one := UnitCost{Unit: c.Unit, Messages: c.N, Cost: c.Cost, Channels: map[string]int64{}}
		for channel, n := range c.By {
			one.Channels[string(channel)] = n
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	if next != nil {
		out.Body.Next = strconv.FormatInt(next.Cost, 10) + " " + next.Unit
	}
	return out, err
}
