// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package law_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func on(year int, month time.Month, day int) calendar.Date {
	return calendar.Date{Year: year, Month: month, Day: day}
}

func doc(id string, from, to calendar.Date, relations ...law.Relation) law.Doc {
	return law.Doc{
		ID: law.ID(id), Number: id + "/NĐ-CP", Issuer: "Chính phủ", Kind: "decree", Title: i18n.Text{VI: "Về " + id, EN: "On " + id},
		ValidFrom: from, ValidTo: to, Relations: relations, Mark: "found", Source: "công báo", Verified: true,
	}
}

func docs() []law.Doc {
	return []law.Doc{
		doc("one-stop-2018", on(2018, 6, 21), calendar.Date{}),
		doc("one-stop-2025", on(2025, 6, 14), calendar.Date{}, law.Relation{Kind: law.Replaces, To: "one-stop-2018"}),
		doc("guide-2018", on(2018, 11, 23), on(2025, 6, 1), law.Relation{Kind: law.Guides, To: "one-stop-2018"}),
		doc("undated", calendar.Date{}, calendar.Date{}, law.Relation{Kind: law.Abolishes, To: "one-stop-2025"}),
	}
}

func ids(docs []law.Doc) (all []law.ID) {
	for _, d := range docs {
		all = append(all, d.ID)
	}
	return all
}

func TestInForce(t *testing.T) {
	t.Parallel()
	for day, want := range map[calendar.Date][]law.ID{
		on(2018, 6, 20): {"undated"},
		on(2018, 6, 21): {"one-stop-2018", "undated"},
		on(2025, 6, 1):  {"one-stop-2018", "guide-2018", "undated"},
		on(2025, 6, 13): {"one-stop-2018", "undated"},
		on(2025, 6, 14): {"one-stop-2025", "undated"},
	} {
		if got := ids(law.InForce(docs(), day)); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", day, got, want)
		}
	}
	// An end that the document itself states counts where it is the earlier one.
	for stated, last := range map[calendar.Date]calendar.Date{on(2020, 1, 31): on(2020, 1, 31), on(2030, 1, 31): on(2025, 6, 13)} {
		some := docs()[:2]
		some[0].ValidTo = stated
		if got := law.InForce(some, last); len(got) != 1 || got[0].ID != "one-stop-2018" {
			t.Errorf("until %v: %v on %v", stated, ids(got), last)
		}
		if got := law.InForce(some, last.AddDays(1)); slices.Contains(ids(got), "one-stop-2018") {
			t.Errorf("until %v: still in force on %v", stated, last.AddDays(1))
		}
	}
	begin, ended := law.ChangesOn(docs(), on(2025, 6, 14))
	if !slices.Equal(ids(begin), []law.ID{"one-stop-2025"}) || !slices.Equal(ids(ended), []law.ID{"one-stop-2018"}) {
		t.Errorf("14/6/2025: %v begin, %v ended", ids(begin), ids(ended))
	}
}

func TestStand(t *testing.T) {
	t.Parallel()
	for day, want := range map[calendar.Date][4]law.State{
		on(2018, 6, 20): {law.Coming, law.Coming, law.Coming, law.Assumed},
		on(2018, 6, 21): {law.Valid, law.Coming, law.Coming, law.Assumed},
		on(2025, 6, 13): {law.Valid, law.Coming, law.Ended, law.Assumed},
		on(2025, 6, 14): {law.Ended, law.Superseded, law.Ended, law.Assumed},
	} {
		in := law.InForce(docs(), day)
		for i, s := range law.Stand(docs(), day) {
			if s.State != want[i] {
				t.Errorf("%v: %s is %s, want %s", day, s.ID, s.State, want[i])
			}
			if slices.Contains(ids(in), s.ID) != s.State.Counts() {
				t.Errorf("%v: %s is %s and in force: %v", day, s.ID, s.State, ids(in))
			}
		}
	}
	first := law.Stand(docs(), on(2025, 6, 14))[0]
	if first.To != on(2025, 6, 13) || !slices.Equal(first.By, []law.Relation{{Kind: law.Replaces, To: "one-stop-2025"}, {Kind: law.Guides, To: "guide-2018"}}) {
		t.Errorf("%+v", first)
	}
	if got := law.ChangeDays(docs()); !slices.Equal(got, []calendar.Date{on(2025, 6, 14), on(2025, 6, 2), on(2018, 11, 23), on(2018, 6, 21)}) {
		t.Errorf("days of change: %v", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	bad := append(docs(), doc("undated", calendar.Date{}, calendar.Date{}), doc("turned", on(2025, 1, 2), on(2025, 1, 1)),
		doc("lost", calendar.Date{}, calendar.Date{}, law.Relation{Kind: "likes", To: "nobody"}), law.Doc{ID: "empty"})
	var got []string
	for _, f := range law.Check(bad) {
		got = append(got, f.Name+" "+f.Code)
	}
	want := []string{"undated law.twice", "turned law.bad_period", "lost law.unknown_relation", "lost law.bad_relation", "empty law.incomplete"}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestApplyTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{law.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		apply := func(docs []law.Doc) (changes []law.Change, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error {
				c, err := law.Apply(ctx, tx, docs)
				changes = c
				return err
			})
			return changes, err
		}
		if changes, err := apply(docs()); err != nil || len(changes) != 4 || !changes[0].Added {
			t.Fatalf("%v %v", changes, err)
		}
		if changes, err := apply(docs()); err != nil || len(changes) != 0 {
			t.Fatalf("again: %v %v", changes, err)
		}
		changed := docs()[:2]
		changed[1].Relations = nil
		changed[1].Verified = false
		if changes, err := apply(changed); err != nil || !slices.Equal(changes, []law.Change{{ID: "one-stop-2025"}}) {
			t.Fatalf("changed: %v %v", changes, err)
		}
		got, err := law.Get(ctx, d, "one-stop-2025")
		if err != nil || len(got.Relations) != 0 || got.Verified || got.Title.EN != "On one-stop-2025" || got.ValidFrom != on(2025, 6, 14) {
			t.Errorf("%+v %v", got, err)
		}
		if all, err := law.All(ctx, d); err != nil || len(all) != 4 || len(all[0].Relations) != 1 {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := law.Get(ctx, d, "nobody"); !errors.Is(err, law.ErrNotFound) {
			t.Errorf("%v", err)
		}
		if _, err := apply([]law.Doc{
			doc("new", calendar.Date{}, calendar.Date{}, law.Relation{Kind: law.Amends, To: "one-stop-2025"}),
			doc("worse", calendar.Date{}, calendar.Date{}, law.Relation{Kind: law.Amends, To: "nobody"}),
		}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%v", err)
		}
		if _, err := law.Get(ctx, d, "new"); !errors.Is(err, law.ErrNotFound) {
			t.Errorf("half of a bad pack was applied: %v", err)
		}
	})
}
