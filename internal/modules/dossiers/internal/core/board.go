// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Load is how much somebody has in hand, or how much of a step is open.
type Load struct {
	Account string    // of an officer; Nobody: what is in nobody's hands
	Name    string    // of the officer
	Step    i18n.Text // of a step
	Unit    i18n.Text // of the officer's work; empty: in several units
	Counts
}

// Board is what is open in the units whose work somebody gives out. It names no
// citizen.
type Board struct {
	Counts   Counts
	Officers []Load // the most late first
	Steps    []Load // the most late first
	Mirrors  int64  // open dossiers of these units in systems of other agencies
}

// maxLoads is how many rows a board is added up from.
const maxLoads = 5000

// Board says who has how much in hand, and of which step how much is late, soon
// due or waiting, in the units whose work the actor gives out.
func (s *Service) Board(ctx context.Context, actor identity.Actor) (b Board, err error) {
	defer errs.Wrap(&err, "board")

	work, err := s.ofUnits(actor)
	if err != nil {
		return b, err
	}
	l := s.limits(actor)
	rows, err := s.store.Loads(ctx, s.DB, work, l.now.UnixMicro(), l.today.UnixMicro(), l.soon.UnixMicro(), maxLoads)
	if err != nil {
		return b, err
	}
	if scope, err := access.RequireAny(actor, office()...); err == nil {
		if b.Mirrors, err = s.store.CountKept(ctx, s.DB, scope); err != nil {
			return b, err
		}
	}
	names := s.unitNames(ctx)
	units := map[string]orgs.ID{}
	for _, r := range rows {
		n := countsOf(r.Counts)
		b.Counts.add(n)
		account := r.Account
		if account == "" {
			account = Nobody
		}
		officer := loadOf(&b.Officers, func(o Load) bool { return o.Account == account }, Load{Account: account, Name: r.Name, Unit: names(r.Unit)})
		if at, known := units[account]; known && at != r.Unit {
			officer.Unit = i18n.Text{}
		}
		units[account] = r.Unit
		officer.add(n)
		loadOf(&b.Steps, func(o Load) bool { return o.Step.VI == r.Step.VI }, Load{Step: r.Step}).add(n)
	}
	for _, all := range [][]Load{b.Officers, b.Steps} {
		slices.SortStableFunc(all, func(a, b Load) int {
			return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Today, a.Today), cmp.Compare(b.Total(), a.Total()))
		})
	}
	return b, nil
}

func loadOf(all *[]Load, is func(Load) bool, fresh Load) *Load {
	i := slices.IndexFunc(*all, is)
	if i < 0 {
		i = len(*all)
		*all = append(*all, fresh)
	}
	return &(*all)[i]
}

func (c *Counts) add(n Counts) {
	c.Overdue, c.Today, c.Soon, c.Waiting, c.Other = c.Overdue+n.Overdue, c.Today+n.Today, c.Soon+n.Soon, c.Waiting+n.Waiting, c.Other+n.Other
}

// maxExport is how many rows leave in one file.
const maxExport = 5000

// ExportWork returns a list of work as it is narrowed and sorted, without pages,
// at most 5,000 rows. That it left, and whose names were in it, is recorded
// before.
func (s *Service) ExportWork(ctx context.Context, actor identity.Actor, list WorkList, f DeskFilter) (items []Item, err error) {
	defer errs.Wrap(&err, "export a list of work")

	var base store.Work
	if list == UnitsWork {
		base, err = s.ofUnits(actor)
	} else {
		base, err = s.onDesk(ctx, actor)
	}
	if err != nil {
		return nil, err
	}
	work, err := s.narrowed(ctx, base, f, &Facets{})
	if err != nil {
		return nil, err
	}
	l := s.limits(actor)
	rows, err := s.store.ListWork(ctx, s.DB, l.only(work, f.Bucket), work.Order.Begin(), maxExport)
	if err != nil {
		return nil, err
	}
	if err := s.recordExport(ctx, actor, list, rows); err != nil {
		return nil, err
	}
	return s.workItems(ctx, actor, rows, l), nil
}

func (s *Service) recordExport(ctx context.Context, actor identity.Actor, list WorkList, rows []store.Dossier) error {
	for part := range slices.Chunk(rows, 500) {
		if err := s.recordList(ctx, actor, string(list)+" export", part); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, dossiers.AuditExported, string(list)+" "+strconv.Itoa(len(rows))+" rows")
	})
}
