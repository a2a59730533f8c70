// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
)

// assigner is who acts where a rule does.
func assigner() identity.Actor { return identity.Program("assignment") }

// ruled lets the rules of units say who does the steps of a locked dossier that have
// just become open. A rule sees each step once: what was given up later, or put into
// other hands, stays so. Who signs is named by whoever drafts, never by a rule.
func (s *Service) ruled(ctx context.Context, tx *db.Tx, d store.Dossier, all []store.Task) ([]store.Task, error) {
	before, err := s.store.Tasks(ctx, tx, d.ID)
	if err != nil {
		return nil, err
	}
	type todo struct {
		at   int
		rule store.Rule
	}
	var work []todo
	rules := map[orgs.ID][][]store.Rule{}
	for i, t := range all {
		known := slices.ContainsFunc(before, func(b store.Task) bool { return b.ID == t.ID })
		if known || t.Assignee != "" || t.Action == actSign || permission(t.Action) == "" {
			continue
		}
		if _, read := rules[t.Unit]; !read {
			if rules[t.Unit], err = s.rulesFor(ctx, tx, t.Unit); err != nil {
				return nil, err
			}
		}
		if r, found := s.ruleFor(ctx, rules[t.Unit], d, t); found {
			work = append(work, todo{i, r})
		}
	}
	if len(work) == 0 {
		return all, nil
	}
	if _, again, err := s.renewing(ctx, tx, d); err != nil || again {
		return all, err // a new result is made by those who are named for it
	}
	slices.SortStableFunc(work, func(a, b todo) int { return cmp.Compare(a.rule.ID, b.rule.ID) }) // two who assign lock in the same order
	for _, w := range work {
		if err := s.applyRule(ctx, tx, d, &all[w.at], w.rule.ID); err != nil {
			return nil, fmt.Errorf("rule %s: %w", w.rule.ID, err)
		}
	}
	return all, nil
}

// ruleFor returns the rule that says most about a step.
func (s *Service) ruleFor(ctx context.Context, books [][]store.Rule, d store.Dossier, t store.Task) (best store.Rule, found bool) {
	for _, rules := range books {
		field, most := "", -1
		if slices.ContainsFunc(rules, func(r store.Rule) bool { return r.Field != "" }) {
			field = s.fields(ctx)(d.Procedure).VI
		}
		for _, r := range rules {
			if weight, ok := fits(r, d, t.Action, field); ok && weight > most {
				best, most = r, weight
			}
		}
		if most >= 0 {
			return best, best.Kind != dossiers.RuleNobody
		}
	}
	return best, false
}

// applyRule gives a step to whom a rule finds, or notes that it found nobody. The
// rule is locked: whoever assigns at the same time sees whose turn it is then.
func (s *Service) applyRule(ctx context.Context, tx *db.Tx, d store.Dossier, t *store.Task, id string) error {
	if seen, err := s.store.WasRuled(ctx, tx, t.ID); err != nil || seen {
		return err
	}
	r, err := s.store.LockRule(ctx, tx, access.All(), id)
	if errors.Is(err, dossiers.ErrNoRule) {
		return nil // taken away in this very moment
	}
	if err != nil {
		return err
	}
	p, err := s.picking(ctx, tx, r)
	if err != nil {
		return err
	}
	c, err := p.pick(ctx, d, *t)
	if err != nil {
		return err
	}
	note := store.Assigned{
		Task: t.ID, Dossier: d.ID, Rule: r.ID, Version: r.Version, Kind: r.Kind, Kept: c.kept, Step: t.Name, Unit: t.Unit, Account: c.account, Name: c.name, Why: c.why,
	}
	by := fmt.Sprintf("%s version %d", r.ID, r.Version)
	if c.account == "" {
		if c.why == "" {
			return nil // the rule was changed to nobody's meanwhile
		}
		if _, err := s.store.AddAssigned(ctx, tx, note); err != nil {
			return err
		}
		return audit.Record(ctx, tx, assigner(), dossiers.AuditRuledNobody, fmt.Sprintf("%s by %s: %s", d.ID, by, c.why))
	}
	done, err := s.flow.Assign(ctx, tx, assigner(), workflow.TaskID(t.ID), c.account, c.name, "rule "+by)
	if err != nil || !done {
		return err
	}
	if _, err := s.store.AddAssigned(ctx, tx, note); err != nil {
		return err
	}
	if p.rule.Last != r.Last {
		if err := s.store.Turned(ctx, tx, r.ID, p.rule.Last); err != nil {
			return err
		}
	}
	t.Assignee, t.AssigneeName = c.account, c.name
	d.Focus(*t)
	who := assigner()
	who.Name = r.Name // who has made the rule answers for it
	if err := s.tellOfficial(ctx, tx, who, d, dossiers.NoticeAssigned, string(t.ID), c.account, t.Due); err != nil {
		return err
	}
	return audit.Record(ctx, tx, assigner(), dossiers.AuditRuled, fmt.Sprintf("%s to %s by %s", d.ID, c.account, by))
}
