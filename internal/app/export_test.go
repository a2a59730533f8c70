// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

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

// Skeleton is the modules without anything to work on.
func Skeleton() Parts { return (&Program{}).skeleton() }

// OpenAt is Open on a clock of the test's own.
func OpenAt(ctx context.Context, c config.Config, log *slog.Logger, own clock.Clock) (*Program, error) {
	return openAt(ctx, c, "test", log, nil, own)
}
