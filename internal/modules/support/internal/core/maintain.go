// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// longestWindow is how long one window may be: who needs more plans another.
const longestWindow = 3 * 24 * time.Hour

// Plan is what a person sends to plan maintenance.
type Plan struct {
	Mode  support.Mode
	Text  i18n.Text
	From  db.Time // zero or past: at once
	Until db.Time
}

// Maintain plans a window in which changes, or everything, is refused. Windows never overlap.
func (s *Service) Maintain(ctx context.Context, actor identity.Actor, p Plan) (_ string, err error) {
	defer errs.Wrap(&err, "plan maintenance")

	if _, err := access.Require(actor, support.PermMaintain); err != nil {
		return "", err
	}
	now := s.db.Now()
	if p.From.IsZero() || p.From.Before(now.Time) {
		p.From = now
	}
	var wrong []errs.Field
	if p.Mode != support.ReadOnly && p.Mode != support.Closed {
		wrong = append(wrong, errs.Field{Name: "mode", Code: "support.mode"})
	}
	words, bad := texts(p.Text)
	wrong = append(append(wrong, bad...), span(p.From, p.Until, now, longestWindow)...)
	if err := errs.BadInput(wrong); err != nil {
		return "", err
	}
	m := support.Maintenance{ID: id.New(), Mode: p.Mode, Text: words, From: p.From, Until: p.Until, By: actor.Account}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := store.Lock(ctx, tx); err != nil {
			return err
		}
		others, err := store.Windows(ctx, tx, m.From, m.From, maxNews)
		if err != nil {
			return err
		}
		for _, o := range others { // they end after this one begins
			if o.From.Before(m.Until.Time) {
				return support.ErrOverlaps
			}
		}
		if err := store.PutWindow(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, support.AuditMaintenance, m.ID)
	})
	if err != nil {
		return "", err
	}
	return m.ID, s.Refresh(ctx)
}

// Reopen ends a window before its time, or takes back one that is planned.
func (s *Service) Reopen(ctx context.Context, actor identity.Actor, window string) (err error) {
	defer errs.Wrap(&err, "end maintenance %s", window)

	if _, err := access.Require(actor, support.PermMaintain); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := store.Lock(ctx, tx); err != nil {
			return err
		}
		m, err := store.GetWindow(ctx, tx, window)
		if err != nil {
			return err
		}
		if !m.Until.After(tx.Now.Time) {
			return support.ErrOver
		}
		m.Until, m.EndedBy = tx.Now, actor.Account
		if err := store.PutWindow(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, support.AuditReopened, m.ID)
	})
	if err != nil {
		return err
	}
	return s.Refresh(ctx)
}

// Windows returns what is planned, on and has ended in the last 90 days, at most 100.
func (s *Service) Windows(ctx context.Context, actor identity.Actor) (all []support.Maintenance, err error) {
	defer errs.Wrap(&err, "list maintenance")

	if _, err := access.Require(actor, support.PermMaintain); err != nil {
		return nil, err
	}
	return store.Windows(ctx, s.db, db.At(s.db.Now().Add(-shown)), s.db.Now(), maxNews)
}

// Now returns the window that is on; its mode is Open where none is.
func (s *Service) Now(now time.Time) support.Maintenance {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.windows {
		if !now.Before(m.From.Time) && now.Before(m.Until.Time) {
			return m
		}
	}
	return support.Maintenance{Mode: support.Open}
}

// Coming returns the windows that are still to come, the last first.
func (s *Service) Coming(now time.Time) (all []support.Maintenance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.windows {
		if now.Before(m.From.Time) && m.EndedBy == "" {
			all = append(all, m)
		}
	}
	return all
}

// soon is how long before a window people are told of it above every page: who
// begins a long form should know.
const soon = 24 * time.Hour

// Worked returns the windows that are on or begin within a day, the first first.
func (s *Service) Worked(now time.Time) (all []support.Maintenance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.windows {
		if m.EndedBy == "" && now.Before(m.Until.Time) && m.From.Sub(now) <= soon {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b support.Maintenance) int { return a.From.Compare(b.From.Time) })
	return all
}

// open reports whether a path stays open: who operates the program signs in there.
func open(path string) bool {
	for _, free := range [...]string{"/dang-nhap", "/dang-xuat", "/xac-nhan-lai", "/tai-khoan/phien", "/language"} {
		if under(path, free) {
			return true
		}
	}
	return false
}

// Gate refuses a request while the program is worked on: support.ErrMaintenance
// what does more than read, support.ErrClosed everything. It never asks the database.
func (s *Service) Gate(reads bool, path string, actor identity.Actor, now time.Time) error {
	m := s.Now(now)
	if m.Mode == support.Open || actor.May(support.PermMaintain) || open(path) {
		return nil
	}
	if m.Mode == support.Closed {
		return support.ErrClosed.With("text", m.Text).With("until", m.Until.Time)
	}
	if reads || under(path, "/oauth2") {
		return nil
	}
	return support.ErrMaintenance.With("text", m.Text).With("until", m.Until.Time)
}
