// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

const kind jobs.Kind = "test.fail"

func states(r core.Report) map[string]core.State {
	all := map[string]core.State{}
	for _, c := range r.Checks() {
		all[c.Name] = c.State
	}
	return all
}

func TestHealthSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		look := func() core.Report {
			t.Helper()
			r, err := w.svc.Health(ctx, w.it)
			must(t, err)
			return r
		}
		w.seal(t)
		r := look()
		if r.State() != core.Good || r.Version != "1.2.3" || r.Pack != "a" || r.PackSince.IsZero() || r.Database != w.d.Dialect().String() ||
			r.Audit.Size == 0 || r.Audit.Waiting != 0 || !r.FreeKnown || len(r.Checks()) != 7 {
			t.Errorf("all is well, but %+v", r)
		}
		w.write(t, func(tx *db.Tx) error {
			return errors.Join(jobs.Enqueue(ctx, tx, kind, "1"), events.Publish(ctx, tx, "test.happened.v1", "x"), audit.Record(ctx, tx, w.it, eventDone, "x"))
		})
		if s := states(look()); look().State() != core.Good {
			t.Errorf("what has just come is not late: %v", s)
		}
		w.clock.Advance(3 * time.Minute)
		r = look()
		for _, name := range []string{"audit", "jobs", "outbox"} {
			if states(r)[name] != core.Attention {
				t.Errorf("after three minutes %s is %v", name, states(r)[name])
			}
		}
		if r.Queued != 1 || r.OldestJob != 3*time.Minute || r.Outbox != 1 || r.Audit.Waiting != 1 || r.AuditAge != 3*time.Minute {
			t.Errorf("got %+v", r)
		}
		w.clock.Advance(15 * time.Minute)
		w.free = 100 << 20
		for name, s := range states(look()) {
			want := core.Broken
			if name == "database" || name == "dead" || name == "clock" {
				want = core.Good
			}
			if s != want {
				t.Errorf("after a quarter of an hour %s is %v", name, s)
			}
		}
		w.seal(t)
		if s := states(look()); s["audit"] != core.Good {
			t.Errorf("sealed, but %v", s["audit"])
		}
	})
}

// kill enqueues jobs and lets each fail until it is given up.
func (w *world) kill(t *testing.T, n int) {
	t.Helper()
	ctx := t.Context()
	w.write(t, func(tx *db.Tx) error {
		for i := range n {
			if err := jobs.Enqueue(ctx, tx, kind, i); err != nil {
				return err
			}
		}
		return nil
	})
	fail := map[jobs.Kind]jobs.Handler{kind: func(context.Context, []byte) error { return errors.New("cổng tin nhắn không trả lời") }}
	for range jobs.MaxAttempts {
		w.clock.Advance(time.Hour)
		for did := true; did; {
			did, _ = jobs.Work(ctx, w.d, fail) // the failure is meant
		}
	}
}

func TestDeadJobsRunAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if p, err := w.svc.DeadJobs(ctx, w.it, ""); err != nil || len(p.Jobs) != 0 || p.Next != "" {
			t.Fatalf("nothing is dead: %+v, %v", p, err)
		}
		w.kill(t, core.PageSize+2)
		first, err := w.svc.DeadJobs(ctx, w.it, "")
		must(t, err)
		second, err := w.svc.DeadJobs(ctx, w.it, first.Next)
		must(t, err)
		if len(first.Jobs) != core.PageSize || len(second.Jobs) != 2 || second.Next != "" || second.Jobs[0].ID == first.Jobs[core.PageSize-1].ID {
			t.Fatalf("pages of %d and %d, then %q", len(first.Jobs), len(second.Jobs), second.Next)
		}
		one := first.Jobs[0]
		if one.Error != "cổng tin nhắn không trả lời" || one.Attempt != jobs.MaxAttempts {
			t.Errorf("got %+v", one)
		}
		if n, err := w.svc.CountDead(ctx, w.it); err != nil || n != core.PageSize+2 {
			t.Errorf("counted %d, %v", n, err)
		}
		for _, other := range []identity.Actor{w.auditor, w.east, {}} {
			if err := w.svc.RetryJob(ctx, other, one.ID); !errors.Is(err, access.ErrNotAllowed) && !errors.Is(err, access.ErrSignInNeeded) {
				t.Errorf("%s ran a job again: %v", other.Account, err)
			}
		}
		must(t, w.svc.RetryJob(ctx, w.it, one.ID))
		if due, err := jobs.Due(ctx, w.d); err != nil || !due {
			t.Errorf("the job does not run again: %v", err)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2 AND actor = $3`,
			string(console.AuditJobRetried), one.ID, w.it.Account); n != 1 {
			t.Errorf("%d records of the retry", n)
		}
		for _, gone := range []string{one.ID, id.New(), "x\x00", ""} {
			if err := w.svc.RetryJob(ctx, w.it, gone); !errors.Is(err, jobs.ErrUnknown) {
				t.Errorf("retry %q: %v", gone, err)
			}
		}
		if n := w.recorded(t, console.AuditJobRetried); n != 1 {
			t.Errorf("refused retries are recorded: %d", n)
		}
	})
}

func TestTheAuditLogIsForAuditors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, other := range []identity.Actor{w.it, w.east, w.reader} {
			if _, err := w.svc.ReadAudit(ctx, other, core.AuditQuery{}); !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("the log: %v", err)
			}
			if _, err := w.svc.Checkpoint(ctx, other); !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("the checkpoint: %v", err)
			}
		}
		if _, err := w.svc.Health(ctx, w.auditor); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("the auditor operates: %v", err)
		}
		if n := w.recorded(t, console.AuditRead); n != 0 {
			t.Errorf("%d refused readings are recorded as readings", n)
		}
	})
}

func TestReadingTheAuditLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if _, err := w.svc.Checkpoint(ctx, w.auditor); !errors.Is(err, console.ErrNoCheckpoint) {
			t.Errorf("before the first: %v", err)
		}
		w.write(t, func(tx *db.Tx) error {
			for i := range core.PageSize + 5 {
				actor := w.east
				if i%2 == 1 {
					actor = w.west
				}
				if err := audit.Record(ctx, tx, actor, eventDone, fmt.Sprintf("thing-%d", i)); err != nil {
					return err
				}
			}
			return nil
		})
		w.seal(t)
		read := func(q core.AuditQuery) core.AuditPage {
			t.Helper()
			p, err := w.svc.ReadAudit(ctx, w.auditor, q)
			must(t, err)
			return p
		}
		done := core.AuditQuery{Event: string(eventDone)}
		first := read(done)
		done.Before = first.Next
		second := read(done)
		if len(first.Entries) != core.PageSize || len(second.Entries) != 5 || second.Next != "" ||
			first.Entries[0].Subject != fmt.Sprintf("thing-%d", core.PageSize+4) || second.Entries[4].Subject != "thing-0" {
			t.Fatalf("pages of %d and %d", len(first.Entries), len(second.Entries))
		}
		if first.Entries[0].Leaf < 0 || first.Head.Note == "" || first.Head.Waiting != 0 {
			t.Errorf("sealed, but %+v", first.Entries[0])
		}
		byWest := read(core.AuditQuery{Event: string(eventDone), Login: " WEST "})
		if len(byWest.Entries) != (core.PageSize+5)/2 || byWest.Entries[0].Login != "west" {
			t.Errorf("%d entries of west", len(byWest.Entries))
		}
		if one := read(core.AuditQuery{Subject: "thing-7\x00"}); len(one.Entries) != 1 || one.Entries[0].Subject != "thing-7" {
			t.Errorf("by subject: %+v", one.Entries)
		}
		if program := read(core.AuditQuery{Login: "program:apply"}); len(program.Entries) != 1 || program.Entries[0].Login != "program:apply" {
			t.Errorf("by program: %+v", program.Entries)
		}
		for field, q := range map[string]core.AuditQuery{"login": {Login: "nobody"}, "event": {Event: "no.such"}} {
			_, err := w.svc.ReadAudit(ctx, w.auditor, q)
			if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		// Five readings, each once, with its purpose; and the newest entries tell of them.
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND actor = $2 AND purpose = 'inspection'`,
			string(console.AuditRead), w.auditor.Account); n != 5 {
			t.Errorf("%d readings are recorded", n)
		}
		if newest := read(core.AuditQuery{}); newest.Entries[0].Event != console.AuditRead || newest.Entries[0].Leaf != -1 || newest.Head.Waiting == 0 {
			t.Errorf("the newest is %+v", newest.Entries[0])
		}
		head, err := w.svc.Checkpoint(ctx, w.auditor)
		if err != nil || head.Note != first.Head.Note {
			t.Errorf("the checkpoint: %v", err)
		}
	})
}
