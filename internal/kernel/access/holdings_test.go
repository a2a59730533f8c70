// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func give(t *testing.T, d *db.DB, h access.Holding) (id string, err error) {
	t.Helper()
	ctx := t.Context()
	err = d.Write(ctx, func(tx *db.Tx) (err error) {
		id, err = access.Give(ctx, tx, h)
		return err
	})
	return id, err
}

func write1(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestAPostBeginsAndEndsAtItsMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		from, to := db.At(d.Now().Add(time.Hour)), db.At(d.Now().Add(3*time.Hour))
		id, err := give(t, d, access.Holding{Account: mai, Role: "reader", Unit: "ward-1", Kind: access.Main, Since: from})
		if err != nil {
			t.Fatal(err)
		}
		if got := sees(t, d, mai, read); got != nil {
			t.Errorf("before it begins: %v", got)
		}
		c.Advance(time.Hour)
		if got := sees(t, d, mai, read); !slices.Equal(got, []orgs.ID{"ward-1"}) {
			t.Errorf("when it begins: %v", got)
		}
		write1(t, d, func(tx *db.Tx) error { return access.End(ctx, tx, id, to, "by", "12/QĐ") })
		c.Advance(2*time.Hour - time.Second)
		if got := sees(t, d, mai, read); len(got) != 1 {
			t.Errorf("a second before its end: %v", got)
		}
		c.Advance(time.Second)
		if got := sees(t, d, mai, read); got != nil {
			t.Errorf("at its end: %v", got)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return access.End(ctx, tx, id, tx.Now, "by", "") }); !errors.Is(err, access.ErrEnded) {
			t.Errorf("ended twice: %v", err)
		}
		if h, err := access.GetHolding(ctx, d, id); err != nil || h.EndDecision != "12/QĐ" || h.EndedBy != "by" || h.Since != from {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

func TestWhatOverlapsIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		at := func(n int) db.Time { return db.At(d.Now().Add(time.Duration(n) * time.Hour)) }
		for _, tt := range []struct {
			name string
			h    access.Holding
			want error
		}{
			{"first", access.Holding{Role: "reader", Unit: "ward-1", Kind: access.Main, Since: at(0), Until: at(5)}, nil},
			{"the same again", access.Holding{Role: "reader", Unit: "ward-1", Kind: access.Concurrent, Since: at(4)}, access.ErrOverlap},
			{"a second main", access.Holding{Role: "writer", Unit: "ward-2", Kind: access.Main, Since: at(4)}, access.ErrTwoMain},
			{"beside it", access.Holding{Role: "writer", Unit: "ward-2", Kind: access.Concurrent, Since: at(4), Until: at(6)}, nil},
			{"after it", access.Holding{Role: "reader", Unit: "ward-1", Kind: access.Main, Since: at(5)}, nil},
			{"ends first", access.Holding{Role: "reader", Unit: "office", Kind: access.Acting, Since: at(5), Until: at(4)}, access.ErrPeriod},
			{"no such unit", access.Holding{Role: "reader", Unit: "nowhere", Kind: access.Acting}, orgs.ErrNotFound},
			{"no such role", access.Holding{Role: "king", Unit: "office", Kind: access.Acting}, access.ErrRoleUnknown},
		} {
			tt.h.Account = mai
			if _, err := give(t, d, tt.h); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		held, err := access.ListHoldings(ctx, d, mai)
		if err != nil || len(held) != 3 {
			t.Errorf("%d holdings, %v", len(held), err)
		}
	})
}

func TestRolesThatNobodyHoldsTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		assign(t, d, access.Assignment{Account: mai, Role: "reader", Unit: "ward-1"})
		pair := access.Pair{A: "writer", B: "reader", Why: i18n.Text{VI: "x"}}
		write1(t, d, func(tx *db.Tx) error {
			changed, err := access.ApplyPairs(ctx, tx, []access.Pair{pair})
			if err == nil && !changed {
				t.Error("nothing changed")
			}
			return err
		})
		if _, err := give(t, d, access.Holding{Account: mai, Role: "writer", Unit: "office", Kind: access.Grant}); !errors.Is(err, access.ErrApart) {
			t.Errorf("got %v", err)
		}
		assign(t, d, access.Assignment{Account: mai, Role: "writer", Unit: "office"}) // an operator can: it is shown
		if both, err := access.ListBoth(ctx, d, pair, d.Now(), 10); err != nil || !slices.Equal(both, []string{mai}) {
			t.Errorf("%v, %v", both, err)
		}
	})
}

func TestSeats(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		position := ""
		write1(t, d, func(tx *db.Tx) (err error) {
			position, err = orgs.AddPosition(ctx, tx, orgs.Position{Unit: "ward-1", Title: i18n.Text{VI: "Chủ tịch"}, Role: "reader", Seats: 1}, orgs.Decision{Number: "1", From: "2026-01-01"})
			return err
		})
		at := func(n int) db.Time { return db.At(d.Now().Add(time.Duration(n) * time.Hour)) }
		h := access.Holding{Account: mai, Role: "reader", Unit: "ward-1", Kind: access.Main, Position: position, Since: at(0), Until: at(5)}
		if _, err := give(t, d, h); err != nil {
			t.Fatal(err)
		}
		h.Account, h.Since, h.Until = "other", at(4), at(9)
		if _, err := give(t, d, h); !errors.Is(err, access.ErrNoSeat) {
			t.Errorf("a second on one seat: %v", err)
		}
		h.Since = at(5)
		if _, err := give(t, d, h); err != nil {
			t.Errorf("when it is free: %v", err)
		}
	})
}

func TestWhatWasDelegatedEndsWithThePost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		at := func(n int) db.Time { return db.At(d.Now().Add(time.Duration(n) * time.Hour)) }
		post, err := give(t, d, access.Holding{Account: "chief", Role: "writer", Unit: "ward-1", Kind: access.Main, Until: at(9)})
		if err != nil {
			t.Fatal(err)
		}
		deputy := access.Holding{Account: mai, Role: "writer", Unit: "ward-1", Kind: access.Delegation, From: post, Until: at(10)}
		if _, err := give(t, d, deputy); !errors.Is(err, access.ErrPeriod) {
			t.Errorf("longer than the post: %v", err)
		}
		deputy.Until, deputy.Subtree = at(8), true
		if _, err := give(t, d, deputy); !errors.Is(err, access.ErrDelegated) {
			t.Errorf("more than the post: %v", err)
		}
		deputy.Subtree = false
		given, err := give(t, d, deputy)
		if err != nil {
			t.Fatal(err)
		}
		on := deputy
		on.Account, on.From = "third", given
		if _, err := give(t, d, on); !errors.Is(err, access.ErrDelegated) {
			t.Errorf("delegated on: %v", err)
		}
		end := at(2)
		write1(t, d, func(tx *db.Tx) error { return access.End(ctx, tx, post, end, "by", "") })
		c.Advance(2 * time.Hour)
		if got := sees(t, d, mai, write); got != nil {
			t.Errorf("the post is over and the delegation is not: %v", got)
		}
	})
}

func TestSuspendedGivesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		id, err := give(t, d, access.Holding{Account: mai, Role: "reader", Unit: "ward-1", Kind: access.Main})
		if err != nil {
			t.Fatal(err)
		}
		write1(t, d, func(tx *db.Tx) error { return access.Suspend(ctx, tx, id) })
		if got := sees(t, d, mai, read); got != nil {
			t.Errorf("suspended: %v", got)
		}
		write1(t, d, func(tx *db.Tx) error { return access.Resume(ctx, tx, id) })
		if got := sees(t, d, mai, read); len(got) != 1 {
			t.Errorf("resumed: %v", got)
		}
	})
}

func TestASingleThing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		mai := world(t, d)
		write1(t, d, func(tx *db.Tx) error {
			_, err := access.Open(ctx, tx, access.Thing{Account: mai, Permission: read, Object: "d1", Why: access.Emergency, Until: db.At(tx.Now.Add(time.Hour))})
			return err
		})
		where := func() string {
			actor, err := access.Load(ctx, d, identity.NewActor(mai, "p"), d.Now())
			if err != nil {
				t.Fatal(err)
			}
			scope, err := access.Require(actor, read)
			if err != nil {
				return err.Error()
			}
			if text, args := scope.Where(access.Columns{Units: []string{"u"}, Persons: []string{"p"}}); text != "(1 = 0)" || len(args) != 0 {
				t.Errorf("without the column of the thing it opens %s %v", text, args)
			}
			text, args := scope.Where(access.Columns{Units: []string{"u"}, ID: "id"}, "x")
			if len(args) != 2 || args[1] != "d1" {
				t.Errorf("args %v", args)
			}
			return text
		}
		if got := where(); got != "(id = $2)" {
			t.Errorf("got %s", got)
		}
		if open, err := access.ListOpen(ctx, d, "d1", d.Now()); err != nil || len(open) != 1 || open[0].Account != mai {
			t.Errorf("%+v, %v", open, err)
		}
		if got := sees(t, d, mai, read); got != nil {
			t.Errorf("one thing opened units: %v", got)
		}
		c.Advance(time.Hour)
		if got := where(); got != "access.not_allowed" {
			t.Errorf("after its hour: %s", got)
		}
	})
}
