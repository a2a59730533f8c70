// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const oneDay = 24 * time.Hour

// FirstWarning is how long before its end a certificate is first spoken of.
const FirstWarning = 60 * oneDay

// Warning is one thing to say: this certificate runs out within so many days.
type Warning struct {
	Certificate string `json:"certificate"`
	Days        int    `json:"days"` // 60, 30, 7 or 1
}

// WarnDue writes down which active certificates run out within 60, 30, 7 or 1
// days and have not been spoken of at that distance, and enqueues a job of the
// given kind for each. It does at most limit and returns how many: it can be
// called as often as one likes. Who comes late hears the nearest only.
func WarnDue(ctx context.Context, tx *db.Tx, kind jobs.Kind, limit int) (n int, err error) {
	defer errs.Wrap(&err, "warn of certificates that run out")

	in := func(days int) db.Time { return db.At(tx.Now.Add(time.Duration(days) * oneDay)) }
	due, err := db.All(ctx, tx, func(r db.Row) (w Warning, err error) {
		err = r.Scan(&w.Certificate, &w.Days)
		return w, err
	}, `SELECT id, days FROM (
			SELECT id, not_after, CASE WHEN not_after <= $1 THEN 1 WHEN not_after <= $2 THEN 7 WHEN not_after <= $3 THEN 30 ELSE 60 END AS days
			FROM keystore_certificates WHERE state = 'active' AND not_after > $4 AND not_after <= $5
		) AS soon WHERE NOT EXISTS (SELECT 1 FROM keystore_warnings w WHERE w.certificate_id = soon.id AND w.days <= soon.days)
		ORDER BY not_after, id LIMIT $6`, in(1), in(7), in(30), tx.Now, in(60), limit)
	if err != nil {
		return 0, err
	}
	for _, w := range due {
		fresh, err := tx.Exec(ctx, `INSERT INTO keystore_warnings (certificate_id, days, at) VALUES ($1, $2, $3) ON CONFLICT (certificate_id, days) DO NOTHING`,
			w.Certificate, w.Days, tx.Now)
		if err != nil {
			return n, err
		}
		if fresh == 0 { // another server was faster
			continue
		}
		n++
		if err := jobs.Enqueue(ctx, tx, kind, w); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Told marks a warning as said, with the transaction that writes the messages;
// false where it has been said before.
func Told(ctx context.Context, tx *db.Tx, w Warning) (first bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE keystore_warnings SET told_at = $3 WHERE certificate_id = $1 AND days = $2 AND told_at IS NULL`, w.Certificate, w.Days, tx.Now)
	return n == 1, err
}
