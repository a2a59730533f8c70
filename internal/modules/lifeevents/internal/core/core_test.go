// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/modules/lifeevents/internal/core"
	"tinhso.vn/internal/modules/lifeevents/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

const dossier = "d1"

// world is one linked dossier with partners that answer as the test says.
type world struct {
	*testing.T
	*core.Service
	db    *db.DB
	hub   *connectors.Hub
	clock *dbtest.Clock

	mu       sync.Mutex
	declared dossiers.Declaration
	heard    []string                                                      // "PARTNER OPERATION"
	bodies   map[string]map[string]string                                  // the last, by "PARTNER OPERATION"
	answer   map[string]func(s connectors.Saying, n int) connectors.Answer // by "PARTNER OPERATION"
	counts   map[string]int

	clerk, leader, other, citizen, stranger identity.Actor
}

// DeclarationOf implements dossiers.Declarer.
func (w *world) DeclarationOf(_ context.Context, _ db.Querier, id dossiers.ID) (dossiers.Declaration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id != w.declared.ID {
		return dossiers.Declaration{}, dossiers.ErrNotFound
	}
	return w.declared, nil
}

func definition() lifeevents.Definition {
	text := func(s string) i18n.Text { return i18n.Text{VI: s, EN: s} }
	leg := func(id, partner, service string, needs ...string) lifeevents.Leg {
		return lifeevents.Leg{ID: id, Name: text(id), Waiting: text("chờ " + id), Done: text("xong " + id), Partner: partner, Service: service, Needs: needs, Days: 3}
	}
	home, card, extra := leg("home", "police", "Register"), leg("card", "insurance", "Card", "home"), leg("extra", "police", "Extra", "card")
	home.Fields = []lifeevents.Field{{Name: "Child", Label: text("trẻ"), From: "form.child"}, {Name: "Number", Label: text("số"), From: "result.number"}, {Name: "Day", Label: text("ngày"), From: "result.date"}, {Name: "Code", Label: text("mã"), From: "dossier.code"}}
	home.Gives = []lifeevents.Gift{{ID: "file", Name: "File", Label: text("số cư trú")}}
	card.Fields = []lifeevents.Field{{Name: "Child", Label: text("trẻ"), From: "form.child"}, {Name: "File", Label: text("số cư trú"), From: "home.file"}, {Name: "Hospital", Label: text("nơi khám"), From: "form.hospital"}}
	card.Gives = []lifeevents.Gift{{ID: "card", Name: "CardNo", Label: text("thẻ")}}
	extra.Fields, extra.WhenField, extra.WhenIs = []lifeevents.Field{{Name: "Child", Label: text("trẻ"), From: "form.child"}}, "extra", []string{"yes"}
	return lifeevents.Definition{ID: "birth", Name: text("birth"), Procedure: "birth", Basis: "law", Waiting: text("chờ"), Done: text("có"), Legs: []lifeevents.Leg{home, card, extra}}
}

func reply(code, message, reference string, data any) connectors.Answer {
	body, _ := json.Marshal(map[string]any{"code": code, "message": message, "reference": reference, "data": data})
	a := connectors.Answer{Outcome: connectors.OK, Reference: reference, Body: body}
	if code != "0" {
		a.Outcome, a.Error = connectors.Refused, "code-"+code
	}
	return a
}

func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{audit.Migrations(), jobs.Migrations(), events.Migrations(), orgs.Migrations(), connectors.Migrations(), store.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		w := &world{T: t, db: d, clock: c, hub: connectors.New(d, crypt.Ephemeral()), bodies: map[string]map[string]string{}, answer: map[string]func(connectors.Saying, int) connectors.Answer{}, counts: map[string]int{}}
		cal := dossierstest.WorkingTime(t)
		w.Service = core.New(core.Deps{
			DB: d, Keys: crypt.Ephemeral(), Hub: w.hub, Dossiers: w, Calendar: func(string) *calendar.Calendar { return cal }, Name: func(_ context.Context, a string) string { return a },
		})
		for _, id := range []string{"police", "insurance"} {
			w.hub.Declare(connectors.Partner{ID: id, Attempts: 2, First: time.Second, Failures: 9, Settled: w.Settled, Call: func(_ context.Context, s connectors.Saying) connectors.Answer { return w.call(id, s) }})
		}
		w.declared = dossiers.Declaration{
			Summary: dossiers.Summary{ID: dossier, Code: "H01-1", Procedure: "birth", Status: dossiers.Processing, Received: "u1"}, OwnerID: "p1", Bringer: "p1",
			Answers: map[string]dossiers.Said{"child": {Value: "An", Words: "An"}, "hospital": {Value: "sai", Words: "sai"}, "extra": {Value: "no", Words: "Không"}},
		}
		at := identity.Place{Unit: "u1"}
		w.clerk = identity.NewActor("clerk", "p9").Grant(lifeevents.PermView, at).Grant(lifeevents.PermMend, at)
		w.leader = identity.NewActor("leader", "p8").Grant(lifeevents.PermView, at)
		w.other = identity.NewActor("other", "p7").Grant(lifeevents.PermView, identity.Place{Unit: "u2"}).Grant(lifeevents.PermMend, identity.Place{Unit: "u2"})
		w.citizen = identity.NewActor("citizen", "p1").Grant(lifeevents.PermOwn, identity.Place{})
		w.stranger = identity.NewActor("stranger", "p2").Grant(lifeevents.PermOwn, identity.Place{})
		w.must(d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.ApplyDefinitions(t.Context(), tx, []lifeevents.Definition{definition()})
			return err
		}))
		f(w)
	})
}

func (w *world) call(partner string, s connectors.Saying) connectors.Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := partner + " " + s.Operation
	w.heard = append(w.heard, name)
	w.counts[name]++
	var in map[string]string
	_ = json.Unmarshal(s.Body, &in)
	w.bodies[name] = in
	if say := w.answer[name]; say != nil {
		return say(s, w.counts[name])
	}
	switch s.Operation {
	case core.ServiceAsk:
		return reply("0", "", "", map[string]any{"TrangThai": "4", "KetQua": map[string]string{"File": "F1", "CardNo": "C1", "Secret": "x"}})
	case core.ServiceCancel:
		return reply("0", "", "", nil)
	}
	return reply("0", "", partner+"-1", nil)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// moved says that the dossier moved.
func (w *world) moved() {
	w.Helper()
	body, err := json.Marshal(events.Event{ID: "e", Body: json.RawMessage(`{"dossier":"` + dossier + `"}`)})
	w.must(err)
	w.must(w.Follow(w.Context(), body))
}

// issue gives the dossier its result.
func (w *world) issue() {
	w.Helper()
	w.moved()
	w.declared.Number, w.declared.IssuedAt, w.declared.Status = "05/GKS", w.db.Now(), dossiers.Finished
	w.moved()
}

// run does what waits, as time goes by.
func (w *world) run() {
	w.Helper()
	handlers := map[jobs.Kind]jobs.Handler{core.JobFollow: w.Follow, core.JobAsk: w.Ask}
	for range 12 {
		for did := true; did; {
			var err error
			did, err = jobs.Work(w.Context(), w.db, handlers)
			w.must(err)
		}
		for did := true; did; {
			var err error
			did, err = w.hub.Work(w.Context())
			w.must(err)
		}
		w.clock.Advance(10 * time.Second)
	}
}

func (w *world) legs() map[string]core.Part {
	w.Helper()
	p, err := w.Own(w.Context(), w.citizen, dossier)
	w.must(err)
	all := map[string]core.Part{}
	for _, one := range p.Parts {
		all[one.ID] = one
	}
	return all
}

func (w *world) is(what string, got, want any) {
	w.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestLegsFollowOneAnother(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.moved()
		w.is("before the result", w.legs()["home"].At.State, lifeevents.Waiting)
		w.run()
		w.is("heard before the result", w.heard, []string{})
		w.issue()
		w.issue() // the event comes twice
		w.run()
		all := w.legs()
		w.is("home", all["home"].At.State, lifeevents.Done)
		w.is("card", all["card"].At.State, lifeevents.Done)
		w.is("what is not asked for", len(all), 2)
		w.is("heard", w.heard, []string{"police Register", "police " + core.ServiceAsk, "insurance Card", "insurance " + core.ServiceAsk})
		w.is("police was told", w.bodies["police Register"], map[string]string{"Child": "An", "Number": "05/GKS", "Day": w.declared.IssuedAt.In(calendar.Zone()).Format(time.DateOnly), "Code": "H01-1"})
		w.is("insurance was told", w.bodies["insurance Card"], map[string]string{"Child": "An", "File": "F1", "Hospital": "sai"})
		w.is("given", all["card"].At.Given, map[string]string{"card": "C1"}) // and nothing else
		p, err := w.Own(w.Context(), w.citizen, dossier)
		w.must(err)
		w.is("state", p.State, lifeevents.Finished)
		if _, err := w.Own(w.Context(), w.stranger, dossier); !errors.Is(err, lifeevents.ErrNotFound) {
			w.Errorf("a stranger sees it: %v", err)
		}
	})
}

func TestAClerkMendsALeg(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer["insurance Card"] = func(s connectors.Saying, _ int) connectors.Answer {
			var in map[string]string
			_ = json.Unmarshal(s.Body, &in)
			if in["Hospital"] != "đúng" {
				return reply("500", "Không có nơi khám này", "", nil)
			}
			return reply("0", "", "B2", nil)
		}
		w.issue()
		w.run()
		ctx, card := w.Context(), w.legs()["card"]
		w.is("card", card.At.State, lifeevents.Stuck)
		w.is("why", card.At.Why, lifeevents.Refused)
		d, err := w.Get(ctx, w.clerk, dossier)
		w.must(err)
		w.is("its words", d.Parts[1].At.Words, "Không có nơi khám này")
		if all, _, err := w.List(ctx, w.clerk, lifeevents.NeedsClerk, ""); err != nil || len(all) != 1 {
			w.Errorf("the list of a clerk: %v %v", all, err)
		}
		if all, _, err := w.List(ctx, w.other, lifeevents.NeedsClerk, ""); err != nil || len(all) != 0 {
			w.Errorf("the list of another unit: %v %v", all, err)
		}
		mend := func(a identity.Actor, version int, values map[string]string) error {
			return w.Mend(ctx, a, dossier, "card", version, values)
		}
		for what, err := range map[string]error{
			"another unit": mend(w.other, card.At.Version, nil), "a leader": mend(w.leader, card.At.Version, nil), "an old version": mend(w.clerk, card.At.Version-1, nil),
			"a field that is none": mend(w.clerk, card.At.Version, map[string]string{"X": "1"}), "another leg": w.Mend(ctx, w.clerk, dossier, "home", 99, nil),
		} {
			if err == nil {
				w.Errorf("%s may mend", what)
			}
		}
		var wg sync.WaitGroup
		done := make([]error, 2)
		for i := range done {
			wg.Go(func() {
				done[i] = mend(w.clerk, card.At.Version, map[string]string{"Hospital": "đúng", "Child": "An"})
			})
		}
		wg.Wait()
		if (done[0] == nil) == (done[1] == nil) {
			w.Errorf("two at once: %v", done)
		}
		w.run()
		card = w.legs()["card"]
		w.is("mended", card.At.State, lifeevents.Done)
		w.is("put in its place", card.At.Mended, map[string]string{"Hospital": "đúng"})
		w.is("the declaration", w.declared.Answers["hospital"].Value, "sai")
		w.is("what came before is not said again", w.counts["police Register"], 1)
	})
}

func TestALegIsClosedAndTheNextAsksAPerson(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer["police Register"] = func(connectors.Saying, int) connectors.Answer {
			return connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
		}
		w.issue()
		w.run()
		ctx, home := w.Context(), w.legs()["home"]
		w.is("why", home.At.Why, lifeevents.Silent)
		if err := w.Close(ctx, w.clerk, dossier, "home", home.At.Version, " "); errs.KindOf(err) != errs.Invalid {
			w.Errorf("without a reason: %v", err)
		}
		w.must(w.Close(ctx, w.clerk, dossier, "home", home.At.Version, "Nộp tại Công an phường"))
		w.run()
		all := w.legs()
		w.is("home", all["home"].At.State, lifeevents.Closed)
		w.is("its reason", all["home"].At.Reason, "Nộp tại Công an phường")
		w.is("card", all["card"].At.Why, lifeevents.NoNeed)
		w.must(w.Mend(ctx, w.clerk, dossier, "card", all["card"].At.Version, map[string]string{"File": "F-tay"}))
		w.run()
		w.is("card", w.legs()["card"].At.State, lifeevents.Done)
		w.is("insurance was told", w.bodies["insurance Card"]["File"], "F-tay")
	})
}

func TestWhatWasDoneIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.issue()
		w.run()
		ctx, home := w.Context(), w.legs()["home"]
		w.must(w.TakeBack(ctx, w.clerk, dossier, "home", home.At.Version, "Nhầm người"))
		w.run()
		all := w.legs()
		w.is("home", all["home"].At.State, lifeevents.Cancelled)
		w.is("card leans on it", all["card"].At.State, lifeevents.Cancelled)
		w.is("police was told", w.bodies["police "+core.ServiceCancel], map[string]string{"maHoSo": "police-1", "MaHoSo": "H01-1", "LyDo": "Nhầm người"})
		w.is("insurance was told", w.counts["insurance "+core.ServiceCancel], 1)
	})
}

func TestAResultThatIsRevokedTakesAllBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer["insurance "+core.ServiceAsk] = func(connectors.Saying, int) connectors.Answer {
			return reply("0", "", "", map[string]any{"TrangThai": "1"})
		}
		refused := true
		w.answer["police "+core.ServiceCancel] = func(connectors.Saying, int) connectors.Answer {
			if refused {
				return reply("500", "Đã in sổ", "", nil)
			}
			return reply("0", "", "", nil)
		}
		w.issue()
		w.run()
		w.is("card", w.legs()["card"].At.State, lifeevents.Filed)
		w.declared.Number, w.declared.Revoked = "", true
		w.moved()
		w.run()
		all := w.legs()
		w.is("card", all["card"].At.State, lifeevents.Cancelled)
		w.is("home", all["home"].At.Why, lifeevents.NotBack)
		refused = false
		w.must(w.Mend(w.Context(), w.clerk, dossier, "home", all["home"].At.Version, nil))
		w.run()
		w.is("home", w.legs()["home"].At.State, lifeevents.Cancelled)
		w.moved()
		p, err := w.Own(w.Context(), w.citizen, dossier)
		w.must(err)
		w.is("state", p.State, lifeevents.Ended)
	})
}

func TestAPartnerThatIsDownIsAskedLater(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.answer["police "+core.ServiceAsk] = func(_ connectors.Saying, n int) connectors.Answer {
			switch n {
			case 1:
				return connectors.Answer{Outcome: connectors.Failed, Error: "status"}
			case 2:
				return reply("0", "", "", map[string]any{"TrangThai": "2", "LyDo": "Thiếu ý kiến chủ hộ"})
			}
			return reply("0", "", "", map[string]any{"TrangThai": "4", "KetQua": map[string]string{"File": "F1"}})
		}
		w.issue()
		w.run()
		w.is("home", w.legs()["home"].At.State, lifeevents.Filed)
		w.clock.Advance(10 * time.Minute)
		w.run()
		home := w.legs()["home"]
		w.is("why", home.At.Why, lifeevents.More)
		w.must(w.Mend(w.Context(), w.clerk, dossier, "home", home.At.Version, nil))
		w.run()
		w.is("home", w.legs()["home"].At.State, lifeevents.Done)
	})
}

// A program that dies between a call and its record says the same again, by the same
// key: the leg is begun once, and the next follows.
func TestDyingBetweenLegsLosesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		var keys []string
		dying, die := context.WithCancel(w.Context())
		w.answer["police Register"] = func(s connectors.Saying, n int) connectors.Answer {
			keys = append(keys, s.Key)
			if n == 1 {
				die() // the partner has it, and nobody here writes it down
			}
			return reply("0", "", "police-1", nil)
		}
		w.issue()
		if _, err := w.hub.Work(dying); !errors.Is(err, context.Canceled) {
			w.Fatalf("it did not die: %v", err)
		}
		w.is("after it died", w.legs()["home"].At.State, lifeevents.Sending)
		w.clock.Advance(time.Minute)
		w.run()
		if len(keys) != 2 || keys[0] != keys[1] {
			w.Errorf("said by the keys %v", keys)
		}
		w.is("card", w.legs()["card"].At.State, lifeevents.Done)
		w.is("insurance was told", w.counts["insurance Card"], 1)
	})
}
