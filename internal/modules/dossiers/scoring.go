// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// ScoreMeasure names a count of dossiers by which units are scored.
type ScoreMeasure string

// The measures. A dossier is of the unit that decides; it is of a period when it
// was accepted before the end and had not ended before the beginning.
const (
	ScoreReceived   ScoreMeasure = "received"   // accepted in the period
	ScoreCarried    ScoreMeasure = "carried"    // accepted before it
	ScoreOnTime     ScoreMeasure = "on_time"    // ended by the day that was promised, or a first supplement was asked for by then and is waited for
	ScoreWithin     ScoreMeasure = "within"     // open at the end of the period, and that day had not come
	ScoreLate       ScoreMeasure = "late"       // the rest: also who was asked for supplements twice
	ScoreOnline     ScoreMeasure = "online"     // accepted in the period, came online, and its result, once there, is electronic
	ScoreResults    ScoreMeasure = "results"    // ended in the period with a result
	ScoreElectronic ScoreMeasure = "electronic" // of these, those whose result is an issued file
	ScoreDigitised  ScoreMeasure = "digitised"  // accepted in the period, with a paper as a file
	ScoreReused     ScoreMeasure = "reused"     // accepted in the period, with a paper from the vault
)

// ScoreMeasures lists them all, in the order in which people read them.
func ScoreMeasures() []ScoreMeasure {
	return []ScoreMeasure{
		ScoreReceived, ScoreCarried, ScoreOnTime, ScoreWithin, ScoreLate, ScoreOnline, ScoreResults, ScoreElectronic, ScoreDigitised, ScoreReused,
	}
}

// ScoredPeriod is a stretch of time and how far into it one looks.
type ScoredPeriod struct {
	From, To db.Time // To is the first moment after
	At       db.Time // what came later is not known: To, or now where that is earlier
}

// Scored is what was counted of a unit.
type Scored struct {
	Unit   orgs.ID
	Counts map[ScoreMeasure]int64
	Used   []procedures.ID // of which something came online in the period
}

// Scoring counts dossiers for scores. It names nobody.
type Scoring interface {
	// CountScored counts the dossiers of a period by the unit that decides.
	CountScored(ctx context.Context, p ScoredPeriod) ([]Scored, error)
	// ListScored returns at most limit dossiers that a measure counts, in scope
	// and decided by one of the units, the newest first, after an id.
	ListScored(ctx context.Context, s access.Scope, p ScoredPeriod, m ScoreMeasure, units []orgs.ID, after ID, limit int) ([]Summary, error)
	// ListSummaries returns those of some dossiers that are in scope of a unit that takes
	// part, in the order in which they are named: counts of others name dossiers too.
	ListSummaries(ctx context.Context, s access.Scope, ids []ID) ([]Summary, error)
}
