// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Messenger tells people: kernel/notify. Nil tells nobody.
type Messenger interface {
	Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error
}

// waitingMost is how far proposals are counted.
const waitingMost = 999

// decideMost is how many proposals are decided about at once.
const decideMost = 100

// ProposalPath is the page of a proposal.
func ProposalPath(register, proposal string) string {
	return "/so/" + register + "/de-nghi/xem/" + proposal
}

// Wish is what somebody wants to be written in a register where another person
// must agree: a new record of a unit, other values, or its end.
type Wish struct {
	Act    registers.Act // Add, Amend, Hide or Destroy
	Unit   string        // of a new record
	Record string        // of the others
	Seen   int64         // the version that the author has seen
	Values map[string]any
}

// ProposeRecord keeps a wish until another person agrees to it, and tells those who may.
func (s *Service) ProposeRecord(ctx context.Context, actor identity.Actor, register string, w Wish) (p registers.Proposal, err error) {
	defer errs.Wrap(&err, "propose")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return registers.Proposal{}, err
	}
	if !slices.Contains([]registers.Act{registers.Add, registers.Amend, registers.Hide, registers.Destroy}, w.Act) || !st.Can(w.Act) {
		return registers.Proposal{}, access.ErrNotAllowed
	}
	if w.Act != registers.Add && !id.Valid(w.Record) {
		return registers.Proposal{}, registers.ErrNotFound
	}
	if w.Act == registers.Amend && len(w.Values) == 0 {
		return registers.Proposal{}, books.ErrNothing
	}
	if w.Act == registers.Add {
		w.Record = "" // it has none yet
	}
	values, waiting, err := s.ownFiles(ctx, st, w.Record, w.Values)
	if err != nil {
		return registers.Proposal{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, err := s.keeper.Propose(ctx, tx, st, w.Act, text.Line(w.Unit), w.Record, w.Seen, values)
		if err != nil {
			return err
		}
		if err := s.notHeld(ctx, tx, made); err != nil {
			return err
		}
		if err := s.proposeUploads(ctx, tx, made.ID, waiting); err != nil {
			return err
		}
		p = made
		return s.tellDeciders(ctx, tx, st, made)
	})
	return p, s.named(ctx, err)
}

func (s *Service) tellDeciders(ctx context.Context, tx *db.Tx, st registers.Standing, p registers.Proposal) error {
	if s.Messages == nil {
		return nil
	}
	accounts, err := s.keeper.Deciders(ctx, tx, st.Definition, p, tx.Now)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if err := s.Messages.Tell(ctx, tx, notify.Notice{
			Event: books.NoticeProposed, About: p.ID, Link: ProposalPath(p.Register, p.ID), Unit: p.Unit, To: notify.To{Account: account},
			Words: map[string]i18n.Text{"register": brief(st.Definition.Title), "what": acts()[p.Act], "by": notify.Plain(st.Actor.Name)},
		}); err != nil {
			return err
		}
	}
	return nil
}

// acts are the acts of proposals, as a notice names them.
func acts() map[registers.Act]i18n.Text {
	return map[registers.Act]i18n.Text{ //nolint:exhaustive // the others are never proposed
		registers.Add:   {VI: "thêm bản ghi", EN: "a new record"},
		registers.Amend: {VI: "sửa bản ghi", EN: "a change"},
		registers.Hide:  {VI: "đưa bản ghi ra khỏi sổ", EN: "taking a record out"},

		registers.Destroy: {VI: "hủy bản ghi hết thời hạn lưu giữ", EN: "destroying a record past its time"},
	}
}

// brief is the title of a register as a notice has room for it.
func brief(title i18n.Text) i18n.Text {
	cut := func(s string) string {
		if r := []rune(s); len(r) > 90 {
			return string(r[:89]) + "…"
		}
		return s
	}
	return i18n.Text{VI: cut(title.VI), EN: cut(title.EN)}
}

// Proposals is a page of a shelf of proposals.
type Proposals struct {
	registers.Standing
	registers.ProposalPage

	Shelf  registers.Shelf
	Counts map[registers.Shelf]int // up to 999
	Logins map[string]string
}

// Proposals returns a page of the proposals of a register that the actor may
// decide about, has made, or may read as they were decided.
func (s *Service) Proposals(ctx context.Context, actor identity.Actor, register string, shelf registers.Shelf, after string) (p Proposals, err error) {
	defer errs.Wrap(&err, "list proposals")

	if p.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return Proposals{}, err
	}
	if p.Shelf = shelf; !slices.Contains(registers.Shelves(), shelf) {
		p.Shelf = registers.ForMe
	}
	if p.ProposalPage, err = s.keeper.ListProposals(ctx, s.db, p.Standing, p.Shelf, text.Line(after), PageSize); err != nil {
		return Proposals{}, err
	}
	p.Counts = make(map[registers.Shelf]int, len(registers.Shelves()))
	for _, one := range registers.Shelves() {
		if p.Counts[one], _, err = s.keeper.CountProposals(ctx, s.db, p.Standing, one, waitingMost); err != nil {
			return Proposals{}, err
		}
	}
	var authors []string
	for _, one := range p.Proposals {
		authors = append(authors, one.By, one.DecidedBy)
	}
	p.Logins, err = s.logins(ctx, authors...)
	return p, err
}

// CountWaiting counts the proposals of all registers that wait for the actor.
func (s *Service) CountWaiting(ctx context.Context, actor identity.Actor) (n int64, err error) {
	defer errs.Wrap(&err, "count proposals")

	if !actor.Official() {
		return 0, nil
	}
	busy, err := s.keeper.Busy(ctx, s.db)
	if err != nil {
		return 0, err
	}
	for _, register := range busy {
		st, err := s.keeper.Stand(ctx, s.db, actor, register)
		if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.Unauthenticated {
			continue
		}
		if err != nil {
			return 0, err
		}
		if !st.Can(registers.Approve) && !st.Can(registers.Destroy) {
			continue
		}
		some, _, err := s.keeper.CountProposals(ctx, s.db, st, registers.ForMe, waitingMost)
		if err != nil {
			return 0, err
		}
		n += int64(some)
	}
	return n, nil
}

// ProposalView is a proposal with the register that it is about.
type ProposalView struct {
	registers.Standing
	registers.ProposalView

	Logins map[string]string
}

// Proposal returns a proposal in reach without its personal fields.
func (s *Service) Proposal(ctx context.Context, actor identity.Actor, register, proposal string) (v ProposalView, err error) {
	defer errs.Wrap(&err, "read a proposal")

	return s.proposal(ctx, actor, register, proposal, func(st registers.Standing) (registers.ProposalView, error) {
		return s.keeper.ViewProposal(ctx, s.db, st, proposal, "")
	})
}

// PersonalProposal returns a proposal with its personal fields. Who read them and
// why is in the audit log before the answer leaves.
func (s *Service) PersonalProposal(ctx context.Context, actor identity.Actor, why access.Purpose, register, proposal string) (v ProposalView, err error) {
	defer errs.Wrap(&err, "read personal data of a proposal")

	if err := why.Check(); err != nil {
		return ProposalView{}, err
	}
	return s.proposal(ctx, actor, register, proposal, func(st registers.Standing) (p registers.ProposalView, err error) {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			got, err := s.keeper.ViewProposal(ctx, tx, st, proposal, why)
			p = got
			return err
		})
		return p, err
	})
}

func (s *Service) proposal(ctx context.Context, actor identity.Actor, register, proposal string, get func(registers.Standing) (registers.ProposalView, error)) (v ProposalView, err error) {
	if v.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return ProposalView{}, err
	}
	if !id.Valid(proposal) {
		return ProposalView{}, registers.ErrNoneSuch
	}
	if v.ProposalView, err = get(v.Standing); err != nil {
		return ProposalView{}, err
	}
	v.Logins, err = s.logins(ctx, v.By, v.DecidedBy)
	return v, err
}

// DecideProposal agrees to a proposal, which is then written, or refuses it with a
// reason, and tells its author.
func (s *Service) DecideProposal(ctx context.Context, actor identity.Actor, register, proposal string, yes bool, words string) (p registers.Proposal, err error) {
	defer errs.Wrap(&err, "decide about a proposal")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return registers.Proposal{}, err
	}
	return s.decide(ctx, st, proposal, yes, words)
}

func (s *Service) decide(ctx context.Context, st registers.Standing, proposal string, yes bool, words string) (p registers.Proposal, err error) {
	if !st.Can(registers.Approve) && !st.Can(registers.Destroy) {
		return registers.Proposal{}, access.ErrNotAllowed
	}
	if !id.Valid(proposal) {
		return registers.Proposal{}, registers.ErrNoneSuch
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		done, err := s.keeper.Decide(ctx, tx, st, proposal, yes, text.NFC(words))
		if err != nil {
			return err
		}
		p = done
		if yes {
			if err := s.erased(ctx, tx, st, p); err != nil {
				return err
			}
		} else {
			if err := s.forgetProposed(ctx, tx, st, p); err != nil {
				return err
			}
		}
		if err := s.settleUploads(ctx, tx, p); err != nil {
			return err
		}
		if s.Messages == nil {
			return nil
		}
		outcome := i18n.Text{VI: "không được đồng ý", EN: "was not agreed to"}
		if yes {
			outcome = i18n.Text{VI: "đã được đồng ý và ghi vào sổ", EN: "was agreed to and is written"}
		}
		if yes && p.Act == registers.Destroy {
			outcome = i18n.Text{VI: "đã được đồng ý, bản ghi đã hủy", EN: "was agreed to, the record is destroyed"}
		}
		return s.Messages.Tell(ctx, tx, notify.Notice{
			Event: books.NoticeDecided, About: p.ID, Link: ProposalPath(p.Register, p.ID), Unit: p.Unit, To: notify.To{Account: p.By},
			Words: map[string]i18n.Text{"register": brief(st.Definition.Title), "outcome": outcome, "by": notify.Plain(st.Actor.Name)},
		})
	})
	return p, s.named(ctx, err)
}

// Decided is what became of one of several proposals.
type Decided struct {
	registers.Proposal

	ID  string
	Err error // nil: it was decided
}

// DecideProposals decides about several proposals, each by itself: what is in the
// way of one does not hold up the others. More than 100 are books.ErrTooManyAtOnce.
func (s *Service) DecideProposals(ctx context.Context, actor identity.Actor, register string, proposals []string, yes bool, words string) (all []Decided, err error) {
	defer errs.Wrap(&err, "decide about proposals")

	if len(proposals) > decideMost {
		return nil, books.ErrTooManyAtOnce.With("most", decideMost)
	}
	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return nil, err
	}
	for _, one := range proposals {
		if slices.ContainsFunc(all, func(d Decided) bool { return d.ID == one }) {
			continue
		}
		done, err := s.decide(ctx, st, one, yes, words)
		if err != nil && errs.KindOf(err) == errs.Internal {
			return all, err
		}
		all = append(all, Decided{Proposal: done, ID: one, Err: err})
	}
	return all, nil
}

// WithdrawProposal takes the own proposal back while it waits.
func (s *Service) WithdrawProposal(ctx context.Context, actor identity.Actor, register, proposal string) (err error) {
	defer errs.Wrap(&err, "withdraw a proposal")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return err
	}
	if !id.Valid(proposal) {
		return registers.ErrNoneSuch
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := s.keeper.Withdraw(ctx, tx, st, proposal)
		if err != nil {
			return err
		}
		if err := s.forgetProposed(ctx, tx, st, p); err != nil {
			return err
		}
		return s.settleUploads(ctx, tx, p)
	})
}
