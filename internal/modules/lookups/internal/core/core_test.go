// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/lookups"
	"tinhso.vn/internal/modules/lookups/internal/core"
	"tinhso.vn/internal/modules/lookups/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

const dossier = "d1"

// world is one dossier, and databases that answer as the test says.
type world struct {
	*testing.T
	*core.Service
	db    *db.DB
	clock *dbtest.Clock

	mu       sync.Mutex
	declared dossiers.Declaration
	answer   connectors.Answer
	asked    []string // bodies

	officer, other, nobody identity.Actor
}

// Find implements dossiers.Finder: another unit does not see the dossier.
func (w *world) Find(_ context.Context, a identity.Actor, id dossiers.ID) (dossiers.Summary, bool, error) {
	return w.declared.Summary, a.Account != w.other.Account && id == dossier, nil
}

// DeclarationOf implements dossiers.Declarer.
func (w *world) DeclarationOf(context.Context, db.Querier, dossiers.ID) (dossiers.Declaration, error) {
	return w.declared, nil
}

func found(data map[string]string) connectors.Answer {
	body, _ := json.Marshal(map[string]any{"code": "0", "data": data})
	return connectors.Answer{Outcome: connectors.OK, Body: body}
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), connectors.Migrations(), store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		w := &world{T: t, db: d, clock: c}
		keys := crypt.Ephemeral()
		hub := connectors.New(d, keys)
		hub.Declare(connectors.Partner{ID: "people", Failures: 2, Rest: time.Minute, Call: func(_ context.Context, s connectors.Saying) connectors.Answer {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.asked = append(w.asked, string(s.Body))
			return w.answer
		}})
		w.Service = core.New(core.Deps{DB: d, Keys: keys, Hub: hub, Dossiers: w, Name: func(_ context.Context, a string) string { return a }, PerHour: 3})
		w.declared = dossiers.Declaration{
			Summary: dossiers.Summary{ID: dossier, Procedure: "p", Status: dossiers.Processing}, OwnerID: "p1", Owner: dossiers.Named{Number: "089188000062"},
			Answers: map[string]dossiers.Said{"name": {Value: "võ thị  HOA", Words: "võ thị  HOA"}, "home": {Value: "Số 9", Words: "Số 9"}},
		}
		w.answer = found(map[string]string{"HoVaTen": "Võ Thị Hoa", "NoiThuongTru": "Số 3", "TonGiao": "không ai hỏi"})
		at := identity.Place{Unit: "u1"}
		w.officer = identity.NewActor("officer", "p9").Grant(lookups.PermAsk, at)
		w.other = identity.NewActor("other", "p8").Grant(lookups.PermAsk, identity.Place{Unit: "u2"})
		w.nobody = identity.NewActor("clerk", "p7")
		text := i18n.Text{VI: "x"}
		use := lookups.Use{ID: "me", Procedure: "p", About: text, Asks: []lookups.Ask{{Name: "SoDinhDanh", From: "owner.number"}}, Shows: []lookups.Show{{Field: "name", Form: "name"}, {Field: "home", Form: "home"}}}
		status := use
		status.ID, status.Shows = "status", []lookups.Show{{Field: "state"}}
		elsewhere := use
		elsewhere.ID, elsewhere.Procedure = "elsewhere", "q"
		w.must(d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.ApplySources(t.Context(), tx, []lookups.Source{
				{ID: "people", Name: text, Partner: "people", Service: "Ask", Purpose: "compare", KeepHours: 24, Fields: []lookups.Field{{ID: "name", Name: "HoVaTen"}, {ID: "home", Name: "NoiThuongTru"}, {ID: "faith", Name: "TonGiao"}}, Uses: []lookups.Use{use, elsewhere}},
				{ID: "police", Name: text, Partner: "people", Service: "Status", Purpose: "compare", Fields: []lookups.Field{{ID: "state", Name: "TrangThai"}}, Uses: []lookups.Use{status}},
			})
			return err
		}))
		f(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) ask() core.Question {
	w.Helper()
	q, err := w.Ask(w.Context(), w.officer, dossier, "people", "me")
	w.must(err)
	return q
}

func (w *world) audited(e audit.Event) (n int) {
	w.Helper()
	w.must(w.db.QueryRow(w.Context(), `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(e)).Scan(&n))
	return n
}

func TestOnlyWhatIsNeededIsShownAndCompared(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		q := w.ask()
		if q.Outcome != lookups.Found || len(q.Lines) != 2 || q.Lines[0].Differs || !q.Lines[1].Differs || q.Lines[1].Declared != "Số 9" {
			w.Fatalf("%+v", q)
		}
		if len(w.asked) != 1 || w.asked[0] != `{"SoDinhDanh":"089188000062"}` {
			w.Errorf("asked %v", w.asked)
		}
		w.ask() // it stands
		if len(w.asked) != 1 || w.audited(lookups.AuditAsked) != 1 || w.audited(lookups.AuditSeen) != 1 {
			w.Errorf("asked again: %v", w.asked)
		}
		ctx := w.Context()
		if err := w.Take(ctx, w.officer, dossier, q.ID, "name"); !errors.Is(err, lookups.ErrSame) {
			w.Errorf("what agrees is taken: %v", err)
		}
		if err := w.Take(ctx, w.other, dossier, q.ID, "home"); !errors.Is(err, lookups.ErrNotFound) {
			w.Errorf("another unit takes: %v", err)
		}
		w.must(w.Take(ctx, w.officer, dossier, q.ID, "home"))
		all, err := w.List(ctx, w.officer, dossier)
		w.must(err)
		if len(all) != 2 || !all[0].Lines[1].Taken || all[0].Lines[1].Declared != "Số 9" || w.audited(lookups.AuditTaken) != 1 {
			w.Errorf("taken: %+v", all)
		}
		w.clock.Advance(25 * time.Hour)
		if err := w.Take(ctx, w.officer, dossier, q.ID, "home"); !errors.Is(err, lookups.ErrGone) {
			w.Errorf("an old answer is taken: %v", err)
		}
		w.ask()
		var kept int
		w.must(w.db.QueryRow(ctx, `SELECT COUNT(*) FROM lookups_asked WHERE answer_sealed <> ''`).Scan(&kept))
		if len(w.asked) != 2 || kept != 1 {
			w.Errorf("asked %d times, %d answers are kept", len(w.asked), kept)
		}
	})
}

func TestAStatusIsShownOnceAndNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer = found(map[string]string{"TrangThai": "Đã có phiếu", "NoiDung": "án tích"})
		q, err := w.Ask(w.Context(), w.officer, dossier, "police", "status")
		w.must(err)
		if len(q.Lines) != 1 || q.Lines[0].Value != "Đã có phiếu" {
			w.Fatalf("%+v", q)
		}
		all, err := w.List(w.Context(), w.officer, dossier)
		w.must(err)
		if all[1].Outcome != lookups.Found || len(all[1].Lines) != 0 {
			w.Errorf("kept: %+v", all[1])
		}
	})
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.Context()
		for what, c := range map[string]struct {
			who                  identity.Actor
			dossier, source, use string
			want                 error
		}{
			"without the right":       {w.nobody, dossier, "people", "me", access.ErrNotAllowed},
			"another unit":            {w.other, dossier, "people", "me", lookups.ErrNotFound},
			"no dossier":              {w.officer, "", "people", "me", lookups.ErrNotFound},
			"for another procedure":   {w.officer, dossier, "people", "elsewhere", lookups.ErrNotHere},
			"a database there is not": {w.officer, dossier, "x", "me", lookups.ErrNotHere},
		} {
			if _, err := w.Ask(ctx, c.who, c.dossier, c.source, c.use); !errors.Is(err, c.want) {
				w.Errorf("%s: %v", what, err)
			}
		}
		w.declared.Owner.Number = ""
		if _, err := w.Ask(ctx, w.officer, dossier, "people", "me"); errs.KindOf(err) != errs.Invalid {
			w.Errorf("by nothing: %v", err)
		}
		w.declared.Owner.Number, w.declared.Status = "1", dossiers.Delivered
		if _, err := w.Ask(ctx, w.officer, dossier, "people", "me"); !errors.Is(err, lookups.ErrEnded) {
			w.Errorf("an ended dossier: %v", err)
		}
		if len(w.asked) != 0 || w.audited(lookups.AuditAsked) != 0 {
			w.Errorf("asked %v", w.asked)
		}
	})
}

func TestADatabaseThatIsDownStopsNobody(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer = connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
		for range 3 { // the third is not even sent
			if q := w.ask(); q.Outcome != lookups.Down {
				w.Errorf("%+v", q)
			}
		}
		if len(w.asked) != 2 {
			w.Errorf("the breaker let %d through", len(w.asked))
		}
		if _, err := w.Ask(w.Context(), w.officer, dossier, "people", "me"); !errors.Is(err, lookups.ErrOften) {
			w.Errorf("a fourth time in an hour: %v", err)
		}
		w.clock.Advance(2 * time.Hour)
		w.answer = connectors.Answer{Outcome: connectors.Refused, Body: []byte(`{"code":"201"}`)}
		if q := w.ask(); q.Outcome != lookups.None {
			w.Errorf("%+v", q)
		}
	})
}
