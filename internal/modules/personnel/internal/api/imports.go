// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

func (o operations) imports() []web.Route {
	all := needs(personnel.PermAll)
	reading := web.Operation("POST /api/v1/staff-imports", "Read a list of units and people; nothing is done before it is applied", all, o.readImport)
	reading.MaxBody = 2 * sheet.MaxFile // base64
	return []web.Route{
		reading,
		web.Operation("GET /api/v1/staff-imports", "Imports, the newest first", all, o.listImports),
		web.Operation("GET /api/v1/staff-imports/{id}", "What every row would do, with all mistakes", all, o.previewImport),
		web.Operation("POST /api/v1/staff-imports/{id}/apply", "Do all of it, or nothing", all, o.applyImport),
		web.Operation("POST /api/v1/staff-imports/{id}/discard", "Forget what was read", all, o.discardImport),
		web.Operation("POST /api/v1/staff-imports/{id}/undo", "Take a whole import back, on its day", all, o.undoImport),
	}
}

type importIn struct {
	Body struct {
		Name   string `json:"name,omitempty" maxLength:"200"`
		File   []byte `json:"file" doc:"XLSX with sheets units and people, base64"`
		Number string `json:"number" maxLength:"2000" doc:"of the decision"`
		Date   string `json:"date" maxLength:"10" doc:"YYYY-MM-DD"`
		From   string `json:"from" maxLength:"10" doc:"the first day on which it counts"`
	}
}

func (o operations) readImport(ctx context.Context, in *importIn) (*made, error) {
	b := in.Body
	id, err := o.svc.ReadImport(ctx, identity.From(ctx), core.File{Name: b.Name, Content: b.File, Number: b.Number, Date: b.Date, From: b.From})
	if err != nil {
		return nil, err
	}
	out := &made{}
	out.Body.ID = id
	return out, nil
}

// StaffImport is a list that was brought in.
type StaffImport struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	State   string `json:"state" enum:"read,applied,undone,discarded"`
	Added   int    `json:"added"`
	Changed int    `json:"changed"`
}

type importsOut struct {
	Body struct {
		Items []StaffImport `json:"items"`
		Next  string        `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) listImports(ctx context.Context, in *listIn) (*importsOut, error) {
	p, err := o.svc.ListImports(ctx, identity.From(ctx), in.Before)
	out := &importsOut{}
	out.Body.Items, out.Body.Next = []StaffImport{}, p.Next
	for _, i := range p.Items {
		out.Body.Items = append(out.Body.Items, StaffImport{i.ID, i.Name, i.State, i.Added, i.Changed})
	}
	return out, err
}

type importLine struct {
	Sheet   string `json:"sheet" enum:"units,people"`
	Cell    string `json:"cell" doc:"A7"`
	Subject string `json:"subject"`
	What    string `json:"what" enum:"new,changed,same,wrong"`
	Code    string `json:"code,omitempty" doc:"what is wrong"`
}

type previewOut struct {
	Body struct {
		StaffImport
		Wrong int          `json:"wrong"`
		Lines []importLine `json:"lines"`
	}
}

func (o operations) previewImport(ctx context.Context, in *oneIn) (*previewOut, error) {
	i, err := o.svc.PreviewImport(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &previewOut{}
	out.Body.StaffImport, out.Body.Wrong, out.Body.Lines = StaffImport{i.ID, i.Name, i.State, i.Added, i.Changed}, i.Wrong, []importLine{}
	for _, l := range i.Lines {
		one := importLine{Sheet: l.Sheet, Cell: l.Cell, Subject: l.Subject, What: l.What}
		if l.Problem != nil {
			one.Code = web.Problem(l.Problem).Code
		}
		out.Body.Lines = append(out.Body.Lines, one)
	}
	return out, nil
}

func (o operations) applyImport(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.ApplyImport(ctx, identity.From(ctx), in.ID)
}

func (o operations) discardImport(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.DiscardImport(ctx, identity.From(ctx), in.ID)
}

func (o operations) undoImport(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.UndoImport(ctx, identity.From(ctx), in.ID)
}
