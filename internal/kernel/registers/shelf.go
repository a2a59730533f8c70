// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Standings returns what the actor may do with each register of which they see
// something, sorted by id, in one reading of the definitions. Who sees none gets
// the reason of the last.
func (k *Keeper) Standings(ctx context.Context, q db.Querier, a identity.Actor) (all []Standing, err error) {
	defer errs.Wrap(&err, "standing in all registers")

	defs, err := k.inForce(ctx, q)
	if err != nil {
		return nil, err
	}
	var own identity.Person
	refused := error(access.ErrSignInNeeded)
	for _, d := range defs {
		if own.ID == "" {
			if own, err = k.own(ctx, q, d, a); err != nil {
				return nil, err
			}
		}
		s, err := k.stand(d, a, own)
		switch kind := errs.KindOf(err); {
		case err == nil:
			all = append(all, s)
		case kind == errs.Forbidden, kind == errs.Unauthenticated:
			refused = err
		default:
			return nil, err
		}
	}
	if len(all) == 0 && len(defs) > 0 {
		return nil, refused
	}
	return all, nil
}

// inForce returns the definitions in force, by id: some dozens.
func (k *Keeper) inForce(ctx context.Context, q db.Querier) ([]Definition, error) {
	return db.All(ctx, q, func(r db.Row) (d Definition, err error) {
		var raw string
		if err := r.Scan(&raw); err != nil {
			return Definition{}, err
		}
		return k.memory.definition(raw)
	}, `SELECT definition FROM registers_definitions now WHERE version = (SELECT MAX(version) FROM registers_definitions one WHERE one.id = now.id) ORDER BY id`)
}

// Count is how many records of a register somebody sees: N, or more than that.
type Count struct {
	N    int
	More bool
}

// together is how many registers are counted by one statement; SQLite joins 500
// at most.
const together = 100

// Tallies counts the records that the actor sees of each register, each up to
// most, a hundred registers by one statement.
func (k *Keeper) Tallies(ctx context.Context, q db.Querier, all []Standing, most int) (counts []Count, err error) {
	defer errs.Wrap(&err, "count registers")

	for len(all) > 0 {
		some := all[:min(len(all), together)]
		all = all[len(some):]
		args, parts := []any{StateActive, most + 1}, make([]string, len(some))
		for i, s := range some {
			var reach string
			reach, args = s.reach(View, nil, args)
			parts[i] = `SELECT ` + number(i) + ` AS place, (SELECT COUNT(*) FROM (SELECT 1 FROM ` + ident(s.Definition.Table()) + ` WHERE state = $1 AND ` + reach + ` LIMIT $2) counted) AS n`
		}
		found, err := db.All(ctx, q, func(r db.Row) (n int, err error) {
			var place int
			err = r.Scan(&place, &n)
			return n, err
		}, strings.Join(parts, ` UNION ALL `)+` ORDER BY place`, args...)
		if err != nil {
			return nil, err
		}
		for _, n := range found {
			counts = append(counts, Count{N: min(n, most), More: n > most})
		}
	}
	return counts, nil
}
