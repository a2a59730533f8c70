// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// JobRun goes on with a run; JobCompare compares; JobBack gives a unit back.
const (
	JobRun     jobs.Kind = "moving.run"
	JobCompare jobs.Kind = "moving.compare"
	JobBack    jobs.Kind = "moving.back"
)

// leavesAtOnce is how many dossiers go back in one transaction.
const leavesAtOnce = 100

// atOnce is how many rows of a table one transaction takes: others write between two of them.
func atOnce(stage string) int {
	if stage == mapping.Dossiers {
		return 128
	}
	return 512
}

// atATime is how long one job works before the next goes on: less than its lease.
const atATime = 40 * time.Second

// Start begins a run of a wave. A server goes on with it in the background, or, with
// later, whoever calls Continue.
func (s *Service) Start(ctx context.Context, actor identity.Actor, wave string, later bool) (_ string, err error) {
	defer errs.Wrap(&err, "start a run of wave %s", wave)

	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return "", err
	}
	w, err := s.store.GetWave(ctx, s.DB, wave)
	if err != nil {
		return "", err
	}
	m, folder, err := s.open(w.Source)
	if err != nil {
		return "", err
	}
	n := Run{ID: newID(), Wave: wave, Stage: Asking, Mapping: m.Sum, By: actor.Account}
	if m.Fetches() && s.System.URL == "" {
		return "", moving.ErrNoSystem
	}
	if !m.Asked() {
		n.Stage = mapping.Persons
		if n.Total, err = count(folder, m); err != nil {
			return "", err
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.store.GetWave(ctx, tx, wave)
		if err != nil {
			return err
		}
		if w.State == moving.Accepted {
			return moving.ErrAccepted
		}
		if err := s.store.AddRun(ctx, tx, n); err != nil {
			return err
		}
		if err := s.store.SetWave(ctx, tx, wave, moving.Moving); err != nil {
			return err
		}
		if !later {
			if err := jobs.Enqueue(ctx, tx, JobRun, n.ID); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, moving.AuditStarted, n.ID)
	})
	if db.IsDuplicate(err) {
		return "", moving.ErrRunning
	}
	return n.ID, err
}

// Work does JobRun: some seconds of a run, and the rest as another job.
func (s *Service) Work(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "go on with a run")

	var run string
	if err := json.Unmarshal(body, &run); err != nil {
		return err
	}
	more, err := s.Continue(ctx, run, atATime, nil)
	if errors.Is(err, moving.ErrMeanwhile) || errors.Is(err, moving.ErrNotFound) {
		return nil // somebody else goes on with it
	}
	switch {
	case isSilent(err):
		return s.again(ctx, JobRun, run, err)
	case err != nil || !more:
		return err
	}
	return s.again(ctx, JobRun, run, nil)
}

// Continue goes on with a run for some time and reports whether there is more to do.
// Killed anywhere, it goes on behind the last row that was written. Tell, where it is
// given, is told how far it is.
func (s *Service) Continue(ctx context.Context, run string, long time.Duration, tell func(Run)) (more bool, err error) {
	n, err := s.store.GetRun(ctx, s.DB, run)
	if err != nil || n.State != "running" {
		return false, err
	}
	w, err := s.store.GetWave(ctx, s.DB, n.Wave)
	if err != nil {
		return false, err
	}
	m, folder, err := s.open(w.Source)
	if err != nil {
		return false, s.fail(ctx, n, err)
	}
	g := &going{Service: s, wave: w, m: m, folder: folder, until: s.DB.Now().Add(long)}
	if err := g.units(ctx); err != nil {
		return false, err
	}
	if n.Stage == Asking {
		if more, err = g.ask(ctx, &n, tell); errs.KindOf(err) == errs.Invalid {
			return false, s.fail(ctx, n, err)
		}
		if err != nil || more {
			return more, err
		}
	}
	if m.Asked() {
		g.m = m.Below(filepath.Join(told, n.ID))
	}
	if g.m, err = s.coded(ctx, folder, g.m); err != nil {
		return false, err
	}
	for _, stage := range stages() {
		if n.Stage != stage {
			continue
		}
		if _, there := g.m.Tables[stage]; there {
			if more, err = g.stage(ctx, &n, tell); err != nil || more {
				if errs.KindOf(err) == errs.Invalid {
					return false, s.fail(ctx, n, err) // the dump cannot be read further
				}
				return more, err
			}
		}
		if err := s.nextStage(ctx, &n); err != nil {
			return false, err
		}
	}
	if n.Stage == Contents {
		if more, err = g.contents(ctx, &n, tell); errs.KindOf(err) == errs.Invalid {
			return false, s.fail(ctx, n, err) // the dossiers are here; the next run asks for what is missing
		}
		if err != nil || more {
			return more, err
		}
	}
	for after := ""; ; {
		var next string
		if err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			next, err = s.store.ForgetParties(ctx, tx, w.Source, after, 1000)
			return err
		}); err != nil {
			return false, err
		}
		if after = next; after == "" {
			break
		}
	}
	if err := s.finish(ctx, &n, tell); err != nil {
		return false, err
	}
	return false, s.tidy(ctx, folder, n)
}

// nextStage notes that a table was read to its end; behind the tables come the contents of files.
func (s *Service) nextStage(ctx context.Context, n *Run) error {
	all := append(stages(), Contents, "")
	for i, stage := range all[:len(all)-1] {
		if n.Stage == stage {
			next := all[i+1]
			return s.move(ctx, n, func(_ *db.Tx, r *Run) error {
				r.Stage, r.Line = next, 0
				return nil
			})
		}
	}
	return nil
}

// move changes a run that nobody else has moved on meanwhile.
func (s *Service) move(ctx context.Context, n *Run, do func(tx *db.Tx, n *Run) error) error {
	var after Run
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.GetRun(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		if now.State != "running" || now.Stage != n.Stage || now.Line != n.Line {
			return moving.ErrMeanwhile
		}
		if err := do(tx, &now); err != nil {
			return err
		}
		after = now
		return s.store.SaveRun(ctx, tx, now)
	})
	if err == nil {
		*n = after
	}
	return err
}

func (s *Service) finish(ctx context.Context, n *Run, tell func(Run)) error {
	err := s.move(ctx, n, func(tx *db.Tx, r *Run) error {
		r.State, r.EndedAt = "done", tx.Now
		if err := s.store.CountUnit(ctx, tx, r.Wave); err != nil {
			return err
		}
		if err := s.store.SetWave(ctx, tx, r.Wave, moving.Moved); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.NewActor(r.By, ""), moving.AuditEnded, r.ID)
	})
	if err == nil && tell != nil {
		tell(*n)
	}
	return err
}

// fail ends a run whose dump cannot be read; what came stays, and the next run goes on.
func (s *Service) fail(ctx context.Context, n Run, why error) error {
	code := "moving.source"
	if e, ok := errors.AsType[*errs.Error](why); ok {
		code = e.Code
	}
	return errors.Join(s.move(ctx, &n, func(tx *db.Tx, r *Run) error {
		r.State, r.EndedAt, r.Problem = "failed", tx.Now, code
		after := moving.Planned
		if r.Stage == Asking { // nothing came: the wave stands where it stood
			units, err := s.store.Units(ctx, tx, r.Wave)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(units, func(u Unit) bool { return u.State == moving.Moved }) {
				after = moving.Moved
			}
		} else if err := s.store.CountUnit(ctx, tx, r.Wave); err != nil {
			return err
		}
		if err := s.store.SetWave(ctx, tx, r.Wave, after); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.NewActor(r.By, ""), moving.AuditEnded, r.ID)
	}))
}

// going is a run that somebody goes on with.
type going struct {
	*Service
	wave   Wave
	m      mapping.File
	folder string
	until  time.Time
	mine   map[string]bool // units of the wave
	need   map[uint64]bool // persons of dossiers that are new or changed, by their hash; nil: all of them
	actor  identity.Actor
}

func (g *going) units(ctx context.Context) error {
	all, err := g.store.Units(ctx, g.DB, g.wave.ID)
	g.mine = map[string]bool{}
	for _, u := range all {
		if u.State != moving.Back && u.State != moving.Leaving {
			g.mine[u.Unit] = true
		}
	}
	return err
}

// may loads who started the run with the rights of today: who has lost them imports no more.
func (g *going) may(ctx context.Context, q db.Querier, account string) error {
	actor, err := access.Load(ctx, q, identity.NewActor(account, ""), g.DB.Now())
	if err != nil {
		return err
	}
	actor.Name = g.Name(ctx, account)
	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return err
	}
	g.actor = actor
	return nil
}

// stage goes on with the table of a run.
func (g *going) stage(ctx context.Context, n *Run, tell func(Run)) (more bool, err error) {
	if err := g.may(ctx, g.DB, n.By); err != nil {
		return false, err
	}
	if n.Stage == mapping.Persons {
		if err := g.look(ctx); err != nil {
			return false, err
		}
	}
	rows, err := dump.Open(g.folder, g.m.Tables[n.Stage])
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	for {
		some, last, err := g.read(rows, n.Stage, n.Line)
		if err != nil {
			return false, err
		}
		if some.n == 0 {
			return false, rows.Err()
		}
		if err := g.write(ctx, n, some, last); err != nil {
			return false, err
		}
		if tell != nil {
			tell(*n)
		}
		if g.DB.Now().After(g.until) || ctx.Err() != nil {
			return true, ctx.Err()
		}
	}
}
