// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Forget removes the cases of a subject with all that is kept of them. It is for a
// subject that is removed itself: a case that was wrong is cancelled, not forgotten.
func Forget(ctx context.Context, tx *db.Tx, s Subject) (err error) {
	defer errs.Wrap(&err, "forget the cases of %s %s", s.Kind, s.ID)

	const of = ` WHERE instance_id IN (SELECT id FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2)`
	for _, text := range []string{
		`DELETE FROM workflow_waits` + of, `DELETE FROM workflow_timers` + of, `DELETE FROM workflow_history` + of,
		`DELETE FROM workflow_tasks` + of, `DELETE FROM workflow_tokens` + of,
		`DELETE FROM workflow_instances WHERE subject_kind = $1 AND subject_id = $2`,
	} {
		if _, err := tx.Exec(ctx, text, s.Kind, s.ID); err != nil {
			return err
		}
	}
	return nil
}
