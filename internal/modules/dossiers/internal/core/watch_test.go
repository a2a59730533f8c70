// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestNamesInListsAreSeenOnceADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		one, two := w.Accepted(t), w.Accepted(t)
		sightings := func(a identity.Actor, after string, limit int) ([]dossiers.Sighting, string) {
			t.Helper()
			scope, err := access.Require(a, dossiers.PermOwn)
			if err != nil {
				t.Fatal(err)
			}
			found, next, err := s.ListSightings(ctx, scope, a.Account, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			return found, next
		}
		desk := func(a identity.Actor) { must[core.Desk](t)(s.Desk(ctx, a, core.DeskFilter{}, "")) }
		start := w.DB.Now()
		desk(w.Officer)
		c.Advance(time.Hour)
		desk(w.Officer)
		got, _ := sightings(w.Citizen, "", 10)
		if len(got) != 2 || got[0].Account != w.Officer.Account || got[0].Days != 1 || got[0].First != start || got[0].Last != start || got[0].Code == "" ||
			got[0].Unit != dossierstest.Ward {
			t.Fatalf("the first day: %+v", got)
		}
		c.Advance(24 * time.Hour)
		desk(w.Officer)
		desk(w.Officer)
		got, next := sightings(w.Citizen, "", 1)
		rest, end := sightings(w.Citizen, next, 1)
		if len(got) != 1 || len(rest) != 1 || got[0].Dossier == rest[0].Dossier || end != "" || got[0].Days != 2 || rest[0].Days != 2 ||
			got[0].First != start || got[0].Last == start {
			t.Errorf("the second day: %+v, %+v, then %q", got, rest, end)
		}
		if got, _ := sightings(w.Neighbour, "", 10); len(got) != 0 {
			t.Errorf("the neighbour sees %+v", got)
		}
		codes, err := s.Codes(ctx, w.DB, []string{string(one), string(two), "nothing"})
		if err != nil || len(codes) != 2 || codes[string(one)] == "" {
			t.Errorf("codes %v, %v", codes, err)
		}
		if owned, err := s.ListOwned(ctx, access.Scope{}, 10); err != nil || len(owned) != 0 {
			t.Errorf("nobody owns %v, %v", owned, err)
		}
	})
}
