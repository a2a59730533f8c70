// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the catalogue of databases as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/quality"
	"tinhso.vn/internal/modules/quality/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o, view := operations{svc: s}, web.Needs(string(quality.PermView))
	return []web.Route{
		web.Operation("GET /api/v1/databases", "List the databases of the province: registers with their quality, and those elsewhere", view, o.list),
		web.Operation("GET /api/v1/databases/{register}", "Get the quality of a register by aspect, field and month, and who uses it", view, o.get),
		web.Operation("GET /api/v1/databases/{register}/failing/{aspect}", "List records that fail an aspect, those that the caller sees", view, o.failing),
	}
}

type operations struct{ svc *core.Service }

// Quality is what was measured in a month, in thousandths; -1 where there is nothing.
type Quality struct {
	Month   string         `json:"month" doc:"YYYY-MM"`
	Records int64          `json:"records"`
	Looked  int64          `json:"looked" doc:"records that were looked at"`
	Score   int            `json:"score"`
	By      map[string]int `json:"by" doc:"complete, valid, fresh, unique"`
}

func measured(s core.Score) Quality {
	return Quality{Month: s.Month, Records: s.Records, Looked: s.Looked, Score: s.Score, By: s.By}
}

// Database is a register by its file.
type Database struct {
	ID       string    `json:"id"`
	Title    i18n.Text `json:"title"`
	Version  int       `json:"version"`
	Fields   int       `json:"fields"`
	Personal string    `json:"personal" enum:"none,basic,sensitive"`
	Sharing  string    `json:"sharing" enum:"open,automatic,request,special,none"`
	Declared bool      `json:"declared" doc:"the file of the register says how it is shared; else its rights do"`
	Fresh    int       `json:"fresh_days"`
	Quality  *Quality  `json:"quality,omitempty" doc:"absent: not measured yet"`

	Owner     *i18n.Text `json:"owner,omitempty"`
	Purpose   *i18n.Text `json:"purpose,omitempty" doc:"what personal data is for"`
	Scope     *i18n.Text `json:"scope,omitempty"`
	Content   *i18n.Text `json:"content,omitempty"`
	Collected *i18n.Text `json:"collected,omitempty" doc:"how it is collected"`
	Sources   *i18n.Text `json:"sources,omitempty"`
	Refreshed string     `json:"refreshed,omitempty" doc:"continual, daily, weekly, monthly, quarterly, annual, irregular"`
	Class     string     `json:"class,omitempty" doc:"public, private, personal"`
}

func database(o core.Own) Database {
	d := Database{
		ID: o.Definition.ID, Title: o.Definition.Title, Version: o.Definition.Version, Fields: len(o.Definition.Visible()),
		Personal: string(o.Personal), Sharing: o.Sharing, Declared: o.Declared, Fresh: o.Refreshed,
		Owner: words(o.Database.Owner), Scope: words(o.Database.Scope), Content: words(o.Database.Content), Collected: words(o.Database.Collected),
		Sources: words(o.Database.Sources), Refreshed: o.Database.Refreshed, Class: o.Database.Class,
	}
	if o.Definition.Purpose != nil {
		d.Purpose = words(o.Definition.Purpose.Text)
	}
	if o.Measured {
		q := measured(o.Score)
		d.Quality = &q
	}
	return d
}

// words are what a file says; nil where it says nothing.
func words(t i18n.Text) *i18n.Text {
	if t == (i18n.Text{}) {
		return nil
	}
	return &t
}

// OutsideDatabase is one that is none of ours.
type OutsideDatabase struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	English  string `json:"english,omitempty"`
	Owner    string `json:"owner"`
	Kind     string `json:"kind"`
	Sharing  string `json:"sharing"`
	Personal string `json:"personal,omitempty"`
}

type listOut struct {
	Body struct {
		Registers []Database        `json:"registers"`
		Outside   []OutsideDatabase `json:"outside"`
	}
}

func (o operations) list(ctx context.Context, _ *struct{}) (*listOut, error) {
	c, err := o.svc.Databases(ctx, identity.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	out.Body.Registers, out.Body.Outside = []Database{}, []OutsideDatabase{}
	for _, one := range c.Own {
		out.Body.Registers = append(out.Body.Registers, database(one))
	}
	for _, e := range c.Outside {
		out.Body.Outside = append(out.Body.Outside, OutsideDatabase{e.ID, e.Code, e.Name, e.English, e.Owner, e.Kind, e.Sharing, e.Personal})
	}
	return out, nil
}

type getIn struct {
	Register string `path:"register" maxLength:"40"`
}

// DatabaseField is what was measured of a field.
type DatabaseField struct {
	Field    string `json:"field"`
	Expected int64  `json:"expected"`
	Filled   int64  `json:"filled"`
	Wrong    int64  `json:"wrong"`
}

// DatabaseFollower is a system that is sent the changes of a register.
type DatabaseFollower struct {
	System string `json:"system"`
	Sent   int    `json:"sent" doc:"messages that arrived this month"`
}

type getOut struct {
	Body struct {
		Database

		ByField   []DatabaseField    `json:"by_field" doc:"fields that the caller sees"`
		Failing   map[string]int64   `json:"failing" doc:"records that fail, by aspect"`
		Trend     []Quality          `json:"trend" doc:"the latest month first"`
		Followers []DatabaseFollower `json:"followers"`
		Exports   int                `json:"exports" doc:"this month"`
	}
}

func (o operations) get(ctx context.Context, in *getIn) (*getOut, error) {
	d, err := o.svc.Database(ctx, identity.From(ctx), in.Register)
	if err != nil {
		return nil, err
	}
	out := &getOut{}
	out.Body.Database, out.Body.Failing, out.Body.Exports = database(d.Own), d.Fails, d.Exports
	out.Body.ByField, out.Body.Trend, out.Body.Followers = []DatabaseField{}, []Quality{}, []DatabaseFollower{}
	for _, f := range d.Fields {
		out.Body.ByField = append(out.Body.ByField, DatabaseField{f.Field, f.Expected, f.Filled, f.Wrong})
	}
	for _, s := range d.Trend {
		out.Body.Trend = append(out.Body.Trend, measured(s))
	}
	for _, f := range d.Followers {
		out.Body.Followers = append(out.Body.Followers, DatabaseFollower{f.System, f.Sent})
	}
	return out, nil
}

type failingIn struct {
	Register string `path:"register" maxLength:"40"`
	Aspect   string `path:"aspect" enum:"complete,valid,fresh,unique"`
}

type failingOut struct {
	Body struct {
		Records []string `json:"records" doc:"ids, 200 at most"`
	}
}

func (o operations) failing(ctx context.Context, in *failingIn) (*failingOut, error) {
	p, err := o.svc.FailingRecords(ctx, identity.From(ctx), in.Register, in.Aspect)
	if err != nil {
		return nil, err
	}
	out := &failingOut{}
	out.Body.Records = []string{}
	for _, r := range p.Records {
		out.Body.Records = append(out.Body.Records, r.ID)
	}
	return out, nil
}
