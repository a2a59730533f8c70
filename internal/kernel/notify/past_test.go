// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many fills the tables: 32,768 notices of 32 people and as many messages, one a minute.
func many(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		for n := range 32 {
			if _, err := tx.Exec(t.Context(), `INSERT INTO notify_inbox (id, account_id, event, topic, about, once, link, words, created_at, read_at)
				VALUES ($1, $1, 'e', 'dossiers', 'a', $1, '', '', $2, 1)`, fmt.Sprintf("%02d", n), n); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO notify_messages (id, channel, about, recipient, text, state, created_at, ended_at)
				VALUES ($1, 'sms', 'a', '', '', 'delivered', $2, $2)`, fmt.Sprintf("%02d", n), n); err != nil {
				return err
			}
		}
		for i, more := range strings.Split("abcdefghij", "") { // twice as many each time
			step := 32 << i
			if _, err := tx.Exec(t.Context(), `INSERT INTO notify_inbox (id, account_id, event, topic, about, once, link, words, created_at, read_at)
				SELECT id || $1, account_id, event, topic, about, once || $1, link, words, created_at + $2, read_at FROM notify_inbox`, more, step); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO notify_messages (id, channel, about, recipient, text, state, created_at, ended_at)
				SELECT id || $1, channel, about, recipient, text, state, created_at + $2, ended_at + $2 FROM notify_messages`, more, step); err != nil {
				return err
			}
		}
		_, err := tx.Exec(t.Context(), `ANALYZE`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Every list of what was told is read by an index, and so is what is past its time.
func TestListsAreReadByAnIndex(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		many(t, w.db)
		type query struct {
			text string
			args []any
		}
		list := func(text string, args []any) query { return query{text, args} }
		queries := map[string]query{
			"notices":        list(notify.ItemsQuery("07", notify.Shelf{}, "", 50)),
			"unread notices": list(notify.ItemsQuery("07", notify.Shelf{Unread: true}, "", 50)),
			"a topic":        list(notify.ItemsQuery("07", notify.Shelf{Topic: "work"}, "", 50)),
			"messages":       list(notify.MessagesQuery(notify.Pile{}, "", 50)),
			"failed":         list(notify.MessagesQuery(notify.Pile{State: notify.Failed}, "", 50)),
			"of a channel":   list(notify.MessagesQuery(notify.Pile{Channel: notify.Mail}, "", 50)),
			"of both":        list(notify.MessagesQuery(notify.Pile{Channel: notify.SMS, State: notify.Bounced}, "", 50)),
		}
		for _, k := range []notify.Past{notify.PastNotices, notify.PastMessages} {
			count, err := notify.CountPastSQL(k)
			if err != nil {
				t.Fatal(err)
			}
			forget, err := notify.ForgetPastSQL(k)
			if err != nil {
				t.Fatal(err)
			}
			queries["count past "+string(k)], queries["forget past "+string(k)] = query{count, []any{50}}, query{forget, []any{50, 10}}
		}
		for name, q := range queries {
			plan := dbtest.Plan(t, w.db, q.text, q.args...)
			for _, line := range plan {
				if strings.Contains(line, "Seq Scan on notify_") || strings.HasPrefix(strings.TrimSpace(line), "SCAN notify_") && !strings.Contains(line, "INDEX") {
					t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
				}
				if strings.Contains(line, "TEMP B-TREE") {
					t.Errorf("%s sorts by itself:\n%s", name, strings.Join(plan, "\n"))
				}
			}
		}
	})
}

// What is older than its time goes, a part at a time; what waits stays, however old.
func TestWhatIsPastItsTimeIsForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		day := w.db.Now().AddDate(0, 0, -1)
		if err := w.db.Write(t.Context(), func(tx *db.Tx) error {
			for i, m := range []struct {
				state     string
				sent, end any
			}{
				{"delivered", db.Time{Time: day.AddDate(0, 0, -9)}, db.Time{Time: day.AddDate(0, 0, -8)}},
				{"failed", nil, db.Time{Time: day.AddDate(0, 0, -3)}},
				{"sent", db.Time{Time: day.AddDate(0, 0, -2)}, nil},
				{"waiting", nil, nil},
				{"delivered", db.Time{Time: day.AddDate(0, 0, -4)}, db.Time{Time: day.AddDate(0, 0, 1)}},
			} {
				if _, err := tx.Exec(t.Context(), `INSERT INTO notify_messages (id, channel, about, recipient, text, state, created_at, sent_at, ended_at)
					VALUES ($1, 'sms', 'a', '', '', $2, $3, $4, $5)`, fmt.Sprint("m", i), m.state, db.Time{Time: day.AddDate(-1, 0, 0)}, m.sent, m.end); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		before := db.Time{Time: day}
		n, oldest, err := notify.CountPast(t.Context(), w.db, notify.PastMessages, before)
		if err != nil || n != 3 || !oldest.Equal(day.AddDate(0, 0, -8)) {
			t.Errorf("%d are past their time, the oldest of %v: %v", n, oldest, err)
		}
		for _, want := range []int{2, 1, 0} {
			if err := w.db.Write(t.Context(), func(tx *db.Tx) error {
				gone, err := notify.ForgetPast(t.Context(), tx, notify.PastMessages, before, 2)
				if gone != want {
					t.Errorf("forgot %d, want %d", gone, want)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		var left int
		if err := w.db.QueryRow(t.Context(), `SELECT COUNT(*) FROM notify_messages WHERE id IN ('m3', 'm4')`).Scan(&left); err != nil || left != 2 {
			t.Errorf("%d of the two that stay are there: %v", left, err)
		}
		if n, oldest, err := notify.CountPast(t.Context(), w.db, notify.PastNotices, before); err != nil || n != 0 || !oldest.IsZero() {
			t.Errorf("nothing was told, and %d are past (%v): %v", n, oldest, err)
		}
		if _, _, err := notify.CountPast(t.Context(), w.db, "costs", before); err == nil {
			t.Error("what is no kind was counted")
		}
	})
}
