// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

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

// mostHeld is how many pieces of work are looked at for one person.
const mostHeld = 2000

// held returns what an account has in hand in a unit and under it.
func (s *Service) held(ctx context.Context, q db.Querier, account string, unit orgs.ID) (found []personnel.Held, err error) {
	if s.Hands == nil {
		return nil, nil
	}
	under := map[orgs.ID]bool{}
	for after, seen := "", 0; seen < mostHeld; {
		some, next, err := s.Hands.ListHeld(ctx, q, account, "", after, PageSize*4)
		if err != nil {
			return nil, err
		}
		for _, h := range some {
			in, known := under[h.Unit]
			if !known {
				above, err := orgs.Above(ctx, q, h.Unit)
				if err != nil {
					return nil, err
				}
				in = unit == "" || slices.ContainsFunc(above, func(u orgs.Unit) bool { return u.ID == unit })
				under[h.Unit] = in
			}
			if in {
				found = append(found, h)
			}
		}
		if seen += len(some); next == "" {
			break
		}
		after = next
	}
	return found, nil
}

// Handover is work that has lost its official.
type Handover struct {
	ID       string
	Who      Who
	Unit     orgs.ID
	UnitName i18n.Text
	From     string // the first day without the post, YYYY-MM-DD
	Count    int    // pieces of work
	Overdue  int    // of them
}

// ListHandovers returns the work of units in scope that has lost, or will lose,
// its official and is not handed over.
func (s *Service) ListHandovers(ctx context.Context, actor identity.Actor, after string) (p Page[Handover], err error) {
	defer errs.Wrap(&err, "list work to hand over")

	sc, err := scope(actor, personnel.PermHandOver, personnel.PermAll)
	if err != nil {
		return p, err
	}
	rows, err := store.Handovers(ctx, s.DB, sc, after, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(h store.Handover) string { return h.ID })
	p.Next = part.Next
	for _, row := range part.Items {
		h, work, err := s.handover(ctx, s.DB, row)
		if err != nil {
			return p, err
		}
		if len(work) > 0 || h.From > s.today() {
			p.Items = append(p.Items, h)
		}
	}
	return p, nil
}

func (s *Service) handover(ctx context.Context, q db.Querier, row store.Handover) (h Handover, work []personnel.Held, err error) {
	h = Handover{ID: row.ID, Unit: orgs.ID(row.Unit), From: row.From}
	if h.Who, err = s.who(ctx, q, row.Account); err != nil {
		return h, nil, err
	}
	if h.UnitName, err = unitName(ctx, q, h.Unit); err != nil {
		return h, nil, err
	}
	if work, err = s.held(ctx, q, row.Account, h.Unit); err != nil {
		return h, nil, err
	}
	h.Count = len(work)
	for _, w := range work {
		if !w.Due.IsZero() && w.Due.Before(s.DB.Now().Time) {
			h.Overdue++
		}
	}
	return h, work, nil
}

// CountHandovers is the number beside the menu.
func (s *Service) CountHandovers(ctx context.Context, actor identity.Actor) (int64, error) {
	sc, err := scope(actor, personnel.PermHandOver, personnel.PermAll)
	if err != nil {
		return 0, err
	}
	return store.CountHandovers(ctx, s.DB, sc)
}

// Pile is the work of one official, with who could take it.
type Pile struct {
	Handover
	Work  []personnel.Held
	Takes []access.Holder
	Away  map[string]string // of those: the last day on which somebody is away, by account
}

// maxTakers is how many colleagues a form offers.
const maxTakers = 200

// GetHandover returns the work of one official piece by piece.
func (s *Service) GetHandover(ctx context.Context, actor identity.Actor, handover string) (p Pile, err error) {
	defer errs.Wrap(&err, "read work to hand over %s", handover)

	sc, err := scope(actor, personnel.PermHandOver, personnel.PermAll)
	if err != nil {
		return p, err
	}
	row, err := store.GetHandover(ctx, s.DB, sc, handover)
	if err != nil {
		return p, err
	}
	if p.Handover, p.Work, err = s.handover(ctx, s.DB, row); err != nil {
		return p, err
	}
	all, err := access.ListHolders(ctx, s.DB, p.Unit, access.Holder{}, maxTakers)
	for _, h := range all {
		if h.Account != row.Account && !slices.ContainsFunc(p.Takes, func(o access.Holder) bool { return o.Account == h.Account }) {
			p.Takes = append(p.Takes, h)
		}
	}
	if err != nil {
		return p, err
	}
	takers := make([]string, len(p.Takes))
	for i, h := range p.Takes {
		takers[i] = h.Account
	}
	p.Away, err = s.away(ctx, s.DB, takers...)
	return p, err
}

// Handed is what became of pieces of work.
type Handed struct {
	Done   int
	Failed []personnel.HandedOver
	Left   int // that still wait
}

// HandOver puts picked pieces of work into the hands of somebody else. What could
// not be handed over stays on the list, each with the reason.
func (s *Service) HandOver(ctx context.Context, actor identity.Actor, handover string, pieces []string, login string) (out Handed, err error) {
	defer errs.Wrap(&err, "hand over %s", handover)

	sc, err := scope(actor, personnel.PermHandOver, personnel.PermAll)
	if err != nil {
		return out, err
	}
	var a asked
	if len(pieces) == 0 {
		a.add("piece", "personnel.pick")
	}
	if login == "" {
		a.add("to", "form.choose")
	}
	if err := a.err(); err != nil {
		return out, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		var now Handed
		row, err := store.GetHandover(ctx, tx, sc, handover)
		if err != nil {
			return err
		}
		to, err := s.account(ctx, tx, "to", login)
		if err != nil {
			return err
		}
		if to.ID == row.Account {
			return errs.BadInput([]errs.Field{{Name: "to", Code: "personnel.to_same"}})
		}
		work, err := s.held(ctx, tx, row.Account, orgs.ID(row.Unit))
		if err != nil {
			return err
		}
		var mine []string
		for _, w := range work {
			if slices.Contains(pieces, w.ID) {
				mine = append(mine, w.ID)
			}
		}
		if len(mine) == 0 {
			return personnel.ErrNotFound
		}
		done, err := s.Hands.HandOver(ctx, tx, actor, mine, to.ID, "Bàn giao công việc của người rời vị trí")
		if err != nil {
			return err
		}
		for _, one := range done {
			if one.Err != nil {
				now.Failed = append(now.Failed, one)
			} else {
				now.Done++
			}
		}
		left, err := s.held(ctx, tx, row.Account, orgs.ID(row.Unit))
		if err != nil {
			return err
		}
		now.Left = len(left)
		if now.Left == 0 && row.From <= orgs.Day(tx.Now) {
			if err := store.CloseHandover(ctx, tx, row.ID, actor.Account); err != nil {
				return err
			}
		}
		out = now
		return audit.Record(ctx, tx, actor, personnel.AuditHandedOver, row.Account)
	})
	return out, err
}

// batch is how many accounts one look handles.
const batch = 200

// Tick does what time has brought: changes of units come true, sessions of who
// has lost a post end, work without hands is listed. Any number of servers may.
func (s *Service) Tick(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "look at what has ended")

	now := s.DB.Now()
	waits, err := orgs.Waits(ctx, s.DB, now)
	if err != nil {
		return false, err
	}
	if waits {
		if err := s.applyUnits(ctx); err != nil {
			return false, err
		}
	}
	last, err := store.LastLook(ctx, s.DB)
	if err != nil {
		return false, err
	}
	over, err := access.ListOver(ctx, s.DB, last, now, 1)
	if err != nil {
		return false, err
	}
	if len(over) > 0 {
		if err := s.ended(ctx); err != nil {
			return false, err
		}
	}
	if err := s.leavers(ctx); err != nil {
		return false, err
	}
	if err := s.unused(ctx); err != nil {
		return false, err
	}
	if err := s.reviews(ctx); err != nil {
		return false, err
	}
	return false, s.closeEmpty(ctx)
}

func (s *Service) applyUnits(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		changed, err := orgs.ApplyDue(ctx, tx)
		if err != nil {
			return err
		}
		for _, u := range changed {
			if err := audit.Record(ctx, tx, identity.Program(program), personnel.AuditUnit, string(u)); err != nil {
				return err
			}
		}
		return nil
	})
}

// ended ends the sessions of accounts of which a holding ended since the last
// look, and lists their work.
func (s *Service) ended(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		last, err := store.Looked(ctx, tx)
		if err != nil {
			return err
		}
		accounts, err := access.ListOver(ctx, tx, last, tx.Now, 100*batch)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if err := s.endedOf(ctx, tx, account, last); err != nil {
				return err
			}
		}
		return store.Look(ctx, tx, tx.Now)
	})
}

func (s *Service) endedOf(ctx context.Context, tx *db.Tx, account string, last db.Time) error {
	held, err := access.ListHoldings(ctx, tx, account)
	if err != nil {
		return err
	}
	if err := s.People.EndAllSessions(ctx, tx, account); err != nil {
		return err
	}
	for _, h := range held {
		if h.Unit == "" || h.Until.IsZero() || !h.Until.After(last.Time) || h.Until.After(tx.Now.Time) {
			continue
		}
		if slices.ContainsFunc(held, func(o access.Holding) bool { return o.Unit == h.Unit && o.In(tx.Now) }) {
			continue
		}
		work, err := s.held(ctx, tx, account, h.Unit)
		if err != nil {
			return err
		}
		if len(work) > 0 {
			if err := store.OpenHandover(ctx, tx, store.Handover{ID: id.New(), Account: account, Unit: string(h.Unit), From: orgs.Day(h.Until), Opened: tx.Now}); err != nil {
				return err
			}
		}
	}
	return audit.Record(ctx, tx, identity.Program(program), personnel.AuditEnded, account)
}

// closeEmpty closes what has been handed over in other ways.
func (s *Service) closeEmpty(ctx context.Context) error {
	open, err := store.Handovers(ctx, s.DB, access.All(), "", batch)
	if err != nil {
		return err
	}
	for _, h := range open {
		if h.From > s.today() {
			continue
		}
		work, err := s.held(ctx, s.DB, h.Account, orgs.ID(h.Unit))
		if err != nil {
			return err
		}
		if len(work) > 0 {
			continue
		}
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return store.CloseHandover(ctx, tx, h.ID, program) }); err != nil {
			return err
		}
	}
	return nil
}
