// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func TestReview(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: at, Zone: time.FixedZone("", 7*3600)}
	r := papers.Review{Agency: papers.Agency{Parent: "Tỉnh Thử Nghiệm", Name: "Ủy ban nhân dân phường A"}, Name: "Đợt 1/2026", OpenedBy: "Bùi Đức Thịnh", Opened: at, Ends: "30/11/2026", Suspends: true, Scope: "Phường A", Printed: "Võ Thị Hà", At: at}
	verdicts := []papers.Verdict{papers.VerdictKeep, papers.VerdictEnd, papers.VerdictUnanswered, ""}
	for i := range 120 {
		r.Rights = append(r.Rights, papers.ReviewedRight{Name: fmt.Sprintf("Người %d", i), Login: "a", Role: "Chuyên viên", Unit: "Phường A", Verdict: verdicts[i%4], By: "Võ Thị Hà", At: at})
	}
	p, err := press.Review(r)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(pdftest.Text(t, p.PDF)), " ")
	for _, want := range []string{"BIÊN BẢN", "Đợt 1/2026", "giữ: 30; thu hồi: 30; không trả lời: 30; chưa trả lời: 30", "14:00 21/11/2026", "Người 119", "NGƯỜI RÀ SOÁT", "bị tạm dừng", "chưa kết thúc"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(text, "Người 1 (a)"); n != 2 { // taken: in both tables
		t.Errorf("what was taken stands there %d times", n)
	}
	r.Rights = nil
	if p, err = press.Review(r); err != nil || !strings.Contains(strings.Join(strings.Fields(pdftest.Text(t, p.PDF)), " "), "Không có quyền nào") {
		t.Errorf("an empty review: %v", err)
	}
	if _, err := press.Review(papers.Review{}); !errors.Is(err, papers.ErrIncomplete) {
		t.Error(err)
	}
}
