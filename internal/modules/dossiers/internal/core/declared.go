// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Declarer = (*Service)(nil)

// DeclarationOf implements dossiers.Declarer.
func (s *Service) DeclarationOf(ctx context.Context, q db.Querier, id dossiers.ID) (out dossiers.Declaration, err error) {
	defer errs.Wrap(&err, "declaration of dossier %s", id)

	d, err := s.store.Get(ctx, q, access.All(), store.Involved(), id)
	if err != nil {
		return out, err
	}
	p, err := s.store.Personal(ctx, q, access.All(), id)
	if err != nil {
		return out, err
	}
	out = dossiers.Declaration{Summary: d.Summary, OwnerID: d.OwnerID, Bringer: d.BringerID, Answers: map[string]dossiers.Said{}, Result: map[string]string{}}
	if out.Owner, err = outwardParty(p.Owner); err != nil {
		return out, err
	}
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return out, err
	}
	form, err := s.forms.get(filed)
	if err != nil {
		return out, err
	}
	answers, err := form.DecodeJSON([]byte(p.Answers))
	if err != nil {
		return out, err
	}
	world, err := s.world(ctx)
	if err != nil {
		return out, err
	}
	for _, row := range form.Summarise(answers, vietnamese(), world) {
		said := dossiers.Said{Label: row.Label, Value: row.Value, Words: row.Value}
		if value, plain := answers[row.Key].(string); plain {
			said.Value = value
		}
		out.Answers[row.Key] = said
	}
	r, found, err := s.store.FindResult(ctx, q, id)
	if err != nil || !found || r.IssuedFile == "" {
		return out, err
	}
	before, err := s.store.Revocations(ctx, q, id)
	if err != nil {
		return out, err
	}
	for _, m := range before {
		if m.State == dossiers.MotionAgreed && m.SHA == r.IssuedSHA {
			out.Revoked = true
			return out, nil
		}
	}
	out.Number, out.IssuedAt = numberText(r), r.IssuedAt
	return out, json.Unmarshal([]byte(r.Fields), &out.Result)
}
