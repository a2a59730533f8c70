// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
)

// untilItWaits returns when another transaction waits for a row that this one
// holds. SQLite has one writer: there it waits by itself.
func (w *world) untilItWaits(tx *db.Tx) error {
	if w.db.Dialect() == db.SQLite {
		return nil
	}
	ctx, stop := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer stop()
	for n := 0; n == 0; runtime.Gosched() {
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`).Scan(&n); err != nil {
			return err
		}
	}
	return nil
}

// standing asks within a transaction, as filing does.
func (w *world) standing(tx *db.Tx) error {
	a := w.who["binh"]
	a.For = identity.Behalf{Person: w.who["an"].Person}
	_, err := w.svc.Standing(w.t.Context(), tx, a, access.Send)
	return err
}

// Filed before it is revoked: the right holds to the end of the filing, and then is over.
func TestFiledThenRevoked(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		id := w.grant("a", 9, access.Send)
		ended := make(chan error, 1)
		var once sync.Once
		w.write(func(tx *db.Tx) error {
			if err := w.standing(tx); err != nil {
				return err
			}
			once.Do(func() {
				go func() { ended <- w.svc.EndRepresentation(w.t.Context(), w.who["an"], id, "") }()
			})
			if err := w.untilItWaits(tx); err != nil {
				return err
			}
			return w.standing(tx)
		})
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if ok, err := w.stands(access.Send, "a"); ok || !errors.Is(err, persons.ErrOver) {
			t.Errorf("after the end: %v %v", ok, err)
		}
	})
}

// Revoked before it is filed: whoever files waits, and is refused.
func TestRevokedThenFiled(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		id := w.grant("a", 9, access.Send)
		filed := make(chan error, 1)
		var once sync.Once
		rows := store.New(w.keys)
		w.write(func(tx *db.Tx) error {
			v, err := rows.Lock(w.t.Context(), tx, id)
			if err != nil {
				return err
			}
			once.Do(func() {
				go func() { filed <- w.db.Write(w.t.Context(), w.standing) }()
			})
			if err := w.untilItWaits(tx); err != nil {
				return err
			}
			v.State, v.Ended = core.Ended, tx.Now
			return rows.Put(w.t.Context(), tx, v)
		})
		if err := <-filed; !errors.Is(err, persons.ErrOver) {
			t.Errorf("filed after it was revoked: %v", err)
		}
	})
}

// While two become one, a right that is given to the one who goes waits, and is
// given to nobody who is not there any more.
func TestMergedThenGiven(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		twin := w.person(identity.Person{Name: "Người binh", Number: "089080000055"})
		given := make(chan error, 1)
		var once sync.Once
		w.write(func(tx *db.Tx) error {
			if _, err := w.people.LockPerson(w.t.Context(), tx, twin); err != nil {
				return err
			}
			once.Do(func() {
				go func() {
					_, err := w.svc.OfferRepresentation(w.t.Context(), w.who["an"], core.Grant{
						Agent: core.Who{Name: "Người binh", Number: "089080000055"}, Basis: persons.Authorisation, Paper: core.Paper{Number: "1", Date: w.day(0)},
						Limits: core.Limits{Every: true, Acts: []access.Act{access.See}}, Until: w.day(3),
					})
					given <- err
				}()
			})
			if err := w.untilItWaits(tx); err != nil {
				return err
			}
			return w.people.SetMerged(w.t.Context(), tx, twin, w.who["binh"].Person)
		})
		if err := <-given; err != nil && !errors.Is(err, persons.ErrMerging) {
			t.Fatal(err)
		}
		p, err := w.svc.GetPerson(w.t.Context(), w.who["clerk"], twin, access.Handling)
		if err != nil || len(p.Acts) != 0 {
			t.Errorf("a right of who is not there: %+v %v", p.Acts, err)
		}
	})
}

// Two who come at once with the number of a third make one claim each, and one for
// the same name.
func TestClaimedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		holder, err := w.people.GetPerson(t.Context(), w.db, w.who["an"].Person)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		found, failed := make([]string, 4), make([]error, 4)
		for i := range found {
			name := []string{"Lê Thị Khác", "Phạm Văn Nữa"}[i%2]
			wg.Go(func() {
				failed[i] = w.db.Write(w.t.Context(), func(tx *db.Tx) error {
					id, err := w.svc.ClaimNumber(w.t.Context(), tx, w.who["clerk"], holder, identity.Person{Kind: identity.Individual, Name: name, Number: holder.Number})
					found[i] = id
					return err
				})
			})
		}
		wg.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Fatal(err)
		}
		all, err := w.svc.ListClaims(t.Context(), w.who["admin"], "")
		if err != nil || len(all.Items) != 2 || found[0] != found[2] || found[1] != found[3] || found[0] == found[1] {
			t.Errorf("%v: %+v %v", found, all.Items, err)
		}
		one, err := w.svc.GetClaim(t.Context(), w.who["admin"], all.Items[0].ID)
		if err != nil || len(one.Sides) != 6 || one.Sides[1].To != holder.Number || one.Sides[1].From != "" {
			t.Errorf("beside each other: %+v %v", one.Sides, err)
		}
	})
}
