// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
)

func (w *world) own(a identity.Actor) identity.Actor {
	return a.Grant(processes.PermAbsence, identity.Place{Unit: dossierstest.Ward, Subtree: true})
}

func days(from, to string) AbsenceDraft {
	parse := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		if err != nil {
			panic(err)
		}
		return d
	}
	return AbsenceDraft{From: parse(from), To: parse(to)}
}

func (d AbsenceDraft) by(deputy string) AbsenceDraft { d.Deputy = deputy; return d }
func (d AbsenceDraft) of(who string) AbsenceDraft    { d.Account = who; return d }

func TestWhoStandsIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, mai, lan := t.Context(), w.own(w.Clerk), w.own(w.Colleague)
		week := days("2026-03-09", "2026-03-13")
		for _, tt := range []struct {
			name string
			d    AbsenceDraft
			want error
		}{
			{"another post", week.by("hung"), processes.ErrDeputy},
			{"the same post elsewhere", week.by("khoa"), processes.ErrDeputy},
			{"a citizen", week.by("bay"), processes.ErrDeputy},
		} {
			_, err := w.svc.Declare(ctx, mai, tt.d)
			refused(t, tt.name, err, tt.want)
		}
		bad := days("2026-03-01", "2026-02-20").by("mai")
		if _, err := w.svc.Declare(ctx, mai, bad.of("mai")); err == nil || !strings.Contains(err.Error(), "[from processes.past] [to processes.backwards] [deputy processes.no_deputy]") {
			t.Errorf("%v", err)
		}
		id, err := w.svc.Declare(ctx, mai, week.by("lan"))
		ok(t, err)
		_, err = w.svc.Declare(ctx, mai, days("2026-03-13", "2026-03-20").by("lan"))
		refused(t, "a second one on the last day", err, processes.ErrOverlap)
		_, err = w.svc.Declare(ctx, lan, days("2026-03-12", "2026-03-12").by("mai"))
		refused(t, "who stands in goes away", err, processes.ErrChain)
		if _, err = w.svc.Declare(ctx, lan, days("2026-03-14", "2026-03-15").by("mai")); err != nil {
			t.Errorf("behind it: %v", err)
		}
		_, err = w.svc.Declare(ctx, mai, days("2026-03-14", "2026-03-14").by("lan"))
		refused(t, "who stands in is away", err, processes.ErrChain) // mai stands in for lan that day
		_, err = w.svc.Declare(ctx, w.own(w.OtherClerk), days("2026-03-14", "2026-03-14").by("lan"))
		refused(t, "from another ward", err, processes.ErrDeputy)

		stands := func(who, of string, at time.Time) bool {
			yes, err := workflow.StandsIn(ctx, w.DB, who, of, db.At(at))
			ok(t, err)
			return yes
		}
		monday := calendar.Date{Year: 2026, Month: 3, Day: 9}.At(8 * 60)
		if !stands("lan", "mai", monday) || stands("lan", "mai", monday.AddDate(0, 0, -1)) || !stands("lan", "mai", monday.AddDate(0, 0, 4).Add(15*time.Hour)) || stands("lan", "mai", monday.AddDate(0, 0, 5)) {
			t.Error("the engine does not know the days")
		}
		refused(t, "a stranger ends it", w.svc.EndAbsence(ctx, w.own(w.Officer), id), processes.ErrNotFound)
		ok(t, w.svc.EndAbsence(ctx, mai, id))
		refused(t, "ended twice", w.svc.EndAbsence(ctx, mai, id), processes.ErrEnded)
		if stands("lan", "mai", monday) || w.Audited(t, processes.AuditAbsence, string(id)) != 1 || w.Audited(t, processes.AuditAbsenceEnded, string(id)) != 1 {
			t.Error("it did not end")
		}
	})
}

func TestALeaderDeclaresForOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		today := days("2026-03-02", "2026-03-03").by("lan")
		_, err := w.svc.Declare(ctx, w.own(w.Officer), today.of("mai"))
		refused(t, "an officer declares for another", err, access.ErrNotAllowed)
		_, err = w.svc.Declare(ctx, w.leader, today.of("khoa"))
		refused(t, "somebody of another ward", err, processes.ErrNotFound)
		id, err := w.svc.Declare(ctx, w.leader, today.of("mai"))
		ok(t, err)
		for _, tt := range []struct {
			name  string
			actor identity.Actor
			when  When
			want  int
		}{
			{"the leader", w.leader, Now, 1},
			{"who is away", w.own(w.Clerk), Now, 1},
			{"who stands in", w.own(w.Colleague), Now, 1},
			{"a colleague", w.own(w.Officer), Now, 0},
			{"coming", w.leader, Coming, 0},
			{"past", w.leader, Past, 0},
		} {
			p, err := w.svc.ListAbsences(ctx, tt.actor, tt.when, "")
			if err != nil || len(p.Items) != tt.want {
				t.Errorf("%s: %d, %v", tt.name, len(p.Items), err)
			}
		}
		all, err := w.svc.ListCandidates(ctx, w.leader, "mai")
		if err != nil || len(all) != 1 || all[0].Account != "lan" {
			t.Errorf("%+v %v", all, err)
		}
		_, err = w.svc.ListCandidates(ctx, w.leader, "khoa")
		refused(t, "candidates of another ward", err, processes.ErrNotFound)
		people, err := w.svc.ListPeople(ctx, w.leader)
		if err != nil || len(people) != 7 {
			t.Errorf("%+v %v", people, err)
		}
		ok(t, w.svc.EndAbsence(ctx, w.leader, id))
		if p, err := w.svc.ListAbsences(ctx, w.leader, Past, ""); err != nil || len(p.Items) != 1 || p.Items[0].Ended.Account != w.leader.Account {
			t.Errorf("%+v %v", p, err)
		}
	})
}

// With a third person at hand: nobody is handed to somebody who is away.
func TestWhoStandsInIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			return access.Assign(ctx, tx, access.Assignment{Account: "ut", Role: "clerk", Unit: dossierstest.Ward + ".mot-cua"})
		}))
		_, err := w.svc.Declare(ctx, w.own(w.Colleague), days("2026-03-09", "2026-03-10").by("ut"))
		ok(t, err)
		_, err = w.svc.Declare(ctx, w.own(w.Clerk), days("2026-03-10", "2026-03-12").by("lan"))
		refused(t, "who is to stand in is away", err, processes.ErrAway)
		_, err = w.svc.Declare(ctx, w.own(w.Clerk), days("2026-03-11", "2026-03-12").by("lan"))
		ok(t, err)
		_, err = w.svc.Declare(ctx, w.own(w.Archivist), days("2026-03-20", "2026-03-20").by("lan"))
		refused(t, "one of two posts is not covered", err, processes.ErrDeputy)
	})
}

// Two people declare at the same time that each stands in for the other.
func TestNoCircle(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		week := days("2026-03-09", "2026-03-13")
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i, p := range []struct {
			actor  identity.Actor
			deputy string
		}{{w.own(w.Clerk), "lan"}, {w.own(w.Colleague), "mai"}} {
			wg.Go(func() { _, results[i] = w.svc.Declare(t.Context(), p.actor, week.by(p.deputy)) })
		}
		wg.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Errorf("%v", results)
		}
	})
}

func TestAbsencesArePaged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			return fillAbsences(ctx, tx, 130)
		}))
		seen := map[processes.AbsenceID]bool{}
		for before, pages := "", 0; ; pages++ {
			p, err := w.svc.ListAbsences(ctx, w.leader, Coming, before)
			ok(t, err)
			for _, a := range p.Items {
				if seen[a.ID] {
					t.Fatalf("%s twice", a.ID)
				}
				seen[a.ID] = true
			}
			if before = p.Next; before == "" {
				if pages != 2 || len(seen) != 130 {
					t.Errorf("%d pages, %d absences", pages, len(seen))
				}
				return
			}
		}
	})
}

func fillAbsences(ctx context.Context, tx *db.Tx, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO processes_absences (id, account, deputy, unit_id, from_at, until_at, reason, declared_by, declared_at, ended_by)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS INTEGER))
		SELECT 'a' || i, 'acc-' || (i % 1000), 'acc-' || (i % 777), $2, CAST($3 AS BIGINT) + i / 3, CAST($3 AS BIGINT) + i / 3 + 1000000, '', '', 1, '' FROM n`,
		n, dossierstest.Ward, tx.Now.Add(time.Hour).UnixMicro())
	return err
}
