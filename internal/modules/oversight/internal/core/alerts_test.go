// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/errs"
)

// raised makes an alert about the officer and returns it.
func (w *world) raised(t *testing.T) oversight.ID {
	t.Helper()
	w.rules(t, manyPeople(3))
	for i := range 3 {
		w.dossier(t, w.officer, fmt.Sprint("p", i))
	}
	w.evaluate(t)
	all := w.alerts(t, oversight.New)
	if len(all) != 1 {
		t.Fatalf("%d alerts", len(all))
	}
	return all[0].ID
}

func TestAnAlertIsAskedAboutExplainedAndClosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.raised(t)
		counts := func(alerts, questions int64) {
			t.Helper()
			a, err := w.svc.CountAlerts(ctx, w.auditor)
			must(t, err)
			q, err := w.svc.CountQuestions(ctx, w.officer)
			must(t, err)
			if a != alerts || q != questions {
				t.Errorf("%d alerts and %d questions wait, want %d and %d", a, q, alerts, questions)
			}
		}
		counts(1, 0)
		refused(t, "explained unasked", w.svc.Explain(ctx, w.officer, id, "x"), oversight.ErrState)
		if page, err := w.svc.ListQuestions(ctx, w.officer, ""); err != nil || len(page.Items) != 0 {
			t.Errorf("the officer sees %+v, %v before the question", page.Items, err)
		}
		must(t, w.svc.AskExplanation(ctx, w.auditor, id, " Vì sao? "))
		counts(0, 1)
		refused(t, "asked twice", w.svc.AskExplanation(ctx, w.auditor, id, "x"), oversight.ErrState)
		other := w.Leader.Grant(oversight.PermExplain, identity.Place{Unit: "u"})
		refused(t, "somebody else explains", w.svc.Explain(ctx, other, id, "x"), oversight.ErrNotFound)
		if page, err := w.svc.ListQuestions(ctx, other, ""); err != nil || len(page.Items) != 0 {
			t.Errorf("somebody else sees %+v, %v", page.Items, err)
		}
		must(t, w.svc.Explain(ctx, w.officer, id, "Ngày tiếp dân"))
		counts(1, 0)
		must(t, w.svc.DecideAlert(ctx, w.auditor, id, oversight.Escalated, "Chưa rõ"))
		refused(t, "escalated twice", w.svc.DecideAlert(ctx, w.auditor, id, oversight.Escalated, "x"), oversight.ErrState)
		must(t, w.svc.DecideAlert(ctx, w.auditor, id, oversight.Closed, "Đúng là ngày tiếp dân"))
		refused(t, "closed twice", w.svc.DecideAlert(ctx, w.auditor, id, oversight.Closed, "x"), oversight.ErrState)
		refused(t, "escalated when closed", w.svc.DecideAlert(ctx, w.auditor, id, oversight.Escalated, "x"), oversight.ErrState)
		counts(0, 0)
		d, err := w.svc.GetAlert(ctx, w.auditor, id, "")
		must(t, err)
		if len(d.Notes) != 4 || d.Notes[0].Words != "Vì sao?" || d.Notes[1].Who.Name != "Phạm Quốc Hưng" || d.State != oversight.Closed || len(d.Readings.Items) != 3 ||
			d.Who.Name != "Phạm Quốc Hưng" || d.Readings.Items[0].Who.Post.VI != "officer" {
			t.Errorf("got %+v", d)
		}
		page, err := w.svc.ListQuestions(ctx, w.officer, "")
		if err != nil || len(page.Items) != 1 || len(page.Items[0].Notes) != 2 {
			t.Errorf("the officer sees %+v, %v", page.Items, err)
		}
		for event, want := range map[string]int{
			"oversight.explanation_asked": 1, "oversight.explained": 1, "oversight.alert_escalated": 1, "oversight.alert_closed": 1, "oversight.alert_read": 1,
		} {
			if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, event, string(id)); n != want {
				t.Errorf("%s: %d records, want %d", event, n, want)
			}
		}
	})
}

func TestAlertsAreForAuditors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.raised(t)
		for _, a := range []identity.Actor{w.officer, w.citizen, w.Leader} {
			_, _, err := w.svc.ListAlerts(ctx, a, oversight.New, "")
			refused(t, "list", err, access.ErrNotAllowed)
			_, err = w.svc.GetAlert(ctx, a, id, "")
			refused(t, "get", err, access.ErrNotAllowed)
			_, err = w.svc.ListRules(ctx, a)
			refused(t, "rules", err, access.ErrNotAllowed)
			refused(t, "ask", w.svc.AskExplanation(ctx, a, id, "x"), access.ErrNotAllowed)
			refused(t, "decide", w.svc.DecideAlert(ctx, a, id, oversight.Closed, "x"), access.ErrNotAllowed)
		}
		_, err := w.svc.ListQuestions(ctx, w.citizen, "")
		refused(t, "a citizen explains", err, access.ErrNotAllowed)
		_, err = w.svc.GetAlert(ctx, w.auditor, "nothing", "")
		refused(t, "no alert", err, oversight.ErrNotFound)
		self := w.officer.Grant(oversight.PermAlerts, identity.Place{Unit: "tinh"})
		refused(t, "one's own", w.svc.DecideAlert(ctx, self, id, oversight.Closed, "x"), oversight.ErrOwn)
		for name, err := range map[string]error{
			"no words": w.svc.DecideAlert(ctx, w.auditor, id, oversight.Closed, " "), "no decision": w.svc.DecideAlert(ctx, w.auditor, id, oversight.New, "x"),
			"too many words": w.svc.AskExplanation(ctx, w.auditor, id, strings.Repeat("ệ", 2001)),
		} {
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.svc.ListAlerts(ctx, w.auditor, "x", ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("no state: %v", err)
		}
	})
}

func TestNobodyIsAskedAboutAPersonManyHaveRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, oversight.Rule{ID: "readers", Kind: oversight.ManyReaders, Threshold: 1, Minutes: 60})
		w.dossier(t, w.officer, w.citizen.Person)
		w.evaluate(t)
		all := w.alerts(t, oversight.New)
		if len(all) != 1 || all[0].Who.Name != "" {
			t.Fatalf("got %+v", all)
		}
		refused(t, "asked", w.svc.AskExplanation(t.Context(), w.auditor, all[0].ID, "x"), oversight.ErrNobody)
		must(t, w.svc.DecideAlert(t.Context(), w.auditor, all[0].ID, oversight.Closed, "Người nổi tiếng"))
	})
}

func TestRulesAreThoseOfThePack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, manyPeople(3), oversight.Rule{ID: "night", Kind: oversight.Night, Threshold: 1, Minutes: 60})
		w.rules(t, manyPeople(7))
		got, err := w.svc.ListRules(t.Context(), w.auditor)
		if err != nil || len(got) != 1 || got[0] != manyPeople(7) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestAlertsArePaged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, manyPeople(1))
		for i := range core.PageSize + 3 {
			a := identity.NewActor(fmt.Sprint("a", i), "")
			a.Unit = "u"
			w.dossier(t, a, "p")
			w.clock.Advance(time.Second)
		}
		w.evaluate(t)
		first, counts, err := w.svc.ListAlerts(t.Context(), w.auditor, oversight.New, "")
		must(t, err)
		rest, _, err := w.svc.ListAlerts(t.Context(), w.auditor, oversight.New, first.Next)
		must(t, err)
		if len(first.Items) != core.PageSize || len(rest.Items) != 3 || rest.Next != "" || counts[oversight.New] != core.PageSize+3 {
			t.Errorf("pages of %d and %d of %v", len(first.Items), len(rest.Items), counts)
		}
	})
}
