// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Outward = (*Service)(nil)

// Timeline implements dossiers.Outward.
func (s *Service) Timeline(ctx context.Context, q db.Querier, id dossiers.ID, after string) (lines []dossiers.Line, err error) {
	defer errs.Wrap(&err, "timeline of dossier %s", id)

	all, err := s.store.Lines(ctx, q, id, after)
	for _, l := range all {
		if l.Kind != KindOpinionAsked && l.Kind != KindOpinionGiven && l.Kind != KindOpinionClosed {
			lines = append(lines, l)
		}
	}
	return lines, err
}

// RecordOf implements dossiers.Outward.
func (s *Service) RecordOf(ctx context.Context, q db.Querier, id dossiers.ID) (r dossiers.Record, err error) {
	defer errs.Wrap(&err, "record of dossier %s", id)

	d, err := s.store.Get(ctx, q, access.All(), store.Involved(), id)
	if err != nil {
		return r, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return r, err
	}
	personal, err := s.store.Personal(ctx, q, access.All(), id)
	if err != nil {
		return r, err
	}
	r = dossiers.Record{
		Summary: d.Summary, ProcedureCode: v.Code, Field: v.Field, Reason: d.Reason, Finished: d.FinishedAt, Delivered: d.DeliveredAt, DeliveryMode: d.DeliveryMode,
	}
	if r.Owner, err = outwardParty(personal.Owner); err != nil {
		return r, err
	}
	if r.Submitter, err = outwardParty(personal.Submitter); err != nil {
		return r, err
	}
	names := map[string]string{}
	for _, p := range v.Papers {
		names[p.ID] = p.Name.VI
	}
	papers, err := s.store.Papers(ctx, q, id)
	if err != nil {
		return r, err
	}
	for _, p := range papers {
		r.Papers = append(r.Papers, dossiers.SentPaper{ID: p.ID, Paper: p.Paper, Name: names[p.Paper], Vault: p.Vault != "", File: p.File != ""})
	}
	asked, err := s.store.Supplements(ctx, q, id)
	if err != nil {
		return r, err
	}
	for _, a := range asked {
		r.Supplements = append(r.Supplements, dossiers.SentSupplement{ID: a.ID, Asked: a.AskedAt, Ended: a.EndedAt, OldDue: a.OldDue, NewDue: a.NewDue})
	}
	result, found, err := s.store.FindResult(ctx, q, id)
	if err == nil && found && result.IssuedFile != "" {
		r.Result, r.ResultFile = numberText(result), result.IssuedFile
	}
	return r, err
}

// ListAccepted implements dossiers.Outward.
func (s *Service) ListAccepted(ctx context.Context, q db.Querier, from, to db.Time, after dossiers.ID, limit int) (all []dossiers.Summary, err error) {
	defer errs.Wrap(&err, "list accepted dossiers")

	rows, err := s.store.Accepted(ctx, q, from, to, after, limit)
	for _, r := range rows {
		all = append(all, r.Summary)
	}
	return all, err
}
