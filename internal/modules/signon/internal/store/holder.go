// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// PersonThings returns the links and differences that point to a person, by kind.
func (Store) PersonThings(ctx context.Context, q db.Querier, person string) (links, differences []string, err error) {
	links, err = db.All(ctx, q, db.Column[string], `SELECT l.source || ' ' || l.subject_index FROM signon_links l JOIN identity_accounts a ON a.id = l.account_id
		WHERE a.person_id = $1 AND l.person_id = $1 ORDER BY l.source, l.subject_index`, person)
	if err != nil {
		return nil, nil, err
	}
	differences, err = db.All(ctx, q, db.Column[string], `SELECT id FROM signon_differences WHERE person_id = $1 ORDER BY id`, person)
	return links, differences, err
}

// GiveLink makes a link that points to a person point to another.
func (Store) GiveLink(ctx context.Context, tx *db.Tx, link, from, to string) (bool, error) {
	source, subject, _ := strings.Cut(link, " ")
	n, err := tx.Exec(ctx, `UPDATE signon_links SET person_id = $4 WHERE source = $1 AND subject_index = $2 AND person_id = $3`, source, subject, from, to)
	return n == 1, err
}

// GiveDifference makes a difference that points to a person point to another; an
// open one stays where the other has one with the same provider.
func (Store) GiveDifference(ctx context.Context, tx *db.Tx, id, from, to string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE signon_differences SET person_id = $3 WHERE id = $1 AND person_id = $2 AND (state <> 'open' OR NOT EXISTS (
		SELECT 1 FROM signon_differences o WHERE o.person_id = $3 AND o.source = signon_differences.source AND o.state = 'open'))`, id, from, to)
	return n == 1, err
}
