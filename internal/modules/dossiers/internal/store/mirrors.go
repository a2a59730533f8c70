// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	newid "tinhso.vn/internal/platform/id"
)

// Mirror is what a system has said of a dossier.
type Mirror struct {
	Dossier      dossiers.ID
	Keeper, Code string
	Place        int64
	Link, Result string
	Said         db.Time
	Born         bool // it was never ours
}

const mirrorColumns = `dossier_id, keeper, code, place, link, result, said_at, born`

func scanMirror(r db.Row) (m Mirror, err error) {
	var born int
	err = r.Scan(&m.Dossier, &m.Keeper, &m.Code, &m.Place, &m.Link, &m.Result, &m.Said, &born)
	m.Born = born == 1
	return m, err
}

// MirrorOf returns what was said of a dossier; false where nothing was.
func (Store) MirrorOf(ctx context.Context, q db.Querier, id dossiers.ID) (Mirror, bool, error) {
	m, err := scanMirror(q.QueryRow(ctx, `SELECT `+mirrorColumns+` FROM dossiers_mirrors WHERE dossier_id = $1`, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

// FindMirrorSQL finds the dossier that a system knows by a code.
const FindMirrorSQL = `SELECT ` + mirrorColumns + ` FROM dossiers_mirrors WHERE keeper = $1 AND code = $2 AND code <> ''`

// FindMirror returns the dossier that a system knows by a code; false where there is none.
func (Store) FindMirror(ctx context.Context, q db.Querier, keeper, code string) (Mirror, bool, error) {
	m, err := scanMirror(q.QueryRow(ctx, FindMirrorSQL, keeper, code))
	if errors.Is(err, db.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

// PutMirror keeps what was said.
func (Store) PutMirror(ctx context.Context, tx *db.Tx, m Mirror) error {
	born := 0
	if m.Born {
		born = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_mirrors (`+mirrorColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (dossier_id) DO UPDATE SET keeper = excluded.keeper, code = excluded.code, place = excluded.place, link = excluded.link, result = excluded.result, said_at = excluded.said_at, born = excluded.born`,
		string(m.Dossier), m.Keeper, m.Code, m.Place, m.Link, m.Result, tx.Now, born)
	return err
}

// SaveMirror writes where a dossier stands of which a system owns the status, and
// nothing where that system does not own it.
func (s Store) SaveMirror(ctx context.Context, tx *db.Tx, keeper string, d Dossier) error {
	n, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET version = version + 1, code = $3, status = $4, delivery = $5, accepted_at = $6, original_due = $7, due_at = $7, work_due = $8,
		finished_at = $9, delivered_at = $10 WHERE id = $1 AND kept_by = $2`,
		string(d.ID), keeper, d.Code, int(d.Status), string(d.Delivery), d.AcceptedAt, d.Due, d.WorkDue, d.FinishedAt, d.DeliveredAt)
	if err == nil && n != 1 {
		return errStale
	}
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, d.ID)
}

// Change makes a system the owner of a status that is another's until now: the row
// says from when. Empty names are ours.
func (s Store) Change(ctx context.Context, tx *db.Tx, d Dossier, to dossiers.Host, account string) error {
	n, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET version = version + 1, kept_by = $3, kept_name = $4, kept_name_en = $5 WHERE id = $1 AND kept_by = $2`, string(d.ID), d.Keeper.Code, to.Code, to.Name, to.NameEN)
	if err == nil && n != 1 {
		return errStale
	}
	if err != nil {
		return err
	}
	if err := s.Owned(ctx, tx, d.ID, to.Code, account); err != nil {
		return err
	}
	return s.tell(ctx, tx, d.ID)
}

// Owned writes down from when a system owns a status.
func (Store) Owned(ctx context.Context, tx *db.Tx, id dossiers.ID, keeper, account string) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_keepers (id, dossier_id, keeper, from_at, by_account) VALUES ($1, $2, $3, $4, $5)`, newid.New(), string(id), keeper, tx.Now, account)
	return err
}

// Ownership is who owned the status of a dossier from a moment on.
type Ownership struct {
	Keeper, By string
	From       db.Time
}

// Ownerships returns who owned the status of a dossier, the first first; none where it
// was ours all the time.
func (Store) Ownerships(ctx context.Context, q db.Querier, id dossiers.ID) ([]Ownership, error) {
	return db.All(ctx, q, func(r db.Row) (o Ownership, err error) {
		err = r.Scan(&o.Keeper, &o.From, &o.By)
		return o, err
	}, `SELECT keeper, from_at, by_account FROM dossiers_keepers WHERE dossier_id = $1 ORDER BY id`, string(id))
}

// openStatuses are those of a dossier that somebody still has to do something with;
// the index of 0037_mirrors.sql is on the same list.
const openStatuses = `status IN (1, 2, 4, 5, 6, 9)`

// OpenOfSQL lists the open dossiers of a procedure whose status a system owns.
const OpenOfSQL = `SELECT ` + columns + ` FROM dossiers_dossiers WHERE procedure_id = $1 AND kept_by = $2 AND id > $3 AND ` + openStatuses + ` ORDER BY id LIMIT $4`

// ListOpenOf returns at most limit of them, after an id.
func (Store) ListOpenOf(ctx context.Context, q db.Querier, procedure procedures.ID, keeper string, after dossiers.ID, limit int) ([]Dossier, error) {
	return db.All(ctx, q, scan, OpenOfSQL, string(procedure), keeper, string(after), limit)
}

// CountOpenOf counts them.
func (Store) CountOpenOf(ctx context.Context, q db.Querier, procedure procedures.ID, keeper string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers WHERE procedure_id = $1 AND kept_by = $2 AND `+openStatuses, string(procedure), keeper).Scan(&n)
	return n, err
}

// KeptProcedures returns the procedures of open dossiers whose status is not ours.
func (Store) KeptProcedures(ctx context.Context, q db.Querier) ([]procedures.ID, error) {
	return db.All(ctx, q, db.Column[procedures.ID], `SELECT DISTINCT procedure_id FROM dossiers_dossiers WHERE kept_by <> '' AND `+openStatuses+` ORDER BY procedure_id`)
}

// ListKept returns at most limit dossiers of a scope whose status is not ours, the
// newest first, before an id; keeper narrows them to one system.
func (Store) ListKept(ctx context.Context, q db.Querier, s access.Scope, keeper string, before string, limit int) ([]Dossier, error) {
	query, args := keptQuery(s, keeper, before, limit)
	return db.All(ctx, q, scan, query, args...)
}

func keptQuery(s access.Scope, keeper, before string, limit int) (string, []any) {
	if before == "" {
		before = "~"
	}
	if keeper != "" {
		in, args := Involved().Where(s, before, limit, keeper)
		return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE kept_by = $3 AND kept_by <> '' AND id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
	}
	in, args := Involved().Where(s, before, limit)
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE kept_by <> '' AND id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// CountKept counts the open dossiers of a scope whose status is not ours.
func (Store) CountKept(ctx context.Context, q db.Querier, s access.Scope) (n int64, err error) {
	in, args := Involved().Where(s)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers WHERE kept_by <> '' AND status IN (1, 2, 4, 5, 6) AND `+in, args...).Scan(&n)
	return n, err
}

// KeptFigures counts the dossiers whose status is not ours, by system, with the units
// that decide: received and ended from a moment up to another, open now.
func (Store) KeptFigures(ctx context.Context, q db.Querier, n Narrow, from, to, now db.Time) ([]dossiers.MirrorFigure, error) {
	query, args := keptFiguresQuery(n, from, to, now)
	return db.All(ctx, q, func(r db.Row) (f dossiers.MirrorFigure, err error) {
		err = r.Scan(&f.Keeper.Code, &f.Keeper.Name, &f.Keeper.NameEN, &f.Received, &f.Ended, &f.Open, &f.Late)
		return f, err
	}, query, args...)
}

func keptFiguresQuery(n Narrow, from, to, now db.Time) (string, []any) {
	in, args := n.Scope.Where(access.Columns{Units: []string{"authority_unit"}}, from, to, now)
	conds := []string{"kept_by <> ''", in}
	bind := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	if n.Units != nil {
		marks := []string{"'-'"} // no unit: the list may be empty
		for _, u := range n.Units {
			marks = append(marks, bind(u))
		}
		conds = append(conds, "authority_unit IN ("+strings.Join(marks, ", ")+")")
	}
	if n.Procedure != "" {
		conds = append(conds, "procedure_id = "+bind(n.Procedure))
	}
	if n.Channel != 0 {
		conds = append(conds, "channel = "+bind(int(n.Channel)))
	}
	return `SELECT kept_by, MAX(kept_name), MAX(kept_name_en), SUM(CASE WHEN accepted_at >= $1 AND accepted_at < $2 THEN 1 ELSE 0 END), SUM(CASE WHEN finished_at >= $1 AND finished_at < $2 THEN 1 ELSE 0 END),
		SUM(CASE WHEN status IN (2, 4, 5, 6) THEN 1 ELSE 0 END), SUM(CASE WHEN status IN (2, 4) AND due_at < $3 THEN 1 ELSE 0 END)
		FROM dossiers_dossiers WHERE ` + strings.Join(conds, " AND ") + ` GROUP BY kept_by ORDER BY kept_by`, args
}

// SaidBy returns at most limit dossiers of a system that were sent in a period, after an id.
func (Store) SaidBy(ctx context.Context, q db.Querier, keeper string, from, to db.Time, after dossiers.ID, limit int) ([]dossiers.MirrorSaid, error) {
	return db.All(ctx, q, func(r db.Row) (m dossiers.MirrorSaid, err error) {
		err = r.Scan(&m.ID, &m.Code, &m.Status)
		return m, err
	}, `SELECT d.id, m.code, d.status FROM dossiers_dossiers d JOIN dossiers_mirrors m ON m.dossier_id = d.id
		WHERE d.kept_by = $1 AND d.kept_by <> '' AND d.submitted_at >= $2 AND d.submitted_at < $3 AND d.id > $4 ORDER BY d.id LIMIT $5`, keeper, from, to, string(after), limit)
}
