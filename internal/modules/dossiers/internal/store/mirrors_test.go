// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every twentieth dossier is worked on in one of two systems; they have told of it.
const (
	kept       = `UPDATE dossiers_dossiers SET procedure_id = 'p' || CAST(submitted_at / 1000 % 200 AS TEXT), kept_by = CASE WHEN submitted_at / 1000 % 20 <> 3 THEN '' WHEN submitted_at / 1000 % 40 = 3 THEN 'G15' ELSE 'G12' END`
	keptMirror = `INSERT INTO dossiers_mirrors (dossier_id, keeper, code, place, link, result, said_at, born)
	SELECT id, CASE WHEN kept_by = '' THEN 'G12' ELSE kept_by END, 'M-' || id, 1, '', '', 1, 1 FROM dossiers_dossiers`
)

// Dossiers of other systems are listed, counted and found from an index: of 20,000 those
// that are ours are not read.
func TestMirrorsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			units := []orgs.Unit{{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}, {ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}}
			if _, err := orgs.Apply(t.Context(), tx, units); err != nil {
				return err
			}
			for _, fill := range []string{many, turns, kept, keptMirror, `ANALYZE`} {
				if _, err := tx.Exec(t.Context(), fill); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		scope := func(place identity.Place) access.Scope {
			sc, err := access.Require(identity.NewActor("a", "p7").Grant("x.y", place), "x.y")
			if err != nil {
				t.Fatal(err)
			}
			return sc
		}
		uses := func(name, index, query string, args []any) {
			t.Helper()
			plan := dbtest.Plan(t, d, query, args...)
			if all := strings.Join(plan, "\n"); !strings.Contains(all, index) {
				t.Errorf("%s does not use %s:\n%s", name, index, all)
			}
		}
		from, to := db.Time{Time: time.UnixMicro(1)}, db.Time{Time: time.UnixMicro(20_000_000)}
		for name, sc := range map[string]access.Scope{"a ward": scope(identity.Place{Unit: "u1"}), "a subtree": scope(identity.Place{Unit: "u1", Subtree: true}), "all": access.All()} {
			for _, keeper := range []string{"", "G15"} {
				query, args := keptQuery(sc, keeper, "", 51)
				uses(name+", system "+keeper, "dossiers_dossiers_kept", query, args)
			}
			for _, n := range []Narrow{{Scope: sc}, {Scope: sc, Units: []string{"u1", "u2"}, Procedure: "p3", Channel: 2}} {
				query, args := keptFiguresQuery(n, from, to, to)
				uses("figures of "+name, "dossiers_dossiers_kept", query, args)
			}
		}
		uses("open dossiers of a procedure", "dossiers_dossiers_open_of", OpenOfSQL, []any{"p3", "", "", 51})
		uses("one by its code", "dossiers_mirrors_code", FindMirrorSQL, []any{"G15", "M-d100003"})
	})
}
