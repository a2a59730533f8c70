// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves oversight as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	own, alerts := web.Needs(string(dossiers.PermOwn)), web.Needs(string(oversight.PermAlerts))
	explain, erase := web.Needs(string(oversight.PermExplain)), web.Needs(string(oversight.PermErase))
	return []web.Route{
		web.Operation("GET /api/v1/me/readings", "Who has read one's personal data, in every dossier and in none, the newest first", own, o.readings),
		web.Operation("GET /api/v1/me/readings/all", "The same without pages, at most 10,000", own, o.export).Proved(10 * time.Minute),
		web.Operation("GET /api/v1/me/sightings", "Whose work lists have shown one's dossiers", own, o.sightings),
		web.Operation("GET /api/v1/me/my-readings", "What personal data the account has read itself", web.SignedIn(), o.mine),
		web.Operation("GET /api/v1/me/questions", "Alerts that the account was asked to explain", explain, o.questions),
		web.Operation("POST /api/v1/me/questions/{id}/explanation", "Explain one's own readings", explain, o.explain),
		web.Operation("GET /api/v1/alerts", "Alerts about unusual reading in a state, the newest first", alerts, o.alerts),
		web.Operation("GET /api/v1/alerts/rules", "When reading is unusual", alerts, o.rules),
		web.Operation("GET /api/v1/alerts/{id}", "An alert with the readings behind it; that it was read is recorded", alerts, o.alert),
		web.Operation("POST /api/v1/alerts/{id}/question", "Ask the official to explain", alerts, o.ask),
		web.Operation("POST /api/v1/alerts/{id}/decision", "Close or escalate an alert", alerts, o.decide),
		web.Operation("GET /api/v1/audit/erasures", "Erasures of records, the newest first", web.Needs(string(oversight.PermErase), string(oversight.PermAlerts)), o.erasures),
		web.Operation("POST /api/v1/audit/erasures", "Propose an erasure; somebody else confirms it", erase, o.propose),
		web.Operation("POST /api/v1/audit/erasures/{id}/decision", "Confirm or refuse an erasure that somebody else has proposed", erase, o.decideErasure),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

type official struct {
	Account string    `json:"account"`
	Name    string    `json:"name"`
	Post    i18n.Text `json:"post"`
	Unit    i18n.Text `json:"unit"`
}

func officialOf(w core.Who) official { return official{w.Account, w.Name, w.Post, w.Unit} }

type reading struct {
	Record  string   `json:"record" doc:"of the audit log"`
	Who     official `json:"who"`
	At      db.Time  `json:"at"`
	Event   string   `json:"event" doc:"what was read, as an event of the audit trail"`
	Purpose string   `json:"purpose" enum:"handling,inspection"`
	Subject string   `json:"subject,omitempty" doc:"the dossier or other thing"`
	Code    string   `json:"code,omitempty" doc:"what people call the dossier; none where it was not one"`
}

func readingsOf(found []core.About) []reading {
	all := []reading{}
	for _, r := range found {
		all = append(all, reading{r.Record, officialOf(r.Who), db.At(r.At), string(r.Event), string(r.Purpose), r.Subject, r.Code})
	}
	return all
}

// Period chooses readings.
type Period struct {
	From    time.Time `query:"from" doc:"not before"`
	To      time.Time `query:"to" doc:"before"`
	Purpose string    `query:"purpose" maxLength:"20" doc:"handling or inspection"`
}

func (in Period) filter() core.Filter {
	return core.Filter{From: in.From, To: in.To, Purpose: access.Purpose(in.Purpose)}
}

type readingsIn struct {
	Period
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type readingsOut struct {
	Body struct {
		Items []reading `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) readings(ctx context.Context, in *readingsIn) (*readingsOut, error) {
	page, err := o.svc.ListReadings(ctx, identity.From(ctx), in.filter(), in.Before)
	return readingsPage(page), err
}

func (o operations) export(ctx context.Context, in *Period) (*readingsOut, error) {
	all, err := o.svc.ExportReadings(ctx, identity.From(ctx), in.filter())
	return readingsPage(core.Page[core.About]{Items: all}), err
}

func (o operations) mine(ctx context.Context, in *readingsIn) (*readingsOut, error) {
	page, err := o.svc.ListMyReadings(ctx, identity.From(ctx), in.filter(), in.Before)
	return readingsPage(page), err
}

func readingsPage(page core.Page[core.About]) *readingsOut {
	out := &readingsOut{}
	out.Body.Items, out.Body.Next = readingsOf(page.Items), page.Next
	return out
}

type sighting struct {
	Dossier dossiers.ID `json:"dossier"`
	Code    string      `json:"code"`
	Who     official    `json:"who"`
	First   db.Time     `json:"first"`
	Last    db.Time     `json:"last"`
	Days    int         `json:"days"`
}

type sightingsIn struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
}

type sightingsOut struct {
	Body struct {
		Items []sighting `json:"items"`
		Next  string     `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) sightings(ctx context.Context, in *sightingsIn) (*sightingsOut, error) {
	page, err := o.svc.ListSightings(ctx, identity.From(ctx), in.After)
	out := &sightingsOut{}
	out.Body.Items, out.Body.Next = []sighting{}, page.Next
	for _, v := range page.Items {
		out.Body.Items = append(out.Body.Items, sighting{v.Dossier, v.Code, officialOf(v.Who), v.First, v.Last, v.Days})
	}
	return out, err
}
