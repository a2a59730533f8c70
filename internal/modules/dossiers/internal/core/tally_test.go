// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/id"
)

// record is a dossier as its row has it.
type record struct {
	id                   string
	unit, procedure      string
	channel              int
	status               dossiers.Status
	accepted, due, ended time.Time
	asked, answered      time.Time
}

const putLife = `INSERT INTO dossiers_dossiers (id, version, reference, code, procedure_id, procedure_sha, form_sha, name_vi, name_en, channel, status,
	finance, delivery, sync, filed_by, helper, submitter_id, owner_id, basis, basis_sealed, owner_name, owner_folded, owner_number_index, owner_phone_index,
	owner_sealed, submitter_sealed, answers_sealed, helped_unit, received_unit, authority_unit, handler_unit, task, step, step_vi, step_en, action, post,
	step_due, assignee, assignee_name, work_due, submitted_at, accepted_by, accepted_at, due_at, finished_at, delivered_by, delivery_mode, receiver_sealed, reason, receipt_file)
VALUES ($1, 1, $1, $1, $2, 's', 's', 'Xác nhận', '', $3, $4, 'none', 'none', 'none', 'a', '', 'p', 'p', 'self', '', 'Nguyễn Văn Bảy', '', '', '', '', '', '', $5, $5, $5, $5,
	'', '', '', '', '', '', 0, '', '', 0, $6, '', $6, $7, $8, '', '', '', '', '')
	ON CONFLICT (id) DO UPDATE SET status = excluded.status, due_at = excluded.due_at, finished_at = excluded.finished_at`

const putAsked = `INSERT INTO dossiers_supplements (id, dossier_id, status, items_sealed, papers, days, until_at, asked_by, asked_at, answer_sealed, answered_by, ended_at, basis)
	VALUES ($1, $2, 4, '', 0, 10, 0, 'a', $3, '', '', $4, '') ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at`

// lives makes dossiers across two years, by a fixed rule: some late, some open, some waiting.
func lives(now time.Time, n int) (all []record) {
	for i := range n {
		h := func(mod int) int { return int(uint32(i*mod+i+mod)*2654435761>>9) % mod }
		l := record{id: fmt.Sprintf("00000000-0000-7000-8000-%012d", i+1), unit: []string{dossierstest.Ward, dossierstest.Other, dossierstest.Dept}[h(3)], procedure: []string{"p1", "p2"}[h(2)], channel: 1 + h(3)}
		l.accepted = now.Add(-time.Duration(1+h(700)) * 24 * time.Hour).Add(time.Duration(h(7)) * time.Hour)
		l.due = l.accepted.Add(time.Duration(1+h(12)) * 24 * time.Hour)
		l.status = dossiers.Processing
		switch h(11) {
		case 0:
			l.due = time.Time{}
		case 1: // waits: asked the day after it came
			l.asked, l.status = l.accepted.Add(24*time.Hour), dossiers.Supplement
		case 2: // was asked and has answered
			l.asked = l.accepted.Add(12 * time.Hour)
			l.answered = l.asked.Add(5 * 24 * time.Hour)
			l.due = l.due.Add(5 * 24 * time.Hour)
		}
		if end := l.accepted.Add(time.Duration(1+h(25)) * 24 * time.Hour); h(5) != 0 && l.status != dossiers.Supplement && end.Before(now) && end.After(l.answered) {
			l.ended, l.status = end, []dossiers.Status{dossiers.Finished, dossiers.Delivered, dossiers.Delivered, dossiers.Withdrawn, dossiers.Stopped}[h(5)]
		}
		all = append(all, l)
	}
	return all
}

func keep(t *testing.T, d *db.DB, all []record) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, l := range all {
			if _, err := tx.Exec(t.Context(), putLife, l.id, l.procedure, l.channel, int(l.status), l.unit, db.At(l.accepted), db.At(l.due), db.At(l.ended)); err != nil {
				return err
			}
			if !l.asked.IsZero() {
				if _, err := tx.Exec(t.Context(), putAsked, "q"+l.id, l.id, db.At(l.asked), db.At(l.answered)); err != nil {
					return err
				}
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO dossiers_counting (id, dossier_id) VALUES ($1, $2)`, id.New(), l.id); err != nil {
				return err
			}
		}
		return nil
	})
	ok(t, err)
}

func countAll(t *testing.T, s *core.Service) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = s.CountFigures(t.Context())
		ok(t, err)
	}
}

func day(at time.Time) calendar.Date { return calendar.On(at) }

// scratch counts without any figures: the definition in the plainest words.
func scratch(all []record, from, to calendar.Date, now time.Time, which func(l record) string) []dossiers.Figure {
	rows := map[string]*dossiers.Figure{}
	within := func(at time.Time) bool { return !at.IsZero() && !day(at).Before(from) && !to.Before(day(at)) }
	for _, l := range all {
		key := which(l)
		if key == "" {
			continue
		}
		f := rows[key]
		if f == nil {
			f = &dossiers.Figure{Key: key}
			rows[key] = f
		}
		if within(l.accepted) {
			f.Received[l.channel]++
		}
		if within(l.ended) {
			switch {
			case l.status == dossiers.Withdrawn:
				f.Withdrawn++
			case l.status == dossiers.Stopped:
				f.Stopped++
			case l.due.IsZero():
				f.Undated++
			case l.ended.After(l.due):
				f.Late++
			case day(l.ended).Before(day(l.due)):
				f.Early++
			default:
				f.OnTime++
			}
		}
		there := func(at calendar.Date, before bool) bool { // open when a day begins, or when it has ended
			if before {
				at = at.AddDays(-1)
			}
			return !at.Before(day(l.accepted)) && (l.ended.IsZero() || at.Before(day(l.ended)))
		}
		if there(from, true) {
			f.Opening++
		}
		if there(to, false) {
			f.Closing++
			stands := !l.asked.IsZero() && !to.Before(day(l.asked)) && (l.answered.IsZero() || to.Before(day(l.answered)))
			if stands {
				f.Paused++
			}
			due := day(l.due)
			switch {
			case l.due.IsZero() || !l.asked.IsZero() && l.answered.IsZero() && !l.due.Before(l.asked):
			case to == day(now):
				if !stands && l.due.Before(now) {
					f.ClosingLate++
				}
			case !to.Before(due):
				f.ClosingLate++
			}
		}
	}
	var out []dossiers.Figure
	for _, f := range rows {
		if f.Count != (dossiers.Count{}) || f.Opening != 0 {
			out = append(out, *f)
		}
	}
	return sortedFigures(out)
}

func sortedFigures(all []dossiers.Figure) []dossiers.Figure {
	slices.SortFunc(all, func(a, b dossiers.Figure) int { return cmp.Compare(a.Key, b.Key) })
	return all
}

// bare leaves out what the plain count does not look at.
func bare(all []dossiers.Figure) (out []dossiers.Figure) {
	for _, f := range sortedFigures(all) {
		f.Name.VI, f.Name.EN = "", ""
		f.Asked, f.Answered, f.Lapsed, f.Settled = 0, 0, 0, 0
		out = append(out, f)
	}
	return out
}

// What is kept equals what is counted from scratch: for a day, a month, across a
// year, for a time in which nothing happened; after changes, and after a rebuild.
func TestKeptFiguresEqualACountFromScratch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s, now := t.Context(), w.Service, c.Now()
		all := lives(now, 400)
		keep(t, w.DB, all)
		countAll(t, s)
		periods := [][2]calendar.Date{
			{day(now), day(now)},
			{day(now).AddDays(-40), day(now)},
			{day(now).AddDays(-400), day(now).AddDays(-30)},
			{day(now).AddDays(-800), day(now).AddDays(-750)},
			{{Year: 2025, Month: 1, Day: 1}, {Year: 2025, Month: 12, Day: 31}},
			{{Year: 2024, Month: 12, Day: 15}, {Year: 2025, Month: 3, Day: 14}},
			{{Year: 2026, Month: 2, Day: 1}, {Year: 2026, Month: 2, Day: 28}},
		}
		check := func(what string) {
			t.Helper()
			for _, p := range periods {
				for by, key := range map[dossiers.Dimension]func(l record) string{
					dossiers.ByNothing: func(record) string { return "all" }, dossiers.ByUnit: func(l record) string { return l.unit }, dossiers.ByProcedure: func(l record) string { return l.procedure },
				} {
					got, err := s.Tally(ctx, access.All(), dossiers.Ask{From: p[0], To: p[1]}, by)
					ok(t, err)
					want := scratch(all, p[0], p[1], now, key)
					if by == dossiers.ByNothing && len(want) > 0 {
						want[0].Key = ""
					}
					if got := bare(got); !slices.Equal(got, want) {
						t.Errorf("%s: by %q %s to %s:\n got %+v\nwant %+v", what, by, p[0], p[1], got, want)
					}
				}
				narrow := dossiers.Ask{From: p[0], To: p[1], Unit: dossierstest.Ward, Procedure: "p1", Channel: dossiers.Online}
				got, err := s.Tally(ctx, access.All(), narrow, dossiers.ByProcedure)
				ok(t, err)
				want := scratch(all, p[0], p[1], now, func(l record) string {
					if l.unit == dossierstest.Ward && l.procedure == "p1" && l.channel == 2 {
						return "p1"
					}
					return ""
				})
				if got := bare(got); !slices.Equal(got, want) {
					t.Errorf("%s: narrowed %s to %s:\n got %+v\nwant %+v", what, p[0], p[1], got, want)
				}
			}
		}
		check("first")
		// Some end, some are asked, and some get another day.
		for i := range all {
			l := &all[i]
			switch {
			case l.status == dossiers.Supplement && i%2 == 0:
				l.answered, l.due, l.status = now.Add(-time.Hour), now.Add(48*time.Hour), dossiers.Processing
			case l.ended.IsZero() && i%3 == 0 && l.status == dossiers.Processing && now.Add(-25*time.Hour).After(l.answered):
				l.ended, l.status = now.Add(-25*time.Hour), dossiers.Finished
			case l.ended.IsZero() && i%5 == 0 && !l.due.IsZero() && l.asked.IsZero():
				l.due = now.Add(72 * time.Hour)
			}
		}
		keep(t, w.DB, all)
		countAll(t, s)
		countAll(t, s) // nothing is counted twice
		check("changed")
		before := figuresOf(t, w.DB)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error { return s.RecountFigures(ctx, tx) }))
		countAll(t, s)
		check("rebuilt")
		if after := figuresOf(t, w.DB); !slices.Equal(before, after) {
			t.Error("a rebuild makes other figures than were kept")
		}
	})
}

// figuresOf is every row that says something.
func figuresOf(t *testing.T, d *db.DB) []string {
	t.Helper()
	rows, err := db.All(t.Context(), d, db.Column[string], `SELECT CAST(level AS TEXT) || ' ' || CAST(at AS TEXT) || ' ' || unit || ' ' || procedure_id || ' ' || CAST(channel AS TEXT) || ' '
		|| CAST(received AS TEXT) || ' ' || CAST(early AS TEXT) || ' ' || CAST(late AS TEXT) || ' ' || CAST(lapsed AS TEXT) || ' ' || CAST(settled AS TEXT) || ' ' || CAST(asked AS TEXT)
		FROM dossiers_figures WHERE received + early + on_time + late + undated + withdrawn + stopped + refused + asked + answered + lapsed + settled > 0
		ORDER BY level, at, unit, field, procedure_id, channel`)
	ok(t, err)
	return rows
}

// Months follow each other: each begins with what the one before left.
func TestMonthsFollowEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		all := lives(c.Now(), 150)
		keep(t, w.DB, all)
		countAll(t, w.Service)
		from, to := calendar.Date{Year: 2025, Month: 1, Day: 1}, day(c.Now())
		months, err := w.Service.Tally(t.Context(), access.All(), dossiers.Ask{From: from, To: to}, dossiers.ByMonth)
		ok(t, err)
		if len(months) != 15 || months[0].Key != "2025-01" || months[14].Key != "2026-03" {
			t.Fatalf("%d months", len(months))
		}
		for i, m := range months {
			if m.Opening+m.In()-m.Out() != m.Closing {
				t.Errorf("%s does not add up: %+v", m.Key, m)
			}
			if i > 0 && months[i-1].Closing != m.Opening {
				t.Errorf("%s begins with %d, and %d were left", m.Key, m.Opening, months[i-1].Closing)
			}
		}
		whole, err := w.Service.Tally(t.Context(), access.All(), dossiers.Ask{From: from, To: to}, dossiers.ByNothing)
		ok(t, err)
		if last := months[14]; whole[0].Closing != last.Closing || whole[0].ClosingLate != last.ClosingLate || whole[0].Paused != last.Paused || whole[0].Opening != months[0].Opening {
			t.Errorf("the whole says %+v, the last month %+v", whole[0], last)
		}
	})
}

// A leader of a ward sees the ward, in every number and behind it; units that were
// merged are themselves before that day, and their successor after it.
func TestFiguresKeepToTheScopeAndTheTreeOfTheDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s, now := t.Context(), w.Service, c.Now()
		all := lives(now, 200)
		keep(t, w.DB, all)
		countAll(t, s)
		ward, err := access.Require(identity.NewActor("x", "").Grant("x.y", identity.Place{Unit: dossierstest.Ward, Subtree: true}), "x.y")
		ok(t, err)
		a := dossiers.Ask{From: day(now).AddDays(-300), To: day(now)}
		own := scratch(all, a.From, a.To, now, func(l record) string {
			if l.unit == dossierstest.Ward {
				return l.unit
			}
			return ""
		})
		got, err := s.Tally(ctx, ward, a, dossiers.ByUnit)
		ok(t, err)
		if !slices.Equal(bare(got), own) {
			t.Errorf("the ward sees %+v, want %+v", bare(got), own)
		}
		if got, err := s.Tally(ctx, ward, dossiers.Ask{From: a.From, To: a.To, Unit: dossierstest.Other}, dossiers.ByNothing); err != nil || len(got) != 0 {
			t.Errorf("the ward sees another: %+v %v", got, err)
		}
		for _, m := range dossiers.Measures() {
			found, _, err := s.ListCounted(ctx, ward, a, m, "", 500)
			ok(t, err)
			want := map[dossiers.Measure]int64{
				dossiers.MeasureReceived: own[0].In(), dossiers.MeasureEarly: own[0].Early, dossiers.MeasureOnTime: own[0].OnTime, dossiers.MeasureLate: own[0].Late, dossiers.MeasureUndated: own[0].Undated,
				dossiers.MeasureWithdrawn: own[0].Withdrawn, dossiers.MeasureStopped: own[0].Stopped, dossiers.MeasureOpen: own[0].Closing, dossiers.MeasureOpenLate: own[0].ClosingLate, dossiers.MeasurePaused: own[0].Paused,
			}[m]
			if int64(len(found)) != want {
				t.Errorf("%d dossiers behind %s, which is %d", len(found), m, want)
			}
			for _, f := range found {
				if f.Unit != dossierstest.Ward {
					t.Errorf("%s shows a dossier of %s", m, f.Unit)
				}
			}
		}
		// Page by page it is the same.
		var ids []dossiers.ID
		for after := ""; ; {
			page, next, err := s.ListCounted(ctx, access.All(), a, dossiers.MeasureReceived, after, 7)
			ok(t, err)
			for _, f := range page {
				ids = append(ids, f.ID)
			}
			if after = next; next == "" {
				break
			}
		}
		if n := len(ids); n != len(slices.Compact(slices.Sorted(slices.Values(ids)))) || int64(n) != scratch(all, a.From, a.To, now, func(record) string { return "x" })[0].In() {
			t.Errorf("%d dossiers page by page", n)
		}
		// Today the other ward becomes part of the first.
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			return orgs.Merge(ctx, tx, []orgs.ID{dossierstest.Other}, dossierstest.Ward, orgs.Decision{Number: "1", From: day(now).String()})
		}))
		old, err := s.Tally(ctx, access.All(), dossiers.Ask{From: a.From, To: day(now).AddDays(-1)}, dossiers.ByUnit)
		ok(t, err)
		if len(old) != 3 {
			t.Errorf("yesterday there were %d units", len(old))
		}
		merged, err := s.Tally(ctx, access.All(), a, dossiers.ByUnit)
		ok(t, err)
		want := scratch(all, a.From, a.To, now, func(l record) string {
			if l.unit == dossierstest.Other {
				return dossierstest.Ward
			}
			return l.unit
		})
		if !slices.Equal(bare(merged), want) {
			t.Errorf("merged:\n got %+v\nwant %+v", bare(merged), want)
		}
		one, err := s.Tally(ctx, access.All(), dossiers.Ask{From: a.From, To: day(now).AddDays(-1), Unit: dossierstest.Ward}, dossiers.ByUnit)
		ok(t, err)
		if len(one) != 1 {
			t.Errorf("before the merger the ward is %+v", one)
		}
	})
}

// What the use cases do is counted: a dossier that went all its way has measured
// steps, one that was refused is not received, one that waits is paused.
func TestTheJourneyIsCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		w.Issued(t)
		asked := w.Accepted(t)
		c.Advance(time.Hour)
		ok(t, s.AskSupplement(ctx, w.Officer, asked, lacking()))
		refusedID := w.Submit(t)
		ok(t, s.Refuse(ctx, w.Clerk, refusedID, "không đủ thành phần hồ sơ"))
		if n := must[int64](t)(s.FiguresBehind(ctx)); n == 0 {
			t.Error("nothing waits to be counted")
		}
		countAll(t, s)
		today := day(c.Now())
		got, err := s.Tally(ctx, access.All(), dossiers.Ask{From: today, To: today}, dossiers.ByUnit)
		ok(t, err)
		if len(got) != 1 || got[0].In() != 2 || got[0].Solved() != 1 || got[0].Early != 1 || got[0].Refused != 1 || got[0].Closing != 1 || got[0].Paused != 1 || got[0].Steps < 3 {
			t.Errorf("%+v", got)
		}
		p, err := s.StepTimes(ctx, access.All(), dossiers.Ask{From: today, To: today, Procedure: "xac-nhan-cu-tru"}, dossiers.WhatIf{})
		ok(t, err)
		if p.Dossiers != 1 || p.Late != 0 || len(p.Steps) < 3 || p.Steps[0].Allowed == 0 || p.Steps[0].Times != 1 {
			t.Errorf("%+v", p)
		}
		c.Advance(30 * 24 * time.Hour) // the clock of the one that waits stands
		clocks, err := s.Clocks(ctx, access.All(), dossiers.Ask{}, dossiers.ByUnit)
		ok(t, err)
		if len(clocks) != 1 || clocks[0].Waiting != 1 || clocks[0].Overdue != 0 {
			t.Errorf("%+v", clocks)
		}
		steps, people, err := s.StepLoads(ctx, access.All(), dossiers.Ask{})
		ok(t, err)
		if len(steps) != 1 || len(people) != 1 || steps[0].Total() != 1 {
			t.Errorf("steps %+v people %+v", steps, people)
		}
		ok(t, s.Withdraw(ctx, w.Citizen, asked, "không cần nữa, xin rút"))
		countAll(t, s)
		got, err = s.Tally(ctx, access.All(), dossiers.Ask{From: today, To: day(c.Now())}, dossiers.ByNothing)
		ok(t, err)
		if got[0].Withdrawn != 1 || got[0].Closing != 0 || got[0].ClosingLate != 0 || got[0].Paused != 0 {
			t.Errorf("after it was withdrawn: %+v", got[0])
		}
	})
}
