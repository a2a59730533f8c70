// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/once"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/books/booksmod"
	"tinhso.vn/internal/platform/db"
)

// Background work is claimed or leased, so several servers may run on one database.
const (
	workers      = 4
	tick         = 250 * time.Millisecond
	calendarTick = 5 * time.Second
	publishTick  = time.Minute
	staffTick    = 15 * time.Second
	listsTick    = 5 * time.Minute
	sweepTick    = 10 * time.Minute
	analyseTick  = 24 * time.Hour
	beatTick     = 2 * time.Second
	rotateTick   = 200 * time.Millisecond // 1,000 texts a second, and between two batches the writer is free
	watchTick    = 5 * time.Second
	lookTick     = 30 * time.Second

	partnerSenders = 4 // messages to partners on their way at once
)

// Work does the background work until ctx ends: it hands on events, runs jobs,
// sequences the audit log and sweeps what is no longer needed.
func (p *Program) Work(ctx context.Context) {
	handlers, consumers := map[jobs.Kind]jobs.Handler{}, map[events.Name][]jobs.Kind{}
	for _, m := range p.Parts.All() {
		maps.Copy(handlers, m.Jobs)
		for name, kind := range m.Consumes {
			consumers[name] = append(consumers[name], kind)
		}
	}
	var wg sync.WaitGroup
	loop := func(every time.Duration, do func(context.Context) (more bool, err error)) {
		wg.Go(func() { p.loop(ctx, every, do) })
	}
	loop(tick, func(ctx context.Context) (bool, error) {
		n, err := events.Dispatch(ctx, p.DB, consumers)
		return n > 0, err
	})
	for range workers {
		loop(tick, func(ctx context.Context) (bool, error) {
			if due, err := jobs.Due(ctx, p.DB); err != nil || !due {
				return false, err
			}
			return jobs.Work(ctx, p.DB, handlers)
		})
	}
	host, _ := os.Hostname() // empty is a name too
	loop(time.Second, func(ctx context.Context) (bool, error) { return p.Sequence(ctx, host+" "+p.Config.Listen) })
	loop(time.Second, func(ctx context.Context) (bool, error) { return p.Parts.flows.Tick(ctx, p.DB) })
	loop(time.Second, func(ctx context.Context) (bool, error) { return p.Files.ShowNext(ctx, p.DB) })
	loop(calendarTick, func(ctx context.Context) (bool, error) { return false, p.Parts.Calendars.Refresh(ctx) })
	me := fmt.Sprintf("%s %s %d", host, p.Config.Listen, os.Getpid())
	loop(calendarTick, func(ctx context.Context) (bool, error) { return false, p.Parts.Helps.Refresh(ctx) })
	wg.Go(func() { _ = p.Parts.Helps.Watch(ctx) }) // once at the start; what fails is seen again below
	loop(lookTick, func(ctx context.Context) (bool, error) { return false, p.Parts.Helps.Watch(ctx) })
	loop(beatTick, func(ctx context.Context) (bool, error) { return false, p.Vault.Beat(ctx, me) })
	loop(rotateTick, func(ctx context.Context) (bool, error) {
		_, err := p.Vault.Step(ctx, me) // never at once again: the walk leaves room for others
		return false, err
	})
	loop(time.Second, func(ctx context.Context) (bool, error) { return false, p.Refusals.Flush(ctx) })
	loop(time.Minute, func(ctx context.Context) (bool, error) { return false, p.Parts.Systems.Flush(ctx) })
	loop(publishTick, p.publisher())
	loop(watchTick, p.Parts.Watcher.Evaluate)
	loop(staffTick, p.Parts.Acting.Tick)
	loop(sweepTick, p.sweep)
	loop(listsTick, func(ctx context.Context) (bool, error) {
		_, err := p.Parts.Trust.FetchLists(ctx)
		return false, err
	})
	loop(dayTick, p.day())
	loop(staffTick, p.bounces(p.Parts.notify))
	loop(publishTick, p.expiries)
	loop(staffTick, p.Parts.Staff.Tick)
	loop(tick, p.Parts.Index.Step)
	loop(tick, func(ctx context.Context) (bool, error) { return p.Registers.OrderFeed(ctx, p.DB) })
	loop(time.Second, func(ctx context.Context) (bool, error) { return p.Registers.SeekDuplicates(ctx, p.DB) })
	loop(time.Second, func(ctx context.Context) (bool, error) { return p.Registers.FillWords(ctx, p.DB) })
	loop(time.Second, func(ctx context.Context) (bool, error) { return p.Registers.Rewrite(ctx, p.DB) })
	loop(publishTick, p.Parts.Measurer.Tick)
	loop(time.Second, p.Parts.Figures.Tick)
	for range hookSenders {
		loop(tick, p.Parts.Systems.Deliver)
	}
	for range partnerSenders {
		loop(tick, p.Parts.Hub.Work)
	}
	loop(sweepTick, p.Parts.Hub.Sweep)
	analyse := func(ctx context.Context) (bool, error) { return false, p.DB.Analyse(ctx) }
	wg.Go(func() { // once at the start
		if _, err := analyse(ctx); err != nil && ctx.Err() == nil {
			p.Log.LogAttrs(ctx, slog.LevelError, "background work failed", slog.Any("error", err))
		}
	})
	loop(analyseTick, analyse)
	loop(probeTick, func(ctx context.Context) (bool, error) { p.Probe(ctx); return false, nil })
	loop(publishTick, p.Parts.Rights.Tick)
	wg.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
	defer cancel()
	if err := errors.Join(p.Refusals.Close(last), p.Vault.Leave(last, me)); err != nil {
		p.Log.LogAttrs(ctx, slog.LevelError, "background work failed", slog.Any("error", err))
	}
}

// loop does something now and again; at once again while there is more to do.
func (p *Program) loop(ctx context.Context, every time.Duration, do func(context.Context) (bool, error)) {
	timer := time.NewTimer(every)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		more, err := do(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.LogAttrs(ctx, slog.LevelError, "background work failed", slog.Any("error", err))
		}
		if more && err == nil {
			timer.Reset(0)
		} else {
			timer.Reset(every)
		}
	}
}

// Sequence makes records of the audit log provable. Each checkpoint also goes
// to the log of the program, which is kept elsewhere.
func (p *Program) Sequence(ctx context.Context, server string) (bool, error) {
	head, err := audit.GetHead(ctx, p.DB)
	if err != nil || head.Waiting == 0 {
		return false, err
	}
	checkpoint, more, err := audit.Sequence(ctx, p.DB, server, p.Signer)
	if checkpoint != "" {
		p.Log.LogAttrs(ctx, slog.LevelInfo, "audit checkpoint", slog.String("note", checkpoint))
	}
	return more, err
}

func (p *Program) sweep(ctx context.Context) (bool, error) {
	if err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := p.People.EndOldSessions(ctx, tx)
		return errors.Join(err, files.ForgetUsage(ctx, tx), files.ForgetUploads(ctx, tx), p.People.ForgetAttempts(ctx, tx), p.People.Forget(ctx, tx))
	}); err != nil {
		return false, err
	}
	if err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := refusals.Sweep(ctx, tx, p.Config.SecurityLog.KeepDays)
		_, calls := once.Sweep(ctx, tx)
		return errors.Join(err, calls)
	}); err != nil {
		return false, err
	}
	_, err := p.Files.Sweep(ctx, p.DB)
	_, late := p.Parts.Requests.Sweep(ctx)
	_, drafts := p.Parts.Rules.ForgetDrafts(ctx)
	_, notices := p.Parts.Rules.ForgetTold(ctx)
	return false, errors.Join(err, late, drafts, notices, p.Parts.Sign.Sweep(ctx), p.Parts.Helps.Sweep(ctx), p.Parts.Finder.Forget(ctx), p.Parts.Visits.EraseOld(ctx), p.Parts.Systems.ForgetDeliveries(ctx), booksmod.Sweep(ctx, p.DB))
}
