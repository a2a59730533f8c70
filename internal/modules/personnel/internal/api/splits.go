// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (o operations) splits() []web.Route {
	view, all := needs(personnel.PermView, personnel.PermAll, personnel.PermInspect), needs(personnel.PermAll)
	return []web.Route{
		web.Operation("POST /api/v1/org-units/{unit}/splits", "Split a unit from a day to come on", all, o.enterSplit),
		web.Operation("POST /api/v1/org-units/{unit}/splits/preview", "What a split would do, with counts", all, o.previewSplit),
		web.Operation("GET /api/v1/unit-splits", "Splits of a unit, or of all, the newest first", view, o.listSplits),
		web.Operation("POST /api/v1/unit-splits/{id}/withdraw", "Take a split back before its day", all, o.withdrawSplit),
	}
}

// NewPart is a unit that begins with a split.
type NewPart struct {
	Name   string `json:"name" maxLength:"500"`
	NameEN string `json:"name_en,omitempty" maxLength:"500"`
	Short  string `json:"short,omitempty" maxLength:"50"`
	Code   string `json:"code,omitempty" maxLength:"50"`
}

// NewSplit is a split as a program enters it.
type NewSplit struct {
	Number   string         `json:"number" maxLength:"2000" doc:"of the document"`
	Date     string         `json:"date" maxLength:"10" doc:"of the document, YYYY-MM-DD"`
	Basis    string         `json:"basis" maxLength:"2000" doc:"legal basis"`
	From     string         `json:"from" maxLength:"10" doc:"the first day of the parts, to come, YYYY-MM-DD"`
	Keep     bool           `json:"keep,omitempty" doc:"the unit goes on"`
	Parts    []NewPart      `json:"parts" maxItems:"6"`
	People   map[string]int `json:"people,omitempty" doc:"holding: part, counted from 1; 0: stays"`
	Children map[string]int `json:"children,omitempty" doc:"unit right under it: part"`
}

type splitIn struct {
	Unit string `path:"unit" maxLength:"100"`
	Body NewSplit
}

func (in *splitIn) decision() core.SplitDecision {
	b := in.Body
	d := core.SplitDecision{Unit: in.Unit, Number: b.Number, Date: b.Date, Basis: b.Basis, From: b.From, Keep: b.Keep, People: b.People, Children: b.Children}
	for _, p := range b.Parts {
		d.Parts = append(d.Parts, core.SplitPart(p))
	}
	return d
}

func (o operations) enterSplit(ctx context.Context, in *splitIn) (*made, error) {
	id, err := o.svc.EnterSplit(ctx, identity.From(ctx), in.decision())
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

type partEffect struct {
	ID     orgs.ID `json:"id,omitempty" doc:"absent: what stays"`
	People int     `json:"people"`
	Units  int     `json:"units"`
	Work   int     `json:"work" doc:"pieces to hand over"`
}

type splitOut struct {
	Body struct {
		Parts []partEffect `json:"parts"`
		Lost  int          `json:"lost" doc:"roles beside a post, and delegations, that end"`
	}
}

func (o operations) previewSplit(ctx context.Context, in *splitIn) (*splitOut, error) {
	e, err := o.svc.PreviewSplit(ctx, identity.From(ctx), in.decision())
	if err != nil {
		return nil, err
	}
	out := &splitOut{}
	out.Body.Lost = e.Lost
	for i, c := range e.Counts {
		one := partEffect{People: c.People, Units: c.Units, Work: c.Work}
		if i > 0 {
			one.ID = e.Parts[i-1].ID
		}
		out.Body.Parts = append(out.Body.Parts, one)
	}
	return out, nil
}

type splitsIn struct {
	Unit   string `query:"unit" maxLength:"100" doc:"absent: all"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

// UnitSplit is a split that was entered.
type UnitSplit struct {
	ID        string   `json:"id"`
	Unit      orgs.ID  `json:"unit"`
	Parts     []string `json:"parts"`
	Number    string   `json:"number"`
	Basis     string   `json:"basis"`
	From      string   `json:"from"`
	Withdrawn bool     `json:"withdrawn"`
	Open      bool     `json:"open" doc:"it can be taken back"`
}

type splitsOut struct {
	Body struct {
		Items []UnitSplit `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listSplits(ctx context.Context, in *splitsIn) (*splitsOut, error) {
	p, err := o.svc.ListSplits(ctx, identity.From(ctx), in.Unit, in.Before)
	out := &splitsOut{}
	out.Body.Items, out.Body.Next = []UnitSplit{}, p.Next
	for _, s := range p.Items {
		out.Body.Items = append(out.Body.Items, UnitSplit{s.ID, s.Unit, s.Parts, s.Number, s.Basis, s.From, !s.Withdrawn.IsZero(), s.Open})
	}
	return out, err
}

func (o operations) withdrawSplit(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.WithdrawSplit(ctx, identity.From(ctx), in.ID)
}
