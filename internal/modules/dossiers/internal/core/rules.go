// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

const (
	maxRules  = 100 // of a unit
	maxAreas  = 60  // of a rule
	tryOut    = 10  // steps
	tryAmong  = 400 // the last tasks of a unit, of which the rule is about some
	maxBelow  = 200 // units of which one sets rules
	maxMember = 500
)

// Rule says who gets the steps of a unit that become open.
type Rule struct {
	ID        string // empty: a new one
	Version   int    // as it was read; another since then is a conflict
	Kind      dossiers.RuleKind
	Unit      orgs.ID
	UnitName  i18n.Text
	Procedure procedures.ID // empty: every one
	Field     string        // of procedures, by its Vietnamese name; empty: every one
	Action    string        // of the steps; empty: every one but signing
	Person    string        // account; by area: who gets everything else
	StandIn   string        // account
	Areas     []Area
	By        string // name of who changed it last
	At        db.Time

	PersonName, StandInName string
	Removed                 bool // in the history: taken away
}

// Area is who gets what comes of an area.
type Area = store.Area

// RuledActions are the actions that a rule can be about.
func RuledActions() []string {
	return []string{actAppraise, actConsult, actDraft, actIssue, actDeliver}
}

// RuleBook are the rules of the units whose work somebody gives out, with what is
// chosen from to write one.
type RuleBook struct {
	Rules  []Rule
	Units  []orgs.Unit // of which the actor sets the rules
	People []Colleague // of them, by given name
}

// ListRules returns the rules of the units whose work the actor gives out, by unit
// and then the oldest first.
func (s *Service) ListRules(ctx context.Context, actor identity.Actor) (b RuleBook, err error) {
	defer errs.Wrap(&err, "list rules of assignment")

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return b, err
	}
	if b.Units, err = s.unitsOfRules(ctx, scope, actor); err != nil {
		return b, err
	}
	names := s.unitNames(ctx)
	for _, u := range b.Units {
		rows, err := s.store.RulesOf(ctx, s.DB, u.ID, maxRules)
		if err != nil {
			return b, err
		}
		for _, r := range rows {
			b.Rules = append(b.Rules, ruleOf(r, names))
		}
	}
	b.People, err = s.membersOf(ctx, b.Units)
	return b, err
}

// unitsOfRules are the actor's unit and those right under it, as far as the actor gives
// out their work: a one-stop office stands under its ward.
func (s *Service) unitsOfRules(ctx context.Context, scope access.Scope, actor identity.Actor) (all []orgs.Unit, err error) {
	if actor.Unit == "" {
		return nil, nil
	}
	own, err := orgs.Get(ctx, s.DB, orgs.ID(actor.Unit))
	if errs.KindOf(err) == errs.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	under, err := orgs.ListChildren(ctx, s.DB, own.ID, orgs.Page{}, maxBelow)
	if err != nil {
		return nil, err
	}
	for _, u := range append([]orgs.Unit{own}, under...) {
		sees, err := scope.Sees(ctx, s.DB, u.ID)
		if err != nil {
			return nil, err
		}
		if sees && (u.ID == own.ID || u.Kind == orgs.OneStop) {
			all = append(all, u)
		}
	}
	return all, nil
}

// membersOf are those who hold a role in one of some units.
func (s *Service) membersOf(ctx context.Context, units []orgs.Unit) (all []Colleague, err error) {
	for _, u := range units {
		holders, err := access.ListHolders(ctx, s.DB, u.ID, access.Holder{}, maxMember)
		if err != nil {
			return nil, err
		}
		for _, h := range holders {
			if h.Unit == u.ID && !slices.ContainsFunc(all, func(c Colleague) bool { return c.Account == h.Account }) {
				all = append(all, Colleague{Account: h.Account, Name: h.Name})
			}
		}
	}
	return all, nil
}

func ruleOf(r store.Rule, names func(orgs.ID) i18n.Text) Rule {
	return Rule{
		ID: r.ID, Version: r.Version, Kind: r.Kind, Unit: r.Unit, UnitName: names(r.Unit), Procedure: r.Procedure, Field: r.Field, Action: r.Action,
		Person: r.Person, PersonName: r.PersonName, StandIn: r.StandIn, StandInName: r.Deputy, Areas: r.Areas, By: r.Name, At: r.At, Removed: r.Kind == store.RemovedRule,
	}
}

// checkRule says everything that is wrong with a rule, and completes it with names.
func (s *Service) checkRule(ctx context.Context, scope access.Scope, actor identity.Actor, in Rule) (r store.Rule, err error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	r = store.Rule{
		ID: in.ID, Version: in.Version, Kind: in.Kind, Unit: in.Unit, Procedure: in.Procedure, Field: text.Line(in.Field), Action: in.Action, By: actor.Account, Name: actor.Name,
	}
	units, err := s.unitsOfRules(ctx, scope, actor)
	if err != nil {
		return r, err
	}
	at := slices.IndexFunc(units, func(u orgs.Unit) bool { return u.ID == in.Unit })
	if at < 0 {
		add("unit", "form.choose", nil)
		return r, errs.BadInput(found) // of another unit nothing is told
	}
	people, err := s.membersOf(ctx, units)
	if err != nil {
		return r, err
	}
	name := func(account string) (string, bool) {
		i := slices.IndexFunc(people, func(c Colleague) bool { return c.Account == account })
		if i < 0 {
			return "", false
		}
		return people[i].Name, true
	}
	person := func(field, account string, needed bool) (string, string) {
		if account == "" {
			if needed {
				add(field, "form.choose", nil)
			}
			return "", ""
		}
		called, ok := name(account)
		if !ok {
			add(field, "dossiers.no_colleague", nil)
			return "", ""
		}
		return account, called
	}
	if err := s.checkRuleReach(ctx, r, add); err != nil {
		return r, err
	}
	switch in.Kind {
	case dossiers.RuleNobody, dossiers.RuleTurn, dossiers.RuleFewest, dossiers.RuleDuty:
	case dossiers.RulePerson:
		r.Person, r.PersonName = person("person", in.Person, true)
		r.StandIn, r.Deputy = person("stand_in", in.StandIn, false)
		if r.Person != "" && r.StandIn == r.Person {
			add("stand_in", "dossiers.rule_same_person", nil)
		}
	case dossiers.RuleArea:
		r.Person, r.PersonName = person("person", in.Person, false)
		r.Areas = checkAreas(in.Areas, person, add)
	default:
		add("kind", "form.choose", nil)
	}
	return r, errs.BadInput(found)
}

func (s *Service) checkRuleReach(ctx context.Context, r store.Rule, add func(name, code string, args map[string]any)) error {
	if r.Action != "" && !slices.Contains(RuledActions(), r.Action) {
		add("action", "form.choose", nil)
	}
	if n := utf8.RuneCountInString(r.Field); n > maxLine {
		add("field", "form.too_long", map[string]any{"max": maxLine, "over": n - maxLine})
	}
	if r.Procedure == "" {
		return nil
	}
	v, err := s.Procedures.Get(ctx, r.Procedure)
	switch {
	case errors.Is(err, procedures.ErrNotFound):
		add("procedure", "dossiers.phrase_procedure", nil)
	case err != nil:
		return err
	case r.Field != "" && v.Field.VI != r.Field:
		add("field", "dossiers.rule_other_field", map[string]any{"field": v.Field.VI})
	}
	return nil
}

// checkAreas reads lines of areas; those that say nothing are left out.
func checkAreas(in []Area, person func(field, account string, needed bool) (string, string), add func(name, code string, args map[string]any)) (all []Area) {
	for i, a := range in {
		n := strconv.Itoa(i + 1)
		a.Area = text.Line(a.Area)
		if a.Area == "" && a.Account == "" {
			continue
		}
		if plainWords(a.Area) == "" {
			add("area-"+n, "form.required", nil)
		} else if over := utf8.RuneCountInString(a.Area) - maxLine; over > 0 {
			add("area-"+n, "form.too_long", map[string]any{"max": maxLine, "over": over})
		}
		a.Account, a.Name = person("who-"+n, a.Account, true)
		all = append(all, a)
	}
	switch {
	case len(all) == 0:
		add("area-1", "form.required", nil)
	case len(all) > maxAreas:
		add("area-1", "dossiers.too_many_areas", map[string]any{"max": maxAreas})
	}
	return all
}

// SaveRule adds a rule to a unit whose work the actor gives out, or changes one. Of
// two who change the same the second is told who was faster. Steps that are open
// already stay as they are.
func (s *Service) SaveRule(ctx context.Context, actor identity.Actor, in Rule) (id string, err error) {
	defer errs.Wrap(&err, "save a rule of assignment")

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return "", err
	}
	r, err := s.checkRule(ctx, scope, actor, in)
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		one := r
		if one.ID == "" {
			there, err := s.store.RulesOf(ctx, tx, one.Unit, maxRules)
			if err != nil {
				return err
			}
			if len(there) >= maxRules {
				return dossiers.ErrTooManyRules.With("max", maxRules)
			}
			one.ID = newid.New()
			err = s.store.AddRule(ctx, tx, one)
			if err != nil {
				return twice(err)
			}
		} else {
			now, err := s.store.LockRule(ctx, tx, scope, one.ID)
			switch {
			case err != nil:
				return err
			case now.Version != one.Version:
				return dossiers.ErrRuleMeanwhile.With("who", now.Name).With("when", when(now.At))
			case now.Unit != one.Unit:
				return errs.BadInput([]errs.Field{{Name: "unit", Code: "dossiers.rule_moves"}})
			}
			if err := s.store.ChangeRule(ctx, tx, one); err != nil {
				return twice(err)
			}
		}
		id = one.ID
		return audit.Record(ctx, tx, actor, dossiers.AuditRuleSaved, one.ID)
	})
	return id, err
}

func twice(err error) error {
	if db.IsDuplicate(err) {
		return dossiers.ErrRuleThere.Because(err)
	}
	return err
}

// RemoveRule takes a rule away. What it has assigned stays.
func (s *Service) RemoveRule(ctx context.Context, actor identity.Actor, rule string) (err error) {
	defer errs.Wrap(&err, "remove rule %s", rule)

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.store.LockRule(ctx, tx, scope, rule)
		if err != nil {
			return err
		}
		r.By, r.Name = actor.Account, actor.Name
		if err := s.store.RemoveRule(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditRuleRemoved, rule)
	})
}

// ListRuleHistory returns the versions of the rules of a unit, the newest first.
func (s *Service) ListRuleHistory(ctx context.Context, actor identity.Actor, unit orgs.ID, after string) (p Page[Rule], err error) {
	defer errs.Wrap(&err, "history of rules of %s", unit)

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return p, err
	}
	if sees, err := scope.Sees(ctx, s.DB, unit); err != nil || !sees {
		return p, errors.Join(err, notSeen(sees))
	}
	from := store.Key{At: math.MaxInt64}
	if after != "" {
		if from, err = key(after); err != nil {
			return p, err
		}
	}
	rows, err := s.store.RuleHistory(ctx, s.DB, unit, from, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		p.Next = cursor(rows[PageSize-1].At, dossiers.ID(rows[PageSize-1].ID))
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		p.Items = append(p.Items, ruleOf(r, names))
	}
	return p, nil
}

func notSeen(sees bool) error {
	if sees {
		return nil
	}
	return dossiers.ErrNoRule
}
