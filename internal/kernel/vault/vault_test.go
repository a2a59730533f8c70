// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vault_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// process is one of several that work on a database.
type process struct {
	keys   *crypt.Keys
	people *identity.Directory
	keeper *registers.Keeper
	vault  *vault.Vault
	name   string
}

type world struct {
	d     *db.DB
	clock *dbtest.Clock
	ring  string
	one   process
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), files.Migrations(), registers.Migrations(), vault.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{d: d, clock: c, ring: filepath.Join(t.TempDir(), "data.json")}
		w.one = w.process(t, "one")
		f(t, w)
	})
}

func (w *world) process(t *testing.T, name string) process {
	t.Helper()
	keys, err := crypt.LoadOrCreate(w.ring)
	must(t, err)
	p := process{keys: keys, people: identity.NewDirectory(keys), keeper: registers.NewKeeper(keys), name: name}
	p.vault = vault.New(w.d, keys, func(ctx context.Context, q db.Querier) ([]crypt.Sealed, error) {
		books, err := p.keeper.Sealed(ctx, q)
		return append(append(identity.Sealed(), files.Sealed()...), books...), err
	})
	must(t, vault.UseIndex(t.Context(), w.d, keys))
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func number(i int) string { return fmt.Sprintf("0890580%05d", i) }

func (w *world) save(t *testing.T, p process, from, to int) {
	t.Helper()
	must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
		for i := from; i < to; i++ {
			if _, err := p.people.SavePerson(t.Context(), tx, identity.Person{
				ID: fmt.Sprint("p", i), Kind: identity.Individual, Name: "Lan", Number: number(i), Phone: fmt.Sprint("09", i),
			}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// reads reports persons that a process does not find as they were saved.
func (w *world) reads(t *testing.T, p process, n int) {
	t.Helper()
	for i := range n {
		got, ok, err := p.people.FindByNumber(t.Context(), w.d, identity.Individual, number(i))
		if err != nil || !ok || got.Number != number(i) || got.Phone != fmt.Sprint("09", i) {
			t.Fatalf("%s reads person %d as %+v, %v, %v", p.name, i, got, ok, err)
		}
	}
}

func (w *world) begin(t *testing.T, p process) string {
	t.Helper()
	key, err := p.vault.Prepare()
	must(t, err)
	must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := p.vault.Begin(t.Context(), tx, identity.NewActor("it", "p"), key)
		return err
	}))
	return key
}

func (w *world) run(t *testing.T, p process) vault.Rotation {
	t.Helper()
	for range 100 {
		if _, err := p.vault.Step(t.Context(), p.name); err != nil {
			t.Fatal(err)
		}
		o, _, err := p.vault.Last(t.Context(), w.d)
		must(t, err)
		if o.State == vault.Done {
			return o
		}
	}
	t.Fatal("the rotation does not end")
	return vault.Rotation{}
}

func TestRotationWhileOthersWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		two := w.process(t, "two")
		w.save(t, w.one, 0, 450)
		must(t, w.one.vault.Beat(ctx, w.one.name))
		must(t, two.vault.Beat(ctx, two.name))
		key := w.begin(t, w.one)
		if err := w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := two.vault.Begin(ctx, tx, identity.NewActor("x", "x"), key)
			return err
		}); !errors.Is(err, vault.ErrRunning) {
			t.Errorf("a second rotation: %v", err)
		}

		// The other process has not heard of the new key: it must not seal yet.
		for range 3 {
			_, err := w.one.vault.Step(ctx, w.one.name)
			must(t, err)
		}
		o, _, err := w.one.vault.Last(ctx, w.d)
		must(t, err)
		if o.State != vault.Prepared || len(o.Behind) != 1 || w.one.keys.Active() == key {
			t.Fatalf("it did not wait for the other process: %+v", o)
		}
		must(t, two.vault.Beat(ctx, two.name))
		_, err = w.one.vault.Step(ctx, w.one.name)
		must(t, err)
		if w.one.keys.Active() != key || two.keys.Active() == key {
			t.Fatalf("active: %s and %s", w.one.keys.Active(), two.keys.Active())
		}
		w.save(t, two, 450, 460) // the slow one seals with the old key, and opens what the new one has sealed
		w.save(t, w.one, 460, 470)
		w.reads(t, two, 470)
		must(t, two.vault.Beat(ctx, two.name))
		for range 3 { // into the middle
			_, err = w.one.vault.Step(ctx, w.one.name)
			must(t, err)
		}
		if o, _, err = w.one.vault.Last(ctx, w.d); err != nil || o.State != vault.Walking || o.Done == 0 || o.Done >= o.Total {
			t.Fatalf("not in the middle: %+v, %v", o, err)
		}
		w.reads(t, two, 470)
		w.save(t, two, 0, 20) // changes rows under the walk

		// The first process is no more. Another takes over when its lease has ended, and goes on where it was.
		three := w.process(t, "three")
		if more, err := three.vault.Step(ctx, three.name); more || err != nil {
			t.Errorf("two walk at once: %v, %v", more, err)
		}
		w.clock.Advance(61 * time.Second)
		before := o.Done
		o = w.run(t, three)
		if o.Done <= before || o.Done > o.Total || o.Unreadable != 0 {
			t.Errorf("%+v", o)
		}
		w.reads(t, two, 470)
		n, err := three.vault.Count(ctx, w.d, "k1")
		must(t, err)
		if n != 0 {
			t.Errorf("%d texts are left with the old key", n)
		}
		if n, err = three.vault.Count(ctx, w.d, key); err != nil || n != 940 {
			t.Errorf("%d texts with the new key, %v", n, err)
		}
		if err := three.vault.Retire(ctx, "k1"); !errors.Is(err, vault.ErrTooEarly) {
			t.Errorf("at once: %v", err)
		}
		w.clock.Advance(11 * time.Minute)
		must(t, three.vault.Retire(ctx, "k1"))
		fresh := w.process(t, "four")
		w.reads(t, fresh, 470)
		if len(fresh.keys.List()) != 1 {
			t.Errorf("keys %v", fresh.keys.List())
		}
	})
}

func TestRetiringIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.save(t, w.one, 0, 3)
		w.begin(t, w.one)
		if err := w.one.vault.Retire(ctx, "k1"); !errors.Is(err, vault.ErrRunning) {
			t.Errorf("while it runs: %v", err)
		}
		// A text that was changed by hand opens with nothing. It does not stop the others, and its key stays.
		must(t, w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE identity_persons SET phone_sealed = phone_sealed || 'AAAA' WHERE id = 'p1'`)
			return err
		}))
		if o := w.run(t, w.one); o.Unreadable != 1 || o.Done != 5 {
			t.Errorf("%+v", o)
		}
		w.clock.Advance(time.Hour)
		err := w.one.vault.Retire(ctx, "k1")
		if !errors.Is(err, vault.ErrInUse) {
			t.Fatalf("with a text left: %v", err)
		}
		must(t, w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE identity_persons SET phone_sealed = '' WHERE id = 'p1'`)
			return err
		}))
		must(t, w.d.Write(ctx, func(tx *db.Tx) error { // a process that has not learned of the ring
			_, err := tx.Exec(ctx, `INSERT INTO vault_processes (server, generation, at) VALUES ('slow', 1, $1)`, tx.Now)
			return err
		}))
		if err := w.one.vault.Retire(ctx, "k1"); !errors.Is(err, vault.ErrBehind) {
			t.Errorf("with a process behind: %v", err)
		}
		w.clock.Advance(2 * time.Minute)
		if err := w.one.vault.Retire(ctx, "k9"); !errors.Is(err, crypt.ErrKeyUnknown) {
			t.Errorf("a key that is not there: %v", err)
		}
		must(t, w.one.vault.Retire(ctx, "k1"))
	})
}

// Registers keep sealed texts in tables of their own, and in the JSON of their
// history.
func TestRegistersAndSearchHashes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.one
		actor := identity.NewActor("a", "p").Grant(registers.PermEdit, identity.Place{Unit: "u", Subtree: true})
		actor.Unit = "u"
		scope, err := access.Require(actor, registers.PermEdit)
		must(t, err)
		vi := func(s string) i18n.Text { return i18n.Text{VI: s} }
		book := registers.Definition{ID: "ho-ngheo", Title: vi("Sổ"), Version: 1, Fields: []registers.Field{
			{Key: "code", Label: vi("Mã"), Type: registers.Line, Required: true, Max: 20},
			{Key: "number", Label: vi("Số"), Type: registers.Number, Personal: registers.Basic, Unique: true},
		}, List: registers.List{Columns: []string{"code"}, Sort: "code"}}
		var record string
		must(t, w.d.Write(ctx, func(tx *db.Tx) error {
			if _, err := orgs.Apply(ctx, tx, []orgs.Unit{{ID: "u", Kind: orgs.Commune, Name: vi("Xã")}}); err != nil {
				return err
			}
			plan, err := p.keeper.Plan(ctx, tx, book)
			if err != nil {
				return err
			}
			if err := p.keeper.Apply(ctx, tx, actor, plan); err != nil {
				return err
			}
			made, err := p.keeper.Insert(ctx, tx, actor, scope, book.ID, "u", map[string]any{"code": "1", "number": number(1)})
			if err != nil {
				return err
			}
			record = made.ID
			_, err = p.keeper.Update(ctx, tx, actor, scope, book.ID, record, made.Version, map[string]any{"number": number(2)})
			return err
		}))
		w.save(t, p, 0, 5)
		key := w.begin(t, p)
		if o := w.run(t, p); o.Done != 12 || o.Unreadable != 0 {
			t.Errorf("%+v", o)
		}
		if n, err := p.vault.Count(ctx, w.d, key); err != nil || n != 12 {
			t.Errorf("%d texts, %v", n, err)
		}
		w.clock.Advance(time.Hour)
		must(t, p.vault.Retire(ctx, "k1"))

		other := w.process(t, "other")
		must(t, other.vault.Beat(ctx, other.name))
		if _, err := p.vault.Reindex(ctx, p.name, nil); !errors.Is(err, vault.ErrOthersRun) {
			t.Errorf("while another runs: %v", err)
		}
		must(t, other.vault.Leave(ctx, other.name))
		was := p.keys.Index("person number", number(1))
		n, err := p.vault.Reindex(ctx, p.name, nil)
		if err != nil || n != 12 || p.keys.Index("person number", number(1)) == was {
			t.Errorf("%d texts, %v", n, err)
		}
		again := w.process(t, "again") // reads in the database which key is in force
		w.reads(t, again, 5)
		var hash, history string
		must(t, w.d.QueryRow(ctx, `SELECT r.f_number_index, h.before_json FROM reg_ho_ngheo r JOIN reg_ho_ngheo_history h ON h.id = r.id`).Scan(&hash, &history))
		if hash != again.keys.Index("person number", number(2)) || !strings.Contains(history, again.keys.Index("person number", number(1))) || strings.Contains(history, was) {
			t.Errorf("hash %s, history %s", hash, history)
		}
		err = w.d.Write(ctx, func(tx *db.Tx) error {
			_, err := again.keeper.Insert(ctx, tx, actor, scope, book.ID, "u", map[string]any{"code": "2", "number": number(2)})
			return err
		})
		if err == nil {
			t.Error("a number that is taken was taken again")
		}
	})
}

// What somebody has changed since it was read is not written over.
func TestAChangeMeanwhileStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.save(t, w.one, 0, 3)
		key, err := w.one.vault.Prepare()
		must(t, err)
		must(t, w.one.keys.Activate(key))
		n, err := w.one.vault.Between(t.Context(), identity.Sealed()[1], func() {
			must(t, w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.one.people.SavePerson(t.Context(), tx, identity.Person{ID: "p1", Kind: identity.Individual, Name: "Lan", Number: number(1), Phone: "new"})
				return err
			}))
		})
		must(t, err)
		got, err := w.one.people.GetPerson(t.Context(), w.d, "p1")
		must(t, err)
		if n != 2 || got.Phone != "new" {
			t.Errorf("%d written, the phone is %q", n, got.Phone)
		}
	})
}

// A transaction that began with the old key may end behind the walk.
func TestAStragglerIsFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		slow := w.process(t, "slow") // never says that it runs, and does not look at the ring again
		w.save(t, w.one, 100, 400)
		w.begin(t, w.one)
		for range 3 {
			_, err := w.one.vault.Step(ctx, w.one.name)
			must(t, err)
		}
		o, _, err := w.one.vault.Last(ctx, w.d)
		must(t, err)
		if o.State != vault.Walking || o.Done == 0 {
			t.Fatalf("%+v", o)
		}
		w.save(t, slow, 0, 1) // its id comes before all
		if n, err := w.one.vault.Count(ctx, w.d, "k1"); err != nil || n < 2 {
			t.Fatalf("%d, %v", n, err)
		}
		w.run(t, w.one)
		if n, err := w.one.vault.Count(ctx, w.d, "k1"); err != nil || n != 0 {
			t.Errorf("%d texts are left behind the walk, %v", n, err)
		}
	})
}
