// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"testing"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
)

// What is erased of an account is where it is told and what it has read; what it
// has not read stays, and nothing of anybody else goes.
func TestAnAccountIsForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		count := func(table, account string) (n int) {
			w.t.Helper()
			if err := w.db.QueryRow(ctx, `SELECT COUNT(*) FROM `+table+` WHERE account_id = $1`, account).Scan(&n); err != nil {
				w.t.Fatal(err)
			}
			return n
		}
		w.write(func(tx *db.Tx) error {
			for id, read := range map[string]any{"read": 1, "unread": nil} {
				for _, account := range []string{w.account, "other"} {
					if _, err := tx.Exec(ctx, `INSERT INTO notify_inbox (id, account_id, event, topic, about, once, link, words, created_at, read_at)
						VALUES ($1, $2, 'e', 'dossiers', 'a', $1, '', '', 1, $3)`, id+account, account, read); err != nil {
						return err
					}
				}
			}
			if err := notify.SaveChoices(ctx, tx, w.account, notify.Choices{Digest: notify.Now}); err != nil {
				return err
			}
			return w.n.BeginContact(ctx, tx, w.account, notify.Phone, "0900000002")
		})
		w.device("https://push.example/1")
		for round, want := range []int{4, 0} {
			var got int
			w.write(func(tx *db.Tx) (err error) {
				got, err = notify.ForgetAccount(ctx, tx, w.account)
				return err
			})
			if got != want {
				w.t.Errorf("round %d erased %d, want %d", round, got, want)
			}
		}
		for _, table := range []string{"notify_contacts", "notify_devices", "notify_people"} {
			if n := count(table, w.account); n != 0 {
				w.t.Errorf("%d left in %s", n, table)
			}
		}
		if mine, other := count("notify_inbox", w.account), count("notify_inbox", "other"); mine != 1 || other != 2 {
			w.t.Errorf("notices left: %d and %d of somebody else", mine, other)
		}
	})
}
