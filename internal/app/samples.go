// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tinhso.vn/internal/app/sample"
	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
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

// fillBook enters the rows of one register as the first who holds the role.
func (p *Program) fillBook(ctx context.Context, set *packs.Set, w *sample.World, b sample.Book) error {
	i := slices.IndexFunc(set.Accounts, func(a packs.Account) bool {
		return a.Role == string(b.Role) || slices.Contains(a.Also, string(b.Role))
	})
	if i < 0 {
		return nil // nobody here looks after it
	}
	unit := set.Accounts[i].Unit
	account, found, err := p.People.FindAccount(ctx, p.DB, set.Accounts[i].ID)
	if err != nil || !found {
		return err
	}
	second := slices.IndexFunc(set.Accounts[i+1:], func(a packs.Account) bool {
		return a.Unit == unit && (a.Role == string(b.Role) || slices.Contains(a.Also, string(b.Role)))
	})
	other := account
	if second >= 0 {
		if other, found, err = p.People.FindAccount(ctx, p.DB, set.Accounts[i+1+second].ID); err != nil || !found {
			return err
		}
	}
	rows := w.Of(b)
	return p.DB.Write(ctx, func(tx *db.Tx) error {
		actor, err := access.Load(ctx, tx, identity.NewActor(account.ID, account.Person), tx.Now)
		if err != nil {
			return err
		}
		st, err := p.Registers.Stand(ctx, tx, actor, b.Register)
		if err != nil {
			return err
		}
		eyes := st
		if other.ID != account.ID {
			if actor, err = access.Load(ctx, tx, identity.NewActor(other.ID, other.Person), tx.Now); err != nil {
				return err
			}
			if eyes, err = p.Registers.Stand(ctx, tx, actor, b.Register); err != nil {
				return err
			}
		}
		made := make([]string, 0, len(rows))
		for n, values := range rows {
			at := unit
			if own, says := values[sample.Unit].(string); says {
				at = own
			}
			steps, _ := values[sample.Moves].([]sample.Step)
			delete(values, sample.Unit)
			delete(values, sample.Moves)
			rec, err := p.Registers.Enter(ctx, tx, st, at, values)
			if err != nil {
				return fmt.Errorf("row %d: %w", n, err)
			}
			if err := sample.Walk(ctx, tx, p.Registers, st, eyes, rec, steps); err != nil {
				return fmt.Errorf("row %d: %w", n, err)
			}
			made = append(made, rec.ID)
		}
		w.Made[b.Register] = made
		return nil
	})
}
