// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/core"
)

// OfficialAbsence is a time in which somebody else does one's work.
type OfficialAbsence struct {
	ID         processes.AbsenceID `json:"id"`
	Account    string              `json:"account"`
	Name       string              `json:"name"`
	Deputy     string              `json:"deputy"`
	DeputyName string              `json:"deputy_name"`
	Unit       string              `json:"unit"`
	From       *time.Time          `json:"from"`
	Until      *time.Time          `json:"until" doc:"exclusive"`
	Reason     string              `json:"reason,omitempty"`
	DeclaredBy string              `json:"declared_by"`
	EndedAt    *time.Time          `json:"ended_at,omitempty" doc:"early"`
}

type absencesIn struct {
	When   string `query:"when" enum:"now,coming,past" default:"now"`
	Before string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type absencesOut struct {
	Body struct {
		Items []OfficialAbsence `json:"items"`
		Next  string            `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) absences(ctx context.Context, in *absencesIn) (*absencesOut, error) {
	p, err := o.svc.ListAbsences(ctx, identity.From(ctx), core.When(in.When), in.Before)
	if err != nil {
		return nil, err
	}
	out := &absencesOut{}
	out.Body.Items, out.Body.Next = []OfficialAbsence{}, p.Next
	for _, a := range p.Items {
		out.Body.Items = append(out.Body.Items, OfficialAbsence{
			ID: a.ID, Account: a.Account, Name: a.Name, Deputy: a.Deputy, DeputyName: a.DeputyName, Unit: string(a.Unit), From: moment(a.From.Time),
			Until: moment(a.Until.Time), Reason: a.Reason, DeclaredBy: a.Declared.Account, EndedAt: moment(a.Ended.At.Time),
		})
	}
	return out, nil
}

type declareIn struct {
	Body struct {
		Account string `json:"account,omitempty" maxLength:"100" doc:"absent: one's own"`
		Deputy  string `json:"deputy" maxLength:"100" doc:"account of who stands in"`
		From    string `json:"from" maxLength:"10" doc:"YYYY-MM-DD"`
		To      string `json:"to" maxLength:"10" doc:"YYYY-MM-DD, the last day"`
		Reason  string `json:"reason,omitempty" maxLength:"5000"`
	}
}

type declareOut struct {
	Body struct {
		ID processes.AbsenceID `json:"id"`
	}
}

func (o operations) declare(ctx context.Context, in *declareIn) (*declareOut, error) {
	d := core.AbsenceDraft{Account: in.Body.Account, Deputy: in.Body.Deputy, Reason: in.Body.Reason}
	d.From, _ = calendar.ParseDate(in.Body.From) // the zero day is refused, with the others
	d.To, _ = calendar.ParseDate(in.Body.To)
	id, err := o.svc.Declare(ctx, identity.From(ctx), d)
	if err != nil {
		return nil, err
	}
	out := &declareOut{}
	out.Body.ID = id
	return out, nil
}

type absenceIn struct {
	Absence string `path:"absence" maxLength:"100"`
}

func (o operations) end(ctx context.Context, in *absenceIn) (*struct{}, error) {
	id, err := processes.ParseAbsenceID(in.Absence)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.EndAbsence(ctx, identity.From(ctx), id)
}

// Candidate is somebody who can stand in, or be declared absent.
type Candidate struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Unit    string `json:"unit"`
}

type candidatesOut struct {
	Body struct {
		Items []Candidate `json:"items"`
	}
}

func candidates(all []core.Candidate, err error) (*candidatesOut, error) {
	if err != nil {
		return nil, err
	}
	out := &candidatesOut{}
	out.Body.Items = []Candidate{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, Candidate{c.Account, c.Name, string(c.Role), string(c.Unit)})
	}
	return out, nil
}

type candidatesIn struct {
	Account string `query:"account" maxLength:"100" doc:"absent: one's own"`
}

func (o operations) candidates(ctx context.Context, in *candidatesIn) (*candidatesOut, error) {
	return candidates(o.svc.ListCandidates(ctx, identity.From(ctx), in.Account))
}

func (o operations) people(ctx context.Context, _ *struct{}) (*candidatesOut, error) {
	return candidates(o.svc.ListPeople(ctx, identity.From(ctx)))
}

// StuckCase is a case that does not go on by itself.
type StuckCase struct {
	Kind    core.Kind  `json:"kind" enum:"failed,overdue,idle"`
	Key     string     `json:"key" doc:"of the job, the timer or the case: what is mended"`
	Case    string     `json:"case"`
	Token   string     `json:"token,omitempty" doc:"of the service task: for an answer by hand"`
	Subject string     `json:"subject"`
	Code    string     `json:"code,omitempty"`
	Process string     `json:"process"`
	Node    string     `json:"node"`
	Since   *time.Time `json:"since"`
	Error   string     `json:"error,omitempty" doc:"of the last attempt, for those who may mend it"`
}

type stuckIn struct {
	Kind  string `query:"kind" enum:"failed,overdue,idle" default:"failed"`
	After string `query:"after" maxLength:"100"`
}

type stuckOut struct {
	Body struct {
		Items []StuckCase `json:"items"`
		Next  string      `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) stuck(ctx context.Context, in *stuckIn) (*stuckOut, error) {
	p, err := o.svc.ListStuck(ctx, identity.From(ctx), core.Kind(in.Kind), in.After)
	if err != nil {
		return nil, err
	}
	out := &stuckOut{}
	out.Body.Items, out.Body.Next = []StuckCase{}, p.Next
	for _, s := range p.Items {
		out.Body.Items = append(out.Body.Items, StuckCase{
			Kind: s.Kind, Key: s.Key, Case: string(s.Place.Case), Token: s.Place.Token, Subject: s.Subject.ID, Code: s.Subject.Code, Process: s.Process,
			Node: s.Node, Since: moment(s.Since.Time), Error: s.Error,
		})
	}
	return out, nil
}

type jobIn struct {
	Job string `path:"job" maxLength:"100"`
}

func (o operations) retry(ctx context.Context, in *jobIn) (*struct{}, error) {
	return nil, o.svc.RetryTask(ctx, identity.From(ctx), in.Job)
}

type timerIn struct {
	Timer string `path:"timer" maxLength:"100"`
}

func (o operations) ring(ctx context.Context, in *timerIn) (*struct{}, error) {
	return nil, o.svc.RingTimer(ctx, identity.From(ctx), in.Timer)
}

type rouseIn struct {
	Case string `path:"case" maxLength:"100"`
	Body struct {
		Reason string `json:"reason" maxLength:"5000"`
	}
}

func (o operations) rouse(ctx context.Context, in *rouseIn) (*struct{}, error) {
	return nil, o.svc.RouseCase(ctx, identity.From(ctx), workflow.ID(in.Case), in.Body.Reason)
}

// TokenPath names where a case stands.
type TokenPath struct {
	Token string `path:"token" maxLength:"100"`
}

type byHandOut struct {
	Body struct {
		Code      string            `json:"code,omitempty" doc:"of what the case is about"`
		Process   string            `json:"process"`
		Node      string            `json:"node"`
		Handler   string            `json:"handler"`
		Variables map[string]string `json:"variables" doc:"type by name"`
		Errors    []string          `json:"errors" doc:"codes that the process takes here"`
	}
}

func (o operations) byHand(ctx context.Context, in *TokenPath) (*byHandOut, error) {
	b, err := o.svc.GetByHand(ctx, identity.From(ctx), in.Token)
	if err != nil {
		return nil, err
	}
	out := &byHandOut{}
	out.Body.Code, out.Body.Process, out.Body.Node, out.Body.Handler = b.Subject.Code, b.Process, b.Node.Name, b.Node.Handler
	out.Body.Variables, out.Body.Errors = map[string]string{}, append([]string{}, b.Errors...)
	for _, v := range b.Variables {
		out.Body.Variables[v.Name] = string(v.Type)
	}
	return out, nil
}

type answerIn struct {
	TokenPath
	Body struct {
		Values map[string]string `json:"values,omitempty" doc:"of variables, as a person types them"`
		Error  string            `json:"error,omitempty" maxLength:"200" doc:"code of an error that the process takes; absent: it was done"`
		Reason string            `json:"reason" maxLength:"5000" doc:"what was done, and by whose word"`
	}
}

func (o operations) answer(ctx context.Context, in *answerIn) (*struct{}, error) {
	return nil, o.svc.AnswerTask(ctx, identity.From(ctx), in.Token, core.Hand{Values: in.Body.Values, Error: in.Body.Error, Reason: in.Body.Reason})
}
