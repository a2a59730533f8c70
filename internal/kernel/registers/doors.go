// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Shelf is where somebody finds proposals.
type Shelf string

// The shelves of proposals.
const (
	ForMe   Shelf = "waiting" // wait, and the reader may decide
	ByMe    Shelf = "mine"    // the reader's own, in any state
	Settled Shelf = "decided" // in the reader's reach, and wait no more
)

// Shelves returns them in the order in which people read them.
func Shelves() []Shelf { return []Shelf{ForMe, ByMe, Settled} }

// ProposalPage is a page of proposals. Their values are those that the reader
// may see, without personal ones.
type ProposalPage struct {
	Proposals []Proposal
	Next      string // empty: this is the last page
}

// shelf returns what holds a query to a shelf, and its order. Every query names
// the register first.
func (s Standing) shelf(shelf Shelf, args []any) (cond, order string, _ []any, ok bool) {
	switch shelf {
	case ForMe:
		cond, args = s.proposals(true, append(args, Waiting, s.Actor.Account))
		return `state = $2 AND proposed_by <> $3 AND ` + cond, ` ORDER BY id`, args, true
	case ByMe:
		args = append(args, s.Actor.Account)
		return `proposed_by = ` + mark(args), ` ORDER BY id DESC`, args, true
	case Settled:
		cond, args = s.proposals(false, append(args, Waiting))
		return `state <> $2 AND ` + cond, ` ORDER BY id DESC`, args, true
	}
	return "", "", nil, false
}

// ListProposals returns a page of a shelf: what waits the oldest first, the
// others the latest first. What it does not know is an empty page.
func (k *Keeper) ListProposals(ctx context.Context, q db.Querier, s Standing, shelf Shelf, after string, limit int) (p ProposalPage, err error) {
	defer errs.Wrap(&err, "list proposals of register %s", s.Definition.ID)

	limit = min(max(limit, 1), maxLimit)
	query, args, ok := s.shelfQuery(shelf, after, limit)
	if !ok {
		return ProposalPage{}, nil
	}
	found, err := db.All(ctx, q, func(r db.Row) (Proposal, error) {
		var which int64
		one, err := k.scanProposal(r, &which)
		one.Values = s.trim(one, through(which), "") //nolint:gosec // eight rights at most
		return one, err
	}, query, args...)
	if err != nil {
		return ProposalPage{}, err
	}
	if len(found) > limit {
		found = found[:limit]
		p.Next = found[limit-1].ID
	}
	p.Proposals = found
	return p, nil
}

func (s Standing) shelfQuery(shelf Shelf, after string, limit int) (string, []any, bool) {
	cond, order, args, ok := s.shelf(shelf, []any{s.Definition.ID})
	if !ok {
		return "", nil, false
	}
	marks, args := s.overUnits(args)
	query := `SELECT ` + proposalColumns + `, ` + marks + ` FROM registers_proposals WHERE register = $1 AND ` + cond
	if after != "" {
		args = append(args, after)
		by := ` AND id < `
		if shelf == ForMe {
			by = ` AND id > `
		}
		query += by + mark(args)
	}
	args = append(args, limit+1)
	return query + order + ` LIMIT ` + mark(args), args, true
}

// CountProposals counts a shelf up to most: a greater number is told as more.
func (k *Keeper) CountProposals(ctx context.Context, q db.Querier, s Standing, shelf Shelf, most int) (n int, more bool, err error) {
	defer errs.Wrap(&err, "count proposals of register %s", s.Definition.ID)

	cond, _, args, ok := s.shelf(shelf, []any{s.Definition.ID})
	if !ok {
		return 0, false, nil
	}
	args = append(args, most+1)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM registers_proposals WHERE register = $1 AND `+cond+
		` LIMIT `+mark(args)+`) counted`, args...).Scan(&n)
	return min(n, most), n > most, err
}

// Busy returns the registers in which some proposal waits, whoever decides: few.
func (k *Keeper) Busy(ctx context.Context, q db.Querier) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT register FROM registers_proposals WHERE state = $1 ORDER BY register`, Waiting)
}

// overUnits returns one column that says which rights to see reach the unit of a
// proposal, as marks does of a record.
func (s Standing) overUnits(args []any) (string, []any) {
	sum := []string{"0"}
	for i, h := range s.Holds {
		if !h.Allows(View) || h.Owner != "" || len(h.States) > 0 {
			continue
		}
		var cond string
		cond, args = h.Scope.Where(access.Columns{Units: []string{"unit_id"}}, args...)
		sum = append(sum, "CASE WHEN "+cond+" THEN "+number(1<<i)+" ELSE 0 END")
	}
	return strings.Join(sum, " + "), args
}

// trim returns the values of a proposal that the reader may see: those of fields
// that the rights show, or all of one's own; personal ones for a purpose only.
func (s Standing) trim(p Proposal, which through, why access.Purpose) map[string]any {
	kept := maps.Clone(p.Values)
	maps.DeleteFunc(kept, func(key string, _ any) bool {
		f, known := s.Definition.Field(key)
		return !known || f.Hidden || p.By != s.Actor.Account && !s.shows(which, key) || f.personal() && why == ""
	})
	return kept
}

// Difference is one field that a proposal would write.
type Difference struct {
	Field     Field
	Now, Then any  // nil: none
	Withheld  bool // personal, and read without a purpose
	Moved     bool // the record has got another value since the proposal was made
}

// ProposalView is a proposal beside the record that it is about.
type ProposalView struct {
	Proposal

	Beside      *Record      // nil: a new one, or one that the reader does not see
	Differences []Difference // of fields that the reader sees, in the order of the file
	Unseen      int          // fields that the reader does not see
	Withheld    bool         // some are personal: to be read for a purpose
	Stale       bool         // it waits, and the record is no more what it was made for
	Newer       bool         // it waits, and the file of the register has changed since
	MayDecide   bool         // it waits, and the reader is another than its author, with a right to decide
	MayWithdraw bool
}

// ViewProposal returns a proposal in reach with what it would change: against the
// record as it is while the proposal waits, as it was before where it is decided. With a
// purpose it shows personal fields and records that they were read.
func (k *Keeper) ViewProposal(ctx context.Context, q db.Querier, s Standing, proposal string, why access.Purpose) (v ProposalView, err error) {
	defer errs.Wrap(&err, "view proposal %s", proposal)

	reach, args := s.proposals(false, []any{proposal, s.Definition.ID})
	decides, args := s.proposals(true, args)
	marks, args := s.overUnits(args)
	var may, which int64
	if v.Proposal, err = k.scanProposal(q.QueryRow(ctx, `SELECT `+proposalColumns+`, CASE WHEN `+decides+` THEN 1 ELSE 0 END, `+marks+
		` FROM registers_proposals WHERE id = $1 AND register = $2 AND `+reach, args...), &may, &which); err != nil {
		if errors.Is(err, db.ErrNoRows) {
			return ProposalView{}, ErrNoneSuch
		}
		return ProposalView{}, err
	}
	waits, own := v.State == Waiting, v.By == s.Actor.Account
	v.MayDecide, v.MayWithdraw = waits && may != 0 && !own, waits && own
	v.Newer = waits && v.Definition != 0 && v.Definition != s.Definition.Version
	rights := through(which) //nolint:gosec // eight rights at most
	before, err := k.beside(ctx, q, s, &v, why)
	if err != nil {
		return ProposalView{}, err
	}
	if why != "" {
		if err := k.toldOf(ctx, q, s, v.ID, why); err != nil {
			return ProposalView{}, err
		}
	}
	v.compare(s, rights, before, why)
	return v, nil
}

// toldOf records that the personal fields of a proposal were read.
func (k *Keeper) toldOf(ctx context.Context, q db.Querier, s Standing, proposal string, why access.Purpose) error {
	if err := why.Check(); err != nil {
		return err
	}
	tx, ok := q.(*db.Tx)
	if !ok {
		return access.ErrPurposeNeeded
	}
	return audit.RecordRead(ctx, tx, s.Actor, AuditRead, s.Definition.ID+"/"+proposal, why)
}

// beside puts the record beside the proposal: as it is, and what its values were
// when the proposal was made.
func (k *Keeper) beside(ctx context.Context, q db.Querier, s Standing, v *ProposalView, why access.Purpose) (before map[string]any, err error) {
	if v.Act == Add && v.State == Waiting || v.Record == "" {
		return nil, nil
	}
	rec, err := k.Read(ctx, q, s, v.Record, why)
	switch {
	case errors.Is(err, ErrNotFound):
		v.Stale = v.State == Waiting && v.Act != Destroy // what was hidden is destroyed as well
		return nil, nil
	case err != nil:
		return nil, err
	}
	v.Beside = &rec
	if v.Act == Add || rec.Version == v.Seen {
		return nil, nil
	}
	v.Stale = v.State == Waiting
	past, err := k.Past(ctx, q, s, v.Record)
	for _, was := range past {
		if was.Version == v.Seen {
			before = was.Values
		}
	}
	return before, err
}

func (v *ProposalView) compare(s Standing, which through, before map[string]any, why access.Purpose) {
	own := v.By == s.Actor.Account
	shown := s.trim(v.Proposal, which, why)
	for _, f := range s.Definition.Visible() {
		then, named := v.Values[f.Key]
		if !named {
			continue
		}
		if !own && !s.shows(which, f.Key) {
			v.Unseen++
			continue
		}
		d := Difference{Field: f}
		if f.personal() && why == "" {
			d.Withheld, v.Withheld = true, true
			v.Differences = append(v.Differences, d)
			continue
		}
		d.Then = shown[f.Key]
		if parsed, code := f.parse(then); code == "" {
			d.Then = parsed
		}
		switch {
		case v.Act != Amend || v.Beside == nil:
		case v.State == Waiting:
			d.Now = v.Beside.Values[f.Key]
			d.Moved = before != nil && !f.personal() && !reflect.DeepEqual(d.Now, before[f.Key])
		case before != nil && !f.personal():
			d.Now = before[f.Key]
		}
		if v.Act == Amend && v.State == Waiting && !d.Moved && reflect.DeepEqual(d.Now, d.Then) {
			continue // a form sends every field: what stays is no difference
		}
		v.Differences = append(v.Differences, d)
	}
	for key := range v.Values {
		if f, known := s.Definition.Field(key); !known || f.Hidden {
			v.Newer = v.Newer || v.State == Waiting
		}
	}
	v.Values = shown
}

// Awaited returns how many proposals about a record wait, for those who may write
// in it or decide; none for others.
func (k *Keeper) Awaited(ctx context.Context, q db.Querier, s Standing, record string) (n int, err error) {
	defer errs.Wrap(&err, "proposals about record %s", record)

	if !s.Can(Amend) && !s.Can(Hide) && !s.Can(Approve) && !s.Can(Destroy) {
		return 0, nil
	}
	if _, err := s.reached(ctx, q, View, record); err != nil {
		return 0, err
	}
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM registers_proposals WHERE record = $1 AND register = $2 AND state = $3`, record, s.Definition.ID, Waiting).Scan(&n)
	return n, err
}

// toldMost is how many people are told of one proposal.
const toldMost = 50

// Deciders returns the accounts that may decide about a proposal of a unit now,
// without its author: whom to tell.
func (k *Keeper) Deciders(ctx context.Context, q db.Querier, d Definition, p Proposal, now db.Time) (accounts []string, err error) {
	defer errs.Wrap(&err, "who decides about proposal %s", p.ID)

	add := func(account string) {
		if account != p.By && !slices.Contains(accounts, account) && len(accounts) < toldMost {
			accounts = append(accounts, account)
		}
	}
	for _, r := range d.Rights {
		if !r.Allows(p.Act.decided()) || len(r.Roles) == 0 {
			continue
		}
		if r.Everywhere {
			all, err := access.ListAllowed(ctx, q, d.Permission(r), now, toldMost)
			if err != nil {
				return nil, err
			}
			for _, account := range all {
				add(account)
			}
			continue
		}
		all, err := access.ListReach(ctx, q, []orgs.ID{orgs.ID(p.Unit)}, []identity.Permission{d.Permission(r)}, now, access.Reacher{}, toldMost)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			add(one.Account)
		}
	}
	return accounts, nil
}

// author returns what who proposed something may do now; ErrAuthor where they
// may do it no more.
func (k *Keeper) author(ctx context.Context, tx *db.Tx, p Proposal) (s Standing, err error) {
	account, err := k.people.GetAccount(ctx, tx, p.By)
	if errors.Is(err, identity.ErrAccountUnknown) || err == nil && account.Disabled {
		return Standing{}, ErrAuthor
	}
	if err != nil {
		return Standing{}, err
	}
	actor := identity.NewActor(account.ID, account.Person)
	actor.For.Person = p.For
	if actor, err = access.Load(ctx, tx, actor, tx.Now); err != nil {
		return Standing{}, err
	}
	s, err = k.Stand(ctx, tx, actor, p.Register)
	if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.Unauthenticated {
		return Standing{}, ErrAuthor
	}
	return s, err
}

// stillMay refuses a proposal whose author may not do that any more, with all the
// fields that it names.
func (k *Keeper) stillMay(ctx context.Context, tx *db.Tx, p Proposal) error {
	s, err := k.author(ctx, tx, p)
	if err != nil {
		return err
	}
	var which through
	if p.Act == Add {
		which, err = s.enterable(ctx, tx, p.Unit)
		if kind := errs.KindOf(err); kind == errs.Invalid || kind == errs.Forbidden {
			return ErrAuthor
		}
	} else if p.Act == Destroy { // whether the time is over, and the record in reach, is asked again as well
		_, _, err = k.expired(ctx, tx, s, p.Record, p.Seen)
		if errs.KindOf(err) == errs.Forbidden {
			return ErrAuthor
		}
	} else if which, err = s.reached(ctx, tx, p.Act, p.Record); errs.KindOf(err) == errs.Forbidden {
		return ErrAuthor
	}
	if err != nil {
		return err
	}
	for key := range p.Values {
		if f, known := s.Definition.Field(key); known && !f.Hidden && !s.shows(which, key) {
			return ErrAuthor
		}
	}
	return nil
}
