// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Kind says by what a role is held.
type Kind string

// The kinds of holdings.
const (
	Self       Kind = "own"        // for what is one's own
	Main       Kind = "main"       // chức vụ chính: one at a time
	Concurrent Kind = "concurrent" // kiêm nhiệm
	Acting     Kind = "acting"     // quyền, phụ trách
	Secondment Kind = "secondment" // biệt phái
	Delegation Kind = "delegation" // ủy quyền, from a holding of somebody else
	Grant      Kind = "grant"      // a role beside the post, for a time
)

// Kinds returns the kinds that are posts: what a decision appoints to.
func Kinds() []Kind { return []Kind{Main, Concurrent, Acting, Secondment} }

// Holding is a role that an account holds in a unit for a time, and by what.
type Holding struct {
	ID, Account  string
	Role         RoleID
	Unit         orgs.ID // empty: for what is one's own
	Subtree      bool    // also in all units under it
	Kind         Kind
	Position     string // of kernel/orgs; empty: none is named
	Title        i18n.Text
	SignsAs      string
	Since, Until db.Time // Until is the first moment after; zero: until it is ended
	Suspended    db.Time // zero: it is not
	Decision     string  // number of the document that says so
	DecidedOn    string  // its date, YYYY-MM-DD
	Reason       string
	From         string // the holding that was delegated
	EnteredBy    string
	EnteredAt    db.Time
	EndedBy      string // who entered the end; empty where it was known from the beginning
	EndedAt      db.Time
	EndDecision  string
}

// In reports whether the holding gives something at a moment.
func (h Holding) In(now db.Time) bool {
	return h.Suspended.IsZero() && !h.Since.After(now.Time) && (h.Until.IsZero() || h.Until.After(now.Time))
}

// Standing reports whether it is not over at a moment: in force, suspended or to come.
func (h Holding) Standing(now db.Time) bool {
	return h.Until.IsZero() || h.Until.After(now.Time)
}

// Meets reports whether the periods of two holdings have a moment in common.
func (h Holding) Meets(o Holding) bool {
	before := func(end, begin db.Time) bool { return !end.IsZero() && !end.After(begin.Time) }
	return !before(h.Until, o.Since) && !before(o.Until, h.Since) && !h.void() && !o.void()
}

// void reports a holding that was taken back before it gave anything.
func (h Holding) void() bool { return !h.Until.IsZero() && !h.Until.After(h.Since.Time) }

// What can go wrong with holdings.
var (
	ErrHoldingUnknown = errs.New(errs.NotFound, "access.holding_unknown")
	ErrOverlap        = errs.New(errs.Conflict, "access.overlap")   // the same role in the same unit at the same time
	ErrTwoMain        = errs.New(errs.Conflict, "access.two_main")  // a second main post at the same time
	ErrNoSeat         = errs.New(errs.Conflict, "access.no_seat")   // all seats of the position are taken; seats
	ErrApart          = errs.New(errs.Conflict, "access.apart")     // two roles that nobody may hold together; role, other
	ErrKind           = errs.New(errs.Conflict, "access.kind")      // not in such a unit; role
	ErrPeriod         = errs.New(errs.Invalid, "access.period")     // it ends before it begins
	ErrUnitOver       = errs.New(errs.Conflict, "access.unit_over") // the unit is not valid at its beginning
	ErrEnded          = errs.New(errs.Conflict, "access.ended")     // it is over already
	ErrDelegated      = errs.New(errs.Conflict, "access.delegated") // what was delegated is not delegated on
)

// Give makes an account hold a role and returns the id of the holding. It
// refuses what overlaps, what no seat is left for, what nobody may hold together
// and what cannot be held in such a unit.
func Give(ctx context.Context, tx *db.Tx, h Holding) (_ string, err error) {
	defer errs.Wrap(&err, "give role %s", h.Role)

	if h.Since.IsZero() {
		h.Since = tx.Now
	}
	if !h.Until.IsZero() && !h.Until.After(h.Since.Time) {
		return "", ErrPeriod
	}
	if err := store.LockAccount(ctx, tx, h.Account); err != nil {
		return "", err
	}
	role, err := GetRole(ctx, tx, h.Role)
	if err != nil {
		return "", err
	}
	if h.Unit != "" {
		unit, err := orgs.Get(ctx, tx, h.Unit)
		if err != nil {
			return "", err
		}
		if day := orgs.Day(h.Since); !unit.ValidOn(day) {
			return "", ErrUnitOver.With("unit", unit.Name.VI)
		}
		if len(role.Kinds) > 0 && !slices.Contains(role.Kinds, unit.Kind) {
			return "", ErrKind.With("role", role.Name.VI).With("unit", unit.Name.VI)
		}
	}
	held, err := ListHoldings(ctx, tx, h.Account)
	if err != nil {
		return "", err
	}
	if err := fits(h, held); err != nil {
		return "", err
	}
	if err := together(ctx, tx, h, held); err != nil {
		return "", err
	}
	if err := seat(ctx, tx, h); err != nil {
		return "", err
	}
	if h.From != "" {
		if err := delegable(ctx, tx, h); err != nil {
			return "", err
		}
	}
	h.ID, h.EnteredAt = id.New(), tx.Now
	return h.ID, store.Hold(ctx, tx, toRow(h))
}

// fits refuses what overlaps with what the account holds already.
func fits(h Holding, held []Holding) error {
	for _, old := range held {
		if !h.Meets(old) {
			continue
		}
		if old.Role == h.Role && old.Unit == h.Unit {
			return ErrOverlap.With("since", old.Since.Time)
		}
		if old.Kind == Main && h.Kind == Main {
			return ErrTwoMain.With("title", old.Title.VI)
		}
	}
	return nil
}

// together refuses roles that nobody may hold at the same time.
func together(ctx context.Context, q db.Querier, h Holding, held []Holding) error {
	pairs, err := ListPairs(ctx, q)
	if err != nil {
		return err
	}
	for _, old := range held {
		if !h.Meets(old) {
			continue
		}
		for _, p := range pairs {
			if p.Has(h.Role, old.Role) {
				return ErrApart.With("role", string(h.Role)).With("other", string(old.Role)).With("why", p.Why.VI)
			}
		}
	}
	return nil
}

// seat refuses a position all of whose seats are taken at a moment of the period.
func seat(ctx context.Context, q db.Querier, h Holding) error {
	if h.Position == "" {
		return nil
	}
	p, err := orgs.GetPosition(ctx, q, h.Position)
	if err != nil {
		return err
	}
	if p.Unit != h.Unit || RoleID(p.Role) != h.Role {
		return ErrNoSeat.With("seats", 0)
	}
	rows, err := store.OnPosition(ctx, q, h.Position, h.Since, h.Until)
	if err != nil {
		return err
	}
	all := append(fromRows(rows), h)
	for _, at := range all { // the number only grows where one begins
		n := 0
		for _, o := range all {
			if !o.void() && !at.Since.Before(o.Since.Time) && (o.Until.IsZero() || o.Until.After(at.Since.Time)) {
				n++
			}
		}
		if n > p.Seats && h.Meets(at) {
			return ErrNoSeat.With("seats", p.Seats)
		}
	}
	return nil
}

// delegable refuses what is not one's own to give, and more than that.
func delegable(ctx context.Context, q db.Querier, h Holding) error {
	from, err := GetHolding(ctx, q, h.From)
	if err != nil {
		return err
	}
	switch {
	case from.Kind == Delegation, from.Kind == Grant, from.Account == h.Account:
		return ErrDelegated
	case from.Role != h.Role || from.Unit != h.Unit || (h.Subtree && !from.Subtree):
		return ErrDelegated
	case !from.Since.IsZero() && from.Since.After(h.Since.Time), h.Until.IsZero(), !from.Until.IsZero() && h.Until.After(from.Until.Time):
		return ErrPeriod
	}
	return nil
}

// End ends a holding at a moment, which may be to come, and with it what was
// delegated from it.
func End(ctx context.Context, tx *db.Tx, holding string, at db.Time, by, decision string) (err error) {
	defer errs.Wrap(&err, "end holding %s", holding)

	h, err := GetHolding(ctx, tx, holding)
	if err != nil {
		return err
	}
	if !h.Standing(tx.Now) {
		return ErrEnded
	}
	if at.Before(h.Since.Time) {
		at = h.Since // it never began
	}
	if !h.Until.IsZero() && h.Until.Before(at.Time) {
		return ErrEnded
	}
	h.Until, h.EndedBy, h.EndedAt, h.EndDecision = at, by, tx.Now, decision
	if err := store.Hold(ctx, tx, toRow(h)); err != nil {
		return err
	}
	given, err := store.DelegatedFrom(ctx, tx, holding)
	if err != nil {
		return err
	}
	for _, d := range fromRows(given) {
		if d.Standing(at) && d.Standing(tx.Now) {
			if err := End(ctx, tx, d.ID, at, by, decision); err != nil {
				return err
			}
		}
	}
	return nil
}

// Suspend lets a holding stand and give nothing, from now on; Resume gives it back.
func Suspend(ctx context.Context, tx *db.Tx, holding string) error {
	return suspend(ctx, tx, holding, tx.Now)
}

// Resume is Suspend taken back.
func Resume(ctx context.Context, tx *db.Tx, holding string) error {
	return suspend(ctx, tx, holding, db.Time{})
}

func suspend(ctx context.Context, tx *db.Tx, holding string, at db.Time) error {
	h, err := GetHolding(ctx, tx, holding)
	if err != nil {
		return err
	}
	if !h.Standing(tx.Now) {
		return ErrEnded
	}
	h.Suspended = at
	return store.Hold(ctx, tx, toRow(h))
}

// GetHolding returns a holding; ErrHoldingUnknown where there is none.
func GetHolding(ctx context.Context, q db.Querier, holding string) (Holding, error) {
	row, err := store.GetHolding(ctx, q, holding)
	if errors.Is(err, db.ErrNoRows) {
		return Holding{}, ErrHoldingUnknown
	}
	return fromRow(row), err
}

// ListHoldings returns everything an account has held, holds and will hold, the
// oldest first: some dozens at most.
func ListHoldings(ctx context.Context, q db.Querier, account string) ([]Holding, error) {
	rows, err := store.HoldingsOf(ctx, q, account)
	return fromRows(rows), err
}

// ListInUnits returns at most limit holdings of the units that are not over
// now, by id, after the given id.
func ListInUnits(ctx context.Context, q db.Querier, now db.Time, after string, limit int, units ...orgs.ID) ([]Holding, error) {
	ids := make([]string, len(units))
	for i, u := range units {
		ids[i] = string(u)
	}
	rows, err := store.InUnits(ctx, q, now, after, limit, ids...)
	return fromRows(rows), err
}

// ListStanding returns at most limit holdings in units that are in force, by id,
// after the given id.
func ListStanding(ctx context.Context, q db.Querier, now db.Time, after string, limit int) ([]Holding, error) {
	rows, err := store.AllStanding(ctx, q, now, after, limit)
	return fromRows(rows), err
}

// ListOver returns at most limit accounts of which a holding ended after from
// and not after to.
func ListOver(ctx context.Context, q db.Querier, from, to db.Time, limit int) ([]string, error) {
	return store.Over(ctx, q, from, to, limit)
}

func fromRows(rows []store.Holding) []Holding {
	all := make([]Holding, len(rows))
	for i, r := range rows {
		all[i] = fromRow(r)
	}
	return all
}

func fromRow(r store.Holding) Holding {
	return Holding{
		ID: r.ID, Account: r.Account, Role: RoleID(r.Role), Unit: orgs.ID(r.Unit), Subtree: r.Subtree, Kind: Kind(r.Kind), Position: r.Position,
		Title: i18n.Text{VI: r.TitleVI, EN: r.TitleEN}, SignsAs: r.SignsAs, Since: r.Since, Until: r.Until, Suspended: r.Suspended,
		Decision: r.Decision, DecidedOn: r.DecidedOn, Reason: r.Reason, From: r.From, EnteredBy: r.EnteredBy, EnteredAt: r.EnteredAt,
		EndedBy: r.EndedBy, EndedAt: r.EndedAt, EndDecision: r.EndDecision,
	}
}

func toRow(h Holding) store.Holding {
	return store.Holding{
		ID: h.ID, Account: h.Account, Role: string(h.Role), Unit: string(h.Unit), Subtree: h.Subtree, Kind: string(h.Kind), Position: h.Position,
		TitleVI: h.Title.VI, TitleEN: h.Title.EN, SignsAs: h.SignsAs, Since: h.Since, Until: h.Until, Suspended: h.Suspended,
		Decision: h.Decision, DecidedOn: h.DecidedOn, Reason: h.Reason, From: h.From, EnteredBy: h.EnteredBy, EnteredAt: h.EnteredAt,
		EndedBy: h.EndedBy, EndedAt: h.EndedAt, EndDecision: h.EndDecision,
	}
}

// Reopen takes an end back that has not come: the holding goes on until then
// (zero: until it is ended), where nothing that was given since is in its way.
func Reopen(ctx context.Context, tx *db.Tx, holding string, until db.Time) (err error) {
	defer errs.Wrap(&err, "reopen holding %s", holding)

	h, err := GetHolding(ctx, tx, holding)
	if err != nil {
		return err
	}
	if !h.Standing(tx.Now) {
		return ErrEnded
	}
	h.Until, h.EndedBy, h.EndedAt, h.EndDecision = until, "", db.Time{}, ""
	held, err := ListHoldings(ctx, tx, h.Account)
	if err != nil {
		return err
	}
	held = slices.DeleteFunc(held, func(o Holding) bool { return o.ID == h.ID })
	if err := errors.Join(fits(h, held), together(ctx, tx, h, held)); err != nil {
		return err
	}
	return store.Hold(ctx, tx, toRow(h))
}
