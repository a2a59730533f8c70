// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

type dossierItem struct {
	DossierSummary
	Owner    string    `json:"owner"`
	Task     string    `json:"task,omitempty" doc:"the open step"`
	Step     i18n.Text `json:"step"`
	Action   string    `json:"action"`
	StepDue  db.Time   `json:"step_due"`
	Assignee string    `json:"assignee,omitempty"`
	Mine     bool      `json:"mine"`
	StandIn  bool      `json:"stand_in,omitempty" doc:"the assignee is away, and one stands in"`
	Bucket   string    `json:"bucket" enum:"overdue,today,soon,waiting,other"`
}

func items(list []core.Item) []dossierItem {
	all := make([]dossierItem, len(list))
	for i, d := range list {
		all[i] = dossierItem{toSummary(d.Summary), d.Owner, string(d.Task), d.Step, d.Action, d.StepDue, d.Assignee, d.Mine, d.StandIn, string(d.Bucket)}
	}
	return all
}

type inboxOut struct {
	Body struct {
		Items []dossierItem `json:"items"`
		Next  string        `json:"next,omitempty"`
	}
}

func (o operations) inbox(ctx context.Context, in *PageIn) (*inboxOut, error) {
	page, err := o.svc.Inbox(ctx, identity.From(ctx), in.After)
	if err != nil {
		return nil, err
	}
	out := &inboxOut{}
	out.Body.Items, out.Body.Next = items(page.Items), page.Next
	return out, nil
}

type countOut struct {
	Body struct {
		Count int64 `json:"count"`
	}
}

func toCount(n int64, err error) (*countOut, error) {
	if err != nil {
		return nil, err
	}
	out := &countOut{}
	out.Body.Count = n
	return out, nil
}

func (o operations) countInbox(ctx context.Context, _ *nothing) (*countOut, error) {
	return toCount(o.svc.CountInbox(ctx, identity.From(ctx)))
}

func (o operations) countDesk(ctx context.Context, _ *nothing) (*countOut, error) {
	return toCount(o.svc.CountDesk(ctx, identity.From(ctx)))
}

type acceptOut struct {
	Body struct {
		Code string  `json:"code"`
		Due  db.Time `json:"due"`
	}
}

func (o operations) accept(ctx context.Context, in *One) (*acceptOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	done, err := o.svc.Accept(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	out := &acceptOut{}
	out.Body.Code, out.Body.Due = done.Code, done.Due
	return out, nil
}

func (o operations) refuse(ctx context.Context, in *reasonIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Refuse(ctx, identity.From(ctx), id, in.Body.Reason)
}

// oneStep names a dossier and one of its open steps.
type oneStep struct {
	One
	Step string `query:"step" maxLength:"36" doc:"the open step, where there are several; empty: the one that is one's own"`
}

func (o operations) claim(ctx context.Context, in *oneStep) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Claim(ctx, identity.From(ctx), id, dossiers.TaskID(in.Step))
}

type finishIn struct {
	One
	Body struct {
		Note   string `json:"note,omitempty" maxLength:"4000"`
		Choice string `json:"choice,omitempty" maxLength:"100" doc:"the way on, where there are several"`
		Step   string `json:"step,omitempty" maxLength:"36" doc:"the open step, where there are several; empty: the one that is one's own"`
	}
}

func (o operations) finish(ctx context.Context, in *finishIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Finish(ctx, identity.From(ctx), id, core.Done{Step: dossiers.TaskID(in.Body.Step), Note: in.Body.Note, Choice: in.Body.Choice})
}

type resultIn struct {
	One
	Body struct {
		Fields map[string]string `json:"fields"`
	}
}

type resultOut struct{ Body *dossierResult }

func (o operations) saveResult(ctx context.Context, in *resultIn) (*resultOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := o.svc.SaveResultDraft(ctx, identity.From(ctx), id, in.Body.Fields)
	if err != nil {
		return nil, err
	}
	return &resultOut{toResult(r)}, nil
}

type signerChoice struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Post    string `json:"post"`
}

type signersOut struct {
	Body struct {
		Items []signerChoice `json:"items"`
	}
}

func (o operations) signers(ctx context.Context, in *One) (*signersOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	list, err := o.svc.ListSigners(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	out := &signersOut{}
	out.Body.Items = []signerChoice{}
	for _, s := range list {
		out.Body.Items = append(out.Body.Items, signerChoice(s))
	}
	return out, nil
}

type sendIn struct {
	One
	Body struct {
		Signer string `json:"signer,omitempty" maxLength:"100" doc:"account; empty where there is only one"`
	}
}

func (o operations) sendToSign(ctx context.Context, in *sendIn) (*signedOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toSigned(o.svc.SendToSign(ctx, identity.From(ctx), id, in.Body.Signer))
}

type giveBackIn struct {
	One
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
		Step   string `json:"step,omitempty" maxLength:"36" doc:"the open step, where there are several; empty: the one that is one's own"`
	}
}

func (o operations) giveBack(ctx context.Context, in *giveBackIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Return(ctx, identity.From(ctx), id, dossiers.TaskID(in.Body.Step), in.Body.Reason)
}

func (o operations) sign(ctx context.Context, in *One) (*signedOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toSigned(o.svc.Sign(ctx, identity.From(ctx), id))
}

type signManyIn struct {
	Body struct {
		Dossiers []string `json:"dossiers" maxItems:"100"`
	}
}

type signOutcome struct {
	ID   string `json:"id"`
	Done bool   `json:"done"`
	Wait bool   `json:"waiting,omitempty" doc:"an approval is asked for"`
	Code string `json:"code,omitempty" doc:"why it was not done"`
}

type signManyOut struct {
	Body struct {
		Items   []signOutcome `json:"items"`
		Request string        `json:"request,omitempty" doc:"for the approval that is waited for"`
	}
}

func (o operations) signMany(ctx context.Context, in *signManyIn) (*signManyOut, error) {
	ids := make([]dossiers.ID, len(in.Body.Dossiers))
	for i, text := range in.Body.Dossiers {
		id, err := dossiers.ParseID(text)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	waits, list, err := o.svc.SignMany(ctx, identity.From(ctx), ids)
	if err != nil {
		return nil, err
	}
	out := &signManyOut{}
	for _, one := range list {
		out.Body.Items = append(out.Body.Items, signOutcome{string(one.ID), one.Err == nil && !one.Waiting, one.Waiting, code(one.Err)})
	}
	out.Body.Request = waits.Request
	return out, nil
}

type issueOut struct {
	Body struct {
		Number  string  `json:"number"`
		At      db.Time `json:"at" doc:"empty while the approval of the seal is waited for"`
		Request string  `json:"request,omitempty" doc:"for the seal, where an approval is waited for"`
	}
}

func (o operations) issue(ctx context.Context, in *One) (*issueOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	done, err := o.svc.Issue(ctx, identity.From(ctx), id)
	if err != nil {
		return nil, err
	}
	out := &issueOut{}
	out.Body.Number, out.Body.At, out.Body.Request = done.Number, done.At, done.Request
	return out, nil
}

type deliverIn struct {
	One
	Body struct {
		Receiver   string `json:"receiver,omitempty" maxLength:"300" doc:"who took it, on paper"`
		Electronic bool   `json:"electronic,omitempty" doc:"the owner got the file"`
		By         string `json:"taken_by,omitempty" enum:"owner,authorised" doc:"by what right it is taken on paper; owner: the owner or who brought the dossier. Nothing: the name alone is kept"`
		Number     string `json:"receiver_number,omitempty" maxLength:"30" doc:"identity number of an authorised person"`
		Paper      string `json:"receiver_paper,omitempty" maxLength:"2000" doc:"that gives the right"`
		Date       string `json:"receiver_date,omitempty" maxLength:"10" doc:"of that paper, YYYY-MM-DD"`
	}
}

func (o operations) deliver(ctx context.Context, in *deliverIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Deliver(ctx, identity.From(ctx), id, core.Handover(in.Body))
}

// code is what the program calls an error; nothing of an internal one leaves.
func code(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := asError(err); ok {
		return e.Code
	}
	return "internal"
}

func asError(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }
