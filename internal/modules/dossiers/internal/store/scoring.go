// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// scored are the dossiers of a period: $1 from, $2 to, $3 as it stood at. Each of
// the three parts is found by an index of its own; only is a further condition. What
// another agency's system owns is scored there.
func scored(only string) string {
	const columns = `id, reference, code, procedure_id, name_vi, name_en, status, channel, received_unit, authority_unit, submitted_at, accepted_at, due_at,
		CASE WHEN finished_at <= $3 THEN finished_at END AS ended_at`
	part := func(when string) string {
		return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE kept_by = '' AND ` + when + only
	}
	return part(`accepted_at >= $1 AND accepted_at < $2 AND accepted_at <= $3`) + ` UNION ALL ` +
		part(`accepted_at < $1 AND finished_at >= $1`) + ` UNION ALL ` +
		part(`accepted_at < $1 AND finished_at IS NULL AND status IN (2, 4, 5, 6)`)
}

// asked says how often a dossier was asked for supplements, waiting whether one, or money that
// another agency demands, is waited for that was asked for by the day that was promised.
const (
	asked   = `(SELECT COUNT(*) FROM dossiers_supplements u WHERE u.dossier_id = d.id AND u.asked_at <= $3)`
	waiting = `(EXISTS (SELECT 1 FROM dossiers_supplements u WHERE u.dossier_id = d.id AND u.asked_at <= $3 AND (u.ended_at IS NULL OR u.ended_at > $3)
		AND (u.old_due IS NULL OR u.asked_at <= u.old_due)) OR EXISTS (SELECT 1 FROM dossiers_demands m WHERE m.dossier_id = d.id AND m.asked_at <= $3
		AND (m.ended_at IS NULL OR m.ended_at > $3) AND (m.old_due IS NULL OR m.asked_at <= m.old_due)))`
	issued  = `EXISTS (SELECT 1 FROM dossiers_results r WHERE r.dossier_id = d.id AND r.issued_sha <> '')`
	fresh   = `d.accepted_at >= $1`
	settled = `(d.ended_at >= $1 AND d.ended_at < $2 AND d.status IN (9, 10))`
	onTime  = `(` + asked + ` < 2 AND ((d.ended_at IS NOT NULL AND (d.due_at IS NULL OR d.ended_at <= d.due_at)) OR (d.ended_at IS NULL AND ` + waiting + `)))`
	within  = `(d.ended_at IS NULL AND ` + asked + ` < 2 AND NOT ` + waiting + ` AND (d.due_at IS NULL OR d.due_at > $3))`
)

// measured is the condition of a measure on a row of scored.
func measured(m dossiers.ScoreMeasure) string {
	switch m {
	case dossiers.ScoreReceived:
		return fresh
	case dossiers.ScoreCarried:
		return `d.accepted_at < $1`
	case dossiers.ScoreOnTime:
		return onTime
	case dossiers.ScoreWithin:
		return within
	case dossiers.ScoreLate:
		return `(NOT ` + onTime + ` AND NOT ` + within + `)`
	case dossiers.ScoreOnline:
		return `(` + fresh + ` AND d.channel = 2 AND (d.ended_at IS NULL OR d.status NOT IN (9, 10) OR ` + issued + `))`
	case dossiers.ScoreResults:
		return settled
	case dossiers.ScoreElectronic:
		return `(` + settled + ` AND ` + issued + `)`
	case dossiers.ScoreDigitised:
		return `(` + fresh + ` AND EXISTS (SELECT 1 FROM dossiers_papers p WHERE p.dossier_id = d.id AND p.file_id <> ''))`
	case dossiers.ScoreReused:
		return `(` + fresh + ` AND EXISTS (SELECT 1 FROM dossiers_papers p WHERE p.dossier_id = d.id AND p.vault <> ''))`
	}
	return `1 = 0`
}

func countScoredQuery() string {
	var sums strings.Builder
	for _, m := range dossiers.ScoreMeasures() {
		sums.WriteString(`, SUM(CASE WHEN ` + measured(m) + ` THEN 1 ELSE 0 END)`)
	}
	return `SELECT d.authority_unit` + sums.String() + ` FROM (` + scored("") + `) d GROUP BY d.authority_unit ORDER BY d.authority_unit`
}

// CountScored counts the dossiers of a period by the unit that decides. It names
// nobody.
func (Store) CountScored(ctx context.Context, q db.Querier, p dossiers.ScoredPeriod) ([]dossiers.Scored, error) {
	return db.All(ctx, q, func(r db.Row) (dossiers.Scored, error) {
		of := dossiers.Scored{Counts: make(map[dossiers.ScoreMeasure]int64)}
		numbers := make([]int64, len(dossiers.ScoreMeasures()))
		to := []any{&of.Unit}
		for i := range numbers {
			to = append(to, &numbers[i])
		}
		err := r.Scan(to...)
		for i, m := range dossiers.ScoreMeasures() {
			of.Counts[m] = numbers[i]
		}
		return of, err
	}, countScoredQuery(), p.From, p.To, p.At)
}

const usedServices = `SELECT DISTINCT authority_unit, procedure_id FROM dossiers_dossiers
	WHERE accepted_at >= $1 AND accepted_at < $2 AND accepted_at <= $3 AND channel = 2 ORDER BY authority_unit, procedure_id`

// UsedServices returns the procedures of which something came online in a
// period, by the unit that decides.
func (Store) UsedServices(ctx context.Context, q db.Querier, p dossiers.ScoredPeriod) (map[orgs.ID][]procedures.ID, error) {
	used := map[orgs.ID][]procedures.ID{}
	_, err := db.All(ctx, q, func(r db.Row) (unit orgs.ID, err error) {
		var one procedures.ID
		err = r.Scan(&unit, &one)
		used[unit] = append(used[unit], one)
		return unit, err
	}, usedServices, p.From, p.To, p.At)
	return used, err
}

func listScoredQuery(s access.Scope, p dossiers.ScoredPeriod, m dossiers.ScoreMeasure, units []orgs.ID, after dossiers.ID, limit int) (string, []any) {
	in, args := s.Where(access.Columns{Units: []string{"authority_unit"}}, p.From, p.To, p.At)
	marks := make([]string, len(units))
	for i, u := range units {
		args = append(args, string(u))
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	only := ` AND authority_unit IN (` + strings.Join(marks, ", ") + `) AND ` + in
	before := ""
	if after != "" {
		args = append(args, string(after))
		before = ` AND id < $` + strconv.Itoa(len(args))
	}
	args = append(args, limit)
	return `SELECT d.id, d.reference, d.code, d.procedure_id, d.name_vi, d.name_en, d.status, d.channel, d.received_unit, d.authority_unit, d.submitted_at, d.accepted_at, d.due_at
		FROM (` + scored(only+before) + `) d WHERE ` + measured(m) + ` ORDER BY d.id DESC LIMIT $` + strconv.Itoa(len(args)), args
}

// ListScored returns at most limit dossiers that a measure counts, in scope and
// of the units, the newest first, after an id.
func (Store) ListScored(ctx context.Context, q db.Querier, s access.Scope, p dossiers.ScoredPeriod, m dossiers.ScoreMeasure, units []orgs.ID, after dossiers.ID, limit int) ([]dossiers.Summary, error) {
	text, args := listScoredQuery(s, p, m, units, after, limit)
	return db.All(ctx, q, func(r db.Row) (d dossiers.Summary, err error) {
		err = r.Scan(&d.ID, &d.Reference, &d.Code, &d.Procedure, &d.Name.VI, &d.Name.EN, &d.Status, &d.Channel, &d.Received, &d.Authority, &d.SubmittedAt, &d.AcceptedAt, &d.Due)
		return d, err
	}, text, args...)
}
