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

// longest is how long an announcement stands at most.
const longest = 366 * 24 * time.Hour

// Words is what a person sends to announce something.
type Words struct {
	Kind     support.Kind
	Audience support.Audience
	Text     i18n.Text
	From     db.Time // zero or past: at once
	Until    db.Time
}

// Announce puts an announcement above every page of its audience.
func (s *Service) Announce(ctx context.Context, actor identity.Actor, w Words) (_ string, err error) {
	defer errs.Wrap(&err, "announce")

	if _, err := access.Require(actor, support.PermAnnounce); err != nil {
		return "", err
	}
	now := s.db.Now()
	if w.From.IsZero() || w.From.Before(now.Time) {
		w.From = now
	}
	var wrong []errs.Field
	if !slices.Contains([]support.Kind{support.Info, support.Planned, support.Incident}, w.Kind) {
		wrong = append(wrong, errs.Field{Name: "kind", Code: "support.kind"})
	}
	if !slices.Contains([]support.Audience{support.Everyone, support.Citizens, support.Officials}, w.Audience) {
		wrong = append(wrong, errs.Field{Name: "audience", Code: "support.audience"})
	}
	words, bad := texts(w.Text)
	wrong = append(append(wrong, bad...), span(w.From, w.Until, now, longest)...)
	if err := errs.BadInput(wrong); err != nil {
		return "", err
	}
	a := support.Announcement{
		ID: id.New(), Kind: w.Kind, Audience: w.Audience, Text: words, From: w.From, Until: w.Until, By: actor.Account,
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := store.PutAnnouncement(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, support.AuditAnnounced, a.ID)
	})
	if err != nil {
		return "", err
	}
	return a.ID, s.Refresh(ctx) // here at once; the other processes a few seconds later
}

// Withdraw ends an announcement before its time.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, announcement string) (err error) {
	defer errs.Wrap(&err, "withdraw announcement %s", announcement)

	if _, err := access.Require(actor, support.PermAnnounce); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := store.GetAnnouncement(ctx, tx, announcement)
		if err != nil {
			return err
		}
		if !a.Until.After(tx.Now.Time) {
			return support.ErrOver
		}
		a.Until, a.EndedBy = tx.Now, actor.Account
		if err := store.PutAnnouncement(ctx, tx, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, support.AuditWithdrawn, a.ID)
	})
	if err != nil {
		return err
	}
	return s.Refresh(ctx)
}

// Announcements returns what stands, is to come and has ended in the last 90 days, at most 100.
func (s *Service) Announcements(ctx context.Context, actor identity.Actor) (all []support.Announcement, err error) {
	defer errs.Wrap(&err, "list announcements")

	if _, err := access.Require(actor, support.PermAnnounce); err != nil {
		return nil, err
	}
	return store.Announcements(ctx, s.db, db.At(s.db.Now().Add(-shown)), s.db.Now(), maxNews)
}
