// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/platform/db"
)

// postageOf is where the postage of a parcel stands: the postman takes it from who
// signs for the parcel, and of one that nobody has signed for it is unpaid.
func postageOf(s post.State) string {
	switch s {
	case post.Delivered:
		return "collected"
	case post.Cancelled:
		return "void" // it never left
	case post.Back, post.Lost:
		return "unpaid"
	case post.Packed, post.Handed, post.Carried, post.Returned:
	}
	return "due"
}

// book keeps what a parcel costs, in the transaction that changes the parcel.
func (Store) book(ctx context.Context, tx *db.Tx, p Parcel) error {
	_, err := tx.Exec(ctx, `INSERT INTO post_postage (parcel_id, unit, month, told, charged, state, at)
		VALUES ($1, $2, $3, (SELECT postage FROM post_wishes WHERE id = $4), $5, $6, $7)
		ON CONFLICT (parcel_id) DO UPDATE SET charged = $5, state = $6`,
		p.ID, p.Unit, p.At.In(calendar.Zone()).Format("2006-01"), p.Dossier, p.Fee, postageOf(p.State), p.At)
	return err
}

// Postage is what parcels of a unit and a month cost.
type Postage struct {
	Unit, Month        string
	Parcels            int64
	Told, Charged      int64 // đồng
	Collected, Unpaid  int64 // đồng, of what was charged
	Unknown, Different int64 // parcels of which the post has said nothing, or another sum than people were told
}

func postageQuery(scope access.Scope, from, to string, limit int) (string, []any) {
	in, args := scope.Where(ofUnit(), from, to, limit)
	sum := func(what, when string) string {
		return `CAST(COALESCE(SUM(CASE WHEN ` + when + ` THEN ` + what + ` ELSE 0 END), 0) AS BIGINT)`
	}
	return `SELECT unit, month, COUNT(*), ` + sum("told", "told IS NOT NULL") + `, ` + sum("charged", "charged IS NOT NULL") + `, ` + sum("charged", "state = 'collected' AND charged IS NOT NULL") + `, ` +
		sum("charged", "state = 'unpaid' AND charged IS NOT NULL") + `, ` + sum("1", "charged IS NULL") + `, ` + sum("1", "charged <> told") + `
		FROM post_postage WHERE month >= $1 AND month <= $2 AND state <> 'void' AND ` + in + ` GROUP BY unit, month ORDER BY month DESC, unit LIMIT $3`, args
}

// ListPostage adds up what was packed from one month to another, by unit in scope.
func (Store) ListPostage(ctx context.Context, q db.Querier, scope access.Scope, from, to string, limit int) ([]Postage, error) {
	text, args := postageQuery(scope, from, to, limit)
	return db.All(ctx, q, func(r db.Row) (p Postage, err error) {
		return p, r.Scan(&p.Unit, &p.Month, &p.Parcels, &p.Told, &p.Charged, &p.Collected, &p.Unpaid, &p.Unknown, &p.Different)
	}, text, args...)
}

// Turn says that the post was asked for a parcel by the job of a turn; false where the
// job was done before.
func (Store) Turn(ctx context.Context, tx *db.Tx, parcel string, turn int) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE post_parcels SET turn = turn + 1 WHERE id = $1 AND turn = $2`, parcel, turn)
	return n == 1, err
}

// TurnOf returns how often the post was asked for a parcel by a job.
func (Store) TurnOf(ctx context.Context, q db.Querier, parcel string) (turn int, err error) {
	err = q.QueryRow(ctx, `SELECT turn FROM post_parcels WHERE id = $1`, parcel).Scan(&turn)
	return turn, err
}

// past are the parcels and wishes whose time is over: those that have ended, and came to
// no other end since.
const (
	pastParcels = `FROM post_parcels WHERE ended_at IS NOT NULL AND ended_at < $1 AND state IN ('delivered', 'back', 'lost', 'cancelled')`
	pastWishes  = `FROM post_wishes WHERE at < $1 AND state IN ('packed', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM post_parcels p WHERE p.dossier_id = post_wishes.id)`
)

// CountPast returns how many parcels and wishes ended before a moment, and when the first did.
func (Store) CountPast(ctx context.Context, q db.Querier, before db.Time) (n int, oldest db.Time, err error) {
	for _, of := range [][2]string{{"ended_at", pastParcels}, {"at", pastWishes}} {
		some, first := 0, db.Time{}
		if err := q.QueryRow(ctx, `SELECT COUNT(*), MIN(`+of[0]+`) `+of[1], before).Scan(&some, &first); err != nil {
			return 0, oldest, err
		}
		n += some
		if oldest.IsZero() || !first.IsZero() && first.Before(oldest.Time) {
			oldest = first
		}
	}
	return n, oldest, nil
}

// ForgetPast erases at most limit of them, parcels with what the post has said first.
func (Store) ForgetPast(ctx context.Context, tx *db.Tx, before db.Time, limit int) (int, error) {
	ids, err := db.All(ctx, tx, db.Column[string], `SELECT id `+pastParcels+` ORDER BY ended_at, id LIMIT $2`, before, limit)
	if err != nil {
		return 0, err
	}
	if len(ids) > 0 {
		in, args := db.In(1, ids)
		if _, err := tx.Exec(ctx, `DELETE FROM post_events WHERE parcel_id IN `+in, args...); err != nil {
			return 0, err
		}
		n, err := tx.Exec(ctx, `DELETE FROM post_parcels WHERE id IN `+in, args...)
		return int(n), err
	}
	n, err := tx.Exec(ctx, `DELETE FROM post_wishes WHERE id IN (SELECT id `+pastWishes+` ORDER BY at, id LIMIT $2)`, before, limit)
	return int(n), err
}
