// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// States of an opinion besides those of kernel/workflow.
const (
	OpinionOpen    = "open"
	OpinionDropped = "dropped" // the step ended without it: it was withdrawn, or its time was over
)

// Opinion is a row of dossiers_opinions.
type Opinion struct {
	ID             string
	Dossier        dossiers.ID
	Task           dossiers.TaskID
	Step           i18n.Text
	Unit           orgs.ID
	Post           string
	Question       string
	AskedBy, Asker string
	AskerUnit      orgs.ID
	AskedAt, Due   db.Time
	State          string
	Words, File    string
	EndedBy, Ender string
	EndedAt        db.Time
}

const (
	opinionsTable  = "dossiers_opinions"
	opinionColumns = `o.id, o.dossier_id, o.task, o.step_vi, o.step_en, o.unit, o.post, o.question_sealed, o.asked_by, o.asker, o.asker_unit, o.asked_at, o.due_at,
	o.state, o.words_sealed, o.file_id, o.ended_by, o.ender, o.ended_at`
)

func (s Store) scanOpinion(r db.Row) (o Opinion, err error) {
	if err = r.Scan(&o.ID, &o.Dossier, &o.Task, &o.Step.VI, &o.Step.EN, &o.Unit, &o.Post, &o.Question, &o.AskedBy, &o.Asker, &o.AskerUnit, &o.AskedAt, &o.Due,
		&o.State, &o.Words, &o.File, &o.EndedBy, &o.Ender, &o.EndedAt); err != nil {
		return o, err
	}
	if o.Question, err = s.keys.OpenText(opinionsTable, "question_sealed", o.ID, o.Question); err != nil {
		return o, err
	}
	o.Words, err = s.keys.OpenText(opinionsTable, "words_sealed", o.ID, o.Words)
	return o, err
}

// AddOpinion adds a question.
func (s Store) AddOpinion(ctx context.Context, tx *db.Tx, o Opinion) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_opinions (id, dossier_id, task, step_vi, step_en, unit, post, question_sealed, asked_by, asker, asker_unit,
		asked_at, due_at, state, words_sealed, file_id, ended_by, ender) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', $14, '', '', '')`,
		o.ID, string(o.Dossier), string(o.Task), o.Step.VI, o.Step.EN, string(o.Unit), o.Post, s.keys.SealText(opinionsTable, "question_sealed", o.ID, o.Question),
		o.AskedBy, o.Asker, string(o.AskerUnit), tx.Now, o.Due, s.keys.SealText(opinionsTable, "words_sealed", o.ID, ""))
	return err
}

// EndOpinion ends an open question and reports false where it was not open.
func (s Store) EndOpinion(ctx context.Context, tx *db.Tx, o Opinion) (ended bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE dossiers_opinions SET state = $2, words_sealed = $3, file_id = $4, ended_by = $5, ender = $6, ended_at = $7
		WHERE id = $1 AND state = 'open'`, o.ID, o.State, s.keys.SealText(opinionsTable, "words_sealed", o.ID, o.Words), o.File, o.EndedBy, o.Ender, tx.Now)
	return n == 1, err
}

// PostponeOpinion gives an open question another time limit.
func (Store) PostponeOpinion(ctx context.Context, tx *db.Tx, id string, due db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_opinions SET due_at = $2 WHERE id = $1 AND state = 'open'`, id, due)
	return err
}

// Opinions returns what was asked about a dossier, the oldest first.
func (s Store) Opinions(ctx context.Context, q db.Querier, id dossiers.ID) ([]Opinion, error) {
	return db.All(ctx, q, s.scanOpinion, `SELECT `+opinionColumns+` FROM dossiers_opinions o WHERE o.dossier_id = $1 ORDER BY o.id`, string(id))
}

// GetOpinion returns a question; ErrNoOpinion where there is none.
func (s Store) GetOpinion(ctx context.Context, q db.Querier, id string) (Opinion, error) {
	o, err := s.scanOpinion(q.QueryRow(ctx, `SELECT `+opinionColumns+` FROM dossiers_opinions o WHERE o.id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return Opinion{}, dossiers.ErrNoOpinion
	}
	return o, err
}

// Asked chooses open questions: those of units in scope, of anybody there or of
// one of the posts.
type Asked struct {
	Scope access.Scope
	Posts [][2]string // unit and role
}

func (a Asked) where(args []any) (string, []any) {
	in, args := a.Scope.Where(access.Columns{Units: []string{"o.unit"}}, args...)
	posts := []string{"o.post = ''"}
	for _, p := range a.Posts {
		args = append(args, p[0], p[1])
		posts = append(posts, fmt.Sprintf("(o.unit = $%d AND o.post = $%d)", len(args)-1, len(args)))
	}
	return "o.state = 'open' AND " + in + " AND (" + strings.Join(posts, " OR ") + ")", args
}

// ListAsked returns at most limit open questions, the most urgent first, after a key.
func (s Store) ListAsked(ctx context.Context, q db.Querier, a Asked, after Key, limit int) ([]Opinion, error) {
	text, args := askedQuery(a, after, limit)
	return db.All(ctx, q, s.scanOpinion, text, args...)
}

func askedQuery(a Asked, after Key, limit int) (string, []any) {
	where, args := a.where([]any{after.At, after.ID, limit})
	return `SELECT ` + opinionColumns + ` FROM dossiers_opinions o WHERE (o.due_at, o.id) > ($1, $2) AND ` + where + ` ORDER BY o.due_at, o.id LIMIT $3`, args
}

// CountAsked returns how many open questions there are.
func (Store) CountAsked(ctx context.Context, q db.Querier, a Asked) (n int64, err error) {
	where, args := a.where(nil)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_opinions o WHERE `+where, args...).Scan(&n)
	return n, err
}

// FindAsked returns an open question of those that are chosen: by its id, or
// the first about a dossier. ErrNoOpinion where there is none.
func (s Store) FindAsked(ctx context.Context, q db.Querier, a Asked, id string, d dossiers.ID) (Opinion, error) {
	where, args := a.where([]any{id, string(d)})
	o, err := s.scanOpinion(q.QueryRow(ctx, `SELECT `+opinionColumns+` FROM dossiers_opinions o WHERE (o.id = $1 OR o.dossier_id = $2) AND `+where+` ORDER BY o.id LIMIT 1`, args...))
	if errors.Is(err, db.ErrNoRows) {
		return Opinion{}, dossiers.ErrNoOpinion
	}
	return o, err
}
