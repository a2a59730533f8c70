// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// citedOn is what procedures rest on, and what it was made from.
type citedOn struct {
	day      string
	revision int64
	all      []procedures.Citation
}

// Cited returns what today's procedures rest on, by name of the procedure. It
// is put together once for each day and each change of the catalogue.
func (s *Service) Cited(ctx context.Context) (all []procedures.Citation, err error) {
	defer errs.Wrap(&err, "list what procedures rest on")

	now := citedOn{day: today(s.db.Now())}
	if now.revision, err = store.Revision(ctx, s.db); err != nil {
		return nil, err
	}
	s.mu.Lock()
	known := s.cited
	s.mu.Unlock()
	if known.day == now.day && known.revision == now.revision {
		return known.all, nil
	}
	for after := procedures.ID(""); ; {
		page, err := s.List(ctx, Filter{}, after, 5*PageSize)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Items {
			now.all = append(now.all, restsOn(v)...)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	s.mu.Lock()
	s.cited = now
	s.mu.Unlock()
	return now.all, nil
}

// restsOn returns what a version and its parts rest on.
func restsOn(v procedures.Version) (all []procedures.Citation) {
	cite := func(name i18n.Text, part procedures.Part, on []string) {
		for _, legal := range on {
			all = append(all, procedures.Citation{ID: v.ID, Name: name, Legal: legal, Part: part})
		}
	}
	cite(v.Name, procedures.Itself, v.LegalBases)
	if v.Fee.Legal != "" {
		cite(v.Name, procedures.ItsFee, []string{v.Fee.Legal})
	}
	cite(i18n.Text(v.Form.Title), procedures.ItsForm, v.Form.LegalBases)
	cite(v.Flow.Title, procedures.ItsFlow, v.Flow.LegalBases)
	return all
}
