// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func start(t *testing.T, d *db.DB, people *identity.Directory, account string, o identity.Opening) (token string, s identity.Session) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		token, s, err = people.Start(t.Context(), tx, account, o)
		return err
	})
	return token, s
}

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestTheOwnerSeesAndEndsSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		told := map[identity.EndReason][]string{}
		people.WhenSessionsEnd(func(_ context.Context, _ *db.Tx, why identity.EndReason, ended []identity.Session) error {
			for _, s := range ended {
				told[why] = append(told[why], s.ID)
			}
			return nil
		})
		mai, lan := account(t, d, people, "mai"), account(t, d, people, "lan")
		from := identity.Source{Network: "198.51.100.7", Agent: "Chrome, Windows"}
		var ids []string
		for range 4 {
			_, s := start(t, d, people, mai.ID, identity.Opening{Kind: identity.Browser, Way: identity.ByPassword, From: from, Most: 3})
			ids = append(ids, s.ID)
			c.Advance(time.Second)
		}
		_, other := start(t, d, people, lan.ID, identity.Opening{Kind: identity.Browser})
		if got := told[identity.EndedByLimit]; len(got) != 1 || got[0] != ids[0] {
			t.Errorf("over the limit ended %v, want %v", got, ids[:1])
		}
		list, err := people.ListSessions(ctx, d, mai.ID, d.Now())
		if err != nil || len(list) != 3 || list[0].ID != ids[3] || list[0].Device != from.Agent || list[0].Address != from.Network || list[0].Way != identity.ByPassword {
			t.Fatalf("%+v, %v", list, err)
		}
		write(t, d, func(tx *db.Tx) error {
			if ok, err := people.EndOne(ctx, tx, lan.ID, ids[1], identity.EndedByOwner); ok || err != nil {
				t.Errorf("ended somebody else's session: %v", err)
			}
			if ok, err := people.EndSession(ctx, tx, mai.ID, ids[1]); !ok || err != nil {
				t.Errorf("not ended: %v", err)
			}
			n, err := people.EndOthers(ctx, tx, mai.ID, ids[3], identity.EndedByOwner)
			if n != 1 {
				t.Errorf("%d others ended", n)
			}
			return err
		})
		if list, _ = people.ListSessions(ctx, d, mai.ID, d.Now()); len(list) != 1 || list[0].ID != ids[3] {
			t.Errorf("left: %+v", list)
		}
		write(t, d, func(tx *db.Tx) error { return people.EndAllSessions(ctx, tx, mai.ID) })
		if list, _ = people.ListSessions(ctx, d, lan.ID, d.Now()); len(list) != 1 || list[0].ID != other.ID {
			t.Errorf("of somebody else: %+v", list)
		}
		c.Advance(identity.SessionLength)
		write(t, d, func(tx *db.Tx) error { _, err := people.EndOldSessions(ctx, tx); return err })
		if len(told[identity.EndedByOwner]) != 2 || len(told[identity.EndedByPassword]) != 1 || len(told[identity.EndedByTime]) != 1 {
			t.Errorf("told: %v", told)
		}
	})
}

func TestASessionLocksAndIsRenewed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, c *dbtest.Clock) {
		ctx := t.Context()
		mai := account(t, d, people, "mai")
		from := identity.Source{Network: "198.51.100.7", Agent: "Chrome, Windows"}
		token, s := start(t, d, people, mai.ID, identity.Opening{Kind: identity.Browser, From: from, Idle: 15 * time.Minute, Lifetime: 8 * time.Hour})
		find := func(token string) bool {
			t.Helper()
			_, _, ok, err := people.FindSession(ctx, d, token, identity.Browser, d.Now())
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		c.Advance(14 * time.Minute)
		if !find(token) {
			t.Error("locked too early")
		}
		write(t, d, func(tx *db.Tx) error { return people.Touch(ctx, tx, s.ID) })
		c.Advance(14 * time.Minute)
		if !find(token) {
			t.Error("locked though it was used")
		}
		c.Advance(-20 * time.Minute)
		if !find(token) {
			t.Error("a clock that went back locked it")
		}
		c.Advance(35 * time.Minute)
		if find(token) {
			t.Error("open though nobody used it")
		}
		if _, locked, ok, _ := people.OpenSession(ctx, d, token, identity.Browser, d.Now()); !ok || !locked.Locked(d.Now()) {
			t.Error("a locked session is not known as such")
		}
		var again string
		write(t, d, func(tx *db.Tx) (err error) {
			again, err = people.Renew(ctx, tx, mai.ID, s.ID, "", identity.MustNothing)
			return err
		})
		if find(token) || !find(again) {
			t.Error("the old token opens it, or the new one does not")
		}
		if list, err := people.ListSessions(ctx, d, mai.ID, d.Now()); err != nil || list[0].Address != from.Network || list[0].ID != s.ID {
			t.Errorf("%+v, %v", list, err)
		}
		c.Advance(8 * time.Hour)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := people.Renew(ctx, tx, mai.ID, s.ID, "", identity.MustNothing)
			return err
		}); !errors.Is(err, identity.ErrSessionGone) {
			t.Errorf("renewed beyond its lifetime: %v", err)
		}
	})
}

func TestASessionThatMustDoSomethingFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, people *identity.Directory, _ *dbtest.Clock) {
		mai := account(t, d, people, "mai")
		token, _ := start(t, d, people, mai.ID, identity.Opening{Kind: identity.Browser, Must: identity.MustFactor})
		if _, _, ok, err := people.FindSession(t.Context(), d, token, identity.Browser, d.Now()); ok || err != nil {
			t.Errorf("it opens everything: %v", err)
		}
	})
}
