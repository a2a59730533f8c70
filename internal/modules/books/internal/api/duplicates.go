// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// duplicates are the operations of records that may be the same thing, and of merges.
func (o operations) duplicates() []web.Route {
	all := web.Public()
	const at = "/api/v1/registers/{register}"
	return []web.Route{
		web.Operation("POST "+at+"/duplicates/search", "Records that may be the same thing as one that the caller is about to enter or change", all, o.suspects),
		web.Operation("GET "+at+"/duplicates", "Pairs of records that may be the same thing, of those that the caller may merge", all, o.pairs),
		web.Operation("PUT "+at+"/duplicates/{first}/{second}", "Say that two records are not the same thing, or no longer say so", all, o.tellApart),
		web.Operation("GET "+at+"/duplicates/{first}/{second}", "Two records that the caller may merge, with the fields to choose between; personal data for a purpose only", all, o.beside),
		web.Operation("POST "+at+"/duplicates/look", "Look through the whole register for duplicates again", all, o.lookAgain),
		web.Operation("GET "+at+"/merges", "Merges of records that the caller may take back, the newest first", all, o.merges),
		web.Operation("POST "+at+"/merges", "Make one record of two: the loser leads to the survivor from then on", all, o.merge),
		web.Operation("GET "+at+"/merges/{merge}", "One merge", all, o.oneMerge),
		web.Operation("POST "+at+"/merges/{merge}/undo", "Make two records of it again, as they were", all, o.unmerge),
	}
}

type suspectsIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Record string   `json:"record,omitempty" maxLength:"36" doc:"that is to be changed; without it a new one is meant"`
		Values valuesIn `json:"values" doc:"as they would be entered"`
	}
}

type suspect struct {
	Record Record `json:"record"`
	RuleVI string `json:"rule_vi" doc:"by which it was found"`
	RuleEN string `json:"rule_en,omitempty"`
	Blocks bool   `json:"blocks" doc:"the register refuses another one like it"`
}

type suspectsOut struct {
	Body struct {
		Items     []suspect `json:"items"`
		Elsewhere bool      `json:"elsewhere" doc:"there is one that the caller does not see"`
		Blocks    bool      `json:"blocks" doc:"such a record is refused"`
	}
}

func (o operations) suspects(ctx context.Context, in *suspectsIn) (*suspectsOut, error) {
	values, err := in.Body.Values.read()
	if err != nil {
		return nil, err
	}
	found, err := o.svc.Duplicates(ctx, identity.From(ctx), in.Register, in.Body.Record, values)
	answer := &suspectsOut{}
	answer.Body.Items, answer.Body.Elsewhere, answer.Body.Blocks = []suspect{}, found.Elsewhere, found.Blocks
	for _, one := range found.Found {
		answer.Body.Items = append(answer.Body.Items, suspect{out(one.Record), one.Rule.VI, one.Rule.EN, one.Blocks})
	}
	return answer, err
}

type pairsIn struct {
	Register string `path:"register" maxLength:"100"`
	State    string `query:"state" enum:"open,different" doc:"different: those that somebody has told apart"`
	After    string `query:"after" maxLength:"200" doc:"next of the page before"`
}

type pairItem struct {
	First  Record   `json:"first"`
	Second Record   `json:"second"`
	RuleVI string   `json:"rule_vi"`
	RuleEN string   `json:"rule_en,omitempty"`
	By     string   `json:"by,omitempty" doc:"login of who told them apart"`
	At     *db.Time `json:"at,omitempty"`
}

type pairsOut struct {
	Body struct {
		Items   []pairItem `json:"items"`
		Next    string     `json:"next,omitempty" doc:"send it as after"`
		Looking bool       `json:"looking" doc:"the register is being looked through: more may come"`
	}
}

func (o operations) pairs(ctx context.Context, in *pairsIn) (*pairsOut, error) {
	found, err := o.svc.Pairs(ctx, identity.From(ctx), in.Register, registers.PairState(in.State), in.After)
	answer := &pairsOut{}
	answer.Body.Items, answer.Body.Next, answer.Body.Looking = []pairItem{}, found.Next, found.Look.Running
	for _, one := range found.Pairs {
		item := pairItem{First: out(one.First), Second: out(one.Second), RuleVI: one.Rule.VI, RuleEN: one.Rule.EN, By: found.Logins[one.By]}
		if !one.At.IsZero() {
			item.At = &one.At
		}
		answer.Body.Items = append(answer.Body.Items, item)
	}
	return answer, err
}

type apartIn struct {
	Register string `path:"register" maxLength:"100"`
	First    string `path:"first" maxLength:"36"`
	Second   string `path:"second" maxLength:"36"`
	Body     struct {
		Different bool `json:"different"`
	}
}

func (o operations) tellApart(ctx context.Context, in *apartIn) (*nothing, error) {
	return nil, o.svc.TellApart(ctx, identity.From(ctx), in.Register, in.First, in.Second, in.Body.Different)
}

type besideIn struct {
	Register string `path:"register" maxLength:"100"`
	First    string `path:"first" maxLength:"36"`
	Second   string `path:"second" maxLength:"36"`
	Purpose  string `query:"purpose" enum:"handling,inspection" doc:"why personal data is read; it is recorded"`
}

type besideOut struct {
	Body struct {
		First  Record   `json:"first"`
		Second Record   `json:"second"`
		Fields []string `json:"fields" doc:"whose value may be taken from either"`
		Kept   int      `json:"kept" doc:"fields of which the survivor's value stays"`
	}
}

func (o operations) beside(ctx context.Context, in *besideIn) (_ *besideOut, err error) {
	var v core.BesideView
	if in.Purpose == "" {
		v, err = o.svc.Beside(ctx, identity.From(ctx), in.Register, in.First, in.Second)
	} else {
		v, err = o.svc.PersonalBeside(ctx, identity.From(ctx), access.Purpose(in.Purpose), in.Register, in.First, in.Second)
	}
	answer := &besideOut{}
	answer.Body.First, answer.Body.Second, answer.Body.Fields, answer.Body.Kept = out(v.First), out(v.Second), []string{}, v.Kept
	for _, f := range v.Abreast.Fields {
		answer.Body.Fields = append(answer.Body.Fields, f.Key)
	}
	return answer, err
}

type lookIn struct {
	Register string `path:"register" maxLength:"100"`
}

func (o operations) lookAgain(ctx context.Context, in *lookIn) (*nothing, error) {
	return nil, o.svc.LookAgain(ctx, identity.From(ctx), in.Register)
}

type mergeItem struct {
	ID       string   `json:"id"`
	Survivor string   `json:"survivor"`
	Loser    string   `json:"loser"`
	Taken    []string `json:"taken" doc:"fields whose values came from the loser"`
	Reason   string   `json:"reason"`
	By       string   `json:"by" doc:"login"`
	At       db.Time  `json:"at"`
	UndoneBy string   `json:"undone_by,omitempty" doc:"login"`
	UndoneAt *db.Time `json:"undone_at,omitempty"`
}

func merged(m registers.Merged, logins map[string]string) mergeItem {
	one := mergeItem{ID: m.ID, Survivor: m.Survivor, Loser: m.Loser, Taken: append([]string{}, m.Taken...), Reason: m.Reason, By: logins[m.By], At: m.At, UndoneBy: logins[m.UndoneBy]}
	if !m.UndoneAt.IsZero() {
		one.UndoneAt = &m.UndoneAt
	}
	return one
}

type mergesIn struct {
	Register string `path:"register" maxLength:"100"`
	Before   string `query:"before" maxLength:"36" doc:"next of the page before"`
}

type mergesOut struct {
	Body struct {
		Items []mergeItem `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) merges(ctx context.Context, in *mergesIn) (*mergesOut, error) {
	found, err := o.svc.Merges(ctx, identity.From(ctx), in.Register, in.Before)
	answer := &mergesOut{}
	answer.Body.Items, answer.Body.Next = []mergeItem{}, found.Next
	for _, one := range found.Items {
		answer.Body.Items = append(answer.Body.Items, merged(one.Merged, found.Logins))
	}
	return answer, err
}

type mergeIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Survivor     string   `json:"survivor" maxLength:"36"`
		SurvivorSeen int64    `json:"survivor_seen" doc:"the version that the caller has seen"`
		Loser        string   `json:"loser" maxLength:"36"`
		LoserSeen    int64    `json:"loser_seen" doc:"the version that the caller has seen"`
		Take         []string `json:"take,omitempty" maxItems:"200" doc:"fields whose values come from the loser"`
		Reason       string   `json:"reason" maxLength:"2000"`
	}
}

type mergeOut struct {
	Body struct {
		ID      string `json:"id" doc:"what can be undone"`
		Version int64  `json:"version" doc:"of the survivor"`
	}
}

func (o operations) merge(ctx context.Context, in *mergeIn) (*mergeOut, error) {
	b := in.Body
	m, err := o.svc.MergeRecords(ctx, identity.From(ctx), in.Register, registers.Merging{
		Survivor: b.Survivor, SurvivorSeen: b.SurvivorSeen, Loser: b.Loser, LoserSeen: b.LoserSeen, Take: b.Take, Reason: b.Reason,
	})
	answer := &mergeOut{}
	answer.Body.ID, answer.Body.Version = m.ID, m.Survived
	return answer, err
}

type oneMergeIn struct {
	Register string `path:"register" maxLength:"100"`
	Merge    string `path:"merge" maxLength:"36"`
}

type oneMergeOut struct{ Body mergeItem }

func (o operations) oneMerge(ctx context.Context, in *oneMergeIn) (*oneMergeOut, error) {
	v, err := o.svc.GetMerge(ctx, identity.From(ctx), in.Register, in.Merge)
	return &oneMergeOut{Body: merged(v.Merged, v.Logins)}, err
}

func (o operations) unmerge(ctx context.Context, in *oneMergeIn) (*nothing, error) {
	_, err := o.svc.UndoMerge(ctx, identity.From(ctx), in.Register, in.Merge)
	return nil, err
}
