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

// proposalRoutes are the operations of registers where another person must agree.
func (o operations) proposalRoutes(all web.Access) []web.Route {
	const under = "/api/v1/registers/{register}/proposals"
	return []web.Route{
		web.Operation("GET "+under, "Proposals that wait for the caller, their own, or decided ones; without personal data", all, o.proposals),
		web.Operation("POST "+under, "Propose to add, change or take out a record, where another person must agree", all, o.propose),
		web.Operation("POST "+under+"/decisions", "Decide about up to 100 proposals, with a result for each", all, o.decideMany),
		web.Operation("GET "+under+"/{proposal}", "A proposal beside the record it is about; personal data for a purpose only", all, o.proposal),
		web.Operation("POST "+under+"/{proposal}/decision", "Agree to a proposal of somebody else, or refuse it with a reason", all, o.decide),
		web.Operation("DELETE "+under+"/{proposal}", "Withdraw the own proposal", all, o.withdraw),
	}
}

// Proposed is a proposal as programs see it. Its name is exported because the one
// with differences embeds it, which the description of the API must see.
type Proposed struct {
	ID        string         `json:"id"`
	Act       string         `json:"act" enum:"add,change,hide,destroy"`
	Record    string         `json:"record,omitempty" doc:"none before a new one is agreed to"`
	Unit      string         `json:"unit"`
	Seen      int64          `json:"seen" doc:"the version of the record that its author has seen"`
	State     string         `json:"state" enum:"waiting,agreed,refused,withdrawn"`
	By        string         `json:"by" doc:"login"`
	At        db.Time        `json:"at"`
	DecidedBy string         `json:"decided_by,omitempty" doc:"login"`
	DecidedAt *db.Time       `json:"decided_at,omitempty"`
	Reason    string         `json:"reason,omitempty" doc:"why it was refused"`
	Values    map[string]any `json:"values" doc:"that the caller sees, without personal data where no purpose is given"`
}

func proposed(p registers.Proposal, logins map[string]string) Proposed {
	one := Proposed{
		ID: p.ID, Act: string(p.Act), Record: p.Record, Unit: p.Unit, Seen: p.Seen, State: p.State, By: logins[p.By], At: p.At,
		DecidedBy: logins[p.DecidedBy], Reason: p.Words, Values: plain(p.Values),
	}
	if !p.DecidedAt.IsZero() {
		one.DecidedAt = &p.DecidedAt
	}
	return one
}

type proposalsIn struct {
	Register string `path:"register" maxLength:"100"`
	Shelf    string `query:"shelf" enum:"waiting,mine,decided" doc:"waiting: for the caller to decide"`
	After    string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type proposalsOut struct {
	Body struct {
		Items  []Proposed     `json:"items"`
		Counts map[string]int `json:"counts" doc:"by shelf, up to 999"`
		Next   string         `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) proposals(ctx context.Context, in *proposalsIn) (*proposalsOut, error) {
	found, err := o.svc.Proposals(ctx, identity.From(ctx), in.Register, registers.Shelf(in.Shelf), in.After)
	answer := &proposalsOut{}
	answer.Body.Items, answer.Body.Counts, answer.Body.Next = []Proposed{}, map[string]int{}, found.Next
	for _, p := range found.Proposals {
		answer.Body.Items = append(answer.Body.Items, proposed(p, found.Logins))
	}
	for shelf, n := range found.Counts {
		answer.Body.Counts[string(shelf)] = n
	}
	return answer, err
}

type proposeIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Act    string   `json:"act" enum:"add,change,hide"`
		Unit   string   `json:"unit,omitempty" maxLength:"100" doc:"of a new record"`
		Record string   `json:"record,omitempty" maxLength:"100" doc:"to change or to take out"`
		Seen   int64    `json:"seen,omitempty" doc:"the version of the record that the caller has seen"`
		Values valuesIn `json:"values,omitempty" doc:"by key of the field"`
	}
}

type proposeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*proposeOut, error) {
	values, err := in.Body.Values.read()
	if err != nil {
		return nil, err
	}
	made, err := o.svc.ProposeRecord(ctx, identity.From(ctx), in.Register, core.Wish{
		Act: registers.Act(in.Body.Act), Unit: in.Body.Unit, Record: in.Body.Record, Seen: in.Body.Seen, Values: values,
	})
	answer := &proposeOut{}
	answer.Body.ID = made.ID
	return answer, err
}

type proposalIn struct {
	Register string `path:"register" maxLength:"100"`
	Proposal string `path:"proposal" maxLength:"100"`
	Purpose  string `query:"purpose" enum:"handling,inspection" doc:"why personal data is read; it is recorded"`
}

type difference struct {
	Field    string `json:"field"`
	Now      any    `json:"now,omitempty" doc:"in the record; of a decided proposal, before it was written"`
	Then     any    `json:"then,omitempty"`
	Withheld bool   `json:"withheld,omitempty" doc:"personal: read for a purpose only"`
	Moved    bool   `json:"moved,omitempty" doc:"the record has got another value since"`
}

type proposalOut struct {
	Body struct {
		Proposed

		Differences []difference `json:"differences"`
		Unseen      int          `json:"unseen,omitempty" doc:"fields that the caller does not see"`
		Stale       bool         `json:"stale,omitempty" doc:"the record is no more at the version that was seen"`
		Newer       bool         `json:"newer,omitempty" doc:"the register has a newer file"`
		MayDecide   bool         `json:"may_decide,omitempty"`
	}
}

func (o operations) proposal(ctx context.Context, in *proposalIn) (_ *proposalOut, err error) {
	var v core.ProposalView
	if in.Purpose == "" {
		v, err = o.svc.Proposal(ctx, identity.From(ctx), in.Register, in.Proposal)
	} else {
		v, err = o.svc.PersonalProposal(ctx, identity.From(ctx), access.Purpose(in.Purpose), in.Register, in.Proposal)
	}
	answer := &proposalOut{}
	answer.Body.Proposed, answer.Body.Differences = proposed(v.Proposal, v.Logins), []difference{}
	answer.Body.Unseen, answer.Body.Stale, answer.Body.Newer, answer.Body.MayDecide = v.Unseen, v.Stale, v.Newer, v.MayDecide
	for _, d := range v.Differences {
		said := plain(map[string]any{"now": d.Now, "then": d.Then})
		answer.Body.Differences = append(answer.Body.Differences, difference{d.Field.Key, said["now"], said["then"], d.Withheld, d.Moved})
	}
	return answer, err
}

type decideIn struct {
	Register string `path:"register" maxLength:"100"`
	Proposal string `path:"proposal" maxLength:"100"`
	Body     struct {
		Agree  bool   `json:"agree"`
		Reason string `json:"reason,omitempty" maxLength:"4000" doc:"needed to refuse; up to 1,000 characters"`
	}
}

type decideOut struct {
	Body struct {
		State  string `json:"state"`
		Record string `json:"record,omitempty" doc:"that was written"`
	}
}

func (o operations) decide(ctx context.Context, in *decideIn) (*decideOut, error) {
	done, err := o.svc.DecideProposal(ctx, identity.From(ctx), in.Register, in.Proposal, in.Body.Agree, in.Body.Reason)
	answer := &decideOut{}
	answer.Body.State, answer.Body.Record = done.State, done.Record
	return answer, err
}

type decideManyIn struct {
	Register string `path:"register" maxLength:"100"`
	Body     struct {
		Proposals []string `json:"proposals" maxItems:"100"`
		Agree     bool     `json:"agree"`
		Reason    string   `json:"reason,omitempty" maxLength:"4000" doc:"needed to refuse; up to 1,000 characters"`
	}
}

type decided struct {
	ID     string `json:"id"`
	State  string `json:"state,omitempty"`
	Record string `json:"record,omitempty"`
	Error  string `json:"error,omitempty" doc:"code of what is in the way"`
}

type decideManyOut struct {
	Body struct {
		Items []decided `json:"items"`
	}
}

func (o operations) decideMany(ctx context.Context, in *decideManyIn) (*decideManyOut, error) {
	done, err := o.svc.DecideProposals(ctx, identity.From(ctx), in.Register, in.Body.Proposals, in.Body.Agree, in.Body.Reason)
	answer := &decideManyOut{}
	answer.Body.Items = []decided{}
	for _, d := range done {
		one := decided{ID: d.ID, State: d.State, Record: d.Record}
		if d.Err != nil {
			one.Error = web.Problem(d.Err).Code
		}
		answer.Body.Items = append(answer.Body.Items, one)
	}
	return answer, err
}

func (o operations) withdraw(ctx context.Context, in *proposalIn) (*nothing, error) {
	return nil, o.svc.WithdrawProposal(ctx, identity.From(ctx), in.Register, in.Proposal)
}
