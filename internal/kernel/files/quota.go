// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"context"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What can go wrong; both say in MB how much is left and how much was asked for.
var (
	ErrDayQuota     = errs.New(errs.TooMany, "files.day_quota")
	ErrSubjectQuota = errs.New(errs.Invalid, "files.subject_quota")
)

// Quota is how much is taken, in bytes; 0 is without limit.
type Quota struct {
	AccountDay int64 // from one account on one day (of Vietnam)
	Subject    int64 // for one subject, as long as it is kept
}

// DefaultQuota returns what no honest person reaches: a clerk who attaches the
// papers of a whole day, a dossier with its largest plans.
func DefaultQuota() Quota { return Quota{AccountDay: 8 << 30, Subject: 4 << 30} }

// usage names a row of files_usage.
type usage struct{ kind, owner, day string }

func subjectUsage(owner Subject) usage { return usage{"subject:" + owner.Kind, owner.ID, ""} }

// add counts bytes and returns how many there are now. The row stays locked
// until the transaction ends, so that two people cannot both take the rest.
func (u usage) add(ctx context.Context, tx *db.Tx, bytes int64) (total int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO files_usage (kind, owner, day, bytes) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, owner, day) DO UPDATE SET bytes = files_usage.bytes + excluded.bytes RETURNING bytes`,
		u.kind, u.owner, u.day, bytes).Scan(&total)
	return total, err
}

// spend counts a file against both quotas.
func (s *Store) spend(ctx context.Context, tx *db.Tx, size int64, owner Subject, account string) error {
	day := tx.Now.In(clock.Vietnam()).Format("2006-01-02")
	for _, q := range []struct {
		usage
		limit int64
		err   *errs.Error
	}{
		{usage{"account", account, day}, s.with.Quota.AccountDay, ErrDayQuota},
		{subjectUsage(owner), s.with.Quota.Subject, ErrSubjectQuota},
	} {
		total, err := q.add(ctx, tx, size)
		if err != nil {
			return err
		}
		if q.limit > 0 && total > q.limit {
			left := max(q.limit-(total-size), 0)
			return q.err.With("left", left>>20).With("asked", (size+1<<20-1)>>20)
		}
	}
	return nil
}

// Volume is how much is kept, and how much came today (of Vietnam), in bytes;
// what this program made and pictures of pages are not counted.
type Volume struct{ Kept, Today int64 }

// GetVolume returns how much is kept by all subjects together. It reads one row
// for each subject: it is for those who look after the disk, now and then.
func GetVolume(ctx context.Context, q db.Querier, now db.Time) (v Volume, err error) {
	defer errs.Wrap(&err, "get volume")
	err = q.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(CASE WHEN day = '' THEN bytes ELSE 0 END), 0) AS BIGINT),
		CAST(COALESCE(SUM(CASE WHEN day = $1 THEN bytes ELSE 0 END), 0) AS BIGINT) FROM files_usage WHERE day IN ('', $1)`,
		now.In(clock.Vietnam()).Format("2006-01-02")).Scan(&v.Kept, &v.Today)
	return v, err
}

// ForgetUsage forgets what was counted on days that are over. It is meant to
// run daily.
func ForgetUsage(ctx context.Context, tx *db.Tx) (err error) {
	defer errs.Wrap(&err, "forget usage")
	yesterday := tx.Now.In(clock.Vietnam()).AddDate(0, 0, -1).Format("2006-01-02")
	_, err = tx.Exec(ctx, `DELETE FROM files_usage WHERE day <> '' AND day < $1`, yesterday)
	return err
}
