// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// picking is a rule that chooses for several steps, one after another: what it has
// looked up, and what its own choices change.
type picking struct {
	s       *Service
	q       db.Querier
	rule    store.Rule
	at      db.Time // the moment of which duty is asked
	roles   []access.Role
	people  map[string][]candidate // by unit, action and post
	looked  map[string]presence
	holding map[string]int // open steps of those who were counted
}

// candidate is somebody who could do a step.
type candidate struct{ account, name, key string }

// presence is what keeps somebody from every step.
type presence struct {
	person     string
	why        dossiers.WhyNobody // empty: nothing
	deputy     string             // account of who stands in
	deputyName string
}

// choice is what a rule has chosen for a step.
type choice struct {
	candidate
	kept bool
	why  dossiers.WhyNobody // nobody
}

func (s *Service) picking(ctx context.Context, q db.Querier, r store.Rule) (*picking, error) {
	roles, err := access.ListRoles(ctx, q)
	return &picking{s: s, q: q, rule: r, at: s.DB.Now(), roles: roles, people: map[string][]candidate{}, looked: map[string]presence{}}, err
}

// fits reports whether a rule is about a step of a dossier; the more it says about
// which, the greater its weight.
func fits(r store.Rule, d store.Dossier, action, field string) (weight int, ok bool) {
	for _, one := range []struct {
		said, is string
		weight   int
	}{{string(r.Procedure), string(d.Procedure), 4}, {r.Field, field, 2}, {r.Action, action, 1}} {
		if one.said == "" {
			continue
		}
		if one.said != one.is {
			return 0, false
		}
		weight += one.weight
	}
	return weight, true
}

// could returns those who hold the post of a step in its unit and the right to do
// it, in the order of their names. A post that is no role is held by everybody who
// may do the step.
func (p *picking) could(ctx context.Context, t store.Task) ([]candidate, error) {
	at := string(t.Unit) + " " + t.Action + " " + t.Post
	if all, known := p.people[at]; known {
		return all, nil
	}
	_, seat, err := p.s.bookOf(ctx, p.q, t.Unit) // who works for a unit that was merged, works in what it became
	if err != nil {
		return nil, err
	}
	perm := permission(t.Action)
	isRole := slices.ContainsFunc(p.roles, func(r access.Role) bool { return string(r.ID) == t.Post })
	may := func(h access.Holder) bool {
		return h.Unit == seat && (!isRole || string(h.Role) == t.Post) &&
			slices.ContainsFunc(p.roles, func(r access.Role) bool { return r.ID == h.Role && slices.Contains(r.Permissions, perm) })
	}
	holders, err := access.ListHolders(ctx, p.q, seat, access.Holder{}, maxHolders)
	if err != nil {
		return nil, err
	}
	all := []candidate{}
	for _, h := range holders {
		if may(h) && !slices.ContainsFunc(all, func(c candidate) bool { return c.account == h.Account }) {
			all = append(all, candidate{h.Account, h.Name, text.PersonKey(h.Name) + "\t" + h.Account})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.key, b.key) })
	p.people[at] = all
	return all, nil
}

// present says whether somebody works today.
func (p *picking) present(ctx context.Context, account string) (here presence, err error) {
	if here, known := p.looked[account]; known {
		return here, nil
	}
	a, err := p.s.Directory.GetAccount(ctx, p.q, account)
	if errs.KindOf(err) == errs.NotFound {
		return presence{why: dossiers.WhyNoPost}, nil
	}
	if err != nil {
		return here, err
	}
	here.person = a.Person
	if here.deputy, here.deputyName, err = workflow.Deputy(ctx, p.q, account, p.s.DB.Now()); err != nil {
		return here, err
	}
	switch {
	case a.Disabled:
		here.why = dossiers.WhyNoPost
	case here.deputy != "":
		here.why = dossiers.WhyAway
	}
	p.looked[account] = here
	return here, nil
}

// keeps says what keeps somebody from a step of a dossier; empty: nothing.
func (p *picking) keeps(ctx context.Context, d store.Dossier, account string) (dossiers.WhyNobody, error) {
	here, err := p.present(ctx, account)
	if err != nil || here.why != "" {
		return here.why, err
	}
	if here.person == d.OwnerID || here.person == d.SubmitterID {
		return dossiers.WhyConflict, nil
	}
	if p.s.Stands == nil {
		return "", nil
	}
	as := identity.NewActor(account, here.person)
	as.For = identity.Behalf{Person: d.OwnerID}
	switch _, err := p.s.Stands.Standing(ctx, p.s.DB, as, access.See); errs.KindOf(err) { // outside the transaction: nothing is locked for it
	case errs.NotFound, errs.Forbidden:
		return "", nil
	default:
		if err != nil {
			return "", err
		}
		return dossiers.WhyConflict, nil
	}
}

// pick chooses who does a step, or says why nobody.
func (p *picking) pick(ctx context.Context, d store.Dossier, t store.Task) (c choice, err error) {
	all, err := p.could(ctx, t)
	if err != nil {
		return c, err
	}
	switch p.rule.Kind {
	case dossiers.RuleTurn:
		return p.again(ctx, d, t, all, func() ([]candidate, error) { return turnOrder(all, p.rule.Last), nil })
	case dossiers.RuleFewest:
		return p.again(ctx, d, t, all, func() ([]candidate, error) { return p.idlest(ctx, all) })
	case dossiers.RuleDuty:
		there, err := p.onDuty(ctx, t.Unit, all)
		if err != nil || len(there) == 0 {
			return choice{why: dossiers.WhyOffDuty}, err
		}
		return p.again(ctx, d, t, there, func() ([]candidate, error) { return turnOrder(there, p.rule.Last), nil })
	case dossiers.RuleArea:
		named, why, err := p.ofArea(ctx, d)
		if err != nil || len(named) == 0 {
			return choice{why: why}, err
		}
		return p.first(ctx, d, all, named)
	case dossiers.RulePerson:
		return p.first(ctx, d, all, []string{p.rule.Person, p.rule.StandIn})
	case dossiers.RuleNobody, store.RemovedRule:
	}
	return c, nil
}

// again gives a step to who has done such a step of the dossier before, otherwise to
// the first of an order.
func (p *picking) again(ctx context.Context, d store.Dossier, t store.Task, all []candidate, order func() ([]candidate, error)) (c choice, err error) {
	before, err := workflow.LastDoer(ctx, p.q, caseOf(d.ID), string(t.Unit), t.Post)
	if err != nil {
		return c, err
	}
	if i := slices.IndexFunc(all, func(c candidate) bool { return c.account == before }); i >= 0 {
		why, err := p.keeps(ctx, d, before)
		if err != nil || why == "" {
			p.count(all[i])
			return choice{candidate: all[i], kept: true}, err
		}
	}
	if all, err = order(); err != nil {
		return c, err
	}
	c.why = dossiers.WhyNoPost
	for _, one := range all {
		why, err := p.keeps(ctx, d, one.account)
		if err != nil {
			return c, err
		}
		if why == "" {
			p.rule.Last = one.key
			p.count(one)
			return choice{candidate: one}, nil
		}
		c.why = worse(c.why, why)
	}
	return c, nil
}

func (p *picking) count(c candidate) {
	if p.holding != nil {
		p.holding[c.account]++
	}
}

// worse is the reason that says more to whoever reads why there is nobody.
func worse(a, b dossiers.WhyNobody) dossiers.WhyNobody {
	order := []dossiers.WhyNobody{dossiers.WhyNoPost, dossiers.WhyConflict, dossiers.WhyAway}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// turnOrder is people in the order in which it is their turn.
func turnOrder(all []candidate, last string) []candidate {
	i := slices.IndexFunc(all, func(c candidate) bool { return c.key > last })
	if i < 0 {
		return all
	}
	return slices.Concat(all[i:], all[:i])
}

// idlest are people by how many open steps they have in hand; of the same number the
// one whose turn it would be.
func (p *picking) idlest(ctx context.Context, all []candidate) ([]candidate, error) {
	if p.holding == nil {
		accounts := make([]string, len(all))
		for i, c := range all {
			accounts[i] = c.account
		}
		held, err := p.s.store.OpenOf(ctx, p.q, accounts)
		if err != nil {
			return nil, err
		}
		p.holding = held
	}
	sorted := slices.Clone(turnOrder(all, p.rule.Last))
	slices.SortStableFunc(sorted, func(a, b candidate) int { return cmp.Compare(p.holding[a.account], p.holding[b.account]) })
	return sorted, nil
}

// first gives a step to the first of some accounts who could do it. Where they are
// away and the rule names nobody else, to who stands in for them.
func (p *picking) first(ctx context.Context, d store.Dossier, all []candidate, accounts []string) (c choice, err error) {
	c.why = dossiers.WhyNoPost
	try := func(account string) (bool, error) {
		i := slices.IndexFunc(all, func(c candidate) bool { return c.account == account })
		if i < 0 {
			return false, nil
		}
		why, err := p.keeps(ctx, d, account)
		if err != nil || why != "" {
			c.why = worse(c.why, why)
			return false, err
		}
		c = choice{candidate: all[i]}
		return true, nil
	}
	for _, account := range accounts {
		if done, err := try(account); done || err != nil {
			return c, err
		}
	}
	for _, account := range accounts {
		if account == "" {
			continue
		}
		here, err := p.present(ctx, account)
		if err != nil {
			return c, err
		}
		if here.deputy != "" {
			if done, err := try(here.deputy); done || err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

// ofArea returns the accounts that are named for the address of a dossier, those of
// the most exact area first, and last who has everything else.
func (p *picking) ofArea(ctx context.Context, d store.Dossier) (named []string, why dossiers.WhyNobody, err error) {
	place, err := p.s.placeOf(ctx, p.q, d)
	if err != nil {
		return nil, "", err
	}
	why = dossiers.WhyNoArea
	if place == "" {
		why = dossiers.WhyNoAddress
	}
	areas := slices.Clone(p.rule.Areas)
	slices.SortStableFunc(areas, func(a, b store.Area) int { return cmp.Compare(len(b.Area), len(a.Area)) })
	for _, a := range areas {
		if place != "" && within(place, a.Area) {
			named = append(named, a.Account)
		}
	}
	if p.rule.Person != "" {
		named = append(named, p.rule.Person)
	}
	return named, why, nil
}

// within reports whether an area stands in an address, in whole words and without
// marks: "Khóm 1" does not stand in "Khóm 12". Several are parted by semicolons.
func within(place, areas string) bool {
	for one := range strings.SplitSeq(areas, ";") {
		if words := plainWords(one); words != "" && strings.Contains(" "+place+" ", " "+words+" ") {
			return true
		}
	}
	return false
}

// plainWords are the words of a text without marks and signs.
func plainWords(s string) string {
	return strings.Join(strings.FieldsFunc(text.Fold(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), " ")
}

// placeOf returns the first address that a dossier says, as plain words with the
// name of its commune; otherwise that of its owner. Empty where there is none. It
// stays inside the program.
func (s *Service) placeOf(ctx context.Context, q db.Querier, d store.Dossier) (string, error) {
	personal, err := s.store.Personal(ctx, q, access.All(), d.ID)
	if err != nil {
		return "", err
	}
	v, err := s.filedUnder(ctx, d)
	if err != nil {
		return "", err
	}
	var answers map[string]any
	if err := json.Unmarshal([]byte(personal.Answers), &answers); err != nil {
		return "", err
	}
	for _, step := range v.Form.Steps {
		for _, f := range step.Fields {
			a, ok := answers[f.Key].(map[string]any)
			if f.Type != forms.Address || !ok {
				continue
			}
			place, err := s.placeWords(ctx, q, a)
			if place != "" || err != nil {
				return place, err
			}
		}
	}
	var owner Party
	if err := json.Unmarshal([]byte(personal.Owner), &owner); err != nil {
		return "", err
	}
	return plainWords(owner.Address), nil
}

func (s *Service) placeWords(ctx context.Context, q db.Querier, a map[string]any) (string, error) {
	var words []string
	for _, part := range []string{forms.Detail, forms.Line1} {
		if said, ok := a[part].(string); ok {
			words = append(words, said)
		}
	}
	unit, err := governs(ctx, q, unitIn(a))
	if err != nil {
		return "", err
	}
	if unit != "" {
		u, err := orgs.Get(ctx, q, orgs.ID(unit))
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return "", err
		}
		words = append(words, u.Name.VI, u.AreaCode)
	}
	return plainWords(strings.Join(words, " ")), nil
}
