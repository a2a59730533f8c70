// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

type gateway struct {
	fail  error
	taken map[string]string
}

func (*gateway) Carries(string) bool { return true }

func (g *gateway) Send(_ context.Context, l notify.Letter) (notify.Receipt, error) {
	if g.fail != nil {
		return notify.Receipt{}, g.fail
	}
	g.taken[l.Key] = l.To + " " + l.Text
	return notify.Receipt{}, nil
}

func TestAMessageIsSentOnceAndAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{jobs.Migrations(), notify.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		g := &gateway{taken: map[string]string{}, fail: errors.New("down")}
		n := notify.New(notify.Options{DB: d, Keys: crypt.Ephemeral(), Lines: map[notify.ChannelID]notify.Line{notify.SMS: {Channel: g, Price: 300}}})
		errStop := errors.New("stop")
		long := "Hồ sơ đã được tiếp nhận, hẹn trả 26/11/2026. " + strings.Repeat("dài ", 60)
		for _, fail := range []error{errStop, nil} {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return errors.Join(n.SMS(ctx, tx, "d1", "0900000001", long), fail)
			}); !errors.Is(err, fail) {
				t.Fatal(err)
			}
		}
		handlers := map[jobs.Kind]jobs.Handler{notify.JobSend: n.Send}
		if did, err := jobs.Work(ctx, d, handlers); !did || err == nil {
			t.Fatalf("with the gateway down: %v, %v", did, err)
		}
		g.fail = nil
		c.Advance(time.Hour)
		if did, err := jobs.Work(ctx, d, handlers); !did || err != nil {
			t.Fatalf("%v, %v", did, err)
		}
		if did, err := jobs.Work(ctx, d, handlers); did || err != nil || len(g.taken) != 1 {
			t.Errorf("%v, %v, taken %v", did, err, g.taken)
		}
		for _, text := range g.taken {
			if !strings.HasPrefix(text, "0900000001 Ho so da duoc tiep nhan, hen tra 26/11/2026.") || len(text) != len("0900000001 ")+notify.MaxSMS {
				t.Errorf("got %q", text)
			}
		}
		var recipient, words string
		if err := d.QueryRow(ctx, `SELECT recipient, text FROM notify_messages`).Scan(&recipient, &words); err != nil ||
			strings.Contains(recipient, "0900") || strings.Contains(words, "Ho so") {
			t.Errorf("kept in clear: %q %q, %v", recipient, words, err)
		}
	})
}
