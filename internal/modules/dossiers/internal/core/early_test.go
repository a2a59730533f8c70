// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

// How early a result came is counted in working days up to the promised day; one that
// came too late counts below zero.
func TestHowEarlyAResultCame(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		later time.Duration
		want  int
	}{"early": {0, 3}, "on the day": {3 * 24 * time.Hour, 0}, "late": {7 * 24 * time.Hour, -2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
				ctx, s := t.Context(), w.Service
				id := w.Signed(t) // accepted on Monday, 2 March 2026; due on Thursday
				before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
				if track := must[core.Tracking](t)(s.Track(ctx, before.Reference)); track.DaysEarly != 0 || !track.FinishedAt.IsZero() {
					t.Errorf("before there is a result: %d", track.DaysEarly)
				}
				c.Advance(one.later)
				must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id))
				if track := must[core.Tracking](t)(s.Track(ctx, before.Reference)); track.DaysEarly != one.want || track.FinishedAt.IsZero() {
					t.Errorf("%d days early, due %s, done %s", track.DaysEarly, track.Due, track.FinishedAt)
				}
			})
		})
	}
}

// Before a clerk accepts a dossier they see which day would be promised, and the same is promised.
func TestTheDayBeforeAccepting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Submit(t)
		if own := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own)); !own.IfAccepted.IsZero() {
			t.Error("who cannot accept is told a day")
		}
		before := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		done := must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, id))
		if before.IfAccepted.IsZero() || before.IfAccepted.Format(time.DateOnly) != done.Due.Format(time.DateOnly) {
			t.Errorf("told %s, promised %s", before.IfAccepted, done.Due)
		}
		if after := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling)); !after.IfAccepted.IsZero() {
			t.Error("told again though it is accepted")
		}
	})
}
