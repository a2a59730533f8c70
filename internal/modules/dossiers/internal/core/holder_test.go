// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"slices"
	"testing"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A dossier that is given to another person is searched anew: who was merged
// finds it no more, and the other does.
func TestTheSearchLearnsWhoseADossierIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, id := t.Context(), w.Submit(t)
		var changed []dossiers.ID
		w.Deps.Changed = func(_ context.Context, _ *db.Tx, id dossiers.ID) error {
			changed = append(changed, id)
			return nil
		}
		s, kind := core.New(w.Deps), core.New(w.Deps).SearchKind()
		people := func() []string {
			docs, err := kind.Load(ctx, w.DB, []string{string(id)})
			if err != nil || len(docs) != 1 {
				t.Fatalf("%+v %v", docs, err)
			}
			return docs[0].People
		}
		before := people()
		if !slices.Contains(before, w.Citizen.Person) {
			t.Fatalf("about %v", before)
		}
		pointers := must[[]dossiers.Pointer](t)(s.Pointers(ctx, w.DB, w.Citizen.Person))
		for _, p := range pointers {
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) error { _, err := s.Repoint(ctx, tx, p, w.Citizen.Person, w.Clerk.Person); return err }))
		}
		if got := people(); len(pointers) == 0 || slices.Contains(got, w.Citizen.Person) || !slices.Contains(got, w.Clerk.Person) {
			t.Errorf("afterwards about %v", got)
		}
		if !slices.Contains(changed, id) {
			t.Errorf("the search is told of %v", changed)
		}
		changed = nil
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := s.Repoint(ctx, tx, dossiers.Pointer{Kind: "dossier.owner", ID: string(id)}, "nobody", w.Clerk.Person)
			return err
		}))
		if len(changed) > 0 {
			t.Error("told of what was not moved")
		}
	})
}
