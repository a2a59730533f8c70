// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// The states of a proposal.
const (
	Waiting   = "waiting"
	Agreed    = "agreed"
	Declined  = "refused"
	Withdrawn = "withdrawn"
)

// What can go wrong with proposals.
var (
	ErrApproval = errs.New(errs.Conflict, "registers.approval_needed")    // the register is written by proposals
	ErrOwn      = errs.New(errs.Forbidden, "registers.own_proposal")      // nobody agrees to the own proposal
	ErrAuthor   = errs.New(errs.Conflict, "registers.proposal_author")    // who proposed it may not do that any more
	ErrDecided  = errs.New(errs.Conflict, "registers.proposal_decided")   // it waits no more
	ErrNoReason = errs.New(errs.Invalid, "registers.proposal_reason")     // who refuses says why
	ErrNoneSuch = errs.New(errs.NotFound, "registers.proposal_not_found") // none, or out of reach
)

const (
	maxReason    = 1_000 // characters
	proposalText = "values_sealed"
)

// Proposal is what somebody wants to write in a register where another person
// must agree.
type Proposal struct {
	ID, Register, Record, Unit string
	Act                        Act
	Seen                       int64
	Values                     map[string]any // personal fields too: show them for a purpose only
	By                         string         // account
	For                        string         // id of the person for whom the author acted; empty: for nobody else
	Definition                 int            // the version of the register's file then; 0: not known
	At                         db.Time
	State                      string
	DecidedBy                  string
	DecidedAt                  db.Time
	Words                      string
}

// LogValue keeps values out of logs.
func (p Proposal) LogValue() slog.Value { return slog.StringValue(p.ID) }

// Propose keeps what the actor wants to write until somebody else decides. It is
// checked as if it were written now: all that is wrong is told at once. Act is
// Add (unit and values), Amend (record, seen and values), Hide or Destroy (record, seen).
func (k *Keeper) Propose(ctx context.Context, tx *db.Tx, s Standing, act Act, unit, record string, seen int64, values map[string]any) (p Proposal, err error) {
	defer errs.Wrap(&err, "propose for register %s", s.Definition.ID)

	p = Proposal{
		ID: id.New(), Register: s.Definition.ID, Record: record, Unit: unit, Act: act, Seen: seen, Values: values,
		By: s.Actor.Account, For: s.Actor.For.Person, Definition: s.Definition.Version, At: tx.Now, State: Waiting,
	}
	if p.Unit, err = k.proposable(ctx, tx, s, p); err != nil {
		return Proposal{}, err
	}
	raw, err := json.Marshal(values)
	if err != nil {
		return Proposal{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO registers_proposals (id, register, record, unit_id, act, seen, values_sealed, proposed_by, proposed_at, state, decided_by, words, definition, proposed_for)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', $11, $12)`, p.ID, p.Register, p.Record, p.Unit, string(p.Act), p.Seen,
		k.keys.SealText("registers_proposals", proposalText, p.ID, string(raw)), p.By, p.At, p.State, p.Definition, p.For); err != nil {
		return Proposal{}, err
	}
	return p, audit.Record(ctx, tx, s.Actor, AuditProposed, s.Definition.ID+"/"+p.ID)
}

// proposable checks a proposal and returns the unit it is about.
func (k *Keeper) proposable(ctx context.Context, tx *db.Tx, s Standing, p Proposal) (unit string, err error) {
	if p.Act == Add {
		which, err := s.enterable(ctx, tx, p.Unit)
		if err != nil {
			return "", err
		}
		if err := s.foreign(which, p.Values); err != nil {
			return "", err
		}
		if err := k.mayPoint(ctx, tx, s, p.Values); err != nil {
			return "", err
		}
		if err := k.unlike(ctx, tx, s, "", p.Values); err != nil {
			return "", err
		}
		parsed, problems := s.Definition.parse(p.Values, nil)
		s.Definition.born(parsed)
		_, err = k.judge(ctx, tx, s.Definition, "", parsed, parsed, problems)
		return p.Unit, err
	}
	if p.Act == Destroy {
		return k.destroyable(ctx, tx, s, p)
	}
	which, err := s.reached(ctx, tx, p.Act, p.Record)
	if err != nil {
		return "", err
	}
	old, err := k.take(ctx, tx, access.All(), s.Definition, p.Record, p.Seen)
	if err != nil || p.Act == Hide {
		return old.Unit, err
	}
	if err := s.foreign(which, p.Values); err != nil {
		return "", err
	}
	if err := k.mayPoint(ctx, tx, s, p.Values); err != nil {
		return "", err
	}
	if err := k.unlike(ctx, tx, s, p.Record, p.Values); err != nil {
		return "", err
	}
	parsed, merged, problems, err := k.merged(s.Definition, old, p.Values)
	if err != nil {
		return "", err
	}
	closed, err := k.locked(s.Definition, old, parsed)
	if err != nil {
		return "", err
	}
	_, err = k.judge(ctx, tx, s.Definition, p.Record, parsed, merged, append(problems, closed...))
	return old.Unit, err
}

// Decide agrees to a proposal, which is then written as its author's, or refuses
// it with a reason. Who decides has a right to approve that reaches the unit, or to
// destroy where that is proposed, and is not who proposed it. What has changed meanwhile is told as it would be told
// to the author.
func (k *Keeper) Decide(ctx context.Context, tx *db.Tx, s Standing, proposal string, yes bool, words string) (p Proposal, err error) {
	defer errs.Wrap(&err, "decide about proposal %s", proposal)

	if p, err = k.proposal(ctx, tx, s, proposal, true); err != nil {
		return Proposal{}, err
	}
	switch {
	case p.State != Waiting:
		return Proposal{}, ErrDecided
	case p.By == s.Actor.Account:
		return Proposal{}, ErrOwn
	case !yes && words == "" || len([]rune(words)) > maxReason:
		return Proposal{}, ErrNoReason
	}
	event := AuditDeclined
	p.State = Declined
	if yes {
		event, p.State = AuditAgreed, Agreed
		if err := k.stillMay(ctx, tx, p); err != nil {
			return Proposal{}, err
		}
		author := identity.NewActor(p.By, "")
		switch p.Act {
		case Add:
			rec, err := k.Insert(ctx, tx, author, access.All(), p.Register, p.Unit, p.Values)
			if err != nil {
				return Proposal{}, err
			}
			p.Record = rec.ID
		case Amend:
			if _, err := k.Update(ctx, tx, author, access.All(), p.Register, p.Record, p.Seen, p.Values); err != nil {
				return Proposal{}, err
			}
		case Hide:
			if err := k.Hide(ctx, tx, author, access.All(), p.Register, p.Record, p.Seen); err != nil {
				return Proposal{}, err
			}
		case Destroy:
			if err := k.destroy(ctx, tx, s, p); err != nil {
				return Proposal{}, err
			}
		case View, Approve, Export, Import, Merge: // never proposed
		}
	}
	p.DecidedBy, p.DecidedAt, p.Words = s.Actor.Account, tx.Now, words
	return p, k.settle(ctx, tx, s, p, event)
}

// Withdraw takes the own proposal back while it waits, and returns it.
func (k *Keeper) Withdraw(ctx context.Context, tx *db.Tx, s Standing, proposal string) (p Proposal, err error) {
	defer errs.Wrap(&err, "withdraw proposal %s", proposal)

	p, err = k.proposal(ctx, tx, s, proposal, false)
	switch {
	case err != nil:
		return Proposal{}, err
	case p.By != s.Actor.Account:
		return Proposal{}, ErrNoneSuch
	case p.State != Waiting:
		return Proposal{}, ErrDecided
	}
	p.State, p.DecidedBy, p.DecidedAt = Withdrawn, s.Actor.Account, tx.Now
	return p, k.settle(ctx, tx, s, p, AuditWithdrawn)
}

func (k *Keeper) settle(ctx context.Context, tx *db.Tx, s Standing, p Proposal, event audit.Event) error {
	if _, err := tx.Exec(ctx, `UPDATE registers_proposals SET state = $2, decided_by = $3, decided_at = $4, words = $5, record = $6 WHERE id = $1`,
		p.ID, p.State, p.DecidedBy, p.DecidedAt, p.Words, p.Record); err != nil {
		return err
	}
	return audit.Record(ctx, tx, s.Actor, event, p.Register+"/"+p.ID)
}

const proposalColumns = `id, register, record, unit_id, act, seen, values_sealed, proposed_by, proposed_at, state, decided_by, decided_at, words, definition, proposed_for`

// proposal loads one in reach: of who may approve in its unit, or of its author.
func (k *Keeper) proposal(ctx context.Context, tx *db.Tx, s Standing, proposal string, approve bool) (Proposal, error) {
	where, args := s.proposals(approve, []any{proposal, s.Definition.ID})
	p, err := k.scanProposal(tx.QueryRow(ctx, `SELECT `+proposalColumns+` FROM registers_proposals WHERE id = $1 AND register = $2 AND `+where+tx.ForUpdate(), args...))
	if errors.Is(err, db.ErrNoRows) {
		return Proposal{}, ErrNoneSuch
	}
	return p, err
}

// proposals returns the condition that holds proposals to those in reach.
func (s Standing) proposals(approve bool, args []any) (string, []any) {
	conds := []string{"1 = 0"}
	for _, h := range s.Holds {
		if !h.Allows(Approve) && !h.Allows(Destroy) || h.Owner != "" || h.Public {
			continue
		}
		var cond string
		cond, args = h.Scope.Where(access.Columns{Units: []string{"unit_id"}}, args...)
		conds = append(conds, h.decides(cond))
	}
	if !approve {
		args = append(args, s.Actor.Account)
		conds = append(conds, "proposed_by = "+mark(args))
	}
	return "(" + strings.Join(conds, " OR ") + ")", args
}

func (k *Keeper) scanProposal(r db.Row, more ...any) (p Proposal, err error) {
	var act, sealed string
	var decided *db.Time
	dest := []any{&p.ID, &p.Register, &p.Record, &p.Unit, &act, &p.Seen, &sealed, &p.By, &p.At, &p.State, &p.DecidedBy, &decided, &p.Words, &p.Definition, &p.For}
	if err := r.Scan(append(dest, more...)...); err != nil {
		return Proposal{}, err
	}
	p.Act = Act(act)
	if decided != nil {
		p.DecidedAt = *decided
	}
	raw, err := k.keys.OpenText("registers_proposals", proposalText, p.ID, sealed)
	if err != nil {
		return Proposal{}, err
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(raw)))
	dec.UseNumber()
	return p, dec.Decode(&p.Values)
}

// enterable returns the rights by which a record of a unit can be added.
func (s Standing) enterable(ctx context.Context, q db.Querier, unit string) (which through, err error) {
	if !s.Can(Add) {
		return 0, access.ErrNotAllowed
	}
	marks, args := s.entering([]any{unit})
	var sum int64
	err = q.QueryRow(ctx, `SELECT `+marks+` FROM orgs_units WHERE id = $1`, args...).Scan(&sum)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return 0, err
	}
	which = through(sum) //nolint:gosec // eight rights at most
	if which == 0 {
		return 0, errs.BadInput([]errs.Field{{Name: "unit", Code: "registers.value.unit"}})
	}
	return which, nil
}

// entering returns one column of orgs_units that says which rights to add reach a
// unit, as marks does of a record.
func (s Standing) entering(args []any) (string, []any) {
	sum := []string{"0"}
	for i, h := range s.Holds {
		if !h.Allows(Add) || h.Owner != "" || len(h.States) > 0 && !slices.Contains(h.States, s.Definition.initial()) {
			continue
		}
		var cond string
		cond, args = h.Scope.Where(access.Columns{Units: []string{"id"}}, args...)
		sum = append(sum, "CASE WHEN "+cond+" THEN "+number(1<<i)+" ELSE 0 END")
	}
	return strings.Join(sum, " + "), args
}
