// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
)

// walk gives a number to who came without an appointment.
func (w *world) walk(t *testing.T, field string) core.Arrival {
	t.Helper()
	a, err := w.TakeNumber(t.Context(), ward, w.kiosk, field)
	ok(t, err)
	return a
}

func (w *world) checkIn(t *testing.T, code string) core.Arrival {
	t.Helper()
	a, err := w.CheckIn(t.Context(), ward, w.kiosk, code)
	ok(t, err)
	return a
}

// called calls the next to a counter, and finishes with it.
func (w *world) called(t *testing.T, counter string) string {
	t.Helper()
	a, err := w.CallNext(t.Context(), w.clerk, counter)
	ok(t, err)
	ok(t, w.Finish(t.Context(), w.clerk, counter, a.ID, true))
	return a.Label
}

func TestWhoIsCalledNext(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		codes := []string{w.booked(t, at(3, 8, 0), "0912345671"), w.booked(t, at(3, 8, 0), "0912345672"), w.booked(t, at(3, 8, 15), "0912345673"), w.booked(t, at(3, 9, 0), "0912345674")}
		w.until(at(3, 7, 50))
		for range 3 {
			w.walk(t, "") // T001 to T003
		}
		w.checkIn(t, codes[3]) // H004, for 9:00
		w.checkIn(t, codes[2]) // H005, for 8:15
		w.checkIn(t, codes[0]) // H006, for 8:00
		if got := w.called(t, w.counters[0]); got != "T001" {
			t.Errorf("before 8:00: %s", got)
		}
		w.until(at(3, 8, 5))
		w.checkIn(t, codes[1]) // H007, for 8:00, in time
		w.until(at(3, 8, 16))
		for _, want := range []string{
			"H006", "H007", // both of 8:00
			"T002", // after two with an appointment one without
			"H005",
			"T003", // nobody else is due: the one of 9:00 is early
			"H004", // and is called early when nobody else waits
		} {
			w.clock.Advance(1e9) // calls follow each other
			if got := w.called(t, w.counters[1]); got != want {
				t.Errorf("called %s, want %s", got, want)
			}
		}
		_, err := w.CallNext(t.Context(), w.clerk, w.counters[0])
		refused(t, "an empty hall", err, appointments.ErrNobody)
	})
}

func TestWhoComesLateWaitsLikeOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		code := w.booked(t, at(3, 8, 0), "0912345671")
		_, err := w.CheckIn(ctx, ward, w.kiosk, code)
		refused(t, "a day before", err, appointments.ErrEarly)
		_, err = w.CheckIn(ctx, ward, "00", code)
		refused(t, "not at the kiosk", err, appointments.ErrKey)
		w.until(at(3, 8, 11))
		w.walk(t, "")
		w.clock.Advance(60e9)
		late := w.checkIn(t, code)
		if late.Kept || late.Ahead != 1 {
			t.Errorf("%+v", late)
		}
		if again := w.checkIn(t, code); again.ID != late.ID {
			t.Error("checked in twice, there are two numbers")
		}
		if got := w.called(t, w.counters[0]); got != "T001" {
			t.Errorf("%s was called before who came first", got)
		}
	})
}

func TestAtACounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.until(at(3, 8, 0))
		w.walk(t, "ho-tich") // for counter 2 only
		_, err := w.TakeNumber(ctx, ward, w.kiosk, "dat-dai")
		refused(t, "a field that nobody serves", err, appointments.ErrNotServed)
		_, err = w.CallNext(ctx, w.clerk, w.counters[0])
		refused(t, "a counter for something else", err, appointments.ErrNobody)
		a, err := w.CallNext(ctx, w.clerk, w.counters[1])
		ok(t, err)
		_, err = w.CallNext(ctx, w.clerk, w.counters[1])
		refused(t, "a counter with somebody", err, appointments.ErrBusy)
		refused(t, "another number", w.CallAgain(ctx, w.clerk, w.counters[1], "x"), appointments.ErrMoved)
		_, err = w.CallNext(ctx, w.foreign, w.counters[1])
		refused(t, "a clerk of another unit", err, appointments.ErrNotFound)
		ok(t, w.CallAgain(ctx, w.clerk, w.counters[1], a.ID))
		h, err := w.GetHall(ctx, ward)
		ok(t, err)
		if len(h.Calls) != 1 || h.Calls[0] != (core.Call{Number: "T001", Counter: 2, Times: 2, At: at(3, 8, 0).UTC()}) && h.Calls[0].Times != 2 {
			t.Errorf("the hall shows %+v", h.Calls)
		}
		ok(t, w.Finish(ctx, w.clerk, w.counters[1], a.ID, false))
		refused(t, "finished twice", w.Finish(ctx, w.clerk, w.counters[1], a.ID, true), appointments.ErrMoved)
		p, err := w.GetPlace(ctx, a.ID)
		ok(t, err)
		if p.State != core.Absent {
			t.Errorf("it is %s", p.State)
		}
		ok(t, w.Return(ctx, w.clerk, w.counters[1], a.ID))
		if got := w.called(t, w.counters[1]); got != "T001" {
			t.Errorf("%s was called", got)
		}
		if n, err := events.Count(ctx, w.db); err != nil || n != 1 {
			t.Errorf("%d were announced as served, %v", n, err)
		}
	})
}

// Two counters that call at once never call the same number.
func TestTwoCountersAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.until(at(3, 8, 0))
		const people = 12
		for range people {
			w.walk(t, "")
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]int{}
		for _, counter := range w.counters {
			wg.Go(func() {
				for {
					a, err := w.CallNext(t.Context(), w.clerk, counter)
					if errors.Is(err, appointments.ErrNobody) {
						return
					}
					if err == nil {
						err = w.Finish(t.Context(), w.clerk, counter, a.ID, true)
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					seen[a.Label]++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != people {
			t.Errorf("%d numbers were called: %v", len(seen), seen)
		}
		for label, n := range seen {
			if n != 1 {
				t.Errorf("%s was called %d times", label, n)
			}
		}
	})
}

func TestWaitingTimes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.until(at(3, 8, 0))
		for range 10 {
			w.walk(t, "")
		}
		for range 10 { // they wait 3, 6, … 30 minutes
			w.clock.Advance(180e9)
			w.called(t, w.counters[0])
		}
		code := w.booked(t, at(3, 10, 0), "0912345671")
		w.until(at(3, 9, 50))
		w.checkIn(t, code)
		w.called(t, w.counters[0]) // before its time: it has not waited
		r, err := w.Waits(ctx, w.leader, "", "")
		ok(t, err)
		if r.All.People != 11 || len(r.Hours) != 2 || r.Hours[0] != (core.Hour{Hour: 8, People: 10, Half: 15, Most: 27}) || r.Hours[1] != (core.Hour{Hour: 10, People: 1, Kept: 1}) || r.Appointments != 1 || r.Missed != 0 {
			t.Errorf("%+v", r)
		}
		_, err = w.Waits(ctx, w.leader, "2026-01-01", "2026-12-31")
		wrongField(t, err, "to")
		f, err := w.Waits(ctx, w.foreign, "", "")
		ok(t, err)
		if f.All.People != 0 {
			t.Errorf("another unit counts %d", f.All.People)
		}
		if _, err := w.ExportWaits(ctx, w.leader, "", ""); err != nil {
			t.Error(err)
		}
		w.until(at(5, 8, 20))
		a := w.walk(t, "")
		p, err := w.GetPlace(ctx, a.ID)
		ok(t, err)
		if p.Estimate == nil || *p.Estimate != (core.Estimate{From: 15, To: 27}) {
			t.Errorf("estimated %+v", p.Estimate)
		}
	})
}
