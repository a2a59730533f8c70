// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

func (o operations) hotline() []web.Route {
	answer := needs(dossiers.PermAnswer)
	all := []web.Route{
		web.Operation("POST /api/v1/hotline", "What to say to who telephones: by the code and the telephone number in the dossier, or both its codes; nothing about people; that it was asked is recorded", answer, o.answerCall),
		web.Operation("POST /api/v1/hotline/message", "Send the same to the number in the dossier, once a day", answer, o.sendCall),
	}
	for i := range all {
		all[i].Door = web.Narrow
	}
	return all
}

type callIn struct {
	Body struct {
		Code  string `json:"code" maxLength:"100"`
		Proof string `json:"proof" maxLength:"100" doc:"the telephone number in the dossier, or its other code"`
	}
}

type callOut struct {
	Body struct {
		Code       string    `json:"code,omitempty"`
		Name       i18n.Text `json:"name"`
		Status     int       `json:"status"`
		Due        db.Time   `json:"due"`
		Overdue    bool      `json:"overdue"`
		DaysLeft   int       `json:"days_left" doc:"working days"`
		AskedUntil db.Time   `json:"asked_until" doc:"the last moment to add what is missing"`
		Next       string    `json:"next" enum:"wait,add,pay,ask,fetch,nothing"`
		Place      i18n.Text `json:"place"`
		Address    string    `json:"address,omitempty"`
		Phone      string    `json:"phone,omitempty"`
		Say        i18n.Text `json:"say" doc:"to be read aloud"`
		Sends      bool      `json:"sends" doc:"there is a number a message can go to"`
	}
}

func (o operations) answerCall(ctx context.Context, in *callIn) (*callOut, error) {
	c, err := o.svc.AnswerCall(ctx, identity.From(ctx), in.Body.Code, in.Body.Proof)
	if err != nil {
		return nil, err
	}
	out := &callOut{}
	b := &out.Body
	b.Code, b.Name, b.Status, b.Due, b.Overdue, b.DaysLeft = c.Code, c.Name, int(c.Status), c.Due, c.Overdue, c.DaysLeft
	b.AskedUntil, b.Next, b.Place, b.Address, b.Phone, b.Say, b.Sends = c.AskedUntil, string(c.Next), c.Place.Name, c.Place.Address, c.Place.Phone, c.Say, c.Sends
	return out, nil
}

func (o operations) sendCall(ctx context.Context, in *callIn) (*nothing, error) {
	return nil, o.svc.SendCall(ctx, identity.From(ctx), in.Body.Code, in.Body.Proof)
}
