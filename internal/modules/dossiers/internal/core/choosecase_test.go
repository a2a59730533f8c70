// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func workingDays(n int) procedures.Duration {
	return procedures.Duration{Amount: n, Unit: "days", Working: true, Verified: true}
}

// withCases is the procedure of the world with three cases: one as the
// procedure is, one that takes longer and asks for a paper of its own, one that
// is done by another flow.
func withCases(tb testing.TB) procedures.Version {
	tb.Helper()
	return procedurestest.Version(tb, func(v *procedures.Version) {
		v.OnlineReduced = workingDays(2)
		other := v.Flow
		other.ID = "xac-nhan-nhanh"
		v.Cases = []procedures.Case{
			{ID: "thuong", Name: i18n.Text{VI: "Thông thường"}},
			{
				ID: "thua-ke", Name: i18n.Text{VI: "Thừa kế"}, Statutory: workingDays(10), Fee: procedures.Fee{Kind: "amount", Amount: 50_000, Verified: true},
				Papers: []procedures.Paper{{ID: "di-chuc", Name: i18n.Text{VI: "Di chúc"}, Required: true, Original: 1, Verified: true}},
			},
			{ID: "nhanh", Name: i18n.Text{VI: "Nhanh"}, Flow: other},
		}
	})
}

func filed(t *testing.T, w *dossierstest.World, chosen string) dossiers.ID {
	t.Helper()
	ctx, s := t.Context(), w.Service
	d := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward, Case: chosen}))
	ok(t, func() error {
		_, _, err := s.SaveAnswers(ctx, w.Citizen, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy", "reason": "Vay vốn"}`))
		return err
	}())
	paper := "to-khai"
	if chosen == "thua-ke" {
		paper = "di-chuc"
	}
	must[core.Attachment](t)(s.Attach(ctx, w.Citizen, d.ID, paper, "giấy.pdf", strings.NewReader(dossierstest.PDF)))
	return must[core.Submitted](t)(s.Submit(ctx, w.Citizen, d.ID)).ID
}

// A draft chooses its case before it is sent; papers, fee and the due date
// follow the case and the way it came in.
func TestADossierFollowsItsCaseOfTheProcedure(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		w.Procedures.Add(withCases(t))
		_, err := s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward, Case: "khong-co"})
		refused(t, "a case that is not there", err, dossiers.ErrNoCase)
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
		_, r, err := s.Check(ctx, w.Citizen, d.ID)
		if err != nil || r.Errors[0].Name != "full_name" && !has(r.Errors, core.CaseField) {
			t.Errorf("nothing chosen: %+v %v", r.Errors, err)
		}
		if _, err := s.ChooseCase(ctx, w.Citizen, d.ID, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no case: %v", err)
		}
		_, err = s.ChooseCase(ctx, w.Neighbour, d.ID, "thua-ke")
		refused(t, "the draft of somebody else", err, dossiers.ErrDraftNotFound)
		d = must[core.Draft](t)(s.ChooseCase(ctx, w.Citizen, d.ID, "thua-ke"))
		if d.Case != "thua-ke" || d.Procedure.Papers[0].ID != "di-chuc" || d.Procedure.Fee.Amount != 50_000 {
			t.Errorf("the case is %+v", d.Case)
		}
		if _, r, _ := s.Check(ctx, w.Citizen, d.ID); has(r.Errors, core.CaseField) || !has(r.Errors, "paper-di-chuc") || has(r.Errors, "paper-to-khai") {
			t.Errorf("what is missing: %+v", r.Errors)
		}

		for _, tt := range []struct{ chosen, due string }{{"thuong", "04/03/2026"}, {"thua-ke", "16/03/2026"}} {
			id := filed(t, w, tt.chosen)
			info := must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, id))
			if got := info.Due.In(calendar.Zone()).Format("02/01/2006"); got != tt.due {
				t.Errorf("%s is due %s, not %s", tt.chosen, got, tt.due)
			}
			full := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
			if full.Case != tt.chosen || len(full.Version.Cases) != 3 {
				t.Errorf("the dossier is %q", full.Case)
			}
			if _, _, err := s.Receipt(ctx, w.Clerk, id, access.Handling); err != nil && !errors.Is(err, dossiers.ErrNoReceipt) {
				t.Errorf("receipt: %v", err)
			}
		}
	})
}

func has(all []errs.Field, name string) bool {
	for _, f := range all {
		if f.Name == name {
			return true
		}
	}
	return false
}

// An officer changes the case with a reason while it is legal: the due date is
// counted again, the promise on the receipt stays on record, and of two who
// change at once one is told.
func TestAnOfficerChangesTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, why := t.Context(), w.Service, "Có di chúc được công chứng kèm theo"
		w.Procedures.Add(withCases(t))
		id := filed(t, w, "thuong")
		must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, id))
		before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		refused(t, "without a reason", s.ChangeCase(ctx, w.Officer, id, "thua-ke", "vì"), dossiers.ErrReasonNeeded)
		refused(t, "an unknown case", s.ChangeCase(ctx, w.Officer, id, "x", why), dossiers.ErrNoCase)
		refused(t, "another flow", s.ChangeCase(ctx, w.Officer, id, "nhanh", why), dossiers.ErrCaseFlow)
		refused(t, "another ward", s.ChangeCase(ctx, w.OtherOfficer, id, "thua-ke", why), dossiers.ErrNotFound)
		if err := s.ChangeCase(ctx, w.Citizen, id, "thua-ke", why); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the citizen: %v", err)
		}
		var all sync.WaitGroup
		said := make([]error, 4)
		for i, who := range []identity.Actor{w.Officer, w.Second, w.Clerk, w.Colleague} {
			all.Go(func() { said[i] = s.ChangeCase(ctx, who, id, "thua-ke", why) })
		}
		all.Wait()
		done := 0
		for _, err := range said {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, dossiers.ErrCaseMeanwhile):
				t.Errorf("at once: %v", err)
			}
		}
		if n := w.Audited(t, dossiers.AuditCaseChanged, string(id)+" to thua-ke"); done < 1 || n != 1 {
			t.Errorf("%d did it, %d are recorded", done, n)
		}
		after := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if after.Original != before.Original || !after.Due.After(before.Due.Time) || after.Case != "thua-ke" || after.Version.Papers[0].ID != "di-chuc" {
			t.Errorf("due %v, promised %v, before %v, case %s", after.Due, after.Original, before.Due, after.Case)
		}
		if len(after.Notes) != 1 || !strings.Contains(after.Notes[0].Words, why) {
			t.Errorf("notes: %+v", after.Notes)
		}
		if own := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own)); own.Inside || len(own.Notes) > 0 || own.Reason != "" {
			t.Error("the citizen reads the reason between officials")
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"}))
		refused(t, "a result is drafted", s.ChangeCase(ctx, w.Officer, id, "thuong", why), dossiers.ErrTooLate)
	})
}

// A procedure that ends, or goes to a ministry, between draft and sending: it is
// not sent, the draft stays, and what was sent goes on under its version.
func TestAProcedureEndsBetweenDraftAndSending(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		sent := w.Submit(t)
		draft := w.Draft(t)
		must[core.Draft](t)(func() (core.Draft, error) {
			d, _, err := s.SaveAnswers(ctx, w.Citizen, draft, []byte(`{"full_name": "Nguyễn Văn Bảy"}`))
			return d, err
		}())
		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
			v.Route, v.Where = "MINISTRY:G01", i18n.Text{VI: "Cổng dịch vụ công của Bộ Công an"}
		}))
		_, err := s.Submit(ctx, w.Citizen, draft)
		refused(t, "received elsewhere", err, dossiers.ErrNotLocalBut)
		if e, found := errors.AsType[*errs.Error](err); !found || e.Args["where"] == nil {
			t.Errorf("it does not say where: %v", err)
		}
		_, err = s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward})
		refused(t, "a new draft", err, dossiers.ErrNotLocalBut)
		must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, sent))
		w.Procedures.Abolish("xac-nhan-cu-tru")
		_, err = s.Submit(ctx, w.Citizen, draft)
		refused(t, "abolished", err, dossiers.ErrAbolished)
		if d := must[core.Draft](t)(s.GetDraft(ctx, w.Citizen, draft)); d.Answers["full_name"] == nil {
			t.Error("the draft is gone")
		}
		ok(t, s.Finish(ctx, w.Officer, sent, core.Done{}))
	})
}
