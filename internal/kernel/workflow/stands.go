// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Definition returns the process that a case runs: what a Task of it means.
func (e *Engine) Definition(ctx context.Context, q db.Querier, flow string, version int) (*Definition, error) {
	return e.known.load(ctx, q, flow, version)
}

// Named is what a step is called, and what the owner of the case knows it by;
// empty where the process has no such step. What is drawn has one language.
func (d *Definition) Named(step string) (name i18n.Text, action string) {
	n, ok := d.model.Node(step)
	if !ok {
		return i18n.Text{}, ""
	}
	row := step
	if _, ok := d.at[row]; !ok { // a step that several units do is a task for each: STEP.UNIT
		row, _, _ = strings.Cut(step, ".")
	}
	if s, ok := d.Step(row); ok && s.Name.VI == n.Name {
		return s.Name, n.Action
	}
	return i18n.Text{VI: n.Name}, n.Action
}

// Outcomes returns what whoever completes a step chooses from, each with the
// name of the arrow that it takes; none where there is nothing to choose.
func (d *Definition) Outcomes(step string) (all []Choice) {
	n, _ := d.model.Node(step)
	for _, o := range n.Outcomes {
		c := Choice{ID: o, Name: i18n.Text{VI: d.model.WayName(step, o)}}
		if s, ok := d.Step(o); ok && d.doc == nil {
			c.Name = s.Name // of a table the outcomes are its next steps
		}
		if o != bpmn.Return && (d.doc != nil || o != AskSupplement) {
			all = append(all, c)
		}
	}
	if len(all) < 2 && !n.Free {
		return nil
	}
	return all
}

// Choice is an outcome that somebody may choose.
type Choice struct {
	ID   string
	Name i18n.Text
}

// Returns reports whether a step can be given back.
func (d *Definition) Returns(step string) bool { return d.model.Returns(step) }

// Diagram is how the file draws the process; nil where it has to be laid out.
func (d *Definition) Diagram() *bpmn.Diagram {
	if d.doc == nil {
		return nil
	}
	drawn, ok := d.doc.Diagram()
	if !ok {
		return nil
	}
	return &drawn
}

// Pinned is the definition under a name with its checksum in it: a drawing that
// was changed without a new number is another process, and keeps no case from
// beginning.
func (d *Definition) Pinned() (*Definition, error) {
	_, sum, err := d.Canonical()
	if err != nil {
		return nil, err
	}
	other := *d
	other.table.ID += "@" + sum[:12]
	return &other, nil
}

// StandsAt returns the nodes at which the running case of a subject stands, in
// the order in which it came there; none where there is no case.
func StandsAt(ctx context.Context, q db.Querier, s Subject) (nodes []string, err error) {
	defer errs.Wrap(&err, "where %s %s stands", s.Kind, s.ID)
	return db.All(ctx, q, db.Column[string], `SELECT k.step FROM workflow_tokens k JOIN workflow_instances c ON c.id = k.instance_id
		WHERE c.subject_kind = $1 AND c.subject_id = $2 AND c.state = 'running' AND k.state = 'active' ORDER BY k.id`, s.Kind, s.ID)
}

// UnitsOf returns which unit each rule of the process means in the last case
// of a subject; none where there was no case.
func UnitsOf(ctx context.Context, q db.Querier, s Subject) (units map[string]string, err error) {
	defer errs.Wrap(&err, "units of %s %s", s.Kind, s.ID)
	var text string
	err = q.QueryRow(ctx, `SELECT units FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1`, s.Kind, s.ID).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	return units, json.Unmarshal([]byte(text), &units)
}

// Deputy returns who stands in for somebody now; empty where they are there.
func Deputy(ctx context.Context, q db.Querier, account string, now db.Time) (deputy, name string, err error) {
	return deputyOf(ctx, q, account, now)
}

// AbsentFor returns the accounts for which somebody stands in now.
func AbsentFor(ctx context.Context, q db.Querier, deputy string, now db.Time) ([]string, error) {
	return absentFor(ctx, q, deputy, now)
}
