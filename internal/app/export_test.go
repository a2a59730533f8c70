// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/lockfile"
)

// SealedColumns is where sealed texts are declared to be.
func (p *Program) SealedColumns(ctx context.Context, q db.Querier) ([]crypt.Sealed, error) {
	return p.sealed(ctx, q)
}

// Hold takes a database as another process would, until the returned function is called.
func Hold(t *testing.T, database string) func() {
	t.Helper()
	lock, err := lockfile.Take(database+".lock", "tinhso serve, process 1")
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = lock.Release() }
}

// RunWith is Run with an environment of the test's own.
func RunWith(ctx context.Context, args []string, env config.Environment, out io.Writer) int {
	return run(ctx, args, "test", env, strings.NewReader(""), out, out)
}

// CalendarsOf is calendarsOf.
func CalendarsOf(set *packs.Set) (calendar.Config, map[string]calendar.Config, error) {
	return calendarsOf(set)
}

// YearCache is a place in the cache of years.
type YearCache struct{ cached }

// OpenYearCache is openCache.
func OpenYearCache(root, version string, set *packs.Set, o year.Options) (YearCache, error) {
	k, err := openCache(root, version, set, o)
	return YearCache{k}, err
}

// Find is cached.find.
func (k YearCache) Find(now time.Time) (year.State, bool) { return k.find(now) }

// Make is cached.make.
func (k YearCache) Make(live func(folder string) (year.State, error)) (year.State, error) {
	return k.make(live)
}

// CopyTo is cached.copyTo.
func (k YearCache) CopyTo(cfg config.Config) error { return k.copyTo(cfg) }

// Skeleton is the modules without anything to work on.
func Skeleton() Parts { return (&Program{}).skeleton() }

// OpenAt is Open on a clock of the test's own.
func OpenAt(ctx context.Context, c config.Config, log *slog.Logger, own clock.Clock) (*Program, error) {
	return openAt(ctx, c, "test", log, nil, own)
}

// Patient does a piece as the commands about keys do theirs, and says what they say to out.
func Patient(ctx context.Context, out io.Writer, piece func() error) error {
	return console{out: out}.patient(ctx, piece)
}
