// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// mortal makes a world in which people can die, and keeps what is told.
func mortal(w *dossierstest.World) (dies func(person string), told func() []notify.Notice) {
	var mu sync.Mutex
	dead, said := map[string]bool{}, &toldOf{}
	w.Deps.Died = func(_ context.Context, _ db.Querier, person string) (string, bool, error) {
		mu.Lock()
		defer mu.Unlock()
		return "2026-03-01", dead[person], nil
	}
	w.Deps.Messages = said
	w.Service = core.New(w.Deps)
	w.Flow.Moved = map[string]func(context.Context, *db.Tx, workflow.Moved) error{"dossier": w.Service.CaseMoved}
	return func(person string) {
		mu.Lock()
		defer mu.Unlock()
		dead[person] = true
	}, said.all
}

type toldOf struct {
	mu   sync.Mutex
	list []notify.Notice
}

// Tell implements core.Messenger.
func (m *toldOf) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, n)
	return nil
}

func (m *toldOf) all() []notify.Notice {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]notify.Notice(nil), m.list...)
}

func heir() core.Succession {
	return core.Succession{
		Outcome: core.HasHeir, Heir: core.Party{Name: "Nguyễn Thị Út", Number: "089190000777", Phone: "0912345678"},
		Evidence: core.Evidence{Name: "Văn bản thỏa thuận phân chia di sản", Number: "12/2026", Date: "2026-02-27", Issuer: "Văn phòng công chứng Long Xuyên"},
	}
}

// Between draft and sending the owner has died: nothing is sent, and the draft stays.
func TestNothingIsSentForWhoHasDied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		dies, _ := mortal(w)
		ctx := t.Context()
		online := w.StartOnline(t, w.Citizen)
		must[core.Attachment](t)(w.Service.Attach(ctx, w.Citizen, online, "to-khai", "tờ khai.pdf", strings.NewReader(dossierstest.PDF)))
		quay := w.StartAtCounter(t, w.Clerk, w.Citizen.Name, "089058000001")
		ok(t, w.Service.HandIn(ctx, w.Clerk, quay, "to-khai", core.Handed{Original: 1}))
		dies(w.Citizen.Person)
		_, err := w.Service.Submit(ctx, w.Citizen, online)
		refused(t, "online", err, dossiers.ErrOwnerDead)
		_, err = w.Service.Submit(ctx, w.Clerk, quay)
		refused(t, "at the counter", err, dossiers.ErrOwnerDead)
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers`) != 0 {
			t.Error("something was sent")
		}
		if d := must[core.Draft](t)(w.Service.GetDraft(ctx, w.Clerk, quay)); d.Parties.Owner.Name != w.Citizen.Name {
			t.Error("the draft is gone")
		}
	})
}

// While it is open the owner dies: the officer sees it, no result goes out, the dead
// are told nothing, and an heir takes over with a paper.
func TestAnHeirTakesOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		dies, told := mortal(w)
		ctx, id := t.Context(), w.Accepted(t)
		s := w.Service
		refused(t, "who lives", s.Succeed(ctx, w.Officer, id, heir()), dossiers.ErrOwnerLives)
		dies(w.Citizen.Person)
		before := len(told())
		f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Died == nil || f.Died.Day != "2026-03-01" || f.Died.Rule != nil || !f.Died.Decide {
			t.Fatalf("the officer sees %+v", f.Died)
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"}))
		_, err := s.SendToSign(ctx, w.Officer, id, w.Leader.Account)
		refused(t, "a result for the dead", err, dossiers.ErrDeadOpen)
		ok(t, s.AskSupplement(ctx, w.Officer, id, core.Ask{Missing: []core.Missing{{What: "Ghi rõ nơi ở", Why: "Tờ khai bỏ trống"}}}))
		if after := told(); len(after) != before {
			t.Errorf("the dead were told %+v", after[before:])
		}

		for name, a := range map[string]identity.Actor{"leader": w.Leader, "citizen": w.Citizen} {
			refused(t, name, s.Succeed(ctx, a, id, heir()), access.ErrNotAllowed)
		}
		refused(t, "another ward", s.Succeed(ctx, w.OtherOfficer, id, heir()), dossiers.ErrNotFound)
		refused(t, "no rule to go on", s.Succeed(ctx, w.Officer, id, core.Succession{Outcome: core.GoesOn, Words: "Người thân xin nhận"}), dossiers.ErrMayNotGoOn)
		for change, says := range map[*core.Succession]string{
			{}: "outcome form.choose", {Outcome: core.GoesOn}: "words dossiers.reason_needed", {Outcome: core.HasHeir}: "owner.name form.required",
			{Outcome: core.HasHeir, Heir: heir().Heir, Evidence: core.Evidence{Name: "x", Number: "1", Date: "2027-01-01", Issuer: "y"}}: "evidence.date dossiers.evidence_future",
		} {
			if err := s.Succeed(ctx, w.Officer, id, *change); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%+v: %v", change, err)
			}
		}
		same := heir()
		same.Heir.Name, same.Heir.Number = w.Citizen.Name, "089058000001"
		refused(t, "the dead again", s.Succeed(ctx, w.Officer, id, same), dossiers.ErrHeirSame)

		done, wrong := race([]identity.Actor{w.Officer, w.Second, w.Clerk}, func(a identity.Actor) error { return s.Succeed(ctx, a, id, heir()) })
		if done != 1 {
			t.Fatalf("%d took over, %v", done, wrong)
		}
		for _, err := range wrong {
			refused(t, "the second", err, dossiers.ErrOwnerLives)
		}
		f = must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Died != nil || f.Owner.Name != "Nguyễn Thị Út" || f.Owner.Number != "089190000777" || f.Basis != dossiers.Self || f.Submitter.Name != "" {
			t.Errorf("now of %+v for %+v, %+v", f.Submitter, f.Owner, f.Died)
		}
		if f.Timeline[len(f.Timeline)-1].Kind != core.KindHeir || w.Audited(t, dossiers.AuditHeir, string(id)) != 1 {
			t.Error("it is not recorded")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE owner_folded = 'nguyen thi ut' AND owner_id = bringer_id`); n != 1 {
			t.Error("it is not found by the heir")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_successions WHERE evidence_sealed LIKE '%12/2026%'`); n != 0 {
			t.Error("the paper stands open in the database")
		}
		ok(t, s.SupplyMissing(ctx, w.Clerk, id, core.Supply{Message: "Ở tổ 3"}))
		if _, err := s.SendToSign(ctx, w.Officer, id, w.Leader.Account); err != nil {
			t.Error(err)
		}
	})
}

// Where the procedure has a rule for it, a dossier goes on when somebody says so.
func TestAProcedureGoesOnAfterADeath(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		dies, _ := mortal(w)
		ctx, s := t.Context(), w.Service
		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
			v.AfterDeath = &procedures.AfterDeath{Note: i18n.Text{VI: "Kết quả được giao cho thân nhân"}, Source: "test"}
		}))
		id := w.Accepted(t)
		dies(w.Citizen.Person)
		f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Died == nil || f.Died.Rule == nil || f.Died.Rule.Verified || f.Died.GoesOn {
			t.Fatalf("the officer sees %+v", f.Died)
		}
		ok(t, s.Succeed(ctx, w.Officer, id, core.Succession{Outcome: core.GoesOn, Words: "Thân nhân sẽ nhận kết quả"}))
		w.Send(t, id)
		if _, err := s.Sign(ctx, w.Leader, id); err != nil {
			t.Error(err)
		}
		refused(t, "an heir when the document is signed", s.Succeed(ctx, w.Clerk, id, heir()), dossiers.ErrHeirSigned)
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); !f.Died.GoesOn || f.Died.Who != w.Officer.Name {
			t.Errorf("the officer sees %+v", f.Died)
		}
		if w.Audited(t, dossiers.AuditGoesOn, string(id)) != 1 {
			t.Error("it is not recorded")
		}
	})
}

// A procedure may say that heirs alone go on, or that it ends; the evidence of an heir is kept as a file.
func TestWhatAProcedureSaysOfADeath(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		dies, _ := mortal(w)
		ctx, s := t.Context(), w.Service
		ruled := func(outcome string) dossiers.ID {
			t.Helper()
			w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
				v.AfterDeath = &procedures.AfterDeath{Outcome: outcome, Note: i18n.Text{VI: "Quy định"}, Source: "test"}
			}))
			return w.Accepted(t)
		}
		ends, heirs := ruled(procedures.DeathEnds), ruled(procedures.DeathHeirs)
		dies(w.Citizen.Person)
		asItIs := core.Succession{Outcome: core.GoesOn, Words: "Thân nhân sẽ nhận kết quả"}
		refused(t, "an heir where it ends", s.Succeed(ctx, w.Officer, ends, heir()), dossiers.ErrEndsWithDeath)
		refused(t, "as it is where it ends", s.Succeed(ctx, w.Officer, ends, asItIs), dossiers.ErrMayNotGoOn)
		refused(t, "as it is where heirs go on", s.Succeed(ctx, w.Officer, heirs, asItIs), dossiers.ErrMayNotGoOn)
		in := heir()
		in.FileName, in.File = "phân chia di sản.pdf", strings.NewReader(dossierstest.PDF)
		ok(t, s.Succeed(ctx, w.Officer, heirs, in))
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, heirs, access.Handling)); f.Owner.Name != "Nguyễn Thị Út" || f.Papers[len(f.Papers)-1].Paper != core.HeirPaper {
			t.Errorf("of %q with %+v", f.Owner.Name, f.Papers)
		}
	})
}

// Without a number nobody is taken for somebody else: it is asked for.
func TestAPersonWithoutANumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru"}))
		_, err := s.SaveParties(ctx, w.Clerk, d.ID, core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: "Nguyễn Văn Không"}})
		if err == nil || !strings.Contains(err.Error(), "owner.number form.required") {
			t.Errorf("saved: %v", err)
		}
		ok(t, s.HandIn(ctx, w.Clerk, d.ID, "to-khai", core.Handed{Original: 1}))
		if _, err := s.Submit(ctx, w.Clerk, d.ID); err == nil || !strings.Contains(err.Error(), "owner.number form.required") {
			t.Errorf("sent: %v", err)
		}
	})
}
