// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/lockfile"
)

// errYear says that --year was not understood.
var errYear = errs.New(errs.Invalid, "app.demo_year")

// Sizes of a year that have a name.
const (
	smallYear = 250
	fullYear  = 5000
	mostYear  = 200_000
)

// usualGCPercent is how much garbage may gather, in percent of what lives: Go's default.
const usualGCPercent = 100

// yearBefore is the time a year holds.
const yearBefore = 365 * 24 * time.Hour

// dossiers returns how many a year is to hold; zero: no year.
func (d demoCommand) dossiers() (int, error) {
	switch d.Year {
	case "", "none":
		return 0, nil
	case "small":
		return smallYear, nil
	case "full":
		return fullYear, nil
	}
	n, err := strconv.Atoi(d.Year)
	if err != nil || n < 0 || n > mostYear {
		return 0, errYear.With("said", d.Year)
	}
	return n, nil
}

// year gives a new data folder a year of work: from the cache, where the same one
// was made before, or by living through it. A folder with data is left alone, and
// so is a province of the past.
func (d demoCommand) year(ctx context.Context, cfg config.Config, c console, set *packs.Set) error {
	n, err := d.dossiers()
	if err != nil || n == 0 || d.Empty || !set.Meta.Clock.IsZero() {
		return err
	}
	o := year.Options{Dossiers: n, Seed: d.YearSeed, MovesIn: n > year.WhollyLived}
	if len(year.Accounts(set, o)) == 0 {
		return nil
	}
	// Living through a year makes much and keeps little: less frequent collections halve the time.
	// What stood before is not put back: of two in one process, the later would put back the 400 of the earlier.
	debug.SetGCPercent(400)
	defer debug.SetGCPercent(usualGCPercent)
	if !cacheable(cfg) {
		return d.yearInPlace(ctx, cfg, c, set, o)
	}
	if _, err := os.Stat(cfg.Database); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	lock, err := lockfile.Wait(filepath.Join(d.Cache, "lock"), "tinhso demo")
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	kept, err := openCache(d.Cache, c.version, set, o)
	if err != nil {
		return err
	}
	now := d.now()
	state, found := kept.find(now)
	if !found {
		c.say("Dựng một năm làm việc giả định, khoảng %s hồ sơ; lần sau dùng lại… / living through a made-up year, kept for the next time…", dotted(n))
		state, err = kept.make(func(folder string) (year.State, error) { return d.makeYear(ctx, c, folder, set, o, now) })
		if err != nil {
			return err
		}
	}
	if err := kept.copyTo(cfg); err != nil {
		return err
	}
	if !state.Until.Before(now) {
		return nil
	}
	c.say("Sống tiếp từ %s đến nay… / going on from there until now…", state.Until.In(clock.Vietnam()).Format("02/01/2006"))
	_, err = LiveYear(ctx, cfg, slog.New(slog.DiscardHandler), c.version, set, state, state.Until, now, true, func(year.Progress) {})
	return err
}

// cacheable reports whether the data of a configuration are one folder that can be copied.
func cacheable(cfg config.Config) bool {
	return cfg.Database == filepath.Join(cfg.Data, "tinhso.db") && cfg.Keys == filepath.Join(cfg.Data, "keys") && !cfg.Files.Bucketed()
}

// yearInPlace lives through the year on the data themselves.
func (d demoCommand) yearInPlace(ctx context.Context, cfg config.Config, c console, set *packs.Set, o year.Options) error {
	fresh, err := d.prepare(ctx, cfg, c, set)
	if err != nil || !fresh {
		return err
	}
	now := d.now()
	o.Rush = calendar.On(now).String()
	if _, err = LiveYear(ctx, cfg, slog.New(slog.DiscardHandler), c.version, set, year.State{Options: o}, now.Add(-yearBefore), now, false, monthly(c)); err != nil {
		return err
	}
	return Fill(ctx, cfg, c.version, set, now)
}

// makeYear makes a year in a folder of its own.
func (d demoCommand) makeYear(ctx context.Context, c console, folder string, set *packs.Set, o year.Options, now time.Time) (state year.State, err error) {
	cfg, err := where{Data: folder}.load(c, nil)
	if err != nil {
		return state, err
	}
	if !cacheable(cfg) {
		return state, fmt.Errorf("the data of %s do not lie in one folder", folder)
	}
	if _, err := d.prepare(ctx, cfg, c, set); err != nil {
		return state, err
	}
	o.Rush = calendar.On(now).String() // not a part of what the year is called after
	if state, err = LiveYear(ctx, cfg, slog.New(slog.DiscardHandler), c.version, set, year.State{Options: o}, now.Add(-yearBefore), now, true, monthly(c)); err != nil {
		return state, err
	}
	return state, Fill(ctx, cfg, c.version, set, now)
}

// monthly says how far a year is, once a month.
func monthly(c console) func(year.Progress) {
	month := time.Month(0)
	return func(p year.Progress) {
		if p.Day.Month != month {
			month = p.Day.Month
			c.say("  tháng %d/%d … %s/%s hồ sơ (dossiers)", p.Day.Month, p.Day.Year, dotted(p.Filed), dotted(p.Of))
		}
	}
}

// dotted writes a number with dots: 1.240.
func dotted(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
