// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	evaluateBatch = 100
	// lookback is how old a reading may be and still be news: a server that
	// first looks at a log of years raises no alerts about them.
	lookback = 7 * 24 * time.Hour
	// program is how the accounts of programs begin.
	program = "program:"
)

// Evaluate looks at the sealed readings that nobody has looked at yet, at most
// a batch of them, and reports whether there are more. Where it stopped, what
// the rules remember and the alerts change in one transaction: two servers at
// once, or one that dies in between, raise no alert twice and miss none.
func (s *Service) Evaluate(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "evaluate readings")

	from, err := s.store.Peek(ctx, s.DB) // an idle server does not write
	if err != nil {
		return false, err
	}
	if news, err := audit.ListSealed(ctx, s.DB, from, 1); err != nil || len(news) == 0 {
		return false, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		again, err := s.evaluate(ctx, tx)
		more = again
		return err
	})
	return more, err
}

func (s *Service) evaluate(ctx context.Context, tx *db.Tx) (more bool, err error) {
	next, err := s.store.Place(ctx, tx)
	if err != nil {
		return false, err
	}
	rules, err := s.store.Rules(ctx, tx)
	if err != nil {
		return false, err
	}
	entries, err := audit.ListSealed(ctx, tx, next, evaluateBatch)
	if err != nil || len(entries) == 0 {
		return false, err
	}
	w := watcher{Service: s, tx: tx, rules: rules}
	for _, e := range entries {
		if err := w.look(ctx, e); err != nil {
			return false, err
		}
	}
	last := entries[len(entries)-1]
	for _, r := range rules {
		if err := s.store.Forget(ctx, tx, r.ID, db.At(last.At.Add(-window(r)))); err != nil {
			return false, err
		}
	}
	return len(entries) == evaluateBatch, s.store.Move(ctx, tx, last.Leaf+1)
}

func window(r oversight.Rule) time.Duration { return time.Duration(r.Minutes) * time.Minute }

type watcher struct {
	*Service
	tx    *db.Tx
	rules []oversight.Rule
}

// look lets every rule see an entry.
func (w watcher) look(ctx context.Context, e audit.Entry) error {
	what, ok := reading(e)
	if !ok || e.At.Before(w.tx.Now.Add(-lookback)) {
		return nil
	}
	for _, r := range w.rules {
		subject, other, ok := w.counts(r, e, what)
		if !ok {
			continue
		}
		if err := w.count(ctx, r, e, subject, other); err != nil {
			return err
		}
	}
	return nil
}

// read is what an official has opened.
type read struct {
	person  string // whose data it is, as far as the log says
	dossier bool   // it is a dossier's
}

// reading reports whether an entry tells that an official has opened the data
// of one person; a list of names is none.
func reading(e audit.Entry) (what read, ok bool) {
	if e.Erased || e.Purpose == "" || access.Purpose(e.Purpose) == access.Own || strings.HasPrefix(e.Actor, program) {
		return what, false
	}
	what = read{person: e.About, dossier: strings.HasPrefix(string(e.Event), "dossiers.")}
	if what.person == "" && e.Event == registers.AuditRead {
		what.person = e.Subject // who it is the register knows
	}
	return what, what.person != ""
}

// counts returns what a rule counts of a reading, and for whom.
func (w watcher) counts(r oversight.Rule, e audit.Entry, what read) (subject, other string, ok bool) {
	switch r.Kind {
	case oversight.ManyPeople:
		return e.Actor, what.person, true
	case oversight.NoDossier:
		return e.Actor, what.person, !what.dossier
	case oversight.OffHours:
		return e.Actor, e.ID, !w.Calendar(e.Unit).Worked(e.At)
	case oversight.Night:
		local := e.At.In(calendar.Zone())
		return e.Actor, e.ID, between(local.Hour()*60+local.Minute(), r.From, r.To)
	case oversight.ManyReaders:
		return what.person, e.Actor, true
	}
	return "", "", false
}

// between reports whether a minute of the day lies in a span, which may go over
// midnight.
func between(minute, from, to int) bool {
	if from <= to {
		return from <= minute && minute < to
	}
	return minute >= from || minute < to
}

// count remembers a reading, and raises an alert when there are too many.
func (w watcher) count(ctx context.Context, r oversight.Rule, e audit.Entry, subject, other string) error {
	at := db.At(e.At)
	if err := w.store.Touch(ctx, w.tx, r.ID, subject, other, e.ID, at); err != nil {
		return err
	}
	since := db.At(e.At.Add(-window(r)))
	n, first, err := w.store.CountTouches(ctx, w.tx, r.ID, subject, since)
	if err != nil || n < r.Threshold {
		return err
	}
	alert, fresh, err := w.store.Raise(ctx, w.tx, oversight.Alert{
		Rule: r.ID, Kind: r.Kind, Subject: subject, Day: calendar.On(e.At).String(), Count: n, Threshold: r.Threshold, First: first, Last: at,
	})
	if err != nil {
		return err
	}
	if !fresh {
		return w.store.Prove(ctx, w.tx, alert, e.ID)
	}
	if err := w.store.ProveAll(ctx, w.tx, alert, r.ID, subject, since); err != nil {
		return err
	}
	if err := events.Publish(ctx, w.tx, oversight.EventRaised, oversight.Raised{Alert: alert, Rule: r.ID}); err != nil {
		return err
	}
	return audit.Record(ctx, w.tx, identity.Program("oversight.evaluate"), oversight.AuditRaised, string(alert))
}
