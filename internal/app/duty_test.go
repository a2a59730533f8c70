// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
)

// The leader of a ward puts two officials on duty; they swap; whoever looks sees
// who is on duty and can call; another ward sees nothing of it.
func TestDutyOfAWard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	day := func(n int) string { return w.DB.Now().In(calendar.Zone()).AddDate(0, 0, n).Format(time.DateOnly) }
	enter := func(login string, n int, phone string) string {
		t.Helper()
		body := fmt.Sprintf(`{"unit":"phuong-long-xuyen","kind":"truc-ngoai-gio","login":%q,"from":"%sT17:00","to":"%sT07:00","phone":%q}`, login, day(n), day(n+1), phone)
		return ask[struct{ ID string }](t, w, "lanhdao.longxuyen", http.MethodPost, "/api/v1/duty-shifts", body).ID
	}
	mine, theirs := enter(officer, 2, "0900 000 004"), enter("vanthu.longxuyen", 3, "0900 000 006")
	if got := w.send(t, "lanhdao.longxuyen", http.MethodPost, "/api/v1/duty-shifts", fmt.Sprintf(`{"unit":"phuong-long-xuyen","kind":"truc-co-quan","login":%q,"from":"%sT20:00","to":"%sT21:00"}`, officer, day(2), day(2))); got.status != http.StatusConflict || !strings.Contains(got.body, "personnel.duty.two_places") || !strings.Contains(got.body, "Phạm Quốc Hưng") {
		t.Errorf("in two places: %d %s", got.status, got.body)
	}
	type shifts struct {
		Items []struct{ ID, Login, Phone string }
	}
	at := "/api/v1/duty?at=" + day(2) + "T20:00"
	if got := ask[shifts](t, w, "motcua.longxuyen", http.MethodGet, at, ""); len(got.Items) != 1 || got.Items[0].Login != officer {
		t.Errorf("on duty: %+v", got)
	}
	if got := ask[shifts](t, w, "motcua.chaudoc", http.MethodGet, at, ""); len(got.Items) != 0 {
		t.Errorf("another ward sees %+v", got)
	}
	if got := w.send(t, "motcua.chaudoc", http.MethodGet, "/truc/ca/"+mine, ""); got.status != http.StatusNotFound {
		t.Errorf("another ward opens it: %d", got.status)
	}
	luc, err := time.Parse(time.DateOnly, day(2))
	if err != nil {
		t.Fatal(err)
	}
	now := w.send(t, "motcua.longxuyen", http.MethodGet, "/truc?luc="+url.QueryEscape(luc.Format("02/01/2006")+" 20:00"), "")
	for _, want := range []string{`href="tel:0900000004"`, "Phạm Quốc Hưng", "Trực ngoài giờ"} {
		if !strings.Contains(now.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := w.post(t, officer, "/truc/ca/"+mine+"/doi", url.Values{"with": {"vanthu.longxuyen|" + theirs}, "reason": {"Con ốm"}}); got.status != http.StatusSeeOther {
		t.Fatalf("asked: %d %s", got.status, got.body)
	}
	asked := ask[struct{ Asked []struct{ ID string } }](t, w, "vanthu.longxuyen", http.MethodGet, "/api/v1/duty/mine", "")
	if len(asked.Asked) != 1 {
		t.Fatalf("who is asked does not see it: %+v", asked)
	}
	if got := w.send(t, "vanthu.longxuyen", http.MethodGet, "/truc/cua-toi", ""); !strings.Contains(got.body, "Phạm Quốc Hưng đề nghị") {
		t.Errorf("the page: %d", got.status)
	}
	if got := w.post(t, "vanthu.longxuyen", "/truc/doi-ca/"+asked.Asked[0].ID, url.Values{"do": {"accept"}}); got.status != http.StatusSeeOther {
		t.Fatalf("accepted: %d %s", got.status, got.body)
	}
	if got := ask[shifts](t, w, officer, http.MethodGet, at, ""); len(got.Items) != 1 || got.Items[0].Login != "vanthu.longxuyen" || got.Items[0].Phone != "0900 000 006" {
		t.Errorf("after the swap: %+v", got)
	}
	if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/truc/doi-ca", ""); !strings.Contains(got.body, "Con ốm") {
		t.Errorf("the leader does not see the swap: %d", got.status)
	}
	plan := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/truc?thang="+luc.Format("2006-01"), "")
	if plan.status != http.StatusOK || !strings.Contains(plan.body, "Huỳnh Minh Tâm") {
		t.Errorf("the plan: %d", plan.status)
	}
	file := w.send(t, officer, http.MethodGet, "/truc/xuat?thang="+luc.Format("2006-01")+"&don-vi=phuong-long-xuyen", "")
	if file.status != http.StatusOK || !strings.HasPrefix(file.body, "PK") {
		t.Errorf("the file: %d", file.status)
	}
	// Who leaves before the shift is flagged on it, on the plan and on the own page.
	ask[any](t, w, "cntt.tinh", http.MethodPost, "/api/v1/staff-decisions", fmt.Sprintf(`{"login":"vanthu.longxuyen","kind":"transfer","number":"1/QĐ","date":%q,"from":%q,"unit":"phuong-chau-doc","role":"records","title":"Văn thư"}`, orgs.Day(w.DB.Now()), day(1)))
	if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/truc?thang="+luc.Format("2006-01"), ""); !strings.Contains(got.body, "Không còn vị trí trong đơn vị") {
		t.Errorf("nobody is flagged: %d", got.status)
	}
}

// Whom an auditor meets in a page about a person leads on to rights, posts,
// absences and duty; the record of a review is for those who may see it.
func TestAPersonLeadsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	a, found, err := w.People.FindAccount(t.Context(), w.DB, officer)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	got := w.send(t, "kiemtra.tinh", http.MethodGet, "/nhan-su/"+a.ID, "")
	for _, want := range []string{`href="#rights"`, `id="rights"`, `href="#posts"`, `id="posts"`, `href="#absences"`, `id="absences"`, `id="duty"`, `/quyen/vi-sao?login=` + officer} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%q is missing: %d", want, got.status)
		}
	}
	today := w.DB.Now().In(calendar.Zone()).AddDate(0, 0, 20).Format("02/01/2006")
	if got := w.post(t, "cntt.tinh", "/quyen/ra-soat", url.Values{"name": {"Đợt 1"}, "ends": {today}}); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	reviews := ask[struct{ Items []struct{ ID string } }](t, w, "lanhdao.longxuyen", http.MethodGet, "/api/v1/rights-reviews", "")
	if len(reviews.Items) == 0 {
		t.Fatal("no review")
	}
	for who, want := range map[string]int{"lanhdao.longxuyen": http.StatusOK, "kiemtra.tinh": http.StatusOK, officer: http.StatusForbidden, owner: http.StatusForbidden} {
		for _, path := range []string{"/quyen/ra-soat/" + reviews.Items[0].ID + "/bien-ban.pdf", "/api/v1/rights-reviews/" + reviews.Items[0].ID + "/paper"} {
			got := w.send(t, who, http.MethodGet, path, "")
			if got.status != want || want == http.StatusOK && (!strings.HasPrefix(got.body, "%PDF-") || got.header.Get("Content-Type") != "application/pdf") {
				t.Errorf("%s as %s: %d", path, who, got.status)
			}
		}
	}
}
