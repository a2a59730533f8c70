// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/personnel/personnelmod"
	"tinhso.vn/internal/modules/processes/processesmod"
	"tinhso.vn/internal/platform/db"
)

// hands joins the work of dossiers with who looks after posts.
type hands struct{ work dossiersmod.Offers }

// ListHeld implements what personnel asks of work in hand.
func (h hands) ListHeld(ctx context.Context, q db.Querier, account string, unit orgs.ID, after string, limit int) (all []personnelmod.Held, next string, err error) {
	found, next, err := h.work.ListHeld(ctx, q, account, unit, after, limit)
	for _, f := range found {
		all = append(all, personnelmod.Held{ID: string(f.Task), Dossier: string(f.Dossier), Code: f.Code, Name: f.Name, Step: f.Step, Unit: f.Unit, Due: f.Due})
	}
	return all, next, err
}

// HandOver implements what personnel asks of work in hand.
func (h hands) HandOver(ctx context.Context, tx *db.Tx, actor identity.Actor, ids []string, to, reason string) (all []personnelmod.HandedOver, err error) {
	tasks := make([]dossiersmod.TaskID, len(ids))
	for i, id := range ids {
		tasks[i] = dossiersmod.TaskID(id)
	}
	done, err := h.work.HandOver(ctx, tx, actor, tasks, to, reason)
	for _, d := range done {
		all = append(all, personnelmod.HandedOver{ID: string(d.Task), Err: d.Err})
	}
	return all, err
}

// caseFinder joins dossiers with who looks after rights to them.
type caseFinder struct{ work dossiersmod.Offers }

// FindCase implements what personnel asks of dossiers.
func (c caseFinder) FindCase(ctx context.Context, q db.Querier, codeOrID string) (personnelmod.Case, bool, error) {
	found, ok, err := c.work.FindCase(ctx, q, codeOrID)
	return personnelmod.Case{ID: string(found.ID), Code: found.Code, Units: found.Units, Owner: found.Owner, Person: found.Person}, ok, err
}

// absences joins the one list of who is away with who looks after posts and
// duties: an absence entered in either place is seen in all of them.
type absences struct{ away processesmod.Offers }

// ListAbsences implements what personnel asks of absences.
func (a absences) ListAbsences(ctx context.Context, q db.Querier, from, until db.Time, accounts ...string) (all []personnelmod.Absence, err error) {
	found, err := a.away.AwayOf(ctx, q, from, until, accounts...)
	for _, f := range found {
		all = append(all, personnelmod.Absence{
			ID: string(f.ID), Account: f.Account, From: orgs.Day(f.From), To: orgs.Day(db.At(f.Until.Add(-time.Microsecond))), Since: f.From, Until: f.Until,
			Reason: f.Reason, Deputy: f.DeputyName,
		})
	}
	return all, err
}

// ListDeputies implements what personnel asks of absences.
func (a absences) ListDeputies(ctx context.Context, actor identity.Actor, account string) (all []personnelmod.Deputy, err error) {
	found, err := a.away.ListCandidates(ctx, actor, account)
	for _, f := range found {
		all = append(all, personnelmod.Deputy{Account: f.Account, Name: f.Name})
	}
	return all, err
}

// Declare implements what personnel asks of absences.
func (a absences) Declare(ctx context.Context, actor identity.Actor, d personnelmod.NewAbsence) (string, error) {
	day := func(s string) (c calendar.Date) {
		if t, err := time.ParseInLocation(time.DateOnly, s, calendar.Zone()); err == nil {
			c = calendar.On(t)
		}
		return c // the zero day is refused there
	}
	id, err := a.away.Declare(ctx, actor, processesmod.Draft{Account: d.Account, Deputy: d.Deputy, From: day(d.From), To: day(d.To), Reason: d.Reason})
	return string(id), err
}

// End implements what personnel asks of absences.
func (a absences) End(ctx context.Context, actor identity.Actor, absence string) error {
	return a.away.EndAbsence(ctx, actor, processesmod.AbsenceID(absence))
}

// applyDuty makes the kinds of duty of a pack those of the province.
func (p *Program) applyDuty(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	of, _ := set.Catalogue("duty-kind")
	kinds := make([]personnelmod.DutyKind, len(of.Entries))
	for i, e := range of.Entries {
		kinds[i] = personnelmod.DutyKind{ID: e.ID, Name: i18n.Text(e.Name)}
	}
	changed, err := p.skeleton().Staff.ApplyDutyKinds(ctx, tx, kinds)
	plan.add("loại trực", "kinds of duty", len(changed))
	return err
}

// onDuty asks the rosters, which are built after the dossiers, who is on duty.
func (p *Parts) onDuty(ctx context.Context, q db.Querier, unit orgs.ID, at db.Time) ([]string, error) {
	if p.Staff == nil {
		return nil, nil
	}
	return p.Staff.OnDuty(ctx, q, unit, at)
}
