// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// world is a hub with one partner that answers as the test says.
type world struct {
	*testing.T
	*connectors.Hub
	db    *db.DB
	clock *dbtest.Clock

	mu     sync.Mutex
	heard  []string // "OPERATION KEY BODY"
	answer func(s connectors.Saying) connectors.Answer
	again  []string
	ours   []connectors.Entry
	theirs []connectors.Entry
}

func migrations() []db.Migrations {
	return []db.Migrations{audit.Migrations(), connectors.Migrations()}
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{T: t, Hub: connectors.New(d, crypt.Ephemeral()), db: d, clock: c}
		w.answer = func(connectors.Saying) connectors.Answer {
			return connectors.Answer{Outcome: connectors.OK, Reference: "R1"}
		}
		w.Declare(connectors.Partner{
			ID: "portal", Attempts: 3, Failures: 4, First: time.Second, Most: time.Minute, Rest: time.Minute, Keep: time.Hour,
			Call: func(_ context.Context, s connectors.Saying) connectors.Answer {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.heard = append(w.heard, s.Operation+" "+s.Key+" "+string(s.Body))
				return w.answer(s)
			},
			Compare: func(context.Context, db.Time, db.Time) (ours, theirs []connectors.Entry, err error) {
				return w.ours, w.theirs, nil
			},
			Again: func(_ context.Context, _ *db.Tx, dossier string) error {
				w.again = append(w.again, dossier)
				return nil
			},
		})
		f(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(f func(tx *db.Tx) error) {
	w.Helper()
	w.must(w.db.Write(w.Context(), f))
}

func (w *world) send(lane, key string) {
	w.Helper()
	w.write(func(tx *db.Tx) error {
		return w.Send(w.Context(), tx, connectors.Message{Partner: "portal", Operation: "Op", Lane: lane, Dossier: lane, Purpose: "sync", Key: key, Body: []byte("của " + key)})
	})
}

// work sends all that is due.
func (w *world) work() {
	w.Helper()
	for range 1000 {
		did, err := w.Work(w.Context())
		w.must(err)
		if !did {
			return
		}
	}
	w.Fatal("it never ends")
}

// keys are the keys of what was heard since the last call.
func (w *world) keys() string {
	var all []string
	for _, h := range w.heard {
		all = append(all, strings.Fields(h)[1])
	}
	w.heard = nil
	return strings.Join(all, " ")
}

func (w *world) is(what, got, want string) {
	w.Helper()
	if got != want {
		w.Errorf("%s: %q, want %q", what, got, want)
	}
}

func (w *world) list(state string) []connectors.Sent {
	w.Helper()
	all, err := connectors.List(w.Context(), w.db, "portal", state, "", 100)
	w.must(err)
	return all
}

func (w *world) state() connectors.State {
	w.Helper()
	s, err := connectors.GetState(w.Context(), w.db, "portal")
	w.must(err)
	return s
}

func failing(connectors.Saying) connectors.Answer {
	return connectors.Answer{Outcome: connectors.Failed, Error: "status"}
}

func TestALaneKeepsItsOrder(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		for _, m := range []string{"a1", "b1", "a2", "a1", "b2", "a3"} { // a1 comes twice
			w.send(m[:1], m)
		}
		errStop := errors.New("stop")
		if err := w.db.Write(w.Context(), func(tx *db.Tx) error {
			return errors.Join(w.Send(w.Context(), tx, connectors.Message{Partner: "portal", Operation: "Op", Lane: "a", Key: "never"}), errStop)
		}); !errors.Is(err, errStop) {
			w.Fatal(err)
		}
		fails := 2
		w.answer = func(s connectors.Saying) connectors.Answer {
			if s.Key == "a1" && fails > 0 {
				fails--
				return failing(s)
			}
			return connectors.Answer{Outcome: connectors.OK}
		}
		w.work()
		w.is("while a1 waits", w.keys(), "a1 b1 b2")
		w.clock.Advance(2 * time.Second)
		w.work()
		w.is("again", w.keys(), "a1")
		w.clock.Advance(3 * time.Second)
		w.work()
		w.is("then", w.keys(), "a1 a2 a3")
		calls, err := connectors.CallsOf(w.Context(), w.db, "a", "", 100)
		w.must(err)
		var said []string
		for _, c := range slices.Backward(calls) {
			said = append(said, fmt.Sprintf("%s/%d %s %s", c.Key, c.Attempt, c.Outcome, c.Purpose))
		}
		w.is("rows", strings.Join(said, ", "), "a1/1 failed sync, a1/2 failed sync, a1/3 ok sync, a2/1 ok sync, a3/1 ok sync")
		var kept string
		w.must(w.db.QueryRow(w.Context(), `SELECT body_sealed FROM connectors_outbox WHERE key = 'a1'`).Scan(&kept))
		if strings.Contains(kept, "của") {
			w.Errorf("kept in clear: %s", kept)
		}
	})
}

func TestDeadLettersHoldTheirLane(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer = func(s connectors.Saying) connectors.Answer {
			switch s.Key {
			case "a1":
				return connectors.Answer{Outcome: connectors.Refused, Error: "field"}
			case "c1":
				panic("an adapter is wrong")
			}
			return connectors.Answer{Outcome: connectors.OK}
		}
		for _, m := range []string{"a1", "a2", "b1", "c1"} {
			w.send(m[:1], m)
		}
		for range 4 {
			w.work()
			w.clock.Advance(10 * time.Second)
		}
		w.is("heard", w.keys(), "a1 b1"+strings.Repeat(" c1", 3))
		dead := w.list("dead")
		if len(dead) != 2 || dead[1].Error != "field" || dead[0].Attempt != 3 {
			w.Fatalf("dead: %+v", dead)
		}
		body, err := w.Body(w.Context(), w.db, dead[1].ID)
		w.must(err)
		w.is("body", string(body), "của a1")
		w.write(func(tx *db.Tx) error {
			_, err := w.Retry(w.Context(), tx, dead[1].ID)
			return err
		})
		w.work()
		w.is("tried again", w.keys(), "a1")
		w.write(func(tx *db.Tx) error {
			_, err := w.Discard(w.Context(), tx, dead[1].ID, "sai mã")
			return err
		})
		w.work()
		w.is("the next goes", w.keys(), "a2")
		if err := w.db.Write(w.Context(), func(tx *db.Tx) error {
			_, err := w.Discard(w.Context(), tx, dead[1].ID, "twice")
			return err
		}); !errors.Is(err, connectors.ErrState) {
			w.Errorf("twice: %v", err)
		}
	})
}

func TestAPartnerThatIsDownIsLeftAlone(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer = failing
		for i := range 20 {
			w.send(fmt.Sprint("lane", i), fmt.Sprint("m", i))
		}
		w.work()
		if s := w.state(); s.Breaker != connectors.Open || len(w.heard) != 4 {
			w.Fatalf("%+v after %d calls", s, len(w.heard))
		}
		w.heard = nil
		if _, err := w.Ask(w.Context(), connectors.Question{Partner: "portal", Operation: "Look"}); !errors.Is(err, connectors.ErrDown) {
			w.Errorf("ask: %v", err)
		}
		for range 30 { // down for hours: one call tries now and again
			w.clock.Advance(11 * time.Minute)
			w.work()
		}
		if n := len(w.heard); n != 30 {
			w.Errorf("%d calls", n)
		}
		if dead := w.list("dead"); len(dead) != 0 {
			w.Errorf("a message is not to blame: %+v", dead)
		}
		w.heard, w.answer = nil, func(connectors.Saying) connectors.Answer { return connectors.Answer{Outcome: connectors.OK} }
		w.clock.Advance(11 * time.Minute)
		w.work()
		c, err := connectors.Count(w.Context(), w.db, "portal")
		w.must(err)
		if s := w.state(); s.Breaker != connectors.Closed || len(w.heard) != 20 || c.Waiting != 0 {
			w.Errorf("caught up: %+v, %d calls, %+v", s, len(w.heard), c)
		}
	})
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.write(func(tx *db.Tx) error { return w.Pause(w.Context(), tx, "portal", "it", "bảo trì") })
		w.send("a", "a1")
		w.work()
		w.is("paused", w.keys(), "")
		if _, err := w.Ask(w.Context(), connectors.Question{Partner: "portal", Operation: "Look"}); !errors.Is(err, connectors.ErrPaused) {
			w.Errorf("ask: %v", err)
		}
		if s := w.state(); s.PausedBy != "it" || s.Reason != "bảo trì" {
			w.Errorf("%+v", s)
		}
		w.write(func(tx *db.Tx) error { return w.Resume(w.Context(), tx, "portal") })
		w.work()
		w.is("resumed", w.keys(), "a1")
		if _, err := w.Ask(w.Context(), connectors.Question{Partner: "portal", Operation: "Look", Dossier: "a", Body: []byte("?")}); err != nil {
			w.Error(err)
		}
		if calls, _ := connectors.CallsOf(w.Context(), w.db, "a", "", 10); len(calls) != 2 || calls[0].Operation != "Look" || calls[0].Outcome != connectors.OK {
			w.Errorf("%+v", calls)
		}
	})
}

func TestReplayKeepsTheLastWordLast(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		for _, m := range []string{"a1", "a2", "b1"} {
			w.send(m[:1], m)
		}
		from := w.db.Now()
		w.clock.Advance(time.Hour / 2)
		w.send("a", "a3")
		w.work()
		w.keys()
		w.send("a", "a4")
		w.write(func(tx *db.Tx) error {
			n, err := w.Replay(w.Context(), tx, "portal", from, db.At(from.Add(time.Minute)))
			if n != 4 {
				err = errors.Join(err, fmt.Errorf("%d messages", n))
			}
			return err
		})
		w.work()
		heard := w.keys()
		if strings.ReplaceAll(heard, "b1 ", "") != "a1 a2 a3 a4" {
			w.Errorf("heard %q", heard)
		}
		w.clock.Advance(3 * time.Hour)
		for more := true; more; {
			var err error
			more, err = w.Sweep(w.Context())
			w.must(err)
		}
		sent := w.list("sent")
		if len(sent) != 5 || !sent[0].Erased {
			w.Errorf("%+v", sent)
		}
		if _, err := w.Body(w.Context(), w.db, sent[0].ID); !errors.Is(err, connectors.ErrErased) {
			w.Errorf("erased: %v", err)
		}
	})
}

func TestTheSameComesInOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		taken, actor := 0, identity.NewActor("system", "")
		receive := func(body string, refuse bool) (connectors.Reply, bool, error) {
			return w.Receive(w.Context(), actor, connectors.Inbound{Partner: "portal", Operation: "In", Key: "G01", Body: []byte(body)}, func(context.Context) (connectors.Reply, error) {
				taken++
				return connectors.Reply{Refused: refuse, Status: 200, Body: []byte(fmt.Sprint("answer ", taken)), Dossier: "d1"}, nil
			})
		}
		for i, tt := range []struct {
			body    string
			refuse  bool
			want    string
			again   bool
			refused bool
		}{{"wrong", true, "answer 1", false, true}, {"wrong", true, "answer 1", true, true}, {"right", false, "answer 2", false, false}, {"right", false, "answer 2", true, false}} {
			r, again, err := receive(tt.body, tt.refuse)
			if err != nil || string(r.Body) != tt.want || again != tt.again || r.Refused != tt.refused {
				w.Errorf("%d: %q %v %v, %v", i, r.Body, again, r.Refused, err)
			}
		}
		if _, _, err := receive("other", false); !errors.Is(err, connectors.ErrUsed) {
			w.Errorf("other content: %v", err)
		}
		errOurs := errors.New("ours")
		if _, _, err := w.Receive(w.Context(), actor, connectors.Inbound{Partner: "portal", Key: "G02"}, func(context.Context) (connectors.Reply, error) { return connectors.Reply{}, errOurs }); !errors.Is(err, errOurs) {
			w.Error(err)
		}
		if _, again, err := w.Receive(w.Context(), actor, connectors.Inbound{Partner: "portal", Key: "G02"}, func(context.Context) (connectors.Reply, error) { return connectors.Reply{Status: 200}, nil }); err != nil || again {
			w.Errorf("after a failure of ours: %v %v", again, err)
		}
		if calls, err := connectors.CallsOf(w.Context(), w.db, "d1", "", 10); err != nil || len(calls) != 2 || calls[0].Direction != connectors.In {
			w.Errorf("%+v, %v", calls, err)
		}
	})
}

func TestDifferencesAreShownUntilSettled(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.ours = []connectors.Entry{{Code: "1", Dossier: "d1", Says: "4"}, {Code: "2", Dossier: "d2", Says: "9"}, {Code: "3", Dossier: "d3", Says: "4"}}
		w.theirs = []connectors.Entry{{Code: "2", Says: "4"}, {Code: "3", Says: "4"}, {Code: "4", Says: "1"}}
		compare := func() []connectors.Difference {
			w.Helper()
			_, err := w.Compare(w.Context(), "portal", "it", db.At(w.db.Now().AddDate(0, -1, 0)), w.db.Now(), func(*db.Tx, connectors.Run) error { return nil })
			w.must(err)
			open, err := connectors.Differences(w.Context(), w.db, "portal", "open", "", 10)
			w.must(err)
			return open
		}
		first := compare()
		var kinds []string
		for _, d := range first {
			kinds = append(kinds, d.Code+" "+d.Kind)
		}
		w.is("found", strings.Join(kinds, ", "), "1 missing_there, 2 differs, 4 missing_here")
		w.write(func(tx *db.Tx) error {
			_, err := w.Mend(w.Context(), tx, first[0].ID, "it")
			return err
		})
		w.is("said again", strings.Join(w.again, " "), "d1")
		w.write(func(tx *db.Tx) error {
			_, err := w.Explain(w.Context(), tx, first[2].ID, "it", "hồ sơ của Bộ")
			return err
		})
		w.theirs[0].Says = "9"
		w.theirs = append(w.theirs, connectors.Entry{Code: "1", Says: "4"})
		second := compare()
		if len(second) != 1 || second[0].Code != "4" { // what was explained and still differs is asked about again
			w.Errorf("%+v", second)
		}
	})
}

func TestListsUseTheirIndex(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		for name, q := range map[string]struct {
			text string
			args []any
		}{
			"messages":    {connectors.ListSQL, []any{"portal", "dead", "~", 50}},
			"dossier":     {connectors.CallsOfDossierSQL, []any{"d", "~", 50}},
			"partner":     {connectors.CallsOfPartnerSQL, []any{"portal", "~", 50}},
			"differences": {connectors.DifferencesSQL, []any{"portal", "open", "", 50}},
		} {
			plan := strings.Join(dbtest.Plan(w.T, w.db, q.text, q.args...), "\n")
			if w.db.Dialect().String() == "sqlite" && (!strings.Contains(plan, "USING INDEX") || strings.Contains(plan, "TEMP B-TREE")) {
				w.Errorf("%s: %s", name, plan)
			}
		}
	})
}
