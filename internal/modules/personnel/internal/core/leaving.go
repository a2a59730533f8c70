// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Why an account was disabled.
const (
	Left     = "left"   // its owner has left the service
	NobodyIn = "unused" // nobody has used it for too long
)

// leaves reports whether a decision ends somebody's service.
func leaves(kind string) bool { return kind == Leave || kind == Retire }

// leave disables the account of who has left. Who holds a post all the same, by
// a decision entered since, keeps it.
func (s *Service) leave(ctx context.Context, tx *db.Tx, actor identity.Actor, m store.Move) error {
	held, err := access.ListHoldings(ctx, tx, m.Account)
	if err != nil {
		return err
	}
	c := store.Closure{ID: id.New(), Account: m.Account, Why: Left, Move: m.ID, At: tx.Now, By: actor.Account}
	stays := false
	for _, h := range held {
		stays = stays || h.Unit != "" && h.In(tx.Now)
	}
	already, err := store.OpenClosure(ctx, tx, m.Account, tx.ForUpdate())
	if err != nil {
		return err
	}
	if len(already) > 0 { // disabled for another reason: leaving is the one that holds
		already[0].OpenedAt, already[0].OpenedBy = tx.Now, actor.Account
		if err := store.PutClosure(ctx, tx, already[0]); err != nil {
			return err
		}
	}
	if stays {
		c.OpenedAt, c.OpenedBy = tx.Now, actor.Account
		return store.PutClosure(ctx, tx, c)
	}
	if err := s.People.Disable(ctx, tx, m.Account); err != nil {
		return err
	}
	if err := store.DropWarned(ctx, tx, m.Account); err != nil {
		return err
	}
	if err := store.PutClosure(ctx, tx, c); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, personnel.AuditDisabled, m.Account)
}

// comeBack lets the account of who is back in service be used again. Only the
// posts of the new decision give anything: the old ones have ended.
func (s *Service) comeBack(ctx context.Context, tx *db.Tx, actor identity.Actor, account string) error {
	open, err := store.OpenClosure(ctx, tx, account, tx.ForUpdate())
	if err != nil || len(open) == 0 || open[0].Why != Left {
		return err
	}
	return s.reopen(ctx, tx, actor, open[0], "")
}

func (s *Service) reopen(ctx context.Context, tx *db.Tx, actor identity.Actor, c store.Closure, words string) error {
	if err := s.People.Enable(ctx, tx, c.Account); err != nil {
		return err
	}
	c.OpenedAt, c.OpenedBy, c.Words = tx.Now, actor.Account, words
	if err := store.PutClosure(ctx, tx, c); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, personnel.AuditEnabled, c.Account)
}

// leavers disables the accounts of those whose last day is over and opens those
// of people who are back. Any number of servers may look.
func (s *Service) leavers(ctx context.Context) error {
	gone, err := store.Leavers(ctx, s.DB, s.today(), batch)
	if err != nil {
		return err
	}
	by := identity.Program(program)
	for _, m := range gone {
		err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.leave(ctx, tx, by, m) })
		if err != nil && !db.IsDuplicate(err) { // another server was faster
			return err
		}
	}
	back, err := store.Returning(ctx, s.DB, s.today(), batch)
	if err != nil {
		return err
	}
	for _, account := range back {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.comeBack(ctx, tx, by, account) }); err != nil {
			return err
		}
	}
	return nil
}

// Closed is an account of an official that cannot be used.
type Closed struct {
	Who  Who
	Why  string
	Last db.Time // use; zero where that is not known
	At   db.Time
	By   Who
	Ends string // of a warning: the day on which it will be disabled
	May  bool   // the actor may open it again
}

// ClosedWarned lists the accounts whose owners were warned, beside the reasons.
const ClosedWarned = "warned"

// ListClosed returns the accounts that cannot be used, the newest first: those
// of people who have left, those that nobody used, or those soon to be disabled.
func (s *Service) ListClosed(ctx context.Context, actor identity.Actor, why, before string) (p Page[Closed], err error) {
	defer errs.Wrap(&err, "list disabled accounts")

	if _, err := access.RequireAny(actor, personnel.PermAll, personnel.PermInspect); err != nil {
		return p, err
	}
	if why == ClosedWarned {
		return s.listWarned(ctx, before)
	}
	if why != Left && why != NobodyIn && why != "" {
		return p, errs.BadInput([]errs.Field{{Name: "why", Code: "form.choose"}})
	}
	rows, err := store.Closures(ctx, s.DB, why, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(c store.Closure) string { return c.ID })
	p.Next = part.Next
	for _, c := range part.Items {
		one, err := s.closed(ctx, actor, c)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

func (s *Service) closed(ctx context.Context, actor identity.Actor, c store.Closure) (one Closed, err error) {
	one = Closed{Why: c.Why, Last: c.Last, At: c.At, May: c.Why == NobodyIn && c.Account != actor.Account && (actor.May(personnel.PermAll) || actor.May(personnel.PermMove))}
	if one.Who, err = s.who(ctx, s.DB, c.Account); err != nil {
		return one, err
	}
	one.By, err = s.who(ctx, s.DB, c.By)
	return one, err
}

func (s *Service) listWarned(ctx context.Context, after string) (p Page[Closed], err error) {
	rows, err := store.AllWarned(ctx, s.DB, after, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(w store.Warned) string { return w.Account })
	p.Next = part.Next
	for _, w := range part.Items {
		one := Closed{Why: ClosedWarned, Last: w.Last, At: w.At, Ends: w.Ends}
		if one.Who, err = s.who(ctx, s.DB, w.Account); err != nil {
			return p, err
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// OpenAccount lets an account that nobody used be used again, from now on for as
// long as any other. That of who has left comes back with a decision only.
func (s *Service) OpenAccount(ctx context.Context, actor identity.Actor, account, words string) (err error) {
	defer errs.Wrap(&err, "open account %s", account)

	sc, err := scope(actor, personnel.PermMove, personnel.PermAll)
	if err != nil {
		return err
	}
	var a asked
	words = a.words("words", words)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		seen, err := s.standsIn(ctx, tx, sc, account)
		switch {
		case err != nil:
			return err
		case !seen:
			return personnel.ErrNobody
		case account == actor.Account:
			return personnel.ErrOwn
		}
		open, err := store.OpenClosure(ctx, tx, account, tx.ForUpdate())
		switch {
		case err != nil:
			return err
		case len(open) == 0:
			return personnel.ErrDecided
		case open[0].Why == Left:
			return personnel.ErrLeft
		}
		return s.reopen(ctx, tx, actor, open[0], words)
	})
}

// standsIn reports whether somebody has, or had, a post in scope.
func (s *Service) standsIn(ctx context.Context, q db.Querier, sc access.Scope, account string) (bool, error) {
	held, err := access.ListHoldings(ctx, q, account)
	if err != nil {
		return false, err
	}
	for _, h := range held {
		if h.Unit == "" {
			continue
		}
		if seen, err := sc.Sees(ctx, q, h.Unit); err != nil || seen {
			return seen, err
		}
	}
	return false, nil
}

// closure returns why the account of somebody cannot be used; nil where it can.
func (s *Service) closure(ctx context.Context, actor identity.Actor, account string) (*Closed, error) {
	open, err := store.OpenClosure(ctx, s.DB, account, "")
	if err != nil {
		return nil, err
	}
	if len(open) > 0 {
		one, err := s.closed(ctx, actor, open[0])
		return &one, err
	}
	warned, err := store.GetWarned(ctx, s.DB, account)
	if err != nil || len(warned) == 0 {
		return nil, err
	}
	return &Closed{Why: ClosedWarned, Last: warned[0].Last, At: warned[0].At, Ends: warned[0].Ends}, nil
}

// allow is how many people may be disabled of those who could undo it: one stays.
const allow = 50

// lastKeeper reports whether an account is the last that may open others again.
func (s *Service) lastKeeper(ctx context.Context, q db.Querier, account string) (bool, error) {
	keepers, err := access.ListAllowed(ctx, q, personnel.PermAll, s.DB.Now(), allow)
	if err != nil {
		return false, err
	}
	is, others := false, false
	for _, k := range keepers {
		if k == account {
			is = true
			continue
		}
		a, err := s.People.GetAccount(ctx, q, k)
		if errors.Is(err, identity.ErrAccountUnknown) {
			continue
		}
		if err != nil {
			return false, err
		}
		others = others || !a.Disabled
	}
	return is && !others, nil
}

// lastUse is the later of the last use and the day on which somebody opened the
// account again.
func (s *Service) lastUse(ctx context.Context, q db.Querier, account string, last db.Time) (db.Time, error) {
	before, err := store.LastClosure(ctx, q, account)
	if err == nil && len(before) > 0 && before[0].OpenedAt.After(last.Time) {
		last = before[0].OpenedAt
	}
	return last, err
}

// dayOf is the day on which an account last used at a moment is disabled.
func dayOf(last db.Time, days int) string { return orgs.Day(db.At(last.AddDate(0, 0, days))) }
