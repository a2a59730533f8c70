// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Biller = (*Service)(nil)

// Bill implements dossiers.Biller: what the version of the day of acceptance says,
// with the answers that were given.
func (s *Service) Bill(ctx context.Context, q db.Querier, id dossiers.ID) (b dossiers.Bill, ok bool, err error) {
	defer errs.Wrap(&err, "bill of dossier %s", id)

	d, err := s.store.Get(ctx, q, access.All(), store.Involved(), id)
	if errors.Is(err, dossiers.ErrNotFound) || err == nil && d.Code == "" {
		return b, false, nil
	}
	if err != nil {
		return b, false, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return b, false, err
	}
	b = dossiers.Bill{
		Dossier: d.ID, Code: d.Code, Procedure: d.Procedure, SHA: d.SHA, Name: d.Name, Unit: d.Received, Status: d.Status,
		Owner: d.OwnerID, OwnerName: d.OwnerName, Bringer: d.BringerID, Fee: v.Fee, Authority: v.AuthorityUnit,
	}
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return b, false, err
	}
	form, err := s.forms.get(filed)
	if err != nil {
		return b, false, err
	}
	p, err := s.store.Personal(ctx, q, access.All(), id)
	if err != nil {
		return b, false, err
	}
	answers, err := form.DecodeJSON([]byte(p.Answers))
	if err != nil {
		return b, false, err
	}
	b.Charge, b.Why = v.Charge(answers, way(d.Channel))
	return b, true, nil
}

// FollowFinance implements dossiers.Biller. Between where the dossier is and where
// it belongs it takes each way of the table; where its rules say so, it waits.
func (s *Service) FollowFinance(ctx context.Context, id dossiers.ID, now func(ctx context.Context, tx *db.Tx) (dossiers.Progress, error)) (err error) {
	defer errs.Wrap(&err, "finance of dossier %s", id)

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
		if errors.Is(err, dossiers.ErrMirror) { // money that came before stays in its orders; where the dossier stands is not ours to say
			return nil
		}
		if err != nil {
			return err
		}
		to, err := now(ctx, tx)
		if err != nil || to == d.Finance {
			return err
		}
		ways := financeWay(d.Finance, to)
		if ways == nil {
			return fmt.Errorf("no way leads from %q to %q of finance", d.Finance, to)
		}
		for _, next := range ways {
			if d, err = s.store.Lock(ctx, tx, access.All(), store.Involved(), id); err != nil {
				return err
			}
			d.Finance = next
			if err := s.store.SaveFinance(ctx, tx, d); err != nil {
				return err
			}
		}
		if d, err = s.store.Lock(ctx, tx, access.All(), store.Involved(), id); err != nil {
			return err
		}
		v, err := s.follows(ctx, d)
		if err != nil {
			return err
		}
		return s.followPaying(ctx, tx, d, v)
	})
}

// financeWay is the shortest way from one state of finance to another, without
// the first; nil where there is none.
func financeWay(from, to dossiers.Progress) []dossiers.Progress {
	type walked struct {
		at  dossiers.Progress
		way []dossiers.Progress
	}
	seen := make(map[dossiers.Progress]bool)
	seen[from] = true
	for open := []walked{{at: from}}; len(open) > 0; open = open[1:] {
		if open[0].at == to {
			return open[0].way
		}
		for _, m := range dossiers.Moves() {
			if m.Machine == dossiers.Finance && m.From == open[0].at && !seen[m.To] {
				seen[m.To] = true
				open = append(open, walked{m.To, append(slices.Clone(open[0].way), m.To)})
			}
		}
	}
	return nil
}
