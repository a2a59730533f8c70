// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/replay"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/core"
)

type simulateIn struct {
	VersionPath
	Body struct {
		Hours   map[string]float64 `json:"hours,omitempty" doc:"working hours by step; absent: as they are"`
		Posts   map[string]string  `json:"posts,omitempty" doc:"role by step; absent: as it is"`
		Elastic float64            `json:"elastic,omitempty" doc:"0: people need what they needed; 1: half the hours are done in half the time"`
	}
}

// PostLoad is what the steps of a post took in the past.
type PostLoad struct {
	Post  string  `json:"post"`
	Stays int     `json:"stays"`
	Hours float64 `json:"hours"`
	Share float64 `json:"share"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	Late  float64 `json:"late"`
}

type simulateOut struct {
	Body struct {
		Few      bool          `json:"few" doc:"too few cases for numbers that mean something"`
		Branched bool          `json:"branched" doc:"several steps at a time: what would be is not computed"`
		Result   replay.Result `json:"result"`
		Posts    []PostLoad    `json:"posts" doc:"most time first"`
	}
}

func (o operations) simulate(ctx context.Context, in *simulateIn) (*simulateOut, error) {
	sim, err := o.svc.Simulate(ctx, identity.From(ctx), in.ref(), core.Question{Hours: in.Body.Hours, Posts: in.Body.Posts, Elastic: in.Body.Elastic})
	if err != nil {
		return nil, err
	}
	out := &simulateOut{}
	out.Body.Few, out.Body.Branched, out.Body.Result, out.Body.Posts = sim.Few, sim.Branched, sim.Result, []PostLoad{}
	for _, p := range sim.Posts {
		out.Body.Posts = append(out.Body.Posts, PostLoad{p.Post, p.Stays, p.Hours, p.Share, p.P50, p.P95, p.Late})
	}
	return out, nil
}

type previewIn struct {
	VersionPath
	Body struct {
		ToFlow    string            `json:"to_flow" maxLength:"200"`
		ToVersion int               `json:"to_version"`
		Nodes     map[string]string `json:"nodes,omitempty" doc:"absent: what is proposed, by equal ids and names"`
		After     string            `json:"after,omitempty" maxLength:"100"`
	}
}

// MoveNode is a node at which cases stand or can come to stand.
type MoveNode struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Here  int    `json:"here" doc:"how many cases stand here"`
	To    string `json:"to,omitempty"`
	Wrong string `json:"wrong,omitempty" doc:"why the move cannot be made"`
}

type previewOut struct {
	Body struct {
		Fit     bool          `json:"fit"`
		Cases   int           `json:"cases"`
		Nodes   []MoveNode    `json:"nodes"`
		Missing []string      `json:"missing" doc:"rules for units that running cases may not know"`
		Items   []RunningCase `json:"items"`
		Next    string        `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) preview(ctx context.Context, in *previewIn) (*previewOut, error) {
	p, err := o.svc.PreviewMove(ctx, identity.From(ctx), core.Draft{
		From: in.ref(), To: workflow.Ref{Flow: in.Body.ToFlow, Version: in.Body.ToVersion}, Nodes: in.Body.Nodes,
	}, workflow.ID(in.Body.After))
	if err != nil {
		return nil, err
	}
	out := &previewOut{}
	b := &out.Body
	b.Fit, b.Cases, b.Nodes, b.Missing, b.Items, b.Next = p.Fit(), p.From.Cases, []MoveNode{}, append([]string{}, p.Missing...), cases(p.Cases), p.Cases.Next
	for _, n := range p.Nodes {
		b.Nodes = append(b.Nodes, MoveNode{ID: n.ID, Name: n.Name, Here: n.Count.Tokens, To: n.To, Wrong: n.Wrong})
	}
	return out, nil
}

// ProcessMove is a move of running cases.
type ProcessMove struct {
	ID          processes.MoveID    `json:"id"`
	FromFlow    string              `json:"from_flow"`
	FromVersion int                 `json:"from_version"`
	ToFlow      string              `json:"to_flow"`
	ToVersion   int                 `json:"to_version"`
	Nodes       map[string]string   `json:"nodes"`
	Reason      string              `json:"reason"`
	State       processes.MoveState `json:"state" enum:"proposed,running,finished,withdrawn"`
	Found       int                 `json:"found" doc:"cases when it was proposed"`
	Moved       int                 `json:"moved"`
	Over        int                 `json:"over" doc:"had ended or left meanwhile"`
	Refused     int                 `json:"refused" doc:"stay where they were"`
	ProposedBy  string              `json:"proposed_by"`
	ProposedAt  *time.Time          `json:"proposed_at"`
	DecidedBy   string              `json:"decided_by,omitempty"`
	DecidedAt   *time.Time          `json:"decided_at,omitempty"`
	EndedAt     *time.Time          `json:"ended_at,omitempty"`
}

func processMove(m core.Progress) ProcessMove {
	return ProcessMove{
		ID: m.ID, FromFlow: m.From.Flow, FromVersion: m.From.Version, ToFlow: m.To.Flow, ToVersion: m.To.Version, Nodes: m.Nodes, Reason: m.Reason,
		State: m.State, Found: m.Found, Moved: m.Done[processes.Moved], Over: m.Done[processes.Over], Refused: m.Done[processes.Refused],
		ProposedBy: m.Proposed.Account, ProposedAt: moment(m.Proposed.At.Time), DecidedBy: m.Decided.Account, DecidedAt: moment(m.Decided.At.Time),
		EndedAt: moment(m.Ended.Time),
	}
}

type movesIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type movesOut struct {
	Body struct {
		Items []ProcessMove `json:"items"`
		Next  string        `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) moves(ctx context.Context, in *movesIn) (*movesOut, error) {
	p, err := o.svc.ListMoves(ctx, identity.From(ctx), processes.MoveID(in.Before))
	if err != nil {
		return nil, err
	}
	out := &movesOut{}
	out.Body.Items, out.Body.Next = []ProcessMove{}, p.Next
	for _, m := range p.Items {
		out.Body.Items = append(out.Body.Items, processMove(m))
	}
	return out, nil
}

type proposeIn struct {
	Body struct {
		FromFlow    string            `json:"from_flow" maxLength:"200"`
		FromVersion int               `json:"from_version"`
		ToFlow      string            `json:"to_flow" maxLength:"200"`
		ToVersion   int               `json:"to_version"`
		Nodes       map[string]string `json:"nodes" doc:"where each node at which a case stands is in the other version"`
		Reason      string            `json:"reason" maxLength:"5000" doc:"the decision by which the process was changed"`
	}
}

type proposeOut struct {
	Body struct {
		ID processes.MoveID `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*proposeOut, error) {
	b := in.Body
	id, err := o.svc.ProposeMove(ctx, identity.From(ctx), core.Draft{
		From: workflow.Ref{Flow: b.FromFlow, Version: b.FromVersion}, To: workflow.Ref{Flow: b.ToFlow, Version: b.ToVersion}, Nodes: b.Nodes, Reason: b.Reason,
	})
	if err != nil {
		return nil, err
	}
	out := &proposeOut{}
	out.Body.ID = id
	return out, nil
}

// MovePath names a move.
type MovePath struct {
	Move string `path:"move" maxLength:"100"`
}

type moveOut struct{ Body ProcessMove }

func (o operations) move(ctx context.Context, in *MovePath) (*moveOut, error) {
	id, err := processes.ParseMoveID(in.Move)
	if err != nil {
		return nil, err
	}
	m, err := o.svc.GetMove(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return &moveOut{processMove(m)}, nil
}

func (o operations) decide(confirm bool) func(context.Context, *MovePath) (*struct{}, error) {
	return func(ctx context.Context, in *MovePath) (*struct{}, error) {
		id, err := processes.ParseMoveID(in.Move)
		if err != nil {
			return nil, err
		}
		return nil, o.svc.DecideMove(ctx, identity.From(ctx), id, confirm)
	}
}

// MoveResult is what a move did to one case.
type MoveResult struct {
	Case    string            `json:"case"`
	Kind    string            `json:"kind"`
	Subject string            `json:"subject"`
	Code    string            `json:"code,omitempty"`
	Outcome processes.Outcome `json:"outcome" enum:"moved,over,refused"`
	Why     string            `json:"why,omitempty" doc:"code of the reason"`
	Steps   string            `json:"steps,omitempty"`
	At      *time.Time        `json:"at"`
}

type resultsIn struct {
	MovePath
	Outcome string `query:"outcome" enum:"moved,over,refused" doc:"of one outcome only"`
	After   string `query:"after" maxLength:"100"`
}

type resultsOut struct {
	Body struct {
		Items []MoveResult `json:"items"`
		Next  string       `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) results(ctx context.Context, in *resultsIn) (*resultsOut, error) {
	id, err := processes.ParseMoveID(in.Move)
	if err != nil {
		return nil, err
	}
	p, err := o.svc.ListResults(ctx, identity.From(ctx), id, processes.Outcome(in.Outcome), in.After)
	if err != nil {
		return nil, err
	}
	out := &resultsOut{}
	out.Body.Items, out.Body.Next = []MoveResult{}, p.Next
	for _, r := range p.Items {
		out.Body.Items = append(out.Body.Items, MoveResult{
			Case: string(r.Case), Kind: r.Subject.Kind, Subject: r.Subject.ID, Code: r.Subject.Code, Outcome: r.Outcome, Why: r.Why, Steps: r.Steps, At: moment(r.At.Time),
		})
	}
	return out, nil
}
