// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

func (o operations) clockRoutes() []web.Route {
	return []web.Route{web.Operation("GET /api/v1/publication", "Deciding decisions of a time, when their procedures became public, and what that scores (QĐ 766/QĐ-TTg, group 1)", mayRead(), o.publication)}
}

type publicationIn struct {
	From string `query:"from" maxLength:"10" required:"true" doc:"YYYY-MM-DD, of the decision"`
	To   string `query:"to" maxLength:"10" required:"true" doc:"YYYY-MM-DD"`
}

// PublicDeadline is how a decision stands under a rule.
type PublicDeadline struct {
	Code string `json:"code"`
	Due  string `json:"due"`
	Done string `json:"done,omitempty" doc:"absent: not yet"`
	Late bool   `json:"late"`
}

// PublicDecision is a deciding decision on the clock.
type PublicDecision struct {
	Number     string           `json:"number"`
	Issuer     string           `json:"issuer,omitempty"`
	Signed     string           `json:"signed"`
	Effective  string           `json:"effective"`
	Procedures int64            `json:"procedures" doc:"that are public"`
	Waiting    int64            `json:"waiting" doc:"in changes that are not published"`
	PublicAt   db.Time          `json:"public_at" doc:"when the last of them became so"`
	Deadlines  []PublicDeadline `json:"deadlines"`
}

// PublicRatio is a score.
type PublicRatio struct {
	Code   string  `json:"code"`
	OnTime int64   `json:"on_time"`
	All    int64   `json:"all"`
	Points float64 `json:"points"`
	Most   float64 `json:"most"`
}

type publicationOut struct {
	Body struct {
		Decisions []PublicDecision `json:"decisions"`
		Scores    []PublicRatio    `json:"scores"`
	}
}

func (o operations) publication(ctx context.Context, in *publicationIn) (*publicationOut, error) {
	var wrong []errs.Field
	from, err := calendar.ParseDate(in.From)
	if err != nil {
		wrong = append(wrong, errs.Field{Name: "from", Code: "authoring.day"})
	}
	to, err := calendar.ParseDate(in.To)
	if err != nil {
		wrong = append(wrong, errs.Field{Name: "to", Code: "authoring.day"})
	}
	if err := errs.BadInput(wrong); err != nil {
		return nil, err
	}
	found, err := o.svc.ShowPublication(ctx, identity.From(ctx), from, to)
	if err != nil {
		return nil, err
	}
	out := &publicationOut{}
	out.Body.Decisions, out.Body.Scores = []PublicDecision{}, []PublicRatio{}
	for _, d := range found.Decisions {
		one := PublicDecision{
			Number: d.Number, Issuer: d.Issuer, Signed: d.Signed.String(), Effective: d.Effective.String(), Procedures: d.Procedures, Waiting: d.Waits, PublicAt: d.Public, Deadlines: []PublicDeadline{},
		}
		for _, l := range d.Deadlines {
			one.Deadlines = append(one.Deadlines, deadlineOut(l))
		}
		out.Body.Decisions = append(out.Body.Decisions, one)
	}
	for _, r := range found.Ratios {
		out.Body.Scores = append(out.Body.Scores, PublicRatio(r))
	}
	return out, nil
}

func deadlineOut(l authoring.Deadline) PublicDeadline {
	out := PublicDeadline{Code: l.Code, Due: l.Due.String(), Late: l.Late}
	if !l.Done.IsZero() {
		out.Done = l.Done.String()
	}
	return out
}
