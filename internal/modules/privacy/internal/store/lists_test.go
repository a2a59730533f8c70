// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// numbers are 1 to 20,000.
const numbers = ` WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) `

func many() []string {
	return []string{
		`INSERT INTO privacy_requests (id, code, person_id, kind, state, channel, filed_by, unit, purpose, words_sealed, received_at, ack_due, due_at, original_due,
			extend_amount, extend_unit, basis, extended_why, checked_by, checked_how, outcome, reason_sealed, legal, proposed_by, decided_by, answered_how, erased, archive)` +
			numbers + `SELECT 'r' || CAST(100000 + i AS TEXT), 'c' || CAST(i AS TEXT), 'p' || CAST(i AS TEXT), 'see', CASE WHEN i % 200 = 0 THEN 'checked' ELSE 'answered' END,
			'online', '', '', '', '', i, i, i, i, 0, '', '', '', '', '', '', '', '', '', '', '', 0, '' FROM n`,
		`INSERT INTO privacy_texts (sha, purpose, version, name_vi, name_en, vi, en) VALUES ('s', 'p', 1, '', '', '', '')`,
		`INSERT INTO privacy_consents (id, person_id, purpose, sha, lang, given_at, given_by, given_channel, withdrawn_by, withdrawn_channel)` +
			numbers + `SELECT 'k' || CAST(100000 + i AS TEXT), 'p' || CAST(i AS TEXT), 'p', 's', 'vi', i, '', '', '', '' FROM n`,
		`INSERT INTO privacy_archives (id, person_id, account, state, holder, done, total, attempts, file_id, size, sha, asked_at, made_at, ends_at, downloads)` +
			numbers + `SELECT 'a' || CAST(100000 + i AS TEXT), 'p' || CAST(i AS TEXT), '', CASE WHEN i % 500 = 0 THEN 'ready' ELSE 'gone' END, '', 0, 0, 0, '', 0, '', i, i, i, 0 FROM n`,
		`INSERT INTO privacy_breaches (id, code, title_sealed, nature, severity, serious, harm, tell_subjects, system, found_by, description_sealed, data_sealed, subjects,
			measures_sealed, found_at, opened_at, opened_by, responsible, next_due, lessons_sealed, closed_at, closed_by)` +
			numbers + `SELECT 'b' || CAST(100000 + i AS TEXT), 'v' || CAST(i AS TEXT), '', 'n1', 'm1', 0, 0, 0, '', '', '', '', 0, '', i, i, '', 'q' || CAST(i % 100 AS TEXT),
			i, '', CASE WHEN i % 100 = 7 THEN NULL ELSE i END, '' FROM n`,
	}
}

func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, q := range append(many(), `ANALYZE`) {
				if _, err := tx.Exec(ctx, q); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for name, query := range map[string]func() (string, []any){
			"open requests":     func() (string, []any) { return openQuery(db.Time{}, "", 51) },
			"answered requests": func() (string, []any) { return answeredQuery("", 51) },
			"one's requests":    func() (string, []any) { return ofQuery("p7", "", 51) },
			"one's consents":    func() (string, []any) { return consentsQuery("p7", "", 51) },
			"old archives":      func() (string, []any) { return expiredQuery(d.Now(), 20) },
			"breaches":          func() (string, []any) { return breachesQuery("", 51) },
			"clocks":            func() (string, []any) { return clocksQuery("q7", 50) },
		} {
			text, args := query()
			lines := dbtest.Plan(t, d, text, args...)
			plan := strings.Join(lines, "\n")
			for _, table := range []string{"privacy_requests", "c", "privacy_archives", "privacy_breaches"} {
				if scan := d.Dialect().Pick("SCAN "+table+"\n", "Seq Scan on "+table+" "); strings.Contains(plan+"\n", scan) || strings.Contains(plan+" ", scan) {
					t.Errorf("%s reads the whole table:\n%s", name, plan)
				}
			}
			if strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s sorts:\n%s", name, plan)
			}
		}
	})
}
