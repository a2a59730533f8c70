// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// The record of a review says who has answered what, and tells each reader no more
// than the page does.
func TestTheRecordOfAReview(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.svc.Fonts = pdftest.Fonts(w.t)
		campaign, err := w.svc.OpenCampaign(ctx, w.as("cntt"), "Đợt 1", w.inDays(10), true)
		if err != nil {
			w.t.Fatal(err)
		}
		sheet, err := w.svc.GetCampaign(ctx, w.as("sep-a"), campaign, true, "")
		if err != nil {
			w.t.Fatal(err)
		}
		for _, i := range sheet.Items {
			verdict := core.Keep
			if i.Who.Login == "an" {
				verdict = core.Take
			}
			if i.May {
				if _, err := w.svc.Review(ctx, w.as("sep-a"), campaign, []string{i.Post.ID}, verdict); err != nil {
					w.t.Fatal(err)
				}
			}
		}
		record := func(who string) string {
			w.t.Helper()
			body, err := w.svc.PaperCampaign(ctx, w.as(who), campaign)
			if err != nil {
				w.t.Fatal(err)
			}
			return strings.Join(strings.Fields(pdftest.Text(w.t, body)), " ")
		}
		text := record("sep-a")
		for _, want := range []string{"Đợt 1", "Thu hồi", "NGƯỜI RÀ SOÁT", "(an)", "(binh)", "giữ: 2; thu hồi: 1; chưa trả lời: 1"} {
			if !strings.Contains(text, want) {
				w.t.Errorf("%q is missing: %s", want, text)
			}
		}
		if strings.Contains(text, "(cuc)") {
			w.t.Error("it tells of another unit")
		}
		if text := record("kiem"); !strings.Contains(text, "Toàn tỉnh") || !strings.Contains(text, "(cuc)") {
			w.t.Errorf("the auditor: %s", text)
		}
		if _, err := w.svc.PaperCampaign(ctx, w.as("binh"), campaign); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an officer: %v", err)
		}
		if _, err := w.svc.PaperCampaign(ctx, w.as("sep-a"), "x"); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("no such review: %v", err)
		}
	})
}
