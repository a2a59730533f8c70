// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"tinhso.vn/internal/app/sample"
	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
)

// Fill enters what a demonstration has in its registers, at a moment, by the
// people who hold the roles of the sectors. It is for a new demonstration.
func Fill(ctx context.Context, c config.Config, version string, set *packs.Set, now time.Time) error {
	c.Limits, c.SMS, c.SMTP, c.ZNS, c.Push, c.Signing.SmartCA = false, config.SMS{}, config.SMTP{}, config.ZNS{}, config.Push{}, config.SmartCA{}
	p, err := openAt(ctx, c, version, slog.New(slog.DiscardHandler), nil, clock.NewManual(now))
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	return p.fill(ctx, set)
}

func (p *Program) fill(ctx context.Context, set *packs.Set) error {
	atlas, err := p.areas.Index(ctx)
	if err != nil {
		return err
	}
	today := p.DB.Now().In(clock.Vietnam())
	w := sample.NewWorld(set, today, func(code string) (lat, lon float64) {
		u, _ := atlas.Get(code, today.Format("2006-01-02"))
		return u.Lat, u.Lon
	})
	for _, b := range sample.Books() {
		if _, there := set.Register(b.Register); !there {
			continue
		}
		if err := p.fillBook(ctx, set, w, b); err != nil {
			return fmt.Errorf("fill the register %s: %w", b.Register, err)
		}
	}
	return nil
}

// fillBook enters the rows of one register as the first who holds the role, and moves
// the records on as their steps say.
func (p *Program) fillBook(ctx context.Context, set *packs.Set, w *sample.World, b sample.Book) error {
	holders := holding(set, b.Role)
	if len(holders) == 0 {
		return nil // nobody here looks after it
	}
	rows := w.Of(b)
	return p.DB.Write(ctx, func(tx *db.Tx) error {
		stands := map[string]registers.Standing{}
		stand := func(a packs.Account) (st registers.Standing, err error) {
			if st, there := stands[a.ID]; there {
				return st, nil
			}
			account, found, err := p.People.FindAccount(ctx, tx, a.ID)
			if err != nil || !found {
				return st, cmp.Or(err, fmt.Errorf("no account %s", a.ID))
			}
			actor, err := access.Load(ctx, tx, identity.NewActor(account.ID, account.Person), tx.Now)
			if err != nil {
				return st, err
			}
			st, err = p.Registers.Stand(ctx, tx, actor, b.Register)
			stands[a.ID] = st
			return st, err
		}
		made := make([]string, 0, len(rows))
		for n, values := range rows {
			st, err := stand(holders[0])
			if err != nil {
				return err
			}
			values = maps.Clone(values) // the transaction may run again
			at, steps := values.Take()
			rec, err := p.Registers.Enter(ctx, tx, st, cmp.Or(at, holders[0].Unit), values)
			if err != nil {
				return fmt.Errorf("row %d: %w", n, err)
			}
			last := holders[0].ID
			for _, s := range steps {
				by := holding(set, cmp.Or(s.Role, b.Role))
				if s.ByAnother(st.Definition) {
					by = others(by, holders[0].ID, last)
				}
				if len(by) == 0 {
					break // nobody here makes this move
				}
				last = by[0].ID
				if st, err = stand(by[0]); err != nil {
					return err
				}
				if rec.Version, err = p.Registers.Move(ctx, tx, st, rec.ID, rec.Version, s.Move, s.Reason, s.Values); err != nil {
					return fmt.Errorf("row %d: %s: %w", n, s.Move, err)
				}
			}
			made = append(made, rec.ID)
		}
		w.Made[b.Register] = made
		return nil
	})
}

// others are those who did not enter the record; where there are some, those who did
// not make the last move either.
func others(all []packs.Account, entered, last string) []packs.Account {
	all = slices.DeleteFunc(slices.Clone(all), func(a packs.Account) bool { return a.ID == entered })
	if rest := slices.DeleteFunc(slices.Clone(all), func(a packs.Account) bool { return a.ID == last }); len(rest) > 0 {
		return rest
	}
	return all
}

// holding are the accounts that hold a role, in the order of the pack.
func holding(set *packs.Set, role access.RoleID) (all []packs.Account) {
	for _, a := range set.Accounts {
		if a.Role == string(role) || slices.Contains(a.Also, string(role)) {
			all = append(all, a)
		}
	}
	return all
}
