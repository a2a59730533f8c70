// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
)

type mailIn struct {
	Consignment string `json:"consignment,omitempty" maxLength:"100" doc:"code on the envelope; an ordinary letter has none"`
	Came        string `json:"came" maxLength:"10" doc:"the day on which it came: 2026-11-20"`
}

func (m *mailIn) core() *core.Mail {
	if m == nil {
		return nil
	}
	return &core.Mail{Consignment: m.Consignment, Came: m.Came}
}

type mailOpened struct {
	mailIn
	Opener   string  `json:"opener" doc:"name"`
	OpenedAt db.Time `json:"opened_at"`
	Letter   string  `json:"letter,omitempty" doc:"code of the letter with the receipt"`
	LetterBy string  `json:"letter_by,omitempty" doc:"name"`
	LetterAt db.Time `json:"letter_at,omitzero"`
}

func toOpened(m *core.Posted) *mailOpened {
	if m == nil {
		return nil
	}
	return &mailOpened{mailIn{m.Consignment, m.Came}, m.Opener, m.OpenedAt, m.Letter, m.LetterBy, m.LetterAt}
}

type mailQuery struct {
	PageIn
	Consignment string `query:"consignment" maxLength:"100" doc:"only those of this consignment"`
}

type mailItem struct {
	ID        string     `json:"id" doc:"of the draft, and of the dossier that it becomes"`
	Unit      string     `json:"unit"`
	Mail      mailOpened `json:"mail"`
	Procedure i18n.Text  `json:"procedure"`
	Reference string     `json:"reference,omitempty" doc:"absent: it is a draft"`
	Code      string     `json:"code,omitempty"`
	Status    int        `json:"status,omitempty"`
}

type mailOut struct {
	Body struct {
		Items []mailItem `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

func (o operations) listMail(ctx context.Context, in *mailQuery) (*mailOut, error) {
	page, err := o.svc.ListMail(ctx, identity.From(ctx), in.Consignment, in.After)
	if err != nil {
		return nil, err
	}
	out := &mailOut{}
	out.Body.Items, out.Body.Next = []mailItem{}, page.Next
	for _, m := range page.Items {
		out.Body.Items = append(out.Body.Items, mailItem{
			ID: string(m.ID), Unit: string(m.Unit), Mail: mailOpened{mailIn{m.Consignment, m.Came}, m.Opener, m.OpenedAt, m.Letter, m.LetterBy, m.LetterAt},
			Procedure: m.Name, Reference: m.Reference, Code: m.Code, Status: int(m.Status),
		})
	}
	return out, nil
}

type letterSentIn struct {
	One
	Body struct {
		Letter string `json:"letter" maxLength:"100" doc:"code of the letter; once it is noted it is not changed"`
	}
}

func (o operations) sendLetter(ctx context.Context, in *letterSentIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.SendLetter(ctx, identity.From(ctx), id, in.Body.Letter)
}
