// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
)

func TestARoleIsLentByThreePeople(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		r := core.Request{Login: "cuc", Role: "officer", Unit: "phuong-a", From: "2026-03-03", Until: "2026-03-10", Reason: "tăng cường một cửa"}
		if _, err := w.svc.RequestGrant(ctx, w.as("sep-b"), r); err == nil {
			w.t.Error("asked for a unit of others")
		}
		long := r
		long.Until = "2027-03-10"
		if _, err := w.svc.RequestGrant(ctx, w.as("qt-a"), long); err == nil {
			w.t.Error("longer than the longest")
		}
		apart := r
		apart.Login, apart.Unit = "kiem", "phuong-a"
		if _, err := w.svc.RequestGrant(ctx, w.as("qt-a"), apart); !errors.Is(err, access.ErrApart) {
			w.t.Errorf("an auditor as officer: %v", err)
		}
		own := r
		own.Login = "sep-a"
		mine, err := w.svc.RequestGrant(ctx, w.as("qt-a"), own)
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.DecideGrant(ctx, w.as("sep-a"), mine, true, ""); !errors.Is(err, personnel.ErrOwn) {
			w.t.Errorf("who receives approves: %v", err)
		}
		asked, err := w.svc.RequestGrant(ctx, w.as("sep-a"), r)
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.DecideGrant(ctx, w.as("sep-a"), asked, true, ""); !errors.Is(err, personnel.ErrSame) {
			w.t.Errorf("who asked approves: %v", err)
		}
		if err := w.svc.DecideGrant(ctx, w.as("sep-b"), asked, true, ""); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("a leader elsewhere approves: %v", err)
		}
		if n, err := w.svc.CountGrants(ctx, w.as("cntt")); err != nil || n != 2 {
			w.t.Errorf("%d wait, %v", n, err)
		}
		if err := w.svc.DecideGrant(ctx, w.as("cntt"), asked, true, ""); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.DecideGrant(ctx, w.as("cntt"), asked, false, "muộn"); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("twice: %v", err)
		}
		if w.sees("cuc", "phuong-a") {
			w.t.Error("before its day")
		}
		w.clock.Advance(24 * time.Hour)
		if !w.sees("cuc", "phuong-a") || w.sees("cuc", "mot-cua") {
			w.t.Error("on its day, and no further than asked")
		}
		w.clock.Advance(8 * 24 * time.Hour)
		if w.sees("cuc", "phuong-a") {
			w.t.Error("after its last day")
		}
	})
}

func TestALentRoleIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		g, err := w.svc.RequestGrant(ctx, w.as("qt-a"), core.Request{Login: "cuc", Role: "officer", Unit: "phuong-a", From: "2026-03-02", Until: "2026-03-10", Reason: "x"})
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.DecideGrant(ctx, w.as("sep-a"), g, true, ""); err != nil || !w.sees("cuc", "phuong-a") {
			w.t.Fatal("not given", err)
		}
		if err := w.svc.RevokeGrant(ctx, w.as("sep-a"), g, "thôi"); err != nil || w.sees("cuc", "phuong-a") {
			w.t.Error("not taken", err)
		}
	})
}

func TestWhyAndWhatWouldBeNeeded(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		yes, err := w.svc.Why(ctx, w.as("kiem"), core.Question{Login: "an", What: "HS-1"})
		if err != nil || len(yes.Chains) != 1 || yes.Chains[0].Post.Role != "officer" || yes.Chains[0].Permission != viewCase || len(yes.Needs) != 0 {
			w.t.Fatalf("%+v, %v", yes, err)
		}
		under, err := w.svc.Why(ctx, w.as("kiem"), core.Question{Login: "an", Permission: string(viewCase), What: "mot-cua"})
		if err != nil || len(under.Chains) != 1 || len(under.Chains[0].Path) != 2 || under.Chains[0].Path[1].ID != "phuong-a" {
			w.t.Errorf("%+v, %v", under, err)
		}
		no, err := w.svc.Why(ctx, w.as("kiem"), core.Question{Login: "cuc", What: "HS-1"})
		if err != nil || len(no.Chains) != 0 || len(no.Needs) != 2 {
			w.t.Errorf("%+v, %v", no, err)
		}
		if _, err := w.svc.Why(ctx, w.as("sep-b"), core.Question{Login: "an", What: "HS-1"}); err == nil {
			w.t.Error("a leader asks about a dossier elsewhere")
		}
		if _, err := w.svc.Why(ctx, w.as("an"), core.Question{Login: "an", What: "HS-1"}); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an officer: %v", err)
		}
		if w.events(personnel.AuditInspected) != 3 {
			w.t.Error("that it was asked is not in the log")
		}
		v, err := w.svc.WhoSees(ctx, w.as("kiem"), "HS-1", "")
		if err != nil {
			w.t.Fatal(err)
		}
		var names []string
		for _, m := range v.May.Items {
			names = append(names, m.Who.Login)
		}
		if got := strings.Join(names, " "); got != "an binh sep-a" {
			w.t.Errorf("who sees it: %s", got)
		}
	})
}

// box keeps messages.
type box struct{ said []string }

func (b *box) SMS(_ context.Context, _ *db.Tx, _, phone, words string) error {
	b.said = append(b.said, phone+": "+words)
	return nil
}

func (b *box) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	b.said = append(b.said, n.To.Account+": "+n.Words["code"].VI+n.Words["day"].VI)
	return nil
}

func TestAnEmergency(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		sent := &box{}
		w.svc.Messages = sent
		w.phone("kiem", "0900000001")
		w.phone("sep-a", "0900000002")
		w.phone("sep-b", "0900000003")
		const reason = "Cháy trụ sở phường A, cần liên hệ chủ hồ sơ ngay"
		if _, err := w.svc.OpenEmergency(ctx, w.as("cuc"), "HS-1", "vội"); err == nil {
			w.t.Error("without a reason")
		}
		if _, err := w.svc.OpenEmergency(ctx, w.as("an"), "HS-1", reason); !errors.Is(err, personnel.ErrSees) {
			w.t.Errorf("who sees it anyhow: %v", err)
		}
		if _, err := w.svc.OpenEmergency(ctx, w.as("kiem"), "HS-1", reason); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an auditor: %v", err)
		}
		dossier, err := w.svc.OpenEmergency(ctx, w.as("cuc"), "HS-1", reason)
		if err != nil || dossier != "d1" {
			w.t.Fatal(dossier, err)
		}
		where := func() string {
			sc, err := access.Require(w.as("cuc"), viewCase)
			if err != nil {
				w.t.Fatal(err)
			}
			text, _ := sc.Where(access.Columns{ID: "id"})
			return text
		}
		if got := where(); got != "(id = $2)" {
			w.t.Errorf("it is not open: %s", got)
		}
		if w.sees("cuc", "phuong-a") {
			w.t.Error("one dossier opened the unit")
		}
		if got := strings.Join(sent.said, "\n"); len(sent.said) != 2 || !strings.Contains(got, w.ids["kiem"]) || !strings.Contains(got, w.ids["sep-a"]) || !strings.Contains(got, "HS-1") {
			w.t.Errorf("alarm: %s", got)
		}
		mine, err := audit.List(ctx, w.db, audit.Filter{Of: audit.Of{Person: "owner"}, Readers: true}, "", 10)
		if err != nil || len(mine) != 1 || mine[0].Event != personnel.AuditEmergency {
			w.t.Errorf("who has read my data: %+v, %v", mine, err)
		}
		list, err := w.svc.ListEmergencies(ctx, w.as("kiem"), "")
		if err != nil || len(list.Items) != 1 || !list.Items[0].Running {
			w.t.Fatalf("%+v, %v", list, err)
		}
		if other, err := w.svc.ListEmergencies(ctx, w.as("sep-b"), ""); err != nil || len(other.Items) != 0 {
			w.t.Errorf("a leader elsewhere sees it: %+v, %v", other, err)
		}
		w.clock.Advance(time.Hour)
		if got := where(); got != "(1 = 0)" {
			w.t.Errorf("after its hour: %s", got)
		}
		if err := w.svc.JudgeEmergency(ctx, w.as("sep-a"), list.Items[0].ID, core.Justified, "đúng"); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("a leader judges: %v", err)
		}
		if err := w.svc.JudgeEmergency(ctx, w.as("kiem"), list.Items[0].ID, core.Unjustified, "không có cháy"); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.JudgeEmergency(ctx, w.as("kiem"), list.Items[0].ID, core.Justified, "đổi ý"); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("twice: %v", err)
		}
		if n, err := w.svc.CountEmergencies(ctx, w.as("kiem")); err != nil || n != 0 {
			w.t.Errorf("%d left, %v", n, err)
		}
	})
}

func TestAReviewOfRights(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		sent := &box{}
		w.svc.Messages = sent
		w.phone("sep-b", "0900000003")
		c, err := w.svc.OpenCampaign(ctx, w.as("cntt"), "Rà soát 6 tháng đầu năm", "2026-03-31", true)
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.svc.OpenCampaign(ctx, w.as("cntt"), "lần nữa", "2026-03-31", true); !errors.Is(err, personnel.ErrOpen) {
			w.t.Errorf("two at once: %v", err)
		}
		sheet, err := w.svc.GetCampaign(ctx, w.as("sep-a"), c, true, "")
		if err != nil || len(sheet.Items) != 4 || sheet.All != 9 {
			w.t.Fatalf("%d rights of %d, %v", len(sheet.Items), sheet.All, err)
		}
		of := map[string]string{}
		for _, i := range sheet.Items {
			of[i.Who.Login] = i.ID
		}
		if _, err := w.svc.Review(ctx, w.as("sep-a"), c, []string{of["sep-a"]}, core.Keep); !errors.Is(err, personnel.ErrOwn) {
			w.t.Errorf("the own right: %v", err)
		}
		if n, err := w.svc.Review(ctx, w.as("sep-a"), c, []string{of["an"], of["qt-a"]}, core.Keep); err != nil || n != 2 {
			w.t.Errorf("kept %d, %v", n, err)
		}
		if _, err := w.svc.Review(ctx, w.as("sep-a"), c, []string{of["binh"]}, core.Take); err != nil || w.sees("binh", "phuong-a") {
			w.t.Errorf("not ended, %v", err)
		}
		if _, err := w.svc.Review(ctx, w.as("sep-b"), c, []string{of["an"]}, core.Take); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("a right elsewhere: %v", err)
		}
		if n, err := w.svc.CountReviews(ctx, w.as("sep-b")); err != nil || n != 1 {
			w.t.Errorf("%d wait, %v", n, err)
		}
		w.clock.Advance(22 * 24 * time.Hour) // a week before the end
		w.tick()
		w.tick()
		// Each leader of a unit that still has an open right, once: sep-a's own right is open too.
		if got := strings.Join(sent.said, "\n"); len(sent.said) != 2 || !strings.Contains(got, w.ids["sep-a"]+": 31/03/2026") || !strings.Contains(got, w.ids["sep-b"]+": 31/03/2026") {
			w.t.Errorf("reminded: %v", sent.said)
		}
		w.clock.Advance(8 * 24 * time.Hour)
		w.tick()
		if w.sees("cuc", "phuong-b") {
			w.t.Error("what nobody answered is still in force")
		}
		if !w.sees("sep-a", "phuong-a") || !w.sees("an", "phuong-a") || !w.as("cntt").May(personnel.PermAll) {
			w.t.Error("leaders, and who looks after rights, are spared; what was kept stays")
		}
		if _, err := w.svc.Review(ctx, w.as("sep-a"), c, []string{of["sep-a"]}, core.Keep); !errors.Is(err, personnel.ErrOwn) {
			w.t.Errorf("after the end: %v", err)
		}
		b, err := w.svc.GetCampaign(ctx, w.as("sep-b"), c, false, "")
		if err != nil {
			w.t.Fatal(err)
		}
		for _, i := range b.Items {
			if i.Who.Login == "cuc" {
				if _, err := w.svc.Review(ctx, w.as("sep-b"), c, []string{i.ID}, core.Keep); err != nil || !w.sees("cuc", "phuong-b") {
					w.t.Errorf("not given back: %v", err)
				}
			}
		}
		var report strings.Builder
		if err := w.svc.ReportCampaign(ctx, w.as("kiem"), c, &report); err != nil || strings.Count(report.String(), "\n") != 10 {
			w.t.Errorf("%s, %v", report.String(), err)
		}
		w.clock.Advance(170 * 24 * time.Hour)
		w.tick()
		if all, err := w.svc.ListCampaigns(ctx, w.as("kiem"), ""); err != nil || len(all.Items) != 2 || !all.Items[0].Closed.IsZero() {
			w.t.Errorf("the next opens by itself: %+v, %v", all.Items, err)
		}
	})
}
