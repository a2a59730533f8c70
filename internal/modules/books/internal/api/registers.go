// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves registers as JSON.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations. They let in anybody: who may do what is said by
// the rights of each register.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	all := web.Public()
	return slices.Concat(o.importRoutes(), o.duplicates(), o.looks(), o.many(), o.counts(), o.mapped(), o.visiting(), o.certified(), o.proposalRoutes(all), o.lifeRoutes(all), o.historyRoutes(all), o.fileRoutes(all), o.destroying(all), o.opened(all), []web.Route{
		web.Operation("GET /api/v1/registers/{register}/records/{record}/rights", "By which rights of the register the caller sees a record", all, o.why),
		web.Operation("GET /api/v1/registers/{register}/references/{field}", "Records that a field may point to and that the caller sees, by words", all, o.references),
		web.Operation("GET /api/v1/registers", "The registers of which the caller sees something, with their fields", all, o.registers),
		web.Operation("GET /api/v1/registers/{register}/records", "The records of a register within reach, without personal data", all, o.records),
		web.Operation("POST /api/v1/registers/{register}/records", "Add a record", all, o.create),
		web.Operation("GET /api/v1/registers/{register}/records/{record}", "A record with its history; personal data for a purpose only", all, o.record),
		web.Operation("PUT /api/v1/registers/{register}/records/{record}", "Change the fields that are named, if nobody was faster", all, o.change),
		web.Operation("DELETE /api/v1/registers/{register}/records/{record}", "Take a record out of the register; it is kept", all, o.hide),
		web.Operation("GET /api/v1/registers/{register}/changes", "What has changed in a register since a place of its feed; waits for it if asked", all, o.changes),
		web.Operation("GET /api/v1/registers/{register}/openapi.json", "The operations of one register as the caller may use them, OpenAPI 3.1", all, o.describe),
		web.Operation("GET /api/v1/registers/{register}/schema.json", "JSON Schema of a record as the caller may read it", all, o.schema),
		web.Operation("GET /api/v1/dmdc/Metadata/{name}", "The properties of a shared catalogue", all, o.metadata),
		web.Operation("GET /api/v1/dmdc/Category/{name}", "The entries of a shared catalogue that hold on a day", all, o.category),
		web.Operation("POST /api/v1/dmdc/Category/{name}", "Add entries to a shared catalogue: all or none", all, o.addCategory),
		o.exportRoute(),
	})
}

type operations struct{ svc *core.Service }

type nothing struct{}

type field struct {
	Key      string   `json:"key"`
	Type     string   `json:"type"`
	LabelVI  string   `json:"label_vi"`
	LabelEN  string   `json:"label_en,omitempty"`
	Required bool     `json:"required"`
	Unique   bool     `json:"unique"`
	Personal bool     `json:"personal" doc:"read for a purpose only"`
	Options  []string `json:"options,omitempty"`
}

type register struct {
	ID      string   `json:"id"`
	TitleVI string   `json:"title_vi"`
	TitleEN string   `json:"title_en,omitempty"`
	Version int      `json:"version"`
	Count   int      `json:"count" doc:"records within reach, up to 10,000"`
	More    bool     `json:"more,omitempty" doc:"there are more than count"`
	May     []string `json:"may" doc:"what the caller may do with some record"`
	Fields  []field  `json:"fields" doc:"those that the caller sees on some record"`
}

type registersOut struct {
	Body struct {
		Items []register `json:"items"`
	}
}

func (o operations) registers(ctx context.Context, _ *nothing) (*registersOut, error) {
	found, err := o.svc.Registers(ctx, identity.From(ctx))
	out := &registersOut{}
	out.Body.Items = []register{}
	for _, r := range found {
		one := register{
			ID: r.Definition.ID, TitleVI: r.Definition.Title.VI, TitleEN: r.Definition.Title.EN,
			Version: r.Definition.Version, Count: r.Count, More: r.More, May: []string{}, Fields: []field{},
		}
		for _, act := range registers.Acts() {
			if r.Can(act) {
				one.May = append(one.May, string(act))
			}
		}
		for _, f := range r.Fields(registers.View) {
			said := field{
				Key: f.Key, Type: string(f.Type), LabelVI: f.Label.VI, LabelEN: f.Label.EN,
				Required: f.Required, Unique: f.Unique, Personal: core.Personal(f),
			}
			for _, option := range f.Options {
				said.Options = append(said.Options, option.Value)
			}
			one.Fields = append(one.Fields, said)
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}

// RecordsIn is what a list is asked for. Its name is exported because others embed
// it, which the description of the API must see.
type RecordsIn struct {
	Register string   `path:"register" maxLength:"100"`
	Where    []string `query:"where" maxItems:"20" doc:"FIELD:OP:VALUE; op is, from, to, has, empty or within; unit is a field too, and valid:on:DAY where the register says when its records are"`
	Sort     string   `query:"sort" maxLength:"100" doc:"a field; with - before it the greatest first"`
	After    string   `query:"after" maxLength:"4000" doc:"next of the page before"`
}

// query reads what is asked for. The conditions themselves are checked by the register.
func (in *RecordsIn) query() (core.Query, error) {
	by, down := strings.CutPrefix(in.Sort, "-")
	q := core.Query{By: by, Down: down, After: in.After}
	for _, one := range in.Where {
		parts := strings.SplitN(one, ":", 3)
		if len(parts) < 2 {
			return core.Query{}, web.ErrMalformed.With("where", one)
		}
		c := registers.Condition{Field: parts[0], Op: registers.Op(parts[1])}
		if len(parts) == 3 {
			c.Values = []string{parts[2]}
		}
		if c.Op == registers.Within && len(parts) == 3 {
			c.Values = strings.Split(parts[2], ",")
		}
		q.Where = append(q.Where, c)
	}
	return q, nil
}

// Record is a record as programs see it. Its name is exported because the one
// with a history embeds it, which the description of the API must see.
type Record struct {
	ID       string         `json:"id"`
	Unit     string         `json:"unit"`
	Version  int64          `json:"version" doc:"send it as seen"`
	Created  db.Time        `json:"created"`
	Updated  db.Time        `json:"updated"`
	Values   map[string]any `json:"values"`
	Withheld []string       `json:"withheld,omitempty" doc:"personal fields, read for a purpose only"`
}

func out(r registers.Record) Record {
	return Record{
		ID: r.ID, Unit: r.Unit, Version: r.Version, Created: r.Created, Updated: r.Updated, Values: plain(r.Values), Withheld: r.Withheld,
	}
}

// plain writes places as they are read: "10.386200, 105.435100".
func plain(values map[string]any) map[string]any {
	if values == nil {
		return map[string]any{}
	}
	return registers.Plain(values)
}

type recordsOut struct {
	Body struct {
		Items []Record `json:"items"`
		Count int      `json:"count" doc:"that fit, up to 10,000"`
		More  bool     `json:"more,omitempty" doc:"there are more than count"`
		Next  string   `json:"next,omitempty" doc:"send it as after"`

		Rewriting *rewriting `json:"rewriting,omitempty" doc:"the records are being written anew by a new version of the file"`
	}
}

type rewriting struct {
	Done   int64    `json:"done" doc:"records"`
	Total  int64    `json:"total"`
	Fields []string `json:"fields" doc:"by which nobody filters and sorts until it is over"`
}

func (o operations) records(ctx context.Context, in *RecordsIn) (*recordsOut, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	found, err := o.svc.Records(ctx, identity.From(ctx), in.Register, q)
	answer := &recordsOut{}
	answer.Body.Items, answer.Body.Count, answer.Body.More, answer.Body.Next = []Record{}, found.Count, found.More, found.Next
	for _, r := range found.Records {
		answer.Body.Items = append(answer.Body.Items, out(r))
	}
	if r := found.Rewriting; r != nil {
		answer.Body.Rewriting = &rewriting{Done: r.Done, Total: r.Total, Fields: []string{}}
		for _, f := range found.Fields(registers.View) {
			if slices.Contains(found.Preparing, f.Key) {
				answer.Body.Rewriting.Fields = append(answer.Body.Rewriting.Fields, f.Key)
			}
		}
	}
	return answer, err
}

type valuesIn map[string]json.RawMessage

// read keeps numbers exact.
func (v valuesIn) read() (map[string]any, error) {
	values := map[string]any{}
	for key, raw := range v {
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.UseNumber()
		var one any
		if err := dec.Decode(&one); err != nil {
			return nil, web.ErrMalformed.Because(err)
		}
		values[key] = one
	}
	return values, nil
}

type createIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Unit   string   `json:"unit" maxLength:"100"`
		Values valuesIn `json:"values" doc:"by key of the field; decimals as strings, places as LATITUDE, LONGITUDE, files as [{id}] of uploads"`
	}
}

type createOut struct{ Body Record }

func (o operations) create(ctx context.Context, in *createIn) (*createOut, error) {
	values, err := in.Body.Values.read()
	if err != nil {
		return nil, err
	}
	added, err := o.svc.CreateRecord(ctx, identity.From(ctx), in.Register, in.Body.Unit, values)
	return &createOut{Body: out(added)}, err
}

type recordIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Purpose  string `query:"purpose" enum:"handling,inspection" doc:"why personal data is read; it is recorded"`
}

type past struct {
	Version int64          `json:"version"`
	Until   db.Time        `json:"until"`
	By      string         `json:"by" doc:"login of who changed it"`
	Values  map[string]any `json:"values"`
}

type recordOut struct {
	Body struct {
		Record

		History []past `json:"history" doc:"what it was, the latest first"`
	}
}

func (o operations) record(ctx context.Context, in *recordIn) (_ *recordOut, err error) {
	var v core.RecordView
	if in.Purpose == "" {
		v, err = o.svc.Record(ctx, identity.From(ctx), in.Register, in.Record)
	} else {
		v, err = o.svc.PersonalRecord(ctx, identity.From(ctx), access.Purpose(in.Purpose), in.Register, in.Record)
	}
	answer := &recordOut{}
	answer.Body.Record, answer.Body.History = out(v.Record), []past{}
	for _, p := range v.History {
		answer.Body.History = append(answer.Body.History, past{p.Version, p.Until, v.Logins[p.ChangedBy], plain(p.Values)})
	}
	return answer, err
}

type changeIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Body     struct {
		Seen   int64    `json:"seen" doc:"the version that the caller has seen"`
		Values valuesIn `json:"values" doc:"the fields to change; null takes a value away"`
	}
}

type changeOut struct {
	Body struct {
		Version int64 `json:"version"`
	}
}

func (o operations) change(ctx context.Context, in *changeIn) (*changeOut, error) {
	values, err := in.Body.Values.read()
	if err != nil {
		return nil, err
	}
	answer := &changeOut{}
	answer.Body.Version, err = o.svc.ChangeRecord(ctx, identity.From(ctx), in.Register, in.Record, in.Body.Seen, values)
	return answer, err
}

type hideIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Seen     int64  `query:"seen" required:"true" doc:"the version that the caller has seen"`
}

func (o operations) hide(ctx context.Context, in *hideIn) (*nothing, error) {
	return nil, o.svc.HideRecord(ctx, identity.From(ctx), in.Register, in.Record, in.Seen)
}
