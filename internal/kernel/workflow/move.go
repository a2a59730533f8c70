// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Ref names a version of a process.
type Ref struct {
	Flow    string
	Version int
}

// Move takes running cases from one version of a process to another. Without
// one, each keeps the version it began with.
type Move struct {
	From, To Ref
	// Nodes says for each node at which a case stands where it stands
	// afterwards; a node that keeps its name is named as well.
	Nodes  map[string]string
	Reason string // the decision by which the process was changed
}

// Affected is what a move would do.
type Affected struct {
	Cases    int
	At       map[string]int // tokens, by the node at which they stand
	Unmapped []string       // nodes for which the map says nothing: the move is refused
	Unfit    []string       // nodes that are mapped to nothing or to another kind of node
	Page     []Standing     // some of the cases, in order of their ids
}

// Standing is a case and where it stands.
type Standing struct {
	Case    ID
	Subject Subject
	At      []string
}

// Fit reports whether the move can be made.
func (a Affected) Fit() bool { return len(a.Unmapped)+len(a.Unfit) == 0 }

const standingAt = `SELECT c.id, c.subject_kind, c.subject_id FROM workflow_instances c
	WHERE c.flow_id = $1 AND c.version = $2 AND c.state = 'running' AND c.id > $3 ORDER BY c.id LIMIT $4`

// Preview says who is affected by a move, with at most limit of the cases
// behind a key, and what keeps it from being made. It changes nothing.
func (e *Engine) Preview(ctx context.Context, q db.Querier, m Move, after ID, limit int) (a Affected, err error) {
	defer errs.Wrap(&err, "preview the move of %s %d", m.From.Flow, m.From.Version)
	from, err := e.known.load(ctx, q, m.From.Flow, m.From.Version)
	if err != nil {
		return Affected{}, err
	}
	to, err := e.known.load(ctx, q, m.To.Flow, m.To.Version)
	if err != nil {
		return Affected{}, err
	}
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM workflow_instances WHERE flow_id = $1 AND version = $2 AND state = 'running'`,
		m.From.Flow, m.From.Version).Scan(&a.Cases); err != nil {
		return Affected{}, err
	}
	type count struct {
		node string
		n    int
	}
	counts, err := db.All(ctx, q, func(r db.Row) (c count, err error) {
		err = r.Scan(&c.node, &c.n)
		return c, err
	}, `SELECT t.step, COUNT(*) FROM workflow_tokens t JOIN workflow_instances c ON c.id = t.instance_id
		WHERE c.flow_id = $1 AND c.version = $2 AND c.state = 'running' AND t.state = 'active' GROUP BY t.step`, m.From.Flow, m.From.Version)
	if err != nil {
		return Affected{}, err
	}
	a.At = map[string]int{}
	for _, c := range counts {
		a.At[c.node] = c.n
	}
	a.Unmapped, a.Unfit = m.misfits(from.model, to.model, slices.Sorted(maps.Keys(a.At)))
	a.Page, err = stand(ctx, q, standingAt, m.From.Flow, m.From.Version, string(after), limit)
	return a, err
}

// misfits returns the nodes that cannot be moved: those the map does not name,
// and those that would become something else.
func (m Move) misfits(from, to *bpmn.Model, nodes []string) (unmapped, unfit []string) {
	for _, at := range nodes {
		target, named := m.Nodes[at]
		old, _ := from.Node(at)
		now, ok := to.Node(target)
		switch {
		case !named:
			unmapped = append(unmapped, at)
		case !ok || now.Kind != old.Kind || now.Event != old.Event || now.Scope != m.scope(old.Scope):
			unfit = append(unfit, at)
		case old.Kind == bpmn.Parallel && !sameArrows(from.In(at), to.In(target)):
			unfit = append(unfit, at) // it would wait for a branch that never comes
		}
	}
	return unmapped, unfit
}

func (m Move) scope(scope string) string {
	if scope == "" {
		return ""
	}
	return m.Nodes[scope]
}

func sameArrows(a, b []bpmn.Flow) bool {
	names := func(all []bpmn.Flow) (ids []string) {
		for _, f := range all {
			ids = append(ids, f.ID)
		}
		slices.Sort(ids)
		return ids
	}
	return slices.Equal(names(a), names(b))
}

// MoveCase moves one case. What is open stays open under its new step, with the
// time it had and, where post and unit are the same, in the same hands; timers
// and messages of the new drawing are armed from now. A case that has meanwhile
// come to where the map says nothing is refused.
func (e *Engine) MoveCase(ctx context.Context, tx *db.Tx, actor identity.Actor, m Move, caseID ID) (moved Moved, err error) {
	defer errs.Wrap(&err, "move case %s", caseID)
	if m.Reason == "" {
		return Moved{}, ErrNoReason
	}
	c, err := lockCaseOf(ctx, tx, `$1`, string(caseID))
	if err != nil {
		return Moved{}, err
	}
	if c.state != running {
		return Moved{}, ErrEnded
	}
	if c.flow != m.From.Flow || c.version != m.From.Version {
		return Moved{}, ErrNotFound // moved already
	}
	from, err := e.locked(ctx, tx, actor, c)
	if err != nil {
		return Moved{}, err
	}
	to, err := e.known.load(ctx, tx, m.To.Flow, m.To.Version)
	if err != nil {
		return Moved{}, err
	}
	ids, err := db.All(ctx, tx, db.Column[string], `SELECT id FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' ORDER BY id`, string(c.id))
	if err != nil {
		return Moved{}, err
	}
	r := &run{e: e, tx: tx, actor: actor, c: c, d: to}
	var tokens []token
	for _, one := range ids {
		t, err := from.token(ctx, one)
		if err != nil {
			return Moved{}, err
		}
		tokens = append(tokens, t)
		unmapped, unfit := m.misfits(from.d.model, to.model, []string{t.node})
		if len(unmapped)+len(unfit) > 0 {
			return Moved{}, ErrUnmapped.With("steps", strings.Join(append(unmapped, unfit...), ", "))
		}
	}
	for _, n := range to.model.Users() {
		if c.units[n.Unit] == "" {
			return Moved{}, ErrNoUnit.With("rule", n.Unit)
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE workflow_instances SET flow_id = $1, version = $2 WHERE id = $3`, m.To.Flow, m.To.Version, string(c.id)); err != nil {
		return Moved{}, err
	}
	c.flow, c.version = m.To.Flow, m.To.Version
	for _, t := range tokens {
		if err := r.replant(ctx, t, m.Nodes[t.node]); err != nil {
			return Moved{}, err
		}
	}
	if err := note(ctx, tx, Task{Case: c.id}, "moved", actor, m.Reason); err != nil {
		return Moved{}, err
	}
	if moved, err = r.drive(ctx); err != nil {
		return Moved{}, err
	}
	moved.Opened, err = Of(ctx, tx, c.subject)
	return moved, err
}

// replant puts a token at a node of another drawing.
func (r *run) replant(ctx context.Context, t token, node string) error {
	n, _ := r.d.model.Node(node)
	for _, q := range []string{stopTimers, stopWaits} {
		if _, err := r.tx.Exec(ctx, q, t.id); err != nil {
			return err
		}
	}
	if _, err := r.tx.Exec(ctx, `UPDATE workflow_tokens SET step = $1 WHERE id = $2`, node, t.id); err != nil {
		return err
	}
	if n.Kind == bpmn.User {
		unit := r.c.units[n.Unit]
		if _, err := r.tx.Exec(ctx, `UPDATE workflow_tasks SET step = $1, post = $2, unit_id = $3,
			claimed_by = CASE WHEN post = $2 AND unit_id = $3 THEN claimed_by ELSE '' END,
			claimer = CASE WHEN post = $2 AND unit_id = $3 THEN claimer ELSE '' END
			WHERE instance_id = $5 AND token_id = $4 AND kind = 'step' AND state = 'open'`, node, n.Post, unit, t.id, string(r.c.id)); err != nil {
			return err
		}
		// Opinions stay with whoever was asked; only the step they belong to has a new name.
		if _, err := r.tx.Exec(ctx, `UPDATE workflow_tasks SET step = $1 WHERE instance_id = $3 AND token_id = $2 AND kind = 'opinion' AND state = 'open'`,
			node, t.id, string(r.c.id)); err != nil {
			return err
		}
	}
	t.node = node
	return r.arm(ctx, t, n)
}

// MoveAll moves at most limit cases of a version, each in a transaction of its
// own, and reports whether there may be more. Nothing is moved while any case
// stands where the map says nothing. tell is called in each transaction, so
// that the owner of a case can follow it; it may be nil.
func (e *Engine) MoveAll(ctx context.Context, d *db.DB, actor identity.Actor, m Move, limit int, tell func(ctx context.Context, tx *db.Tx, moved Moved) error) (more bool, err error) {
	a, err := e.Preview(ctx, d, m, "", limit)
	if err != nil {
		return false, err
	}
	if !a.Fit() {
		return false, ErrUnmapped.With("steps", strings.Join(append(a.Unmapped, a.Unfit...), ", "))
	}
	for _, one := range a.Page {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			moved, err := e.MoveCase(ctx, tx, actor, m, one.Case)
			if err == nil && tell != nil {
				err = tell(ctx, tx, moved)
			}
			return err
		}); err != nil {
			return false, err
		}
	}
	return len(a.Page) == limit, nil
}
