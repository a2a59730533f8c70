// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
)

type readingsIn struct {
	One
	PageIn
}

type dossierReading struct {
	Who     string    `json:"who"`
	Post    i18n.Text `json:"post"`
	Unit    i18n.Text `json:"unit"`
	At      time.Time `json:"at"`
	Event   string    `json:"event" doc:"what was read, as an event of the audit trail"`
	Purpose string    `json:"purpose" doc:"handling or inspection"`
}

type readingsOut struct {
	Body struct {
		Items []dossierReading `json:"items"`
		Next  string           `json:"next,omitempty"`
	}
}

func (o operations) readings(ctx context.Context, in *readingsIn) (*readingsOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	page, err := o.svc.ListReadings(ctx, identity.From(ctx), id, in.After)
	if err != nil {
		return nil, err
	}
	out := &readingsOut{}
	out.Body.Items, out.Body.Next = []dossierReading{}, page.Next
	for _, r := range page.Items {
		out.Body.Items = append(out.Body.Items, dossierReading{r.Who, r.Post, r.Unit, r.At, string(r.Event), string(r.Purpose)})
	}
	return out, nil
}
