// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// HandToSystem implements dossiers.Mirrors. The case here ends and the status is the other
// system's in one transaction: there is no moment at which both may write it.
func (s *Service) HandToSystem(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, to dossiers.Host) (err error) {
	defer errs.Wrap(&err, "hand dossier %s over to %s", id, to.Code)

	d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
	if err != nil {
		return err
	}
	if why, err := s.remains(ctx, tx, d); err != nil || why != "" {
		return errsOr(err, dossiers.ErrHandOver.With("why", why))
	}
	if running(d) {
		if err := s.nobodyDecides(ctx, tx, actor, d.ID); err != nil {
			return err
		}
		if err := s.flow.Cancel(ctx, tx, actor, caseOf(d.ID), "handed over"); err != nil {
			return err
		}
		if err := s.follow(ctx, tx, &d); err != nil { // what was asked of others is over with the case
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
	}
	if err := s.store.Change(ctx, tx, d, to, actor.Account); err != nil {
		return err
	}
	known, found, err := s.store.MirrorOf(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if !found || known.Keeper != to.Code { // what another system said of it is no word of this one
		known = store.Mirror{Dossier: d.ID, Keeper: to.Code}
	}
	if err := s.store.PutMirror(ctx, tx, known); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindHanded, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditHandedOver, string(d.ID)+" to "+to.Code)
}

func errsOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// remains says why a dossier cannot change hands now: a key of a message; empty: it can.
func (s *Service) remains(ctx context.Context, q db.Querier, d store.Dossier) (string, error) {
	if why := staysAtOnce(d); why != "" {
		return why, nil
	}
	r, drafted, err := s.store.FindResult(ctx, q, d.ID)
	if err != nil {
		return "", err
	}
	if drafted && !r.SignedAt.IsZero() {
		return "dossiers.stays.signed", nil
	}
	sent, err := s.store.Transfers(ctx, q, d.ID)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(sent, func(t store.Transfer) bool { return t.State == dossiers.TransferOpen }) {
		return "dossiers.stays.transfer", nil
	}
	held, err := files.Holds(ctx, q, subject(d.ID))
	if err == nil && len(held) > 0 {
		return "dossiers.stays.held", nil
	}
	return "", err
}

// staysAtOnce is what the row alone says.
func staysAtOnce(d store.Dossier) string {
	switch {
	case d.Status == dossiers.Supplement:
		return "dossiers.stays.asked"
	case d.Status == dossiers.Paying, d.Finance == dossiers.Waiting, d.Finance == dossiers.Refunding:
		return "dossiers.stays.money"
	case d.Status == dossiers.Finished:
		return "dossiers.stays.decided"
	case d.Status.Ended():
		return "dossiers.stays.ended"
	case d.Signing != "":
		return "dossiers.stays.signing"
	}
	return ""
}

// Named implements dossiers.Mirrors.
func (s *Service) Named(ctx context.Context, tx *db.Tx, id dossiers.ID, keeper, code string) (err error) {
	defer errs.Wrap(&err, "name dossier %s", id)

	d, err := s.store.LockAny(ctx, tx, access.All(), store.Involved(), id)
	if err != nil || d.Keeper.Code != keeper || trackWord(code) == "" {
		return err
	}
	known, found, err := s.store.MirrorOf(ctx, tx, id)
	if err != nil || !found || known.Code != "" {
		return err
	}
	known.Code = trackWord(code)
	if _, taken, err := s.store.FindMirror(ctx, tx, keeper, known.Code); err != nil || taken { // it gives one code twice: its words name ours as well
		return err
	}
	return s.store.PutMirror(ctx, tx, known)
}

// TakeBack implements dossiers.Mirrors.
func (s *Service) TakeBack(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID, keeper string) (err error) {
	defer errs.Wrap(&err, "take dossier %s back from %s", id, keeper)

	d, err := s.store.LockAny(ctx, tx, access.All(), store.Involved(), id)
	if err != nil {
		return err
	}
	known, _, err := s.store.MirrorOf(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case d.Keeper.Code != keeper:
		return dossiers.ErrHandOver.With("why", "dossiers.stays.not_theirs")
	case known.Born:
		return dossiers.ErrHandOver.With("why", "dossiers.stays.never_ours")
	case d.Status.Ended() || d.Status == dossiers.Finished:
		return dossiers.ErrHandOver.With("why", "dossiers.stays.ended")
	}
	if err := s.store.Change(ctx, tx, d, dossiers.Host{}, actor.Account); err != nil {
		return err
	}
	if d, err = s.store.Lock(ctx, tx, access.All(), store.Involved(), id); err != nil {
		return err
	}
	if running(d) { // where it stood elsewhere is no step of ours: it begins anew, and its days stay
		v, err := s.follows(ctx, d)
		if err != nil {
			return err
		}
		def, err := definition(v)
		if err != nil {
			return err
		}
		d.Status = dossiers.Accepted
		if err := s.begin(ctx, tx, actor, &d, v, def); err != nil {
			return err
		}
		if err := s.store.SaveAsItStood(ctx, tx, d); err != nil {
			return err
		}
	} else if d.Status != dossiers.Submitted { // it was never accepted here
		d.Status = dossiers.Submitted
		if err := s.store.SaveAsItStood(ctx, tx, d); err != nil {
			return err
		}
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindTakenBack, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditTakenBack, string(d.ID)+" from "+keeper)
}

// OpenOf implements dossiers.Mirrors.
func (s *Service) OpenOf(ctx context.Context, q db.Querier, procedure procedures.ID, keeper string, after dossiers.ID, limit int) (all []dossiers.OpenCase, err error) {
	defer errs.Wrap(&err, "open dossiers of procedure %s", procedure)

	rows, err := s.store.ListOpenOf(ctx, q, procedure, keeper, after, limit)
	for _, d := range rows {
		one := dossiers.OpenCase{Summary: d.Summary}
		if keeper == "" {
			one.Stays = staysAtOnce(d)
		} else {
			known, _, err := s.store.MirrorOf(ctx, q, d.ID)
			if err != nil {
				return nil, err
			}
			switch {
			case known.Born:
				one.Stays = "dossiers.stays.never_ours"
			case d.Status == dossiers.Finished:
				one.Stays = "dossiers.stays.decided"
			}
		}
		all = append(all, one)
	}
	return all, err
}

// CountOpenOf implements dossiers.Mirrors.
func (s *Service) CountOpenOf(ctx context.Context, q db.Querier, procedure procedures.ID, keeper string) (n int64, err error) {
	defer errs.Wrap(&err, "count open dossiers of procedure %s", procedure)

	return s.store.CountOpenOf(ctx, q, procedure, keeper)
}

// KeptProcedures implements dossiers.Mirrors.
func (s *Service) KeptProcedures(ctx context.Context, q db.Querier) (all []procedures.ID, err error) {
	defer errs.Wrap(&err, "procedures of mirrors")

	return s.store.KeptProcedures(ctx, q)
}
