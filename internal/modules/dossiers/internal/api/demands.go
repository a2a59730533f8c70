// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) demands() []web.Route {
	return []web.Route{
		web.Operation("POST /api/v1/dossiers/{id}/demands", "Enter what another agency demands: the clock stands still until the payment is shown", needs(dossiers.PermProcess), o.demand),
		o.sized(web.Operation("POST /api/v1/dossiers/{id}/demands/payment", "Show that what another agency demands was paid; the clock runs again", needs(dossiers.PermOwn, dossiers.PermAccept, dossiers.PermProcess), o.showPayment)),
	}
}

type dossierDue struct {
	What   string `json:"what" maxLength:"2000"`
	Amount int64  `json:"amount" doc:"in đồng"`
}

type demandIn struct {
	One
	Body struct {
		Step   string       `json:"step,omitempty" maxLength:"36" doc:"the open step, where there are several; empty: the one that is one's own"`
		Issuer string       `json:"issuer" maxLength:"2000"`
		Number string       `json:"number" maxLength:"200" doc:"of the notice"`
		On     string       `json:"on" maxLength:"10" doc:"of the notice, YYYY-MM-DD"`
		PayBy  string       `json:"pay_by,omitempty" maxLength:"10" doc:"YYYY-MM-DD; nothing: the notice names no day"`
		Dues   []dossierDue `json:"dues" maxItems:"100"`
	}
}

func (o operations) demand(ctx context.Context, in *demandIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	n := core.Notice{Step: dossiers.TaskID(b.Step), Issuer: b.Issuer, Number: b.Number, On: b.On, PayBy: b.PayBy}
	for _, d := range b.Dues {
		n.Dues = append(n.Dues, core.Due(d))
	}
	return nil, o.svc.DemandPayment(ctx, identity.From(ctx), id, n)
}

type paymentIn struct {
	One
	Body struct {
		Receipt  string `json:"receipt" maxLength:"200" doc:"number of the document of the treasury or the bank"`
		PaidOn   string `json:"paid_on" maxLength:"10" doc:"YYYY-MM-DD"`
		FileName string `json:"file_name,omitempty" maxLength:"255"`
		File     []byte `json:"file,omitempty" doc:"the document, in base64; an official may have seen it on paper"`
	}
}

func (o operations) showPayment(ctx context.Context, in *paymentIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	p := core.Payment{Receipt: in.Body.Receipt, PaidOn: in.Body.PaidOn, Name: in.Body.FileName}
	if len(in.Body.File) > 0 {
		p.Content = bytes.NewReader(in.Body.File)
	}
	return nil, o.svc.ShowPayment(ctx, identity.From(ctx), id, p)
}

type dossierDemand struct {
	Issuer  string       `json:"issuer"`
	Number  string       `json:"number"`
	On      string       `json:"on"`
	PayBy   string       `json:"pay_by,omitempty"`
	Dues    []dossierDue `json:"dues"`
	By      string       `json:"by"`
	AskedAt db.Time      `json:"asked_at"`
	Receipt string       `json:"receipt,omitempty"`
	PaidOn  string       `json:"paid_on,omitempty"`
	EndedAt db.Time      `json:"ended_at" doc:"nothing while it is waited for"`
	OldDue  db.Time      `json:"old_due"`
	NewDue  db.Time      `json:"new_due"`
	Basis   string       `json:"basis,omitempty"`
}

func toDemands(list []core.Demand) []dossierDemand {
	all := []dossierDemand{}
	for _, m := range list {
		one := dossierDemand{
			Issuer: m.Issuer, Number: m.Number, On: m.On, PayBy: m.PayBy, By: m.By, AskedAt: m.AskedAt, Receipt: m.Receipt, PaidOn: m.PaidOn,
			EndedAt: m.EndedAt, OldDue: m.OldDue, NewDue: m.NewDue, Basis: m.Basis, Dues: []dossierDue{},
		}
		for _, d := range m.Dues {
			one.Dues = append(one.Dues, dossierDue(d))
		}
		all = append(all, one)
	}
	return all
}
