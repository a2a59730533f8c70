// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func staged(t *testing.T, s *Store, size int, own bool) Staged {
	t.Helper()
	st, err := s.Receive(t.Context(), strings.NewReader(strings.Repeat("x", size)), Meta{Name: "a.txt", Allow: everything(), Limit: 64 << 20, Own: own})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func args(err error) map[string]any {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Args
	}
	return nil
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		plain, _ := store(t)
		s := plain.With(Options{Quota: Quota{AccountDay: 10 * mb, Subject: 6 * mb}})
		keep := func(st Staged, subject, account string) (f File, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				f, err = s.Keep(ctx, tx, st, Subject{"dossier", subject}, account)
				return err
			})
			return f, err
		}
		four := staged(t, s, 4*mb, false)
		first, err := keep(four, "1", "an")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keep(four, "1", "binh"); !errors.Is(err, ErrSubjectQuota) || args(err)["left"] != int64(2) || args(err)["asked"] != int64(4) {
			t.Errorf("too much for a subject: %v %v", err, args(err))
		}
		if _, err := keep(four, "2", "an"); err != nil {
			t.Errorf("another subject: %v", err)
		}
		_, err = keep(four, "3", "an")
		if !errors.Is(err, ErrDayQuota) || args(err)["left"] != int64(2) || errs.KindOf(err) != errs.TooMany {
			t.Errorf("too much for a day: %v %v", err, args(err))
		}
		if page, err := List(ctx, d, Subject{"dossier", "3"}, "", 10); err != nil || len(page) > 0 {
			t.Errorf("kept all the same: %v %v", page, err)
		}
		if _, err := keep(four, "3", "binh"); err != nil {
			t.Errorf("another account, whose refused file is not counted: %v", err)
		}
		if _, err := keep(staged(t, s, 9*mb, true), "1", "an"); err != nil {
			t.Errorf("a file of this program: %v", err)
		}
		if _, err := keep(staged(t, s, 2*mb, false), "4", "an"); err != nil {
			t.Errorf("exactly what is left: %v", err)
		}
		// What is erased makes room in its subject, once, but not in the day.
		erase := func() error {
			return d.Write(ctx, func(tx *db.Tx) error { return Erase(ctx, tx, first.Subject, first.ID) })
		}
		if err := errors.Join(erase(), erase()); err != nil {
			t.Fatal(err)
		}
		if _, err := keep(four, "1", "chi"); err != nil {
			t.Errorf("after erasing: %v", err)
		}
		if _, err := keep(four, "1", "chi"); !errors.Is(err, ErrSubjectQuota) {
			t.Errorf("room was made twice: %v", err)
		}
		if _, err := keep(four, "5", "an"); !errors.Is(err, ErrDayQuota) || args(err)["left"] != int64(0) {
			t.Errorf("erasing made room in the day: %v %v", err, args(err))
		}
		// The day ends at midnight in Vietnam.
		now := c.Now().In(clock.Vietnam())
		c.Advance(time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, clock.Vietnam()).Sub(now) - time.Second)
		if _, err := keep(four, "5", "an"); !errors.Is(err, ErrDayQuota) {
			t.Errorf("before midnight: %v", err)
		}
		c.Advance(time.Second)
		if _, err := keep(four, "5", "an"); err != nil {
			t.Errorf("on the next day: %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return ForgetUsage(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
		var days, subjects int
		if err := d.QueryRow(ctx, `SELECT COUNT(DISTINCT day) FROM files_usage WHERE kind = 'account'`).Scan(&days); err != nil || days != 2 {
			t.Errorf("%d days: %v", days, err)
		}
		c.Advance(48 * time.Hour)
		if err := d.Write(ctx, func(tx *db.Tx) error { return ForgetUsage(ctx, tx) }); err != nil {
			t.Fatal(err)
		}
		err = errors.Join(d.QueryRow(ctx, `SELECT COUNT(DISTINCT day) FROM files_usage WHERE kind = 'account'`).Scan(&days),
			d.QueryRow(ctx, `SELECT COUNT(*) FROM files_usage WHERE kind <> 'account'`).Scan(&subjects))
		if err != nil || days != 0 || subjects != 5 {
			t.Errorf("%d days, %d subjects left: %v", days, subjects, err)
		}
	})
}

func TestNoQuotaIsNoLimit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, _ := store(t)
		s = s.With(Options{})
		st := staged(t, s, 1<<20, false)
		if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := s.Keep(t.Context(), tx, st, Subject{"d", "1"}, "an"); return err }); err != nil {
			t.Error(err)
		}
	})
}

func TestTwoCannotBothTakeTheRest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s, _ := store(t)
		s = s.With(Options{Quota: Quota{Subject: 3 << 20}})
		st := staged(t, s, 1<<20, false)
		var all sync.WaitGroup
		errors12 := make([]error, 12)
		for i := range errors12 {
			all.Go(func() {
				errors12[i] = d.Write(ctx, func(tx *db.Tx) error {
					_, err := s.Keep(ctx, tx, st, Subject{"d", "1"}, string(rune('a'+i)))
					return err
				})
			})
		}
		all.Wait()
		kept := 0
		for _, err := range errors12 {
			if err == nil {
				kept++
			} else if !errors.Is(err, ErrSubjectQuota) {
				t.Error(err)
			}
		}
		if kept != 3 {
			t.Errorf("%d were kept where 3 have room", kept)
		}
	})
}

func TestUnderAHoldNothingIsErased(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s, dir := store(t)
		owner := Subject{"dossier", "1"}
		st := staged(t, s, 100, false)
		var f File
		write := func(do func(tx *db.Tx) error) error { return d.Write(ctx, do) }
		if err := write(func(tx *db.Tx) (err error) { f, err = s.Keep(ctx, tx, st, owner, "an"); return err }); err != nil {
			t.Fatal(err)
		}
		var held [2]Held
		for i := range held {
			if err := write(func(tx *db.Tx) (err error) {
				held[i], err = Hold(ctx, tx, owner, "Quyết định 12", "ha")
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := Holds(ctx, d, owner); err != nil || len(got) != 2 || got[0] != held[0] || got[1] != held[1] {
			t.Errorf("%+v %v", got, err)
		}
		erase := func() error { return write(func(tx *db.Tx) error { return Erase(ctx, tx, owner, f.ID) }) }
		lift := func(owner Subject, id string) error {
			return write(func(tx *db.Tx) error { return Lift(ctx, tx, owner, id, "hết thời hạn", "ha") })
		}
		still := func(when string) {
			t.Helper()
			if err := erase(); !errors.Is(err, ErrHeld) || errs.KindOf(err) != errs.Conflict {
				t.Errorf("%s: %v", when, err)
			}
			old := time.Now().Add(-48 * time.Hour)
			for _, p := range blobs(t, dir) {
				if err := os.Chtimes(p, old, old); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := s.Sweep(ctx, d); n != 0 || err != nil {
				t.Errorf("%s: swept %d, %v", when, n, err)
			}
			r, _, err := s.Open(ctx, d, owner, f.ID)
			if err != nil {
				t.Fatalf("%s: %v", when, err)
			}
			if text, err := io.ReadAll(r); err != nil || len(text) != 100 || r.Close() != nil {
				t.Errorf("%s: %d bytes, %v", when, len(text), err)
			}
		}
		still("two holds")
		if err := lift(Subject{"dossier", "2"}, held[0].ID); !errors.Is(err, ErrNotHeld) {
			t.Errorf("the hold of another: %v", err)
		}
		if err := lift(owner, held[0].ID); err != nil {
			t.Fatal(err)
		}
		still("one hold")
		if err := errors.Join(lift(owner, held[1].ID), erase()); err != nil {
			t.Errorf("without a hold: %v", err)
		}
		if err := lift(owner, held[1].ID); !errors.Is(err, ErrNotHeld) {
			t.Errorf("lifted twice: %v", err)
		}
		if n, err := s.Sweep(ctx, d); n != 1 || err != nil {
			t.Errorf("swept %d: %v", n, err)
		}
		if err := write(func(tx *db.Tx) error { _, err := Hold(ctx, tx, owner, "", "ha"); return err }); !errors.Is(err, ErrNoReason) {
			t.Errorf("without a reason: %v", err)
		}
	})
}

// A hold and an erasure at once: either the file is erased before, or it is held.
func TestAHoldAndAnErasureAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s, _ := store(t)
		owner := Subject{"dossier", "1"}
		st := staged(t, s, 100, false)
		var f File
		if err := d.Write(ctx, func(tx *db.Tx) (err error) { f, err = s.Keep(ctx, tx, st, owner, "an"); return err }); err != nil {
			t.Fatal(err)
		}
		held, stay := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := Hold(ctx, tx, owner, "Quyết định 12", "ha")
				close(held)
				<-stay
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-held
		all.Go(func() {
			if err := d.Write(ctx, func(tx *db.Tx) error { return Erase(ctx, tx, owner, f.ID) }); !errors.Is(err, ErrHeld) {
				t.Errorf("erased while a hold was placed: %v", err)
			}
		})
		time.Sleep(50 * time.Millisecond) // the erasure shall meet the open transaction; too short a time only makes the test weaker
		close(stay)
		all.Wait()
	})
}
