// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// AuditQuery says which entries of the audit log are read; empty fields choose all.
type AuditQuery struct {
	Event, Subject string
	Login          string // of an account, or program:NAME
	Before         string // the id to go on before
}

// Entry is an entry of the audit log with the login of who acted, and the code
// of the dossier it was done to, if it was one.
type Entry struct {
	audit.Entry
	Login, Code string
}

// AuditPage is a page of the audit log.
type AuditPage struct {
	Entries []Entry
	Next    string // the id to go on before; empty: this is the last page
	Head    audit.Head
}

// AuditEvents returns the events that the log may tell of, sorted.
func (s *Service) AuditEvents() []audit.Event { return slices.Sorted(slices.Values(s.events)) }

// program is how the accounts of programs begin.
const program = "program:"

// ReadAudit returns a page of the audit log, the newest first. That it was read
// is itself in the log before the answer leaves.
func (s *Service) ReadAudit(ctx context.Context, actor identity.Actor, q AuditQuery) (p AuditPage, err error) {
	defer errs.Wrap(&err, "read the audit log")

	if _, err := access.Require(actor, console.PermAudit); err != nil {
		return AuditPage{}, err
	}
	f := audit.Filter{Event: audit.Event(text.Line(q.Event)), Subject: text.Line(q.Subject)}
	if f.Event != "" && !slices.Contains(s.events, f.Event) {
		return AuditPage{}, errs.BadInput([]errs.Field{{Name: "event", Code: "console.event_unknown"}})
	}
	if f.Actor, err = s.account(ctx, text.Line(q.Login)); err != nil {
		return AuditPage{}, err
	}
	subject := "all"
	if f.Event != "" {
		subject = string(f.Event)
	}
	var rows []audit.Entry
	var head audit.Head
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		found, err := audit.List(ctx, tx, f, text.Line(q.Before), PageSize+1)
		if err != nil {
			return err
		}
		now, err := audit.GetHead(ctx, tx)
		if err != nil {
			return err
		}
		rows, head = found, now
		return audit.RecordRead(ctx, tx, actor, console.AuditRead, subject, access.Inspection)
	})
	if err != nil {
		return AuditPage{}, err
	}
	p.Head = head
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		p.Next = rows[PageSize-1].ID
	}
	actors := make([]string, len(rows))
	for i, e := range rows {
		actors[i] = e.Actor
	}
	logins, err := s.logins(ctx, actors...)
	if err != nil {
		return AuditPage{}, err
	}
	subjects := make([]string, len(rows))
	for i, e := range rows {
		subjects[i] = e.Subject
	}
	codes := map[string]string{}
	if s.namer != nil {
		if codes, err = s.namer.Codes(ctx, s.db, subjects); err != nil {
			return AuditPage{}, err
		}
	}
	for _, e := range rows {
		p.Entries = append(p.Entries, Entry{e, logins[e.Actor], codes[e.Subject]})
	}
	return p, nil
}

// account returns the id of the account of a login.
func (s *Service) account(ctx context.Context, login string) (string, error) {
	if login == "" || strings.HasPrefix(login, program) {
		return login, nil
	}
	a, found, err := s.people.FindAccount(ctx, s.db, login)
	if err != nil {
		return "", err
	}
	if !found {
		return "", errs.BadInput([]errs.Field{{Name: "login", Code: "console.login_unknown"}})
	}
	return a.ID, nil
}

// Checkpoint returns the last signed checkpoint of the audit log. Kept
// elsewhere, it shows later that nothing was cut off or put back.
func (s *Service) Checkpoint(ctx context.Context, actor identity.Actor) (h audit.Head, err error) {
	defer errs.Wrap(&err, "read the checkpoint")

	if _, err := access.Require(actor, console.PermAudit); err != nil {
		return audit.Head{}, err
	}
	if h, err = audit.GetHead(ctx, s.db); err != nil {
		return audit.Head{}, err
	}
	if h.Note == "" {
		return audit.Head{}, console.ErrNoCheckpoint
	}
	return h, nil
}
