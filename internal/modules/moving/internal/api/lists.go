// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// listRoutes are the operations by which lists come: each needs the right of the page that
// does the same.
func listRoutes(o operations) []web.Route {
	return []web.Route{
		web.Operation("POST /api/v1/moving/sources/{source}/catalogue", "Compare the catalogue of an older system with ours, and, with propose, make a change of what differs, which somebody else approves", web.Needs(string(authoring.PermEdit)), o.catalogue),
		web.Operation("POST /api/v1/moving/sources/{source}/lists/{table}", "Compare the units or the officials of an older system with ours, and, with apply, enter them", web.Needs(string(personnel.PermAll)), o.list),
	}
}

// MovingEffect is what a row of a list would do, or did.
type MovingEffect struct {
	Line    int            `json:"line"`
	What    string         `json:"what" enum:"new,changed,ended"`
	Subject string         `json:"subject" doc:"procedure, unit or login"`
	Words   string         `json:"words,omitempty" doc:"its name"`
	Changes []MovingChange `json:"changes,omitempty" doc:"of a unit that is here"`
}

// MovingChange is what a field of a unit says before and after.
type MovingChange struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

type listedOut struct {
	Body struct {
		Rows    int            `json:"rows"`
		New     int            `json:"new"`
		Changed int            `json:"changed"`
		Ended   int            `json:"ended"`
		Same    int            `json:"same"`
		Items   []MovingEffect `json:"items" doc:"the first of what is new, changes or ends"`
		Reasons map[string]int `json:"reasons" doc:"why rows are refused; the rows stand in a file beside the list"`
		Roles   map[string]int `json:"roles,omitempty" doc:"posts that are given, by role"`
		Done    []string       `json:"done" doc:"the change, or the imports, by which it came"`
		Before  bool           `json:"before" doc:"it came before, and waits there"`
	}
}

// mostEffects is how much of what a list does an answer tells.
const mostEffects = 500

func code(code string) string { return code }

func listedOf(l core.Listed, err error) (*listedOut, error) {
	out := &listedOut{}
	b := &out.Body
	b.Rows, b.New, b.Changed, b.Ended, b.Same, b.Reasons, b.Roles, b.Before = l.Rows, l.New, l.Changed, l.Ended, l.Same, l.Reasons, l.Roles, l.Before
	b.Items, b.Done = []MovingEffect{}, append([]string{}, l.Done...)
	for _, e := range l.Effects[:min(len(l.Effects), mostEffects)] {
		one := MovingEffect{Line: e.Line, What: e.What, Subject: e.Subject, Words: e.Words}
		for _, c := range e.Changes {
			one.Changes = append(one.Changes, MovingChange(c))
		}
		b.Items = append(b.Items, one)
	}
	return out, err
}

type catalogueIn struct {
	Source string `path:"source" maxLength:"100"`
	Body   struct {
		Propose   bool   `json:"propose,omitempty"`
		Day       string `json:"day,omitempty" maxLength:"10" doc:"YYYY-MM-DD; of propose"`
		Decision  string `json:"decision,omitempty" maxLength:"500" doc:"where no column says it"`
		Signed    string `json:"signed,omitempty" maxLength:"10"`
		Effective string `json:"effective,omitempty" maxLength:"10"`
		Issuer    string `json:"issuer,omitempty" maxLength:"500"`
		Whole     bool   `json:"whole,omitempty" doc:"it is the whole catalogue: what is not in it is abolished"`
	}
}

func (o operations) catalogue(ctx context.Context, in *catalogueIn) (*listedOut, error) {
	b := in.Body
	asked := core.CatalogueAsked{TableSaid: authoring.TableSaid{Decision: b.Decision, Signed: b.Signed, Effective: b.Effective, Issuer: b.Issuer, Whole: b.Whole}, Propose: b.Propose}
	if b.Propose {
		day, err := calendar.ParseDate(b.Day)
		if err != nil {
			return nil, errs.BadInput([]errs.Field{{Name: "day", Code: "moving.list_day"}})
		}
		asked.Day = day
	}
	return listedOf(o.svc.TakeCatalogue(ctx, identity.From(ctx), in.Source, asked, code))
}

type listIn struct {
	Source string `path:"source" maxLength:"100"`
	Table  string `path:"table" enum:"units,officials"`
	Body   struct {
		Apply    bool   `json:"apply,omitempty"`
		Number   string `json:"number" maxLength:"500" doc:"of the decision on which it rests"`
		Date     string `json:"date" maxLength:"10" doc:"YYYY-MM-DD"`
		From     string `json:"from" maxLength:"10" doc:"the first day on which it counts, YYYY-MM-DD"`
		Existing bool   `json:"existing,omitempty" doc:"officials who are here already get further posts as well"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listedOut, error) {
	b := in.Body
	asked := core.ListAsked{Apply: b.Apply, Number: b.Number, Date: b.Date, From: b.From, Existing: b.Existing}
	if in.Table == mapping.Units {
		return listedOf(o.svc.TakeUnits(ctx, identity.From(ctx), in.Source, asked, code))
	}
	return listedOf(o.svc.TakeOfficials(ctx, identity.From(ctx), in.Source, asked, code))
}
