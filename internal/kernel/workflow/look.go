// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Known is a version of a process that was applied, and when.
type Known struct {
	Ref
	Added db.Time
}

// Versions returns every version that was applied, by process and number. A
// province has some hundreds.
func Versions(ctx context.Context, q db.Querier) (all []Known, err error) {
	defer errs.Wrap(&err, "versions of processes")
	return db.All(ctx, q, func(r db.Row) (k Known, err error) {
		err = r.Scan(&k.Flow, &k.Version, &k.Added)
		return k, err
	}, `SELECT flow_id, version, added_at FROM workflow_definitions ORDER BY flow_id, version`)
}

// Definition returns a version that was applied; it is shared by all who ask
// and not changed. ErrNotFound where there is none.
func (e *Engine) Definition(ctx context.Context, q db.Querier, flow string, version int) (*Definition, error) {
	return e.known.load(ctx, q, flow, version)
}

// seen is the condition that a case c is in scope: a task of it was once given
// to a unit of the scope.
func seen(s access.Scope, args ...any) (string, []any) {
	in, args := s.Where(access.Columns{Units: []string{"k.unit_id"}}, args...)
	if in == "(1 = 1)" || in == "(1 = 0)" {
		return in, args
	}
	return `EXISTS (SELECT 1 FROM workflow_tasks k WHERE k.instance_id = c.id AND ` + in + `)`, args
}

// late is the condition that a case c has an open task past its time ($1).
const late = `c.paused_at IS NULL AND EXISTS (SELECT 1 FROM workflow_tasks l WHERE l.instance_id = c.id AND l.state = 'open' AND l.due_at < $1)`

// Running is how many cases of a version are running.
type Running struct {
	Cases int
	Late  int // with an open task past its time
}

// maxFlows bounds a question.
const maxFlows = 500

// CountRunning counts the running cases in scope of some processes, by version.
func CountRunning(ctx context.Context, q db.Querier, s access.Scope, flows []string, now db.Time) (all map[Ref]Running, err error) {
	defer errs.Wrap(&err, "count running cases")
	all = map[Ref]Running{}
	for len(flows) > 0 {
		part := flows[:min(len(flows), maxFlows)]
		flows = flows[len(part):]
		type row struct {
			Ref
			Running
		}
		text, args := runningQuery(s, part, now)
		rows, err := db.All(ctx, q, func(r db.Row) (one row, err error) {
			err = r.Scan(&one.Flow, &one.Version, &one.Cases, &one.Late)
			return one, err
		}, text, args...)
		if err != nil {
			return nil, err
		}
		for _, one := range rows {
			all[one.Ref] = one.Running
		}
	}
	return all, nil
}

func runningQuery(s access.Scope, flows []string, now db.Time) (string, []any) {
	args := []any{now}
	marks := make([]string, len(flows))
	for i, flow := range flows {
		args = append(args, flow)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	in, args := seen(s, args...)
	return `SELECT c.flow_id, c.version, COUNT(*), COALESCE(SUM(CASE WHEN ` + late + ` THEN 1 ELSE 0 END), 0) FROM workflow_instances c
		WHERE c.state = 'running' AND c.flow_id IN (` + strings.Join(marks, ", ") + `) AND ` + in + ` GROUP BY c.flow_id, c.version`, args
}

// AtNode is how many tokens stand at a node.
type AtNode struct {
	Node   string
	Tokens int
	Late   int // whose task is past its time
	Paused int // of cases that wait for something outside
}

// CountAt counts where the running cases in scope of a version stand, in one question.
func CountAt(ctx context.Context, q db.Querier, s access.Scope, of Ref, now db.Time) (all []AtNode, err error) {
	defer errs.Wrap(&err, "count who stands where in %s %d", of.Flow, of.Version)
	text, args := atQuery(s, of, now)
	return db.All(ctx, q, func(r db.Row) (a AtNode, err error) {
		err = r.Scan(&a.Node, &a.Tokens, &a.Late, &a.Paused)
		return a, err
	}, text, args...)
}

func atQuery(s access.Scope, of Ref, now db.Time) (string, []any) {
	in, args := seen(s, now, of.Flow, of.Version)
	return `SELECT t.step, COUNT(*), COALESCE(SUM(CASE WHEN c.paused_at IS NULL AND EXISTS (SELECT 1 FROM workflow_tasks l
			WHERE l.instance_id = c.id AND l.token_id = t.id AND l.state = 'open' AND l.due_at < $1) THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN c.paused_at IS NULL THEN 0 ELSE 1 END), 0)
		FROM workflow_instances c JOIN workflow_tokens t ON t.instance_id = c.id AND t.state = 'active'
		WHERE c.flow_id = $2 AND c.version = $3 AND c.state = 'running' AND ` + in + ` GROUP BY t.step ORDER BY t.step`, args
}

// ListStanding returns at most limit running cases in scope of a version behind
// a key, in order of their ids, with where they stand; of one node only, where
// one is named.
func ListStanding(ctx context.Context, q db.Querier, s access.Scope, of Ref, node string, after ID, limit int) (page []Standing, err error) {
	defer errs.Wrap(&err, "list who stands where in %s %d", of.Flow, of.Version)
	text, args := standingQuery(s, of, node, after, limit)
	return stand(ctx, q, text, args...)
}

func standingQuery(s access.Scope, of Ref, node string, after ID, limit int) (string, []any) {
	in, args := seen(s, of.Flow, of.Version, string(after), limit)
	if node != "" {
		args = append(args, node)
		in += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM workflow_tokens t WHERE t.instance_id = c.id AND t.state = 'active' AND t.step = $%d)`, len(args))
	}
	return `SELECT c.id, c.subject_kind, c.subject_id FROM workflow_instances c
		WHERE c.flow_id = $1 AND c.version = $2 AND c.state = 'running' AND c.id > $3 AND ` + in + ` ORDER BY c.id LIMIT $4`, args
}

// stand reads cases and where each stands.
func stand(ctx context.Context, q db.Querier, text string, args ...any) ([]Standing, error) {
	page, err := db.All(ctx, q, func(r db.Row) (s Standing, err error) {
		err = r.Scan(&s.Case, &s.Subject.Kind, &s.Subject.ID)
		return s, err
	}, text, args...)
	if err != nil {
		return nil, err
	}
	for i := range page {
		if page[i].At, err = db.All(ctx, q, db.Column[string], `SELECT step FROM workflow_tokens WHERE instance_id = $1 AND state = 'active' ORDER BY step`,
			string(page[i].Case)); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// Fits says what keeps cases that stand at some nodes from being moved: nodes
// for which the map says nothing, and those it maps to another kind of node.
func (e *Engine) Fits(ctx context.Context, q db.Querier, m Move, nodes []string) (unmapped, unfit []string, err error) {
	from, err := e.Definition(ctx, q, m.From.Flow, m.From.Version)
	if err != nil {
		return nil, nil, err
	}
	to, err := e.Definition(ctx, q, m.To.Flow, m.To.Version)
	if err != nil {
		return nil, nil, err
	}
	unmapped, unfit = m.misfits(from.model, to.model, nodes)
	return unmapped, unfit, nil
}

// Involved returns the absences, not ended, that overlap a time and in which
// somebody is away or stands in.
func Involved(ctx context.Context, q db.Querier, account string, from, until db.Time) (all []Absence, err error) {
	defer errs.Wrap(&err, "absences around %s", account)
	return db.All(ctx, q, func(r db.Row) (a Absence, err error) {
		err = r.Scan(&a.ID, &a.Account, &a.Deputy, &a.DeputyName, &a.From, &a.Until)
		return a, err
	}, involvedQuery, account, from, until)
}

const involvedQuery = `SELECT id, account, deputy, deputy_name, from_at, until_at FROM workflow_absences
		WHERE account = $1 AND ended_at IS NULL AND until_at > $2 AND from_at < $3
	UNION SELECT id, account, deputy, deputy_name, from_at, until_at FROM workflow_absences
		WHERE deputy = $1 AND ended_at IS NULL AND until_at > $2 AND from_at < $3 ORDER BY 5, 1 LIMIT 100`
