// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

// sealedTexts counts what can still be opened of messages, calls and answers.
func (w *world) sealedTexts() (n int) {
	w.Helper()
	w.must(w.db.QueryRow(w.Context(), `SELECT (SELECT COUNT(*) FROM connectors_outbox WHERE body_sealed <> '') + (SELECT COUNT(*) FROM connectors_calls WHERE request_sealed <> '' OR answer_sealed <> '')
		+ (SELECT COUNT(*) FROM connectors_inbound WHERE answer_sealed <> '')`).Scan(&n))
	return n
}

// say sends a message about a dossier and takes one that comes in about it.
func (w *world) say(dossier string) {
	w.Helper()
	w.send(dossier, dossier+"-out")
	_, _, err := w.Receive(w.Context(), identity.NewActor("system", ""), connectors.Inbound{Partner: "portal", Operation: "In", Key: dossier + "-in", Body: []byte("Trần Văn Xa")},
		func(context.Context) (connectors.Reply, error) {
			return connectors.Reply{Status: 200, Dossier: dossier, Body: []byte("đã nhận")}, nil
		})
	w.must(err)
}

// What was said about somebody's dossier is erased with them, of nobody else, and what
// still has to be said is said first.
func TestWhatWasSaidAboutADossierIsErased(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.say("d1")
		w.say("d2")
		w.work()
		w.answer = failing
		w.send("d1", "d1-later")
		w.work()
		all := w.sealedTexts() // three messages, two calls that came in, two answers
		if n, err := connectors.Unsaid(w.Context(), w.db, "d1"); err != nil || n != 1 || all != 7 {
			w.Fatalf("%d not said, %d kept: %v", n, all, err)
		}
		forget := func() (n int) {
			w.write(func(tx *db.Tx) (err error) {
				n, err = connectors.ForgetDossier(w.Context(), tx, "d1")
				return err
			})
			return n
		}
		if n := forget(); n != 3 || w.sealedTexts() != all-3 {
			w.Errorf("%d erased, %d of %d left", n, w.sealedTexts(), all)
		}
		if n := forget(); n != 0 {
			w.Errorf("erased twice: %d", n)
		}
		w.answer = func(connectors.Saying) connectors.Answer { return connectors.Answer{Outcome: connectors.OK} }
		w.clock.Advance(time.Minute)
		w.work()
		if said := strings.Join(w.heard, "; "); !strings.HasSuffix(said, "Op d1-later của d1-later") {
			w.Errorf("what waited says nothing any more: %s", said)
		}
		if n := forget(); n != 1 {
			w.Errorf("after it was said: %d", n)
		}
		w.write(func(tx *db.Tx) error {
			_, err := w.Replay(w.Context(), tx, "portal", db.At(w.db.Now().Add(-time.Hour)), w.db.Now())
			return err
		})
		w.heard = nil
		w.work()
		w.is("a replay says what is left", w.keys(), "d2-out")
		_, _, err := w.Receive(w.Context(), identity.NewActor("system", ""), connectors.Inbound{Partner: "portal", Operation: "In", Key: "d1-in", Body: []byte("Trần Văn Xa")}, nil)
		if !errors.Is(err, connectors.ErrErased) {
			w.Errorf("the same comes again: %v", err)
		}
		if calls, err := connectors.CallsOf(w.Context(), w.db, "d1", "", 10); err != nil || len(calls) < 3 {
			w.Errorf("that it was said is gone: %+v %v", calls, err)
		}
	})
}

// What is past the time of the rule is counted and erased in parts; that it was said stays.
func TestWhatWasSaidLongAgoIsErased(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.say("d1")
		w.work()
		w.clock.Advance(48 * time.Hour)
		before := w.db.Now()
		w.say("d2")
		w.answer = func(connectors.Saying) connectors.Answer { return connectors.Answer{Outcome: connectors.Refused} }
		w.work()
		if n, oldest, err := connectors.CountPast(w.Context(), w.db, before); err != nil || n != 3 || oldest.IsZero() || !oldest.Before(before.Time) {
			w.Errorf("%d past, the oldest of %v: %v", n, oldest, err)
		}
		for _, want := range []int{2, 1, 0} {
			w.write(func(tx *db.Tx) error {
				n, err := connectors.ForgetPast(w.Context(), tx, before, 2)
				if n != want {
					w.Errorf("erased %d, not %d", n, want)
				}
				return err
			})
		}
		if n, oldest, err := connectors.CountPast(w.Context(), w.db, before); err != nil || n != 0 || !oldest.IsZero() {
			w.Errorf("%d past, the oldest of %v: %v", n, oldest, err)
		}
		w.clock.Advance(48 * time.Hour)
		w.write(func(tx *db.Tx) error {
			_, err := connectors.ForgetPast(w.Context(), tx, w.db.Now(), 10)
			return err
		})
		if dead := w.list("dead"); len(dead) != 1 || dead[0].Erased {
			w.Errorf("a dead letter waits for somebody to look: %+v", dead)
		}
	})
}
