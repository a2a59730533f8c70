// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Rehearser = (*Service)(nil)

// RehearsePlaces implements dossiers.Rehearser.
func (s *Service) RehearsePlaces(ctx context.Context, v procedures.Version) (all []orgs.Unit, err error) {
	defer errs.Wrap(&err, "places of procedure %s", v.ID)
	if all, err = s.ListUnits(ctx); err != nil {
		return nil, err
	}
	day := calendar.On(s.DB.Now().Time).String()
	for _, k := range v.Authority {
		if slices.Contains(communes(), k) {
			continue
		}
		some, err := orgs.ListKind(ctx, s.DB, k, day, maxUnits)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// RehearseRoute implements dossiers.Rehearser.
func (s *Service) RehearseRoute(ctx context.Context, v procedures.Version, received orgs.ID, answers []byte) (r dossiers.Route, err error) {
	defer errs.Wrap(&err, "route of procedure %s", v.ID)
	if r.Received, err = receiver(ctx, s.DB, v, received, calendar.On(s.DB.Now().Time), false); err != nil {
		return r, err
	}
	decides, err := authority(ctx, s.DB, v, received)
	if err != nil {
		return r, err
	}
	if r.Authority, err = orgs.Get(ctx, s.DB, decides); err != nil {
		return r, err
	}
	def, err := definition(v)
	if err != nil {
		return r, err
	}
	said := map[string]any{}
	if len(answers) > 0 {
		if err := json.Unmarshal(answers, &said); err != nil {
			return r, err
		}
	}
	r.Vars = variables(def, said)
	r.Units, err = ruleUnits(ctx, s.DB, v, received, decides, said)
	return r, err
}

// RehearseTerm implements dossiers.Rehearser.
func (s *Service) RehearseTerm(v procedures.Version, received orgs.ID, at time.Time) (dossiers.Term, error) {
	d := store.Dossier{Summary: dossiers.Summary{Received: received}}
	if err := s.promise(&d, v, at); err != nil {
		return dossiers.Term{}, err
	}
	return dossiers.Term{Statutory: d.Statutory.Time, Due: d.Due.Time}, nil
}

// RehearseProcess implements dossiers.Rehearser.
func (s *Service) RehearseProcess(v procedures.Version) (*workflow.Definition, error) {
	return definition(v)
}

// RehearseWorld implements dossiers.Rehearser.
func (s *Service) RehearseWorld(ctx context.Context) (forms.World, error) { return s.world(ctx) }

// RehearseResult implements dossiers.Rehearser. It is drawn by what draws real
// results, on a catalogue that has this version alone; the name under it is
// nobody's, and no address leads anywhere.
func (s *Service) RehearseResult(ctx context.Context, m dossiers.MadeUp) (_ []byte, err error) {
	defer errs.Wrap(&err, "draw a made-up result of procedure %s", m.Version.ID)
	fields, err := json.Marshal(m.Fields)
	if err != nil {
		return nil, err
	}
	apart := &Service{Deps: s.Deps, store: s.store, flow: s.flow, forms: newFormCache()}
	apart.Procedures, apart.Mark, apart.Address = alone{m.Version}, papers.Simulated, ""
	d := store.Dossier{
		Summary: dossiers.Summary{Procedure: m.Version.ID, Name: m.Version.Name, Received: m.Route.Received.ID, Authority: m.Route.Authority.ID, Code: "MÔ PHỎNG"},
		SHA:     m.Version.SHA, FormSHA: m.Version.SHA, OwnerName: m.Owner,
	}
	paper, err := apart.draw(ctx, d, store.Personal{Answers: string(m.Answers)}, store.Result{Fields: string(fields)},
		SignerChoice{Name: "(người ký)", Post: "(CHỨC VỤ NGƯỜI KÝ)"}, false, m.At)
	return paper.PDF, err
}

// alone is a catalogue of one version.
type alone struct{ v procedures.Version }

// Get implements procedures.Finder.
func (a alone) Get(context.Context, procedures.ID) (procedures.Version, error) { return a.v, nil }

// GetVersion implements procedures.Finder.
func (a alone) GetVersion(context.Context, procedures.ID, string) (procedures.Version, error) {
	return a.v, nil
}
