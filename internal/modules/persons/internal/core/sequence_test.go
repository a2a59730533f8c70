// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/db"
)

// given is a right as the test remembers it: between the persons as they were
// when it was given.
type given struct {
	id, agent, represented, procedure string
	acts                              []access.Act
	until                             time.Time
	accepted, over                    bool
}

type joined struct{ id, from, to string }

// some are three people of one run, with what was done to them.
type some struct {
	*world
	rt     *rapid.T
	logins []string
	first  map[string]string // login → the person at the beginning
	number map[string]string // person → number
	rights []*given
	merges []joined // in force, the oldest first
}

// now is who a person is by the merges in force.
func (s *some) now(person string) string {
	for again := true; again; {
		again = false
		for _, m := range s.merges {
			if m.from == person {
				person, again = m.to, true
			}
		}
	}
	return person
}

func (s *some) actor(login string) identity.Actor {
	a, err := s.people.GetAccount(s.t.Context(), s.db, login)
	if err != nil {
		s.rt.Fatal(err)
	}
	return identity.NewActor(login, a.Person).Grant(persons.PermAct, identity.Place{})
}

// expected reports by the test's own memory whether somebody may act.
func (s *some) expected(agent, represented string, act access.Act, procedure string) bool {
	return slices.ContainsFunc(s.rights, func(g *given) bool {
		return g.accepted && !g.over && g.until.After(s.clock.Now()) && g.procedure == procedure && slices.Contains(g.acts, act) &&
			s.now(g.agent) == agent && s.now(g.represented) == represented && agent != represented
	})
}

// check compares what stands with what was given.
func (s *some) check(after string) {
	for _, login := range s.logins {
		a := s.actor(login)
		if a.Person != s.now(s.first[login]) {
			s.rt.Fatalf("%s: the account of %s is another's", after, login)
		}
		for _, of := range s.first {
			a.For = identity.Behalf{Person: of}
			for _, act := range []access.Act{access.See, access.Send} {
				stands, err := s.svc.Standing(s.t.Context(), s.db, a, act)
				for _, procedure := range []string{"a", "b"} {
					got := err == nil && slices.ContainsFunc(stands, func(r access.Stand) bool { return r.Covers(procedure) })
					if want := of == s.now(of) && s.expected(a.Person, of, act, procedure); got != want {
						s.rt.Fatalf("%s: %s for %s, %s of %s: %v, want %v (%v)", after, login, of, act, procedure, got, want, err)
					}
				}
			}
		}
	}
}

// seen is everything that people and officials see of the three, but for pairs and
// merges themselves.
func (s *some) seen() string {
	var b strings.Builder
	ctx := s.t.Context()
	for _, login := range s.logins {
		a := s.actor(login)
		mine, err1 := s.svc.ListMine(ctx, a, "")
		granted, err2 := s.svc.ListGranted(ctx, a, "")
		choices, err3 := s.svc.ListChoices(ctx, a)
		home, found, err4 := s.svc.OwnHousehold(ctx, a)
		p, err5 := s.svc.GetPerson(ctx, s.who["clerk"], s.first[login], access.Handling)
		fmt.Fprintf(&b, "%s %s\n%+v\n%+v\n%+v\n%+v %v\n%+v %+v %+v %+v %+v %+v %v %v\n", login, a.Person, mine, granted, choices, home, found, p.Found, p.Full, p.Accounts, p.Acts, p.Granted, p.Claims, p.Household, p.Death)
		for _, err := range []error{err1, err2, err3, err4, err5} {
			if err != nil {
				s.rt.Fatal(err)
			}
		}
	}
	return b.String()
}

// merge makes one of two; "" where it is refused.
func (s *some) merge(from, to string) string {
	ctx := s.t.Context()
	id, err := s.svc.ProposeMerge(ctx, s.who["admin"], from, to, "Trùng")
	if err != nil {
		return ""
	}
	if err := s.svc.DecideMerge(ctx, s.who["leader"], id, true, ""); err != nil {
		if err := s.svc.DecideMerge(ctx, s.who["leader"], id, false, "Không được"); err != nil {
			s.rt.Fatal(err)
		}
		return ""
	}
	return id
}

func (s *some) undo(id string) bool {
	return s.svc.UndoMerge(s.t.Context(), s.who["leader"], id, "Là hai người") == nil
}

func (s *some) step() string {
	ctx := s.t.Context()
	one := rapid.SampledFrom(s.logins)
	person := func(label string) string { return s.first[one.Draw(s.rt, label)] }
	what := rapid.SampledFrom([]string{"grant", "grant", "grant", "end", "wait", "merge", "undo", "there and back"}).Draw(s.rt, "what")
	switch what {
	case "grant":
		giver, agent := one.Draw(s.rt, "giver"), person("agent")
		g := &given{
			agent: s.now(agent), represented: s.actor(giver).Person, procedure: rapid.SampledFrom([]string{"a", "b"}).Draw(s.rt, "procedure"),
			acts: rapid.SampledFrom([][]access.Act{{access.See}, {access.Send}, {access.See, access.Send}}).Draw(s.rt, "acts"),
		}
		days := rapid.IntRange(0, 2).Draw(s.rt, "days")
		g.until = s.midnight(days)
		made, err := s.svc.OfferRepresentation(ctx, s.actor(giver), core.Grant{
			Agent: core.Who{Name: "Người ba", Number: s.number[agent]}, Basis: persons.Authorisation, Paper: core.Paper{Number: "1", Date: s.day(0)},
			Limits: core.Limits{Procedures: []string{g.procedure}, Acts: g.acts}, Until: s.day(days),
		})
		if err != nil { // to oneself, or the same twice
			return "grant: " + err.Error()
		}
		g.id = made
		if g.accepted = rapid.Bool().Draw(s.rt, "accepted"); g.accepted {
			for _, login := range s.logins {
				if s.actor(login).Person == g.agent && s.svc.AnswerRepresentation(ctx, s.actor(login), made, true) == nil {
					break
				}
			}
		}
		s.rights = append(s.rights, g)
	case "end":
		if len(s.rights) > 0 {
			g := s.rights[rapid.IntRange(0, len(s.rights)-1).Draw(s.rt, "which")]
			if s.svc.EndRepresentation(ctx, s.actor(one.Draw(s.rt, "by")), g.id, "") == nil {
				g.over = true
			}
		}
	case "wait":
		s.clock.Advance(time.Duration(rapid.IntRange(1, 40).Draw(s.rt, "hours")) * time.Hour)
	case "merge":
		if from, to := person("from"), person("to"); from != to {
			if id := s.merge(from, to); id != "" {
				s.merges = append(s.merges, joined{id, from, to})
			}
		}
	case "undo":
		if len(s.merges) > 0 {
			i := rapid.IntRange(0, len(s.merges)-1).Draw(s.rt, "which")
			if s.undo(s.merges[i].id) {
				s.merges = slices.Delete(s.merges, i, i+1)
			}
		}
	case "there and back":
		if from, to := person("from"), person("to"); from != to {
			before := s.seen()
			if id := s.merge(from, to); id != "" {
				if !s.undo(id) {
					s.rt.Fatal("what nobody has built on is not undone")
				}
			}
			if after := s.seen(); after != before {
				s.rt.Fatalf("a merge that was undone changes what people see:\n%s\n%s", before, after)
			}
		}
	}
	return what
}

// midnight is the end of a day, in Vietnam.
func (w *world) midnight(days int) time.Time {
	start, err := orgs.Start(w.day(days + 1))
	if err != nil {
		w.t.Fatal(err)
	}
	return start.Time
}

// Whatever is granted, taken on, ended, merged and undone: somebody acts for
// somebody exactly as long as a right says so, and a merge that was undone has
// changed nothing that people see.
func TestNoSequenceLetsAnybodyActWithoutARight(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			s := &some{world: w, rt: rt, first: map[string]string{}, number: map[string]string{}}
			for range 3 {
				n++
				login, number := fmt.Sprintf("ba-%d", n), fmt.Sprintf("0790%08d", n)
				id := w.person(identity.Person{Name: "Người ba", Number: number, Born: "1990-01-02"})
				w.write(func(tx *db.Tx) error {
					_, err := w.people.SaveAccount(w.t.Context(), tx, identity.Account{ID: login, Person: id, Login: login}, "")
					return err
				})
				s.logins, s.first[login], s.number[id] = append(s.logins, login), id, number
			}
			w.must(w.svc.OpenHousehold(w.t.Context(), w.who["clerk"], core.NewHousehold{Head: core.Who{Name: "Người ba", Number: s.number[s.first[s.logins[0]]]}, Address: "Số 1"}))
			for range rapid.IntRange(2, 12).Draw(rt, "steps") {
				s.check(s.step())
			}
		})
	})
}
