// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"maps"
	"strings"

	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/errs"
)

// sameEverywhere is the part of a national code that is the same in every province.
const sameEverywhere = len("1.000000")

// coded completes the procedures of a mapping: of an old one that it does not name, the
// national code in the table of procedures says which of ours it is, as far as there is
// one. So what came as a catalogue need not be named again. A key that stands there with
// two codes says nothing.
func (s *Service) coded(ctx context.Context, folder string, m mapping.File) (_ mapping.File, err error) {
	t, there := m.Tables[mapping.Procedures]
	if !there || t.Columns[mapping.Code].Name == "" {
		return m, nil
	}
	rows, err := dump.Open(folder, t)
	if errs.KindOf(err) == errs.Invalid {
		return m, nil // the table serves for names alone: who reads it says what is wrong with it
	}
	if err != nil {
		return m, err
	}
	defer func() { _ = rows.Close() }()
	said := map[string]string{}
	for rows.Next() {
		key, _ := rows.Get(mapping.Key)
		code, _ := rows.Get(mapping.Code) // letters that cannot be read name nothing
		if _, named := m.Procedures[key]; named || key == "" || code == "" {
			continue
		}
		if before, twice := said[key]; twice && before != code {
			code = ""
		}
		said[key] = code
	}
	if err := rows.Err(); err != nil {
		return m, err
	}
	all := maps.Clone(m.Procedures)
	if all == nil {
		all = map[string]string{}
	}
	for key, code := range said {
		for _, one := range []string{code, code[:min(len(code), sameEverywhere)]} {
			v, found, err := s.Codes.FindByCode(ctx, strings.TrimSpace(one))
			if err != nil {
				return m, err
			}
			if found {
				all[key] = string(v.ID)
				break
			}
		}
	}
	m.Procedures = all
	return m, nil
}
