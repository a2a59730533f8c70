// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The kinds of decisions about people.
const (
	Appoint    = "appoint"  // a main post for who has none
	Transfer   = "transfer" // another main post; the old one ends
	Concurrent = "concurrent"
	Acting     = "acting"
	Second     = "secondment"
	Delegate   = "delegation"
	Leave      = "leave"
	Retire     = "retire"
	EndPost    = "end" // of one holding
)

// MoveKinds returns the kinds in the order of the form.
func MoveKinds() []string {
	return []string{Transfer, Appoint, Concurrent, Acting, Second, Delegate, EndPost, Leave, Retire}
}

// Decision is what a person enters about somebody.
type Decision struct {
	Login        string
	Kind         string
	Number, Date string // of the document
	From, Until  string // days, YYYY-MM-DD; Until is the last, empty: until further notice
	Unit         string
	Position     string // of kernel/orgs; with it role, title and the rest are known
	Role, Title  string
	SignsAs      string
	Subtree      bool
	Holding      string // that ends, or is delegated
}

// begins reports whether the decision gives a post.
func (d Decision) begins() bool {
	return slices.Contains([]string{Appoint, Transfer, Concurrent, Acting, Second, Delegate}, d.Kind)
}

// check reports every problem at once, in the order of the form.
func (d *Decision) check() error {
	var a asked
	if strings.TrimSpace(d.Login) == "" {
		a.add("login", "personnel.missing")
	}
	if !slices.Contains(MoveKinds(), d.Kind) {
		a.add("kind", "form.choose")
	}
	d.Number = a.words("number", d.Number)
	a.day("date", d.Date)
	a.day("from", d.From)
	if d.Until != "" {
		a.day("until", d.Until)
		if d.Until < d.From {
			a.add("until", "personnel.period")
		}
	} else if d.Kind == Second || d.Kind == Delegate {
		a.add("until", "personnel.until_missing")
	}
	if d.begins() && d.Kind != Delegate && d.Position == "" {
		if d.Unit == "" {
			a.add("unit", "form.choose")
		}
		if d.Role == "" {
			a.add("role", "form.choose")
		}
		d.Title = a.words("title", d.Title)
	}
	if (d.Kind == EndPost || d.Kind == Delegate) && d.Holding == "" {
		a.add("holding", "form.choose")
	}
	return a.err()
}

// Effect is what a decision does to rights and to work.
type Effect struct {
	Who   Who
	Ends  []Post // that end
	Gives *Post  // that begins
	Held  int    // pieces of open work that need new hands
	Lost  []orgs.ID
}

// Post is a holding as people read it.
type Post struct {
	access.Holding
	UnitName, RoleName i18n.Text
}

// PreviewMove says what a decision would do, and does nothing.
func (s *Service) PreviewMove(ctx context.Context, actor identity.Actor, d Decision) (e Effect, err error) {
	defer errs.Wrap(&err, "preview a decision")

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if e, _, err = s.move(ctx, tx, actor, &d); err != nil {
			return err
		}
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return e, err
}

var errPreview = errors.New("preview") // rolls it back

// EnterMove enters a decision about somebody. Rights of a post that ends are gone
// at the first moment of its day; the work stays on the list of who has to hand
// it over.
func (s *Service) EnterMove(ctx context.Context, actor identity.Actor, d Decision) (move string, err error) {
	defer errs.Wrap(&err, "enter a decision")

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		e, given, err := s.move(ctx, tx, actor, &d)
		if err != nil {
			return err
		}
		m := store.Move{
			ID: id.New(), Account: e.Who.Account, Kind: d.Kind, Decision: d.Number, DecidedOn: d.Date, From: d.From, Given: given, EnteredBy: actor.Account, EnteredAt: tx.Now,
		}
		var ended []string
		for _, p := range e.Ends {
			until := ""
			if !p.Until.IsZero() {
				until = strconv.FormatInt(p.Until.UnixMicro(), 10)
			}
			ended = append(ended, p.ID+"="+until)
			if m.FromUnit == "" || p.Kind == access.Main {
				m.FromUnit = string(p.Unit)
			}
		}
		m.Ended = strings.Join(ended, " ")
		if e.Gives != nil {
			m.ToUnit = string(e.Gives.Unit)
		}
		for _, u := range e.Lost {
			if err := store.OpenHandover(ctx, tx, store.Handover{ID: id.New(), Account: e.Who.Account, Unit: string(u), From: d.From, Opened: tx.Now}); err != nil {
				return err
			}
		}
		if len(e.Ends) > 0 && d.From <= orgs.Day(tx.Now) {
			if err := s.People.EndAllSessions(ctx, tx, e.Who.Account); err != nil {
				return err
			}
		}
		move = m.ID
		if err := store.PutMove(ctx, tx, m); err != nil {
			return err
		}
		switch now := d.From <= orgs.Day(tx.Now); {
		case now && leaves(d.Kind):
			err = s.leave(ctx, tx, actor, m)
		case now && d.begins():
			err = s.comeBack(ctx, tx, actor, m.Account)
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditMoved, e.Who.Account)
	})
	return move, err
}

// move does what a decision says to the holdings and reports it, with the id of
// the holding that begins.
func (s *Service) move(ctx context.Context, tx *db.Tx, actor identity.Actor, d *Decision) (e Effect, given string, err error) {
	sc, err := scope(actor, personnel.PermMove, personnel.PermAll)
	if err != nil {
		return e, "", err
	}
	if err := d.check(); err != nil {
		return e, "", err
	}
	unit, err := s.unitOf(ctx, tx, "unit", d.Unit)
	if err != nil {
		return e, "", err
	}
	d.Unit = string(unit)
	of, err := s.account(ctx, tx, "login", d.Login)
	if err != nil {
		return e, "", err
	}
	if of.ID == actor.Account || of.Person == actor.Person {
		return e, "", personnel.ErrOwn
	}
	e.Who = Who{of.ID, of.Login, of.Name}
	start, err := orgs.Start(d.From)
	if err != nil {
		return e, "", err
	}
	if start.Before(tx.Now.Time) {
		start = tx.Now // what was done until now was done with the right to it
	}
	held, err := access.ListHoldings(ctx, tx, of.ID)
	if err != nil {
		return e, "", err
	}
	ends, err := d.ends(held, start)
	if err != nil {
		return e, "", err
	}
	if len(ends) == 0 && !d.begins() {
		return e, "", personnel.ErrNoPost
	}
	for _, h := range ends {
		if err := s.inScope(ctx, tx, sc, h.Unit); err != nil {
			return e, "", err
		}
		if err := access.End(ctx, tx, h.ID, start, actor.Account, d.Number); err != nil {
			return e, "", err
		}
		p, err := s.post(ctx, tx, h)
		if err != nil {
			return e, "", err
		}
		e.Ends = append(e.Ends, p)
	}
	if d.begins() {
		h, err := s.begin(ctx, tx, sc, d, of.ID, start)
		if err != nil {
			return e, "", err
		}
		h.EnteredBy = actor.Account
		if given, err = access.Give(ctx, tx, h); err != nil {
			return e, "", err
		}
		h.ID = given
		p, err := s.post(ctx, tx, h)
		if err != nil {
			return e, "", err
		}
		e.Gives = &p
	}
	after, err := access.ListHoldings(ctx, tx, of.ID)
	if err != nil {
		return e, "", err
	}
	for _, h := range ends {
		stays := slices.ContainsFunc(after, func(o access.Holding) bool { return o.Unit == h.Unit && o.Standing(start) })
		if h.Unit != "" && !stays && !slices.Contains(e.Lost, h.Unit) {
			e.Lost = append(e.Lost, h.Unit)
		}
	}
	for _, u := range e.Lost {
		work, err := s.held(ctx, tx, of.ID, u)
		if err != nil {
			return e, "", err
		}
		e.Held += len(work)
	}
	return e, given, nil
}

// ends returns the holdings that a decision ends.
func (d *Decision) ends(held []access.Holding, start db.Time) (ends []access.Holding, err error) {
	main := slices.IndexFunc(held, func(h access.Holding) bool {
		return h.Kind == access.Main && h.Standing(start) && !h.Since.After(start.Time)
	})
	for _, h := range held {
		if h.Unit == "" || !h.Standing(start) {
			continue
		}
		switch d.Kind {
		case Leave, Retire:
			ends = append(ends, h)
		case Transfer: // what was lent or delegated in the old unit goes with the post
			if main >= 0 && (h.ID == held[main].ID || (h.Unit == held[main].Unit && (h.Kind == access.Grant || h.Kind == access.Delegation || h.Kind == access.Acting))) {
				ends = append(ends, h)
			}
		case EndPost:
			if h.ID == d.Holding {
				ends = append(ends, h)
			}
		}
	}
	if d.Kind == Transfer && main < 0 {
		return nil, personnel.ErrNoPost
	}
	return ends, nil
}

// begin returns the holding that a decision gives.
func (s *Service) begin(ctx context.Context, tx *db.Tx, sc access.Scope, d *Decision, account string, start db.Time) (h access.Holding, err error) {
	h = access.Holding{
		Account: account, Role: access.RoleID(d.Role), Unit: orgs.ID(d.Unit), Subtree: d.Subtree, Title: i18n.Text{VI: d.Title}, SignsAs: d.SignsAs,
		Since: start, Decision: d.Number, DecidedOn: d.Date, Kind: access.Kind(d.Kind),
	}
	if d.Kind == Appoint || d.Kind == Transfer {
		h.Kind = access.Main
	}
	if d.Until != "" {
		last, err := time.Parse(time.DateOnly, d.Until)
		if err != nil {
			return h, err
		}
		if h.Until, err = orgs.Start(last.AddDate(0, 0, 1).Format(time.DateOnly)); err != nil {
			return h, err
		}
	}
	if d.Kind == Delegate {
		from, err := access.GetHolding(ctx, tx, d.Holding)
		if err != nil {
			return h, err
		}
		h.From, h.Role, h.Unit, h.Subtree, h.Title, h.SignsAs = from.ID, from.Role, from.Unit, from.Subtree, from.Title, "TUQ. "+from.Title.VI
	} else if d.Position != "" {
		p, err := orgs.GetPosition(ctx, tx, d.Position)
		if err != nil {
			return h, err
		}
		h.Position, h.Unit, h.Role, h.Title, h.SignsAs, h.Subtree = p.ID, p.Unit, access.RoleID(p.Role), p.Title, p.SignsAs, p.Subtree
	}
	return h, s.inScope(ctx, tx, sc, h.Unit)
}

// post names what a holding is about.
func (s *Service) post(ctx context.Context, q db.Querier, h access.Holding) (p Post, err error) {
	p.Holding = h
	if h.Unit != "" {
		if p.UnitName, err = unitName(ctx, q, h.Unit); err != nil {
			return p, err
		}
	}
	p.RoleName, err = roleName(ctx, q, h.Role)
	return p, err
}

// WithdrawMove takes a decision back before its day: what would have ended goes
// on, what would have begun does not.
func (s *Service) WithdrawMove(ctx context.Context, actor identity.Actor, move string) (err error) {
	defer errs.Wrap(&err, "withdraw decision %s", move)

	sc, err := scope(actor, personnel.PermMove, personnel.PermAll)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := store.GetMove(ctx, tx, sc, move)
		switch {
		case err != nil:
			return err
		case m.Account == actor.Account:
			return personnel.ErrOwn
		case !m.WithdrawnAt.IsZero() || m.From <= orgs.Day(tx.Now):
			return personnel.ErrDecided
		}
		if m.Given != "" {
			if err := access.End(ctx, tx, m.Given, tx.Now, actor.Account, m.Decision); err != nil {
				return err
			}
		}
		for was := range strings.FieldsSeq(m.Ended) {
			holding, until, _ := strings.Cut(was, "=")
			var end db.Time
			if n, err := strconv.ParseInt(until, 10, 64); err == nil {
				end = db.At(time.UnixMicro(n))
			}
			if err := access.Reopen(ctx, tx, holding, end); err != nil {
				return err
			}
		}
		m.WithdrawnBy, m.WithdrawnAt = actor.Account, tx.Now
		if err := store.PutMove(ctx, tx, m); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditWithdrawn, m.Account)
	})
}

// Moved is a decision as lists show it.
type Moved struct {
	ID, Kind, Number, Date, From string
	Who, By                      Who
	FromUnit, ToUnit             i18n.Text
	Entered, Withdrawn           db.Time
	Open                         bool // it can be withdrawn
}

// ListMoves returns decisions about people in scope, the newest first.
func (s *Service) ListMoves(ctx context.Context, actor identity.Actor, before string) (p Page[Moved], err error) {
	defer errs.Wrap(&err, "list decisions")

	sc, err := scope(actor, personnel.PermView, personnel.PermAll, personnel.PermInspect)
	if err != nil {
		return p, err
	}
	rows, err := store.Moves(ctx, s.DB, sc, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(m store.Move) string { return m.ID })
	p.Next = part.Next
	for _, m := range part.Items {
		one := Moved{
			ID: m.ID, Kind: m.Kind, Number: m.Decision, Date: m.DecidedOn, From: m.From, Entered: m.EnteredAt, Withdrawn: m.WithdrawnAt,
			Open: m.WithdrawnAt.IsZero() && m.From > s.today(),
		}
		if one.Who, err = s.who(ctx, s.DB, m.Account); err != nil {
			return p, err
		}
		if one.By, err = s.who(ctx, s.DB, m.EnteredBy); err != nil {
			return p, err
		}
		for _, u := range []struct {
			id string
			to *i18n.Text
		}{{m.FromUnit, &one.FromUnit}, {m.ToUnit, &one.ToUnit}} {
			if u.id == "" {
				continue
			}
			if *u.to, err = unitName(ctx, s.DB, orgs.ID(u.id)); err != nil {
				return p, err
			}
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// Choices is what the form of a decision offers.
type Choices struct {
	Roles     []access.Role
	Positions []orgs.Position // of the unit
	Held      []Post          // of the person, in force
}

// Choices returns what the form of a decision about somebody offers.
func (s *Service) Choices(ctx context.Context, actor identity.Actor, login, unit string) (c Choices, err error) {
	defer errs.Wrap(&err, "list choices")

	sc, err := scope(actor, personnel.PermMove, personnel.PermAll)
	if err != nil {
		return c, err
	}
	if c.Roles, err = s.officialRoles(ctx); err != nil {
		return c, err
	}
	if id, err := s.unitOf(ctx, s.DB, "unit", unit); err == nil && id != "" {
		if c.Positions, err = orgs.ListPositions(ctx, s.DB, id); err != nil {
			return c, err
		}
	}
	a, found, err := s.People.FindAccount(ctx, s.DB, login)
	if err != nil || !found {
		return c, err
	}
	held, err := access.ListPostsOf(ctx, s.DB, s.DB.Now(), a.ID)
	if err != nil {
		return c, err
	}
	names := s.naming()
	for _, h := range held[a.ID] {
		if ok, err := sc.Sees(ctx, s.DB, h.Unit); err != nil || !ok {
			continue
		}
		p, err := names.post(ctx, s.DB, h)
		if err != nil {
			return c, err
		}
		c.Held = append(c.Held, p)
	}
	return c, nil
}
