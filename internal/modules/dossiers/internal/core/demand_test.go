// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db/dbtest"
)

// taxed is a world whose procedure waits for the tax office.
func taxed(t *testing.T, w *dossierstest.World) *told {
	t.Helper()
	w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
		v.FinancialDuty = &procedures.FinancialDuty{Issuer: i18n.Text{VI: "Thuế cơ sở"}, Note: i18n.Text{VI: "Không tính vào thời hạn"}, Source: "test"}
	}))
	sms := &told{}
	w.Deps.Messages = sms
	w.Service = core.New(w.Deps)
	return sms
}

func notice() core.Notice {
	return core.Notice{
		Issuer: "Thuế cơ sở 2", Number: "15/TB-TCS", On: "2026-03-02", PayBy: "2026-04-01",
		Dues: []core.Due{{What: "Lệ phí trước bạ", Amount: 2_500_000}, {What: "Thuế thu nhập cá nhân", Amount: 10_000_000}},
	}
}

func slip() core.Payment {
	return core.Payment{Receipt: "GNT-0000123", PaidOn: "2026-03-02", Name: "giấy nộp tiền.pdf", Content: strings.NewReader(dossierstest.PDF)}
}

// Another agency wants money first: the clock stands, people are told, nothing else can be
// done, and the deadlines move by what was waited when the payment is shown.
func TestAnotherAgencyIsPaidFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		sms := taxed(t, w)
		ctx, s, id := t.Context(), w.Service, w.Accepted(t) // Monday, 2 March 2026, 9:30, due Thursday
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "clerk": w.Clerk, "leader": w.Leader} {
			refused(t, name, s.DemandPayment(ctx, a, id, notice()), access.ErrNotAllowed)
		}
		refused(t, "another ward", s.DemandPayment(ctx, w.OtherOfficer, id, notice()), dossiers.ErrNotFound)
		refused(t, "shown before", s.ShowPayment(ctx, w.Citizen, id, slip()), dossiers.ErrNoDemand)
		wrong := core.Notice{Issuer: " ", Number: strings.Repeat("1", 61), On: "2027-01-01", PayBy: "x", Dues: []core.Due{{What: "", Amount: 0}}}
		err := s.DemandPayment(ctx, w.Officer, id, wrong)
		for _, part := range []string{"issuer form.required", "number form.too_long", "on dossiers.evidence_future", "pay_by form.not_a_date", "dues[0].what form.required", "dues[0].amount dossiers.demand_amount"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%v does not say %s", err, part)
			}
		}
		early := notice()
		early.PayBy, early.Dues = "2026-03-01", nil
		if err := s.DemandPayment(ctx, w.Officer, id, early); err == nil || !strings.Contains(err.Error(), "pay_by dossiers.pay_by_early") || !strings.Contains(err.Error(), "dues dossiers.demand_nothing") {
			t.Errorf("too early, for nothing: %v", err)
		}
		before := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if !before.Can.Demand {
			t.Error("the officer cannot enter a demand")
		}
		done, told := race([]identity.Actor{w.Officer, w.Officer, w.Officer}, func(a identity.Actor) error { return s.DemandPayment(ctx, a, id, notice()) })
		if done != 1 {
			t.Fatalf("%d were entered: %v", done, told)
		}
		if len(sms.words) == 0 || sms.words[len(sms.words)-1] != dossiers.NoticePay {
			t.Errorf("told %q", sms.words)
		}
		refused(t, "claim", s.Claim(ctx, w.Officer, id, ""), dossiers.ErrWaiting)
		refused(t, "finish", s.Finish(ctx, w.Officer, id, core.Done{}), dossiers.ErrWaiting)
		f := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		if f.Status != dossiers.Paying || !f.Can.ShowPaid || f.Can.Supply || len(f.Demands) != 1 || f.Demands[0].Total() != 12_500_000 || !f.Demands[0].Open() {
			t.Errorf("the citizen sees %d %+v, can %+v", f.Status, f.Demands, f.Can)
		}
		if desk := must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{Bucket: core.Waiting}, "")); len(desk.Items) != 1 || desk.Counts.Waiting != 1 {
			t.Errorf("the desk has %+v", desk.Counts)
		}
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_demands WHERE lines_sealed LIKE '%trước bạ%'`) != 0 {
			t.Error("what is to be paid stands open in the database")
		}
		c.Advance(7 * 24 * time.Hour)
		refused(t, "the neighbour", s.ShowPayment(ctx, w.Neighbour, id, slip()), dossiers.ErrNotFound)
		if err := s.ShowPayment(ctx, w.Citizen, id, core.Payment{PaidOn: "2026-12-01"}); err == nil ||
			!strings.Contains(err.Error(), "receipt form.required") || !strings.Contains(err.Error(), "paid_on dossiers.evidence_future") || !strings.Contains(err.Error(), "file form.required") {
			t.Errorf("nothing shown: %v", err)
		}
		done, told = race([]identity.Actor{w.Citizen, w.Clerk, w.Officer}, func(a identity.Actor) error {
			one := slip()
			one.Content = strings.NewReader(dossierstest.PDF)
			return s.ShowPayment(ctx, a, id, one)
		})
		if done != 1 {
			t.Fatalf("%d were shown: %v", done, told)
		}
		for _, err := range told {
			if !errors.Is(err, dossiers.ErrNoDemand) {
				t.Errorf("the second: %v", err)
			}
		}
		f = must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Status != dossiers.Processing || !f.Can.Finish || f.Due.Sub(before.Due.Time) != 7*24*time.Hour || f.Demands[0].Receipt != "GNT-0000123" || f.Demands[0].NewDue != f.Due ||
			f.Papers[len(f.Papers)-1].Paper != core.ProofPaper {
			t.Errorf("goes on with status %d, due %v after %v, %+v", f.Status, f.Due, before.Due, f.Demands)
		}
		if w.Audited(t, dossiers.AuditDemanded, string(id)) != 1 || w.Audited(t, dossiers.AuditPaidShown, string(id)) != 1 {
			t.Error("it is not recorded once")
		}
		ok(t, s.DemandPayment(ctx, w.Officer, id, notice())) // the document said something else
		ok(t, s.Withdraw(ctx, w.Citizen, id, "Không chuyển nhượng nữa"))
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_demands WHERE ended_at IS NULL`) != 0 {
			t.Error("a dossier that was taken back still waits")
		}
	})
}

// A procedure that does not say so waits for nobody's money, and the document can be shown on paper at the counter.
func TestWhoOwesNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		id := w.Accepted(t)
		refused(t, "a procedure without", w.Service.DemandPayment(t.Context(), w.Officer, id, notice()), dossiers.ErrOwesNobody)
		taxed(t, w)
		id = w.Accepted(t)
		ok(t, w.Service.DemandPayment(t.Context(), w.Officer, id, notice()))
		ok(t, w.Service.ShowPayment(t.Context(), w.Clerk, id, core.Payment{Receipt: "12", PaidOn: "2026-03-02"}))
	})
}
