// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// insiders are those who see dossiers from inside.
func insiders() web.Access {
	return needs(dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
}

type notesIn struct {
	One
	Purpose string `query:"purpose" required:"true" doc:"why it is read: it is recorded"`
}

type note struct {
	Who      string    `json:"who"`
	Unit     i18n.Text `json:"unit"`
	At       db.Time   `json:"at"`
	Words    string    `json:"words"`
	Mentions []string  `json:"mentions"`
}

type notesOut struct {
	Body struct {
		Items []note `json:"items"`
	}
}

func (o operations) notes(ctx context.Context, in *notesIn) (*notesOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := o.svc.ListNotes(ctx, identity.From(ctx), id, access.Purpose(in.Purpose))
	if err != nil {
		return nil, err
	}
	out := &notesOut{}
	out.Body.Items = []note{}
	for _, n := range all {
		out.Body.Items = append(out.Body.Items, note(n))
	}
	return out, nil
}

type addNoteIn struct {
	One
	Body struct {
		Words    string   `json:"words" maxLength:"4000"`
		Mentions []string `json:"mentions,omitempty" maxItems:"10" doc:"accounts of colleagues who see the dossier: they are told"`
	}
}

func (o operations) addNote(ctx context.Context, in *addNoteIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.AddNote(ctx, identity.From(ctx), id, in.Body.Words, in.Body.Mentions)
}

func (o operations) mentionable(ctx context.Context, in *One) (*colleaguesOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toColleagues(o.svc.ListMentionable(ctx, identity.From(ctx), id))
}

type load struct {
	Account string    `json:"account,omitempty" doc:"- for what is in nobody's hands"`
	Name    string    `json:"name,omitempty"`
	Step    i18n.Text `json:"step,omitzero"`
	Unit    i18n.Text `json:"unit,omitzero"`
	Overdue int       `json:"overdue"`
	Today   int       `json:"today"`
	Soon    int       `json:"soon" doc:"within two working days"`
	Waiting int       `json:"waiting"`
	Other   int       `json:"other"`
}

type boardOut struct {
	Body struct {
		Officers []load `json:"officers"`
		Steps    []load `json:"steps"`
	}
}

func loads(all []core.Load) []load {
	out := []load{}
	for _, l := range all {
		out = append(out, load{l.Account, l.Name, l.Step, l.Unit, l.Overdue, l.Today, l.Soon, l.Waiting, l.Other})
	}
	return out
}

func (o operations) board(ctx context.Context, _ *nothing) (*boardOut, error) {
	b, err := o.svc.Board(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &boardOut{}
	out.Body.Officers, out.Body.Steps = loads(b.Officers), loads(b.Steps)
	return out, nil
}

type exportIn struct {
	List string `query:"list" enum:"desk,unit" default:"desk"`
	WorkFilter
}

type exportOut struct {
	Body struct {
		Items []dossierItem `json:"items"`
	}
}

func (o operations) exportWork(ctx context.Context, in *exportIn) (*exportOut, error) {
	all, err := o.svc.ExportWork(ctx, identity.From(ctx), core.WorkList(in.List), in.filter())
	if err != nil {
		return nil, err
	}
	out := &exportOut{}
	out.Body.Items = items(all)
	return out, nil
}
