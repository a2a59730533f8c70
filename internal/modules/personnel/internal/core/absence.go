// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ahead is how many days of absences to come are shown.
const ahead = 366

// absences returns when somebody is away and who could stand in.
func (s *Service) absences(ctx context.Context, actor identity.Actor, account string) (all []personnel.Absence, deputies []personnel.Deputy, err error) {
	if s.Absences == nil {
		return nil, nil, nil
	}
	now := s.DB.Now()
	if all, err = s.Absences.ListAbsences(ctx, s.DB, now, db.At(now.AddDate(0, 0, ahead)), account); err != nil {
		return nil, nil, err
	}
	deputies, err = s.Absences.ListDeputies(ctx, actor, account)
	if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.NotFound {
		err = nil // who may not declare one is offered nobody
	}
	return all, deputies, err
}

// away returns until when accounts are away now, the last day by account.
func (s *Service) away(ctx context.Context, q db.Querier, accounts ...string) (map[string]string, error) {
	until := map[string]string{}
	if s.Absences == nil {
		return until, nil
	}
	now := s.DB.Now()
	all, err := s.Absences.ListAbsences(ctx, q, now, db.At(now.Add(1)), accounts...)
	for _, a := range all {
		until[a.Account] = a.To
	}
	return until, err
}

// DeclareAbsence notes that somebody is away, in the one list that work and
// duties look at as well.
func (s *Service) DeclareAbsence(ctx context.Context, actor identity.Actor, d personnel.NewAbsence) (absence string, err error) {
	defer errs.Wrap(&err, "declare an absence")

	if actor.Anonymous() {
		return "", access.ErrSignInNeeded
	}
	if s.Absences == nil {
		return "", personnel.ErrNobody
	}
	return s.Absences.Declare(ctx, actor, d)
}

// EndAbsence ends an absence before its time.
func (s *Service) EndAbsence(ctx context.Context, actor identity.Actor, absence string) (err error) {
	defer errs.Wrap(&err, "end an absence")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	if s.Absences == nil {
		return personnel.ErrNobody
	}
	return s.Absences.End(ctx, actor, absence)
}
