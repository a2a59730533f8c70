// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps systems and the hashes of their tokens.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of systems.
func Migrations() db.Migrations { return db.Migrations{Namespace: "systems", Files: files} }

const systemColumns = `id, version, name, owner, contact, purpose, state, reach, wanted, proposed_by, proposed_at, approved_by, approved_at, made_at`

func scanSystem(r db.Row) (s systems.System, err error) {
	var reach, wanted string
	if err := r.Scan(&s.ID, &s.Version, &s.Name, &s.Owner, &s.Contact, &s.Purpose, &s.State, &reach, &wanted, &s.By.Account, &s.By.At,
		&s.Approved.Account, &s.Approved.At, &s.MadeAt); err != nil {
		return s, err
	}
	if reach != "" {
		err = json.Unmarshal([]byte(reach), &s.Reach)
	}
	if wanted != "" {
		s.Wanted = &systems.Reach{}
		err = errors.Join(err, json.Unmarshal([]byte(wanted), s.Wanted))
	}
	return s, err
}

// Put keeps a system, new or changed.
func Put(ctx context.Context, tx *db.Tx, s systems.System) error {
	reach, wanted := "", ""
	if s.Approved.Account != "" {
		raw, err := json.Marshal(s.Reach)
		if err != nil {
			return err
		}
		reach = string(raw)
	}
	if s.Wanted != nil {
		raw, err := json.Marshal(s.Wanted)
		if err != nil {
			return err
		}
		wanted = string(raw)
	}
	_, err := tx.Exec(ctx, `INSERT INTO systems_systems (`+systemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, owner = excluded.owner, contact = excluded.contact,
		purpose = excluded.purpose, state = excluded.state, reach = excluded.reach, wanted = excluded.wanted, proposed_by = excluded.proposed_by,
		proposed_at = excluded.proposed_at, approved_by = excluded.approved_by, approved_at = excluded.approved_at`,
		string(s.ID), s.Version, s.Name, s.Owner, s.Contact, s.Purpose, string(s.State), reach, wanted, s.By.Account, s.By.At,
		s.Approved.Account, s.Approved.At, s.MadeAt)
	return err
}

// Get returns a system; ErrNotFound where there is none.
func Get(ctx context.Context, q db.Querier, id systems.ID) (systems.System, error) {
	return get(ctx, q, id, "")
}

// Lock returns a system and holds it until the transaction ends.
func Lock(ctx context.Context, tx *db.Tx, id systems.ID) (systems.System, error) {
	return get(ctx, tx, id, tx.ForUpdate())
}

func get(ctx context.Context, q db.Querier, id systems.ID, lock string) (systems.System, error) {
	s, err := scanSystem(q.QueryRow(ctx, `SELECT `+systemColumns+` FROM systems_systems WHERE id = $1`+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return s, systems.ErrNotFound
	}
	return s, err
}

// LastEnds returns for systems when the last of their tokens ends that are not
// revoked; a system without one is left out.
func LastEnds(ctx context.Context, q db.Querier, since, until db.Time) (ends map[systems.ID]db.Time, err error) {
	type last struct {
		id   systems.ID
		ends db.Time
	}
	all, err := db.All(ctx, q, func(r db.Row) (l last, err error) {
		err = r.Scan(&l.id, &l.ends)
		return l, err
	}, `SELECT s.id, MAX(t.ends_at) FROM systems_systems s JOIN systems_tokens t ON t.system_id = s.id AND t.revoked_by = ''
		WHERE s.made_at >= $1 AND s.made_at <= $2 GROUP BY s.id`, since, until)
	ends = map[systems.ID]db.Time{}
	for _, l := range all {
		ends[l.id] = l.ends
	}
	return ends, err
}

// List returns at most limit systems, the newest first, before the given one.
func List(ctx context.Context, q db.Querier, before db.Time, id systems.ID, limit int) ([]systems.System, error) {
	return db.All(ctx, q, scanSystem, `SELECT `+systemColumns+` FROM systems_systems WHERE made_at < $1 OR (made_at = $1 AND id < $2)
		ORDER BY made_at DESC, id DESC LIMIT $3`, before, string(id), limit)
}

const tokenColumns = `id, system_id, hint, made_by, made_at, ends_at, revoked_by, revoked_at, used_at, used_from` //nolint:gosec // names of columns

func scanToken(r db.Row) (t systems.Token, err error) {
	err = r.Scan(&t.ID, &t.System, &t.Hint, &t.Made.Account, &t.Made.At, &t.Ends, &t.Revoked.Account, &t.Revoked.At, &t.Used, &t.From)
	return t, err
}

// AddToken keeps the hash of a token.
func AddToken(ctx context.Context, tx *db.Tx, t systems.Token, hash string) error {
	_, err := tx.Exec(ctx, `INSERT INTO systems_tokens (`+tokenColumns+`, token_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		t.ID, string(t.System), t.Hint, t.Made.Account, t.Made.At, t.Ends, t.Revoked.Account, t.Revoked.At, t.Used, t.From, hash)
	return err
}

// Tokens returns the tokens of a system, the newest first: there are few that live.
func Tokens(ctx context.Context, q db.Querier, id systems.ID, limit int) ([]systems.Token, error) {
	return db.All(ctx, q, scanToken, `SELECT `+tokenColumns+` FROM systems_tokens WHERE system_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2`, string(id), limit)
}

// FindToken returns the token of a hash; db.ErrNoRows where there is none.
func FindToken(ctx context.Context, q db.Querier, hash string) (systems.Token, error) {
	return scanToken(q.QueryRow(ctx, `SELECT `+tokenColumns+` FROM systems_tokens WHERE token_hash = $1`, hash))
}

// End lets a token end, by whom it was revoked or, with nobody, at its time.
func End(ctx context.Context, tx *db.Tx, t systems.Token) error {
	_, err := tx.Exec(ctx, `UPDATE systems_tokens SET ends_at = $2, revoked_by = $3, revoked_at = $4 WHERE id = $1`,
		t.ID, t.Ends, t.Revoked.Account, t.Revoked.At)
	return err
}

// Use notes when and from where tokens were used.
func Use(ctx context.Context, tx *db.Tx, token string, at db.Time, from string) error {
	_, err := tx.Exec(ctx, `UPDATE systems_tokens SET used_at = $2, used_from = $3 WHERE id = $1 AND (used_at IS NULL OR used_at < $2)`, token, at, from)
	return err
}

func scanRole(r db.Row) (role string, err error) {
	err = r.Scan(&role)
	return role, err
}

// Roles returns the roles that may be given to systems.
func Roles(ctx context.Context, q db.Querier) ([]string, error) {
	return db.All(ctx, q, scanRole, `SELECT role FROM systems_roles ORDER BY role`)
}

// PutRoles replaces them.
func PutRoles(ctx context.Context, tx *db.Tx, roles []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM systems_roles`); err != nil {
		return err
	}
	for _, r := range roles {
		if _, err := tx.Exec(ctx, `INSERT INTO systems_roles (role) VALUES ($1)`, r); err != nil {
			return err
		}
	}
	return nil
}
