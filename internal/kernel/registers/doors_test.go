// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// priced is a register that is written by proposals, with real accounts.
type priced struct {
	world
	def      registers.Definition
	people   map[string]identity.Actor
	holdings map[string][]string // ids, by login
}

func newPrices(t *testing.T, w world) priced {
	t.Helper()
	d, problems := decode(t, prices)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return newOffice(t, w, d, map[string][]string{
		"officer": {"officer east"}, "other": {"officer west"}, "leader": {"leader east"}, "leader2": {"leader east"}, "far": {"leader west"}, "both": {"officer east", "leader east"},
	})
}

// newOffice applies a register and gives people roles in units: "leader east".
func newOffice(t *testing.T, w world, d registers.Definition, posts map[string][]string) priced {
	t.Helper()
	keys := crypt.Ephemeral()
	w.keeper = registers.NewKeeper(keys)
	p := priced{world: w, def: d, people: map[string]identity.Actor{}, holdings: map[string][]string{}}
	w.write(t, func(tx *db.Tx) error {
		_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil)
		return err
	})
	w.apply(t, d)
	dir := identity.NewDirectory(keys)
	w.write(t, func(tx *db.Tx) error {
		for login, held := range posts {
			person, err := dir.SavePerson(t.Context(), tx, identity.Person{Kind: identity.Individual, Name: "Người " + login})
			if err != nil {
				return err
			}
			account, err := dir.SaveAccount(t.Context(), tx, identity.Account{Person: person, Login: login}, "")
			if err != nil {
				return err
			}
			for i, post := range held {
				role, unit, _ := strings.Cut(post, " ")
				kind := access.Main
				if i > 0 {
					kind = access.Concurrent
				}
				id, err := access.Give(t.Context(), tx, access.Holding{Account: account, Role: access.RoleID(role), Unit: orgs.ID(unit), Subtree: true, Kind: kind, Decision: "1", DecidedOn: "2026-01-01", EnteredBy: "t"})
				if err != nil {
					return err
				}
				p.holdings[login] = append(p.holdings[login], id)
			}
			p.people[login] = identity.NewActor(account, person)
		}
		return nil
	})
	for login := range posts {
		p.reload(t, login)
	}
	return p
}

// reload gives somebody the rights that they have now.
func (p priced) reload(t *testing.T, login string) {
	t.Helper()
	old := p.people[login]
	now, err := access.Load(t.Context(), p.d, identity.NewActor(old.Account, old.Person), p.d.Now())
	ok(t, err)
	p.people[login] = now
}

func (p priced) do(t *testing.T, who string, f func(tx *db.Tx, s registers.Standing) error) error {
	t.Helper()
	return p.d.Write(t.Context(), func(tx *db.Tx) error {
		s, err := p.keeper.Stand(t.Context(), tx, p.people[who], p.def.ID)
		if err != nil {
			return err
		}
		return f(tx, s)
	})
}

func (p priced) propose(t *testing.T, who string, act registers.Act, record string, seen int64, values map[string]any) (made registers.Proposal) {
	t.Helper()
	ok(t, p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		made, err = p.keeper.Propose(t.Context(), tx, s, act, "east", record, seen, values)
		return err
	}))
	return made
}

func (p priced) decide(t *testing.T, who, proposal string, yes bool, words string) (made registers.Proposal, err error) {
	t.Helper()
	err = p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		made, err = p.keeper.Decide(t.Context(), tx, s, proposal, yes, words)
		return err
	})
	return made, err
}

func (p priced) view(t *testing.T, who, proposal string, why access.Purpose) (v registers.ProposalView, err error) {
	t.Helper()
	err = p.do(t, who, func(tx *db.Tx, s registers.Standing) (err error) {
		v, err = p.keeper.ViewProposal(t.Context(), tx, s, proposal, why)
		return err
	})
	return v, err
}

// shelves counts what somebody finds on the shelves.
func (p priced) shelves(t *testing.T, who string) string {
	t.Helper()
	var said []string
	ok(t, p.do(t, who, func(tx *db.Tx, s registers.Standing) error {
		for _, shelf := range registers.Shelves() {
			n, _, err := p.keeper.CountProposals(t.Context(), tx, s, shelf, 100)
			if err != nil {
				return err
			}
			listed := 0
			for after := ""; ; {
				page, err := p.keeper.ListProposals(t.Context(), tx, s, shelf, after, 1)
				if err != nil {
					return err
				}
				listed += len(page.Proposals)
				if after = page.Next; after == "" {
					break
				}
			}
			if listed != n {
				t.Errorf("%s: %d counted on %s, %d listed", who, n, shelf, listed)
			}
			said = append(said, fmt.Sprint(n))
		}
		return nil
	}))
	return strings.Join(said, " ")
}

func differences(v registers.ProposalView) string {
	said := ""
	for _, d := range v.Differences {
		said += fmt.Sprintf("%s: %v → %v", d.Field.Key, d.Now, d.Then)
		if d.Withheld {
			said += " withheld"
		}
		if d.Moved {
			said += " moved"
		}
		said += "; "
	}
	return said + fmt.Sprintf("unseen %d stale %v newer %v decide %v withdraw %v", v.Unseen, v.Stale, v.Newer, v.MayDecide, v.MayWithdraw)
}

// Each finds the proposals that are theirs, and of each only what they may see.
func TestShelvesOfProposals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPrices(t, w)
		one := p.propose(t, "officer", registers.Add, "", 0, map[string]any{"name": "Lúa", "price": 7200, "phone": "0900000001"})
		two := p.propose(t, "both", registers.Add, "", 0, map[string]any{"name": "Ngô"})
		for who, want := range map[string]string{
			"officer": "0 1 0", "both": "1 1 0", "leader": "2 0 0", "far": "0 0 0", "other": "0 0 0",
		} {
			if got := p.shelves(t, who); got != want {
				t.Errorf("%s finds %s, want %s", who, got, want)
			}
		}
		for _, tt := range []struct {
			who  string
			why  access.Purpose
			want string
		}{
			{"officer", "", "name: <nil> → Lúa; price: <nil> → 7200; phone: <nil> → <nil> withheld; unseen 0 stale false newer false decide false withdraw true"},
			{"officer", access.Handling, "name: <nil> → Lúa; price: <nil> → 7200; phone: <nil> → 0900000001; unseen 0 stale false newer false decide false withdraw true"},
			{"leader", access.Handling, "name: <nil> → Lúa; price: <nil> → 7200; unseen 1 stale false newer false decide true withdraw false"},
			{"both", access.Handling, "name: <nil> → Lúa; price: <nil> → 7200; phone: <nil> → 0900000001; unseen 0 stale false newer false decide true withdraw false"},
		} {
			v, err := p.view(t, tt.who, one.ID, tt.why)
			if err != nil || differences(v) != tt.want {
				t.Errorf("%s for %q: %v\n got %s\nwant %s", tt.who, tt.why, err, differences(v), tt.want)
			}
			if v.Values["phone"] != nil && (tt.why == "" || tt.who == "leader") {
				t.Errorf("%s has the telephone number", tt.who)
			}
		}
		if n := p.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, string(registers.AuditRead), "gia/"+one.ID); n != 3 {
			t.Errorf("%d readings were recorded", n)
		}
		for _, who := range []string{"far", "other"} {
			if _, err := p.view(t, who, one.ID, ""); !errors.Is(err, registers.ErrNoneSuch) {
				t.Errorf("%s sees it: %v", who, err)
			}
		}
		_, err := p.decide(t, "both", two.ID, true, "")
		if !errors.Is(err, registers.ErrOwn) {
			t.Errorf("agreed to the own: %v", err)
		}
		_, err = p.decide(t, "leader", two.ID, true, "")
		ok(t, err)
		if got := p.shelves(t, "both") + ", " + p.shelves(t, "leader"); got != "1 1 1, 1 0 1" {
			t.Errorf("after one was decided: %s", got)
		}
		told, err := p.keeper.Deciders(t.Context(), p.d, p.def, one, p.d.Now())
		ok(t, err)
		want := []string{p.people["leader"].Account, p.people["leader2"].Account, p.people["both"].Account}
		slices.Sort(told)
		slices.Sort(want)
		if !slices.Equal(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
	})
}

// A proposal says what it changes in the record as it is now, and that the record
// is no more what it was.
func TestDifferencesAgainstNow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPrices(t, w)
		made := p.propose(t, "officer", registers.Add, "", 0, map[string]any{"name": "Lúa", "price": 7200})
		done, err := p.decide(t, "leader", made.ID, true, "")
		ok(t, err)
		late := p.propose(t, "officer", registers.Amend, done.Record, 1, map[string]any{"name": "Lúa", "price": 7300})
		quick := p.propose(t, "both", registers.Amend, done.Record, 1, map[string]any{"price": 7400})
		v, err := p.view(t, "leader", late.ID, "")
		ok(t, err)
		if got := differences(v); got != "price: 7200 → 7300; unseen 0 stale false newer false decide true withdraw false" {
			t.Errorf("before: %s", got)
		}
		var waiting int
		ok(t, p.do(t, "officer", func(tx *db.Tx, s registers.Standing) (err error) {
			waiting, err = p.keeper.Awaited(t.Context(), tx, s, done.Record)
			return err
		}))
		if waiting != 2 {
			t.Errorf("%d wait about the record", waiting)
		}
		_, err = p.decide(t, "leader", quick.ID, true, "")
		ok(t, err)
		if v, err = p.view(t, "leader", late.ID, ""); err != nil || differences(v) != "price: 7400 → 7300 moved; unseen 0 stale true newer false decide true withdraw false" {
			t.Errorf("after: %v %s", err, differences(v))
		}
		if v, err = p.view(t, "leader", quick.ID, ""); err != nil || differences(v) != "price: 7200 → 7400; unseen 0 stale false newer false decide false withdraw false" {
			t.Errorf("decided: %v %s", err, differences(v))
		}
		// The file changes: what was proposed names a field that is no more, and lacks one that is needed.
		text := strings.Replace(strings.Replace(prices, "version: 1", "version: 2", 1), "label: Giá,", "label: Giá, hidden: true,", 1)
		d, problems := decode(t, text)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		fresh := p.propose(t, "officer", registers.Amend, done.Record, 2, map[string]any{"price": 7500})
		p.apply(t, d)
		if v, err = p.view(t, "leader", fresh.ID, ""); err != nil || differences(v) != "unseen 0 stale false newer true decide true withdraw false" {
			t.Errorf("with a newer file: %v %s", err, differences(v))
		}
		if _, err = p.decide(t, "leader", fresh.ID, true, ""); !slices.Equal(fields(t, err), []string{"price:unknown"}) {
			t.Errorf("wrote a field that is no more: %v", err)
		}
		_, err = p.decide(t, "leader", fresh.ID, false, "Sổ đã đổi")
		ok(t, err)
	})
}

// Who has lost the right since gets nothing written; who decides has it at that moment.
func TestRightsLostBetween(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPrices(t, w)
		made := p.propose(t, "officer", registers.Add, "", 0, map[string]any{"name": "Lúa"})
		p.write(t, func(tx *db.Tx) error {
			return access.End(t.Context(), tx, p.holdings["officer"][0], tx.Now, "t", "2")
		})
		if _, err := p.decide(t, "leader", made.ID, true, ""); !errors.Is(err, registers.ErrAuthor) {
			t.Errorf("wrote for who may not write: %v", err)
		}
		if n := p.count(t, `SELECT COUNT(*) FROM reg_gia`); n != 0 {
			t.Error("it is written")
		}
		_, err := p.decide(t, "leader", made.ID, false, "Người đề nghị đã chuyển công tác")
		ok(t, err)
		p.reload(t, "officer")
		if err := p.do(t, "officer", func(*db.Tx, registers.Standing) error { return nil }); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("still stands in the register: %v", err)
		}
	})
}

// Two decide, or one decides while the author withdraws: exactly one is heard.
func TestDecidingAtTheSameMoment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPrices(t, w)
		for round := range 6 {
			made := p.propose(t, "officer", registers.Add, "", 0, map[string]any{"name": fmt.Sprint("Mặt hàng ", round)})
			second := func() error { _, err := p.decide(t, "leader2", made.ID, true, ""); return err }
			if round%2 == 1 {
				second = func() error {
					return p.do(t, "officer", func(tx *db.Tx, s registers.Standing) error {
						_, err := p.keeper.Withdraw(t.Context(), tx, s, made.ID)
						return err
					})
				}
			}
			results := make([]error, 2)
			var wg sync.WaitGroup
			wg.Go(func() { _, results[0] = p.decide(t, "leader", made.ID, true, "") })
			wg.Go(func() { results[1] = second() })
			wg.Wait()
			heard := 0
			for _, err := range results {
				if err == nil {
					heard++
				} else if !errors.Is(err, registers.ErrDecided) {
					t.Errorf("round %d: %v", round, err)
				}
			}
			if n := p.count(t, `SELECT COUNT(*) FROM audit_records WHERE subject = $1 AND event IN ('registers.agreed', 'registers.withdrawn')`, "gia/"+made.ID); heard != 1 || n != 1 {
				t.Errorf("round %d: %d were heard, %d recorded", round, heard, n)
			}
		}
	})
}

// Shelves of a full table are read by an index.
func TestShelvesAreReadByIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		p := newPrices(t, w)
		p.write(t, func(tx *db.Tx) error {
			for i := range 20_000 {
				state := registers.Agreed
				if i%100 == 0 {
					state = registers.Waiting
				}
				if _, err := tx.Exec(t.Context(), `INSERT INTO registers_proposals (id, register, record, unit_id, act, seen, values_sealed, proposed_by, proposed_at, state, decided_by, words)
					VALUES ($1, $2, '', 'east', 'add', 0, '', $3, 0, $4, '', '')`, fmt.Sprintf("p%06d", i), []string{"gia", "khac"}[i%2], fmt.Sprint("a", i%11), state); err != nil {
					return err
				}
			}
			return nil
		})
		analyze(t, p.d)
		s, err := p.keeper.Stand(t.Context(), p.d, p.people["leader"], "gia")
		ok(t, err)
		for _, shelf := range registers.Shelves() {
			for _, after := range []string{"", "p001000"} {
				query, args := registers.ShelfQuery(s, shelf, after)
				if said := explain(t, p.d, query, args); !strings.Contains(said, "registers_proposals_") || strings.Contains(said, "Seq Scan on registers_proposals") || strings.Contains(said, "TEMP B-TREE") {
					t.Errorf("%s:\n%s\n%s", shelf, query, said)
				}
			}
		}
	})
}

func analyze(t *testing.T, d *db.DB) {
	t.Helper()
	ok(t, d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `ANALYZE`)
		return err
	}))
}

func explain(t *testing.T, d *db.DB, query string, args []any) string {
	t.Helper()
	return strings.Join(dbtest.Plan(t, d, query, args...), "\n")
}
