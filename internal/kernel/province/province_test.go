// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package province_test

import (
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestApply(t *testing.T) {
	t.Parallel()
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{time.Monday: {{From: 7 * 60, To: 17 * 60}}}}
	first := province.Settings{
		Pack: "a", Fingerprint: "1", Name: i18n.Text{VI: "Tỉnh A"}, Demo: true,
		Starts: time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC), Started: dbtest.Now(), Calendar: calendar.Config{Weeks: []calendar.Week{week}},
	}
	dbtest.Each(t, []db.Migrations{province.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		apply := func(s province.Settings) (changed bool, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				changed, err = province.Apply(ctx, tx, s)
				return err
			})
			return changed, err
		}
		if _, err := province.Get(ctx, d); !errors.Is(err, province.ErrNotApplied) {
			t.Errorf("before: %v", err)
		}
		for _, want := range []bool{true, false} {
			if changed, err := apply(first); changed != want || err != nil {
				t.Fatalf("changed %v, %v", changed, err)
			}
		}
		second := first
		second.Fingerprint, second.Started = "2", dbtest.Now().Add(time.Hour)
		if changed, err := apply(second); !changed || err != nil {
			t.Fatalf("changed %v, %v", changed, err)
		}
		got, err := province.Get(ctx, d)
		if err != nil || got.Fingerprint != "2" || !got.Started.Equal(dbtest.Now()) || got.Shift() != first.Starts.Sub(dbtest.Now()) ||
			len(got.Calendar.Weeks) != 1 || !got.Demo || !got.Applied.Equal(dbtest.Now()) {
			t.Errorf("got %+v, %v", got, err)
		}
		other := first
		other.Pack = "b"
		if _, err := apply(other); !errors.Is(err, province.ErrOther) {
			t.Errorf("another province: %v", err)
		}
		broken := second
		broken.Fingerprint, broken.Calendar.Weeks = "3", nil
		if _, err := apply(broken); err == nil {
			t.Error("a calendar without work was accepted")
		}
	})
}
