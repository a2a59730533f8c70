// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/platform/db"
)

// box keeps notices by the moment they were told.
type box struct{ told map[string][]time.Time }

func (b *box) CountPast(_ context.Context, kind string, before db.Time) (n int, oldest db.Time, err error) {
	for _, at := range b.told[kind] {
		if at.Before(before.Time) {
			n++
			if oldest.IsZero() || at.Before(oldest.Time) {
				oldest = db.Time{Time: at}
			}
		}
	}
	return n, oldest, nil
}

func (b *box) ForgetPast(_ context.Context, _ *db.Tx, kind string, before db.Time, limit int) (n int, err error) {
	var left []time.Time
	for _, at := range b.told[kind] {
		if n < limit && at.Before(before.Time) {
			n++
			continue
		}
		left = append(left, at)
	}
	b.told[kind] = left
	return n, nil
}

// Notices and messages end with the day that their rule says; the page counts them
// before, and what has no rule stays.
func TestNoticesAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		now := w.DB.Now().Time
		b := &box{told: map[string][]time.Time{}}
		for n := range 180 { // three batches and a bit of months past
			b.told["notice"] = append(b.told["notice"], now.AddDate(0, -13, -n))
		}
		b.told["notice"] = append(b.told["notice"], now.AddDate(0, -11, -5), now)
		b.told["message"] = []time.Time{now.AddDate(-9, 0, 0)}
		w.svc.Told = b
		rule := retention.Rule{ID: "thong-bao", What: retention.KeptNotices, From: "told", Action: retention.Forget, Amount: 12, Unit: "months", Name: i18n.Text{VI: "Thông báo"}, Unverified: true}
		w.apply(t, rule)
		all, err := w.svc.ListRules(t.Context(), w.one)
		must(t, err)
		if s := all.Rules[0]; s.Now.Count != 180 || s.Soon.Count != 181 || !s.Now.Oldest.Equal(now.AddDate(0, -13, -179)) {
			t.Errorf("due now %d, soon %d, oldest %v", s.Now.Count, s.Soon.Count, s.Now.Oldest)
		}
		if n, err := w.svc.ForgetTold(t.Context()); err != nil || n != 180 || len(b.told["notice"]) != 2 || len(b.told["message"]) != 1 {
			t.Errorf("forgotten %d, left %d and %d: %v", n, len(b.told["notice"]), len(b.told["message"]), err)
		}
		if n, err := w.svc.ForgetTold(t.Context()); err != nil || n != 0 {
			t.Errorf("again: %d %v", n, err)
		}
		if _, err := w.svc.ProposeRun(t.Context(), w.one, rule.ID); err == nil {
			t.Error("a run was proposed for what is forgotten by itself")
		}
	})
}
