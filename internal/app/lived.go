// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"time"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
)

// past is how a program lives through a time before now.
type past struct {
	p         *Program
	jobs      map[jobs.Kind]jobs.Handler
	consumers map[events.Name][]jobs.Kind
}

// LiveYear lives through a time on a data folder to which the pack has been
// applied as a demonstration. It goes on from the state of the time before; with
// the zero one the people are made first. Hasty leaves the disk behind: for data
// that can be made again. Log is told what was refused and tried again.
func LiveYear(ctx context.Context, c config.Config, log *slog.Logger, version string, set *packs.Set, state year.State, from, until time.Time, hasty bool, progress func(year.Progress)) (_ year.State, err error) {
	c.Limits, c.SMS, c.Signing.SmartCA, c.Files.Previews = false, config.SMS{}, config.SmartCA{}, false
	now := clock.NewManual(from)
	p, err := (&Program{Config: c, Version: version, Log: slog.New(slog.DiscardHandler), hasty: hasty}).open(ctx, nil, now)
	if err != nil {
		return state, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.settleIn(ctx, set, state.Options); err != nil {
		return state, err
	}
	w := &year.World{
		Options: state.Options, Set: set, Clock: now, Session: p.session, Dumps: filepath.Join(c.Data, movingFolder),
		Trouble: func(err error) { log.LogAttrs(ctx, slog.LevelWarn, "refused in a year", slog.Any("error", err)) },
		Version: func(ctx context.Context, id proceduresmod.ID) (proceduresmod.Version, error) {
			return p.Parts.Catalogue.Get(ctx, id)
		},
		Account: func(ctx context.Context, login string) (string, error) {
			a, found, err := p.People.FindAccount(ctx, p.DB, login)
			if err == nil && !found {
				err = fmt.Errorf("there is no account %s", login)
			}
			return a.ID, err
		},
	}
	if w.Calendar, err = calendar.New(p.Province.Calendar); err != nil {
		return state, err
	}
	if w.Handler, err = p.Handler(); err != nil {
		return state, err
	}
	b := &past{p: p, jobs: map[jobs.Kind]jobs.Handler{}, consumers: map[events.Name][]jobs.Kind{}}
	for _, m := range p.Parts.All() {
		maps.Copy(b.jobs, m.Jobs)
		for name, kind := range m.Consumes {
			b.consumers[name] = append(b.consumers[name], kind)
		}
	}
	w.Settle, w.Next, w.Night = b.settle, b.next, b.night
	if state, err = w.Live(ctx, state, from, until, progress); err != nil {
		return state, err
	}
	if err := b.night(ctx); err != nil {
		return state, err
	}
	_, err = p.sweep(ctx)
	return state, err
}

// settleIn makes the people a year needs beside those of the pack.
func (p *Program) settleIn(ctx context.Context, set *packs.Set, o year.Options) error {
	more := year.Accounts(set, o)
	if len(more) == 0 || len(set.Accounts) == 0 {
		return nil
	}
	hash, err := p.People.HashPassword(ctx, set.Accounts[0].Password)
	if err != nil {
		return err
	}
	with := *set
	with.Accounts = more
	return p.DB.Write(ctx, func(tx *db.Tx) error { return p.applyAccounts(ctx, tx, &with, hash, &Plan{}) })
}

// session signs somebody of the past in.
func (p *Program) session(ctx context.Context, login string) (token string, err error) {
	account, found, err := p.People.FindAccount(ctx, p.DB, login)
	if err != nil || !found {
		return "", errors.Join(err, fmt.Errorf("sign %s in: there is no such account", login))
	}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		started, _, err := p.People.StartSession(ctx, tx, account.ID, identity.API)
		token = started
		return err
	})
	return token, err
}

// settle hands on events, runs jobs and rings timers until nothing is due.
func (b *past) settle(ctx context.Context) error {
	for {
		n, err := events.Dispatch(ctx, b.p.DB, b.consumers)
		if err != nil {
			return err
		}
		due, err := jobs.Due(ctx, b.p.DB)
		if err != nil {
			return err
		}
		if due {
			if due, err = jobs.Work(ctx, b.p.DB, b.jobs); err != nil {
				return err
			}
		}
		rang, err := b.p.Parts.flows.Tick(ctx, b.p.DB)
		if err != nil {
			return err
		}
		if n == 0 && !due && !rang {
			return nil
		}
	}
}

// next returns when a job or a timer is due next.
func (b *past) next(ctx context.Context) (time.Time, error) {
	job, err := jobs.Next(ctx, b.p.DB)
	if err != nil {
		return time.Time{}, err
	}
	timer, err := b.p.Parts.flows.Next(ctx, b.p.DB)
	if job.IsZero() || !timer.IsZero() && timer.Before(job.Time) {
		job = timer
	}
	return job.Time, err
}

// sweepEvery is after how many months what is over is swept: looking at every file of a
// year each night would take longer than the year.
const sweepEvery = 2

// night does what the program does now and again: the log is made provable,
// readings are looked at, what is over is swept, certificates and posts that end
// are told of.
func (b *past) night(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = b.p.Sequence(ctx, "program:demo"); err != nil {
			return err
		}
	}
	nightly := []func(context.Context) (bool, error){b.p.Parts.Watcher.Evaluate, b.p.expiries, b.p.Parts.Staff.Tick}
	if today := calendar.On(b.p.DB.Now().Time); today.Day == 1 && int(today.Month)%sweepEvery == 0 {
		nightly = append(nightly, b.p.sweep)
	}
	for _, do := range nightly {
		for more := true; more; {
			var err error
			if more, err = do(ctx); err != nil {
				return err
			}
		}
	}
	return b.settle(ctx)
}
