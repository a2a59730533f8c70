// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
)

// Request is a request as programs see it.
type Request struct {
	ID         string          `json:"id"`
	Code       string          `json:"code"`
	Kind       privacy.Kind    `json:"kind" enum:"see,correct,delete,restrict,object,withdraw,complain"`
	State      privacy.State   `json:"state" enum:"received,checked,proposed,decided,answered"`
	Outcome    privacy.Outcome `json:"outcome,omitempty" enum:"granted,partly,refused"`
	Channel    string          `json:"channel" enum:"online,counter"`
	ReceivedAt db.Time         `json:"received_at"`
	DueAt      db.Time         `json:"due_at"`
	Late       bool            `json:"late"`
	Extended   bool            `json:"extended"`
	AnsweredAt db.Time         `json:"answered_at,omitzero"`
}

func requestOf(r core.Row) Request {
	return Request{r.ID, r.Code, r.Kind, r.State, r.Outcome, r.Channel, r.Received, r.Due, r.Late, r.Extended, r.Answered}
}

type requestsIn struct {
	Answered bool   `query:"answered"`
	After    string `query:"after" maxLength:"200" doc:"next of the page before"`
}

type requestsOut struct {
	Body struct {
		Items []Request `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as after"`
		Open  int64     `json:"open"`
		Late  int64     `json:"late"`
	}
}

func (o operations) requests(ctx context.Context, in *requestsIn) (*requestsOut, error) {
	page, counts, err := o.svc.ListRequests(ctx, identity.From(ctx), in.Answered, in.After)
	out := &requestsOut{}
	out.Body.Items, out.Body.Next, out.Body.Open, out.Body.Late = []Request{}, page.Next, counts.Open, counts.Late
	for _, r := range page.Items {
		out.Body.Items = append(out.Body.Items, requestOf(r))
	}
	return out, err
}

// Ask is what somebody asks for.
type Ask struct {
	Kind    privacy.Kind `json:"kind" enum:"see,correct,delete,restrict,object,withdraw,complain"`
	Purpose string       `json:"purpose,omitempty" maxLength:"100" doc:"that is meant; none: all"`
	Words   string       `json:"words,omitempty" maxLength:"20000"`
}

func (a Ask) of() core.Ask { return core.Ask{Kind: a.Kind, Purpose: a.Purpose, Words: a.Words} }

type fileIn struct{ Body Ask }

type idOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func newID(id string, err error) (*idOut, error) {
	out := &idOut{}
	out.Body.ID = id
	return out, err
}

func (o operations) file(ctx context.Context, in *fileIn) (*idOut, error) {
	return newID(o.svc.FileRequest(ctx, identity.From(ctx), in.Body.of()))
}

type takeIn struct {
	Body struct {
		Ask
		Number  string `json:"number" maxLength:"40" doc:"personal number of who asks"`
		Checked bool   `json:"checked,omitempty" doc:"the identity card was compared"`
	}
}

func (o operations) take(ctx context.Context, in *takeIn) (*idOut, error) {
	return newID(o.svc.TakeRequest(ctx, identity.From(ctx), core.AtCounter{Ask: in.Body.Ask.of(), Number: in.Body.Number, Checked: in.Body.Checked}))
}

type step struct {
	What  string  `json:"what"`
	Words string  `json:"words,omitempty"`
	By    string  `json:"by,omitempty"`
	At    db.Time `json:"at"`
}

type kept struct {
	What   string  `json:"what"`
	Rule   string  `json:"rule,omitempty"`
	Reason string  `json:"reason"`
	Until  db.Time `json:"until,omitzero"`
}

type requestOut struct {
	Body struct {
		Request
		Words       string  `json:"words,omitempty"`
		Purpose     string  `json:"purpose,omitempty"`
		OriginalDue db.Time `json:"original_due_at"`
		ExtendedWhy string  `json:"extended_why,omitempty"`
		CheckedHow  string  `json:"checked_how,omitempty" enum:"session,card,vneid,letter"`
		Reason      string  `json:"reason,omitempty"`
		Legal       string  `json:"legal,omitempty"`
		Erased      int     `json:"erased,omitempty" doc:"things that were deleted; -1: it is being done"`
		Archive     string  `json:"archive,omitempty"`
		Steps       []step  `json:"steps"`
		Kept        []kept  `json:"kept,omitempty" doc:"what a deletion would leave, and why"`
	}
}

func (o operations) request(ctx context.Context, in *oneIn) (*requestOut, error) {
	f, err := o.svc.GetRequest(ctx, identity.From(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := &requestOut{}
	b := &out.Body
	b.Request, b.Words, b.Purpose, b.OriginalDue, b.ExtendedWhy, b.CheckedHow = requestOf(f.Row), f.Words, f.Purpose, f.Original, f.ExtendedWhy, f.CheckedHow
	b.Reason, b.Legal, b.Erased, b.Archive, b.Steps = f.Reason, f.Legal, f.Erased, f.Archive, []step{}
	for _, v := range f.Steps {
		b.Steps = append(b.Steps, step{v.What, v.Words, v.By, v.At})
	}
	for _, k := range f.Kept {
		b.Kept = append(b.Kept, kept{k.What, k.Rule, k.Reason.VI, k.Until})
	}
	return out, nil
}

type checkIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		How string `json:"how" enum:"card,vneid,letter"`
	}
}

func (o operations) check(ctx context.Context, in *checkIn) (*nothing, error) {
	return nil, o.svc.CheckIdentity(ctx, identity.From(ctx), in.ID, in.Body.How)
}

type extendIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Reason string `json:"reason" maxLength:"20000"`
	}
}

func (o operations) extend(ctx context.Context, in *extendIn) (*nothing, error) {
	return nil, o.svc.ExtendRequest(ctx, identity.From(ctx), in.ID, in.Body.Reason)
}

type decideIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Outcome privacy.Outcome `json:"outcome" enum:"granted,partly,refused"`
		Reason  string          `json:"reason" maxLength:"20000"`
		Legal   string          `json:"legal" maxLength:"2000" doc:"on what it rests"`
	}
}

func (o operations) decide(ctx context.Context, in *decideIn) (*nothing, error) {
	return nil, o.svc.DecideRequest(ctx, identity.From(ctx), in.ID, core.Decision{Outcome: in.Body.Outcome, Reason: in.Body.Reason, Legal: in.Body.Legal})
}

type confirmIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Confirm bool   `json:"confirm" doc:"false gives it back"`
		Why     string `json:"why,omitempty" maxLength:"20000"`
	}
}

func (o operations) confirm(ctx context.Context, in *confirmIn) (*nothing, error) {
	return nil, o.svc.ConfirmDeletion(ctx, identity.From(ctx), in.ID, in.Body.Confirm, in.Body.Why)
}

type answerIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		How string `json:"how" enum:"online,paper,post"`
	}
}

func (o operations) answer(ctx context.Context, in *answerIn) (*nothing, error) {
	return nil, o.svc.AnswerRequest(ctx, identity.From(ctx), in.ID, in.Body.How)
}
