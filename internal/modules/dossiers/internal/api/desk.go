// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/web"
)

// looks are the lists of work and how they are looked at.
func (o operations) looks() []web.Route {
	seeing := needs(dossiers.PermView, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver, dossiers.PermAssign)
	return []web.Route{
		web.Operation("GET /api/v1/desk/views", "One's views of a list of work, and those shared in one's unit", seeing, o.views),
		web.Operation("POST /api/v1/desk/views", "Keep a view, or change and rename one", seeing, o.saveView),
		web.Operation("DELETE /api/v1/desk/views/{id}", "Remove a view for all who see it", seeing, o.removeView),
		web.Operation("GET /api/v1/work/export", "A list of work without pages, at most 5,000 rows; that it leaves is recorded", seeing, o.exportWork).Proved(10 * time.Minute),
		web.Operation("GET /api/v1/work/board", "Who has how much in hand in one's units, and how much of each step is late", needs(dossiers.PermAssign), o.board),
		web.Operation("GET /api/v1/dossiers/{id}/notes", "What colleagues wrote about a dossier; that it is read, and why, is recorded", insiders(), o.notes),
		web.Operation("POST /api/v1/dossiers/{id}/notes", "Write to colleagues about a dossier; its owner never sees it", insiders(), o.addNote),
		web.Operation("GET /api/v1/dossiers/{id}/colleagues", "Whom a note can mention", insiders(), o.mentionable),
		web.Operation("PUT /api/v1/desk/first-view", "With which view a list opens", seeing, o.openWith),
	}
}

// WorkFilter chooses what a list of work shows.
type WorkFilter struct {
	Bucket    string `query:"bucket" enum:"overdue,today,soon,waiting,other,"`
	Action    string `query:"action" maxLength:"20"`
	Mine      bool   `query:"mine"`
	Procedure string `query:"procedure" maxLength:"100"`
	Field     string `query:"field" maxLength:"200" doc:"in Vietnamese"`
	Unit      string `query:"unit" maxLength:"100" doc:"whose turn it is"`
	Post      string `query:"post" maxLength:"100"`
	Step      string `query:"step" maxLength:"200" doc:"its Vietnamese name"`
	Holder    string `query:"holder" maxLength:"100" doc:"account of who has it in hand; - for nobody"`
	Status    int    `query:"status" minimum:"0" maximum:"10"`
	Channel   int    `query:"channel" minimum:"0" maximum:"3"`
	Basis     string `query:"basis" enum:"self,parent,guardian,authorised,legal,"`
	From      string `query:"from" maxLength:"10" doc:"day it was sent, YYYY-MM-DD"`
	To        string `query:"to" maxLength:"10" doc:"that day belongs to it"`
	Words     string `query:"words" maxLength:"100" doc:"of the owner's name, the code or the reference"`
	Order     string `query:"order" enum:"due,old,new," doc:"empty: by the deadline of the step"`
}

func (f WorkFilter) filter() core.DeskFilter {
	return core.DeskFilter{
		Bucket: core.Bucket(f.Bucket), Action: f.Action, Mine: f.Mine, Procedure: procedures.ID(f.Procedure), Field: f.Field, Unit: orgs.ID(f.Unit), Post: f.Post,
		Step: f.Step, Holder: f.Holder, Status: dossiers.Status(f.Status), Channel: dossiers.Channel(f.Channel), Basis: dossiers.Basis(f.Basis),
		From: f.From, To: f.To, Words: f.Words, Order: core.Order(f.Order),
	}
}

type deskIn struct {
	PageIn
	WorkFilter
}

type deskOut struct {
	Body struct {
		Items   []dossierItem `json:"items"`
		Next    string        `json:"next,omitempty"`
		Overdue int           `json:"overdue"`
		Today   int           `json:"today"`
		Soon    int           `json:"soon" doc:"within two working days"`
		Waiting int           `json:"waiting"`
		Other   int           `json:"other"`
	}
}

func toDesk(d core.Desk, err error) (*deskOut, error) {
	if err != nil {
		return nil, err
	}
	out := &deskOut{}
	b := &out.Body
	b.Items, b.Next = items(d.Items), d.Next
	b.Overdue, b.Today, b.Soon, b.Waiting, b.Other = d.Counts.Overdue, d.Counts.Today, d.Counts.Soon, d.Counts.Waiting, d.Counts.Other
	return out, nil
}

func (o operations) desk(ctx context.Context, in *deskIn) (*deskOut, error) {
	return toDesk(o.svc.Desk(ctx, identity.From(ctx), in.filter(), in.After))
}

func (o operations) unitWork(ctx context.Context, in *deskIn) (*deskOut, error) {
	return toDesk(o.svc.UnitWork(ctx, identity.From(ctx), in.filter(), in.After))
}

type view struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Look  core.Look `json:"look"`
	Unit  string    `json:"unit,omitempty" doc:"whose people see it too"`
	Of    i18n.Text `json:"unit_name,omitzero"`
	Own   bool      `json:"own"`
	First bool      `json:"first" doc:"the list opens with it"`
	May   bool      `json:"may" doc:"one may change and remove it"`
}

type listIn struct {
	List string `query:"list" enum:"desk,unit" default:"desk" doc:"one's own work, or that of the units whose work one gives out"`
}

type viewsOut struct {
	Body struct {
		Items []view `json:"items"`
	}
}

func (o operations) views(ctx context.Context, in *listIn) (*viewsOut, error) {
	all, err := o.svc.ListViews(ctx, identity.From(ctx), core.WorkList(in.List))
	if err != nil {
		return nil, err
	}
	out := &viewsOut{}
	out.Body.Items = []view{}
	for _, v := range all {
		out.Body.Items = append(out.Body.Items, view{v.ID, v.Name, v.Look, string(v.Unit), v.Of, v.Own, v.First, v.May})
	}
	return out, nil
}

type saveViewIn struct {
	Body struct {
		ID    string     `json:"id,omitempty" maxLength:"36" doc:"empty: a new one"`
		List  string     `json:"list" enum:"desk,unit"`
		Name  string     `json:"name" maxLength:"200"`
		Look  *core.Look `json:"look,omitempty" doc:"absent: as it is"`
		Share bool       `json:"share,omitempty" doc:"with one's unit, by who gives out its work"`
	}
}

type keptView struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) saveView(ctx context.Context, in *saveViewIn) (*keptView, error) {
	b := in.Body
	id, err := o.svc.SaveView(ctx, identity.From(ctx), core.Saving{ID: b.ID, List: core.WorkList(b.List), Name: b.Name, Look: b.Look, Share: b.Share})
	if err != nil {
		return nil, err
	}
	out := &keptView{}
	out.Body.ID = id
	return out, nil
}

func (o operations) removeView(ctx context.Context, in *One) (*nothing, error) {
	return nil, o.svc.RemoveView(ctx, identity.From(ctx), in.ID)
}

type openWithIn struct {
	Body struct {
		List string `json:"list" enum:"desk,unit"`
		View string `json:"view" maxLength:"36" doc:"empty: everything"`
	}
}

func (o operations) openWith(ctx context.Context, in *openWithIn) (*nothing, error) {
	return nil, o.svc.OpenWith(ctx, identity.From(ctx), core.WorkList(in.Body.List), in.Body.View)
}
