// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// PairState is what is known of two records that may be the same thing.
type PairState string

// The states of a pair.
const (
	PairOpen      PairState = "open"
	PairDifferent PairState = "different" // somebody has said so
	pairMerged    PairState = "merged"
)

// ErrNoPair means that two records are not suspected, or not for this actor.
var ErrNoPair = errs.New(errs.NotFound, "registers.no_pair")

// Pair is two records that may be the same thing, as a reader sees them.
type Pair struct {
	First, Second Record // without personal fields; First has the smaller id
	Rule          i18n.Text
	State         PairState
	By            string // account of who told them apart
	At            db.Time
}

// PairPage is a page of pairs.
type PairPage struct {
	Pairs []Pair
	Next  string // empty: this is the last page
}

type foundPair struct {
	first, second, rules, by string
	at                       *db.Time
}

// mayMerge refuses who may merge nothing in a register.
func (s Standing) mayMerge() error {
	if !s.Can(Merge) {
		return access.ErrNotAllowed
	}
	return nil
}

// pairsQuery finds pairs of which one right to merge shows on both records all
// that the rule compares: so that two are suspected tells no more than they do.
func (k *Keeper) pairsQuery(s Standing, state PairState, after string, limit int) (string, []any, error) {
	d := s.Definition
	args := []any{d.ID, string(state)}
	conds := []string{"1 = 0"}
	if d.Duplicates != nil {
		for _, l := range d.Duplicates.Rules {
			args = append(args, "% "+l.sum(d, k.keys.IndexKey())+" %", StateActive)
			of, active := number(len(args)-1), mark(args)
			var both []string
			for _, side := range []string{"first", "second"} {
				var reach string
				reach, args = s.reach(Merge, l.keys(), args)
				both = append(both, `EXISTS (SELECT 1 FROM `+ident(d.Table())+` WHERE id = t.`+side+` AND state = `+active+` AND `+reach+`)`)
			}
			conds = append(conds, `(t.rules LIKE $`+of+` AND `+strings.Join(both, ` AND `)+`)`)
		}
	}
	query := `SELECT t.first, t.second, t.rules, t.decided_by, t.decided_at FROM registers_twins t WHERE t.register = $1 AND t.state = $2`
	if after != "" {
		raw, err := base64.RawURLEncoding.DecodeString(after)
		first, second, ok := strings.Cut(string(raw), " ")
		if err != nil || !ok || !id.Valid(first) || !id.Valid(second) {
			return "", nil, ErrCursor
		}
		args = append(args, first, second)
		query += ` AND (t.first, t.second) > ($` + number(len(args)-1) + `, ` + mark(args) + `)`
	}
	args = append(args, limit)
	return query + ` AND (` + strings.Join(conds, ` OR `) + `) ORDER BY t.first, t.second LIMIT ` + mark(args), args, nil
}

// ListPairs returns a page of the pairs that the actor may merge or tell apart.
func (k *Keeper) ListPairs(ctx context.Context, q db.Querier, s Standing, state PairState, after string, limit int) (p PairPage, err error) {
	defer errs.Wrap(&err, "list duplicates of register %s", s.Definition.ID)

	if err := s.mayMerge(); err != nil {
		return PairPage{}, err
	}
	if state != PairDifferent {
		state = PairOpen
	}
	limit = min(max(limit, 1), maxLimit)
	err = k.steadily(ctx, q, s, func(s Standing) error {
		query, args, err := k.pairsQuery(s, state, after, limit+1)
		if err != nil {
			return err
		}
		found, err := db.All(ctx, q, scanPair, query, args...)
		if err != nil {
			return err
		}
		p.Next = ""
		if len(found) > limit {
			found = found[:limit]
			last := found[limit-1]
			p.Next = base64.RawURLEncoding.EncodeToString([]byte(last.first + " " + last.second))
		}
		p.Pairs, err = k.paired(ctx, q, s, state, found)
		return err
	})
	return p, err
}

func scanPair(r db.Row) (f foundPair, err error) {
	err = r.Scan(&f.first, &f.second, &f.rules, &f.by, &f.at)
	return f, err
}

// paired reads both records of pairs.
func (k *Keeper) paired(ctx context.Context, q db.Querier, s Standing, state PairState, found []foundPair) (all []Pair, err error) {
	var ids []string
	for _, f := range found {
		ids = append(ids, f.first, f.second)
	}
	slices.Sort(ids)
	records, reached := map[string]Record{}, map[string]through{}
	for some := range slices.Chunk(slices.Compact(ids), maxAsked) {
		args := []any{StateActive}
		marks := make([]string, len(some))
		for i, one := range some {
			args = append(args, one)
			marks[i] = mark(args)
		}
		rows, err := k.rows(ctx, q, s, View, false, `''`, []string{`state = $1`, `id IN (` + strings.Join(marks, ", ") + `)`}, args, ``, nil)
		if err != nil {
			return nil, err
		}
		seen, err := k.seen(s, rows, false)
		if err != nil {
			return nil, err
		}
		for i, r := range seen {
			records[r.ID], reached[r.ID] = r, rows[i].which
		}
	}
	for _, f := range found {
		one := Pair{First: records[f.first], Second: records[f.second], State: state, By: f.by}
		if f.at != nil {
			one.At = *f.at
		}
		for _, l := range s.Definition.Duplicates.Rules {
			hidden := func(key string) bool { return !s.shows(reached[f.first], key) || !s.shows(reached[f.second], key) }
			if one.Rule.VI == "" && strings.Contains(f.rules, " "+l.sum(s.Definition, k.keys.IndexKey())+" ") && !slices.ContainsFunc(l.keys(), hidden) {
				one.Rule = l.Name
			}
		}
		if one.First.ID != "" && one.Second.ID != "" { // they left between two readings
			all = append(all, one)
		}
	}
	return all, nil
}

// TellApart keeps that two records are not the same thing, or no longer does. They
// need not be suspected: who may merge them may say so.
func (k *Keeper) TellApart(ctx context.Context, tx *db.Tx, s Standing, first, second string, different bool) (err error) {
	defer errs.Wrap(&err, "tell two records of register %s apart", s.Definition.ID)

	first, second = min(first, second), max(first, second)
	for _, one := range []string{first, second} {
		if _, err := s.reached(ctx, tx, Merge, one); err != nil {
			return err
		}
	}
	state, by, at := PairOpen, "", any(nil)
	if different {
		state, by, at = PairDifferent, s.Actor.Account, tx.Now
	}
	n, err := tx.Exec(ctx, `UPDATE registers_twins SET state = $4, decided_by = $5, decided_at = $6 WHERE register = $1 AND first = $2 AND second = $3 AND state <> $7`,
		s.Definition.ID, first, second, string(state), by, at, string(pairMerged))
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNoPair
	}
	event := AuditApart
	if !different {
		event = AuditSuspected
	}
	return audit.Record(ctx, tx, s.Actor, event, s.Definition.ID+"/"+first+" "+second)
}

// Look is how far a register has been looked through for duplicates. Its numbers are
// of the whole register: they are not for those who see only some of it.
type Look struct {
	Running bool  // it goes from the first record to the last
	Looked  int64 // records, of the last time
	Wide    int64 // of them, those that match more others than are kept: a rule is too wide
	Begun   db.Time
	Ended   db.Time // zero: it has not ended yet
}

// DuplicateLook tells how far the register has been looked through; zero: not at all.
func (k *Keeper) DuplicateLook(ctx context.Context, q db.Querier, s Standing) (l Look, err error) {
	if err := s.mayMerge(); err != nil {
		return l, err
	}
	var state string
	var ended *db.Time
	err = q.QueryRow(ctx, `SELECT state, looked, wide, begun_at, ended_at FROM registers_twin_looks WHERE register = $1`, s.Definition.ID).Scan(&state, &l.Looked, &l.Wide, &l.Begun, &ended)
	if errors.Is(err, db.ErrNoRows) {
		return Look{}, nil
	}
	l.Running = state == lookAll
	if ended != nil {
		l.Ended = *ended
	}
	return l, err
}

// LookAgain begins to look through the whole register.
func (k *Keeper) LookAgain(ctx context.Context, tx *db.Tx, s Standing) error {
	if err := s.mayMerge(); err != nil {
		return err
	}
	d, err := k.forWriting(ctx, tx, s.Definition.ID)
	if err != nil || d.Duplicates == nil {
		return err
	}
	return k.restart(ctx, tx, d)
}
