// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Ask is what somebody asks for.
type Ask struct {
	Kind    privacy.Kind
	Purpose string // that is meant; empty: all
	Words   string
}

// check reports every problem, in the order of the form.
func (a *Ask) check(purposes []privacy.Purpose) (wrong []errs.Field) {
	if !slices.Contains(privacy.Kinds(), a.Kind) {
		wrong = append(wrong, errs.Field{Name: "kind", Code: "form.choose"})
	}
	at := slices.IndexFunc(purposes, func(p privacy.Purpose) bool { return p.ID == a.Purpose })
	if a.Purpose != "" && (at < 0 || (a.Kind == privacy.Withdraw && !purposes[at].Consent)) {
		wrong = append(wrong, errs.Field{Name: "purpose", Code: "form.choose"})
	}
	needed := a.Kind == privacy.Correct || a.Kind == privacy.Object || a.Kind == privacy.Complain
	said, more := words("words", a.Words, needed)
	a.Words = said
	return append(wrong, more...)
}

// FileRequest files a request of who is signed in: the session has proved who it is.
func (s *Service) FileRequest(ctx context.Context, actor identity.Actor, a Ask) (request string, err error) {
	defer errs.Wrap(&err, "file a request")

	if _, err := access.Require(actor, privacy.PermOwn); err != nil {
		return "", err
	}
	if actor.Person == "" {
		return "", access.ErrNotAllowed
	}
	q := store.Request{Person: actor.Person, Channel: privacy.Online, FiledBy: actor.Account, State: privacy.Checked, CheckedBy: actor.Account, CheckedHow: "session"}
	return s.file(ctx, actor, a, q, access.Own)
}

// AtCounter is a request as a clerk takes it down.
type AtCounter struct {
	Ask
	Number  string // personal number of who asks
	Checked bool   // the clerk has compared the identity card
}

// TakeRequest files a request of somebody at the counter. Nothing is said about
// the person but whether there is one of that number.
func (s *Service) TakeRequest(ctx context.Context, actor identity.Actor, c AtCounter) (request string, err error) {
	defer errs.Wrap(&err, "take a request down")

	if _, err := access.Require(actor, privacy.PermTake); err != nil {
		return "", err
	}
	number := strings.NewReplacer(" ", "", ".", "").Replace(text.Line(c.Number))
	if !regexp.MustCompile(`^\d{12}$`).MatchString(number) {
		return "", errs.BadInput([]errs.Field{{Name: "number", Code: "form.person_number"}})
	}
	p, found, err := s.People.FindByNumber(ctx, s.DB, identity.Individual, number)
	if err != nil {
		return "", err
	}
	if !found {
		return "", errs.BadInput([]errs.Field{{Name: "number", Code: "privacy.person_unknown"}})
	}
	if p.ID == actor.Person {
		return "", privacy.ErrOwnCase
	}
	q := store.Request{Person: p.ID, Channel: privacy.Counter, FiledBy: actor.Account, Unit: actor.Unit, State: privacy.Received}
	if c.Checked {
		q.State, q.CheckedBy, q.CheckedHow = privacy.Checked, actor.Account, "card"
	}
	return s.file(ctx, actor, c.Ask, q, access.Handling)
}

func (s *Service) file(ctx context.Context, actor identity.Actor, a Ask, q store.Request, why access.Purpose) (string, error) {
	purposes, err := s.store.Purposes(ctx, s.DB)
	if err != nil {
		return "", err
	}
	if err := errs.BadInput(a.check(purposes)); err != nil {
		return "", err
	}
	term, err := s.term(ctx, s.DB, string(a.Kind))
	if err != nil {
		return "", err
	}
	first, err := s.term(ctx, s.DB, "acknowledge")
	if err != nil {
		return "", err
	}
	q.ID, q.Kind, q.Purpose, q.Words, q.Erased = id.New(), a.Kind, a.Purpose, a.Words, 0
	q.Extend, q.Basis = term.Extend, term.Basis
	return q.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		var err error
		q.Received = tx.Now
		if q.Due, err = s.due(q.Unit, tx.Now.Time, term.Within); err != nil {
			return err
		}
		if q.AckDue, err = s.due(q.Unit, tx.Now.Time, first.Within); err != nil {
			return err
		}
		q.Original = q.Due
		if q.State == privacy.Checked {
			q.Checked = tx.Now
		}
		if q.Code, err = s.code(ctx, tx, "DLCN", "privacy-requests"); err != nil {
			return err
		}
		added, err := s.store.AddRequest(ctx, tx, q)
		if err != nil {
			return err
		}
		if !added {
			return privacy.ErrOpenByKind
		}
		if err := s.step(ctx, tx, actor, q.ID, "filed", ""); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, privacy.AuditFiled, q.ID, q.Person, why)
	})
}

// code gives the next number of a year: DLCN-2026-0001.
func (s *Service) code(ctx context.Context, tx *db.Tx, prefix, name string) (string, error) {
	year := tx.Now.In(calendar.Zone()).Year()
	n, err := sequence.Next(ctx, tx, name, strconv.Itoa(year))
	return fmt.Sprintf("%s-%d-%04d", prefix, year, n), err
}

func (s *Service) step(ctx context.Context, tx *db.Tx, actor identity.Actor, request, what, said string) error {
	return s.store.AddStep(ctx, tx, store.Step{ID: id.New(), Request: request, Account: actor.Account, What: what, Words: said})
}
