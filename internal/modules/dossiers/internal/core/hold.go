// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// HeldDossier is a dossier of which nothing is erased while the hold is in
// force. It holds no personal data of citizens.
type HeldDossier struct {
	Dossier  dossiers.Summary
	Hold     string // id
	Reason   string
	By       string // name of who put it
	PlacedAt db.Time
	Mine     bool // the actor put it, and so cannot lift it
}

// maxHoldReason is how long a reason may be, in characters.
const maxHoldReason = 1000

func holdReason(reason string) (string, error) {
	reason = text.Line(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "files.no_reason"}})
	case n > maxHoldReason:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxHoldReason, "over": n - maxHoldReason}}})
	}
	return reason, nil
}

// ListHolds returns the dossiers in scope that are held, the newest hold first,
// before the one with the given id.
func (s *Service) ListHolds(ctx context.Context, actor identity.Actor, before string) (p Page[HeldDossier], err error) {
	defer errs.Wrap(&err, "list holds")

	scope, err := access.RequireAny(actor, dossiers.PermHold, dossiers.PermRelease)
	if err != nil {
		return p, err
	}
	if before != "" && !id.Valid(before) {
		before = ""
	}
	for { // holds out of scope are stepped over
		held, err := files.ListHolds(ctx, s.DB, subject("").Kind, before, PageSize)
		if err != nil {
			return p, err
		}
		for _, h := range held {
			before = h.ID
			d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), dossiers.ID(h.Subject.ID))
			if errors.Is(err, dossiers.ErrNotFound) {
				continue
			}
			if err != nil {
				return p, err
			}
			p.Items = append(p.Items, HeldDossier{
				Dossier: d.Summary, Hold: h.ID, Reason: h.Reason, By: s.accountName(ctx, s.DB, h.PlacedBy), PlacedAt: h.PlacedAt, Mine: h.PlacedBy == actor.Account,
			})
			if len(p.Items) == PageSize {
				p.Next = before
				return p, nil
			}
		}
		if len(held) < PageSize {
			return p, nil
		}
	}
}

// PlaceHold puts a dossier under a hold, by its code or reference: a court, an
// inspection needs it, and nothing of it is erased until the hold is lifted.
func (s *Service) PlaceHold(ctx context.Context, actor identity.Actor, code, reason string) (h HeldDossier, err error) {
	defer errs.Wrap(&err, "place hold")

	scope, err := access.Require(actor, dossiers.PermHold)
	if err != nil {
		return h, err
	}
	if reason, err = holdReason(reason); err != nil {
		return h, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.FindCode(ctx, tx, scope, strings.ToUpper(text.Line(code)))
		if errors.Is(err, dossiers.ErrNotFound) {
			return errs.BadInput([]errs.Field{{Name: "code", Code: "dossiers.track_not_found"}})
		}
		if err != nil {
			return err
		}
		if d, err = s.store.Lock(ctx, tx, scope, store.Involved(), d.ID); err != nil { // what another system keeps, only it can hold
			return err
		}
		held, err := files.Hold(ctx, tx, subject(d.ID), reason, actor.Account)
		if err != nil {
			return err
		}
		h = HeldDossier{Dossier: d.Summary, Hold: held.ID, Reason: held.Reason, By: actor.Name, PlacedAt: held.PlacedAt, Mine: true}
		return audit.Record(ctx, tx, actor, dossiers.AuditHeld, string(d.ID))
	})
	return h, err
}

// LiftHold ends a hold, for a reason. Whoever put it cannot: two people answer
// for what may be erased.
func (s *Service) LiftHold(ctx context.Context, actor identity.Actor, dossier dossiers.ID, hold, reason string) (err error) {
	defer errs.Wrap(&err, "lift hold %s", hold)

	scope, err := access.Require(actor, dossiers.PermRelease)
	if err != nil {
		return err
	}
	if reason, err = holdReason(reason); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Get(ctx, tx, scope, store.Involved(), dossier)
		if err != nil {
			return err
		}
		all, err := files.Holds(ctx, tx, subject(d.ID))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(h files.Held) bool { return h.ID == hold })
		if i < 0 {
			return files.ErrNotHeld
		}
		if all[i].PlacedBy == actor.Account {
			return dossiers.ErrSamePerson
		}
		if err := files.Lift(ctx, tx, subject(d.ID), hold, reason, actor.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditReleased, string(d.ID))
	})
}
