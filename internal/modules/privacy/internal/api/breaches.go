// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) breachRoutes() []web.Route {
	access := web.Needs(string(privacy.PermBreach))
	add := web.RawOperation("POST /api/v1/privacy/breaches/{id}/evidence", "Add a file of evidence; its hash stands in the log", access, web.Raw{
		Query:  []web.Param{{Name: "name", Doc: "of the file"}, {Name: "held_by", Doc: "who holds the original, and where it comes from"}},
		Takes:  []string{"application/octet-stream"},
		Status: http.StatusNoContent,
	}, o.addEvidence)
	add.MaxBody = core.MaxEvidence + 1<<20
	return []web.Route{
		web.Operation("GET /api/v1/privacy/breaches", "Breaches, the newest first", access, o.breaches),
		web.Operation("GET /api/v1/privacy/breaches/mine", "The breaches one is responsible for whose clock runs, the nearest first", access, o.alerts),
		web.Operation("POST /api/v1/privacy/breaches", "Open the file of a breach", access, o.openBreach),
		web.Operation("GET /api/v1/privacy/breaches/{id}", "A breach with its log", access, o.breach),
		web.Operation("PUT /api/v1/privacy/breaches/{id}", "Change what is known; what stood before stays in the log", access, o.describe),
		web.Operation("POST /api/v1/privacy/breaches/{id}/log", "Add what was done or found", access, o.note),
		web.Operation("POST /api/v1/privacy/breaches/{id}/responsible", "Become responsible", access, o.takeBreach),
		web.Operation("POST /api/v1/privacy/breaches/{id}/notices", "Note that the authority or the people were told", access, o.tell),
		web.Operation("POST /api/v1/privacy/breaches/{id}/closing", "Close it with what was learned", access, o.closeBreach),
		add,
		web.RawOperation("GET /api/v1/privacy/breaches/{id}/evidence/{file}", "A file of evidence", access, web.Raw{
			Gives: []string{"application/octet-stream"}, Status: http.StatusOK, Ranges: true,
		}, o.evidence),
		web.RawOperation("GET /api/v1/privacy/breaches/{id}/notice", "The notice to the authority as a PDF", access, web.Raw{
			Gives: []string{"application/pdf"}, Status: http.StatusOK,
		}, o.print),
	}
}

// Found is what is known of a breach.
type Found struct {
	Title        string    `json:"title" maxLength:"2000"`
	Nature       string    `json:"nature" enum:"n1,n2,n3,n4,n5,n6,n7,n8,n9"`
	Severity     string    `json:"severity" enum:"m1,m2,m3,m4"`
	Serious      bool      `json:"serious,omitempty"`
	Harm         bool      `json:"harm,omitempty"`
	TellSubjects bool      `json:"tell_subjects,omitempty"`
	System       string    `json:"system,omitempty" maxLength:"2000"`
	FoundBy      string    `json:"found_by,omitempty" maxLength:"2000"`
	Description  string    `json:"description" maxLength:"20000"`
	Data         string    `json:"data,omitempty" maxLength:"20000"`
	Measures     string    `json:"measures,omitempty" maxLength:"20000"`
	Subjects     int       `json:"subjects,omitempty" doc:"people concerned, as estimated"`
	FoundAt      time.Time `json:"found_at,omitzero" doc:"T0; only when it is opened"`
}

// Breach is a breach as programs see it.
type Breach struct {
	ID           string  `json:"id"`
	Code         string  `json:"code"`
	Responsible  string  `json:"responsible"`
	DueAt        db.Time `json:"due_at,omitzero" doc:"of the nearest clock"`
	Clock        string  `json:"clock,omitempty" enum:"breach_serious,breach_authority,breach_subjects,"`
	Late         bool    `json:"late"`
	AuthorityDue db.Time `json:"authority_due_at,omitzero"`
	Told         db.Time `json:"authority_told_at,omitzero"`
	ClosedAt     db.Time `json:"closed_at,omitzero"`
	KeptUntil    db.Time `json:"kept_until,omitzero"`
	Found
}

func breachOf(a core.Alert) Breach {
	return Breach{
		ID: a.ID, Code: a.Code, Responsible: a.Who, DueAt: a.Due, Clock: a.What, Late: a.Late, AuthorityDue: a.AuthorityDue, Told: a.Told, ClosedAt: a.Closed,
		KeptUntil: a.KeptUntil, Found: Found{
			Title: a.Title, Nature: a.Nature, Severity: a.Severity, Serious: a.Serious, Harm: a.Harm, TellSubjects: a.TellSubjects, System: a.System, FoundBy: a.FoundBy,
			Description: a.Description, Data: a.Data, Measures: a.Measures, Subjects: a.Subjects, FoundAt: a.FoundAt.Time,
		},
	}
}

type breachesOut struct {
	Body struct {
		Items []Breach `json:"items"`
		Next  string   `json:"next,omitempty" doc:"send it as before"`
	}
}

func breachesOf(all []core.Alert, next string) *breachesOut {
	out := &breachesOut{}
	out.Body.Items, out.Body.Next = []Breach{}, next
	for _, a := range all {
		out.Body.Items = append(out.Body.Items, breachOf(a))
	}
	return out
}

func (o operations) breaches(ctx context.Context, in *consentsIn) (*breachesOut, error) {
	page, err := o.svc.ListBreaches(ctx, identity.From(ctx), in.Before)
	return breachesOf(page.Items, page.Next), err
}

func (o operations) alerts(ctx context.Context, _ *struct{}) (*breachesOut, error) {
	all, err := o.svc.ListAlerts(ctx, identity.From(ctx))
	return breachesOf(all, ""), err
}

type foundIn struct{ Body Found }

func (o operations) openBreach(ctx context.Context, in *foundIn) (*idOut, error) {
	return newID(o.svc.OpenBreach(ctx, identity.From(ctx), in.Body.of()))
}

func (f Found) of() core.Found {
	return core.Found{
		Title: f.Title, Nature: f.Nature, Severity: f.Severity, Serious: f.Serious, Harm: f.Harm, TellSubjects: f.TellSubjects, System: f.System, FoundBy: f.FoundBy,
		Description: f.Description, Data: f.Data, Measures: f.Measures, Subjects: f.Subjects, FoundAt: f.FoundAt,
	}
}

type entry struct {
	What   string  `json:"what"`
	Words  string  `json:"words,omitempty"`
	By     string  `json:"by"`
	At     db.Time `json:"at"`
	File   string  `json:"file,omitempty"`
	Name   string  `json:"name,omitempty"`
	SHA256 string  `json:"sha256,omitempty"`
}

type breachOut struct {
	Body struct {
		Breach
		Log    []entry `json:"log"`
		Broken bool    `json:"broken" doc:"the log is not what was written"`
	}
}

func (o operations) breach(ctx context.Context, in *oneIn) (*breachOut, error) {
	c, err := o.svc.GetBreach(ctx, identity.From(ctx), in.ID)
	out := &breachOut{}
	out.Body.Breach, out.Body.Log, out.Body.Broken = breachOf(c.Alert), []entry{}, c.Broken
	for _, e := range c.Log {
		out.Body.Log = append(out.Body.Log, entry{e.What, e.Words, e.By, e.At, e.File, e.FileName, e.SHA})
	}
	return out, err
}

type describeIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body Found
}

func (o operations) describe(ctx context.Context, in *describeIn) (*nothing, error) {
	return nil, o.svc.DescribeBreach(ctx, identity.From(ctx), in.ID, in.Body.of())
}

type wordsIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Words string `json:"words" maxLength:"20000"`
	}
}

func (o operations) note(ctx context.Context, in *wordsIn) (*nothing, error) {
	return nil, o.svc.LogBreach(ctx, identity.From(ctx), in.ID, in.Body.Words)
}

func (o operations) takeBreach(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, o.svc.TakeBreach(ctx, identity.From(ctx), in.ID)
}

type tellIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Whom  string `json:"whom" enum:"breach_serious,breach_authority,breach_subjects"`
		Words string `json:"words" maxLength:"20000" doc:"what they were told, and how"`
	}
}

func (o operations) tell(ctx context.Context, in *tellIn) (*nothing, error) {
	return nil, o.svc.TellBreach(ctx, identity.From(ctx), in.ID, in.Body.Whom, in.Body.Words)
}

func (o operations) closeBreach(ctx context.Context, in *wordsIn) (*nothing, error) {
	return nil, o.svc.CloseBreach(ctx, identity.From(ctx), in.ID, in.Body.Words)
}

func (o operations) addEvidence(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if err := o.svc.AddEvidence(r.Context(), identity.From(r.Context()), r.PathValue("id"), q.Get("name"), q.Get("held_by"), r.Body); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (o operations) evidence(w http.ResponseWriter, r *http.Request) (err error) {
	content, f, err := o.svc.OpenEvidence(r.Context(), identity.From(r.Context()), r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	headers(w, f.Name, string(f.Type), f.Size)
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func (o operations) print(w http.ResponseWriter, r *http.Request) error {
	body, code, err := o.svc.PrintBreach(r.Context(), identity.From(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	headers(w, "thong-bao-"+code+".pdf", "application/pdf", int64(len(body)))
	_, err = w.Write(body)
	return err
}
