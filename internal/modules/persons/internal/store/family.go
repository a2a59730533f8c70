// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/platform/db"
)

const households = "persons_households"

// Majority is from which age on nobody is represented as a minor, on a day.
type Majority struct {
	Age   int
	Basis string
}

// MajorityOn returns the rule of a day (YYYY-MM-DD); ErrNotFound where there is none.
func (Store) MajorityOn(ctx context.Context, q db.Querier, day string) (m Majority, err error) {
	err = q.QueryRow(ctx, `SELECT age, basis FROM persons_majority WHERE valid_from <= $1 ORDER BY valid_from DESC LIMIT 1`, day).Scan(&m.Age, &m.Basis)
	return m, orNotFound(err)
}

// Guardianship is one row of persons_guardianships.
type Guardianship struct {
	ID, Ward, Guardian, Reason, Representation, Rule string
	At                                               db.Time
}

const guardianColumns = `id, ward, guardian, reason, representation, rule, made_at`

func scanGuardian(r db.Row) (g Guardianship, err error) {
	err = r.Scan(&g.ID, &g.Ward, &g.Guardian, &g.Reason, &g.Representation, &g.Rule, &g.At)
	return g, err
}

// AddGuardianship keeps who cares for somebody.
func (Store) AddGuardianship(ctx context.Context, tx *db.Tx, g Guardianship) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_guardianships (`+guardianColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`, g.ID, g.Ward, g.Guardian, g.Reason, g.Representation, g.Rule, g.At)
	return err
}

// GuardiansOf returns at most limit guardianships of a ward, the newest first.
func (Store) GuardiansOf(ctx context.Context, q db.Querier, ward string, limit int) ([]Guardianship, error) {
	return db.All(ctx, q, scanGuardian, guardiansOf, ward, limit)
}

const guardiansOf = `SELECT ` + guardianColumns + ` FROM persons_guardianships WHERE ward = $1 ORDER BY id DESC LIMIT $2`

// GuardianOf returns the guardianship that a right comes from.
func (Store) GuardianOf(ctx context.Context, q db.Querier, guardian, representation string) (Guardianship, error) {
	g, err := scanGuardian(q.QueryRow(ctx, `SELECT `+guardianColumns+` FROM persons_guardianships WHERE guardian = $1 AND representation = $2`, guardian, representation))
	return g, orNotFound(err)
}

// Household is one row of persons_households.
type Household struct {
	ID, Unit, Address, By string
	At                    db.Time
}

// AddHousehold keeps a household.
func (s Store) AddHousehold(ctx context.Context, tx *db.Tx, h Household) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_households (id, unit, address_sealed, made_by, made_at) VALUES ($1, $2, $3, $4, $5)`,
		h.ID, h.Unit, s.keys.SealText(households, "address_sealed", h.ID, h.Address), h.By, h.At)
	return err
}

// GetHousehold returns a household and keeps it for a transaction that asks.
func (s Store) GetHousehold(ctx context.Context, q db.Querier, id string) (h Household, err error) {
	var sealed string
	err = q.QueryRow(ctx, `SELECT id, unit, address_sealed, made_by, made_at FROM persons_households WHERE id = $1`+lockIn(q), id).Scan(&h.ID, &h.Unit, &sealed, &h.By, &h.At)
	if err != nil {
		return h, orNotFound(err)
	}
	h.Address, err = s.keys.OpenText(households, "address_sealed", h.ID, sealed)
	return h, err
}

// Member is one row of persons_members.
type Member struct {
	ID, Household, Person, Relation string
	From, Until                     db.Time
}

const memberColumns = `id, household_id, person, relation, from_at, until_at`

func scanMember(r db.Row) (m Member, err error) {
	err = r.Scan(&m.ID, &m.Household, &m.Person, &m.Relation, &m.From, &m.Until)
	return m, err
}

// PutMember adds a member, or says how long one was there. A person is a member
// of one household at a time: ErrElsewhere.
func (Store) PutMember(ctx context.Context, tx *db.Tx, m Member) error {
	_, err := tx.Exec(ctx, `INSERT INTO persons_members (`+memberColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at`, m.ID, m.Household, m.Person, m.Relation, m.From, m.Until)
	if db.IsDuplicate(err) {
		return persons.ErrElsewhere.Because(err)
	}
	return err
}

// Members returns all who are or were members, in the order in which they came: some dozens.
func (Store) Members(ctx context.Context, q db.Querier, household string) ([]Member, error) {
	return db.All(ctx, q, scanMember, membersOf, household)
}

const membersOf = `SELECT ` + memberColumns + ` FROM persons_members WHERE household_id = $1 ORDER BY id`

// MembershipsOf returns where a person is or was a member, the oldest first: few.
func (Store) MembershipsOf(ctx context.Context, q db.Querier, person string) ([]Member, error) {
	return db.All(ctx, q, scanMember, membershipsOf, person)
}

const membershipsOf = `SELECT ` + memberColumns + ` FROM persons_members WHERE person = $1 ORDER BY id`

// HouseholdOf returns the household of which a person is a member; false where there is none.
func (Store) HouseholdOf(ctx context.Context, q db.Querier, person string) (id string, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT household_id FROM persons_members WHERE person = $1 AND until_at IS NULL`, person).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, err
}
