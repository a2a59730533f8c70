// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// ProcedureVersion is a version in the history of its procedure.
type ProcedureVersion struct {
	Version     string                `json:"version" doc:"SHA-256, which dossiers keep"`
	Name        i18n.Text             `json:"name"`
	PublicAt    db.Time               `json:"public_at" doc:"when it was applied"`
	From        string                `json:"from,omitempty" doc:"YYYY-MM-DD"`
	To          string                `json:"to,omitempty" doc:"YYYY-MM-DD"`
	Listed      bool                  `json:"listed" doc:"on its days; otherwise it is kept for the dossiers of its time"`
	Decision    *ProcedureDeciding    `json:"decision,omitempty"`
	Differences []ProcedureDifference `json:"differences" doc:"from the version before"`
}

// ProcedureDifference is what differs from one version to the next.
type ProcedureDifference struct {
	Field string    `json:"field"`
	From  i18n.Text `json:"from,omitzero"`
	To    i18n.Text `json:"to,omitzero"`
}

type versionsOut struct {
	Body struct {
		Items []ProcedureVersion `json:"items"`
	}
}

func (o operations) versions(ctx context.Context, in *getInput) (*versionsOut, error) {
	all, err := o.svc.History(ctx, procedures.ID(in.ID))
	if err != nil {
		return nil, err
	}
	out := &versionsOut{}
	out.Body.Items = []ProcedureVersion{}
	for _, v := range all {
		one := ProcedureVersion{
			Version: v.SHA, Name: v.Name, PublicAt: v.AppliedAt, From: v.From, To: v.To, Listed: v.Listed, Decision: (*ProcedureDeciding)(v.Decision), Differences: []ProcedureDifference{},
		}
		for _, d := range v.Differences {
			one.Differences = append(one.Differences, ProcedureDifference{d.Key[len("procedures.differs."):], d.From, d.To})
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}
