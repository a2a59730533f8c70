// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the console as JSON.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	operate, audit := web.Needs(string(console.PermOperate)), web.Needs(string(console.PermAudit))
	return append(o.admin(), []web.Route{
		web.Operation("GET /api/v1/health-report", "How the installation is, check by check", operate, o.health),
		web.Operation("GET /api/v1/jobs/dead", "Jobs that wait for a person, the oldest first", operate, o.deadJobs),
		web.Operation("POST /api/v1/jobs/{id}/retry", "Let a job that was given up run again, now", operate, o.retry),
		web.Operation("GET /api/v1/outgoing", "Messages and events that have not left, without words or numbers", operate, o.outgoing),
		web.Operation("GET /api/v1/settings", "The configuration in force, without secrets, and the systems outside", operate, o.settings),
		web.Operation("GET /api/v1/audit", "The audit log, the newest first; reading it is itself recorded", audit, o.audit),
		web.Operation("GET /api/v1/audit/checkpoint", "The last signed checkpoint of the audit log", audit, o.checkpoint),
	}...)
}

type operations struct{ svc *core.Service }

type nothing struct{}

type check struct {
	Name  string `json:"name" enum:"database,clock,audit,jobs,dead,outbox,disk,certificates,outside,backup"`
	State string `json:"state" enum:"good,attention,broken,unknown"`
	ID    string `json:"id,omitempty" doc:"of a system outside"`
	Since string `json:"since,omitempty" doc:"it is so, RFC 3339; absent: not known"`
}

type healthOut struct {
	Body struct {
		State         string  `json:"state" enum:"good,attention,broken" doc:"the worst of the checks"`
		Checks        []check `json:"checks"`
		At            db.Time `json:"at"`
		Version       string  `json:"version"`
		Pack          string  `json:"pack"`
		PackSince     db.Time `json:"pack_since"`
		Database      string  `json:"database"`
		AnswerMicros  int64   `json:"answer_us" doc:"time in which the database answered, microseconds"`
		AuditSealed   int64   `json:"audit_sealed"`
		AuditWaiting  int64   `json:"audit_waiting"`
		AuditSealedAt db.Time `json:"audit_sealed_at"`
		JobsQueued    int64   `json:"jobs_queued"`
		JobsDead      int64   `json:"jobs_dead"`
		OldestJob     int64   `json:"oldest_job_s" doc:"how long the first job has been due, seconds"`
		Outbox        int64   `json:"outbox"`
		FreeBytes     *int64  `json:"free_bytes,omitempty"`
		FilesKept     int64   `json:"files_kept_bytes" doc:"files of all dossiers, as quotas count them"`
		FilesToday    int64   `json:"files_today_bytes" doc:"received today"`
	}
}

func (o operations) health(ctx context.Context, _ *nothing) (*healthOut, error) {
	r, err := o.svc.Health(ctx, identity.From(ctx))
	out := &healthOut{}
	b := &out.Body
	b.State, b.Checks = r.State().String(), []check{}
	for _, c := range r.Checks() {
		one := check{Name: c.Name, State: c.State.String()}
		if c.Part != nil {
			if one.ID = c.Part.ID; c.Part.Unknown {
				one.State = "unknown"
			}
		}
		if !c.Since.IsZero() {
			one.Since = c.Since.UTC().Format(time.RFC3339)
		}
		b.Checks = append(b.Checks, one)
	}
	b.At, b.Version, b.Pack, b.PackSince = db.At(r.At), r.Version, r.Pack, db.At(r.PackSince)
	b.Database, b.AnswerMicros = r.Database, r.Answer.Microseconds()
	b.AuditSealed, b.AuditWaiting, b.AuditSealedAt = r.Audit.Size, r.Audit.Waiting, r.Audit.At
	b.JobsQueued, b.JobsDead, b.OldestJob, b.Outbox = r.Queued, r.Dead, int64(r.OldestJob.Seconds()), r.Outbox
	b.FilesKept, b.FilesToday = r.Files.Kept, r.Files.Today
	if r.FreeKnown {
		b.FreeBytes = &r.Free
	}
	return out, err
}

type jobsIn struct {
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type job struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	Error   string  `json:"error"`
	Attempt int     `json:"attempt"`
	Due     db.Time `json:"due"`
}

type jobsOut struct {
	Body struct {
		Items []job  `json:"items"`
		Next  string `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) deadJobs(ctx context.Context, in *jobsIn) (*jobsOut, error) {
	found, err := o.svc.DeadJobs(ctx, identity.From(ctx), in.After)
	out := &jobsOut{}
	out.Body.Items, out.Body.Next = []job{}, found.Next
	for _, j := range found.Jobs {
		out.Body.Items = append(out.Body.Items, job{j.ID, string(j.Kind), j.Error, j.Attempt, j.Due})
	}
	return out, err
}

type jobIn struct {
	ID string `path:"id" maxLength:"100"`
}

func (o operations) retry(ctx context.Context, in *jobIn) (*nothing, error) {
	return nil, o.svc.RetryJob(ctx, identity.From(ctx), in.ID)
}

type auditIn struct {
	Event   string `query:"event" maxLength:"200"`
	Subject string `query:"subject" maxLength:"400"`
	Login   string `query:"login" maxLength:"100" doc:"of an account, or program:NAME"`
	Before  string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type entry struct {
	ID      string  `json:"id"`
	At      db.Time `json:"at"`
	Actor   string  `json:"actor" doc:"the account, or program:NAME"`
	Login   string  `json:"login"`
	Event   string  `json:"event"`
	Subject string  `json:"subject"`
	Code    string  `json:"code,omitempty" doc:"what people call the dossier"`
	About   string  `json:"about,omitempty" doc:"the person whose data was read"`
	Erased  bool    `json:"erased,omitempty" doc:"by law; a record audit.erased vouches for it"`
	Unit    string  `json:"unit,omitempty"`
	Purpose string  `json:"purpose,omitempty"`
	Leaf    *int64  `json:"leaf,omitempty" doc:"its number in the log; none while it waits to be sealed"`
}

type auditOut struct {
	Body struct {
		Items   []entry `json:"items"`
		Next    string  `json:"next,omitempty" doc:"send it as before"`
		Sealed  int64   `json:"sealed"`
		Waiting int64   `json:"waiting"`
	}
}

func (o operations) audit(ctx context.Context, in *auditIn) (*auditOut, error) {
	found, err := o.svc.ReadAudit(ctx, identity.From(ctx), core.AuditQuery(*in))
	out := &auditOut{}
	out.Body.Items, out.Body.Next = []entry{}, found.Next
	out.Body.Sealed, out.Body.Waiting = found.Head.Size, found.Head.Waiting
	for _, e := range found.Entries {
		row := entry{ID: e.ID, At: db.At(e.At), Actor: e.Actor, Login: e.Login, Event: string(e.Event), Subject: e.Subject, Code: e.Code, About: e.About, Erased: e.Erased, Unit: e.Unit, Purpose: e.Purpose}
		if e.Leaf >= 0 {
			row.Leaf = &e.Leaf
		}
		out.Body.Items = append(out.Body.Items, row)
	}
	return out, err
}

type checkpointOut struct {
	Body struct {
		Size int64   `json:"size"`
		At   db.Time `json:"at"`
		Note string  `json:"note" doc:"keep it elsewhere; tinhso verify --checkpoint takes it"`
	}
}

func (o operations) checkpoint(ctx context.Context, _ *nothing) (*checkpointOut, error) {
	head, err := o.svc.Checkpoint(ctx, identity.From(ctx))
	out := &checkpointOut{}
	out.Body.Size, out.Body.At, out.Body.Note = head.Size, head.At, head.Note
	return out, err
}
