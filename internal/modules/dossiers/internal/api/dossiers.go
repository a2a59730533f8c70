// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
)

type figuresOut struct {
	Body struct {
		Open    int64 `json:"open" doc:"dossiers in hand"`
		Decided int64 `json:"decided" doc:"results of the last thirty days"`
		OnTime  int64 `json:"on_time" doc:"of these, those that were not late"`
	}
}

func (o operations) figures(ctx context.Context, _ *nothing) (*figuresOut, error) {
	f, err := o.svc.Figures(ctx)
	out := &figuresOut{}
	out.Body.Open, out.Body.Decided, out.Body.OnTime = f.Open, f.Decided, f.OnTime
	return out, err
}

// DossierSummary is a dossier without personal data.
type DossierSummary struct {
	ID          string    `json:"id"`
	Reference   string    `json:"reference"`
	Code        string    `json:"code,omitempty"`
	Procedure   string    `json:"procedure"`
	Name        i18n.Text `json:"name"`
	Status      int       `json:"status"`
	Channel     int       `json:"channel"`
	Received    string    `json:"received_unit"`
	Authority   string    `json:"authority_unit"`
	Handler     string    `json:"handler_unit"`
	SubmittedAt db.Time   `json:"submitted_at"`
	AcceptedAt  db.Time   `json:"accepted_at"`
	Due         db.Time   `json:"due"`
	Keeper      string    `json:"keeper,omitempty" doc:"code of the agency in whose system it is worked on; absent: here"`
}

func toSummary(s dossiers.Summary) DossierSummary {
	return DossierSummary{
		ID: string(s.ID), Reference: s.Reference, Code: s.Code, Procedure: string(s.Procedure), Name: s.Name, Status: int(s.Status),
		Channel: int(s.Channel), Received: string(s.Received), Authority: string(s.Authority), Handler: string(s.Handler),
		SubmittedAt: s.SubmittedAt, AcceptedAt: s.AcceptedAt, Due: s.Due, Keeper: s.Keeper.Code,
	}
}

type dossierEvent struct {
	At     db.Time   `json:"at"`
	Kind   string    `json:"kind" enum:"submitted,accepted,working,refused,step,returned,issued,delivered,withdrawn,supplement,supplemented,paying,paid,extended,stopped,case,revoked,replaced,transferred,assigned,opinion_asked,opinion_given,opinion_closed,moved,posted,post_returned,demanded,earlier,handed_over,taken_back"`
	Status int       `json:"status"`
	Step   i18n.Text `json:"step"`
	Unit   i18n.Text `json:"unit"`
	By     string    `json:"by,omitempty" doc:"who got the step by a rule, or did it in an older system; seen in the office alone"`
	Did    string    `json:"did,omitempty" doc:"what was done in an older system, in its words; seen in the office alone"`
	Note   string    `json:"note,omitempty" doc:"a note of then"`
	Rule   *ruled    `json:"rule,omitempty" doc:"the rule that has assigned the step, or has found nobody"`
}

type ruled struct {
	Rule    string `json:"rule"`
	Version int    `json:"version"`
	Kind    string `json:"kind" enum:"turn,fewest,area,person,duty"`
	Kept    bool   `json:"kept,omitempty" doc:"to who had done such a step of the dossier before"`
	Why     string `json:"why,omitempty" doc:"why nobody was found"`
}

func timeline(list []core.Event) []dossierEvent {
	all := make([]dossierEvent, len(list))
	for i, e := range list {
		all[i] = dossierEvent{At: e.At, Kind: e.Kind, Status: int(e.Status), Step: e.Step, Unit: e.Unit, By: e.By}
		if r := e.Rule; r != nil {
			all[i].Rule = &ruled{r.Rule, r.Version, string(r.Kind), r.Kept, string(r.Why)}
		}
		if e.Before != nil {
			all[i].Did, all[i].Note = e.Before.Step, e.Before.Note
		}
	}
	return all
}

type dossierAhead struct {
	Step i18n.Text `json:"step"`
	By   db.Time   `json:"by" doc:"when it is expected to be done; nothing where nobody can say"`
}

func ahead(list []core.Ahead) []dossierAhead {
	all := make([]dossierAhead, len(list))
	for i, a := range list {
		all[i] = dossierAhead(a)
	}
	return all
}

type trackIn struct {
	Code string `path:"code" maxLength:"100"`
}

type trackOut struct {
	Body struct {
		Code        string          `json:"code,omitempty"`
		Name        i18n.Text       `json:"name"`
		Status      int             `json:"status"`
		Delivery    string          `json:"delivery"`
		SubmittedAt db.Time         `json:"submitted_at"`
		AcceptedAt  db.Time         `json:"accepted_at"`
		Due         db.Time         `json:"due"`
		Overdue     bool            `json:"overdue"`
		DaysLeft    int             `json:"days_left" doc:"working days"`
		FinishedAt  db.Time         `json:"finished_at" doc:"when there was a result"`
		DaysEarly   int             `json:"days_early" doc:"working days that the result came before the promised day; below zero: after it"`
		Place       i18n.Text       `json:"place"`
		Address     string          `json:"address,omitempty"`
		Phone       string          `json:"phone,omitempty"`
		Steps       []dossierEvent  `json:"steps"`
		Ahead       []dossierAhead  `json:"ahead" doc:"steps still to come, in order"`
		Revoked     []RevokedResult `json:"revoked" doc:"results that count no more, the oldest first"`
	}
}

func (o operations) track(ctx context.Context, in *trackIn) (*trackOut, error) {
	t, err := o.svc.Track(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	out := &trackOut{}
	b := &out.Body
	b.Code, b.Name, b.Status, b.Delivery = t.Code, t.Name, int(t.Status), string(t.Delivery)
	b.SubmittedAt, b.AcceptedAt, b.Due, b.Overdue, b.DaysLeft = t.SubmittedAt, t.AcceptedAt, t.Due, t.Overdue, t.DaysLeft
	b.Place, b.Address, b.Phone, b.Steps = t.Place.Name, t.Place.Address, t.Place.Phone, timeline(t.Steps)
	b.Ahead, b.Revoked = ahead(t.Ahead), toRevoked(t.Revoked)
	b.FinishedAt, b.DaysEarly = t.FinishedAt, t.DaysEarly
	return out, nil
}

type ownDossier struct {
	DossierSummary
	Unit     i18n.Text `json:"unit"`
	Overdue  bool      `json:"overdue"`
	DaysLeft int       `json:"days_left" doc:"working days"`
}

type mineOut struct {
	Body struct {
		Items []ownDossier `json:"items"`
		Next  string       `json:"next,omitempty"`
	}
}

func (o operations) mine(ctx context.Context, in *PageIn) (*mineOut, error) {
	page, err := o.svc.Mine(ctx, identity.From(ctx), in.After)
	if err != nil {
		return nil, err
	}
	out := &mineOut{}
	out.Body.Items, out.Body.Next = []ownDossier{}, page.Next
	for _, d := range page.Items {
		out.Body.Items = append(out.Body.Items, ownDossier{toSummary(d.Summary), d.Unit, d.Overdue, d.DaysLeft})
	}
	return out, nil
}

type getIn struct {
	One
	Purpose string `query:"purpose" maxLength:"20" doc:"why it is read: own, handling or inspection"`
	Step    string `query:"step" maxLength:"36" doc:"the open step to speak of, where there are several"`
}

type dossierStep struct {
	Task     string    `json:"task,omitempty" doc:"the open step; its id is what steps are named by"`
	ID       string    `json:"id,omitempty" doc:"in the process"`
	Name     i18n.Text `json:"name"`
	Action   string    `json:"action,omitempty"`
	Unit     string    `json:"unit,omitempty"`
	Due      db.Time   `json:"due"`
	Assignee string    `json:"assignee,omitempty"`
	Deputy   string    `json:"deputy,omitempty" doc:"who stands in for the assignee today"`
	Mine     bool      `json:"mine"`
}

func toStep(s core.Step) dossierStep {
	return dossierStep{string(s.Task), s.ID, s.Name, s.Action, string(s.Unit), s.Due, s.Assignee, s.Deputy, s.Mine}
}

type dossierResult struct {
	State    string            `json:"state" enum:"drafted,to_sign,signed,issued"`
	Fields   map[string]string `json:"fields"`
	Version  int               `json:"version"`
	Signer   string            `json:"signer,omitempty"`
	SignedAt db.Time           `json:"signed_at"`
	Number   string            `json:"number,omitempty"`
	IssuedAt db.Time           `json:"issued_at"`
}

func toResult(r core.Result) *dossierResult {
	return &dossierResult{string(r.State), r.Fields, r.Version, r.Signer, r.SignedAt, r.Number, r.IssuedAt}
}

type getOut struct {
	Body struct {
		DossierSummary
		Finance     string              `json:"finance"`
		Delivery    string              `json:"delivery"`
		Sync        string              `json:"sync"`
		Basis       string              `json:"basis"`
		BasisNote   string              `json:"basis_note,omitempty"`
		OwnerDied   *ownerDied          `json:"owner_died,omitempty" doc:"the owner has died since it was sent; for officials, while it is open"`
		Owner       dossierParty        `json:"owner"`
		Submitter   dossierParty        `json:"submitter"`
		Answers     map[string]any      `json:"answers"`
		Annex       []dossiers.Noted    `json:"annex,omitempty" doc:"what it said in an older system for which there is no field here"`
		Papers      []dossierPaper      `json:"papers"`
		AcceptedBy  string              `json:"accepted_by,omitempty"`
		OriginalDue db.Time             `json:"original_due"`
		Statutory   db.Time             `json:"statutory_due"`
		IfAccepted  db.Time             `json:"due_if_accepted" doc:"the day that would be promised if it was accepted now; only while it waits for that, for who may"`
		Case        string              `json:"case,omitempty" doc:"which case of the procedure it is"`
		Reason      string              `json:"reason,omitempty"`
		Step        dossierStep         `json:"step"`
		Beside      []dossierStep       `json:"beside" doc:"what else is open at the same time"`
		Opinions    []DossierOpinion    `json:"opinions" doc:"asked of other units, the oldest first; none for those outside the office"`
		Timeline    []dossierEvent      `json:"timeline"`
		Ahead       []dossierAhead      `json:"ahead"`
		Motions     []DossierMotion     `json:"motions" doc:"what leaders were asked for, the oldest first; for those outside the office what was agreed to"`
		Revocations []DossierRevocation `json:"revocations" doc:"of results; the oldest first; for those outside the office what was decided"`
		Supplements []dossierSupplement `json:"supplements" doc:"what was asked for, the oldest first"`
		Demands     []dossierDemand     `json:"demands" doc:"of money by other agencies, the oldest first"`
		Result      *dossierResult      `json:"result,omitempty"`
		DeliveredAt db.Time             `json:"delivered_at"`
		Receiver    string              `json:"receiver,omitempty"`
		Elsewhere   *dossierElsewhere   `json:"elsewhere,omitempty" doc:"where it is worked on, if not here: nothing of it can be changed by any operation"`
	}
}

// dossierElsewhere is the system in which a dossier is worked on.
type dossierElsewhere struct {
	Keeper string  `json:"keeper"`
	Name   string  `json:"name"`
	Code   string  `json:"code,omitempty" doc:"by which that system knows it"`
	Link   string  `json:"link,omitempty"`
	Result string  `json:"result,omitempty"`
	Since  db.Time `json:"since"`
	Said   db.Time `json:"said" doc:"when it was last told of"`
}

func toElsewhere(k dossiers.KeptElsewhere) *dossierElsewhere {
	if !k.Kept() {
		return nil
	}
	return &dossierElsewhere{k.Keeper.Code, k.Keeper.Name, k.Code, k.Link, k.Result, k.Since, k.Said}
}

func (o operations) get(ctx context.Context, in *getIn) (*getOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	get := o.svc.Get
	if in.Step != "" {
		get = func(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (core.Full, error) {
			return o.svc.GetStep(ctx, actor, id, dossiers.TaskID(in.Step), why)
		}
	}
	f, err := get(ctx, identity.From(ctx), id, access.Purpose(in.Purpose))
	if err != nil {
		return nil, err
	}
	out := &getOut{}
	b := &out.Body
	b.DossierSummary, b.Finance, b.Delivery, b.Sync = toSummary(f.Summary), string(f.Finance), string(f.Delivery), string(f.Sync)
	b.OwnerDied = toOwnerDied(f.Died)
	b.Basis, b.BasisNote, b.Owner, b.Submitter, b.Answers, b.Papers = string(f.Basis), f.BasisNote, toParty(f.Owner), toParty(f.Submitter), f.Answers, attachments(f.Papers)
	b.AcceptedBy, b.OriginalDue, b.Statutory, b.Reason, b.Timeline = f.AcceptedBy, f.Original, f.Statutory, f.Reason, timeline(f.Timeline)
	b.IfAccepted, b.Annex = f.IfAccepted, f.Annex
	b.Case, b.Revocations = f.Case, toRevocations(f.Revocations)
	b.Ahead, b.Supplements, b.Motions = ahead(f.Ahead), supplements(f.Supplements), toMotions(f.Motions)
	b.Demands = toDemands(f.Demands)
	b.Step, b.Beside, b.Opinions = toStep(f.Step), []dossierStep{}, toOpinions(f.Opinions)
	for _, other := range f.Beside {
		b.Beside = append(b.Beside, toStep(other))
	}
	if f.Result != nil {
		b.Result = toResult(*f.Result)
	}
	b.DeliveredAt, b.Receiver, b.Elsewhere = f.DeliveredAt, f.Receiver, toElsewhere(f.Elsewhere)
	return out, nil
}

type summaryOut struct{ Body DossierSummary }

func toSummaryOut(s dossiers.Summary, ok bool, err error) (*summaryOut, error) {
	if err == nil && !ok {
		err = dossiers.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &summaryOut{toSummary(s)}, nil
}

func (o operations) find(ctx context.Context, in *One) (*summaryOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toSummaryOut(o.svc.Find(ctx, identity.From(ctx), id))
}

type codeIn struct {
	Code string `query:"code" maxLength:"500"`
}

func (o operations) findCode(ctx context.Context, in *codeIn) (*summaryOut, error) {
	return toSummaryOut(o.svc.FindCode(ctx, identity.From(ctx), in.Code))
}

type reasonIn struct {
	One
	Body struct {
		Reason string `json:"reason" maxLength:"4000" doc:"in words a person can act on"`
	}
}

func (o operations) withdraw(ctx context.Context, in *reasonIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.Withdraw(ctx, identity.From(ctx), id, in.Body.Reason)
}
