// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// tableRoutes are the operations by which a whole catalogue comes in.
func (o operations) tableRoutes() []web.Route {
	all, one := "/api/v1/catalogue-tables", "/api/v1/catalogue-tables/{table}"
	bring := web.RawOperation("POST "+all, "Bring a catalogue of procedures (CSV or XLSX); nothing is written before a change made of it was approved", mayEdit(), web.Raw{
		Query: []web.Param{{Name: "name", Doc: "of the file"}}, Takes: []string{"application/octet-stream", "text/csv"},
		Gives: []string{"application/json"}, JSON: CatalogueTable{}, Status: http.StatusCreated,
	}, o.bringTable)
	bring.MaxBody = core.MaxTable + 1<<20
	return []web.Route{
		bring,
		web.Operation("GET "+all, "Catalogues that were brought, the newest first", mayRead(), o.tables),
		web.Operation("GET "+one, "A catalogue that was brought, and what it would do", mayRead(), o.table),
		web.Operation("GET "+one+"/columns", "Which column of it would be what", mayEdit(), o.tableColumns),
		web.Operation("PUT "+one+"/reading", "Read the file in another way", mayEdit(), o.readTable),
		web.Operation("PUT "+one+"/columns", "Say which column is what, and compare every row with what is in force", mayEdit(), o.compareTable),
		web.Operation("GET "+one+"/rows", "Rows of the report: wrong, new, changed or ended", mayRead(), o.tableRows),
		web.RawOperation("GET "+one+"/rejected", "The wrong rows as a file, each with its reasons", mayRead(), web.Raw{Gives: []string{"text/csv"}, Status: http.StatusOK}, o.handBack),
		web.Operation("POST "+one+"/propose", "Make a change of the right rows, which somebody else approves", mayEdit(), o.proposeTable),
		web.Operation("DELETE "+one, "Give a catalogue up that no change was made of", mayEdit(), o.dropTable),
	}
}

// CatalogueTable is a catalogue that somebody has brought.
type CatalogueTable struct {
	ID      string  `json:"id"`
	Name    string  `json:"name" doc:"of the file"`
	State   string  `json:"state" doc:"brought, compared, proposed, dropped"`
	By      string  `json:"by" doc:"account"`
	At      db.Time `json:"at"`
	Row     int     `json:"row" doc:"that comparing has reached"`
	Total   int     `json:"total"`
	New     int     `json:"new"`
	Changed int     `json:"changed"`
	Ended   int     `json:"ended"`
	Same    int     `json:"same"`
	Wrong   int     `json:"wrong"`
	Change  string  `json:"change,omitempty" doc:"that was made of it"`
	Note    string  `json:"note,omitempty" doc:"code of what is to be known of the report"`
}

func tableOut(t authoring.Table) CatalogueTable {
	return CatalogueTable{
		ID: string(t.ID), Name: t.Name, State: string(t.State), By: t.Brought.Account, At: t.Brought.At, Row: t.Place,
		Total: t.Total, New: t.New, Changed: t.Changed, Ended: t.Ended, Same: t.Same, Wrong: t.Wrong, Change: string(t.Change), Note: t.Failure,
	}
}

func (o operations) bringTable(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), identity.From(r.Context())
	id, err := o.svc.BringTable(ctx, actor, r.URL.Query().Get("name"), r.Body)
	if err != nil {
		return err
	}
	t, err := o.svc.Table(ctx, actor, id)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(tableOut(t)) // the caller has gone: nobody to tell
	return nil
}

type tablesIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type tablesOut struct {
	Body struct {
		Items []CatalogueTable `json:"items"`
		Next  string           `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) tables(ctx context.Context, in *tablesIn) (*tablesOut, error) {
	all, err := o.svc.ListTables(ctx, identity.From(ctx), authoring.TableID(in.Before))
	if err != nil {
		return nil, err
	}
	out := &tablesOut{}
	out.Body.Items = []CatalogueTable{}
	for _, t := range all {
		out.Body.Items = append(out.Body.Items, tableOut(t))
	}
	if len(all) == core.PageSize {
		out.Body.Next = string(all[len(all)-1].ID)
	}
	return out, nil
}

// OneTable names a table; exported, or huma does not see the parameter.
type OneTable struct {
	Table string `path:"table" maxLength:"40"`
}

type catalogueOut struct{ Body CatalogueTable }

func (o operations) table(ctx context.Context, in *OneTable) (*catalogueOut, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	t, err := o.svc.Table(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return &catalogueOut{tableOut(t)}, nil
}

// CatalogueColumns says which column of a catalogue is what.
type CatalogueColumns struct {
	Headings  []string `json:"headings,omitempty" readOnly:"true"`
	Columns   []string `json:"columns" doc:"by column: code, name, field, level, unit, days, reduced, online_days, online_reduced, fee, papers, result, audience, online, route, conditions, steps, bases, decision, signed, effective, issuer, state, ends, paperless, boundary_free; empty: left out"`
	Decision  string   `json:"decision,omitempty" maxLength:"500" doc:"where no column says it"`
	Signed    string   `json:"signed,omitempty" maxLength:"10" doc:"YYYY-MM-DD"`
	Effective string   `json:"effective,omitempty" maxLength:"10" doc:"YYYY-MM-DD"`
	Issuer    string   `json:"issuer,omitempty" maxLength:"500"`
	Whole     bool     `json:"whole,omitempty" doc:"the table is the whole catalogue of its fields: what is not in it ends"`
}

type columnsOut struct{ Body CatalogueColumns }

func (o operations) tableColumns(ctx context.Context, in *OneTable) (*columnsOut, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	c, err := o.svc.Columns(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	m := c.Proposed
	return &columnsOut{CatalogueColumns{m.Headings, m.Fields, m.Decision, m.Signed, m.Effective, m.Issuer, m.Whole}}, nil
}

type tableReadingIn struct {
	OneTable
	Body struct {
		Encoding string `json:"encoding,omitempty" maxLength:"30"`
		Sheet    string `json:"sheet,omitempty" maxLength:"200"`
	}
}

func (o operations) readTable(ctx context.Context, in *tableReadingIn) (*struct{}, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.ReadTable(ctx, identity.From(ctx), id, in.Body.Encoding, in.Body.Sheet)
}

type compareIn struct {
	OneTable
	Body CatalogueColumns
}

func (o operations) compareTable(ctx context.Context, in *compareIn) (*catalogueOut, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if err := o.svc.CompareTable(ctx, identity.From(ctx), id, core.TableMatching{
		Fields: b.Columns, Decision: b.Decision, Signed: b.Signed, Effective: b.Effective, Issuer: b.Issuer, Whole: b.Whole,
	}); err != nil {
		return nil, err
	}
	return o.table(ctx, &in.OneTable)
}

// CatalogueRow is a row of the report.
type CatalogueRow struct {
	Row       int                     `json:"row" doc:"of the sheet, from 0"`
	Procedure string                  `json:"procedure,omitempty"`
	Name      string                  `json:"name"`
	Fields    []packs.Difference      `json:"fields,omitempty" doc:"that change"`
	Cells     []authoring.CellProblem `json:"cells,omitempty" doc:"that are wrong, or are to be looked at"`
}

type rowsIn struct {
	OneTable
	Kind  string `query:"kind" enum:"wrong,new,changed,ended" required:"true"`
	After int    `query:"after" default:"-1" doc:"row of the last one of the page before"`
}

type rowsOut struct {
	Body struct {
		Items []CatalogueRow `json:"items"`
	}
}

func (o operations) tableRows(ctx context.Context, in *rowsIn) (*rowsOut, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	rows, err := o.svc.TableRows(ctx, identity.From(ctx), id, authoring.RowKind(in.Kind), in.After)
	if err != nil {
		return nil, err
	}
	out := &rowsOut{}
	out.Body.Items = []CatalogueRow{}
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, CatalogueRow{r.N, r.Item, r.Name, r.Fields, r.Cells})
	}
	return out, nil
}

func (o operations) handBack(w http.ResponseWriter, r *http.Request) error {
	id, err := authoring.ParseTableID(r.PathValue("table"))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := o.svc.HandBack(r.Context(), identity.From(r.Context()), id, &out, func(c authoring.CellProblem) string { return c.Cell + " " + c.Code }); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	_, err = w.Write(out.Bytes())
	return err
}

type proposeIn struct {
	OneTable
	Body struct {
		Day string `json:"day" maxLength:"10" doc:"YYYY-MM-DD, from which it is in force"`
	}
}

type proposedOut struct {
	Body struct {
		Change string `json:"change"`
	}
}

func (o operations) proposeTable(ctx context.Context, in *proposeIn) (*proposedOut, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	day, err := calendar.ParseDate(in.Body.Day)
	if err != nil {
		return nil, errs.BadInput([]errs.Field{{Name: "day", Code: "authoring.day"}})
	}
	change, err := o.svc.ProposeTable(ctx, identity.From(ctx), id, day)
	if err != nil {
		return nil, err
	}
	out := &proposedOut{}
	out.Body.Change = string(change)
	return out, nil
}

func (o operations) dropTable(ctx context.Context, in *OneTable) (*struct{}, error) {
	id, err := authoring.ParseTableID(in.Table)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DropTable(ctx, identity.From(ctx), id)
}
