// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
)

type successionIn struct {
	ID   string `path:"id" maxLength:"36"`
	Body struct {
		Outcome string `json:"outcome" enum:"goes_on,heir"`
		Words   string `json:"words,omitempty" maxLength:"4000" doc:"why it goes on as it is"`
		Heir    struct {
			Name    string `json:"name,omitempty" maxLength:"300"`
			Number  string `json:"number,omitempty" maxLength:"20"`
			Phone   string `json:"phone,omitempty" maxLength:"20"`
			Address string `json:"address,omitempty" maxLength:"1000"`
		} `json:"heir,omitzero"`
		Evidence struct {
			Name   string `json:"name,omitempty" maxLength:"1000" doc:"what the paper is"`
			Number string `json:"number,omitempty" maxLength:"1000"`
			Date   string `json:"date,omitempty" maxLength:"10" doc:"YYYY-MM-DD"`
			Issuer string `json:"issuer,omitempty" maxLength:"1000"`
		} `json:"evidence,omitzero"`
		FileName string `json:"file_name,omitempty" maxLength:"255"`
		File     []byte `json:"file,omitempty" doc:"the evidence, in base64; it may have been seen on paper"`
	}
}

func (o operations) succeed(ctx context.Context, in *successionIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	b := in.Body
	out := core.Succession{
		Outcome: b.Outcome, Words: b.Words, Heir: core.Party{Kind: identity.Individual, Name: b.Heir.Name, Number: b.Heir.Number, Phone: b.Heir.Phone, Address: b.Heir.Address},
		Evidence: core.Evidence{Name: b.Evidence.Name, Number: b.Evidence.Number, Date: b.Evidence.Date, Issuer: b.Evidence.Issuer},
	}
	if len(b.File) > 0 {
		out.FileName, out.File = b.FileName, bytes.NewReader(b.File)
	}
	return nil, o.svc.Succeed(ctx, identity.From(ctx), id, out)
}

// ownerDied is that the owner of an open dossier has died; nil: not.
type ownerDied struct {
	Day      string `json:"day"`
	MayGoOn  bool   `json:"may_go_on" doc:"its procedure has a rule for that"`
	Verified bool   `json:"verified,omitempty" doc:"that rule was compared with its source"`
	GoesOn   bool   `json:"goes_on" doc:"an official has said that it does"`
}

func toOwnerDied(d *core.OwnerDied) *ownerDied {
	if d == nil {
		return nil
	}
	return &ownerDied{d.Day, d.Rule != nil && d.Rule.Outcome == procedures.DeathGoesOn, d.Rule != nil && d.Rule.Verified, d.GoesOn}
}
