// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package jobs runs work later and outside: a job is enqueued in the
// transaction that decides on it and runs at least once after the commit. It is
// not a scheduler of the day, nor a way for modules to command each other.
package jobs

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "jobs", Files: files} }

// Kind names a kind of job: "<module>.<verb>".
type Kind string

// Handler does a job. It may be called again for the same body, after a crash
// too, and must then do nothing more.
type Handler func(ctx context.Context, body []byte) error

const (
	// Lease is how long a worker may take.
	Lease = 2 * time.Minute
	// Hold is how long a job stays with a worker who does not say that it still
	// works: one whose worker died runs again after that.
	Hold = 20 * time.Second
	// MaxAttempts is how often a job is tried before a person has to look at it.
	MaxAttempts = 10
)

// ErrUnknown means that there is no such job waiting for a person.
var ErrUnknown = errs.New(errs.NotFound, "jobs.not_found")

// Enqueue adds a job. Payload is kept as JSON: ids, never personal data.
func Enqueue(ctx context.Context, tx *db.Tx, k Kind, payload any) error {
	return EnqueueAt(ctx, tx, k, payload, tx.Now)
}

// EnqueueAt adds a job that does not run before a time.
func EnqueueAt(ctx context.Context, tx *db.Tx, k Kind, payload any, due db.Time) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO jobs_queue (id, kind, body, due_at, attempt, error, dead) VALUES ($1, $2, $3, $4, 0, '', 0)`,
		id.New(), string(k), string(body), due)
	return err
}

// EnqueueAll is Enqueue of many jobs of a kind.
func EnqueueAll[T any](ctx context.Context, tx *db.Tx, k Kind, payloads []T) error {
	rows := make([][]any, len(payloads))
	for i, one := range payloads {
		body, err := json.Marshal(one)
		if err != nil {
			return err
		}
		rows[i] = []any{id.New(), string(k), string(body), tx.Now, 0, "", 0}
	}
	return tx.InsertAll(ctx, `INSERT INTO jobs_queue (id, kind, body, due_at, attempt, error, dead)`, "", rows)
}

// Two workers never get the same job: on PostgreSQL each steps over the rows
// that others hold, on SQLite there is one writer at a time.
const (
	claimSQLite = `UPDATE jobs_queue SET due_at = $2, attempt = attempt + 1 WHERE id = (
		SELECT id FROM jobs_queue WHERE dead = 0 AND due_at <= $1 ORDER BY due_at, id LIMIT 1
	) RETURNING id, kind, body, attempt`
	claimPostgres = `UPDATE jobs_queue SET due_at = $2, attempt = attempt + 1 WHERE id = (
		SELECT id FROM jobs_queue WHERE dead = 0 AND due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
	) RETURNING id, kind, body, attempt`
)

type job struct {
	id, body string
	kind     Kind
	attempt  int
	lease    db.Time
}

// Work runs one job that is due and reports whether there was one. The error is
// the job's own: it stays in the queue, and runs again later or waits for a person.
func Work(ctx context.Context, d *db.DB, handlers map[Kind]Handler) (did bool, err error) {
	j, ok, err := claim(ctx, d)
	if err != nil || !ok {
		return false, err
	}
	defer errs.Wrap(&err, "job %s %s", j.kind, j.id)
	failure := run(ctx, d, handlers, &j)
	if failure != nil && ctx.Err() != nil {
		return true, ctx.Err() // the server stops: the lease brings the job back
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		// Another worker may have taken it over meanwhile: then it is theirs.
		if failure == nil {
			_, err := tx.Exec(ctx, `DELETE FROM jobs_queue WHERE id = $1 AND due_at = $2`, j.id, j.lease)
			return err
		}
		dead := 0
		if j.attempt >= MaxAttempts {
			dead = 1
		}
		_, err := tx.Exec(ctx, `UPDATE jobs_queue SET due_at = $3, error = $4, dead = $5 WHERE id = $1 AND due_at = $2`,
			j.id, j.lease, db.At(tx.Now.Add(pause(j.attempt))), failure.Error(), dead)
		return err
	})
	return true, errors.Join(failure, err)
}

func claim(ctx context.Context, d *db.DB) (job, bool, error) {
	var found []job
	err := d.Write(ctx, func(tx *db.Tx) error {
		until := db.At(tx.Now.Add(Hold))
		some, err := db.All(ctx, tx, func(r db.Row) (job, error) {
			j := job{lease: until}
			err := r.Scan(&j.id, &j.kind, &j.body, &j.attempt)
			return j, err
		}, tx.Dialect().Pick(claimSQLite, claimPostgres), tx.Now, until)
		found = some
		return err
	})
	if err != nil || len(found) == 0 {
		return job{}, false, err
	}
	return found[0], true, nil
}

func run(ctx context.Context, d *db.DB, handlers map[Kind]Handler, j *job) (err error) {
	handle, known := handlers[j.kind]
	if !known {
		return errors.New("nobody does this kind of job")
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, Lease)
	defer cancel()
	defer j.keep(ctx, d, cancel)()
	return handle(ctx, []byte(j.body)) // outside any transaction
}

// keep says now and again that the worker still works, until the returned function
// is called. Where somebody else has the job meanwhile, it is cancelled here.
func (j *job) keep(ctx context.Context, d *db.DB, cancel context.CancelFunc) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		again := time.NewTicker(Hold / 4)
		defer again.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ctx.Done():
				return
			case <-again.C:
			}
			if mine, err := j.renew(ctx, d); err == nil && !mine {
				cancel()
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

// renew holds the job for longer and reports whether it still is the worker's.
func (j *job) renew(ctx context.Context, d *db.DB) (mine bool, err error) {
	until := j.lease
	err = d.Write(ctx, func(tx *db.Tx) error {
		later := db.At(tx.Now.Add(Hold))
		n, err := tx.Exec(ctx, `UPDATE jobs_queue SET due_at = $3 WHERE id = $1 AND due_at = $2`, j.id, j.lease, later)
		mine, until = n == 1, later
		return err
	})
	if err == nil && mine {
		j.lease = until
	}
	return mine, err
}

// pause grows from two seconds to half an hour.
func pause(attempt int) time.Duration { return min(time.Second<<min(attempt, 12), 30*time.Minute) }

// Due reports whether a job waits that may run now: one cheap read, so that an
// idle server does not write.
func Due(ctx context.Context, d *db.DB) (bool, error) {
	found, err := db.All(ctx, d, db.Column[int], `SELECT 1 FROM jobs_queue WHERE dead = 0 AND due_at <= $1 LIMIT 1`, d.Now())
	return len(found) > 0, err
}

// Next returns when the next job is due; the zero time where none waits.
func Next(ctx context.Context, q db.Querier) (due db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT MIN(due_at) FROM jobs_queue WHERE dead = 0`).Scan(&due)
	return due, err
}

// Waiting is a job in the queue as operators see it.
type Waiting struct {
	ID, Error string
	Kind      Kind
	Due       db.Time
	Attempt   int
	Dead      bool
}

// List returns at most limit jobs after the given id, those that wait for a
// person or all.
func List(ctx context.Context, q db.Querier, dead bool, after string, limit int) ([]Waiting, error) {
	where := `dead = 0`
	if dead {
		where = `dead = 1`
	}
	return db.All(ctx, q, func(r db.Row) (w Waiting, err error) {
		w.Dead = dead
		err = r.Scan(&w.ID, &w.Kind, &w.Due, &w.Attempt, &w.Error)
		return w, err
	}, `SELECT id, kind, due_at, attempt, error FROM jobs_queue WHERE `+where+` AND id > $1 ORDER BY id LIMIT $2`, after, limit)
}

// Counts returns how many jobs wait to run and how many wait for a person.
func Counts(ctx context.Context, q db.Querier) (queued, dead int64, err error) {
	err = q.QueryRow(ctx, `SELECT COALESCE(SUM(1 - dead), 0), COALESCE(SUM(dead), 0) FROM jobs_queue`).Scan(&queued, &dead)
	return queued, dead, err
}

// Oldest returns when the job that has waited longest to run became due; zero
// when none is due. One that a worker has in hand is not due.
func Oldest(ctx context.Context, q db.Querier, now db.Time) (due db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT MIN(due_at) FROM jobs_queue WHERE dead = 0 AND due_at <= $1`, now).Scan(&due)
	return due, err
}

// Retry lets a job that was given up run again, now.
func Retry(ctx context.Context, tx *db.Tx, id string) error {
	n, err := tx.Exec(ctx, `UPDATE jobs_queue SET dead = 0, attempt = 0, due_at = $2 WHERE id = $1 AND dead = 1`, id, tx.Now)
	if err == nil && n == 0 {
		return ErrUnknown
	}
	return err
}

// Dead is a job of one kind that waits for a person.
type Dead struct {
	Waiting
	Body json.RawMessage // what it was enqueued with
}

// ListDead returns at most limit jobs of a kind after the given id that wait
// for a person.
func ListDead(ctx context.Context, q db.Querier, k Kind, after string, limit int) ([]Dead, error) {
	return db.All(ctx, q, func(r db.Row) (d Dead, err error) {
		var body string
		d.Waiting.Dead = true
		err = r.Scan(&d.ID, &d.Kind, &d.Due, &d.Attempt, &d.Error, &body)
		d.Body = json.RawMessage(body)
		return d, err
	}, `SELECT id, kind, due_at, attempt, error, body FROM jobs_queue WHERE dead = 1 AND kind = $1 AND id > $2 ORDER BY id LIMIT $3`, string(k), after, limit)
}

// Has reports whether a job is in the queue, also one that waits for a person.
func Has(ctx context.Context, q db.Querier, k Kind, payload any) (bool, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return false, err
	}
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM jobs_queue WHERE kind = $1 AND body = $2 LIMIT 1`, string(k), string(body))
	return len(found) > 0, err
}

// IsDead reports whether a job is of a kind and waits for a person.
func IsDead(ctx context.Context, q db.Querier, k Kind, id string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM jobs_queue WHERE id = $1 AND kind = $2 AND dead = 1`, id, string(k))
	return len(found) > 0, err
}

// Forget takes jobs out of the queue that wait for a person and have been done otherwise.
func Forget(ctx context.Context, tx *db.Tx, k Kind, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM jobs_queue WHERE kind = $1 AND body = $2 AND dead = 1`, string(k), string(body))
	return err
}
