// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// What is counted of a period is what its lists show, and nobody sees of other wards.
func TestDossiersAreCountedForScores(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		begin := w.DB.Now()
		w.Submit(t) // not accepted: no work yet
		w.Accepted(t)
		w.Waiting(t)
		w.Issued(t)
		late := w.Issued(t)
		second := w.Waiting(t)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET due_at = finished_at - 1 WHERE id = $1`, string(late)); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO dossiers_supplements (id, dossier_id, status, items_sealed, papers, days, until_at, asked_by, asked_at, answer_sealed, answered_by, ended_at, basis)
				SELECT 'earlier', dossier_id, status, items_sealed, papers, days, until_at, asked_by, asked_at, answer_sealed, answered_by, asked_at, basis FROM dossiers_supplements WHERE dossier_id = $1`, string(second))
			return err
		}))
		c.Advance(time.Hour)
		now := w.DB.Now()
		month := dossiers.ScoredPeriod{From: begin, To: now, At: now}
		wants := func(what string, p dossiers.ScoredPeriod, want map[dossiers.ScoreMeasure]int64) {
			t.Helper()
			got := map[dossiers.ScoreMeasure]int64{}
			for _, of := range must[[]dossiers.Scored](t)(s.CountScored(ctx, p)) {
				if of.Unit != dossierstest.Ward || len(of.Used) > 1 {
					t.Errorf("%s: %+v", what, of)
				}
				got = of.Counts
			}
			for _, m := range dossiers.ScoreMeasures() {
				if got[m] != want[m] {
					t.Errorf("%s: %s is %d, want %d", what, m, got[m], want[m])
				}
				whole := must[access.Scope](t)(access.Require(identity.NewActor("x", "").Grant("x.y", identity.Place{Unit: dossierstest.Ward, Subtree: true}), "x.y"))
				other := must[access.Scope](t)(access.Require(identity.NewActor("x", "").Grant("x.y", identity.Place{Unit: dossierstest.Other, Subtree: true}), "x.y"))
				listed := must[[]dossiers.Summary](t)(s.ListScored(ctx, whole, p, m, []orgs.ID{dossierstest.Ward, dossierstest.Dept}, "", 50))
				if int64(len(listed)) != got[m] {
					t.Errorf("%s: %s counts %d and lists %d", what, m, got[m], len(listed))
				}
				if out := must[[]dossiers.Summary](t)(s.ListScored(ctx, other, p, m, []orgs.ID{dossierstest.Ward}, "", 50)); len(out) > 0 {
					t.Errorf("%s: another ward sees %d of %s", what, len(out), m)
				}
				if len(listed) > 1 {
					if rest := must[[]dossiers.Summary](t)(s.ListScored(ctx, whole, p, m, []orgs.ID{dossierstest.Ward}, listed[0].ID, 50)); len(rest) != len(listed)-1 || rest[0].ID != listed[1].ID {
						t.Errorf("%s: after the first of %s come %d", what, m, len(rest))
					}
				}
			}
		}
		wants("the period", month, map[dossiers.ScoreMeasure]int64{
			dossiers.ScoreReceived: 5, dossiers.ScoreOnTime: 2, dossiers.ScoreWithin: 1, dossiers.ScoreLate: 2,
			dossiers.ScoreOnline: 5, dossiers.ScoreResults: 2, dossiers.ScoreElectronic: 2, dossiers.ScoreDigitised: 5,
		})
		c.Advance(time.Hour)
		next := dossiers.ScoredPeriod{From: now, To: db.At(now.Add(24 * time.Hour)), At: w.DB.Now()}
		wants("the next", next, map[dossiers.ScoreMeasure]int64{
			dossiers.ScoreCarried: 3, dossiers.ScoreOnTime: 1, dossiers.ScoreWithin: 1, dossiers.ScoreLate: 1,
		})
		wants("before all", dossiers.ScoredPeriod{From: db.At(begin.Add(-48 * time.Hour)), To: db.At(begin.Add(-24 * time.Hour)), At: db.At(begin.Add(-24 * time.Hour))}, nil)
		if none := must[[]dossiers.Summary](t)(s.ListScored(ctx, access.All(), month, "luck", []orgs.ID{dossierstest.Ward}, "", 50)); len(none) > 0 {
			t.Errorf("an unknown measure lists %d", len(none))
		}
	})
}
