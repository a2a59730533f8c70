// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/modules/appointments/internal/store"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

const (
	ward  = "phuong-a"
	other = "phuong-b"
	about = "xac-nhan-cu-tru"
)

// told keeps what people were told, in place of channels.
type told struct {
	mu  sync.Mutex
	all []notify.Notice
}

func (t *told) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !slices.ContainsFunc(t.all, func(o notify.Notice) bool { return o.Key == n.Key }) {
		t.all = append(t.all, n)
	}
	return nil
}

func (t *told) of(event string) (n int) {
	for _, one := range t.all {
		if one.Event == event {
			n++
		}
	}
	return n
}

type world struct {
	*core.Service

	db             *db.DB
	clock          *dbtest.Clock
	told           *told
	clerk, leader  identity.Actor
	foreign, plain identity.Actor
	counters       []string
	kiosk          string
}

// each runs f at an office with two counters, where two people can come every
// quarter of an hour: Mondays to Fridays 7:30 to 11:00, Saturdays from 8:00 to 9:00.
// Wednesday is a holiday.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	sets := []db.Migrations{orgs.Migrations(), audit.Migrations(), jobs.Migrations(), events.Migrations(), store.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ok(t, d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := orgs.Apply(t.Context(), tx, []orgs.Unit{{ID: ward, Kind: orgs.Ward, Name: i18n.Text{VI: "Phường A"}}, {ID: other, Kind: orgs.Ward, Name: i18n.Text{VI: "Phường B"}}})
			return err
		}))
		week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
		for day := time.Monday; day <= time.Friday; day++ {
			week.Days[day] = []calendar.Span{{From: 7*60 + 30, To: 11*60 + 30}, {From: 13*60 + 30, To: 17*60 + 30}}
		}
		cal, err := calendar.New(calendar.Config{Weeks: []calendar.Week{week}, Rules: []calendar.Rule{{ID: "le", Kind: calendar.Solar, Month: 3, Day: 4, Basis: "b"}}})
		ok(t, err)
		w := &world{db: d, clock: c, told: &told{}, Service: nil}
		w.Service = core.New(core.Deps{
			DB: d, Keys: crypt.Ephemeral(), Procedures: procedurestest.NewFinder(procedurestest.Version(t)), Messages: w.told, Address: "https://dichvucong.example.vn",
			Calendar: func(string) *calendar.Calendar { return cal },
			Fields: func(context.Context) (map[string]i18n.Text, error) {
				return map[string]i18n.Text{"cu-tru": {VI: "Cư trú"}, "ho-tich": {VI: "Hộ tịch"}}, nil
			},
		})
		act := func(name, unit string, ps ...identity.Permission) identity.Actor {
			a := identity.NewActor(name, "p-"+name)
			a.Unit = unit
			for _, p := range ps {
				a = a.Grant(p, identity.Place{Unit: unit})
			}
			return a
		}
		w.clerk, w.leader = act("clerk", ward, appointments.PermServe), act("leader", ward, appointments.PermPlan)
		w.foreign, w.plain = act("foreign", other, appointments.PermServe, appointments.PermPlan), act("plain", ward)
		ok(t, w.SaveManner(t.Context(), w.leader, core.Manner{Takes: true, Ahead: 14, Slot: 15, Late: 10}))
		for n, fields := range [][]string{{"cu-tru"}, {"cu-tru", "ho-tich"}} {
			id, err := w.SaveCounter(t.Context(), w.leader, core.CounterInput{Number: n + 1, Fields: fields})
			ok(t, err)
			w.counters = append(w.counters, id)
		}
		ok(t, w.AddHours(t.Context(), w.leader, core.HoursInput{Weekdays: []int{1, 2, 3, 4, 5}, From: "7:30", To: "11:00", Places: 2}))
		ok(t, w.AddHours(t.Context(), w.leader, core.HoursInput{Weekdays: []int{6}, From: "08:00", To: "09:00", Places: 1, Outside: true}))
		u, err := w.GetSetup(t.Context(), w.clerk)
		ok(t, err)
		w.kiosk = u.Kiosk[strings.LastIndex(u.Kiosk, "/")+1:]
		f(t, w)
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func wrongField(t *testing.T, err error, name string) {
	t.Helper()
	known, is := errors.AsType[*errs.Error](err)
	if !is || !slices.ContainsFunc(known.Fields, func(f errs.Field) bool { return f.Name == name }) {
		t.Errorf("got %v, want a mistake in %s", err, name)
	}
}

// at is a moment of a day of March 2026; the test begins on Monday the 2nd at 9:30.
func at(day, hour, minute int) time.Time {
	return calendar.Date{Year: 2026, Month: time.March, Day: day}.At(hour*60 + minute)
}

func (w *world) until(t time.Time) { w.clock.Advance(t.Sub(w.clock.Now())) }

func (w *world) booked(t *testing.T, when time.Time, phone string) string {
	t.Helper()
	code, err := w.Book(t.Context(), identity.Actor{}, core.Asking{Unit: ward, Procedure: about, At: when, Name: "Nguyễn Văn Mẫu", Phone: phone})
	ok(t, err)
	return code
}

func TestSlotsFollowTheCalendar(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.Choose(t.Context(), ward, about)
		ok(t, err)
		free := map[string]int{}
		for _, d := range c.Days {
			free[d.Date.String()] = d.Free
		}
		for day, want := range map[string]int{
			"2026-03-02": 4,  // it is 9:30: 10:00 to 10:45
			"2026-03-03": 14, // 7:30 to 10:45
			"2026-03-04": 0,  // a holiday
			"2026-03-07": 4,  // Saturday, outside working hours
			"2026-03-08": 0,
		} {
			if free[day] != want {
				t.Errorf("%s: %d free slots, want %d", day, free[day], want)
			}
		}
		_, err = w.Choose(t.Context(), other, about)
		refused(t, "an office that takes nobody", err, appointments.ErrShut)
		_, err = w.Choose(t.Context(), ward, "khong-co")
		refused(t, "a procedure that is none", err, appointments.ErrNotServed)
		ok(t, w.DropCounter(t.Context(), w.leader, w.counters[0]))
		_, err = w.SaveCounter(t.Context(), w.leader, core.CounterInput{ID: w.counters[1], Number: 2, Fields: []string{"ho-tich"}})
		ok(t, err)
		_, err = w.Choose(t.Context(), ward, about)
		refused(t, "a procedure that no counter serves", err, appointments.ErrNotServed)
		p, err := w.ListOffices(t.Context(), about, "", core.OfficeAfter{})
		ok(t, err)
		if len(p.All) != 0 {
			t.Errorf("offered for it all the same: %v", p.All)
		}
		if p, err = w.ListOffices(t.Context(), "", "phuong a", core.OfficeAfter{}); err != nil || len(p.All) != 1 {
			t.Errorf("found by name without marks: %v, %v", p.All, err)
		}
	})
}

func TestSetupIsChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		wrongField(t, w.SaveManner(ctx, w.leader, core.Manner{Ahead: 0, Slot: 15}), "ahead")
		_, err := w.SaveCounter(ctx, w.leader, core.CounterInput{Number: 1})
		wrongField(t, err, "number")
		_, err = w.SaveCounter(ctx, w.leader, core.CounterInput{Number: 9, Fields: []string{"x"}})
		wrongField(t, err, "fields")
		wrongField(t, w.AddHours(ctx, w.leader, core.HoursInput{From: "7:30", To: "11:00", Places: 1}), "weekday")
		wrongField(t, w.AddHours(ctx, w.leader, core.HoursInput{Weekdays: []int{1}, From: "17:00", To: "7:00", Places: 1}), "to")
		wrongField(t, w.AddHours(ctx, w.leader, core.HoursInput{Weekdays: []int{1}, From: "10:00", To: "12:00", Places: 1}), "from")
		refused(t, "a clerk", w.SaveManner(ctx, w.clerk, core.Manner{}), errs.New(errs.Forbidden, "access.not_allowed"))
		refused(t, "another unit", w.DropCounter(ctx, w.foreign, w.counters[0]), appointments.ErrNotFound)
		ok(t, w.RenewKiosk(ctx, w.leader))
		_, err = w.AtKiosk(ctx, ward, w.kiosk)
		refused(t, "the old address of a kiosk", err, appointments.ErrKey)
	})
}

func TestAnAppointmentIsMadeMovedAndCancelled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, nobody := t.Context(), identity.Actor{}
		_, err := w.Book(ctx, nobody, core.Asking{Unit: ward, At: at(3, 8, 0), Name: " ", Phone: "12"})
		wrongField(t, err, "name")
		wrongField(t, err, "phone")
		_, err = w.Book(ctx, nobody, core.Asking{Unit: ward, At: at(3, 8, 1), Name: "A", Phone: "0912345678"})
		refused(t, "no slot", err, appointments.ErrNoSlot)
		code := w.booked(t, at(3, 8, 0), "+84 912 345 678")
		_, err = w.Book(ctx, nobody, core.Asking{Unit: ward, At: at(5, 8, 0), Name: "A", Phone: "0912345678"})
		refused(t, "a second one", err, appointments.ErrHasOne)
		v, err := w.Find(ctx, "https://dichvucong.example.vn/lich-hen/"+strings.ToLower(code))
		ok(t, err)
		if v.PhoneEnd != "678" || v.State != appointments.Booked || !v.At.Equal(at(3, 8, 0)) || v.About.VI == "" {
			t.Errorf("%+v", v)
		}
		_, err = w.Find(ctx, "AAAAAAAA")
		refused(t, "a code that is none", err, appointments.ErrNotFound)

		// Both reminders of the first time are void once it is moved.
		ok(t, w.Move(ctx, nobody, code, at(5, 9, 0)))
		refused(t, "a holiday", w.Move(ctx, nobody, code, at(4, 9, 0)), appointments.ErrNoSlot)
		w.until(at(3, 7, 0))
		w.work(t)
		if n := w.told.of(appointments.NoticeRemind); n != 0 {
			t.Errorf("reminded %d times of a time that was left", n)
		}
		w.until(at(4, 9, 5))
		w.work(t)
		w.until(at(5, 7, 5))
		w.work(t)
		if n := w.told.of(appointments.NoticeRemind); n != 2 {
			t.Errorf("reminded %d times, want a day and two hours before", n)
		}
		if n := w.told.of(appointments.NoticeBooked); n != 2 {
			t.Errorf("told %d times of a time", n)
		}
		ok(t, w.Cancel(ctx, nobody, code))
		refused(t, "cancelled twice", w.Cancel(ctx, nobody, code), appointments.ErrOver)
		refused(t, "moved after that", w.Move(ctx, nobody, code, at(6, 9, 0)), appointments.ErrOver)
		w.booked(t, at(6, 9, 0), "0912345678") // free to make another
	})
}

// work does the jobs that are due.
func (w *world) work(t *testing.T) {
	t.Helper()
	for {
		did, err := jobs.Work(t.Context(), w.db, map[jobs.Kind]jobs.Handler{core.JobRemind: w.Remind})
		ok(t, err)
		if !did {
			return
		}
	}
}

// Of many who want the last place one gets it, and the others are offered others.
func TestTheLastPlaceGoesToOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		when := at(7, 8, 15) // Saturday: one place
		var wg sync.WaitGroup
		var mu sync.Mutex
		got, full := 0, 0
		for i := range 8 {
			wg.Go(func() {
				_, err := w.Book(t.Context(), identity.Actor{}, core.Asking{Unit: ward, At: when, Name: "A", Phone: fmt.Sprintf("091234567%d", i)})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					got++
				case errors.Is(err, appointments.ErrFull):
					full++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got != 1 || full != 7 {
			t.Fatalf("%d got it, %d were told that it is full", got, full)
		}
		near, err := w.Nearest(t.Context(), ward, when, 3)
		ok(t, err)
		if len(near) != 3 || !near[0].At.Equal(at(7, 8, 0)) || !near[1].At.Equal(at(7, 8, 30)) {
			t.Errorf("offered %v", near)
		}
	})
}

// One telephone has one appointment, also when it asks many times at once.
func TestATelephoneHasOneAppointment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := 0
		for i := range 6 {
			wg.Go(func() {
				if _, err := w.Book(t.Context(), identity.Actor{}, core.Asking{Unit: ward, At: at(3, 8, 15*(i%4)), Name: "A", Phone: "0912345678"}); err == nil {
					mu.Lock()
					got++
					mu.Unlock()
				} else if !errors.Is(err, appointments.ErrHasOne) && !errors.Is(err, appointments.ErrFull) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got != 1 {
			t.Errorf("%d appointments", got)
		}
	})
}

func TestADayIsClosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, second := w.booked(t, at(3, 8, 0), "0912345671"), w.booked(t, at(3, 8, 0), "0912345672")
		_, err := w.CloseDay(ctx, w.leader, "2026-03-01", "Bão")
		wrongField(t, err, "day")
		_, err = w.CloseDay(ctx, w.leader, "2026-03-03", "")
		wrongField(t, err, "reason")
		_, err = w.CloseDay(ctx, w.clerk, "2026-03-03", "Bão")
		refused(t, "a clerk", err, errs.New(errs.Forbidden, "access.not_allowed"))
		n, err := w.CloseDay(ctx, w.leader, "2026-03-03", "Bão số 4")
		ok(t, err)
		if n != 2 || w.told.of(appointments.NoticeClosed) != 2 {
			t.Errorf("%d displaced, %d told", n, w.told.of(appointments.NoticeClosed))
		}
		_, err = w.CloseDay(ctx, w.leader, "2026-03-03", "Bão số 4")
		refused(t, "closed twice", err, appointments.ErrClosed)
		_, err = w.Book(ctx, identity.Actor{}, core.Asking{Unit: ward, At: at(3, 9, 0), Name: "A", Phone: "0912345673"})
		refused(t, "a closed day", err, appointments.ErrNoSlot)
		ok(t, w.Move(ctx, identity.Actor{}, first, at(5, 8, 0)))
		ok(t, w.Cancel(ctx, identity.Actor{}, second))
		v, err := w.Find(ctx, first)
		ok(t, err)
		if v.State != appointments.Booked {
			t.Errorf("it is %s", v.State)
		}
		ok(t, w.OpenDay(ctx, w.leader, "2026-03-03"))
		c, err := w.Choose(ctx, ward, "")
		ok(t, err)
		if c.Days[1].Free != 14 {
			t.Errorf("%d slots of that day are free again", c.Days[1].Free)
		}
		w.booked(t, at(3, 8, 0), "0912345674")
		w.booked(t, at(3, 8, 0), "0912345675") // both places are there again
	})
}

// What an office sees of its day, nobody else does; after a month it names nobody.
func TestNamesOfADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.booked(t, at(3, 8, 0), "0912345678")
		g, err := w.ListDay(ctx, w.clerk, "2026-03-03", core.BookingAfter{})
		ok(t, err)
		if len(g.All) != 1 || g.All[0].Who != "Nguyễn Văn Mẫu" || g.All[0].Phone != "0912345678" {
			t.Fatalf("%+v", g.All)
		}
		read, err := audit.List(ctx, w.db, audit.Filter{Event: appointments.AuditListed}, "", 10)
		ok(t, err)
		if len(read) != 1 {
			t.Errorf("recorded %d times", len(read))
		}
		f, err := w.ListDay(ctx, w.foreign, "2026-03-03", core.BookingAfter{})
		ok(t, err)
		if len(f.All) != 0 {
			t.Errorf("another unit sees %+v", f.All)
		}
		_, err = w.ListDay(ctx, w.plain, "", core.BookingAfter{})
		refused(t, "no right", err, errs.New(errs.Forbidden, "access.not_allowed"))
		_, err = w.Admit(ctx, w.foreign, g.All[0].ID)
		refused(t, "taken in elsewhere", err, appointments.ErrNotFound)
		refused(t, "missed too early", w.Miss(ctx, w.clerk, g.All[0].ID), appointments.ErrEarly)
		w.until(at(3, 8, 30))
		ok(t, w.Miss(ctx, w.clerk, g.All[0].ID))
		w.until(at(3, 8, 30).AddDate(0, 0, 31))
		ok(t, w.EraseOld(ctx))
		ok(t, w.EraseOld(ctx))
		g, err = w.ListDay(ctx, w.clerk, "2026-03-03", core.BookingAfter{})
		ok(t, err)
		if len(g.All) != 1 || g.All[0].Who != "" || g.All[0].Phone != "" {
			t.Errorf("kept: %+v", g.All)
		}
	})
}
