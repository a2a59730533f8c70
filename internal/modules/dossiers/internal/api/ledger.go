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
	"tinhso.vn/internal/platform/web"
)

func (o operations) ledger() []web.Route {
	return []web.Route{
		web.Operation("GET /api/v1/ledger", "The register of dossiers that one's units have accepted (form 07), in that order; that it was read is recorded", needs(dossiers.PermAccept), o.listLedger),
	}
}

type ledgerIn struct {
	PageIn
	From    string `query:"from" maxLength:"10" doc:"day of acceptance, YYYY-MM-DD"`
	To      string `query:"to" maxLength:"10" doc:"the last such day"`
	Status  int    `query:"status" minimum:"0" maximum:"10"`
	Channel int    `query:"channel" minimum:"0" maximum:"3"`
}

// LedgerRow is a line of the register of dossiers.
type LedgerRow struct {
	DossierSummary
	Owner       string    `json:"owner"`
	OriginalDue db.Time   `json:"original_due"`
	FinishedAt  db.Time   `json:"finished_at"`
	DeliveredAt db.Time   `json:"delivered_at"`
	Electronic  bool      `json:"electronic" doc:"handed over as a file"`
	Unit        i18n.Text `json:"unit" doc:"that decides"`
	Late        bool      `json:"late"`
}

type ledgerOut struct {
	Body struct {
		Items []LedgerRow `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

func (o operations) listLedger(ctx context.Context, in *ledgerIn) (*ledgerOut, error) {
	page, err := o.svc.ListLedger(ctx, identity.From(ctx), core.LedgerFilter{From: in.From, To: in.To, Status: dossiers.Status(in.Status), Channel: dossiers.Channel(in.Channel)}, in.After)
	if err != nil {
		return nil, err
	}
	out := &ledgerOut{}
	out.Body.Items, out.Body.Next = []LedgerRow{}, page.Next
	for _, r := range page.Items {
		out.Body.Items = append(out.Body.Items, LedgerRow{toSummary(r.Summary), r.Owner, r.Original, r.FinishedAt, r.DeliveredAt, r.Electronic, r.Unit, r.Late})
	}
	return out, nil
}
