// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/core"
	"tinhso.vn/internal/modules/satisfaction/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

const (
	ward  = "phuong-a"
	other = "phuong-b"
)

// delivered are dossiers whose results were handed over, by their ids.
type delivered map[dossiers.ID]dossiers.Record

func (d delivered) RecordOf(_ context.Context, _ db.Querier, id dossiers.ID) (dossiers.Record, error) {
	r, ok := d[id]
	if !ok {
		return r, dossiers.ErrNotFound
	}
	return r, nil
}

func (d delivered) FindCase(_ context.Context, _ db.Querier, code string) (dossiers.Case, bool, error) {
	for id, r := range d {
		if r.Code == code {
			return dossiers.Case{ID: id, Code: code}, true, nil
		}
	}
	return dossiers.Case{}, false, nil
}

// told keeps the links that people were sent.
type told struct{ links []string }

func (t *told) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	if n.To.Phone != "" {
		t.links = append(t.links, n.Link)
	}
	return nil
}

type world struct {
	*core.Service

	db                        *db.DB
	clock                     *dbtest.Clock
	told                      *told
	dossiers                  delivered
	leader, foreign, province identity.Actor
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	sets := []db.Migrations{orgs.Migrations(), audit.Migrations(), jobs.Migrations(), events.Migrations(), store.Migrations()}
	dbtest.Each(t, sets, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ok(t, d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := orgs.Apply(t.Context(), tx, []orgs.Unit{
				{ID: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Tỉnh"}},
				{ID: ward, Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường A"}},
				{ID: other, Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường B"}},
				{ID: "phuong-c", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường C"}},
			})
			return err
		}))
		w := &world{db: d, clock: c, told: &told{}, dossiers: delivered{}}
		w.Service = core.New(core.Deps{
			DB: d, Keys: crypt.Ephemeral(), Dossiers: w.dossiers, Messages: w.told, Address: "https://dichvucong.example.vn",
			Procedures: procedurestest.NewFinder(procedurestest.Version(t), procedurestest.Version(t, func(v *procedures.Version) { v.ID = "khai-sinh" })),
		})
		act := func(name, unit string, p identity.Permission) identity.Actor {
			a := identity.NewActor(name, "p-"+name).Grant(p, identity.Place{Unit: unit, Subtree: true})
			a.Unit = unit
			return a
		}
		w.leader, w.foreign, w.province = act("leader", ward, satisfaction.PermFollow), act("foreign", other, satisfaction.PermFollow), act("province", "tinh", satisfaction.PermProvince)
		f(t, w)
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func wrongField(t *testing.T, err error, name string) {
	t.Helper()
	known, is := errors.AsType[*errs.Error](err)
	if !is || !slices.ContainsFunc(known.Fields, func(f errs.Field) bool { return f.Name == name }) {
		t.Errorf("got %v, want a mistake in %s", err, name)
	}
}

func event(t *testing.T, of any) []byte {
	t.Helper()
	body, err := json.Marshal(of)
	ok(t, err)
	raw, err := json.Marshal(events.Event{ID: "e", Body: body})
	ok(t, err)
	return raw
}

// handedOver is a dossier whose result was handed over; it returns what stands in
// the link that was sent.
func (w *world) handedOver(t *testing.T, unit, procedure string) string {
	t.Helper()
	n := len(w.dossiers)
	r := dossiers.Record{Delivered: w.db.Now(), Owner: dossiers.Named{Phone: fmt.Sprintf("09123%05d", n)}}
	r.ID, r.Code, r.Received, r.Procedure = dossiers.ID(fmt.Sprintf("d%05d", n)), fmt.Sprintf("H01-%05d", n), orgs.ID(unit), procedures.ID(procedure)
	w.dossiers[r.ID] = r
	raw := event(t, dossiers.Moved{Dossier: r.ID})
	for range 2 { // events come twice
		ok(t, w.AskFor(t.Context(), raw))
	}
	link := w.told.links[len(w.told.links)-1]
	return link[strings.LastIndex(link, "/")+1:]
}

// said are answers of many people, who come with their scores.
func (w *world) said(t *testing.T, unit, procedure string, scores ...int) {
	t.Helper()
	for _, score := range scores {
		_, err := w.Answer(t.Context(), w.handedOver(t, unit, procedure), score)
		ok(t, err)
	}
}

// evening empties the box when it is time.
func (w *world) evening(t *testing.T) {
	t.Helper()
	w.clock.Advance(24 * time.Hour)
	for {
		did, err := jobs.Work(t.Context(), w.db, map[jobs.Kind]jobs.Handler{core.JobGather: w.Gather})
		ok(t, err)
		if !did {
			return
		}
	}
}

func TestOneAnswerForADossier(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		token := w.handedOver(t, ward, "khai-sinh")
		if len(w.told.links) != 1 {
			t.Fatalf("asked %d times", len(w.told.links))
		}
		sh, err := w.Open(ctx, token)
		ok(t, err)
		if sh.Unit.VI != "Phường A" || sh.About.VI == "" {
			t.Errorf("%+v", sh)
		}
		_, err = w.Open(ctx, "x")
		refused(t, "a made-up link", err, satisfaction.ErrNotFound)
		_, err = w.Answer(ctx, token, 6)
		wrongField(t, err, "score")
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := 0
		for range 6 {
			wg.Go(func() {
				_, err := w.Answer(ctx, token, 5)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					got++
				} else if !errors.Is(err, satisfaction.ErrAnswered) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got != 1 {
			t.Errorf("answered %d times", got)
		}
		_, err = w.Open(ctx, token)
		refused(t, "answered already", err, satisfaction.ErrAnswered)
		late := w.handedOver(t, ward, "khai-sinh")
		w.clock.Advance(31 * 24 * time.Hour)
		_, err = w.Answer(ctx, late, 5)
		refused(t, "a month later", err, satisfaction.ErrOver)
	})
}

func TestTheCodeOfADossierIsNotEnough(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		token := w.handedOver(t, ward, "khai-sinh")
		_, err := w.Ask(ctx, "", "")
		wrongField(t, err, "code")
		wrongField(t, err, "phone")
		_, err = w.Ask(ctx, "H01-00000", "0999999999")
		refused(t, "another number", err, satisfaction.ErrUnknown)
		_, err = w.Ask(ctx, "H01-99999", "0912300000")
		refused(t, "another code", err, satisfaction.ErrUnknown)
		again, err := w.Ask(ctx, " h01-00000", "+84 912 300 000")
		ok(t, err)
		if again != token {
			t.Error("another link for the same dossier")
		}
		r := w.dossiers["d00000"]
		r.Delivered = db.Time{}
		w.dossiers["d00000"] = r
		_, err = w.Ask(ctx, "H01-00000", "0912300000")
		refused(t, "not handed over", err, satisfaction.ErrUnknown)
	})
}

func TestAtTheKiosk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		path := w.KioskPath(ward)
		key := path[strings.LastIndex(path, "/")+1:]
		raw := event(t, appointments.Served{Ticket: "t1", Unit: ward, Number: "H001", At: w.db.Now()})
		ok(t, w.TakeTurn(ctx, raw))
		ok(t, w.TakeTurn(ctx, raw))
		_, err := w.GetKiosk(ctx, ward, "x")
		refused(t, "not the kiosk", err, satisfaction.ErrNotFound)
		k, err := w.GetKiosk(ctx, ward, key)
		ok(t, err)
		if len(k.Turns) != 1 || k.Turns[0].Number != "H001" {
			t.Fatalf("%+v", k.Turns)
		}
		_, err = w.AnswerKiosk(ctx, other, key, "t1", 5)
		refused(t, "the key of another unit", err, satisfaction.ErrNotFound)
		_, err = w.AnswerKiosk(ctx, ward, key, "t1", 4)
		ok(t, err)
		_, err = w.AnswerKiosk(ctx, ward, key, "t1", 4)
		refused(t, "a second tap", err, satisfaction.ErrAnswered)
		ok(t, w.TakeTurn(ctx, event(t, appointments.Served{Ticket: "t2", Unit: ward, Number: "T002", At: w.db.Now()})))
		w.clock.Advance(6 * time.Minute)
		_, err = w.AnswerKiosk(ctx, ward, key, "t2", 1)
		refused(t, "who comes after", err, satisfaction.ErrOver)
	})
}

// Nothing that is kept leads from an answer to the dossier or the number of who has
// given it: no value of the one stands in the other, nothing tells the moment, and
// the databases cannot tell by the transaction that wrote them.
func TestAnAnswerIsNobodys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.said(t, ward, "khai-sinh", 5, 1, 4, 2, 5, 3)
		boxed, err := w.Answer(ctx, w.handedOver(t, ward, "khai-sinh"), 1)
		ok(t, err)
		wrongField(t, w.Add(ctx, boxed, core.More{Reasons: []string{"x"}}), "reasons")
		wrongField(t, w.Add(ctx, boxed, core.More{May: true}), "contact")
		ok(t, w.Add(ctx, boxed, core.More{Reasons: []string{"wait"}, Words: "Chờ hai giờ", Contact: "0912345678"}))
		w.evening(t)
		refused(t, "after the box was emptied", w.Add(ctx, boxed, core.More{}), satisfaction.ErrTaken)

		asked := w.cells(t, "satisfaction_asked", []string{"hash", "dossier_id", "until_day"})
		for table, columns := range map[string][]string{
			"satisfaction_answers":   {"id", "month", "channel", "reasons"},
			"satisfaction_followups": {"id", "month", "reasons", "words_sealed", "contact_sealed", "answer", "by_id"},
		} {
			kept := w.cells(t, table, columns)
			if len(kept) == 0 {
				t.Fatalf("%s holds nothing", table)
			}
			for _, a := range asked {
				for _, k := range kept {
					if a != "" && k != "" && (strings.Contains(k, a) || strings.Contains(a, k) && len(k) > len("2026-03")) {
						t.Errorf("%s has %q, and who was asked %q", table, k, a)
					}
				}
			}
			if slices.Contains(kept, boxed) {
				t.Errorf("%s keeps the id that the browser was told", table)
			}
		}
		for table, most := range map[string]int{"satisfaction_answers": 7, "satisfaction_followups": 11, "satisfaction_asked": 6} {
			if got := w.columns(t, table); got != most {
				t.Errorf("%s has %d columns: look whether the new one leads to somebody", table, got)
			}
		}
		if n := w.cells(t, "satisfaction_box", []string{"id"}); len(n) != 0 {
			t.Errorf("the box still holds %d", len(n))
		}
		if w.db.Dialect() == db.Postgres { // each dossier was used by a transaction of its own, all answers by one
			var writers, shared int
			ok(t, w.db.QueryRow(ctx, `SELECT COUNT(DISTINCT xmin::text) FROM satisfaction_answers`).Scan(&writers))
			ok(t, w.db.QueryRow(ctx, `SELECT COUNT(*) FROM satisfaction_asked a JOIN satisfaction_answers b ON a.xmin::text = b.xmin::text`).Scan(&shared))
			if writers != 1 || shared != 0 {
				t.Errorf("%d transactions wrote answers, %d of them somebody's", writers, shared)
			}
		}
		said, err := audit.List(ctx, w.db, audit.Filter{Event: satisfaction.AuditAnswered}, "", 50)
		ok(t, err)
		for _, e := range said {
			if e.Subject != ward || e.Actor != "program:satisfaction" {
				t.Errorf("the audit log says %s of %s", e.Actor, e.Subject)
			}
		}
	})
}

// cells are the values of some columns of a table.
func (w *world) cells(t *testing.T, table string, columns []string) (all []string) {
	t.Helper()
	for _, c := range columns {
		got, err := db.All(t.Context(), w.db, db.Column[string], `SELECT `+c+` FROM `+table)
		ok(t, err)
		all = append(all, got...)
	}
	return all
}

func (w *world) columns(t *testing.T, table string) int {
	t.Helper()
	rows, err := w.db.Query(t.Context(), `SELECT * FROM `+table)
	ok(t, err)
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	ok(t, err)
	return len(names)
}

func TestFiguresNameNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.said(t, ward, "khai-sinh", 5, 5, 4, 4, 4, 1)
		w.said(t, ward, "xac-nhan-cu-tru", 5, 5, 5, 5, 5, 5, 5)
		w.said(t, other, "khai-sinh", 5, 5, 5)
		before, err := w.GetReport(ctx, w.province, "", "")
		ok(t, err)
		if len(before.Cells) != 0 {
			t.Errorf("shown on the day itself: %+v", before.Cells)
		}
		w.evening(t)
		p, err := w.GetReport(ctx, w.province, "", "")
		ok(t, err)
		if len(p.Cells) != 0 || p.Rest.Answers != 16 { // the three of B would be what is left of a total
			t.Errorf("%+v", p)
		}
		w.said(t, "phuong-c", "khai-sinh", 1, 1)
		w.evening(t)
		if p, err = w.GetReport(ctx, w.province, "", ""); err != nil || len(p.Cells) != 1 || p.Cells[0].ID != ward || p.Cells[0].Satisfied != 12 || p.Rest.Answers != 5 {
			t.Errorf("%+v, %v", p, err)
		}
		l, err := w.GetReport(ctx, w.leader, "", "")
		ok(t, err)
		if len(l.Cells) != 1 || l.Rest.Answers != 0 {
			t.Errorf("a leader sees %+v", l)
		}
		f, err := w.GetReport(ctx, w.foreign, "", "")
		ok(t, err)
		if len(f.Cells) != 0 || f.Rest.Answers != 0 {
			t.Errorf("the leader of three answers sees %+v", f)
		}
		u, err := w.GetReport(ctx, w.leader, "", ward)
		ok(t, err)
		if len(u.Cells) != 2 || u.Cells[1].Low != 1 || u.Cells[0].Percent() != 100 {
			t.Errorf("%+v", u)
		}
		h, err := w.GetReport(ctx, w.province, "", other)
		ok(t, err)
		if !h.Hidden || len(h.Cells) != 0 {
			t.Errorf("%+v", h)
		}
		_, err = w.GetReport(ctx, w.foreign, "", ward)
		refused(t, "another unit", err, satisfaction.ErrNotFound)
		_, err = w.GetReport(ctx, w.leader, "March", "")
		wrongField(t, err, "month")
		rated, err := w.Ratings(ctx, "2026-03-01", "2026-03-31")
		ok(t, err)
		if len(rated) != 1 || rated[ward] != (core.Rated{Answers: 13, Satisfied: 12}) {
			t.Errorf("%+v", rated)
		}
		if _, err := w.ExportReport(ctx, w.leader, "", ""); err != nil {
			t.Error(err)
		}
	})
}

func TestALowScoreIsAnsweredFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		boxed, err := w.Answer(ctx, w.handedOver(t, ward, "khai-sinh"), 2)
		ok(t, err)
		ok(t, w.Add(ctx, boxed, core.More{Reasons: []string{"manner"}, Words: "Nói to tiếng", May: true, Contact: "0912345678"}))
		w.said(t, ward, "khai-sinh", 5)
		w.evening(t)
		all, _, err := w.ListFollowUps(ctx, w.leader, "", core.FollowAfter{})
		ok(t, err)
		if len(all) != 1 || all[0].Words != "" || all[0].Contact != "" {
			t.Fatalf("%+v", all)
		}
		if f, _, err := w.ListFollowUps(ctx, w.foreign, "", core.FollowAfter{}); err != nil || len(f) != 0 {
			t.Errorf("another unit sees %v, %v", f, err)
		}
		_, err = w.GetFollowUp(ctx, w.foreign, all[0].ID)
		refused(t, "another unit", err, satisfaction.ErrNotFound)
		f, err := w.GetFollowUp(ctx, w.leader, all[0].ID)
		ok(t, err)
		if f.Words != "Nói to tiếng" || f.Contact != "0912345678" {
			t.Errorf("%+v", f)
		}
		wrongField(t, w.Reply(ctx, w.leader, f.ID, " "), "answer")
		refused(t, "closed with nothing said", w.CloseFollowUp(ctx, w.leader, f.ID), satisfaction.ErrNoAnswer)
		ok(t, w.Reply(ctx, w.leader, f.ID, "Đã nhắc nhở"))
		ok(t, w.CloseFollowUp(ctx, w.leader, f.ID))
		refused(t, "closed twice", w.CloseFollowUp(ctx, w.leader, f.ID), satisfaction.ErrDecided)
		if f, err = w.GetFollowUp(ctx, w.leader, f.ID); err != nil || f.Contact != "" || f.State != core.Closed {
			t.Errorf("%+v, %v", f, err)
		}
	})
}
