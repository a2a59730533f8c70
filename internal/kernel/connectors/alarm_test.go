// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Somebody is told of a message that is not sent any more, and once of a partner that
// is down; of one that comes back and goes down again, again.
func TestSomebodyIsToldOfTrouble(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		var told []string
		w.Alarm = func(_ context.Context, _ *db.Tx, p connectors.Partner, why connectors.Trouble) error {
			told = append(told, p.ID+" "+string(why))
			return nil
		}
		w.answer = func(connectors.Saying) connectors.Answer {
			return connectors.Answer{Outcome: connectors.Refused, Error: "field"}
		}
		w.send("a", "a1")
		w.work()
		w.is("a dead letter", strings.Join(told, ", "), "portal dead")
		told = nil
		for round := range 2 {
			w.answer = failing
			for i := range 6 {
				w.send("", fmt.Sprintf("r%d-%d", round, i))
			}
			for range 6 {
				w.work()
				w.clock.Advance(20 * time.Minute)
			}
			w.answer = func(connectors.Saying) connectors.Answer { return connectors.Answer{Outcome: connectors.OK} }
			w.clock.Advance(time.Hour)
			w.work()
		}
		w.is("down twice", strings.Join(told, ", "), "portal down, portal down")
	})
}

// The lists of 20,000 rows are answered from indexes, on both engines.
func TestListsOfCallsUseAnIndex(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one := `'x' || CAST(100000 + i AS TEXT)`
		w.write(func(tx *db.Tx) error {
			for _, fill := range []string{
				`INSERT INTO connectors_outbox (id, partner, operation, lane, place, dossier, purpose, key, body_sealed, size, state, attempt, due_at, error, reason, made_at, ended_at) ` + n + one +
					`, 'p' || CAST(i % 9 AS TEXT), 'Op', '', 1, '', '', ` + one + `, 'x', 1, CASE WHEN i % 100 = 0 THEN 'dead' ELSE 'sent' END, 1, i, '', '', i, i FROM n`,
				`INSERT INTO connectors_calls (id, partner, direction, operation, dossier, purpose, message, key, attempt, started_at, took, outcome, error, sent, got, reference, request_sealed, answer_sealed) ` + n + one +
					`, 'p' || CAST(i % 9 AS TEXT), 'out', 'Op', 'd' || CAST(i % 4000 AS TEXT), '', '', '', 1, i, 1, 'ok', '', 1, 1, '', '', '' FROM n`,
				`INSERT INTO connectors_differences (id, run_id, partner, code, dossier, kind, ours, theirs, state, note, by_account, found_at, ended_at) ` + n + one +
					`, 'r', 'p' || CAST(i % 9 AS TEXT), ` + one + `, '', 'differs', '', '', CASE WHEN i % 100 = 0 THEN 'open' ELSE 'gone' END, '', '', i, NULL FROM n`,
				`ANALYZE`,
			} {
				if _, err := tx.Exec(w.Context(), fill); err != nil {
					return err
				}
			}
			return nil
		})
		for name, query := range map[string]struct {
			text string
			args []any
		}{
			"messages":             {connectors.ListSQL, []any{"p3", "dead", "~", 51}},
			"calls of a dossier":   {connectors.CallsOfDossierSQL, []any{"d77", "~", 51}},
			"calls of a partner":   {connectors.CallsOfPartnerSQL, []any{"p3", "~", 51}},
			"what differs":         {connectors.DifferencesSQL, []any{"p3", "open", "", 51}},
			"what is to be sent":   {`SELECT 1 FROM connectors_outbox WHERE partner = $1 AND state = 'waiting' AND due_at <= $2 LIMIT 1`, []any{"p3", 9}},
			"how many are waiting": {`SELECT COUNT(*) FROM connectors_outbox WHERE partner = $1 AND state IN ('waiting', 'behind', 'dead')`, []any{"p3"}},
		} {
			plan := dbtest.Plan(w.T, w.db, query.text, query.args...)
			all := strings.Join(plan, "\n")
			if strings.Contains(all, "Seq Scan") || strings.Contains(all, "SCAN connectors_") && !strings.Contains(all, "USING") {
				w.Errorf("%s reads the whole table:\n%s", name, all)
			}
		}
	})
}
