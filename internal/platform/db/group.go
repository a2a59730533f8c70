// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tinhso.vn/internal/platform/errs"
)

// SQLite has one writer, and making a write durable costs a flush of the disk.
// So transactions that wait at the same time share one: each runs in its own
// savepoint, one commit makes all of them durable, and only then are they
// acknowledged. One that fails is rolled back alone. The first needs no savepoint:
// when it fails nothing else has been done yet, and most of the time it is alone.

// groupSize bounds how many transactions share a commit, and so how long the
// first of them waits.
const groupSize = 128

// errClosed is the answer to a write after Close.
var errClosed = errs.New(errs.Unavailable, "db.closed")

type request struct {
	f    func(*Tx) error
	done chan result
}

type result struct {
	err   error
	panic any
}

type writer struct {
	db      *DB
	queue   chan request
	quit    chan struct{} // closed by stop
	stopped chan struct{} // closed when the loop has ended
}

func newWriter(d *DB) *writer {
	w := &writer{db: d, queue: make(chan request), quit: make(chan struct{}), stopped: make(chan struct{})}
	go w.loop()
	return w
}

func (w *writer) stop() {
	select {
	case <-w.quit:
	default:
		close(w.quit)
	}
	<-w.stopped
}

func (w *writer) do(ctx context.Context, f func(*Tx) error) error {
	r := request{f: f, done: make(chan result, 1)}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	// From here on the outcome counts, even if the caller would rather leave.
	res := <-r.done
	if res.panic != nil {
		panic(res.panic) // where the caller's own stack can see it
	}
	return res.err
}

func (w *writer) loop() {
	defer close(w.stopped)
	for {
		select {
		case r := <-w.queue:
			w.commit(r)
		case <-w.quit:
			return
		}
	}
}

// commit runs first and whoever else is waiting in one transaction.
func (w *writer) commit(first request) {
	group, results := []request{first}, []result(nil)
	err := w.transaction(func(tx *sql.Tx) error {
		for i := 0; i < len(group); i++ {
			run := w.savepoint
			switch i {
			case 0:
				run = w.bare
			case 1:
				if err := alive(tx); err != nil {
					return err
				}
			}
			res, err := run(tx, group[i].f)
			if err != nil {
				return err
			}
			results = append(results, res)
			if len(group) < groupSize {
				select {
				case r := <-w.queue:
					group = append(group, r)
				default:
				}
			}
		}
		return nil
	})
	if err == nil {
		for i, r := range group {
			r.done <- results[i]
		}
		return
	}
	if failed, ok := errors.AsType[failure](err); ok {
		first.done <- failed.result
		return
	}
	if len(group) == 1 {
		first.done <- result{err: err}
		return
	}
	// Somebody spoiled it for all: alone, each gets what it deserves.
	for _, r := range group {
		var res result
		if err := w.transaction(func(tx *sql.Tx) (err error) {
			res, err = w.bare(tx, r.f)
			return err
		}); err != nil {
			res = result{err: err}
			if failed, ok := errors.AsType[failure](err); ok {
				res = failed.result
			}
		}
		r.done <- res
	}
}

// transaction takes no context: it belongs to several callers.
func (w *writer) transaction(f func(*sql.Tx) error) error {
	tx, err := w.db.rw.Begin() //nolint:noctx // see above
	if err != nil {
		return fmt.Errorf("begin: %w", classify(err))
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	return nil
}

// failure rolls a transaction back because of the only one in it.
type failure struct{ result result }

// Error implements error. Nobody outside sees it.
func (failure) Error() string { return "the transaction failed" }

// bare runs f as the first in a transaction. The error is a failure where it is
// about f.
func (w *writer) bare(tx *sql.Tx, f func(*Tx) error) (res result, err error) {
	res = protect(f, &Tx{tx: tx, dialect: SQLite, Now: w.db.Now()})
	if res.err != nil || res.panic != nil {
		return res, failure{res}
	}
	return res, nil
}

// errEnded says that the first ended the transaction that others were to share.
var errEnded = errors.New("the transaction has ended itself")

// alive reports that the transaction is still open. One that the first of a group
// has ended, and told nobody, would let each savepoint of the others be a
// transaction of its own, and be durable before they run again.
func alive(tx *sql.Tx) error {
	if _, err := tx.Exec(`BEGIN`); err == nil { //nolint:noctx // as in transaction; inside a transaction it is refused
		return errEnded
	}
	return nil
}

// savepoint runs f. The error is about the transaction as a whole, the result
// about f.
func (w *writer) savepoint(tx *sql.Tx, f func(*Tx) error) (res result, err error) {
	exec := func(q string) error {
		_, err := tx.Exec(q) //nolint:noctx // as in transaction
		return classify(err)
	}
	if err := exec(`SAVEPOINT one`); err != nil {
		return res, err
	}
	res = protect(f, &Tx{tx: tx, dialect: SQLite, Now: w.db.Now()})
	if res.err != nil || res.panic != nil {
		// A full disk makes SQLite roll back everything; then there is no such savepoint.
		if err := exec(`ROLLBACK TO one`); err != nil {
			return res, errors.Join(res.err, err)
		}
	}
	return res, exec(`RELEASE one`)
}

func protect(f func(*Tx) error, tx *Tx) (res result) {
	defer func() {
		if p := recover(); p != nil {
			res.panic = p
		}
	}()
	res.err = f(tx)
	return res
}
