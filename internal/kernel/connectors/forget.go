// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
)

// What is kept of words after they were said: messages for a replay, calls and answers
// for whoever has to settle what went wrong. All of it may be about people.
const (
	pastMessages = `ended_at < $1 AND body_sealed <> ''`
	pastCalls    = `started_at < $1 AND (request_sealed <> '' OR answer_sealed <> '')`
	pastAnswers  = `begun_at < $1 AND answer_sealed <> ''`
)

// CountPastSQL counts what was said before a moment and is still kept, with the oldest.
const CountPastSQL = `SELECT COUNT(*), MIN(at) FROM (
	SELECT ended_at AS at FROM connectors_outbox WHERE ` + pastMessages + `
	UNION ALL SELECT started_at FROM connectors_calls WHERE ` + pastCalls + `
	UNION ALL SELECT begun_at FROM connectors_inbound WHERE ` + pastAnswers + `) AS past`

// CountPast returns how much of what was said before a moment is still kept, and when
// the oldest was.
func CountPast(ctx context.Context, q db.Querier, before db.Time) (n int, oldest db.Time, err error) {
	var at *db.Time
	if err = q.QueryRow(ctx, CountPastSQL, before).Scan(&n, &at); err == nil && at != nil {
		oldest = *at
	}
	return n, oldest, err
}

// ForgetPast erases the content of at most limit messages, calls and answers that are
// older, and says of how many. That they were said stays; so does what still waits to
// be sent, and a dead letter until somebody has looked at it.
func ForgetPast(ctx context.Context, tx *db.Tx, before db.Time, limit int) (n int, err error) {
	for _, text := range []string{
		`UPDATE connectors_outbox SET body_sealed = '' WHERE id IN (SELECT id FROM connectors_outbox WHERE ` + pastMessages + ` LIMIT $2)`,
		`UPDATE connectors_calls SET request_sealed = '', answer_sealed = '' WHERE id IN (SELECT id FROM connectors_calls WHERE ` + pastCalls + ` LIMIT $2)`,
		`UPDATE connectors_inbound SET answer_sealed = '' WHERE id IN (SELECT id FROM connectors_inbound WHERE ` + pastAnswers + ` LIMIT $2)`,
	} {
		if n >= limit {
			break
		}
		gone, err := tx.Exec(ctx, text, before, limit-n)
		if err != nil {
			return n, err
		}
		n += int(gone)
	}
	return n, nil
}

// ForgetDossier erases what was said about a dossier, whenever that was, and says of how
// many messages, calls and answers. What still has to be said stays until it was.
func ForgetDossier(ctx context.Context, tx *db.Tx, dossier string) (n int, err error) {
	if dossier == "" {
		return 0, nil
	}
	messages, err := tx.Exec(ctx, `UPDATE connectors_outbox SET body_sealed = '' WHERE dossier = $1 AND dossier <> '' AND ended_at IS NOT NULL AND body_sealed <> ''`, dossier)
	answers, failed := tx.Exec(ctx, `UPDATE connectors_inbound SET answer_sealed = '' WHERE answer_sealed <> '' AND id IN (
		SELECT i.id FROM connectors_calls c JOIN connectors_inbound i ON i.partner = c.partner AND i.key = c.key WHERE c.dossier = $1 AND c.dossier <> '' AND c.direction = 'in')`, dossier)
	calls, wrong := tx.Exec(ctx, `UPDATE connectors_calls SET request_sealed = '', answer_sealed = '' WHERE dossier = $1 AND dossier <> '' AND (request_sealed <> '' OR answer_sealed <> '')`, dossier)
	return int(messages + answers + calls), errors.Join(err, failed, wrong)
}

// Unsaid counts the messages about a dossier that are not sent yet, dead letters among them.
func Unsaid(ctx context.Context, q db.Querier, dossier string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM connectors_outbox WHERE dossier = $1 AND dossier <> '' AND ended_at IS NULL`, dossier).Scan(&n)
	return n, err
}
