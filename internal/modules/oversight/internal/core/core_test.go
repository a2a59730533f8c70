// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/modules/oversight/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), audit.Migrations(), store.Migrations()}
}

func official(unit string) identity.Actor {
	here := identity.Place{Unit: unit}
	return identity.NewActor("account-"+unit, "person-"+unit).Grant(oversight.PermView, here).Grant(oversight.PermAdd, here)
}

func TestAdd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s := core.New(d)
		reader := identity.NewActor("reader", "").Grant(oversight.PermView, identity.Place{Unit: "u1"})
		for _, tt := range []struct {
			name  string
			actor identity.Actor
			draft core.Draft
			want  error
		}{
			{"nobody", identity.Actor{}, core.Draft{Unit: "u1", Title: "A"}, access.ErrSignInNeeded},
			{"not allowed", reader, core.Draft{Unit: "u1", Title: "A"}, access.ErrNotAllowed},
			{"another unit", official("u1"), core.Draft{Unit: "u2", Title: "A"}, oversight.ErrNotFound},
			{"granted", official("u1"), core.Draft{Unit: "u1", Title: " Đề án số hóa "}, nil},
		} {
			if _, err := s.Add(ctx, tt.actor, tt.draft); !errors.Is(err, tt.want) {
				t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
			}
		}
		if n := recorded(t, d); n != 1 {
			t.Errorf("%d audit rows, want 1: what is refused leaves none", n)
		}
		found, err := s.List(ctx, official("u1"), "")
		if err != nil || len(found) != 1 || found[0].Title != "Đề án số hóa" {
			t.Errorf("got %+v, %v", found, err)
		}
		if found, err := s.List(ctx, official("u2"), ""); err != nil || len(found) != 0 {
			t.Errorf("another unit sees %+v, %v", found, err)
		}
	})
}

func recorded(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(oversight.AuditAdded)).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAddSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		draft core.Draft
		want  string
	}{
		{core.Draft{}, "unit oversight.unit_missing, title oversight.title_missing"},
		{core.Draft{Unit: "u1", Title: " "}, "title oversight.title_missing"},
		{core.Draft{Unit: "u1", Title: strings.Repeat("ệ", core.MaxTitle+1)}, "title oversight.title_long"},
		{core.Draft{Unit: "u1", Title: strings.Repeat("e\u0323\u0302", core.MaxTitle)}, ""}, // decomposed, but as many characters
	} {
		var got []string
		for _, f := range tt.draft.Check() {
			got = append(got, f.Name+" "+f.Code)
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%.20q: got %q, want %q", tt.draft.Title, s, tt.want)
		}
	}
	s := core.New(nil) // input is checked before the database is asked
	if _, err := s.Add(t.Context(), official("u1"), core.Draft{}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestListIsPaged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s := core.New(d)
		for range core.PageSize + 1 {
			if _, err := s.Add(t.Context(), official("u1"), core.Draft{Unit: "u1", Title: "A"}); err != nil {
				t.Fatal(err)
			}
		}
		first, err := s.List(t.Context(), official("u1"), "")
		if err != nil || len(first) != core.PageSize {
			t.Fatalf("first page: %d, %v", len(first), err)
		}
		next, err := s.List(t.Context(), official("u1"), first[len(first)-1].ID)
		if err != nil || len(next) != 1 {
			t.Errorf("next page: %d, %v", len(next), err)
		}
	})
}
