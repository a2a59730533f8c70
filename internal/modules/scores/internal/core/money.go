// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/store"
)

// Measures are the counts that open their dossiers, in the order in which people read
// them. Answers of people are nobody's: behind them stands no dossier.
func Measures() []dossiers.ScoreMeasure {
	return append(dossiers.ScoreMeasures(), scores.CountDue, scores.CountPaid)
}

// countMoney adds the dossiers that cost something, by the unit that takes the money.
func (s *Service) countMoney(ctx context.Context, p dossiers.ScoredPeriod, nodes []store.Node, above func(orgs.ID) []int) error {
	if s.money == nil {
		return nil
	}
	counted, err := s.money.CountScored(ctx, p)
	if err != nil {
		return err
	}
	for _, of := range counted {
		for _, i := range above(of.Unit) {
			nodes[i].Counts[scores.CountDue] += of.Due
			nodes[i].Counts[scores.CountPaid] += of.Online
		}
	}
	return nil
}

// countRatings adds what people have said: figures that may be shown, and no more.
func (s *Service) countRatings(ctx context.Context, from, to string, nodes []store.Node, above func(orgs.ID) []int) error {
	if s.rated == nil {
		return nil
	}
	rated, err := s.rated(ctx, from, to)
	if err != nil {
		return err
	}
	for unit, r := range rated {
		for _, i := range above(unit) {
			nodes[i].Counts[scores.CountAnswers] += r.Answers
			nodes[i].Counts[scores.CountSatisfied] += r.Satisfied
		}
	}
	return nil
}

// costs reports whether people pay for a procedure.
func costs(v procedures.Version) bool {
	return v.Fee.Kind == "table" || v.Fee.Kind == "amount" && v.Fee.Amount > 0
}

// payable reports whether a procedure can be filed here, and paid, online.
func (s *Service) payable(v procedures.Version) bool {
	return s.online && v.Route == procedures.Local && (v.Online == "full" || v.Online == "partial")
}

// paid lists dossiers that cost something. Those that the actor may not see are left
// out: a page may be shorter than it could be.
func (s *Service) paid(ctx context.Context, sc access.Scope, p dossiers.ScoredPeriod, online bool, units []orgs.ID, after dossiers.ID) (all []dossiers.Summary, next dossiers.ID, err error) {
	if s.money == nil {
		return nil, "", nil
	}
	ids, err := s.money.ListScored(ctx, p, online, units, after, PageSize+1)
	if err != nil {
		return nil, "", err
	}
	if len(ids) > PageSize {
		ids = ids[:PageSize]
		next = ids[PageSize-1]
	}
	all, err = s.dossiers.ListSummaries(ctx, sc, ids)
	return all, next, err
}
