// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"context"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
)

// Scored is how many dossiers of a unit that takes money cost something.
type Scored struct {
	Unit orgs.ID
	Due  int64 // something was ordered in the period, and not cancelled
	// Online were paid on a payment platform or on the national portal. A transfer from
	// a bank is none: the source counts what a platform says (KenhThanhToan).
	Online int64
}

// Scoring counts payments for scores. It names nobody.
type Scoring interface {
	// CountScored counts by the unit that takes the money.
	CountScored(ctx context.Context, p dossiers.ScoredPeriod) ([]Scored, error)
	// ListScored returns at most limit dossiers that are counted, of the units, the
	// newest first, after an id; online: only those that were paid online.
	ListScored(ctx context.Context, p dossiers.ScoredPeriod, online bool, units []orgs.ID, after dossiers.ID, limit int) ([]dossiers.ID, error)
}
