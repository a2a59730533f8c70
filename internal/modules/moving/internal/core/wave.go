// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Limits of what is said of a wave.
const (
	maxName      = 120
	maxNote      = 1000
	maxUnits     = 500
	defaultHours = 24
	maxHours     = 24 * 14
)

// Planned is what somebody says of a new wave.
type Planned struct {
	Name, Source string
	Units        []string
	Hours        int // in which a unit can be given back after the wave was accepted; 0: a day
}

// Plan makes a wave of units of a source.
func (s *Service) Plan(ctx context.Context, actor identity.Actor, p Planned) (_ string, err error) {
	defer errs.Wrap(&err, "plan a wave")

	if _, err := access.Require(actor, moving.PermManage); err != nil {
		return "", err
	}
	p.Name = text.Line(p.Name)
	if p.Hours == 0 {
		p.Hours = defaultHours
	}
	wrong := []errs.Field{}
	add := func(name, code string, args map[string]any) {
		wrong = append(wrong, errs.Field{Name: name, Code: code, Args: args})
	}
	switch n := utf8.RuneCountInString(p.Name); {
	case n == 0:
		add("name", "form.required", nil)
	case n > maxName:
		add("name", "form.too_long", map[string]any{"max": maxName, "over": n - maxName})
	}
	m, _, err := s.open(p.Source)
	if err != nil {
		return "", err
	}
	slices.Sort(p.Units)
	p.Units = slices.Compact(p.Units)
	known := unitsOf(m)
	switch {
	case len(p.Units) == 0:
		add("units", "moving.no_units", nil)
	case len(p.Units) > maxUnits:
		add("units", "form.choose_fewer", map[string]any{"max": maxUnits})
	default:
		for _, u := range p.Units {
			if !slices.Contains(known, u) || !s.unitHere(ctx, u) {
				add("units", "moving.unit_unknown", map[string]any{"unit": u})
			}
		}
	}
	if p.Hours < 1 || p.Hours > maxHours {
		add("hours", "moving.hours", map[string]any{"max": maxHours})
	}
	if err := errs.BadInput(wrong); err != nil {
		return "", err
	}
	w := Wave{ID: newID(), Name: p.Name, Source: p.Source, Hours: p.Hours, PlannedBy: actor.Account}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.AddWave(ctx, tx, w, p.Units); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, moving.AuditPlanned, w.ID)
	})
	if db.IsDuplicate(err) {
		return "", s.taken(ctx, p.Units)
	}
	return w.ID, err
}

// taken says which unit is in another wave.
func (s *Service) taken(ctx context.Context, units []string) error {
	for _, u := range units {
		name, err := s.store.TakenBy(ctx, s.DB, u)
		if err != nil {
			return err
		}
		if name != "" {
			return moving.ErrUnitTaken.With("unit", s.unitName(ctx, u)).With("wave", name)
		}
	}
	return moving.ErrMeanwhile
}

func (s *Service) unitName(ctx context.Context, unit string) i18n.Text {
	u, err := orgs.Get(ctx, s.DB, orgs.ID(unit))
	if err != nil {
		return i18n.Text{VI: unit}
	}
	return u.Name
}

// NamedUnit is a unit of a wave with its name.
type NamedUnit struct {
	Unit
	Name i18n.Text
	May  bool // it can be given back
}

// Whole is a wave with everything about it.
type Whole struct {
	Wave
	Title       string // of the older system
	Units       []NamedUnit
	Runs        []Run
	Comparisons []Comparison
	Wrong       error // why its source cannot be read; nil: it can
	Compared    bool  // counts were compared since the last run
}

// ListWaves returns the waves, the newest first, before an id.
func (s *Service) ListWaves(ctx context.Context, actor identity.Actor, before string) (all []Wave, next string, err error) {
	defer errs.Wrap(&err, "list waves")

	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return nil, "", err
	}
	all, err = s.store.ListWaves(ctx, s.DB, before, PageSize)
	if len(all) == PageSize {
		next = all[PageSize-1].ID
	}
	return all, next, err
}

// GetWave returns a wave with its units, its last runs and comparisons.
func (s *Service) GetWave(ctx context.Context, actor identity.Actor, id string) (w Whole, err error) {
	defer errs.Wrap(&err, "get wave %s", id)

	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return w, err
	}
	if w.Wave, err = s.store.GetWave(ctx, s.DB, id); err != nil {
		return w, err
	}
	m, _, wrong := s.open(w.Source)
	w.Title, w.Wrong = m.Title, wrong
	units, err := s.store.Units(ctx, s.DB, id)
	if err != nil {
		return w, err
	}
	for _, u := range units {
		w.Units = append(w.Units, NamedUnit{Unit: u, Name: s.unitName(ctx, u.Unit), May: u.State == moving.Moved && inTime(w.Wave, s.DB.Now())})
	}
	if w.Runs, err = s.store.Runs(ctx, s.DB, id, "", 10); err != nil {
		return w, err
	}
	if w.Comparisons, err = s.store.Comparisons(ctx, s.DB, id, "", 10); err != nil {
		return w, err
	}
	if len(w.Runs) > 0 {
		w.Compared, err = s.store.Compared(ctx, s.DB, id, w.Runs[0].EndedAt)
		w.Compared = w.Compared && w.Runs[0].State == "done"
	}
	return w, err
}

// inTime reports whether a unit of a wave can still be given back.
func inTime(w Wave, now db.Time) bool {
	return w.State != moving.Accepted || now.Before(w.AcceptedAt.Add(time.Duration(w.Hours)*time.Hour))
}

// Accept says that what came is what was there.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, id, note string) (err error) {
	defer errs.Wrap(&err, "accept wave %s", id)

	if _, err := access.Require(actor, moving.PermAccept); err != nil {
		return err
	}
	note = text.NFC(note)
	if n := utf8.RuneCountInString(note); n > maxNote {
		return errs.BadInput([]errs.Field{{Name: "note", Code: "form.too_long", Args: map[string]any{"max": maxNote, "over": n - maxNote}}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.store.GetWave(ctx, tx, id)
		if err != nil {
			return err
		}
		switch w.State {
		case moving.Accepted:
			return moving.ErrAccepted
		case moving.Moved:
		default:
			return moving.ErrNotMoved
		}
		runs, err := s.store.Runs(ctx, tx, id, "", 1)
		if err != nil {
			return err
		}
		compared := false
		if len(runs) == 1 {
			if compared, err = s.store.Compared(ctx, tx, id, runs[0].EndedAt); err != nil {
				return err
			}
		}
		if !compared {
			return moving.ErrCompare
		}
		if err := s.store.Accept(ctx, tx, id, actor.Account, note); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, moving.AuditAccepted, id)
	})
}

// UnitName is what a unit is called; its id where it is not known.
func (s *Service) UnitName(ctx context.Context, unit string) i18n.Text { return s.unitName(ctx, unit) }
