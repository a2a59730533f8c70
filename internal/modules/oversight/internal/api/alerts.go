// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/db"
)

// Alert is unusual reading by an account, or of a person, on one day.
type Alert struct {
	ID        oversight.ID    `json:"id"`
	Rule      string          `json:"rule"`
	Name      i18n.Text       `json:"name" doc:"of the rule"`
	Kind      oversight.Kind  `json:"kind" enum:"many_people,no_dossier,off_hours,night,many_readers"`
	Subject   string          `json:"subject" doc:"the account; of many_readers the person"`
	Who       *official       `json:"who,omitempty"`
	Day       string          `json:"day"`
	State     oversight.State `json:"state" enum:"new,asked,explained,escalated,closed"`
	Count     int             `json:"count"`
	Threshold int             `json:"threshold"`
	First     db.Time         `json:"first"`
	Last      db.Time         `json:"last"`
}

func alertOf(a core.Alert) Alert {
	out := Alert{
		ID: a.ID, Rule: a.Rule, Name: a.Name, Kind: a.Kind, Subject: a.Subject, Day: a.Day, State: a.State, Count: a.Count, Threshold: a.Threshold,
		First: a.First, Last: a.Last,
	}
	if a.Who.Account != "" {
		who := officialOf(a.Who)
		out.Who = &who
	}
	return out
}

type alertsIn struct {
	State  string `query:"state" required:"true" maxLength:"20" doc:"new, asked, explained, escalated or closed"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type alertsOut struct {
	Body struct {
		Items  []Alert                   `json:"items"`
		Next   string                    `json:"next,omitempty" doc:"send it as before"`
		Counts map[oversight.State]int64 `json:"counts" doc:"of every state"`
	}
}

func (o operations) alerts(ctx context.Context, in *alertsIn) (*alertsOut, error) {
	page, counts, err := o.svc.ListAlerts(ctx, identity.From(ctx), oversight.State(in.State), in.Before)
	out := &alertsOut{}
	out.Body.Items, out.Body.Next, out.Body.Counts = []Alert{}, page.Next, counts
	for _, a := range page.Items {
		out.Body.Items = append(out.Body.Items, alertOf(a))
	}
	return out, err
}

type rule struct {
	ID        string         `json:"id"`
	Kind      oversight.Kind `json:"kind"`
	Name      i18n.Text      `json:"name"`
	Threshold int            `json:"threshold"`
	Minutes   int            `json:"minutes"`
	From      int            `json:"from,omitempty" doc:"minutes after midnight"`
	To        int            `json:"to,omitempty" doc:"minutes after midnight"`
}

type rulesOut struct {
	Body struct {
		Items []rule `json:"items"`
	}
}

func (o operations) rules(ctx context.Context, _ *nothing) (*rulesOut, error) {
	found, err := o.svc.ListRules(ctx, identity.From(ctx))
	out := &rulesOut{}
	out.Body.Items = []rule{}
	for _, r := range found {
		out.Body.Items = append(out.Body.Items, rule(r))
	}
	return out, err
}

type oneIn struct {
	ID     string `path:"id" maxLength:"100"`
	Before string `query:"before" maxLength:"100" doc:"next of the page of readings before"`
}

type note struct {
	Who   official        `json:"who"`
	At    db.Time         `json:"at"`
	State oversight.State `json:"state" doc:"of the alert, since then"`
	Words string          `json:"words"`
}

func notesOf(found []core.Note) []note {
	all := []note{}
	for _, n := range found {
		all = append(all, note{officialOf(n.Who), db.At(n.At), n.State, n.Words})
	}
	return all
}

type alertOut struct {
	Body struct {
		Alert
		Notes    []note    `json:"notes"`
		Readings []reading `json:"readings"`
		Next     string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) alert(ctx context.Context, in *oneIn) (*alertOut, error) {
	id, err := oversight.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := o.svc.GetAlert(ctx, identity.From(ctx), id, in.Before)
	out := &alertOut{}
	out.Body.Alert, out.Body.Notes, out.Body.Readings, out.Body.Next = alertOf(d.Alert), notesOf(d.Notes), readingsOf(d.Readings.Items), d.Readings.Next
	return out, err
}

type wordsIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Words string `json:"words" maxLength:"10000"`
	}
}

func (o operations) ask(ctx context.Context, in *wordsIn) (*nothing, error) {
	id, err := oversight.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.AskExplanation(ctx, identity.From(ctx), id, in.Body.Words)
}

func (o operations) explain(ctx context.Context, in *wordsIn) (*nothing, error) {
	id, err := oversight.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Explain(ctx, identity.From(ctx), id, in.Body.Words)
}

type decisionIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Decision oversight.State `json:"decision" enum:"closed,escalated"`
		Reason   string          `json:"reason" maxLength:"10000"`
	}
}

func (o operations) decide(ctx context.Context, in *decisionIn) (*nothing, error) {
	id, err := oversight.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DecideAlert(ctx, identity.From(ctx), id, in.Body.Decision, in.Body.Reason)
}

type pageIn struct {
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type question struct {
	Alert
	Notes []note `json:"notes"`
}

type questionsOut struct {
	Body struct {
		Items   []question `json:"items"`
		Next    string     `json:"next,omitempty" doc:"send it as before"`
		Waiting int64      `json:"waiting" doc:"how many wait for an explanation"`
	}
}

func (o operations) questions(ctx context.Context, in *pageIn) (*questionsOut, error) {
	page, err := o.svc.ListQuestions(ctx, identity.From(ctx), in.Before)
	if err != nil {
		return nil, err
	}
	out := &questionsOut{}
	out.Body.Items, out.Body.Next = []question{}, page.Next
	for _, q := range page.Items {
		out.Body.Items = append(out.Body.Items, question{alertOf(q.Alert), notesOf(q.Notes)})
	}
	out.Body.Waiting, err = o.svc.CountQuestions(ctx, identity.From(ctx))
	return out, err
}

type erasure struct {
	ID        string             `json:"id"`
	Kind      audit.ErasureKind  `json:"kind" enum:"person,subject"`
	Target    string             `json:"target"`
	Reason    string             `json:"reason"`
	State     audit.ErasureState `json:"state" enum:"proposed,confirmed,refused,done"`
	By        official           `json:"by"`
	At        db.Time            `json:"at"`
	DecidedBy *official          `json:"decided_by,omitempty"`
	DecidedAt db.Time            `json:"decided_at,omitzero"`
	Records   int64              `json:"records" doc:"erased so far"`
}

type erasuresOut struct {
	Body struct {
		Items []erasure `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) erasures(ctx context.Context, in *pageIn) (*erasuresOut, error) {
	page, err := o.svc.ListErasures(ctx, identity.From(ctx), in.Before)
	out := &erasuresOut{}
	out.Body.Items, out.Body.Next = []erasure{}, page.Next
	for _, e := range page.Items {
		one := erasure{
			ID: e.ID, Kind: e.Kind, Target: e.Target, Reason: e.Reason, State: e.State, By: officialOf(e.By), At: e.Proposed, DecidedAt: e.Decided, Records: e.Rows,
		}
		if e.Decider != "" {
			by := officialOf(e.DecidedBy)
			one.DecidedBy = &by
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}

type proposeIn struct {
	Body struct {
		Kind   audit.ErasureKind `json:"kind" enum:"person,subject"`
		Target string            `json:"target" maxLength:"400" doc:"the id of the person, or of the thing as the log names it"`
		Reason string            `json:"reason" maxLength:"5000" doc:"the legal basis"`
	}
}

type proposeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) propose(ctx context.Context, in *proposeIn) (*proposeOut, error) {
	id, err := o.svc.ProposeErasure(ctx, identity.From(ctx), audit.Erasure{Kind: in.Body.Kind, Target: in.Body.Target, Reason: in.Body.Reason})
	out := &proposeOut{}
	out.Body.ID = id
	return out, err
}

type erasureDecisionIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Confirm bool `json:"confirm" doc:"false refuses"`
	}
}

func (o operations) decideErasure(ctx context.Context, in *erasureDecisionIn) (*nothing, error) {
	return nil, o.svc.DecideErasure(ctx, identity.From(ctx), in.ID, in.Body.Confirm)
}
