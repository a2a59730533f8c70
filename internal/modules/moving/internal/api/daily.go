// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

type countsIn struct {
	Comparison string `path:"comparison" maxLength:"40"`
	Procedure  string `query:"procedure" maxLength:"100" doc:"with month: of the last row of the page before"`
	Month      string `query:"month" maxLength:"7"`
}

// MovingCount is how many dossiers of a procedure and a month each side has.
type MovingCount struct {
	Procedure string `json:"procedure"`
	Month     string `json:"month"`
	Theirs    int    `json:"theirs"`
	Ours      int    `json:"ours"`
}

type countsOut struct {
	Body struct {
		Items []MovingCount `json:"items"`
		More  bool          `json:"more"`
	}
}

func (o operations) counts(ctx context.Context, in *countsIn) (*countsOut, error) {
	actor, out := identity.From(ctx), &countsOut{}
	if _, err := o.svc.GetComparison(ctx, actor, in.Comparison, 0); err != nil {
		return nil, err
	}
	v, err := o.svc.GetCounts(ctx, actor, in.Comparison, in.Procedure, in.Month)
	out.Body.Items, out.Body.More = []MovingCount{}, v.Procedure != ""
	for _, c := range v.Counts {
		out.Body.Items = append(out.Body.Items, MovingCount(c))
	}
	return out, err
}

type dailyIn struct {
	Wave   string `path:"wave" maxLength:"40"`
	Before string `query:"before" maxLength:"10" doc:"a day: those before it"`
}

// MovingDay is what the comparison of a day found.
type MovingDay struct {
	Day string `json:"day"`
	MovingComparison
	Kinds map[string]int `json:"kinds" doc:"how many differences of each kind: missing, extra, status, due; unread: rows that make no sense and were not compared"`
}

type dailyOut struct {
	Body struct {
		On    bool        `json:"on"`
		Hour  int         `json:"hour" doc:"of the day in Viet Nam"`
		At    *db.Time    `json:"next_at,omitempty"`
		Items []MovingDay `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) daily(ctx context.Context, in *dailyIn) (*dailyOut, error) {
	v, err := o.svc.GetDaily(ctx, identity.From(ctx), in.Wave, in.Before)
	out := &dailyOut{}
	out.Body.On, out.Body.Hour, out.Body.Items, out.Body.Next = v.Daily.Turn != "", v.Daily.Hour, []MovingDay{}, v.Next
	if out.Body.On {
		out.Body.At = &v.Daily.Next
	}
	for _, c := range v.Days {
		out.Body.Items = append(out.Body.Items, MovingDay{c.Day, comparisonOf(c), c.Kinds})
	}
	return out, err
}

type setDailyIn struct {
	Wave string `path:"wave" maxLength:"40"`
	Body struct {
		On   bool `json:"on"`
		Hour int  `json:"hour,omitempty" minimum:"0" maximum:"23" doc:"of the day in Viet Nam; only where it is on"`
	}
}

func (o operations) setDaily(ctx context.Context, in *setDailyIn) (*struct{}, error) {
	return nil, o.svc.SetDaily(ctx, identity.From(ctx), in.Wave, in.Body.On, in.Body.Hour)
}
