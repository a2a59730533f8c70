// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// WorkedOn is a dossier that was worked on since it came.
type WorkedOn struct {
	Word  string
	ID    string
	Stays string // a key of a message: why it cannot go back; empty: it can, and what was done here is lost
}

// Leave is what giving a unit back would do.
type Leave struct {
	Wave   Wave
	Unit   NamedUnit
	All    int        // dossiers that are here
	Worked []WorkedOn // at most PageSize of them
	Many   int        // how many there are
	Stay   int        // how many of these cannot go back
}

// Goes reports whether the unit is being given back already.
func (l Leave) Goes() bool { return l.Unit.Unit.State == moving.Leaving }

// Gone reports whether the unit was given back, whole.
func (l Leave) Gone() bool { return l.Unit.Unit.State == moving.Back }

// Leaving says what giving a unit back would do.
func (s *Service) Leaving(ctx context.Context, actor identity.Actor, wave, unit string) (l Leave, err error) {
	defer errs.Wrap(&err, "what giving back would do")

	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return l, err
	}
	if l.Wave, err = s.store.GetWave(ctx, s.DB, wave); err != nil {
		return l, err
	}
	u, err := s.store.GetUnit(ctx, s.DB, wave, unit)
	if err != nil {
		return l, err
	}
	l.Unit = NamedUnit{Unit: u, Name: s.unitName(ctx, unit), May: u.State == moving.Moved && inTime(l.Wave, s.DB.Now())}
	return l, s.worked(ctx, s.DB, &l)
}

func (s *Service) worked(ctx context.Context, q db.Querier, l *Leave) error {
	for after := ""; ; {
		rows, err := s.store.RowsOfUnit(ctx, q, l.Wave.ID, l.Unit.Unit.Unit, after, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			after = r.Word
			l.All++
			since, err := s.Dossiers.DoneSince(ctx, q, dossiers.ID(r.Dossier))
			if err != nil {
				return err
			}
			if !since.Changed {
				continue
			}
			l.Many++
			if since.Stays != "" {
				l.Stay++
			}
			if len(l.Worked) < PageSize {
				l.Worked = append(l.Worked, WorkedOn{r.Word, r.Dossier, since.Stays})
			}
		}
	}
}

// backJob is the body of JobBack.
type backJob struct {
	Wave, Unit, By string
	Confirmed      bool
	After          string // code of the last dossier that was looked at
}

// GiveBack gives a unit of a wave back to the older system, in the background. Where
// dossiers were worked on here, it has to be confirmed.
func (s *Service) GiveBack(ctx context.Context, actor identity.Actor, wave, unit string, confirmed, later bool) (err error) {
	defer errs.Wrap(&err, "give unit %s back", unit)

	l, err := s.Leaving(ctx, actor, wave, unit)
	if err != nil {
		return err
	}
	if l.Many > 0 && !confirmed {
		return moving.ErrConfirm.With("n", l.Many)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.store.GetWave(ctx, tx, wave)
		if err != nil {
			return err
		}
		u, err := s.store.GetUnit(ctx, tx, wave, unit)
		switch {
		case err != nil:
			return err
		case w.State == moving.Moving:
			return moving.ErrRunning
		case u.State != moving.Moved:
			return moving.ErrNotMoved
		case !inTime(w, tx.Now):
			return moving.ErrTooLate
		}
		u.State, u.BackBy, u.BackAt = moving.Leaving, actor.Account, tx.Now
		if err := s.store.SaveUnit(ctx, tx, u); err != nil {
			return err
		}
		if !later {
			if err := jobs.Enqueue(ctx, tx, JobBack, backJob{Wave: wave, Unit: unit, By: actor.Account, Confirmed: confirmed}); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, moving.AuditBack, wave+" "+unit)
	})
}

// WorkBack does JobBack: some seconds of it, and the rest as another job.
func (s *Service) WorkBack(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "go on with giving back")

	var b backJob
	if err := json.Unmarshal(body, &b); err != nil {
		return err
	}
	more, err := s.ContinueBack(ctx, b.Wave, b.Unit, b.Confirmed, atATime)
	if err != nil || !more {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return jobs.Enqueue(ctx, tx, JobBack, b) })
}

// ContinueBack goes on with giving a unit back. What somebody has begun to work on since
// it was confirmed stays, as what cannot go back.
func (s *Service) ContinueBack(ctx context.Context, wave, unit string, confirmed bool, long time.Duration) (more bool, err error) {
	until := s.DB.Now().Add(long)
	for after := ""; ; {
		rows, err := s.store.RowsOfUnit(ctx, s.DB, wave, unit, after, leavesAtOnce)
		if err != nil {
			return false, err
		}
		var stayed int
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			stayed = 0
			u, err := s.store.GetUnit(ctx, tx, wave, unit)
			if err != nil || u.State != moving.Leaving {
				return errors.Join(err, errOver)
			}
			for _, r := range rows {
				since, err := s.Dossiers.DoneSince(ctx, tx, dossiers.ID(r.Dossier))
				if errors.Is(err, dossiers.ErrNotFound) {
					continue // given back a moment ago
				}
				if err != nil {
					return err
				}
				if since.Stays != "" || since.Changed && !confirmed {
					stayed++
					continue
				}
				if err := s.Dossiers.GiveBack(ctx, tx, identity.NewActor(u.BackBy, ""), dossiers.ID(r.Dossier)); err != nil {
					return err
				}
				if err := s.store.DropRow(ctx, tx, r.Dossier); err != nil {
					return err
				}
				u.Went++
				u.Came--
			}
			if len(rows) < leavesAtOnce {
				u.State, u.BackAt, u.Stayed = moving.Back, tx.Now, u.Came
			}
			return s.store.SaveUnit(ctx, tx, u)
		}); err != nil {
			if errors.Is(err, errOver) {
				return false, nil
			}
			return false, err
		}
		if len(rows) < leavesAtOnce {
			return false, nil
		}
		after = rows[len(rows)-1].Word
		if s.DB.Now().After(until) {
			return true, nil
		}
	}
}

// errOver means that the unit is not being given back any more.
var errOver = errors.New("the unit is not leaving")
