// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/modules/lawbook"
	"tinhso.vn/internal/platform/errs"
)

// Linked is a document and how another one stands to it.
type Linked struct {
	Kind law.Tie
	law.Standing
}

// Document is a document with what it does to others, what others do to it,
// and which rules rest on it today.
type Document struct {
	law.Standing
	To    []Linked
	By    []Linked
	Cited []lawbook.Citation
}

// Get returns a document as it stands on a day.
func (s *Service) Get(ctx context.Context, id law.ID, day calendar.Date) (d Document, err error) {
	defer errs.Wrap(&err, "get legal document %s", id)

	all, err := s.standings(ctx, day)
	if err != nil {
		return d, err
	}
	at := func(id law.ID) int { return slices.IndexFunc(all, func(d law.Standing) bool { return d.ID == id }) }
	i := at(id)
	if i < 0 {
		return d, law.ErrNotFound
	}
	d.Standing = all[i]
	for _, r := range all[i].Relations {
		d.To = append(d.To, Linked{r.Kind, all[at(r.To)]})
	}
	for _, r := range all[i].By {
		d.By = append(d.By, Linked{r.Kind, all[at(r.To)]})
	}
	cited, err := s.citations(ctx)
	d.Cited = cited[id]
	return d, err
}
