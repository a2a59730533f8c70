// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"maps"
	"slices"

	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/procedures"
)

// Unknown is a value of the older system for which the mapping says nothing, or
// something that is not there.
type Unknown struct {
	Field, Value string
	Name         string // as the tables of units and procedures call it
	N            int    // rows
}

// Looked is what a dump holds, before anything is written.
type Looked struct {
	Rows     map[string]int // by table
	ByUnit   map[string]int // dossiers, by our unit
	ByStatus map[string]int // by our status
	Reasons  map[string]int // why rows would not be taken
	Unknown  []Unknown
}

// Look reads a whole dump and says what a run would make of it. It writes nothing.
func Look(ctx context.Context, folder string, m mapping.File, s *Service) (l Looked, err error) {
	l = Looked{Rows: map[string]int{}, ByUnit: map[string]int{}, ByStatus: map[string]int{}, Reasons: map[string]int{}}
	unknown := map[[2]string]int{}
	names := map[[2]string]string{}
	for _, name := range []string{mapping.Units, mapping.Procedures, mapping.Persons, mapping.Dossiers, mapping.Files} {
		t, there := m.Tables[name]
		if !there {
			continue
		}
		rows, err := dump.Open(folder, t)
		if err != nil {
			return l, err
		}
		for rows.Next() {
			l.Rows[name]++
			l.row(rows, name, m, s, unknown, names)
		}
		if err := errors.Join(rows.Err(), rows.Close(), ctx.Err()); err != nil {
			return l, err
		}
	}
	for k, n := range unknown {
		u := Unknown{Field: k[0], Value: k[1], N: n, Name: names[k]}
		l.Unknown = append(l.Unknown, u)
	}
	slices.SortFunc(l.Unknown, func(a, b Unknown) int { return b.N - a.N })
	return l, s.notHere(ctx, m, &l)
}

func (l *Looked) row(rows *dump.Rows, name string, m mapping.File, s *Service, unknown map[[2]string]int, names map[[2]string]string) {
	switch name {
	case mapping.Units, mapping.Procedures:
		field := map[string]string{mapping.Units: mapping.Unit, mapping.Procedures: mapping.Procedure}[name]
		key, _ := rows.Get(mapping.Key)
		names[[2]string{field, key}], _ = rows.Get(mapping.Name)
	case mapping.Persons:
		if _, _, wrong := party(rows, m); wrong != nil {
			l.Reasons[wrong.Code]++
		}
	case mapping.Dossiers:
		d, wrong := dossierRow(rows, m, s.DB.Now().Time)
		if wrong != nil {
			l.Reasons[wrong.Code]++
			if wrong.Said != "" {
				unknown[[2]string{wrong.Field, wrong.Said}]++
			}
			return
		}
		l.ByUnit[string(d.Unit)]++
		l.ByStatus[d.Status.Key()]++
	case mapping.Files:
		if _, wrong := fileOf(rows, m); wrong != nil {
			l.Reasons[wrong.Code]++
		}
	}
}

// notHere finds units and procedures that the mapping names and that are not there.
func (s *Service) notHere(ctx context.Context, m mapping.File, l *Looked) error {
	for _, u := range unitsOf(m) {
		if !s.unitHere(ctx, u) {
			l.Unknown = append(l.Unknown, Unknown{Field: mapping.Units, Value: u})
		}
	}
	for _, p := range slices.Compact(slices.Sorted(maps.Values(m.Procedures))) {
		if _, err := s.Procedures.Get(ctx, procedures.ID(p)); errors.Is(err, procedures.ErrNotFound) {
			l.Unknown = append(l.Unknown, Unknown{Field: mapping.Procedures, Value: p})
		} else if err != nil {
			return err
		}
	}
	return nil
}

// LookAt is Look for a source in the folder.
func (s *Service) LookAt(ctx context.Context, source string) (Looked, error) {
	m, folder, err := s.open(source)
	if err != nil {
		return Looked{}, err
	}
	m, forget, err := s.whole(ctx, folder, m)
	if err != nil {
		return Looked{}, err
	}
	if m, err = s.coded(ctx, folder, m); err != nil {
		return Looked{}, errors.Join(err, forget())
	}
	l, err := Look(ctx, folder, m, s)
	return l, errors.Join(err, forget())
}
