// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// catalogue has the procedures a, b and c; c alone is in the field f.
type catalogue struct{}

func (catalogue) Known(_ context.Context, ids []string) (map[string]i18n.Text, error) {
	all := map[string]i18n.Text{}
	for _, id := range ids {
		if id == "a" || id == "b" || id == "c" {
			all[id] = i18n.Text{VI: id}
		}
	}
	return all, nil
}

func (catalogue) Fields(context.Context) (map[string]i18n.Text, error) {
	return map[string]i18n.Text{"f": {VI: "Lĩnh vực"}}, nil
}

func (catalogue) InFields(context.Context, db.Querier, []string) ([]string, error) {
	return []string{"c"}, nil
}

type world struct {
	t      *testing.T
	db     *db.DB
	clock  *dbtest.Clock
	people *identity.Directory
	keys   *crypt.Keys
	svc    *core.Service
	who    map[string]identity.Actor
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	sets := []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), events.Migrations(), files.Migrations(), store.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		keys := crypt.Ephemeral()
		w := &world{t: t, db: d, clock: c, people: identity.NewDirectory(keys), keys: keys, who: map[string]identity.Actor{}}
		blobs, err := blob.Open(t.TempDir(), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = blobs.Close() })
		w.svc = core.New(core.Deps{DB: d, Keys: keys, People: w.people, Catalogue: catalogue{}, Files: files.New(blobs, keys)})
		w.write(func(tx *db.Tx) error {
			_, err := orgs.Apply(t.Context(), tx, []orgs.Unit{{ID: "phuong", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}, {ID: "khac", Kind: orgs.Ward, Name: i18n.Text{VI: "Khác"}}})
			return err
		})
		at := identity.Place{Unit: "phuong", Subtree: true}
		for i, p := range []struct {
			login string
			place identity.Place
			may   []identity.Permission
		}{
			{"an", identity.Place{}, []identity.Permission{persons.PermAct}},
			{"binh", identity.Place{}, []identity.Permission{persons.PermAct}},
			{"clerk", at, []identity.Permission{persons.PermRegister, persons.PermFind}},
			{"admin", at, []identity.Permission{persons.PermMerge, persons.PermConfirm, persons.PermFind}},
			{"leader", at, []identity.Permission{persons.PermConfirm, persons.PermFind}},
			{"elsewhere", identity.Place{Unit: "khac"}, []identity.Permission{persons.PermConfirm}},
		} {
			id := w.person(identity.Person{Name: "Người " + p.login, Number: fmt.Sprintf("08908000000%d", i)})
			w.write(func(tx *db.Tx) error {
				_, err := w.people.SaveAccount(t.Context(), tx, identity.Account{ID: p.login, Person: id, Login: p.login}, "")
				return err
			})
			a := identity.NewActor(p.login, id)
			a.Unit, a.Session = p.place.Unit, "s-"+p.login
			for _, one := range p.may {
				a = a.Grant(one, p.place)
			}
			w.who[p.login] = a
		}
		f(w)
	})
}

func (w *world) write(f func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) person(p identity.Person) (id string) {
	w.t.Helper()
	if p.Kind == "" {
		p.Kind = identity.Individual
	}
	w.write(func(tx *db.Tx) (err error) {
		id, err = w.people.SavePerson(w.t.Context(), tx, p)
		return err
	})
	return id
}

func (w *world) must(id string, err error) string {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) day(n int) string { return orgs.Day(db.At(w.clock.Now().AddDate(0, 0, n))) }

// grant lets bình act for an, in a procedure, from today to a day.
func (w *world) grant(procedure string, until int, acts ...access.Act) string {
	w.t.Helper()
	id := w.must(w.svc.OfferRepresentation(w.t.Context(), w.who["an"], core.Grant{
		Agent: core.Who{Name: "nguoi BINH", Number: "089080000001"}, Basis: persons.Authorisation, Paper: core.Paper{Number: "1", Date: w.day(0)},
		Limits: core.Limits{Procedures: []string{procedure}, Acts: acts}, Until: w.day(until),
	}))
	if err := w.svc.AnswerRepresentation(w.t.Context(), w.who["binh"], id, true); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// stands asks in a transaction whether bình may do something for an with a procedure.
func (w *world) stands(act access.Act, procedure string) (ok bool, failed error) {
	w.t.Helper()
	a := w.who["binh"]
	a.For = identity.Behalf{Person: w.who["an"].Person}
	w.write(func(tx *db.Tx) error {
		ok = false
		stands, err := w.svc.Standing(w.t.Context(), tx, a, act)
		failed = err
		for _, s := range stands {
			ok = ok || s.Covers(procedure)
		}
		return nil
	})
	return ok, failed
}

// Whatever rights there are, what stands is exactly what one of them says at this
// moment: never by one that is offered, to come, over or revoked, nor beyond its limits.
func TestNothingStandsBesideARight(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		if _, err := w.stands(access.See, "a"); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("no right: %v", err)
		}
		one := w.grant("a", 0, access.See, access.Send)
		two := w.grant("b", 2, access.See)
		type want struct {
			act       access.Act
			procedure string
			ok        bool
		}
		check := func(when string, all ...want) {
			t.Helper()
			for _, x := range all {
				if ok, err := w.stands(x.act, x.procedure); ok != x.ok {
					t.Errorf("%s: %s %s: %v %v", when, x.act, x.procedure, ok, err)
				}
			}
		}
		check("both hold", want{access.See, "a", true}, want{access.Send, "a", true}, want{access.See, "b", true}, want{access.Send, "b", false}, want{access.Pay, "a", false}, want{access.See, "c", false})
		if _, err := w.stands(access.Pay, "a"); !errors.Is(err, persons.ErrNotGiven) {
			t.Errorf("an act that nobody gave: %v", err)
		}
		w.clock.Advance(14*time.Hour + 30*time.Minute - time.Microsecond) // 9:30 in the morning, until just before midnight
		check("the last moment", want{access.Send, "a", true})
		w.clock.Advance(time.Microsecond)
		check("midnight", want{access.See, "a", false}, want{access.Send, "a", false}, want{access.See, "b", true})
		if err := w.svc.EndRepresentation(t.Context(), w.who["binh"], one, ""); !errors.Is(err, persons.ErrDecided) {
			t.Errorf("what is over is ended: %v", err)
		}
		if err := w.svc.EndRepresentation(t.Context(), w.who["leader"].Grant(persons.PermAct, identity.Place{}), two, ""); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("a stranger ends it: %v", err)
		}
		if err := w.svc.EndRepresentation(t.Context(), w.who["an"], two, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.stands(access.See, "b"); !errors.Is(err, persons.ErrOver) || errs.KindOf(err) != errs.NotFound {
			t.Errorf("revoked: %v", err)
		}
	})
}

// All that is wrong with an input is said at once, and the same right is not given twice.
func TestWrongRights(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		_, err := w.svc.OfferRepresentation(ctx, w.who["an"], core.Grant{Agent: core.Who{Number: "12"}, Basis: "law", Limits: core.Limits{Procedures: []string{"z"}, Acts: []access.Act{"steal"}}, From: "2026-02-30", Until: "2020-01-01"})
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || len(e.Fields) < 6 {
			t.Errorf("%v", err)
		}
		w.grant("a", 1, access.See)
		_, err = w.svc.OfferRepresentation(ctx, w.who["an"], core.Grant{
			Agent: core.Who{Name: "Người binh", Number: "089080000001"}, Basis: persons.Authorisation, Paper: core.Paper{Number: "2", Date: w.day(0)},
			Limits: core.Limits{Procedures: []string{"a"}, Acts: []access.Act{access.See}}, Until: w.day(5),
		})
		if !errors.Is(err, persons.ErrOverlap) {
			t.Errorf("twice: %v", err)
		}
		_, err = w.svc.RegisterRepresentation(ctx, w.who["clerk"], core.Registration{
			Represented: core.Who{Kind: identity.Organisation, Name: "Công ty A", Number: "0300588568"},
			Grant:       core.Grant{Agent: core.Who{Name: "Người binh", Number: "089080000001"}, Basis: persons.Law},
		})
		if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 1 || e.Fields[0].Code != "form.tax_code" {
			t.Errorf("a tax code with a wrong check digit: %v", err)
		}
	})
}

// Who represents by law holds only when a second official has looked.
func TestByLawNeedsASecondOfficial(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		id := w.must(w.svc.RegisterRepresentation(ctx, w.who["clerk"], core.Registration{
			Represented: core.Who{Kind: identity.Organisation, Name: "Công ty A", Number: "0300588569"},
			Grant:       core.Grant{Agent: core.Who{Name: "Người binh", Number: "089080000001"}, Basis: persons.Law},
		}))
		if all, err := w.svc.ListChoices(ctx, w.who["binh"]); err != nil || len(all) != 0 {
			t.Errorf("before: %v %v", all, err)
		}
		for login, want := range map[string]error{"elsewhere": persons.ErrNotFound, "clerk": access.ErrNotAllowed, "an": access.ErrNotAllowed} {
			if err := w.svc.ConfirmRepresentation(ctx, w.who[login], id, true, ""); !errors.Is(err, want) {
				t.Errorf("%s: %v", login, err)
			}
		}
		if err := w.svc.ConfirmRepresentation(ctx, w.who["clerk"].Grant(persons.PermConfirm, identity.Place{Unit: "phuong"}), id, true, ""); !errors.Is(err, persons.ErrSame) {
			t.Errorf("who registered: %v", err)
		}
		if err := w.svc.ConfirmRepresentation(ctx, w.who["leader"], id, true, ""); err != nil {
			t.Fatal(err)
		}
		all, err := w.svc.ListChoices(ctx, w.who["binh"])
		if err != nil || len(all) != 1 || all[0].Name != "Công ty A" {
			t.Errorf("after: %v %v", all, err)
		}
	})
}

// A parent acts for a child until the child comes of age.
func TestUntilTheChildIsOfAge(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		care := core.Care{
			Ward: core.Who{Name: "Bé", Born: "2008-03-04"}, Guardian: core.Who{Name: "Người binh", Number: "089080000001"}, Basis: persons.Parent, Reason: core.Minor, Paper: core.Paper{Number: "KS-1"},
		}
		w.must(w.svc.RegisterGuardian(t.Context(), w.who["clerk"], care))
		for _, step := range []struct {
			ahead time.Duration
			want  int
		}{{0, 1}, {38*time.Hour + 30*time.Minute - time.Microsecond, 1}, {time.Microsecond, 0}} {
			w.clock.Advance(step.ahead)
			if all, err := w.svc.ListChoices(t.Context(), w.who["binh"]); err != nil || len(all) != step.want {
				t.Errorf("%v: %v %v", w.clock.Now(), all, err)
			}
		}
		if _, err := w.svc.RegisterGuardian(t.Context(), w.who["clerk"], care); !errors.Is(err, persons.ErrOfAge) {
			t.Errorf("of age: %v", err)
		}
	})
}

// Two who are one become one and two again; what has changed since is named.
func TestMergeAndUndo(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		twin := w.person(identity.Person{Name: "Nguyễn Văn Đôi", Number: "089080000021", Born: "1980-01-02"})
		other := w.person(identity.Person{Name: "Nguyễn Văn Đôi", Number: "089080000012", Born: "1980-01-02"})
		w.write(func(tx *db.Tx) error {
			_, err := w.people.SaveAccount(ctx, tx, identity.Account{ID: "doi", Person: twin, Login: "doi"}, "")
			return err
		})
		for more := true; more; {
			var err error
			if more, err = w.svc.Tick(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pairs, err := w.svc.ListPairs(ctx, w.who["admin"], "")
		if err != nil || len(pairs.Items) != 1 || pairs.Items[0].Why != core.SameBorn {
			t.Fatalf("pairs: %+v %v", pairs, err)
		}
		id := w.must(w.svc.ProposeMerge(ctx, w.who["admin"], twin, other, "Nhập nhầm số"))
		if _, err := w.svc.ProposeMerge(ctx, w.who["admin"], other, twin, "x"); !errors.Is(err, persons.ErrMerging) {
			t.Errorf("two merges of one person: %v", err)
		}
		if err := w.svc.DecideMerge(ctx, w.who["admin"], id, true, ""); !errors.Is(err, persons.ErrSame) {
			t.Errorf("alone: %v", err)
		}
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i := range results {
			wg.Go(func() { results[i] = w.svc.DecideMerge(ctx, w.who["leader"], id, true, "") })
		}
		wg.Wait()
		if done := errors.Join(results...); !errors.Is(done, persons.ErrDecided) || (results[0] != nil) == (results[1] != nil) {
			t.Errorf("pressed by two at once: %v", results)
		}
		p, found, err := w.people.FindByNumber(ctx, w.db, identity.Individual, "089080000021")
		if err != nil || !found || p.ID != other {
			t.Errorf("the old number: %+v %v", p, err)
		}
		if a, err := w.people.GetAccount(ctx, w.db, "doi"); err != nil || a.Person != other {
			t.Errorf("the account: %+v %v", a, err)
		}
		w.write(func(tx *db.Tx) error { // somebody has changed it since
			_, err := w.people.MoveAccount(ctx, tx, "doi", other, w.who["an"].Person)
			return err
		})
		if err := w.svc.UndoMerge(ctx, w.who["leader"], id, "Là hai người"); !errors.Is(err, persons.ErrMoved) {
			t.Errorf("what has changed: %v", err)
		}
		w.write(func(tx *db.Tx) error {
			_, err := w.people.MoveAccount(ctx, tx, "doi", w.who["an"].Person, other)
			return err
		})
		if err := w.svc.UndoMerge(ctx, w.who["leader"], id, "Là hai người"); err != nil {
			t.Fatal(err)
		}
		if a, err := w.people.GetAccount(ctx, w.db, "doi"); err != nil || a.Person != twin {
			t.Errorf("put back: %+v %v", a, err)
		}
		if p, _, err := w.people.FindByNumber(ctx, w.db, identity.Individual, "089080000021"); err != nil || p.ID != twin {
			t.Errorf("the number again: %+v %v", p, err)
		}
	})
}

// A number that comes with another name makes two persons until an official decides.
func TestOneNumberTwoPeople(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		holder, err := w.people.GetPerson(ctx, w.db, w.who["an"].Person)
		if err != nil {
			t.Fatal(err)
		}
		var first, again string
		w.write(func(tx *db.Tx) (err error) {
			said := identity.Person{Kind: identity.Individual, Name: "Lê Thị Khác", Number: holder.Number}
			if first, err = w.svc.ClaimNumber(ctx, tx, w.who["clerk"], holder, said); err != nil {
				return err
			}
			again, err = w.svc.ClaimNumber(ctx, tx, w.who["clerk"], holder, said)
			return err
		})
		if first == holder.ID || first != again {
			t.Errorf("%s, %s, %s", holder.ID, first, again)
		}
		all, err := w.svc.ListClaims(ctx, w.who["admin"], "")
		if err != nil || len(all.Items) != 1 {
			t.Fatalf("%+v %v", all, err)
		}
		if err := w.svc.SettleClaim(ctx, w.who["admin"], all.Items[0].ID, core.OfClaimant, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a basis: %v", err)
		}
		if err := w.svc.SettleClaim(ctx, w.who["admin"], all.Items[0].ID, core.OfClaimant, "Thẻ căn cước gốc"); err != nil {
			t.Fatal(err)
		}
		if p, _, err := w.people.FindByNumber(ctx, w.db, identity.Individual, holder.Number); err != nil || p.ID != first {
			t.Errorf("whose it is: %+v %v", p, err)
		}
	})
}

// A person is a member of one household at a time, and a household has one head.
func TestHouseholds(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx, clerk := t.Context(), w.who["clerk"]
		home := w.must(w.svc.OpenHousehold(ctx, clerk, core.NewHousehold{Head: core.Who{Name: "Người an", Number: "089080000000"}, Address: "Số 1"}))
		if err := w.svc.AddMember(ctx, clerk, home, core.Who{Name: "Người binh", Number: "089080000001"}, "spouse", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.svc.OpenHousehold(ctx, clerk, core.NewHousehold{Head: core.Who{Name: "Người binh", Number: "089080000001"}, Address: "Số 2"}); !errors.Is(err, persons.ErrElsewhere) {
			t.Errorf("twice: %v", err)
		}
		h, found, err := w.svc.OwnHousehold(ctx, w.who["binh"])
		if err != nil || !found || len(h.Members) != 2 || h.Members[0].Relation != core.Head {
			t.Fatalf("%+v %v", h, err)
		}
		if err := w.svc.LeaveHousehold(ctx, clerk, home, h.Members[0].ID, ""); !errors.Is(err, persons.ErrHead) {
			t.Errorf("the head leaves: %v", err)
		}
		if err := w.svc.ChangeHead(ctx, clerk, home, h.Members[1].ID, "spouse"); err != nil {
			t.Fatal(err)
		}
		if h, _, err = w.svc.OwnHousehold(ctx, w.who["an"]); err != nil || h.Members[0].Name != "Người binh" {
			t.Errorf("%+v %v", h, err)
		}
	})
}
