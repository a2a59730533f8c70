// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/cel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// definition is the flow of a version as the engine takes it: a table of steps
// or a drawing. Its name has the checksum in it, so that a flow that was changed
// without a new number keeps nobody from being accepted.
func definition(v procedures.Version) (*workflow.Definition, error) {
	if v.Flow.BPMN != "" {
		d, err := workflow.CompileBPMN([]byte(v.Flow.BPMN), bpmn.Known{})
		if err != nil {
			return nil, err
		}
		return d.Pinned()
	}
	t := workflow.Table{ID: v.Flow.ID, Title: v.Flow.Title, Version: v.Flow.Version}
	for _, step := range v.Flow.Steps {
		t.Steps = append(t.Steps, workflow.Step{
			ID: step.ID, Name: step.Name, Post: step.Post, Unit: step.Unit, Hours: step.Hours, Product: step.Product,
			Action: step.Action, Next: step.Next, Back: step.Back, With: step.With,
		})
	}
	d, err := workflow.Compile(t, nil)
	if err != nil {
		return nil, err
	}
	_, sum, err := d.Canonical()
	if err != nil {
		return nil, err
	}
	t.ID += "@" + sum[:12]
	return workflow.Compile(t, nil)
}

// Process is the flow of a version as it can be drawn, and how its file draws
// it; nil where it has to be laid out.
func Process(v procedures.Version) (*bpmn.Model, *bpmn.Diagram, error) {
	d, err := definition(v)
	if err != nil {
		return nil, nil, err
	}
	return d.Model(), d.Diagram(), nil
}

// begin starts the case of a locked dossier; the step of accepting is done by
// accepting.
func (s *Service) begin(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, v procedures.Version, def *workflow.Definition) error {
	if _, err := workflow.Apply(ctx, tx, def); err != nil {
		return err
	}
	answers, err := s.answersFor(ctx, tx, *d, def)
	if err != nil {
		return err
	}
	units, err := ruleUnits(ctx, tx, v, d.Received, d.Authority, answers)
	if err != nil {
		return err
	}
	m, err := s.flow.Begin(ctx, tx, actor, workflow.Begin{
		Flow: def.Table().ID, Version: def.Table().Version, Subject: caseOf(d.ID), Units: units, Vars: variables(def, answers),
	})
	if err != nil {
		return err
	}
	for _, t := range m.Opened {
		if _, action := def.Named(t.Step); action != actAccept {
			continue
		}
		choice := ""
		if step, ok := def.Step(t.Step); ok && len(step.Next) > 0 {
			choice = step.Next[0]
		}
		if _, _, err := s.flow.Complete(ctx, tx, actor, t.ID, choice, ""); err != nil {
			return err
		}
	}
	return s.follow(ctx, tx, d)
}

// formRule names the unit that stands in an answer of the form: form.place.
const formRule = "form."

// unitRule names one unit of the province: unit:so-xay-dung.
const unitRule = "unit:"

// answersFor returns the answers that a process reads, and none where it reads none.
func (s *Service) answersFor(ctx context.Context, q db.Querier, d store.Dossier, def *workflow.Definition) (answers map[string]any, err error) {
	m := def.Model()
	reads := len(m.Variables) > 0 || slices.ContainsFunc(m.Users(), func(n bpmn.Node) bool { return strings.HasPrefix(n.Unit, formRule) })
	if !reads {
		return nil, nil //nolint:nilnil // most processes read nothing
	}
	p, err := s.store.Personal(ctx, q, access.All(), d.ID) // only what the process declares goes into the case
	if err != nil {
		return nil, err
	}
	return answers, json.Unmarshal([]byte(p.Answers), &answers)
}

// variables are the answers that a process declares, as it declares them. What
// was not answered, or is of another type, is the zero of its type.
func variables(def *workflow.Definition, answers map[string]any) map[string]any {
	vars := map[string]any{}
	for _, v := range def.Model().Variables {
		answer := answers[v.Name]
		if n, err := strconv.ParseFloat(fmt.Sprint(answer), 64); err == nil && (v.Type == cel.Int || v.Type == cel.Double) {
			answer = n // forms keep numbers as they were written
		}
		if value, ok := workflow.Fit(answer, v.Type); ok {
			vars[v.Name] = value
		}
	}
	return vars
}

// unitIn returns the unit that an answer names: its id, or that of an address.
func unitIn(answer any) string {
	switch a := answer.(type) {
	case string:
		return a
	case map[string]any:
		unit, _ := a[forms.Commune].(string)
		return unit
	}
	return ""
}

// JobMoved lets a dossier follow its case, which a timer, a message or a
// program has moved.
const JobMoved jobs.Kind = "dossiers.moved"

// CaseMoved tells the dossier that its case was moved. It holds the row of the
// case, and everybody locks the dossier first: so a job does it.
func (s *Service) CaseMoved(ctx context.Context, tx *db.Tx, m workflow.Moved) error {
	return jobs.Enqueue(ctx, tx, JobMoved, m.Subject.ID)
}

// FollowCase does JobMoved. Done again, it finds the dossier where it is.
func (s *Service) FollowCase(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "follow a case")

	var id dossiers.ID
	if err := json.Unmarshal(body, &id); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
		if err != nil {
			return err
		}
		if err := s.follow(ctx, tx, &d); err != nil {
			return err
		}
		return s.store.Save(ctx, tx, d)
	})
}

// governs returns the unit that governs the commune of a code; anything else is
// the id of a unit already. Empty where the commune is not one of the province.
func governs(ctx context.Context, q db.Querier, id string) (string, error) {
	if len(id) != 5 || strings.Trim(id, "0123456789") != "" {
		return id, nil
	}
	for _, k := range communes() {
		all, err := orgs.ListKind(ctx, q, k, "9999-12-31", maxUnits) // what stands on
		if err != nil {
			return "", err
		}
		for _, u := range all {
			if u.AreaCode == id {
				return string(u.ID), nil
			}
		}
	}
	return "", nil
}

// unitRules adds what the rules of a version name besides kinds of units.
func unitRules(ctx context.Context, q db.Querier, v procedures.Version, answers map[string]any, units map[string]string) (err error) {
	for _, rule := range rulesOf(v) {
		id, byID := strings.CutPrefix(rule, unitRule)
		if key, ok := strings.CutPrefix(rule, formRule); ok {
			id = unitIn(answers[key])
		} else if !byID {
			continue
		}
		if id, err = governs(ctx, q, id); err != nil {
			return err
		}
		if id == "" {
			continue // the case refuses to begin, and says which rule
		}
		if _, err := orgs.Get(ctx, q, orgs.ID(id)); err != nil {
			return err
		}
		units[rule] = id
	}
	return nil
}

// rulesOf are the rules by which the steps of a version find their units.
func rulesOf(v procedures.Version) (all []string) {
	for _, step := range v.Flow.Steps {
		all = append(append(all, step.Unit), step.With...)
	}
	return all
}
