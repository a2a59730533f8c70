// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Dataset is what a register publishes, as everybody sees it, whoever asks.
type Dataset struct {
	registers.Standing

	Count   int     // records; in lists it is not counted
	More    bool    // there are more than Count
	Changed db.Time // when the register changed last; zero where that is no longer known
	Tag     string  // changes when the register or its file does
}

// Fields are those that are published, in the order of the file.
func (d Dataset) Fields() []registers.Field {
	return slices.DeleteFunc(d.Standing.Fields(registers.View), func(f registers.Field) bool {
		return f.Withheld() || !slices.Contains(d.Definition.Dataset.Fields, f.Key)
	})
}

// Placed reports whether the records can stand on a map.
func (d Dataset) Placed() bool {
	return slices.ContainsFunc(d.Fields(), func(f registers.Field) bool { return f.Type == registers.Place || f.Type == registers.Shape })
}

// Datasets returns all that is published: there are few.
func (s *Service) Datasets(ctx context.Context) (all []Dataset, err error) {
	defer errs.Wrap(&err, "list datasets")

	found, err := s.keeper.Published(ctx, s.db)
	if err != nil {
		return nil, err
	}
	for _, st := range found {
		d := Dataset{Standing: st}
		if err := s.stamp(ctx, &d); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// Dataset returns one, counted.
func (s *Service) Dataset(ctx context.Context, register string) (d Dataset, err error) {
	defer errs.Wrap(&err, "dataset %s", register)

	if d, err = s.dataset(ctx, register); err != nil {
		return Dataset{}, err
	}
	d.Count, d.More, err = s.keeper.Tally(ctx, s.db, d.Standing, d.Definition.Opening(), countMost)
	return d, err
}

func (s *Service) dataset(ctx context.Context, register string) (Dataset, error) {
	found, err := s.keeper.Published(ctx, s.db)
	if err != nil {
		return Dataset{}, err
	}
	register = text.Line(register)
	i := slices.IndexFunc(found, func(st registers.Standing) bool { return st.Definition.ID == register })
	if i < 0 {
		return Dataset{}, books.ErrNoDataset
	}
	d := Dataset{Standing: found[i]}
	return d, s.stamp(ctx, &d)
}

// stamp says how new a dataset is: by its feed, which tells every change, so that
// nobody has to look at the records.
func (s *Service) stamp(ctx context.Context, d *Dataset) error {
	place, at, err := s.keeper.FeedLast(ctx, s.db, d.Definition.ID)
	d.Changed, d.Tag = at, fmt.Sprintf("%s-%d-%d", d.Definition.ID, d.Definition.Version, place)
	return err
}

// Publish returns the records of a dataset, which are read as they are written.
func (s *Service) Publish(ctx context.Context, register string) (d Dataset, t Taken, err error) {
	defer errs.Wrap(&err, "publish %s", register)

	if d, err = s.dataset(ctx, register); err != nil {
		return d, t, err
	}
	t = Taken{Standing: d.Standing, svc: s, ask: d.Definition.Opening(), only: d.Fields()}
	t.ask.Limit = 200
	return d, t, nil
}
