// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Minute is how a moment of a roster is written: in Vietnam, to the minute.
const Minute = "2006-01-02T15:04"

// Month is how a month is written.
const Month = "2006-01"

// RosterSize is how many shifts a page of a plan holds at most.
const RosterSize = 400

// Shift is a time in which somebody is on duty.
type Shift struct {
	ID           string
	Unit         orgs.ID
	UnitName     i18n.Text
	Kind         string
	KindName     i18n.Text
	Who          Who
	Title        i18n.Text // of the post in the unit; empty where there is none
	Since, Until db.Time   // until is the first moment after
	Phone        string    // by which to call
	Office       bool      // the phone is that of the unit
	Note         string
	Away         string // the last day of an absence that falls on it, YYYY-MM-DD; empty: none
	Left         bool   // has no post in the unit then, or the account is closed
	MayChange    bool
	Swap         string // a request that waits; empty: none
}

// ApplyDutyKinds makes the kinds of a pack those of the province and returns those
// that changed. One that is gone stays for the shifts that have it.
func (s *Service) ApplyDutyKinds(ctx context.Context, tx *db.Tx, kinds []personnel.DutyKind) (changed []string, err error) {
	defer errs.Wrap(&err, "apply kinds of duty")

	old, err := store.DutyKinds(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i, k := range kinds {
		at := slices.IndexFunc(old, func(o store.DutyKind) bool { return o.ID == k.ID })
		if at == i && old[at].Name == k.Name && old[at].Used {
			continue
		}
		if err := store.PutDutyKind(ctx, tx, store.DutyKind{ID: k.ID, Name: k.Name, Used: true}, i); err != nil {
			return nil, err
		}
		changed = append(changed, k.ID)
	}
	for i, o := range old {
		if !o.Used || slices.ContainsFunc(kinds, func(k personnel.DutyKind) bool { return k.ID == o.ID }) {
			continue
		}
		o.Used = false
		if err := store.PutDutyKind(ctx, tx, o, len(kinds)+i); err != nil {
			return nil, err
		}
		changed = append(changed, o.ID)
	}
	return changed, nil
}

// ListDutyKinds returns the kinds of duty in use.
func (s *Service) ListDutyKinds(ctx context.Context, actor identity.Actor) (kinds []personnel.DutyKind, err error) {
	defer errs.Wrap(&err, "list kinds of duty")

	if _, err := access.RequireAny(actor, personnel.PermDuty, personnel.PermDutyPlan, personnel.PermAll); err != nil {
		return nil, err
	}
	rows, err := store.DutyKinds(ctx, s.DB)
	for _, k := range rows {
		if k.Used {
			kinds = append(kinds, personnel.DutyKind{ID: k.ID, Name: k.Name})
		}
	}
	return kinds, err
}

func reads(actor identity.Actor) (access.Scope, error) {
	return scope(actor, personnel.PermDuty, personnel.PermAll)
}

func plans(actor identity.Actor) (access.Scope, error) {
	return scope(actor, personnel.PermDutyPlan, personnel.PermAll)
}

// DutyQuery asks who is on duty.
type DutyQuery struct {
	Unit  string // and those under it; empty: all in scope
	At    string // a Minute; empty: now
	After string // Next of the page before
}

// OnDuty is who is on duty at a moment.
type OnDuty struct {
	At   db.Time
	Unit orgs.ID // that was asked for
	Page[Shift]
}

// ListOnDuty returns who is on duty in scope at a moment, unit by unit.
func (s *Service) ListOnDuty(ctx context.Context, actor identity.Actor, q DutyQuery) (d OnDuty, err error) {
	defer errs.Wrap(&err, "list who is on duty")

	sc, err := reads(actor)
	if err != nil {
		return d, err
	}
	var a asked
	if d.At = s.DB.Now(); q.At != "" {
		d.At = a.minute("at", q.At)
	}
	after, ok := keyOf(q.After)
	if !ok {
		a.add("after", "personnel.duty.moment")
	}
	if err := a.err(); err != nil {
		return d, err
	}
	if d.Unit, err = s.unitOf(ctx, s.DB, "unit", q.Unit); err != nil {
		return d, err
	}
	if err := s.inScope(ctx, s.DB, sc, d.Unit); err != nil {
		return d, err
	}
	scopes := []access.Scope{sc}
	if d.Unit != "" {
		narrow, err := below(d.Unit)
		if err != nil {
			return d, err
		}
		scopes = append(scopes, narrow)
	}
	rows, err := store.OnDuty(ctx, s.DB, d.At, after, PageSize+1, scopes...)
	if err != nil {
		return d, err
	}
	d.Page, err = s.shiftPage(ctx, actor, rows, PageSize)
	return d, err
}

// OnDuty returns the accounts of those who are on duty in a unit at a moment: for rules
// that give out work, which need no right to look.
func (s *Service) OnDuty(ctx context.Context, q db.Querier, unit orgs.ID, at db.Time) (_ []string, err error) {
	defer errs.Wrap(&err, "who is on duty in %s", unit)

	return store.OnDutyIn(ctx, q, unit, at)
}

// below is the scope of a unit with those under it: it only narrows another.
func below(unit orgs.ID) (access.Scope, error) {
	return access.Require(identity.Program(program).Grant(personnel.PermDuty, identity.Place{Unit: string(unit), Subtree: true}), personnel.PermDuty)
}

// Roster is the plan of a unit for a month.
type Roster struct {
	Unit        orgs.Unit
	Month       string // a Month
	From, Until db.Time
	May         bool // the actor may write it
	Page[Shift]
}

// GetRoster returns the plan of a unit for a month; of an empty unit that of the
// actor, of an empty month this one.
func (s *Service) GetRoster(ctx context.Context, actor identity.Actor, unit, month, after string) (r Roster, err error) {
	defer errs.Wrap(&err, "read a roster")

	sc, err := reads(actor)
	if err != nil {
		return r, err
	}
	var a asked
	if r.Month = month; month == "" {
		r.Month = s.DB.Now().In(calendar.Zone()).Format(Month)
	}
	r.From, r.Until = a.month("month", r.Month)
	key, ok := keyOf(after)
	if !ok {
		a.add("after", "personnel.duty.moment")
	}
	if err := a.err(); err != nil {
		return r, err
	}
	id := orgs.ID(actor.Unit)
	if strings.TrimSpace(unit) != "" {
		if id, err = s.unitOf(ctx, s.DB, "unit", unit); err != nil {
			return r, err
		}
	}
	if id == "" {
		return r, errs.BadInput([]errs.Field{{Name: "unit", Code: "personnel.missing"}})
	}
	if err := s.inScope(ctx, s.DB, sc, id); err != nil {
		return r, err
	}
	if r.Unit, err = orgs.Get(ctx, s.DB, id); err != nil {
		return r, err
	}
	if r.May, err = s.mayPlan(ctx, actor, id); err != nil {
		return r, err
	}
	rows, err := store.Roster(ctx, s.DB, string(id), r.From, r.Until, key, RosterSize+1)
	if err != nil {
		return r, err
	}
	r.Page, err = s.shiftPage(ctx, actor, rows, RosterSize)
	return r, err
}

// mayPlan reports whether the actor may write the roster of a unit.
func (s *Service) mayPlan(ctx context.Context, actor identity.Actor, unit orgs.ID) (bool, error) {
	sc, err := plans(actor)
	if errs.KindOf(err) == errs.Forbidden {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return sc.Sees(ctx, s.DB, unit)
}

// GetShift returns a shift in scope, or one's own.
func (s *Service) GetShift(ctx context.Context, actor identity.Actor, shift string) (d Shift, err error) {
	defer errs.Wrap(&err, "read shift %s", shift)

	sc, err := reads(actor)
	if err != nil {
		return d, err
	}
	row, err := store.GetShift(ctx, s.DB, sc, actor.Account, shift, "")
	if err != nil {
		return d, err
	}
	all, err := s.shifts(ctx, actor, []store.Shift{row})
	if err != nil {
		return d, err
	}
	return all[0], nil
}

func (s *Service) shiftPage(ctx context.Context, actor identity.Actor, rows []store.Shift, size int) (p Page[Shift], err error) {
	part := cut(rows, size, keyFor)
	p.Next = part.Next
	p.Items, err = s.shifts(ctx, actor, part.Items)
	return p, err
}

// keyFor is where a list goes on after a shift.
func keyFor(r store.Shift) string {
	return r.Unit + "|" + strconv.FormatInt(r.Since.UnixMicro(), 10) + "|" + r.ID
}

func keyOf(after string) (k store.ShiftKey, ok bool) {
	if after == "" {
		return k, true
	}
	parts := strings.Split(after, "|")
	if len(parts) != 3 {
		return k, false
	}
	at, err := strconv.ParseInt(parts[1], 10, 64)
	return store.ShiftKey{Unit: parts[0], Since: db.At(time.UnixMicro(at)), ID: parts[2]}, err == nil
}

// minute checks a moment that has to be there.
func (a *asked) minute(name, value string) db.Time {
	t, err := time.ParseInLocation(Minute, value, calendar.Zone())
	if err != nil {
		a.add(name, "personnel.duty.moment")
	}
	return db.At(t)
}

// month checks a month and returns its first moment and the first after it.
func (a *asked) month(name, value string) (from, until db.Time) {
	t, err := time.ParseInLocation(Month, value, calendar.Zone())
	if err != nil {
		a.add(name, "personnel.duty.month")
	}
	return db.At(t), db.At(t.AddDate(0, 1, 0))
}

// shifts names what shifts are about, and flags those on which nobody will come.
func (s *Service) shifts(ctx context.Context, actor identity.Actor, rows []store.Shift) (all []Shift, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	kinds, err := store.DutyKinds(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	away, err := s.awayOn(ctx, rows)
	if err != nil {
		return nil, err
	}
	posts, may, units := s.placing(s.DB), map[string]bool{}, map[string]orgs.Unit{}
	for _, r := range rows {
		if _, known := units[r.Unit]; !known {
			u, err := orgs.Get(ctx, s.DB, orgs.ID(r.Unit))
			if errs.KindOf(err) == errs.NotFound {
				u, err = orgs.Unit{ID: orgs.ID(r.Unit), Name: i18n.Text{VI: r.Unit}}, nil
			}
			if err != nil {
				return nil, err
			}
			units[r.Unit] = u
			if may[r.Unit], err = s.mayPlan(ctx, actor, u.ID); err != nil {
				return nil, err
			}
		}
		u := units[r.Unit]
		one := Shift{ID: r.ID, Unit: u.ID, UnitName: u.Name, Kind: r.Kind, KindName: i18n.Text{VI: r.Kind}, Since: r.Since, Until: r.Until, Note: r.Note}
		for _, k := range kinds {
			if k.ID == r.Kind {
				one.KindName = k.Name
			}
		}
		who, err := posts.person(ctx, r.Account)
		if err != nil {
			return nil, err
		}
		one.Who = who.Who
		held, there, err := posts.post(ctx, r.Account, u.ID, r.Since)
		if err != nil {
			return nil, err
		}
		one.Title, one.Left = held.Title, !there || who.closed
		if one.Phone, err = store.OpenPhone(s.Keys, r.ID, r.Phone); err != nil {
			return nil, err
		}
		if one.Phone == "" {
			one.Phone, one.Office = u.Phone, true
		}
		for _, a := range away[r.Account] {
			if a.Since.Before(r.Until.Time) && r.Since.Before(a.Until.Time) {
				one.Away = a.To
			}
		}
		one.MayChange = may[r.Unit] && r.Until.After(s.DB.Now().Time)
		if r.Since.After(s.DB.Now().Time) && (one.MayChange || r.Account == actor.Account) {
			open, err := store.OpenSwaps(ctx, s.DB, r.ID)
			if err != nil {
				return nil, err
			}
			if len(open) > 0 {
				one.Swap = open[0].ID
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// awayOn returns the absences that can fall on shifts, by account.
func (s *Service) awayOn(ctx context.Context, rows []store.Shift) (map[string][]personnel.Absence, error) {
	by := map[string][]personnel.Absence{}
	if s.Absences == nil {
		return by, nil
	}
	from, until := rows[0].Since, rows[0].Until
	var accounts []string
	for _, r := range rows {
		if r.Since.Before(from.Time) {
			from = r.Since
		}
		if r.Until.After(until.Time) {
			until = r.Until
		}
		if !slices.Contains(accounts, r.Account) {
			accounts = append(accounts, r.Account)
		}
	}
	all, err := s.Absences.ListAbsences(ctx, s.DB, from, until, accounts...)
	for _, a := range all {
		by[a.Account] = append(by[a.Account], a)
	}
	return by, err
}

// placing knows who has a post in a unit or under it, each asked once.
type placing struct {
	s      *Service
	q      db.Querier
	people map[string]onDuty
	held   map[string][]access.Holding
	above  map[orgs.ID][]orgs.Unit
}

type onDuty struct {
	Who
	closed bool
}

func (s *Service) placing(q db.Querier) *placing {
	return &placing{s, q, map[string]onDuty{}, map[string][]access.Holding{}, map[orgs.ID][]orgs.Unit{}}
}

func (p *placing) person(ctx context.Context, account string) (o onDuty, err error) {
	o, known := p.people[account]
	if known {
		return o, nil
	}
	a, err := p.s.People.GetAccount(ctx, p.q, account)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		o = onDuty{Who{Account: account, Name: account}, true}
	case err != nil:
		return o, err
	default:
		o = onDuty{Who{a.ID, a.Login, a.Name}, a.Disabled}
	}
	p.people[account] = o
	return o, nil
}

// post returns by what somebody belongs to a unit, or to one under it, at a moment.
func (p *placing) post(ctx context.Context, account string, unit orgs.ID, at db.Time) (h access.Holding, there bool, err error) {
	held, known := p.held[account]
	if !known {
		if held, err = access.ListHoldings(ctx, p.q, account); err != nil {
			return h, false, err
		}
		p.held[account] = held
	}
	for _, h := range held {
		if h.Unit == "" || !h.In(at) {
			continue
		}
		above, known := p.above[h.Unit]
		if !known {
			if above, err = orgs.Above(ctx, p.q, h.Unit); err != nil {
				return h, false, err
			}
			p.above[h.Unit] = above
		}
		if slices.ContainsFunc(above, func(u orgs.Unit) bool { return u.ID == unit }) {
			return h, true, nil
		}
	}
	return access.Holding{}, false, nil
}
