// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// lifeRoutes are the operations of registers whose records have a life cycle.
func (o operations) lifeRoutes(all web.Access) []web.Route {
	const under = "/api/v1/registers/{register}/records/{record}/moves"
	return []web.Route{
		web.Operation("GET "+under, "The moves that a record has made, and those that the caller may make", all, o.moves),
		web.Operation("POST "+under+"/{move}", "Bring a record to another state, if nobody was faster", all, o.move),
	}
}

type moved struct {
	Version int64   `json:"version" doc:"of the record once it was moved"`
	Move    string  `json:"move"`
	From    string  `json:"from"`
	To      string  `json:"to"`
	By      string  `json:"by" doc:"login"`
	At      db.Time `json:"at"`
	Reason  string  `json:"reason,omitempty"`
}

type offered struct {
	Move        string   `json:"move"`
	NameVI      string   `json:"name_vi"`
	NameEN      string   `json:"name_en,omitempty"`
	To          string   `json:"to"`
	Asks        []string `json:"asks,omitempty" doc:"fields that must have a value; they may be sent with the move"`
	Reason      bool     `json:"reason,omitempty" doc:"a reason is needed"`
	OtherPerson bool     `json:"other_person,omitempty" doc:"nobody who has written the record"`
}

type movesOut struct {
	Body struct {
		Made    []moved   `json:"made" doc:"the latest first"`
		Offered []offered `json:"offered"`
	}
}

func (o operations) moves(ctx context.Context, in *recordIn) (*movesOut, error) {
	v, err := o.svc.Record(ctx, identity.From(ctx), in.Register, in.Record)
	answer := &movesOut{}
	answer.Body.Made, answer.Body.Offered = []moved{}, []offered{}
	for _, m := range v.Moved {
		answer.Body.Made = append(answer.Body.Made, moved{m.Version, m.Move, m.From, m.To, v.Logins[m.By], m.At, m.Reason})
	}
	for _, m := range v.Moves {
		answer.Body.Offered = append(answer.Body.Offered, offered{m.ID, m.Name.VI, m.Name.EN, m.To, m.Asks, m.Reason, m.Other})
	}
	return answer, err
}

type moveIn struct {
	Register string `path:"register" maxLength:"100"`
	Record   string `path:"record" maxLength:"100"`
	Move     string `path:"move" maxLength:"100"`
	Body     struct {
		Seen   int64    `json:"seen" doc:"the version that the caller has seen"`
		Reason string   `json:"reason,omitempty" maxLength:"4000" doc:"up to 1,000 characters"`
		Values valuesIn `json:"values,omitempty" doc:"of fields that the move asks for"`
	}
}

func (o operations) move(ctx context.Context, in *moveIn) (*changeOut, error) {
	values, err := in.Body.Values.read()
	if err != nil {
		return nil, err
	}
	answer := &changeOut{}
	answer.Body.Version, err = o.svc.MoveRecord(ctx, identity.From(ctx), in.Register, in.Record, in.Body.Seen, in.Move, in.Body.Reason, values)
	return answer, err
}
