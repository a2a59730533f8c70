// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo_test

import (
	"testing"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestATableIsKeptAndReadAgain(t *testing.T) {
	t.Parallel()
	files, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, []db.Migrations{geo.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		atlas := geo.NewAtlas(d)
		if x, err := atlas.Index(t.Context()); err != nil || len(x.Provinces(today)) != 0 {
			t.Fatalf("an empty atlas: %v", err)
		}
		apply := func(files map[string][]byte) (changed bool) {
			if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				changed, _, err = geo.Apply(t.Context(), tx, files)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return changed
		}
		if !apply(files) || apply(files) || apply(nil) {
			t.Error("applied again, it changes something")
		}
		first, err := atlas.Index(t.Context())
		if err != nil || len(first.Provinces(today)) != 34 {
			t.Fatalf("%v", err)
		}
		if again, _ := atlas.Index(t.Context()); again != first {
			t.Error("nothing was entered, and it was read again")
		}
		less := map[string][]byte{"provinces.csv": files["provinces.csv"]}
		if !apply(less) {
			t.Error("another table changes nothing")
		}
		if x, err := atlas.Index(t.Context()); err != nil || x == first || len(x.Search(geo.Query{Text: "long xuyen", Day: today, Limit: 5})) != 0 {
			t.Errorf("the newer table does not hold: %v", err)
		}
		all, err := geo.ListTables(t.Context(), d, 10)
		if err != nil || len(all) != 2 || all[0].Seq != 2 || all[0].Import || all[1].Units < 14_000 {
			t.Errorf("%v %v", all, err)
		}
	})
}
