// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) custody() []web.Route {
	hands := needs(dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
	return []web.Route{
		web.Operation("GET /api/v1/paper", "The paper of dossiers that one has in hand, that is on its way to one, or that one has handed on", hands, o.listPaper),
		web.Operation("GET /api/v1/paper/people", "To whom one can hand paper: the people of the own unit", hands, o.listPaperPeople),
		web.Operation("POST /api/v1/paper/moves", "Hand paper to a colleague of the unit, take it, decline it or take it back, each dossier by itself", hands, o.movePaper),
	}
}

type paperListIn struct {
	List  string `query:"list" enum:"held,coming,leaving,left" default:"held" doc:"left: with those who have left the unit, for who gives out its work"`
	After string `query:"after" maxLength:"36"`
}

type sheaf struct {
	Dossier string    `json:"dossier"`
	Code    string    `json:"code"`
	Name    i18n.Text `json:"name" doc:"of the procedure"`
	Sheets  int       `json:"sheets"`
	Holder  string    `json:"holder"`
	Since   db.Time   `json:"since"`
	To      string    `json:"to,omitempty" doc:"to whom it is on its way"`
	Slip    string    `json:"slip,omitempty"`
}

type paperListOut struct {
	Body struct {
		Items []sheaf `json:"items"`
		Next  string  `json:"next,omitempty"`
	}
}

func (o operations) listPaper(ctx context.Context, in *paperListIn) (*paperListOut, error) {
	of := map[string]core.PaperList{"held": core.PaperInHand, "coming": core.PaperComing, "leaving": core.PaperLeaving}[in.List]
	list := func() (core.Page[core.Sheaf], error) { return o.svc.ListPaper(ctx, identity.From(ctx), of, in.After) }
	if in.List == "left" {
		list = func() (core.Page[core.Sheaf], error) { return o.svc.ListPaperLeft(ctx, identity.From(ctx), in.After) }
	}
	found, err := list()
	out := &paperListOut{}
	out.Body.Items, out.Body.Next = []sheaf{}, found.Next
	for _, s := range found.Items {
		out.Body.Items = append(out.Body.Items, sheaf{string(s.Dossier), s.Code, s.Name, s.Sheets, s.Holder, s.Since, s.To, s.Slip})
	}
	return out, err
}

type paperPerson struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Deputy  string `json:"deputy,omitempty" doc:"who stands in while they are away"`
}

type paperPeopleOut struct {
	Body struct {
		Items []paperPerson `json:"items"`
	}
}

func (o operations) listPaperPeople(ctx context.Context, _ *struct{}) (*paperPeopleOut, error) {
	found, err := o.svc.ListPaperPeople(ctx, identity.From(ctx))
	out := &paperPeopleOut{}
	out.Body.Items = []paperPerson{}
	for _, c := range found {
		out.Body.Items = append(out.Body.Items, paperPerson(c))
	}
	return out, err
}

type movePaperIn struct {
	Body struct {
		Act      string   `json:"act" enum:"hand,take,decline,back,left" doc:"left: give away the paper of those who have left the unit"`
		Dossiers []string `json:"dossiers" maxItems:"200"`
		To       string   `json:"to,omitempty" maxLength:"100" doc:"account; to hand it over"`
		Words    string   `json:"words,omitempty" maxLength:"4000" doc:"why it is declined"`
	}
}

type movedPaper struct {
	Dossier string `json:"dossier"`
	Done    bool   `json:"done"`
	Code    string `json:"code,omitempty" doc:"why it was not done"`
}

type movePaperOut struct {
	Body struct {
		Slip  string       `json:"slip,omitempty" doc:"of what was handed over together"`
		Items []movedPaper `json:"items"`
	}
}

func (o operations) movePaper(ctx context.Context, in *movePaperIn) (*movePaperOut, error) {
	var ids []dossiers.ID
	for _, one := range in.Body.Dossiers {
		id, err := dossiers.ParseID(one)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	out, actor := &movePaperOut{}, identity.From(ctx)
	var all []core.Outcome
	var err error
	switch in.Body.Act {
	case "take":
		all, err = o.svc.TakePaper(ctx, actor, ids)
	case "decline":
		all, err = o.svc.DeclinePaper(ctx, actor, ids, in.Body.Words)
	case "back":
		all, err = o.svc.TakePaperBack(ctx, actor, ids)
	case "left":
		out.Body.Slip, all, err = o.svc.MovePaperLeft(ctx, actor, ids, in.Body.To)
	default:
		out.Body.Slip, all, err = o.svc.HandPaper(ctx, actor, ids, in.Body.To)
	}
	out.Body.Items = []movedPaper{}
	for _, one := range all {
		out.Body.Items = append(out.Body.Items, movedPaper{string(one.ID), one.Err == nil, code(one.Err)})
	}
	return out, err
}
