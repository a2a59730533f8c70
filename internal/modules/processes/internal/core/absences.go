// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// When says which absences are listed.
type When = store.When

// The lists of absences.
const (
	Now    = store.Now
	Coming = store.Coming
	Past   = store.Past
)

// Limits of an absence in days.
const (
	longest  = 366
	farthest = 366
)

// AbsenceDraft is what a person sends to declare an absence: whole days, both
// inside it. It begins at once where the first day is today.
type AbsenceDraft struct {
	Account  string // empty: one's own
	Deputy   string // account
	From, To calendar.Date
	Reason   string
}

func (d AbsenceDraft) check(today calendar.Date) (wrong []errs.Field) {
	add := func(name, code string) { wrong = append(wrong, errs.Field{Name: name, Code: code}) }
	switch {
	case d.From.IsZero():
		add("from", "processes.day")
	case d.From.Before(today):
		add("from", "processes.past")
	case today.AddDays(farthest).Before(d.From):
		add("from", "processes.far")
	}
	switch {
	case d.To.IsZero():
		add("to", "processes.day")
	case d.To.Before(d.From):
		add("to", "processes.backwards")
	case d.From.AddDays(longest).Before(d.To):
		add("to", "processes.far")
	}
	if d.Deputy == "" || d.Deputy == d.Account {
		add("deputy", "processes.no_deputy")
	}
	if utf8.RuneCountInString(d.Reason) > maxWords {
		add("reason", "processes.reason")
	}
	return wrong
}

// Declare notes that somebody is away and who stands in for them.
func (s *Service) Declare(ctx context.Context, actor identity.Actor, d AbsenceDraft) (made processes.AbsenceID, err error) {
	defer errs.Wrap(&err, "declare an absence")

	if d.Account == "" {
		d.Account = actor.Account
	}
	need := processes.PermAbsence
	if d.Account != actor.Account {
		need = processes.PermAbsenceUnit
	}
	scope, err := access.Require(actor, need)
	if err != nil {
		return "", err
	}
	d.Reason = strings.TrimSpace(text.NFC(d.Reason))
	if err := errs.BadInput(d.check(calendar.On(s.DB.Now().Time))); err != nil {
		return "", err
	}
	return made, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := store.Lock(ctx, tx); err != nil {
			return err
		}
		a := processes.Absence{
			Account: d.Account, Deputy: d.Deputy, From: db.At(d.From.At(0)), Until: db.At(d.To.AddDays(1).At(0)), Reason: d.Reason,
			Declared: processes.Hand{Account: actor.Account, At: tx.Now},
		}
		if a.From.Before(tx.Now.Time) {
			a.From = tx.Now
		}
		if a.Unit, err = s.covered(ctx, tx, scope, actor, a); err != nil {
			return err
		}
		if err := free(ctx, tx, a); err != nil {
			return err
		}
		id, err := workflow.Delegate(ctx, tx, workflow.Absence{Account: a.Account, Deputy: a.Deputy, DeputyName: s.Name(ctx, a.Deputy), From: a.From, Until: a.Until})
		if err != nil {
			return err
		}
		a.ID = processes.AbsenceID(id)
		if err := store.PutAbsence(ctx, tx, a); err != nil {
			return err
		}
		made = a.ID
		return audit.Record(ctx, tx, actor, processes.AuditAbsence, id)
	})
}

// covered returns where somebody works who is to be away, if the deputy holds
// each of their posts in the same agency for all of the time.
func (s *Service) covered(ctx context.Context, q db.Querier, scope access.Scope, actor identity.Actor, a processes.Absence) (orgs.ID, error) {
	posts, err := access.ListPosts(ctx, q, a.Account, a.From)
	if err != nil {
		return "", err
	}
	if a.Account != actor.Account {
		seen := false
		for _, p := range posts {
			if seen, err = scope.Sees(ctx, q, p.Unit); err != nil {
				return "", err
			}
			if seen {
				break
			}
		}
		if !seen {
			return "", processes.ErrNotFound // out of scope is the same as not there
		}
	}
	if len(posts) == 0 {
		return "", processes.ErrNoPost
	}
	last := db.At(a.Until.Add(-time.Microsecond))
	theirs, err := access.ListPosts(ctx, q, a.Deputy, last)
	if err != nil {
		return "", err
	}
	for _, p := range posts {
		if !slices.ContainsFunc(theirs, func(t access.Post) bool { return stands(p, t) }) {
			return "", processes.ErrDeputy
		}
	}
	return posts[0].Unit, nil
}

// stands reports whether whoever holds one post may stand in for another: the
// same role, in the same agency.
func stands(away, deputy access.Post) bool {
	return away.Role == deputy.Role && agency(away.Unit) == agency(deputy.Unit)
}

// agency is the unit whose part a unit is: parts are named unit.part.
func agency(u orgs.ID) string {
	whole, _, _ := strings.Cut(string(u), ".")
	return whole
}

// free refuses an absence that would leave work with nobody: no second one in
// the same time, no deputy who is away, and nobody who stands in for others.
func free(ctx context.Context, q db.Querier, a processes.Absence) error {
	mine, err := workflow.Involved(ctx, q, a.Account, a.From, a.Until)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(mine, func(other workflow.Absence) bool { return other.Account == a.Account }) {
		return processes.ErrOverlap
	}
	if len(mine) > 0 {
		return processes.ErrChain
	}
	theirs, err := workflow.Involved(ctx, q, a.Deputy, a.From, a.Until)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(theirs, func(other workflow.Absence) bool { return other.Account == a.Deputy }) {
		return processes.ErrAway
	}
	return nil
}

// EndAbsence ends an absence before its time: who is away, who declared it, or
// who may declare it for the unit.
func (s *Service) EndAbsence(ctx context.Context, actor identity.Actor, absence processes.AbsenceID) (err error) {
	defer errs.Wrap(&err, "end absence %s", absence)

	if _, err := access.RequireAny(actor, processes.PermAbsence, processes.PermAbsenceUnit); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := store.LockAbsence(ctx, tx, absence)
		if err != nil {
			return err
		}
		if a.Account != actor.Account {
			scope, err := access.Require(actor, processes.PermAbsenceUnit)
			if err != nil {
				return processes.ErrNotFound
			}
			seen, err := scope.Sees(ctx, tx, a.Unit)
			if err != nil {
				return err
			}
			if !seen {
				return processes.ErrNotFound
			}
		}
		if !a.Ended.At.IsZero() || !a.Until.After(tx.Now.Time) {
			return processes.ErrEnded
		}
		if err := (workflow.Absence{ID: string(a.ID), Account: a.Account}).Return(ctx, tx); err != nil {
			return err
		}
		if err := store.EndAbsence(ctx, tx, a.ID, actor.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, processes.AuditAbsenceEnded, string(a.ID))
	})
}

// Away is an absence with the names of the two.
type Away struct {
	processes.Absence
	Name, DeputyName, By string
	CanEnd               bool
}

// ListAbsences returns the absences of people of the actor's units, for those
// who may declare them, and those in which the actor is away or stands in.
func (s *Service) ListAbsences(ctx context.Context, actor identity.Actor, w When, before string) (p Page[Away], err error) {
	defer errs.Wrap(&err, "list absences")

	if _, err := access.RequireAny(actor, processes.PermAbsence, processes.PermAbsenceUnit); err != nil {
		return p, err
	}
	if w != Now && w != Coming && w != Past {
		return p, processes.ErrNotFound
	}
	scope := access.Scope{}
	if actor.May(processes.PermAbsenceUnit) {
		if scope, err = access.Require(actor, processes.PermAbsenceUnit); err != nil {
			return p, err
		}
	}
	key := store.Key{}
	if at, id, ok := strings.Cut(before, "."); ok {
		micros, err := strconv.ParseInt(at, 36, 64)
		if err != nil {
			return p, processes.ErrNotFound
		}
		key = store.Key{From: db.At(time.UnixMicro(micros)), ID: processes.AbsenceID(id)}
	}
	all, err := store.ListAbsences(ctx, s.DB, scope, actor.Account, w, s.DB.Now(), key, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(all) > PageSize {
		all = all[:PageSize]
		last := all[PageSize-1]
		p.Next = strconv.FormatInt(last.From.UnixMicro(), 36) + "." + string(last.ID)
	}
	for _, a := range all {
		one := Away{Absence: a, Name: s.Name(ctx, a.Account), DeputyName: s.Name(ctx, a.Deputy), By: s.Name(ctx, a.Declared.Account)}
		if w != Past {
			one.CanEnd = a.Account == actor.Account
			if !one.CanEnd {
				if one.CanEnd, err = scope.Sees(ctx, s.DB, a.Unit); err != nil {
					return p, err
				}
			}
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// Candidate is somebody of the actor's units.
type Candidate struct {
	Account, Name string
	Role          access.RoleID
	Unit          orgs.ID
}

// maxCandidates bounds a form.
const maxCandidates = 500

// ListCandidates returns whom a form can offer: those who can stand in for
// somebody (the actor, where no account is given), by given name.
func (s *Service) ListCandidates(ctx context.Context, actor identity.Actor, account string) (all []Candidate, err error) {
	defer errs.Wrap(&err, "list who can stand in")

	need := processes.PermAbsence
	if account != "" && account != actor.Account {
		need = processes.PermAbsenceUnit
	} else {
		account = actor.Account
	}
	scope, err := access.Require(actor, need)
	if err != nil {
		return nil, err
	}
	now := s.DB.Now()
	posts, err := access.ListPosts(ctx, s.DB, account, now)
	if err != nil {
		return nil, err
	}
	if account != actor.Account {
		seen := false
		for _, p := range posts {
			ok, err := scope.Sees(ctx, s.DB, p.Unit)
			if err != nil {
				return nil, err
			}
			seen = seen || ok
		}
		if !seen {
			return nil, processes.ErrNotFound
		}
	}
	if len(posts) == 0 {
		return nil, nil
	}
	people, err := access.ListHolders(ctx, s.DB, orgs.ID(agency(posts[0].Unit)), access.Holder{}, maxCandidates)
	if err != nil {
		return nil, err
	}
	for _, h := range people {
		if h.Account == account || slices.ContainsFunc(all, func(c Candidate) bool { return c.Account == h.Account }) {
			continue
		}
		theirs, err := access.ListPosts(ctx, s.DB, h.Account, now)
		if err != nil {
			return nil, err
		}
		fits := !slices.ContainsFunc(posts, func(p access.Post) bool {
			return !slices.ContainsFunc(theirs, func(t access.Post) bool { return stands(p, t) })
		})
		if fits {
			all = append(all, Candidate{Account: h.Account, Name: h.Name, Role: h.Role, Unit: h.Unit})
		}
	}
	return all, nil
}

// ListPeople returns the people for whom the actor may declare an absence, by
// given name.
func (s *Service) ListPeople(ctx context.Context, actor identity.Actor) (all []Candidate, err error) {
	defer errs.Wrap(&err, "list people of the units")

	if !actor.May(processes.PermAbsenceUnit) {
		return nil, nil
	}
	places, _ := actor.Places(processes.PermAbsenceUnit)
	for _, at := range places {
		people, err := access.ListHolders(ctx, s.DB, orgs.ID(at.Unit), access.Holder{}, maxCandidates)
		if err != nil {
			return nil, err
		}
		for _, h := range people {
			if !at.Subtree && string(h.Unit) != at.Unit {
				continue
			}
			if h.Account != actor.Account && !slices.ContainsFunc(all, func(c Candidate) bool { return c.Account == h.Account }) {
				all = append(all, Candidate{Account: h.Account, Name: h.Name, Role: h.Role, Unit: h.Unit})
			}
		}
	}
	return all, nil
}
