// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/digitising/internal/core"
	"tinhso.vn/internal/platform/db"
)

type sampleBody struct {
	Paper string  `json:"paper"`
	Clerk string  `json:"clerk" doc:"account of who had checked it"`
	State string  `json:"state" enum:"open,accepted,redo"`
	Words string  `json:"words,omitempty"`
	At    db.Time `json:"at"`
}

type lookOut struct {
	Body struct {
		Share     int          `json:"share" doc:"of 100 papers; 0: no sample is asked for"`
		MostWrong int          `json:"most_wrong" doc:"of 100 papers of the sample; above that the batch goes back"`
		Round     int          `json:"round"`
		PassedAt  db.Time      `json:"passed_at" doc:"what was checked until then may be sealed"`
		Items     []sampleBody `json:"items"`
	}
}

func (o operations) look(ctx context.Context, in *BatchIn) (*lookOut, error) {
	l, err := o.svc.GetLook(ctx, identity.From(ctx), in.Batch)
	out := &lookOut{}
	b := &out.Body
	b.Share, b.MostWrong, b.Round, b.PassedAt, b.Items = l.Share, l.MostWrong, l.Round, l.Passed, []sampleBody{}
	for _, s := range l.Samples {
		b.Items = append(b.Items, sampleBody{s.Paper, s.Clerk, s.State, s.Words, s.At})
	}
	return out, err
}

type drawnOut struct {
	Body struct {
		Papers int `json:"papers" doc:"how many were drawn"`
	}
}

func (o operations) draw(ctx context.Context, in *BatchIn) (*drawnOut, error) {
	out := &drawnOut{}
	var err error
	out.Body.Papers, err = o.svc.DrawSample(ctx, identity.From(ctx), in.Batch)
	return out, err
}

type judgeIn struct {
	PaperIn

	Body struct {
		Right bool   `json:"right"`
		Words string `json:"words,omitempty" maxLength:"1200" doc:"what is wrong; no personal data"`
	}
}

func (o operations) judge(ctx context.Context, in *judgeIn) (*nothing, error) {
	return nil, o.svc.JudgeSample(ctx, identity.From(ctx), in.Batch, in.Paper, in.Body.Right, in.Body.Words)
}

func (o operations) join(ctx context.Context, in *PaperIn) (*madeOut, error) {
	out := &madeOut{}
	var err error
	out.Body.ID, err = o.svc.Join(ctx, identity.From(ctx), in.Batch, in.Paper)
	return out, err
}

type splitIn struct {
	BatchIn

	Page string `path:"page" maxLength:"100"`
}

func (o operations) split(ctx context.Context, in *splitIn) (*madeOut, error) {
	out := &madeOut{}
	var err error
	out.Body.ID, err = o.svc.Split(ctx, identity.From(ctx), in.Batch, in.Page)
	return out, err
}

type ratesIn struct {
	From string `query:"from" maxLength:"10" required:"true" doc:"YYYY-MM-DD"`
	To   string `query:"to" maxLength:"10" required:"true" doc:"YYYY-MM-DD, in it"`
}

type rateBody struct {
	Unit    i18n.Text `json:"unit"`
	Account string    `json:"account"`
	Name    string    `json:"name"`
	Checked int       `json:"checked"`
	Entered int       `json:"entered" doc:"of these, in the vault"`
	Looked  int       `json:"looked" doc:"a second person has looked at"`
	Redo    int       `json:"redo" doc:"of these, wrong"`
}

type ratesOut struct {
	Body struct {
		Items []rateBody `json:"items"`
	}
}

func (o operations) rates(ctx context.Context, in *ratesIn) (*ratesOut, error) {
	all, err := o.svc.ListRates(ctx, identity.From(ctx), in.From, in.To)
	out := &ratesOut{}
	out.Body.Items = []rateBody{}
	for _, r := range all {
		out.Body.Items = append(out.Body.Items, rateBody{r.UnitName, r.Account, r.Name, r.Checked, r.Entered, r.Looked, r.Redo})
	}
	return out, err
}

type exportOut struct {
	Body struct {
		Box   string       `json:"box"`
		Items []exportBody `json:"items"`
	}
}

type exportBody struct {
	Paper     string            `json:"paper"`
	State     string            `json:"state"`
	Fields    map[string]string `json:"fields" doc:"number, issued (YYYY-MM-DD), issuer, owner and so on, as a person has read them"`
	CheckedBy string            `json:"checked_by,omitempty" doc:"name"`
}

func (o operations) export(ctx context.Context, in *BatchIn) (*exportOut, error) {
	b, all, err := o.svc.ExportBatch(ctx, identity.From(ctx), in.Batch)
	if err != nil {
		return nil, err
	}
	out := &exportOut{}
	out.Body.Box, out.Body.Items = b.Box, []exportBody{}
	for _, p := range all {
		one := exportBody{Paper: p.ID, State: string(p.State), Fields: map[string]string{}}
		for _, f := range core.Fields() {
			one.Fields[f] = p.Facts.Fields[f].Value
		}
		if p.CheckedBy != "" {
			one.CheckedBy = o.svc.Name(ctx, p.CheckedBy)
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}
