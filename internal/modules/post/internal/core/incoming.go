// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// JobOpened notes that an envelope has become a draft.
const JobOpened jobs.Kind = "post.opened"

// Incoming is an envelope that the postman brought.
type Incoming = store.Incoming

// maxReason is how long the reason may be for which an envelope goes back.
const maxReason = 300

// Came is an envelope as a clerk notes it.
type Came struct {
	Consignment string
	Day         string // YYYY-MM-DD
	From        string // who stands on it; empty: nobody, or nobody can read it
}

// NoteIncoming notes an envelope that was brought to the actor's unit, before anybody
// has time to open it.
func (s *Service) NoteIncoming(ctx context.Context, actor identity.Actor, in Came) (made string, err error) {
	defer errs.Wrap(&err, "note what the postman brought")

	if _, err := access.Require(actor, post.PermSend); err != nil {
		return "", err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return "", err
	}
	var found []errs.Field
	code, ok := dossiers.MailCode(in.Consignment)
	switch {
	case code == "":
		found = append(found, errs.Field{Name: "consignment", Code: "form.required"})
	case !ok:
		found = append(found, errs.Field{Name: "consignment", Code: "dossiers.consignment_wrong", Args: map[string]any{"max": dossiers.MaxMailCode}})
	}
	switch day, err := time.Parse(time.DateOnly, in.Day); {
	case in.Day == "":
		found = append(found, errs.Field{Name: "came", Code: "form.required"})
	case err != nil:
		found = append(found, errs.Field{Name: "came", Code: "form.not_a_date"})
	case day.Format(time.DateOnly) > calendar.On(s.DB.Now().Time).String():
		found = append(found, errs.Field{Name: "came", Code: "dossiers.came_future"})
	}
	if in.From = text.Line(in.From); utf8.RuneCountInString(in.From) > maxAddress {
		found = append(found, errs.Field{Name: "from", Code: "form.too_long", Args: map[string]any{"max": maxAddress, "over": utf8.RuneCountInString(in.From) - maxAddress}})
	}
	if err := errs.BadInput(found); err != nil {
		return "", err
	}
	made = id.New()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.AddIncoming(ctx, tx, Incoming{ID: made, Unit: unit, Consignment: code, Came: in.Day, From: in.From, By: actor.Account}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, post.AuditCame, made)
	})
	return made, err
}

// ListIncoming returns envelopes of the actor's units, the newest first; state empty:
// all. It shows from whom they are: that it was looked at is recorded.
func (s *Service) ListIncoming(ctx context.Context, actor identity.Actor, state post.IncomingState, before string) (all []Incoming, next string, err error) {
	defer errs.Wrap(&err, "list what the postman brought")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return nil, "", err
	}
	if !slices.Contains([]post.IncomingState{"", post.Waiting, post.Opened, post.SentBack}, state) {
		state = ""
	}
	rows, err := s.store.ListIncoming(ctx, s.DB, sc, state, before, PageSize+1)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	all, next = cut(rows, func(v Incoming) string { return v.ID })
	return all, next, s.record(ctx, actor, post.AuditLooked, "incoming")
}

// SendBack notes that an envelope goes back unopened.
func (s *Service) SendBack(ctx context.Context, actor identity.Actor, envelope, reason string) (err error) {
	defer errs.Wrap(&err, "send envelope %s back", envelope)

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return err
	}
	reason = text.Line(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "form.required"}})
	case n > maxReason:
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.store.GetIncoming(ctx, tx, sc, envelope)
		if err != nil {
			return err
		}
		v.State, v.Reason, v.EndedBy = post.SentBack, reason, actor.Account
		done, err := s.store.EndIncoming(ctx, tx, v)
		switch {
		case err != nil:
			return err
		case !done:
			return post.ErrChanged
		}
		return audit.Record(ctx, tx, actor, post.AuditSentBack, envelope)
	})
}

// Opened does JobOpened. Done again, it finds nothing that waits.
func (s *Service) Opened(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "an envelope was opened")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var m dossiers.MailOpened
	if err := json.Unmarshal(e.Body, &m); err != nil || m.Consignment == "" {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.store.OpenIncoming(ctx, tx, string(m.Unit), m.Consignment, string(m.Dossier))
	})
}
