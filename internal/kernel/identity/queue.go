// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"container/list"
	"context"
	"sync"

	"tinhso.vn/internal/platform/errs"
)

// ErrBusy means that more people wait for their password to be looked at than
// could be served in time: come back in a moment.
var ErrBusy = errs.New(errs.Unavailable, "identity.busy")

// queue lets a few work at once; the others wait in the order in which they
// came. Browsers that people have signed in with before wait in a row of their
// own, which goes first three times of four: a flood of guesses from everywhere
// does not keep them out. Who gives up leaves it without a trace.
type queue struct {
	mu      sync.Mutex
	free    int
	most    int          // that wait in a row
	waiting [2]list.List // of chan struct{}, closed when it is somebody's turn
	turn    int
}

// row is where somebody waits.
type row int

const (
	strangers row = iota
	friends       // from a device that is known for the account
	otherRow  = 4 // every so many turns strangers go first
)

func newQueue(turns, most int) *queue { return &queue{free: turns, most: most} }

// enter returns when it is the caller's turn, who must leave afterwards.
func (q *queue) enter(ctx context.Context, r row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	if q.free > 0 {
		q.free--
		q.mu.Unlock()
		return nil
	}
	if q.waiting[r].Len() >= q.most {
		q.mu.Unlock()
		return ErrBusy
	}
	turn := make(chan struct{})
	place := q.waiting[r].PushBack(turn)
	q.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-turn: // it came in the same moment: the next one has it
		q.next()
	default:
		q.waiting[r].Remove(place)
	}
	return ctx.Err()
}

func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next()
}

// next gives a turn to whoever waits longest in the row whose turn it is. The
// caller holds the lock.
func (q *queue) next() {
	r := friends
	if q.turn = (q.turn + 1) % otherRow; q.turn == 0 {
		r = strangers
	}
	if q.waiting[r].Len() == 0 {
		r = friends - r
	}
	first := q.waiting[r].Front()
	if first == nil {
		q.free++
		return
	}
	if turn, ok := q.waiting[r].Remove(first).(chan struct{}); ok {
		close(turn)
	}
}

// waits is how many wait.
func (q *queue) waits() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting[strangers].Len() + q.waiting[friends].Len()
}
