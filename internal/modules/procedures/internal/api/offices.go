// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
)

type officesInput struct {
	ID   string `path:"id" maxLength:"200"`
	Unit string `query:"unit" maxLength:"200" doc:"Id of a unit: its address and its own hours"`
}

// ProcedureOffice is a unit where papers are handed in.
type ProcedureOffice struct {
	ID      string    `json:"id"`
	Name    i18n.Text `json:"name"`
	Address string    `json:"address,omitempty" doc:"Absent where no source gives one"`
	Phone   string    `json:"phone,omitempty"`
}

// ProcedureHours is when an office works.
type ProcedureHours struct {
	Today []calendar.Span `json:"today" doc:"Of this day, such as 07:00 to 11:30; empty on a day off"`
	Open  bool            `json:"open" doc:"Now"`
	Until string          `json:"until,omitempty" doc:"When it closes next, RFC 3339"`
	Opens string          `json:"opens,omitempty" doc:"When it opens again, RFC 3339"`
}

// ProcedureOffices is where a procedure is handed in today.
type ProcedureOffices struct {
	Office *ProcedureOffice  `json:"office,omitempty" doc:"The only one, or the one that was asked for"`
	Hours  ProcedureHours    `json:"hours" doc:"Of that office; otherwise of offices in general"`
	Choice []ProcedureOffice `json:"choice" doc:"Units to choose from"`
}

type officesOutput struct{ Body ProcedureOffices }

func (o operations) offices(ctx context.Context, in *officesInput) (*officesOutput, error) {
	w, err := o.svc.Offices(ctx, procedures.ID(in.ID), orgs.ID(in.Unit))
	if err != nil {
		return nil, err
	}
	out := &officesOutput{Body: ProcedureOffices{Hours: hours(w.Common), Choice: []ProcedureOffice{}}}
	if w.One != nil {
		one := office(w.One.Unit)
		out.Body.Office, out.Body.Hours = &one, hours(w.One.Hours)
	}
	for _, u := range w.Choice {
		out.Body.Choice = append(out.Body.Choice, office(u))
	}
	return out, nil
}

func office(u orgs.Unit) ProcedureOffice {
	return ProcedureOffice{ID: string(u.ID), Name: u.Name, Address: u.Address, Phone: u.Phone}
}

func hours(h core.Hours) ProcedureHours {
	return ProcedureHours{Today: full(h.Today), Open: h.Open, Until: moment(h.Until), Opens: moment(h.Opens)}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone()).Format(time.RFC3339)
}
