// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The states of a merge.
const (
	MergeAsked   = "asked"
	MergeDone    = "done"
	MergeRefused = "refused"
	MergeUndone  = "undone"
)

// Merge is a merge as officials read it.
type Merge struct {
	ID, State  string
	From, To   Found
	Asked      db.Time
	Decided    db.Time
	Reason     string
	MayDecide  bool
	MayUndo    bool
	Things     []Things // what points to From, or what was moved
	Difference []string // of From and To: name, number, born, phone
	Sides      []Side   // for the page of one merge: the two beside each other
	Events     []Event
	Built      []Things // what came to To since: then nothing is put back
}

// Things counts what of a kind points to a person: "dossier.owner".
type Things struct {
	Kind string
	N    int
}

// own holds what of this module and of kernel/identity points to persons.
type own struct{ s *Service }

// Pointers implements persons.Holder.
func (o own) Pointers(ctx context.Context, q db.Querier, person string) ([]persons.Pointer, error) {
	all, err := o.s.store.Pointers(ctx, q, person)
	if err != nil {
		return nil, err
	}
	accounts, err := o.s.People.ListAccounts(ctx, q, person)
	for _, a := range accounts {
		all = append(all, persons.Pointer{Kind: account, ID: a})
	}
	return all, err
}

const account = "account"

// Repoint implements persons.Holder.
func (o own) Repoint(ctx context.Context, tx *db.Tx, p persons.Pointer, from, to string) (bool, error) {
	if p.Kind == account {
		return o.s.People.MoveAccount(ctx, tx, p.ID, from, to)
	}
	return o.s.store.Repoint(ctx, tx, p, from, to)
}

// holders are all who keep ids of persons, by name; names gives their order.
func (s *Service) holders() (all map[string]persons.Holder, names []string) {
	all = maps.Clone(s.Holders)
	if all == nil {
		all = map[string]persons.Holder{}
	}
	all["persons"] = own{s}
	return all, slices.Sorted(maps.Keys(all))
}

// both locks two persons, always in the same order, and refuses who cannot be one.
func (s *Service) both(ctx context.Context, tx *db.Tx, from, to string) (err error) {
	two := map[string]identity.Person{}
	for _, one := range []string{min(from, to), max(from, to)} {
		if two[one], err = s.People.LockPerson(ctx, tx, one); err != nil {
			if errs.KindOf(err) == errs.NotFound {
				err = persons.ErrNotFound
			}
			return err
		}
	}
	a, b := two[from], two[to]
	switch {
	case from == to:
		err = persons.ErrOwn
	case a.Kind != b.Kind:
		err = persons.ErrKinds
	case a.Merged != "" || b.Merged != "":
		err = persons.ErrMerging
	}
	return err
}

// PreviewMerge shows what making one person of two would move, and in what the
// two differ.
func (s *Service) PreviewMerge(ctx context.Context, actor identity.Actor, from, to string) (m Merge, err error) {
	defer errs.Wrap(&err, "preview merge")

	if _, err := access.RequireAny(actor, persons.PermMerge, persons.PermConfirm); err != nil {
		return m, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.both(ctx, tx, from, to); err != nil {
			return err
		}
		return s.bothRead(ctx, tx, actor, from, to)
	})
	if err != nil {
		return m, err
	}
	if m, err = s.merge(ctx, actor, store.Merge{From: from, To: to, State: MergeAsked}); err != nil {
		return m, err
	}
	m.Sides, err = s.sides(ctx, from, to)
	return m, err
}

// merge reads a merge with all that a page needs.
func (s *Service) merge(ctx context.Context, actor identity.Actor, r store.Merge) (m Merge, err error) {
	m = Merge{ID: r.ID, State: r.State, Asked: r.At, Decided: r.Decided}
	a, err := s.People.GetPerson(ctx, s.DB, r.From)
	if err != nil {
		return m, err
	}
	b, err := s.People.GetPerson(ctx, s.DB, r.To)
	if err != nil {
		return m, err
	}
	if m.From, err = s.found(ctx, s.DB, a); err != nil {
		return m, err
	}
	if m.To, err = s.found(ctx, s.DB, b); err != nil {
		return m, err
	}
	for _, one := range []struct{ what, a, b string }{{"name", a.Name, b.Name}, {"number", a.Number, b.Number}, {"born", a.Born, b.Born}, {"phone", a.Phone, b.Phone}} {
		if one.a != one.b {
			m.Difference = append(m.Difference, one.what)
		}
	}
	var things []persons.Pointer
	if r.State == MergeAsked {
		all, names := s.holders()
		for _, name := range names {
			found, err := all[name].Pointers(ctx, s.DB, r.From)
			if err != nil {
				return m, err
			}
			things = append(things, found...)
		}
	} else {
		moved, err := s.store.MovedBy(ctx, s.DB, r.ID)
		if err != nil {
			return m, err
		}
		for _, p := range moved {
			things = append(things, p.Pointer)
		}
	}
	m.Things = counted(things)
	if r.ID == "" {
		return m, nil
	}
	events, err := s.store.Events(ctx, s.DB, r.ID)
	for _, e := range events {
		if e.What == MergeAsked {
			m.Reason = e.Words
		}
	}
	m.MayDecide = r.State == MergeAsked && actor.May(persons.PermConfirm) && r.By != actor.Account
	m.MayUndo = r.State == MergeDone && actor.May(persons.PermConfirm)
	return m, err
}

// ProposeMerge asks for two persons to become one: everything of from becomes
// to's. Nothing happens before a second official has confirmed.
func (s *Service) ProposeMerge(ctx context.Context, actor identity.Actor, from, to, reason string) (made string, err error) {
	defer errs.Wrap(&err, "propose merge")

	if _, err := access.Require(actor, persons.PermMerge); err != nil {
		return "", err
	}
	var a asked
	reason = a.line("words", reason, MaxWords, true)
	if err := a.err(); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.both(ctx, tx, from, to); err != nil {
			return err
		}
		if actor.Person == from || actor.Person == to {
			return persons.ErrOwn
		}
		for _, one := range []string{from, to} {
			waits, err := s.store.Waiting(ctx, tx, one)
			if err != nil {
				return err
			}
			if waits {
				return persons.ErrMerging
			}
		}
		m := store.Merge{ID: id.New(), From: from, To: to, State: MergeAsked, By: actor.Account, At: tx.Now}
		if err := s.store.PutMerge(ctx, tx, m); err != nil {
			return err
		}
		made = m.ID
		if err := s.store.AddEvent(ctx, tx, store.Event{About: m.ID, What: MergeAsked, By: actor.Account, Words: reason}); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditMergeAsked, m.ID, to, "")
	})
	return made, err
}

// DecideMerge confirms or refuses what a colleague has proposed. Confirmed, all
// that points to the one points to the other in the same transaction.
func (s *Service) DecideMerge(ctx context.Context, actor identity.Actor, merge string, right bool, words string) (err error) {
	defer errs.Wrap(&err, "decide merge %s", merge)

	return s.onMerge(ctx, actor, merge, words, !right, func(tx *db.Tx, m *store.Merge) (audit.Event, error) {
		switch {
		case m.State != MergeAsked:
			return "", persons.ErrDecided
		case m.By == actor.Account:
			return "", persons.ErrSame
		case !right:
			m.State = MergeRefused
			return persons.AuditNotMerged, nil
		}
		if err := s.both(ctx, tx, m.From, m.To); err != nil {
			return "", err
		}
		m.Stood = true
		if err := s.move(ctx, tx, *m); err != nil {
			return "", err
		}
		if n, err := s.store.SelfRights(ctx, tx, m.To); err != nil || n > 0 {
			if n > 0 {
				err = persons.ErrOwn
			}
			return "", err
		}
		m.State = MergeDone
		if _, err := s.store.SetPair(ctx, tx, m.From, m.To, "merged"); err != nil {
			return "", err
		}
		return persons.AuditMerged, s.People.SetMerged(ctx, tx, m.From, m.To)
	})
}

// move makes everything of the one point to the other, and notes what.
func (s *Service) move(ctx context.Context, tx *db.Tx, m store.Merge) error {
	for _, one := range []string{m.From, m.To} { // who files by one of these rights now is done first, or finds it moved
		if _, err := s.store.LiveOf(ctx, tx, one); err != nil {
			return err
		}
	}
	all, names := s.holders()
	found := map[string][]persons.Pointer{}
	for _, name := range names {
		stood, err := all[name].Pointers(ctx, tx, m.To)
		if err != nil {
			return err
		}
		for _, p := range stood {
			if err := s.store.AddStood(ctx, tx, m.ID, name, p); err != nil {
				return err
			}
		}
	}
	for _, name := range names { // what is found may hang together: first all is found, then moved
		things, err := all[name].Pointers(ctx, tx, m.From)
		if err != nil {
			return err
		}
		found[name] = things
	}
	for _, name := range names {
		for _, p := range found[name] {
			ok, err := all[name].Repoint(ctx, tx, p, m.From, m.To)
			if err == nil && ok {
				err = s.store.AddMoved(ctx, tx, m.ID, name, p)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// UndoMerge puts back what a merge has moved. Where something does not point to
// the person any more it was changed since, and where something points there that
// did not, somebody has built on the merge: then nothing is put back, and the error
// says what.
func (s *Service) UndoMerge(ctx context.Context, actor identity.Actor, merge, words string) (err error) {
	defer errs.Wrap(&err, "undo merge %s", merge)

	return s.onMerge(ctx, actor, merge, words, true, func(tx *db.Tx, m *store.Merge) (audit.Event, error) {
		if m.State != MergeDone {
			return "", persons.ErrDecided
		}
		to, err := s.People.LockPerson(ctx, tx, m.To)
		if err != nil {
			return "", err
		}
		if to.Merged != "" { // what was moved has gone on to another
			return "", persons.ErrMerging
		}
		built, err := s.built(ctx, tx, *m)
		if err != nil {
			return "", err
		}
		moved, err := s.store.MovedBy(ctx, tx, m.ID)
		if err != nil {
			return "", err
		}
		all, _ := s.holders()
		var changed []string
		for _, p := range moved {
			h, ok := all[p.Holder]
			if ok {
				if ok, err = h.Repoint(ctx, tx, p.Pointer, m.To, m.From); err != nil {
					return "", err
				}
			}
			if !ok {
				changed = append(changed, p.Kind+" "+p.ID)
			}
		}
		if len(changed) > 0 {
			return "", persons.ErrMoved.With("what", strings.Join(changed, ", "))
		}
		if len(built) > 0 {
			return "", persons.ErrBuilt.With("n", len(built))
		}
		m.State = MergeUndone
		if _, err := s.store.SetPair(ctx, tx, m.From, m.To, Two); err != nil {
			return "", err
		}
		return persons.AuditUnmerged, s.People.SetMerged(ctx, tx, m.From, "")
	})
}

// onMerge runs f on a locked merge and saves what came of it.
func (s *Service) onMerge(ctx context.Context, actor identity.Actor, merge, words string, needed bool, f func(*db.Tx, *store.Merge) (audit.Event, error)) error {
	if _, err := access.Require(actor, persons.PermConfirm); err != nil {
		return err
	}
	var a asked
	words = a.line("words", words, MaxWords, needed)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := s.store.LockMerge(ctx, tx, merge)
		if err != nil {
			return err
		}
		if actor.Person == m.From || actor.Person == m.To {
			return persons.ErrOwn
		}
		event, err := f(tx, &m)
		if err != nil {
			return err
		}
		m.Decider, m.Decided = actor.Account, tx.Now
		if err := s.store.PutMerge(ctx, tx, m); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, store.Event{About: m.ID, What: m.State, By: actor.Account, Words: words}); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, event, m.ID, m.To, "")
	})
}

// ListMerges returns merges in a state, the newest first.
func (s *Service) ListMerges(ctx context.Context, actor identity.Actor, state, before string) (p Page[Merge], err error) {
	defer errs.Wrap(&err, "list merges")

	if _, err := access.RequireAny(actor, persons.PermMerge, persons.PermConfirm); err != nil {
		return p, err
	}
	if state == "" {
		state = MergeAsked
	}
	if !slices.Contains([]string{MergeAsked, MergeDone, MergeRefused, MergeUndone}, state) {
		return p, errs.BadInput([]errs.Field{{Name: "state", Code: "form.choose"}})
	}
	rows, err := s.store.Merges(ctx, s.DB, state, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(m store.Merge) string { return m.ID })
	p.Next = part.Next
	for _, r := range part.Items {
		m, err := s.merge(ctx, actor, r)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, m)
	}
	if len(p.Items) == 0 {
		return p, nil
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "merges", access.Handling)
	})
}

// CountMerges is the number beside the menu: what waits for the actor.
func (s *Service) CountMerges(ctx context.Context, actor identity.Actor) (int64, error) {
	if !actor.May(persons.PermConfirm) {
		return 0, nil
	}
	return s.store.CountMerges(ctx, s.DB, actor.Account)
}
