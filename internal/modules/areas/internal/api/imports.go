// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/modules/areas/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) importRoutes() []web.Route {
	propose, confirm := web.Needs(string(areas.PermImport)), web.Needs(string(areas.PermConfirm))
	either := web.Needs(string(areas.PermImport), string(areas.PermConfirm))
	const proven = 10 * time.Minute
	large := func(r web.Route) web.Route {
		r.MaxBody = 2*geo.MaxImport + 1<<16
		return r
	}
	return []web.Route{
		large(web.Operation("POST /api/v1/geo/imports/preview", "What a newer table of communes would change, or every row that does not hold; nothing is kept", propose, o.preview)),
		large(web.Operation("POST /api/v1/geo/imports", "Propose a newer table of communes; somebody else confirms", propose, o.propose)).Proved(proven),
		web.Operation("GET /api/v1/geo/imports", "Proposed tables, the newest first", either, o.imports),
		web.Operation("GET /api/v1/geo/imports/{id}", "A proposed table; while it waits, with what it would change", either, o.oneImport),
		web.Operation("POST /api/v1/geo/imports/{id}/confirm", "Confirm a table that somebody else has proposed", confirm, o.confirmImport).Proved(proven),
		web.Operation("POST /api/v1/geo/imports/{id}/refuse", "Refuse a proposed table, or take it back", either, o.refuseImport),
	}
}

type newerIn struct {
	Body struct {
		Day      string `json:"day" maxLength:"10" doc:"First day on which it holds, YYYY-MM-DD"`
		Basis    string `json:"basis" maxLength:"300" doc:"The decision it rests on"`
		Communes string `json:"communes" maxLength:"4194304" doc:"CSV with the columns code, province, name; lat and lon where known: every commune of the provinces it names"`
		Lineage  string `json:"lineage,omitempty" maxLength:"4194304" doc:"CSV with the columns old, new: what became of communes that end or are divided"`
	}
}

func (in *newerIn) newer() core.Newer {
	return core.Newer{Day: in.Body.Day, Basis: in.Body.Basis, Communes: []byte(in.Body.Communes), Lineage: []byte(in.Body.Lineage)}
}

// AreaChange is what a newer table does to one commune.
type AreaChange struct {
	Fate  geo.Fate `json:"fate" enum:"new,ended,renamed,moved,merged,split,grown"`
	Code  string   `json:"code"`
	Old   string   `json:"old,omitempty" doc:"Name now; absent: it is new"`
	New   string   `json:"new,omitempty" doc:"Name then; absent: it ends"`
	Heirs []string `json:"heirs,omitempty" doc:"Codes of what it is merged or divided into"`
	Line  int      `json:"line,omitempty" doc:"Of the file that says so; absent: not listed any more"`
}

// AreaMistake is a row that does not hold.
type AreaMistake struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Why  string `json:"why"`
}

// AreaImport is a proposed table.
type AreaImport struct {
	ID      string       `json:"id"`
	Day     string       `json:"day" doc:"First day on which it holds"`
	Basis   string       `json:"basis"`
	State   string       `json:"state" enum:"proposed,confirmed,refused"`
	Count   int          `json:"count" doc:"Of changes"`
	By      string       `json:"by" doc:"Name of who proposed it"`
	At      db.Time      `json:"at"`
	Decider string       `json:"decider,omitempty" doc:"Name"`
	Decided db.Time      `json:"decided,omitzero"`
	Changes []AreaChange `json:"changes,omitempty" doc:"While it waits"`
}

func changesOf(plan geo.Plan) []AreaChange {
	all := []AreaChange{}
	for _, c := range plan.Changes {
		one := AreaChange{Fate: c.Fate, Code: c.Old.Code, Old: c.Old.Name, New: c.New.Name, Line: c.Line}
		if one.Code == "" {
			one.Code = c.New.Code
		}
		for _, h := range c.Heirs {
			one.Heirs = append(one.Heirs, h.Code)
		}
		all = append(all, one)
	}
	return all
}

func importOf(i core.Import) AreaImport {
	return AreaImport{
		ID: i.ID, Day: i.Day, Basis: i.Basis, State: i.State, Count: i.Proposal.Changes, By: i.ByName, At: i.At, Decider: i.Name, Decided: i.Decided,
		Changes: changesOf(i.Plan),
	}
}

type previewOut struct {
	Body struct {
		Changes  []AreaChange  `json:"changes"`
		Same     int           `json:"same" doc:"How many stay as they are"`
		Mistakes []AreaMistake `json:"mistakes"`
	}
}

func (o operations) preview(ctx context.Context, in *newerIn) (*previewOut, error) {
	plan, wrong, err := o.svc.PreviewImport(ctx, identity.From(ctx), in.newer())
	if err != nil {
		return nil, err
	}
	out := &previewOut{}
	out.Body.Changes, out.Body.Same, out.Body.Mistakes = changesOf(plan), plan.Same, []AreaMistake{}
	for _, m := range wrong {
		out.Body.Mistakes = append(out.Body.Mistakes, AreaMistake{m.File, m.Line, m.Why})
	}
	return out, nil
}

type proposedOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *newerIn) (*proposedOut, error) {
	p, err := o.svc.ProposeImport(ctx, identity.From(ctx), in.newer())
	if err != nil {
		return nil, err
	}
	out := &proposedOut{}
	out.Body.ID = p.ID
	return out, nil
}

type importsIn struct {
	Before string `query:"before" maxLength:"40" doc:"Id of the last one of the page before"`
}

type importsOut struct {
	Body struct {
		Items []AreaImport `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (o operations) imports(ctx context.Context, in *importsIn) (*importsOut, error) {
	all, next, err := o.svc.ListImports(ctx, identity.From(ctx), in.Before)
	if err != nil {
		return nil, err
	}
	out := &importsOut{}
	out.Body.Items, out.Body.Next = []AreaImport{}, next
	for _, i := range all {
		out.Body.Items = append(out.Body.Items, importOf(i))
	}
	return out, nil
}

type importIn struct {
	ID string `path:"id" maxLength:"40"`
}

type importOut struct{ Body AreaImport }

func (o operations) oneImport(ctx context.Context, in *importIn) (*importOut, error) {
	i, err := o.svc.GetImport(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &importOut{importOf(i)}, nil
}

func (o operations) confirmImport(ctx context.Context, in *importIn) (*struct{}, error) {
	return nil, o.svc.DecideImport(ctx, identity.From(ctx), in.ID, true)
}

func (o operations) refuseImport(ctx context.Context, in *importIn) (*struct{}, error) {
	return nil, o.svc.DecideImport(ctx, identity.From(ctx), in.ID, false)
}
