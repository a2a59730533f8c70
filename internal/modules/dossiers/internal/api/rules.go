// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) rules() []web.Route {
	assign := needs(dossiers.PermAssign)
	return []web.Route{
		web.Operation("GET /api/v1/assignment-rules", "The rules by which steps of one's units that become open find who does them", assign, o.listRules),
		web.Operation("POST /api/v1/assignment-rules", "Add a rule; the one that says most about a step is used", assign, o.addRule),
		web.Operation("PUT /api/v1/assignment-rules/{rule}", "Change a rule; what is open already stays as it is", assign, o.changeRule),
		web.Operation("DELETE /api/v1/assignment-rules/{rule}", "Take a rule away", assign, o.removeRule),
		web.Operation("POST /api/v1/assignment-rules/try", "To whom a rule would give the last ten steps of its unit; nothing is changed", assign, o.tryRule),
		web.Operation("GET /api/v1/assignment-rules/history", "What the rules of a unit were, the newest first", assign, o.ruleHistory),
		web.Operation("POST /api/v1/dossiers/{id}/succession", "Say how a dossier goes on whose owner has died: as it is, where the procedure has a rule for that, or with an heir", needs(dossiers.PermAccept, dossiers.PermProcess), o.succeed),
		web.Operation("GET /api/v1/steps/unfound", "Open steps of one's units for which a rule has found nobody, and why, the oldest first", assign, o.unfound),
	}
}

type ruleArea struct {
	Area    string `json:"area" maxLength:"2000" doc:"words that stand in the address: a commune, a hamlet; several parted by semicolons"`
	Account string `json:"account" maxLength:"100"`
	Name    string `json:"name,omitempty" maxLength:"300" readOnly:"true"`
}

// RuleBody is what a rule says.
type RuleBody struct {
	Kind      string     `json:"kind" enum:"nobody,turn,fewest,area,person,duty"`
	Unit      string     `json:"unit" maxLength:"100"`
	Procedure string     `json:"procedure,omitempty" maxLength:"100" doc:"empty: every one"`
	Field     string     `json:"field,omitempty" maxLength:"2000" doc:"of procedures, by its Vietnamese name; empty: every one"`
	Action    string     `json:"action,omitempty" maxLength:"20" doc:"appraise, consult, draft, issue or deliver; empty: every step but signing"`
	Person    string     `json:"person,omitempty" maxLength:"100" doc:"account; by area: who gets what no area fits"`
	StandIn   string     `json:"stand_in,omitempty" maxLength:"100" doc:"account, while the person is away"`
	Areas     []ruleArea `json:"areas,omitempty" maxItems:"60"`
}

func (b RuleBody) core() core.Rule {
	r := core.Rule{
		Kind: dossiers.RuleKind(b.Kind), Unit: orgs.ID(b.Unit), Procedure: procedures.ID(b.Procedure), Field: b.Field, Action: b.Action, Person: b.Person, StandIn: b.StandIn,
	}
	for _, a := range b.Areas {
		r.Areas = append(r.Areas, core.Area{Area: a.Area, Account: a.Account})
	}
	return r
}

type ruleItem struct {
	RuleBody
	ID          string  `json:"id"`
	Version     int     `json:"version" doc:"given back to change it"`
	PersonName  string  `json:"person_name,omitempty"`
	StandInName string  `json:"stand_in_name,omitempty"`
	By          string  `json:"by" doc:"who changed it last"`
	At          db.Time `json:"at"`
	Removed     bool    `json:"removed,omitempty" doc:"in the history: it was taken away"`
}

func ruleItems(all []core.Rule) []ruleItem {
	items := []ruleItem{}
	for _, r := range all {
		b := RuleBody{Kind: string(r.Kind), Unit: string(r.Unit), Procedure: string(r.Procedure), Field: r.Field, Action: r.Action, Person: r.Person, StandIn: r.StandIn}
		for _, a := range r.Areas {
			b.Areas = append(b.Areas, ruleArea(a))
		}
		if r.Removed {
			b.Kind = string(dossiers.RuleNobody)
		}
		items = append(items, ruleItem{b, r.ID, r.Version, r.PersonName, r.StandInName, r.By, r.At, r.Removed})
	}
	return items
}

type rulesOut struct {
	Body struct {
		Items []ruleItem `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

func (o operations) listRules(ctx context.Context, _ *nothing) (*rulesOut, error) {
	book, err := o.svc.ListRules(ctx, identity.From(ctx))
	out := &rulesOut{}
	out.Body.Items = ruleItems(book.Rules)
	return out, err
}

type ruleHistoryIn struct {
	Unit  string `query:"unit" maxLength:"100" required:"true"`
	After string `query:"after" maxLength:"200"`
}

func (o operations) ruleHistory(ctx context.Context, in *ruleHistoryIn) (*rulesOut, error) {
	found, err := o.svc.ListRuleHistory(ctx, identity.From(ctx), orgs.ID(in.Unit), in.After)
	out := &rulesOut{}
	out.Body.Items, out.Body.Next = ruleItems(found.Items), found.Next
	return out, err
}

type ruleOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

type addRuleIn struct{ Body RuleBody }

func (o operations) addRule(ctx context.Context, in *addRuleIn) (*ruleOut, error) {
	out := &ruleOut{}
	var err error
	out.Body.ID, err = o.svc.SaveRule(ctx, identity.From(ctx), in.Body.core())
	return out, err
}

type changeRuleIn struct {
	Rule string `path:"rule" maxLength:"36"`
	Body struct {
		RuleBody
		Version int `json:"version" doc:"as it was read"`
	}
}

func (o operations) changeRule(ctx context.Context, in *changeRuleIn) (*ruleOut, error) {
	if !id.Valid(in.Rule) {
		return nil, dossiers.ErrNoRule
	}
	r := in.Body.core()
	r.ID, r.Version = in.Rule, in.Body.Version
	out := &ruleOut{}
	var err error
	out.Body.ID, err = o.svc.SaveRule(ctx, identity.From(ctx), r)
	return out, err
}

type oneRule struct {
	Rule string `path:"rule" maxLength:"36"`
}

func (o operations) removeRule(ctx context.Context, in *oneRule) (*nothing, error) {
	if !id.Valid(in.Rule) {
		return nil, dossiers.ErrNoRule
	}
	return nil, o.svc.RemoveRule(ctx, identity.From(ctx), in.Rule)
}

type triedStep struct {
	Code string    `json:"code"`
	Name i18n.Text `json:"name" doc:"of the procedure"`
	Step i18n.Text `json:"step"`
	At   db.Time   `json:"at"`
	Who  string    `json:"who,omitempty" doc:"empty: nobody"`
	Kept bool      `json:"kept,omitempty" doc:"because they had done such a step of the dossier"`
	Why  string    `json:"why,omitempty" doc:"why nobody"`
	Had  string    `json:"had,omitempty" doc:"who has done it, or has it in hand"`
}

type triedOut struct {
	Body struct {
		Items []triedStep `json:"items"`
	}
}

func (o operations) tryRule(ctx context.Context, in *addRuleIn) (*triedOut, error) {
	all, err := o.svc.TryRule(ctx, identity.From(ctx), in.Body.core())
	out := &triedOut{}
	out.Body.Items = []triedStep{}
	for _, t := range all {
		out.Body.Items = append(out.Body.Items, triedStep{t.Code, t.Name, t.Step, t.At, t.Who, t.Kept, string(t.Why), t.Had})
	}
	return out, err
}

type unfoundIn struct {
	After string `query:"after" maxLength:"36"`
}

type unfoundStep struct {
	Step    string    `json:"step"`
	Dossier string    `json:"dossier"`
	Code    string    `json:"code"`
	Name    i18n.Text `json:"name" doc:"of the procedure"`
	Called  i18n.Text `json:"called" doc:"what the step is called"`
	Unit    i18n.Text `json:"unit"`
	Why     string    `json:"why" enum:"no_post,away,conflict,no_address,no_area"`
	At      db.Time   `json:"at"`
}

type unfoundOut struct {
	Body struct {
		Items []unfoundStep `json:"items"`
		Next  string        `json:"next,omitempty"`
	}
}

func (o operations) unfound(ctx context.Context, in *unfoundIn) (*unfoundOut, error) {
	found, err := o.svc.ListUnfound(ctx, identity.From(ctx), in.After)
	out := &unfoundOut{}
	out.Body.Items, out.Body.Next = []unfoundStep{}, found.Next
	for _, u := range found.Items {
		out.Body.Items = append(out.Body.Items, unfoundStep{string(u.Task), string(u.Dossier), u.Code, u.Name, u.Step, u.Unit, string(u.Why), u.At})
	}
	return out, err
}
