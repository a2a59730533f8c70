// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// How an emergency is bounded.
const (
	EmergencyLength = time.Hour
	LeastReason     = 20 // characters
	maxRunning      = 3  // of one official
	maxTold         = 20 // people of each kind
)

const viewCase identity.Permission = "dossiers.view"

// OpenEmergency lets the actor see one dossier out of scope for an hour, for a
// reason that is in the log before the dossier is. Auditors and the leaders of
// the unit hear of it at once, the person it is about finds it among the readings.
func (s *Service) OpenEmergency(ctx context.Context, actor identity.Actor, code, reason string) (dossier string, err error) {
	defer errs.Wrap(&err, "open a dossier in an emergency")

	if _, err := access.Require(actor, personnel.PermEmergency); err != nil {
		return "", err
	}
	var a asked
	if code = strings.TrimSpace(code); code == "" {
		a.add("code", "personnel.missing")
	}
	reason = a.words("reason", reason)
	if n := utf8.RuneCountInString(reason); n > 0 && n < LeastReason {
		a.fields = append(a.fields, errs.Field{Name: "reason", Code: "personnel.too_short", Args: map[string]any{"min": LeastReason}})
	}
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c, found := personnel.Case{}, false
		if s.Cases != nil {
			var err error
			if c, found, err = s.Cases.FindCase(ctx, tx, code); err != nil {
				return err
			}
		}
		if !found {
			return errs.BadInput([]errs.Field{{Name: "code", Code: "personnel.case_unknown"}})
		}
		if err := s.unneeded(ctx, tx, actor, c); err != nil {
			return err
		}
		running, err := store.CountRunning(ctx, tx, actor.Account, tx.Now)
		if err != nil {
			return err
		}
		if running >= maxRunning {
			return errs.New(errs.Conflict, "personnel.too_many").With("max", maxRunning)
		}
		e := store.Emergency{
			ID: id.New(), Account: actor.Account, Dossier: c.ID, Code: c.Code, Unit: string(c.Owner), Reason: reason, Opened: tx.Now, Until: db.At(tx.Now.Add(EmergencyLength)),
		}
		if err := store.PutEmergency(ctx, tx, e); err != nil {
			return err
		}
		if _, err := access.Open(ctx, tx, access.Thing{Account: actor.Account, Permission: viewCase, Object: c.ID, Why: access.Emergency, Until: e.Until}); err != nil {
			return err
		}
		if err := audit.RecordReadOf(ctx, tx, actor, personnel.AuditEmergency, c.ID, c.Person, access.Handling); err != nil {
			return err
		}
		dossier = c.ID
		return s.alarm(ctx, tx, e)
	})
	return dossier, err
}

// unneeded refuses an emergency about what the actor sees anyhow.
func (s *Service) unneeded(ctx context.Context, q db.Querier, actor identity.Actor, c personnel.Case) error {
	open, err := access.ListOpen(ctx, q, c.ID, s.DB.Now())
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.Account == actor.Account && t.Permission == viewCase {
			return personnel.ErrSees
		}
	}
	sc, err := access.Require(actor, viewCase)
	if errors.Is(err, access.ErrNotAllowed) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, u := range c.Units {
		sees, err := sc.Sees(ctx, q, u)
		if err != nil {
			return err
		}
		if sees {
			return personnel.ErrSees
		}
	}
	return nil
}

// alarm tells auditors and the leaders of the unit. It names the code and nobody else.
func (s *Service) alarm(ctx context.Context, tx *db.Tx, e store.Emergency) error {
	told, err := access.ListAllowed(ctx, tx, personnel.PermInspect, tx.Now, maxTold)
	if err != nil {
		return err
	}
	leaders, err := access.ListReach(ctx, tx, []orgs.ID{orgs.ID(e.Unit)}, []identity.Permission{personnel.PermReview}, tx.Now, access.Reacher{}, maxTold)
	if err != nil {
		return err
	}
	for _, l := range leaders {
		told = append(told, l.Account)
	}
	at := e.Opened.In(calendar.Zone()).Format("15:04 02/01/2006")
	return s.tell(ctx, tx, notify.Notice{
		Event: personnel.NoticeEmergency, About: e.ID, Link: "/khan-cap", Unit: e.Unit, Words: map[string]i18n.Text{"code": notify.Plain(e.Code), "at": notify.Plain(at)},
	}, told...)
}

// tell tells each account once.
func (s *Service) tell(ctx context.Context, tx *db.Tx, n notify.Notice, accounts ...string) error {
	if s.Messages == nil {
		return nil
	}
	for i, account := range accounts {
		if slices.Contains(accounts[:i], account) {
			continue
		}
		n.To = notify.To{Account: account}
		if err := s.Messages.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// say sends words that have no text of the pack, where a phone is known.
func (s *Service) say(ctx context.Context, tx *db.Tx, about, words string, accounts ...string) error {
	if s.Messages == nil {
		return nil
	}
	for _, account := range accounts {
		a, err := s.People.GetAccount(ctx, tx, account)
		if errors.Is(err, identity.ErrAccountUnknown) || (err == nil && a.Person == "") {
			continue
		}
		if err != nil {
			return err
		}
		p, err := s.People.GetPerson(ctx, tx, a.Person)
		if errors.Is(err, identity.ErrPersonNotFound) || (err == nil && p.Phone == "") {
			continue
		}
		if err != nil {
			return err
		}
		if err := s.Messages.SMS(ctx, tx, about, p.Phone, words); err != nil {
			return err
		}
	}
	return nil
}

// The verdicts about an emergency.
const (
	Justified   = "justified"
	Unjustified = "unjustified"
)

// JudgeEmergency says afterwards whether an emergency was one. Nobody judges the own.
func (s *Service) JudgeEmergency(ctx context.Context, actor identity.Actor, emergency, verdict, words string) (err error) {
	defer errs.Wrap(&err, "judge emergency %s", emergency)

	if _, err := access.Everywhere(actor, personnel.PermInspect); err != nil {
		return err
	}
	var a asked
	if verdict != Justified && verdict != Unjustified {
		a.add("verdict", "form.choose")
	}
	words = a.words("words", words)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := store.GetEmergency(ctx, tx, emergency)
		switch {
		case err != nil:
			return err
		case e.Account == actor.Account:
			return personnel.ErrOwn
		case e.Verdict != "":
			return personnel.ErrDecided
		}
		e.Verdict, e.JudgedBy, e.JudgedAt, e.Words = verdict, actor.Account, tx.Now, words
		if err := store.PutEmergency(ctx, tx, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditJudged, e.Dossier)
	})
}

// Emergency is one as lists show it.
type Emergency struct {
	ID, Dossier, Code, Reason, Verdict, Words string
	Who, Judge                                Who
	Unit                                      i18n.Text
	Opened, Until, Judged                     db.Time
	Running                                   bool
}

// ListEmergencies returns the actor's own, those of units the actor leads, or
// all of them for who judges; the newest first.
func (s *Service) ListEmergencies(ctx context.Context, actor identity.Actor, before string) (p Page[Emergency], err error) {
	defer errs.Wrap(&err, "list emergencies")

	var sc access.Scope
	switch {
	case actor.May(personnel.PermInspect):
		sc, err = access.Everywhere(actor, personnel.PermInspect)
	case actor.May(personnel.PermReview):
		sc, err = access.Require(actor, personnel.PermReview)
	default:
		_, err = access.Require(actor, personnel.PermEmergency)
	}
	if err != nil {
		return p, err
	}
	rows, err := store.Emergencies(ctx, s.DB, sc, actor.Account, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(e store.Emergency) string { return e.ID })
	p.Next = part.Next
	for _, e := range part.Items {
		one := Emergency{
			ID: e.ID, Dossier: e.Dossier, Code: e.Code, Reason: e.Reason, Verdict: e.Verdict, Words: e.Words, Opened: e.Opened, Until: e.Until, Judged: e.JudgedAt,
			Running: e.Until.After(s.DB.Now().Time),
		}
		if one.Who, err = s.who(ctx, s.DB, e.Account); err != nil {
			return p, err
		}
		if one.Judge, err = s.who(ctx, s.DB, e.JudgedBy); err != nil {
			return p, err
		}
		if one.Unit, err = unitName(ctx, s.DB, orgs.ID(e.Unit)); err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// CountEmergencies is the number beside the menu of who judges.
func (s *Service) CountEmergencies(ctx context.Context, actor identity.Actor) (int64, error) {
	if !actor.May(personnel.PermInspect) {
		return 0, nil
	}
	return store.CountUnjudged(ctx, s.DB)
}
