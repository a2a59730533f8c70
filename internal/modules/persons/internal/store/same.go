// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"

	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/platform/db"
)

// Claim is one row of persons_claims.
type Claim struct {
	ID, Holder, Claimant, State, Unit, By string
	At                                    db.Time
}

const claimColumns = `id, holder, claimant, state, unit, made_by, made_at`

func scanClaim(r db.Row) (c Claim, err error) {
	err = r.Scan(&c.ID, &c.Holder, &c.Claimant, &c.State, &c.Unit, &c.By, &c.At)
	return c, err
}

// PutClaim keeps a claim, new or settled.
func (Store) PutClaim(ctx context.Context, tx *db.Tx, c Claim) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_claims (`+claimColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state`, c.ID, c.Holder, c.Claimant, c.State, c.Unit, c.By, c.At)
	return err
}

// LockClaim returns a claim and keeps it for the transaction.
func (Store) LockClaim(ctx context.Context, tx *db.Tx, id string) (Claim, error) {
	c, err := scanClaim(tx.QueryRow(ctx, `SELECT `+claimColumns+` FROM persons_claims WHERE id = $1`+tx.ForUpdate(), id))
	return c, orNotFound(err)
}

// OpenClaims returns at most limit claims that nobody has settled, by id, after the given one.
func (Store) OpenClaims(ctx context.Context, q db.Querier, after string, limit int) ([]Claim, error) {
	return db.All(ctx, q, scanClaim, openClaims, after, limit)
}

const openClaims = `SELECT ` + claimColumns + ` FROM persons_claims WHERE state = 'open' AND id > $1 ORDER BY id LIMIT $2`

// ClaimsOn returns the claims on the number of a holder: few.
func (Store) ClaimsOn(ctx context.Context, q db.Querier, holder string) ([]Claim, error) {
	return db.All(ctx, q, scanClaim, claimsOn, holder)
}

const claimsOn = `SELECT ` + claimColumns + ` FROM persons_claims WHERE holder = $1 ORDER BY id`

// ClaimsBy returns the claims of a claimant: few.
func (Store) ClaimsBy(ctx context.Context, q db.Querier, claimant string) ([]Claim, error) {
	return db.All(ctx, q, scanClaim, claimsBy, claimant)
}

const claimsBy = `SELECT ` + claimColumns + ` FROM persons_claims WHERE claimant = $1 ORDER BY id`

// Pair is two persons who look alike; A < B.
type Pair struct {
	A, B, Why, State string
	At               db.Time
}

func scanPair(r db.Row) (p Pair, err error) {
	err = r.Scan(&p.A, &p.B, &p.Why, &p.State, &p.At)
	return p, err
}

// AddPair keeps a pair unless it is known.
func (Store) AddPair(ctx context.Context, tx *db.Tx, p Pair) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_pairs (a, b, why, state, found_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (a, b) DO NOTHING`, p.A, p.B, p.Why, p.State, p.At)
	return err
}

// SetPair says what a pair was found to be; false where there is no such pair.
func (Store) SetPair(ctx context.Context, tx *db.Tx, a, b, state string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE persons_pairs SET state = $3 WHERE a = $1 AND b = $2`, min(a, b), max(a, b), state)
	return n == 1, err
}

// OpenPairs returns at most limit pairs that nobody has looked at, after the given one.
func (Store) OpenPairs(ctx context.Context, q db.Querier, after Pair, limit int) ([]Pair, error) {
	return db.All(ctx, q, scanPair, openPairs, after.A, after.B, limit)
}

const openPairs = `SELECT a, b, why, state, found_at FROM persons_pairs WHERE state = 'open' AND (a, b) > ($1, $2) ORDER BY a, b LIMIT $3`

// PairsWith returns the pairs that a person is one of: few.
func (Store) PairsWith(ctx context.Context, q db.Querier, person string) ([]Pair, error) {
	return db.All(ctx, q, scanPair, pairsWith, person)
}

const pairsWith = `SELECT a, b, why, state, found_at FROM persons_pairs WHERE a = $1 UNION ALL SELECT a, b, why, state, found_at FROM persons_pairs WHERE b = $1`

// Looked returns up to which person pairs were looked for, and keeps it.
func (Store) Looked(ctx context.Context, tx *db.Tx) (after string, err error) {
	err = tx.QueryRow(ctx, `SELECT after FROM persons_looked WHERE one = 1`+tx.ForUpdate()).Scan(&after)
	return after, err
}

// LastLook is Looked without a transaction.
func (Store) LastLook(ctx context.Context, q db.Querier) (after string, err error) {
	err = q.QueryRow(ctx, `SELECT after FROM persons_looked WHERE one = 1`).Scan(&after)
	return after, err
}

// Look notes up to which person pairs were looked for.
func (Store) Look(ctx context.Context, tx *db.Tx, after string) error {
	_, err := tx.Exec(ctx, `UPDATE persons_looked SET after = $1 WHERE one = 1`, after)
	return err
}

// Merge is one row of persons_merges.
type Merge struct {
	ID, From, To, State, By, Decider string
	At, Decided                      db.Time
	Stood                            bool // it is known what pointed to the one who stays
}

const mergeColumns = `id, from_person, to_person, state, asked_by, asked_at, decided_by, decided_at, stood`

func scanMerge(r db.Row) (m Merge, err error) {
	var stood int
	err = r.Scan(&m.ID, &m.From, &m.To, &m.State, &m.By, &m.At, &m.Decider, &m.Decided, &stood)
	m.Stood = stood == 1
	return m, err
}

// PutMerge keeps a merge, new or decided.
func (Store) PutMerge(ctx context.Context, tx *db.Tx, m Merge) error {
	stood := 0
	if m.Stood {
		stood = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO persons_merges (`+mergeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at, stood = excluded.stood`,
		m.ID, m.From, m.To, m.State, m.By, m.At, m.Decider, m.Decided, stood)
	return err
}

// GetClaim returns a claim.
func (Store) GetClaim(ctx context.Context, q db.Querier, id string) (Claim, error) {
	c, err := scanClaim(q.QueryRow(ctx, `SELECT `+claimColumns+` FROM persons_claims WHERE id = $1`, id))
	return c, orNotFound(err)
}

// CountClaims counts those that nobody has settled.
func (Store) CountClaims(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM persons_claims WHERE state = 'open'`).Scan(&n)
	return n, err
}

// GetMerge returns a merge.
func (Store) GetMerge(ctx context.Context, q db.Querier, id string) (Merge, error) {
	m, err := scanMerge(q.QueryRow(ctx, `SELECT `+mergeColumns+` FROM persons_merges WHERE id = $1`, id))
	return m, orNotFound(err)
}

// LockMerge is GetMerge for a transaction that decides on it.
func (Store) LockMerge(ctx context.Context, tx *db.Tx, id string) (Merge, error) {
	m, err := scanMerge(tx.QueryRow(ctx, `SELECT `+mergeColumns+` FROM persons_merges WHERE id = $1`+tx.ForUpdate(), id))
	return m, orNotFound(err)
}

// Merges returns at most limit merges in a state, the newest first, before the given one.
func (Store) Merges(ctx context.Context, q db.Querier, state, before string, limit int) ([]Merge, error) {
	if before == "" {
		before = latest
	}
	return db.All(ctx, q, scanMerge, merges, state, before, limit)
}

const merges = `SELECT ` + mergeColumns + ` FROM persons_merges WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3`

// MergesOf returns the merges that a person is one of, the oldest first: few.
func (Store) MergesOf(ctx context.Context, q db.Querier, person string) ([]Merge, error) {
	return db.All(ctx, q, scanMerge, mergesOf, person)
}

const mergesOf = `SELECT ` + mergeColumns + ` FROM persons_merges WHERE from_person = $1 UNION ALL SELECT ` + mergeColumns + ` FROM persons_merges WHERE to_person = $1 ORDER BY id`

// CountMerges counts those that wait for somebody else than an account.
func (Store) CountMerges(ctx context.Context, q db.Querier, not string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM persons_merges WHERE state = 'asked' AND asked_by <> $1`, not).Scan(&n)
	return n, err
}

// Waiting returns a merge of a person that waits; false where there is none.
func (Store) Waiting(ctx context.Context, q db.Querier, person string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM persons_merges WHERE from_person = $1 AND state = 'asked' UNION ALL SELECT id FROM persons_merges WHERE to_person = $1 AND state = 'asked'`, person)
	return len(found) > 0, err
}

// AddMoved notes what a merge has moved.
func (Store) AddMoved(ctx context.Context, tx *db.Tx, merge, holder string, p persons.Pointer) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_moved (merge_id, holder, kind, thing) VALUES ($1, $2, $3, $4)`, merge, holder, p.Kind, p.ID)
	return err
}

// Moved is something that a merge has moved.
type Moved struct {
	Holder string
	persons.Pointer
}

func scanMoved(r db.Row) (m Moved, err error) {
	err = r.Scan(&m.Holder, &m.Kind, &m.ID)
	return m, err
}

// MovedBy returns what a merge has moved.
func (Store) MovedBy(ctx context.Context, q db.Querier, merge string) ([]Moved, error) {
	return db.All(ctx, q, scanMoved, movedBy, merge)
}

const movedBy = `SELECT holder, kind, thing FROM persons_moved WHERE merge_id = $1 ORDER BY holder, kind, thing`

// AddStood notes what pointed to the one who stays before a merge.
func (Store) AddStood(ctx context.Context, tx *db.Tx, merge, holder string, p persons.Pointer) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_stood (merge_id, holder, kind, thing) VALUES ($1, $2, $3, $4)`, merge, holder, p.Kind, p.ID)
	return err
}

// StoodAt returns it.
func (Store) StoodAt(ctx context.Context, q db.Querier, merge string) ([]Moved, error) {
	return db.All(ctx, q, scanMoved, stoodAt, merge)
}

const stoodAt = `SELECT holder, kind, thing FROM persons_stood WHERE merge_id = $1 ORDER BY holder, kind, thing`

// pointers are the columns of this module that point to persons.
func pointers() map[string][2]string {
	return map[string][2]string{
		"right.represented": {representations, "represented"}, "right.agent": {representations, "agent"},
		"guardianship.ward": {"persons_guardianships", "ward"}, "guardianship.guardian": {"persons_guardianships", "guardian"},
		"household.member": {"persons_members", "person"}, "claim.holder": {"persons_claims", "holder"}, "claim.claimant": {"persons_claims", "claimant"},
		"request.agent": {requests, "agent"}, "death.person": {deaths, "person"},
	}
}

// Pointers returns what of this module points to a person.
func (Store) Pointers(ctx context.Context, q db.Querier, person string) (all []persons.Pointer, err error) {
	for kind, at := range pointers() {
		ids, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+at[0]+` WHERE `+at[1]+` = $1 ORDER BY id`, person)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, persons.Pointer{Kind: kind, ID: id})
		}
	}
	return all, nil
}

// Repoint makes something point to another person; false where it does not
// point to the first any more.
func (Store) Repoint(ctx context.Context, tx *db.Tx, p persons.Pointer, from, to string) (bool, error) {
	at, ok := pointers()[p.Kind]
	if !ok {
		return false, fmt.Errorf("nothing is called %s", p.Kind)
	}
	n, err := tx.Exec(ctx, `UPDATE `+at[0]+` SET `+at[1]+` = $3 WHERE id = $1 AND `+at[1]+` = $2`, p.ID, from, to)
	if db.IsDuplicate(err) {
		if at[0] == deaths {
			return false, persons.ErrOverlap.Because(err)
		}
		return false, persons.ErrElsewhere.Because(err)
	}
	return n == 1, err
}

// SelfRights counts rights by which a person would act for itself.
func (Store) SelfRights(ctx context.Context, q db.Querier, person string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM persons_representations WHERE agent = $1 AND represented = $1 AND state IN ('active', 'offered', 'checking')`, person).Scan(&n)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return n, err
}
