// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// What stands on the papers is what is stored, and nothing is left to fill in.
func TestPapersSayWhatIsStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Issued(t)
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		receipt := pdftest.Text(t, content(t)(s.Receipt(ctx, w.Clerk, id, access.Handling)))
		for _, want := range []string{
			full.Code, "Nguyễn Văn Bảy", "089058000001", full.Name.VI, "03 ngày làm việc", "09 giờ 30 phút, ngày 02 tháng 3 năm 2026",
			"09 giờ 30 phút, ngày 05 tháng 3 năm 2026", "Trần Thị Mai", "Tờ khai",
		} {
			if !strings.Contains(oneLine(receipt), want) {
				t.Errorf("the receipt does not say %q:\n%s", want, receipt)
			}
		}
		result := oneLine(pdftest.Text(t, content(t)(s.ResultFile(ctx, w.Clerk, id, access.Handling))))
		for _, want := range []string{"PHƯỜNG LONG XUYÊN", "GIẤY XÁC NHẬN", "Thường trú tại phường Long Xuyên", "Võ Thị Thanh Hà", "PHÓ CHỦ TỊCH", "/GXN-UBND", "Nguyễn Văn Bảy"} {
			if !strings.Contains(result, want) {
				t.Errorf("the result does not say %q:\n%s", want, result)
			}
		}
		if strings.ContainsAny(result, "{}") {
			t.Errorf("something is left to fill in:\n%s", result)
		}
	})
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// A dossier that a ward passes on to a department: the ward signs and numbers
// no document of its own, and the signature of the result cannot be skipped that way.
func TestPassedOnBeforeItIsDecided(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		step := func(id, action, post, next, back string) procedures.Step {
			out := procedures.Step{ID: id, Name: i18n.Text{VI: id}, Post: post, Unit: "received", Hours: 4, Action: action, Back: back}
			if next != "" {
				out.Next = []string{next}
			}
			return out
		}
		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
			v.Flow = procedures.Flow{ID: "chuyen-tiep", Version: 1, Title: i18n.Text{VI: "Chuyển tiếp"}, Steps: []procedures.Step{
				step("tiep-nhan", "accept", "clerk", "xac-nhan", ""), step("xac-nhan", "appraise", "officer", "ky-xa", ""),
				step("ky-xa", "sign", "leader", "chuyen", "xac-nhan"), step("chuyen", "issue", "records", "du-thao", ""),
				step("du-thao", "draft", "officer", "ky", ""), step("ky", "sign", "leader", "ban-hanh", "du-thao"),
				step("ban-hanh", "issue", "records", "tra", ""), step("tra", "deliver", "clerk", "", ""),
			}}
		}))
		id := w.Accepted(t)
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		refused(t, "a signature without a document", only(s.Sign(ctx, w.Leader, id)), dossiers.ErrNothingDrafted)
		ok(t, s.Return(ctx, w.Leader, id, "", "Xem lại nơi cư trú"))
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		ok(t, s.Finish(ctx, w.Deputy, id, core.Done{Note: "đồng ý chuyển"}))
		_, err := s.Issue(ctx, w.Records, id)
		refused(t, "a number without a document", err, dossiers.ErrNothingDrafted)
		ok(t, s.Finish(ctx, w.Records, id, core.Done{}))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Đủ điều kiện"}))
		ok(t, only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)))
		refused(t, "the signature of the result", s.Finish(ctx, w.Leader, id, core.Done{}), dossiers.ErrNotYourTurn)
		ok(t, only(s.Sign(ctx, w.Leader, id)))
		refused(t, "its number", s.Finish(ctx, w.Records, id, core.Done{}), dossiers.ErrNotYourTurn)
		must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id))
		ok(t, s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}))
	})
}
