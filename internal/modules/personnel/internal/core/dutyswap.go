// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// The states of a request to take a shift; Asked is the first.
const (
	Accepted  = "accepted"
	Declined  = "declined"
	Withdrawn = "withdrawn"
)

// NewSwap asks a colleague to take a shift of one's own.
type NewSwap struct {
	Login  string // who shall take it
	Other  string // the colleague's shift that is taken instead; empty: none
	Reason string
}

// AskSwap asks a colleague to take a shift that has not begun. What could not be
// is refused before anybody is asked.
func (s *Service) AskSwap(ctx context.Context, actor identity.Actor, shift string, n NewSwap) (swap string, err error) {
	defer errs.Wrap(&err, "ask to swap shift %s", shift)

	sc, err := reads(actor)
	if err != nil {
		return "", err
	}
	var a asked
	if n.Login = text.Line(n.Login); n.Login == "" {
		a.add("login", "personnel.missing")
	}
	n.Reason = a.words("reason", n.Reason)
	if err := a.err(); err != nil {
		return "", err
	}
	swap = id.New()
	return swap, s.DB.Write(ctx, func(tx *db.Tx) error {
		to, err := s.account(ctx, tx, "login", n.Login)
		if err != nil {
			return err
		}
		if to.ID == actor.Account {
			return errs.BadInput([]errs.Field{{Name: "login", Code: "personnel.duty.oneself"}})
		}
		row := store.Swap{ID: swap, Shift: shift, Other: n.Other, By: actor.Account, To: to.ID, Reason: n.Reason, At: tx.Now, State: Asked}
		mine, _, err := s.trade(ctx, tx, sc, row)
		if err != nil {
			return err
		}
		if open, err := store.OpenSwaps(ctx, tx, shift); err != nil || len(open) > 0 {
			if err == nil {
				err = personnel.ErrSwapOpen
			}
			return err
		}
		row.Unit = mine.Unit
		if err := store.PutSwap(ctx, tx, row); err != nil {
			return err
		}
		if err := s.tellSwap(ctx, tx, personnel.NoticeSwap, row, mine, actor.Name, to.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditSwapAsked, actor.Account)
	})
}

// trade holds both people and returns the shifts as they would be after the swap,
// or why it cannot be. The second is zero where nothing is taken instead.
func (s *Service) trade(ctx context.Context, tx *db.Tx, sc access.Scope, w store.Swap) (mine, other store.Shift, err error) {
	people := []string{w.By, w.To}
	slices.Sort(people)
	for _, p := range people {
		if err := store.HoldPerson(ctx, tx, p); err != nil {
			return mine, other, err
		}
	}
	posts := s.placing(tx)
	take := func(shift, from, to, field string) (row store.Shift, err error) {
		row, err = store.GetShift(ctx, tx, access.Scope{}, from, shift, tx.ForUpdate())
		if err != nil {
			return row, err
		}
		who, err := posts.person(ctx, to)
		if err != nil {
			return row, err
		}
		_, there, err := posts.post(ctx, to, orgs.ID(row.Unit), row.Since)
		switch {
		case err != nil:
			return row, err
		case !row.Since.After(tx.Now.Time):
			return row, personnel.ErrBegun
		case !there || who.closed:
			return row, errs.BadInput([]errs.Field{{Name: field, Code: "personnel.duty.no_post", Args: map[string]any{"name": who.Name}}})
		}
		row.Account = to
		return row, s.alone(ctx, tx, sc, row, who.Name, w.Shift, w.Other)
	}
	if mine, err = take(w.Shift, w.By, w.To, "login"); err != nil || w.Other == "" {
		return mine, other, err
	}
	other, err = take(w.Other, w.To, w.By, "other")
	if err != nil {
		return mine, other, err
	}
	if other.Unit != mine.Unit { // a swap is within one roster, whose leader sees it
		return mine, other, personnel.ErrNotFound
	}
	phone, err := store.OpenPhone(s.Keys, mine.ID, mine.Phone)
	if err != nil {
		return mine, other, err
	}
	theirs, err := store.OpenPhone(s.Keys, other.ID, other.Phone)
	mine.Phone, other.Phone = store.SealPhone(s.Keys, mine.ID, theirs), store.SealPhone(s.Keys, other.ID, phone) // a phone goes with its person
	return mine, other, err
}

// AnswerSwap accepts or declines what one was asked. With the phone by which the
// shift can be called from then on; empty: that of the unit, or of the shift that
// is given for it.
func (s *Service) AnswerSwap(ctx context.Context, actor identity.Actor, swap string, accept bool, phone string) (err error) {
	defer errs.Wrap(&err, "answer swap %s", swap)

	sc, err := reads(actor)
	if err != nil {
		return err
	}
	if phone = text.Line(phone); phone != "" && !phoneShape(phone) {
		return errs.BadInput([]errs.Field{{Name: "phone", Code: "personnel.duty.phone"}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := store.GetSwap(ctx, tx, actor.Account, swap)
		switch {
		case err != nil:
			return err
		case w.To != actor.Account:
			return personnel.ErrNotFound
		case w.State != Asked:
			return personnel.ErrDecided
		}
		w.State, w.Decided = Declined, tx.Now
		event, said := personnel.AuditSwapDeclined, i18n.Text{VI: "không nhận", EN: "declined"}
		var about store.Shift
		if accept {
			w.State, event, said = Accepted, personnel.AuditSwapped, i18n.Text{VI: "đã nhận", EN: "accepted"}
			mine, other, err := s.trade(ctx, tx, sc, w)
			if errs.KindOf(err) == errs.NotFound {
				return personnel.ErrSwapGone
			}
			if err != nil {
				return err
			}
			if phone != "" || other.ID == "" {
				mine.Phone = store.SealPhone(s.Keys, mine.ID, phone)
			}
			for _, row := range []store.Shift{mine, other} {
				if row.ID == "" {
					continue
				}
				row.ChangedBy, row.ChangedAt = actor.Account, tx.Now
				if err := store.PutShift(ctx, tx, row); err != nil {
					return err
				}
				if err := s.dropSwaps(ctx, tx, row.ID, swap); err != nil {
					return err
				}
			}
			about = mine
		} else if about, err = store.GetShift(ctx, tx, access.Scope{}, w.By, w.Shift, ""); err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		if err := store.PutSwap(ctx, tx, w); err != nil {
			return err
		}
		if about.ID != "" {
			if err := s.tellSwap(ctx, tx, personnel.NoticeAnswer, w, about, actor.Name, w.By, said); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, event, w.By)
	})
}

// WithdrawSwap takes a request back that nobody has answered.
func (s *Service) WithdrawSwap(ctx context.Context, actor identity.Actor, swap string) (err error) {
	defer errs.Wrap(&err, "withdraw swap %s", swap)

	if _, err := reads(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := store.GetSwap(ctx, tx, actor.Account, swap)
		switch {
		case err != nil:
			return err
		case w.By != actor.Account:
			return personnel.ErrNotFound
		case w.State != Asked:
			return personnel.ErrDecided
		}
		w.State, w.Decided = Withdrawn, tx.Now
		if err := store.PutSwap(ctx, tx, w); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditSwapBack, w.By)
	})
}

// dropSwaps takes back the requests about a shift that has changed, but one.
func (s *Service) dropSwaps(ctx context.Context, tx *db.Tx, shift string, but ...string) error {
	open, err := store.OpenSwaps(ctx, tx, shift)
	if err != nil {
		return err
	}
	for _, w := range open {
		if slices.Contains(but, w.ID) {
			continue
		}
		w.State, w.Decided = Withdrawn, tx.Now
		if err := store.PutSwap(ctx, tx, w); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellSwap(ctx context.Context, tx *db.Tx, event string, w store.Swap, about store.Shift, name, to string, answer ...i18n.Text) error {
	words := map[string]i18n.Text{"name": notify.Plain(name), "at": notify.Plain(about.Since.In(calendar.Zone()).Format("02/01/2006 15:04"))}
	if len(answer) > 0 {
		words["answer"] = answer[0]
	}
	return s.tell(ctx, tx, notify.Notice{Event: event, About: w.ID, Key: w.ID + "/" + w.State, Link: "/truc/cua-toi", Unit: w.Unit, Words: words}, to)
}

// Swap is a request with the shifts it is about.
type Swap struct {
	ID          string
	By, To      Who
	Reason      string
	At, Decided db.Time
	State       string
	Shift       Shift
	Other       *Shift // nil: nothing is taken instead
}

// Mine is what concerns somebody of duty.
type Mine struct {
	Shifts []Shift // that are not over
	Asked  []Swap  // of colleagues, the newest first
	By     []Swap  // one's own
}

// GetMyDuty returns one's own shifts that are not over, and the requests by and to
// oneself, the last fifty of each.
func (s *Service) GetMyDuty(ctx context.Context, actor identity.Actor) (m Mine, err error) {
	defer errs.Wrap(&err, "read the own shifts")

	if _, err := reads(actor); err != nil {
		return m, err
	}
	if m.Shifts, err = s.dutyOf(ctx, actor, actor.Account); err != nil {
		return m, err
	}
	for _, by := range []bool{false, true} {
		rows, err := store.SwapsOf(ctx, s.DB, actor.Account, by, "", PageSize)
		if err != nil {
			return m, err
		}
		all, err := s.swaps(ctx, actor, rows)
		if err != nil {
			return m, err
		}
		if by {
			m.By = all
		} else {
			m.Asked = all
		}
	}
	return m, nil
}

// dutyOf returns the shifts of somebody that are not over, of the next year.
func (s *Service) dutyOf(ctx context.Context, actor identity.Actor, account string) ([]Shift, error) {
	now := s.DB.Now()
	rows, err := store.ShiftsOf(ctx, s.DB, account, now, db.At(now.AddDate(0, 0, ahead)), store.ShiftKey{}, PageSize)
	if err != nil {
		return nil, err
	}
	return s.shifts(ctx, actor, rows)
}

// seenDutyOf is dutyOf with what the actor sees of it: shifts in scope, or the own.
func (s *Service) seenDutyOf(ctx context.Context, actor identity.Actor, account string) ([]Shift, error) {
	all, err := s.dutyOf(ctx, actor, account)
	if err != nil || account == actor.Account {
		return all, err
	}
	sc, err := reads(actor)
	if err != nil {
		return nil, err
	}
	seen := all[:0]
	for _, d := range all {
		ok, err := sc.Sees(ctx, s.DB, d.Unit)
		if err != nil {
			return nil, err
		}
		if ok {
			seen = append(seen, d)
		}
	}
	return seen, nil
}

// CountSwaps is the number beside the menu: requests that wait for the actor.
func (s *Service) CountSwaps(ctx context.Context, actor identity.Actor) (n int64, err error) {
	rows, err := store.SwapsOf(ctx, s.DB, actor.Account, false, "", PageSize)
	for _, w := range rows {
		if w.State == Asked {
			n++
		}
	}
	return n, err
}

// ListSwaps returns the requests of the rosters that the actor may write, the
// newest first.
func (s *Service) ListSwaps(ctx context.Context, actor identity.Actor, before string) (p Page[Swap], err error) {
	defer errs.Wrap(&err, "list swaps")

	sc, err := plans(actor)
	if err != nil {
		return p, err
	}
	rows, err := store.Swaps(ctx, s.DB, sc, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(w store.Swap) string { return w.ID })
	p.Next = part.Next
	p.Items, err = s.swaps(ctx, actor, part.Items)
	return p, err
}

func (s *Service) swaps(ctx context.Context, actor identity.Actor, rows []store.Swap) (all []Swap, err error) {
	shift := func(id, a, b string) (*Shift, error) { // whoever has it now
		for _, who := range []string{a, b} {
			row, err := store.GetShift(ctx, s.DB, access.Scope{}, who, id, "")
			if errs.KindOf(err) == errs.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			found, err := s.shifts(ctx, actor, []store.Shift{row})
			if err != nil {
				return nil, err
			}
			return &found[0], nil
		}
		return nil, nil //nolint:nilnil // it is no more, or a third has it
	}
	for _, w := range rows {
		one := Swap{ID: w.ID, Reason: w.Reason, At: w.At, Decided: w.Decided, State: w.State}
		if one.By, err = s.who(ctx, s.DB, w.By); err != nil {
			return nil, err
		}
		if one.To, err = s.who(ctx, s.DB, w.To); err != nil {
			return nil, err
		}
		about, err := shift(w.Shift, w.By, w.To)
		if err != nil {
			return nil, err
		}
		if about != nil {
			one.Shift = *about
		}
		if w.Other != "" {
			if one.Other, err = shift(w.Other, w.To, w.By); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}
