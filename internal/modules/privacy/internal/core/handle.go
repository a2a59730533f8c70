// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// JobErase erases what a confirmed deletion means. Its body is the request.
const JobErase jobs.Kind = "privacy.erase"

// change locks a request for somebody who handles it and changes it; the events
// are recorded in the same transaction.
func (s *Service) change(ctx context.Context, actor identity.Actor, request string, f func(tx *db.Tx, q *store.Request) (audit.Event, error), needs ...identity.Permission) error {
	if _, err := access.RequireAny(actor, needs...); err != nil {
		return err
	}
	if !id.Valid(request) {
		return privacy.ErrNotFound
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q, err := s.store.LockRequest(ctx, tx, request)
		if err != nil {
			return err
		}
		if q.Person == actor.Person && actor.Person != "" {
			return privacy.ErrOwnCase
		}
		event, err := f(tx, &q)
		if err != nil {
			return err
		}
		if err := s.store.SaveRequest(ctx, tx, q); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, event, q.ID)
	})
}

// CheckIdentity notes by what it is certain that the request comes from the person.
func (s *Service) CheckIdentity(ctx context.Context, actor identity.Actor, request, how string) (err error) {
	defer errs.Wrap(&err, "check identity of request %s", request)

	if how != "card" && how != "vneid" && how != "letter" {
		return errs.BadInput([]errs.Field{{Name: "how", Code: "form.choose"}})
	}
	return s.change(ctx, actor, request, func(tx *db.Tx, q *store.Request) (audit.Event, error) {
		if q.State != privacy.Received {
			return "", privacy.ErrState
		}
		q.State, q.Checked, q.CheckedBy, q.CheckedHow = privacy.Checked, tx.Now, actor.Account, how
		return privacy.AuditChecked, s.step(ctx, tx, actor, q.ID, "checked", "")
	}, privacy.PermHandle)
}

// ExtendRequest gives a request more time, once and with a reason that the
// person reads.
func (s *Service) ExtendRequest(ctx context.Context, actor identity.Actor, request, reason string) (err error) {
	defer errs.Wrap(&err, "extend request %s", request)

	reason, wrong := words("extend_reason", reason, true)
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.change(ctx, actor, request, func(tx *db.Tx, q *store.Request) (audit.Event, error) {
		switch {
		case q.State == privacy.Decided || q.State == privacy.Answered:
			return "", privacy.ErrState
		case !q.Extended.IsZero():
			return "", privacy.ErrExtended
		case q.Extend.Amount == 0:
			return "", privacy.ErrNoExtend
		}
		due, err := s.due(q.Unit, q.Due.Time, q.Extend)
		if err != nil {
			return "", err
		}
		q.Due, q.Extended, q.ExtendedWhy = due, tx.Now, reason
		return privacy.AuditExtended, s.step(ctx, tx, actor, q.ID, "extended", reason)
	}, privacy.PermHandle)
}

// Decision is what is decided about a request.
type Decision struct {
	Outcome privacy.Outcome
	Reason  string
	Legal   string // on what it rests
}

func (d *Decision) check() (wrong []errs.Field) {
	if !slices.Contains([]privacy.Outcome{privacy.Granted, privacy.Partly, privacy.Refused}, d.Outcome) {
		wrong = append(wrong, errs.Field{Name: "outcome", Code: "form.choose"})
	}
	var more []errs.Field
	d.Reason, more = words("reason", d.Reason, true)
	wrong = append(wrong, more...)
	d.Legal = text.Line(d.Legal)
	switch n := utf8.RuneCountInString(d.Legal); {
	case n == 0:
		wrong = append(wrong, errs.Field{Name: "legal", Code: "form.required"})
	case n > 300:
		wrong = append(wrong, errs.Field{Name: "legal", Code: "form.too_long", Args: map[string]any{"max": 300, "over": n - 300}})
	}
	return wrong
}

// DecideRequest decides with a reason and its basis. What would delete is only
// proposed: somebody else confirms it.
func (s *Service) DecideRequest(ctx context.Context, actor identity.Actor, request string, d Decision) (err error) {
	defer errs.Wrap(&err, "decide request %s", request)

	if err := errs.BadInput(d.check()); err != nil {
		return err
	}
	return s.change(ctx, actor, request, func(tx *db.Tx, q *store.Request) (audit.Event, error) {
		if q.State != privacy.Checked {
			return "", privacy.ErrState
		}
		q.Outcome, q.Reason, q.Legal = d.Outcome, d.Reason, d.Legal
		if q.Kind == privacy.Delete && d.Outcome != privacy.Refused {
			q.State, q.ProposedBy = privacy.Proposed, actor.Account
			return privacy.AuditProposed, s.step(ctx, tx, actor, q.ID, "proposed", "")
		}
		q.State, q.DecidedBy, q.Decided = privacy.Decided, actor.Account, tx.Now
		if err := s.carryOut(ctx, tx, actor, q); err != nil {
			return "", err
		}
		return privacy.AuditDecided, s.step(ctx, tx, actor, q.ID, "decided", "")
	}, privacy.PermHandle)
}

// carryOut does what a decision means.
func (s *Service) carryOut(ctx context.Context, tx *db.Tx, actor identity.Actor, q *store.Request) error {
	if q.Outcome == privacy.Refused {
		return nil
	}
	switch q.Kind { //nolint:exhaustive // the others are done elsewhere, or by words
	case privacy.See:
		archive, err := s.begin(ctx, tx, actor, q.Person)
		q.Archive = archive
		return err
	case privacy.Restrict:
		if err := s.store.Restrict(ctx, tx, id.New(), q.Person, q.ID); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, privacy.AuditRestricted, q.ID, q.Person, access.Handling)
	case privacy.Withdraw:
		return s.withdrawAll(ctx, tx, actor, q.Person, q.Purpose)
	}
	return nil
}

// ConfirmDeletion confirms a deletion that somebody else has proposed, or gives
// it back. What the law or a hold keeps stays and is written into the request;
// the rest is erased by a job.
func (s *Service) ConfirmDeletion(ctx context.Context, actor identity.Actor, request string, confirm bool, why string) (err error) {
	defer errs.Wrap(&err, "confirm deletion %s", request)

	why, wrong := words("why", why, !confirm)
	if err := errs.BadInput(wrong); err != nil {
		return err
	}
	return s.change(ctx, actor, request, func(tx *db.Tx, q *store.Request) (audit.Event, error) {
		switch {
		case q.State != privacy.Proposed:
			return "", privacy.ErrState
		case confirm && q.ProposedBy == actor.Account:
			return "", privacy.ErrSame
		case !confirm:
			q.State, q.Outcome, q.Reason, q.Legal, q.ProposedBy = privacy.Checked, "", "", "", ""
			return privacy.AuditReturned, s.step(ctx, tx, actor, q.ID, "returned", why)
		}
		kept, err := s.mustKeep(ctx, tx, q.Person)
		if err != nil {
			return "", err
		}
		if len(kept) > 0 {
			lines := make([]string, len(kept))
			for i, k := range kept {
				lines[i] = k.What + ": " + k.Reason.VI
			}
			if err := s.step(ctx, tx, actor, q.ID, "kept", strings.Join(lines, "\n")); err != nil {
				return "", err
			}
			q.Outcome = privacy.Partly
		}
		q.State, q.DecidedBy, q.Decided, q.Erased = privacy.Decided, actor.Account, tx.Now, -1
		if err := s.step(ctx, tx, actor, q.ID, "confirmed", why); err != nil {
			return "", err
		}
		return privacy.AuditDecided, jobs.Enqueue(ctx, tx, JobErase, q.ID)
	}, privacy.PermApprove)
}

// mustKeep lists what may not be deleted of a person.
func (s *Service) mustKeep(ctx context.Context, q db.Querier, person string) (all []privacy.Kept, err error) {
	for _, h := range s.Holders {
		e, can := h.(privacy.Eraser)
		if !can {
			continue
		}
		kept, err := e.MustKeep(ctx, q, person, PageSize)
		if err != nil {
			return nil, err
		}
		all = append(all, kept...)
	}
	return all, nil
}

// EraseData does JobErase: each holder in its own transaction. Done again it
// finds nothing more.
func (s *Service) EraseData(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "erase by a request")

	var request string
	if err := json.Unmarshal(body, &request); err != nil {
		return err
	}
	q, err := s.store.GetRequest(ctx, s.DB, request)
	if err != nil || q.Erased >= 0 || q.State != privacy.Decided {
		return err
	}
	program, erased := identity.Program(string(JobErase)), 0
	for _, h := range s.Holders {
		e, can := h.(privacy.Eraser)
		if !can {
			continue
		}
		n := 0
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			now, err := s.store.LockRequest(ctx, tx, request)
			if err != nil || now.Erased >= 0 {
				return err
			}
			found, err := e.Erase(ctx, tx, q.Person)
			if err != nil {
				return err
			}
			n = found
			return s.step(ctx, tx, program, request, "erased", h.Name()+" "+strconv.Itoa(n))
		}); err != nil {
			return err
		}
		erased += n
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.LockRequest(ctx, tx, request)
		if err != nil || now.Erased >= 0 {
			return err
		}
		now.Erased = erased
		if err := s.store.SaveRequest(ctx, tx, now); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, program, privacy.AuditErased, request, q.Person, "")
	})
}

// AnswerRequest notes that the person was told, and how.
func (s *Service) AnswerRequest(ctx context.Context, actor identity.Actor, request, how string) (err error) {
	defer errs.Wrap(&err, "answer request %s", request)

	if how != "online" && how != "paper" && how != "post" {
		return errs.BadInput([]errs.Field{{Name: "answer", Code: "form.choose"}})
	}
	return s.change(ctx, actor, request, func(tx *db.Tx, q *store.Request) (audit.Event, error) {
		if q.State != privacy.Decided || q.Erased < 0 { // nobody is told of a deletion before it is done
			return "", privacy.ErrState
		}
		q.State, q.Answered, q.AnsweredHow = privacy.Answered, tx.Now, how
		return privacy.AuditAnswered, s.step(ctx, tx, actor, q.ID, "answered", "")
	}, privacy.PermHandle)
}
