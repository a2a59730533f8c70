// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// transfers sends each dossier on; most were received.
const transfers = `INSERT INTO dossiers_transfers (id, dossier_id, from_unit, to_unit, reason_sealed, basis, sheets, sent_by, sender, sent_at, state, words_sealed, ended_by, ender)
	SELECT 't' || id, id, handler_unit, 'u' || CAST(length(id) AS TEXT), '', '', 0, 'a', '', submitted_at, CASE WHEN status = 1 THEN 'open' ELSE 'accepted' END, '', '', '' FROM dossiers_dossiers`

// What waits to be received, and what was sent, is read from an index.
func TestTransfersUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := orgs.Apply(t.Context(), tx, []orgs.Unit{{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}, {ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}}); err != nil {
				return err
			}
			for _, fill := range []string{many, transfers, `ANALYZE`} {
				if _, err := tx.Exec(t.Context(), fill); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range []identity.Place{{Unit: "u1"}, {Unit: "u1", Subtree: true}} {
			sc, err := access.Require(identity.NewActor("a", "p7").Grant("x.y", place), "x.y")
			if err != nil {
				t.Fatal(err)
			}
			for _, incoming := range []bool{true, false} {
				text, args := transfersQuery(sc, incoming, "", 50)
				if plan := dbtest.Plan(t, d, text, args...); scans(d.Dialect(), plan) && !strings.Contains(strings.Join(plan, " "), "USING INDEX") {
					t.Errorf("incoming %v, %+v reads the whole table:\n%s", incoming, place, strings.Join(plan, "\n"))
				}
			}
		}
	})
}
