// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/modules/signon/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func grant(id, account, session string, scopes ...string) openid.Kept {
	return openid.Kept{Kind: openid.Grant, ID: id, Client: "c", Account: account, Session: session, Scopes: scopes, Body: []byte("{}"), Life: time.Hour}
}

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), f)
}

func TestWhatIsKeptIsUsedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := store.New(crypt.Ephemeral()), t.Context()
		save := func(k openid.Kept) error {
			return write(t, d, func(tx *db.Tx) error { return s.Save(ctx, tx, k) })
		}
		k := grant("g", "an", "s1", "openid")
		k.Found = map[openid.Handle]string{openid.ByCode: "the code"}
		if err := save(k); err != nil {
			t.Fatal(err)
		}
		if err := save(k); !errors.Is(err, openid.ErrStale) {
			t.Errorf("made twice: %v", err)
		}
		found, used, err := s.Find(ctx, d, openid.ByCode, "the code", d.Now())
		if err != nil || used || found.Version != 1 || found.Session != "s1" {
			t.Fatalf("%+v %v %v", found, used, err)
		}
		first, second := found, found
		first.Found = map[openid.Handle]string{openid.ByRefresh: "r1"}
		first.Life, second.Life = time.Hour, time.Hour
		if err := save(first); err != nil {
			t.Fatal(err)
		}
		if err := save(second); !errors.Is(err, openid.ErrStale) {
			t.Errorf("who came second was not told: %v", err)
		}
		found, _, err = s.Find(ctx, d, openid.ByRefresh, "r1", d.Now())
		if err != nil {
			t.Fatal(err)
		}
		found.Found, found.Life = map[openid.Handle]string{openid.ByRefresh: "r2"}, time.Hour
		if err := save(found); err != nil {
			t.Fatal(err)
		}
		if _, used, err := s.Find(ctx, d, openid.ByRefresh, "r1", d.Now()); err != nil || !used {
			t.Errorf("what was exchanged is not known as such: %v %v", used, err)
		}
		if _, used, err := s.Find(ctx, d, openid.ByRefresh, "r2", d.Now()); err != nil || used {
			t.Errorf("the new one: %v %v", used, err)
		}
		revoked := found // of an old version: to take back needs no race to be won
		revoked.Revoked = true
		if err := save(revoked); err != nil {
			t.Fatal(err)
		}
		now, err := s.Get(ctx, d, openid.Grant, "g", d.Now())
		if err != nil || !now.Revoked {
			t.Errorf("revoked: %+v %v", now, err)
		}
		now.Revoked, now.Life = false, time.Hour
		if err := save(now); !errors.Is(err, openid.ErrStale) {
			t.Errorf("what was taken back is given again: %v", err)
		}
		var readable int
		if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM signon_handles WHERE hash IN ('the code', 'r1', 'r2')`).Scan(&readable); err != nil || readable != 0 {
			t.Errorf("%d tokens can be read, %v", readable, err)
		}
		c.Advance(2 * time.Hour)
		if _, err := s.Get(ctx, d, openid.Grant, "g", d.Now()); !errors.Is(err, openid.ErrNone) {
			t.Errorf("over: %v", err)
		}
		if err := write(t, d, func(tx *db.Tx) error { _, err := s.Sweep(ctx, tx, tx.Now); return err }); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := d.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM signon_kept) + (SELECT COUNT(*) FROM signon_handles)`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows are left, %v", left, err)
		}
	})
}

func TestWhatEndsWithASession(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := store.New(crypt.Ephemeral()), t.Context()
		if err := write(t, d, func(tx *db.Tx) error {
			return errors.Join(s.Save(ctx, tx, grant("a", "an", "s1", "openid")), s.Save(ctx, tx, grant("b", "an", "s1", "openid", "offline_access")),
				s.Save(ctx, tx, grant("c", "an", "s2", "openid")), s.Save(ctx, tx, grant("d", "c", "", "api:x")))
		}); err != nil {
			t.Fatal(err)
		}
		revoked := func() string {
			ids, err := db.All(ctx, d, db.Column[string], `SELECT id FROM signon_kept WHERE revoked = 1 ORDER BY id`)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(ids, "")
		}
		for _, step := range []struct {
			do   func(tx *db.Tx) error
			want string
		}{
			{func(tx *db.Tx) error { _, err := s.EndSession(ctx, tx, "", true); return err }, ""}, // what belongs to no session
			{func(tx *db.Tx) error { _, err := s.EndSession(ctx, tx, "s1", false); return err }, "a"},
			{func(tx *db.Tx) error { _, err := s.EndSession(ctx, tx, "s1", true); return err }, "ab"},
			{func(tx *db.Tx) error { return s.EndAccount(ctx, tx, "") }, "ab"},
			{func(tx *db.Tx) error { return s.EndAccount(ctx, tx, "an") }, "abc"},
			{func(tx *db.Tx) error { _, err := s.EndClient(ctx, tx, "c", ""); return err }, "abcd"},
		} {
			if err := write(t, d, step.do); err != nil {
				t.Fatal(err)
			}
			if got := revoked(); got != step.want {
				t.Errorf("revoked %q, want %q", got, step.want)
			}
		}
	})
}

func TestQuestionsAboutManyGrantsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		s, ctx := store.New(crypt.Ephemeral()), t.Context()
		for from := 0; from < 20_000; from += 2_000 {
			if err := write(t, d, func(tx *db.Tx) error {
				for i := from; i < from+2_000; i++ {
					if err := s.Save(ctx, tx, grant(fmt.Sprintf("g%05d", i), fmt.Sprintf("a%d", i%4000), fmt.Sprintf("s%d", i%9000), "openid")); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if d.Dialect() == db.Postgres {
			if err := write(t, d, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `ANALYZE signon_kept`); return err }); err != nil {
				t.Fatal(err)
			}
		}
		for index, query := range map[string]string{
			"signon_kept_session": `SELECT DISTINCT client_id, account_id FROM signon_kept WHERE session_id = 's7' AND session_id <> '' AND kind = 'grant' ORDER BY client_id`,
			"signon_kept_account": `SELECT COUNT(*) FROM signon_kept WHERE account_id = 'a7' AND account_id <> '' AND client_id = 'c' AND kind = 'grant' AND revoked = 0 AND ends_at > 1`,
			"signon_kept_ends":    `SELECT kind, id FROM signon_kept WHERE ends_at <= 1 ORDER BY ends_at LIMIT 2000`,
		} {
			if text := strings.Join(dbtest.Plan(t, d, query), "\n"); !strings.Contains(text, index) {
				t.Errorf("%s is not used:\n%s", index, text)
			}
		}
	})
}

func TestADeviceThatAsksTooOftenWaitsLonger(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := store.New(crypt.Ephemeral()), t.Context()
		for i, step := range []struct {
			after time.Duration
			want  bool
		}{{0, true}, {5 * time.Second, true}, {4500 * time.Millisecond, true}, {time.Second, false}, {5 * time.Second, false}, {10 * time.Second, false}, {20 * time.Second, true}, {15 * time.Second, false}} {
			c.Advance(step.after)
			var ok bool
			if err := write(t, d, func(tx *db.Tx) (err error) {
				ok, err = s.Poll(ctx, tx, "device", 5*time.Second, db.At(tx.Now.Add(time.Minute)))
				return err
			}); err != nil || ok != step.want {
				t.Errorf("question %d: %v %v", i, ok, err)
			}
		}
	})
}

func TestAnAnswerIsTakenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s, ctx := store.New(crypt.Ephemeral()), t.Context()
		put := func(handle string) {
			t.Helper()
			if err := write(t, d, func(tx *db.Tx) error {
				return s.PutPosted(ctx, tx, handle, store.Posted{Source: "bo", Asked: "_q", Said: "Nguyễn Văn Bảy"}, db.At(tx.Now.Add(2*time.Minute)))
			}); err != nil {
				t.Fatal(err)
			}
		}
		take := func(source, handle string) (p store.Posted, ok bool) {
			t.Helper()
			if err := write(t, d, func(tx *db.Tx) (err error) { p, ok, err = s.TakePosted(ctx, tx, source, handle); return err }); err != nil {
				t.Fatal(err)
			}
			return p, ok
		}
		put("one")
		var readable int
		if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM signon_answers WHERE hash = 'one' OR said_sealed LIKE '%Bảy%'`).Scan(&readable); err != nil || readable != 0 {
			t.Errorf("%d can be read, %v", readable, err)
		}
		if _, ok := take("khac", "one"); ok {
			t.Error("another provider's")
		}
		if p, ok := take("bo", "one"); !ok || p.Said != "Nguyễn Văn Bảy" || p.Asked != "_q" {
			t.Error("it is not there")
		}
		if _, ok := take("bo", "one"); ok {
			t.Error("taken twice")
		}
		put("two")
		c.Advance(2 * time.Minute)
		if _, ok := take("bo", "two"); ok {
			t.Error("too late")
		}
	})
}

// Who finds a token unused holds the version at which it was: else the exchange
// that came between would go unseen.
func TestUsedAndVersionAreOfOneMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{store.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		const exchanges = 300
		s, ctx := store.New(crypt.Ephemeral()), t.Context()
		token := func(n int64) string { return fmt.Sprintf("r%d", n) }
		k := grant("g", "an", "s1", "openid")
		k.Found = map[openid.Handle]string{openid.ByRefresh: token(1)}
		if err := write(t, d, func(tx *db.Tx) error { return s.Save(ctx, tx, k) }); err != nil {
			t.Fatal(err)
		}
		var current atomic.Int64 // the version that the writer is about to take over
		current.Store(1)
		done := make(chan error, 1)
		go func() {
			for n := int64(1); n <= exchanges; n++ {
				k.Version, k.Found = n, map[openid.Handle]string{openid.ByRefresh: token(n + 1)}
				if err := d.Write(ctx, func(tx *db.Tx) error { return s.Save(ctx, tx, k) }); err != nil {
					done <- err
					return
				}
				current.Store(n + 1)
			}
			done <- nil
		}()
		for n := int64(0); n < exchanges; {
			n = current.Load()
			found, used, err := s.Find(ctx, d, openid.ByRefresh, token(n), d.Now())
			if err != nil {
				t.Fatal(err)
			}
			if used == (found.Version == n) {
				t.Fatalf("token %d: used %v at version %d", n, used, found.Version)
			}
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}
