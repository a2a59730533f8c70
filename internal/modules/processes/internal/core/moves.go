// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Draft is what a person sends to propose a move.
type Draft struct {
	From, To workflow.Ref
	Nodes    map[string]string // empty targets are left out
	Reason   string
}

func (d *Draft) clean() {
	d.Reason = strings.TrimSpace(text.NFC(d.Reason))
	d.Nodes = maps.Clone(d.Nodes)
	maps.DeleteFunc(d.Nodes, func(_, to string) bool { return to == "" })
}

func (d *Draft) check() (wrong []errs.Field) {
	if d.From == d.To || processes.Base(d.From.Flow) != processes.Base(d.To.Flow) {
		wrong = append(wrong, errs.Field{Name: "to", Code: processes.ErrOther.Code})
	}
	if d.Reason == "" || utf8.RuneCountInString(d.Reason) > maxWords {
		wrong = append(wrong, errs.Field{Name: "reason", Code: "processes.no_reason"})
	}
	return wrong
}

// Preview is what a move would do.
type Preview struct {
	From, To View
	Nodes    []Node // where cases can stand, with the target
	Targets  []Step // of the other version
	Cases    Page[Case]
	Missing  []string // rules for units that the other version uses and this one does not
	Applied  bool     // cases have begun with the other version already
}

// Node is a node at which cases stand or can come to stand.
type Node struct {
	Step
	To    string // proposed, or chosen; empty: not named
	Wrong string // code of what is wrong with it; empty: nothing
}

// Fit reports whether the move can be made.
func (p Preview) Fit() bool {
	return len(p.Missing) == 0 && !slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Wrong != "" })
}

// PreviewMove says who is affected by a move and what keeps it from being made.
// Without nodes it proposes where cases go: by equal ids, then by equal names.
func (s *Service) PreviewMove(ctx context.Context, actor identity.Actor, d Draft, after workflow.ID) (p Preview, err error) {
	defer errs.Wrap(&err, "preview a move of %s %d", d.From.Flow, d.From.Version)

	if _, err := access.Everywhere(actor, processes.PermMove); err != nil {
		return p, err
	}
	if p.From, err = s.Get(ctx, actor, d.From); err != nil {
		return p, err
	}
	if d.To.Flow == "" {
		return p, nil
	}
	if processes.Base(d.From.Flow) != processes.Base(d.To.Flow) || d.From == d.To {
		return p, processes.ErrOther
	}
	if p.To, err = s.bare(ctx, d.To); err != nil {
		return p, err
	}
	p.Applied, p.Targets = !p.To.Added.IsZero(), p.To.Steps
	from, to := p.From.Definition.Model(), p.To.Definition.Model()
	chosen := d.Nodes
	if len(chosen) == 0 {
		chosen = Propose(from, to)
	}
	for _, step := range p.From.Steps {
		n := Node{Step: step, To: chosen[step.ID]}
		if n.Wrong = misfit(from, to, chosen, step.ID); n.Count.Tokens == 0 && n.To == "" {
			n.Wrong = "" // nobody stands there now; who comes there meanwhile is refused
		}
		p.Nodes = append(p.Nodes, n)
	}
	p.Missing = missing(from, to)
	p.Cases, err = s.ListCases(ctx, actor, d.From, "", after)
	return p, err
}

// Propose says where each node of a drawing is in another one: where the id and
// the kind are the same, then where the name and the kind are.
func Propose(from, to *bpmn.Model) map[string]string {
	nodes := map[string]string{}
	alike := func(a, b bpmn.Node) bool { return a.Kind == b.Kind && a.Event == b.Event }
	for _, n := range from.Nodes {
		if !n.Waits() && n.Kind != bpmn.Parallel {
			continue
		}
		if same, ok := to.Node(n.ID); ok && alike(n, same) {
			nodes[n.ID] = n.ID
			continue
		}
		var found []string
		for _, other := range to.Nodes {
			if alike(n, other) && n.Name != "" && text.Fold(n.Name) == text.Fold(other.Name) {
				found = append(found, other.ID)
			}
		}
		if len(found) == 1 { // of two of one name a person chooses
			nodes[n.ID] = found[0]
		}
	}
	return nodes
}

// misfit says in one word what the engine would say of a node.
func misfit(from, to *bpmn.Model, nodes map[string]string, at string) string {
	target, named := nodes[at]
	if !named || target == "" {
		return "processes.unmapped"
	}
	old, _ := from.Node(at)
	now, ok := to.Node(target)
	scope := old.Scope
	if scope != "" {
		scope = nodes[scope]
	}
	if !ok || now.Kind != old.Kind || now.Event != old.Event || now.Scope != scope {
		return "processes.unfit"
	}
	return ""
}

// missing are the rules for units that a drawing uses and the other does not:
// running cases may not know what they mean.
func missing(from, to *bpmn.Model) (rules []string) {
	known := map[string]bool{}
	for _, n := range from.Users() {
		known[n.Unit] = true
	}
	for _, n := range to.Users() {
		if !known[n.Unit] && !slices.Contains(rules, n.Unit) {
			rules = append(rules, n.Unit)
		}
	}
	return rules
}

// bound refuses a move while cases stand where the map does not lead.
func (s *Service) bound(ctx context.Context, q db.Querier, m workflow.Move) error {
	at, err := workflow.CountAt(ctx, q, access.All(), m.From, s.DB.Now())
	if err != nil {
		return err
	}
	nodes := make([]string, len(at))
	for i, one := range at {
		nodes[i] = one.Node
	}
	unmapped, unfit, err := s.Flows.Fits(ctx, q, m, nodes)
	if err != nil {
		return err
	}
	if len(unmapped)+len(unfit) > 0 {
		return processes.ErrBound.With("steps", strings.Join(append(unmapped, unfit...), ", "))
	}
	return nil
}

// ProposeMove proposes to move the running cases of a version. Somebody else
// has to confirm it; of each version one move is open at a time.
func (s *Service) ProposeMove(ctx context.Context, actor identity.Actor, d Draft) (move processes.MoveID, err error) {
	defer errs.Wrap(&err, "propose a move of %s %d", d.From.Flow, d.From.Version)

	if _, err := access.Everywhere(actor, processes.PermMove); err != nil {
		return "", err
	}
	d.clean()
	if err := errs.BadInput(d.check()); err != nil {
		return "", err
	}
	to, err := s.definition(ctx, d.To)
	if err != nil {
		return "", err
	}
	made := processes.MoveID(id.New())
	return made, s.DB.Write(ctx, func(tx *db.Tx) error {
		// The engine may remember a version that a transaction applied and took back.
		if _, err := workflow.Load(ctx, tx, d.To.Flow, d.To.Version); errors.Is(err, workflow.ErrNotFound) {
			if _, err := workflow.Apply(ctx, tx, to); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		running, err := workflow.CountRunning(ctx, tx, access.All(), []string{d.From.Flow}, tx.Now)
		if err != nil {
			return err
		}
		m := processes.Move{
			ID: made, From: d.From, To: d.To, Nodes: d.Nodes, Reason: d.Reason, Found: running[d.From].Cases, State: processes.Proposed,
			Proposed: processes.Hand{Account: actor.Account, At: tx.Now},
		}
		if m.Found == 0 {
			return processes.ErrNobody
		}
		if err := s.bound(ctx, tx, asked(m)); err != nil {
			return err
		}
		added, err := store.InsertMove(ctx, tx, m)
		if err != nil {
			return err
		}
		if !added {
			return processes.ErrOpen
		}
		return audit.Record(ctx, tx, actor, processes.AuditMoveProposed, string(made))
	})
}

func asked(m processes.Move) workflow.Move {
	return workflow.Move{From: m.From, To: m.To, Nodes: m.Nodes, Reason: m.Reason}
}

// DecideMove confirms a proposed move, which a job then makes, or takes it back.
// Who proposed it can take it back, and not confirm it.
func (s *Service) DecideMove(ctx context.Context, actor identity.Actor, move processes.MoveID, confirm bool) (err error) {
	defer errs.Wrap(&err, "decide move %s", move)

	_, err = access.Everywhere(actor, processes.PermApproveMove)
	if !confirm && actor.May(processes.PermMove) {
		_, err = access.Everywhere(actor, processes.PermMove)
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := store.LockMove(ctx, tx, move)
		switch {
		case err != nil:
			return err
		case m.State != processes.Proposed:
			return processes.ErrDecided
		case confirm && m.Proposed.Account == actor.Account:
			return processes.ErrSame
		case !confirm && m.Proposed.Account != actor.Account && !actor.May(processes.PermApproveMove):
			return access.ErrNotAllowed
		}
		m.Decided = processes.Hand{Account: actor.Account, At: tx.Now}
		if !confirm {
			m.State, m.Ended = processes.Withdrawn, tx.Now
			if err := store.SaveMove(ctx, tx, m); err != nil {
				return err
			}
			return audit.Record(ctx, tx, actor, processes.AuditMoveWithdrawn, string(move))
		}
		if err := s.bound(ctx, tx, asked(m)); err != nil {
			return err // cases have come to where the map does not lead
		}
		m.State = processes.Running
		if err := store.SaveMove(ctx, tx, m); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, processes.AuditMoveConfirmed, string(move)); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, JobMove, string(move))
	})
}

// Progress is a move with who decided about it.
type Progress struct {
	processes.Move
	By, DecidedBy string // names
	Mine          bool   // the actor has proposed it, and so cannot confirm it
}

func (s *Service) progress(ctx context.Context, actor identity.Actor, m processes.Move) Progress {
	p := Progress{Move: m, By: s.Name(ctx, m.Proposed.Account), Mine: m.Proposed.Account == actor.Account}
	if m.Decided.Account != "" {
		p.DecidedBy = s.Name(ctx, m.Decided.Account)
	}
	return p
}

// overseeing asks for the right to see moves: they are about the whole province.
func overseeing(actor identity.Actor) error {
	_, err := access.RequireAny(actor, processes.PermMove, processes.PermApproveMove)
	return err
}

// ListMoves returns moves, the newest first, before one.
func (s *Service) ListMoves(ctx context.Context, actor identity.Actor, before processes.MoveID) (p Page[Progress], err error) {
	defer errs.Wrap(&err, "list moves")

	if err := overseeing(actor); err != nil {
		return p, err
	}
	all, err := store.ListMoves(ctx, s.DB, before, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(all) > PageSize {
		all = all[:PageSize]
		p.Next = string(all[PageSize-1].ID)
	}
	for _, m := range all {
		p.Items = append(p.Items, s.progress(ctx, actor, m))
	}
	return p, nil
}

// GetMove returns a move with how far it is.
func (s *Service) GetMove(ctx context.Context, actor identity.Actor, move processes.MoveID) (p Progress, err error) {
	defer errs.Wrap(&err, "get move %s", move)

	if err := overseeing(actor); err != nil {
		return p, err
	}
	m, err := store.GetMove(ctx, s.DB, move)
	if err != nil {
		return p, err
	}
	return s.progress(ctx, actor, m), nil
}

// Outcome is what a move did to one case.
type Outcome struct {
	processes.Result
	Subject Subject
}

// ListResults returns what a move did to its cases, behind one; of one outcome
// only, where one is named.
func (s *Service) ListResults(ctx context.Context, actor identity.Actor, move processes.MoveID, only processes.Outcome, after string) (p Page[Outcome], err error) {
	defer errs.Wrap(&err, "list results of move %s", move)

	if err := overseeing(actor); err != nil {
		return p, err
	}
	found, err := store.ListResults(ctx, s.DB, move, only, after, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		p.Next = string(found[PageSize-1].Case)
	}
	subjects := make([]workflow.Subject, len(found))
	for i, r := range found {
		subjects[i] = r.Subject
	}
	named, err := s.codes(ctx, actor, subjects)
	if err != nil {
		return p, err
	}
	for _, r := range found {
		p.Items = append(p.Items, Outcome{r, named[r.Subject.ID]})
	}
	return p, nil
}
