// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/orgs"
)

func ask[T any](t *testing.T, w *world, who, method, path, body string, header ...string) (out T) {
	t.Helper()
	got := w.send(t, who, method, path, body, header...)
	if got.status/100 != 2 {
		t.Fatalf("%s %s as %s: %d %s", method, path, who, got.status, got.body)
	}
	if got.body != "" {
		if err := json.Unmarshal([]byte(got.body), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// An official is transferred with 40 open cases: through real requests, from the
// preview to the last case in new hands.
func TestTransferWithFortyOpenCases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := objects{t: t, w: w}
	const many = 40
	var last string
	for range many {
		f := o.file()
		ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
		ask[any](t, w, officer, http.MethodPost, "/api/v1/dossiers/"+f.ID+"/claim", "{}")
		last = f.ID
	}
	today := orgs.Day(w.DB.Now())
	decision := func(login, kind, unit string) string {
		return fmt.Sprintf(`{"login":%q,"kind":%q,"number":"45/QĐ-UBND","date":%q,"from":%q,"unit":%q,"role":"officer","title":"Chuyên viên","subtree":true}`, login, kind, today, today, unit)
	}
	ask[any](t, w, "cntt.tinh", http.MethodPost, "/api/v1/staff-decisions", decision("chuyenvien.chaudoc", "concurrent", "phuong-long-xuyen"))
	effect := ask[struct{ Work int }](t, w, "cntt.tinh", http.MethodPost, "/api/v1/staff-decisions/preview", decision(officer, "transfer", "phuong-chau-doc"))
	if effect.Work != many {
		t.Fatalf("the preview tells of %d cases", effect.Work)
	}
	ask[any](t, w, "cntt.tinh", http.MethodPost, "/api/v1/staff-decisions", decision(officer, "transfer", "phuong-chau-doc"))
	if got := w.send(t, officer, http.MethodGet, "/api/v1/dossiers/"+last+"?purpose=handling", ""); got.status != http.StatusUnauthorized {
		t.Errorf("the session goes on: %d", got.status)
	}
	w.mu.Lock()
	delete(w.tokens, "api"+officer)
	w.mu.Unlock()
	if got := w.send(t, officer, http.MethodGet, "/api/v1/dossiers/"+last+"?purpose=handling", ""); got.status != http.StatusNotFound {
		t.Errorf("signed in again, the old unit is still in scope: %d", got.status)
	}
	type pile struct {
		ID     string
		Count  int
		Pieces []struct{ ID string }
	}
	list := ask[struct{ Items []pile }](t, w, "lanhdao.longxuyen", http.MethodGet, "/api/v1/handovers", "")
	if len(list.Items) != 1 || list.Items[0].Count != many {
		t.Fatalf("the leader's list: %+v", list.Items)
	}
	if got := w.send(t, "chuyenvien.chaudoc", http.MethodGet, "/api/v1/handovers", ""); got.status != http.StatusForbidden {
		t.Errorf("an officer reads the list: %d", got.status)
	}
	work := ask[pile](t, w, "lanhdao.longxuyen", http.MethodGet, "/api/v1/handovers/"+list.Items[0].ID, "")
	ids, err := json.Marshal(func() (all []string) {
		for _, p := range work.Pieces {
			all = append(all, p.ID)
		}
		return all
	}())
	if err != nil {
		t.Fatal(err)
	}
	done := ask[struct{ Done, Left int }](t, w, "lanhdao.longxuyen", http.MethodPost, "/api/v1/handovers/"+work.ID, `{"pieces":`+string(ids)+`,"to":"chuyenvien.chaudoc"}`)
	if done.Done != many || done.Left != 0 {
		t.Errorf("%+v", done)
	}
	if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/nhan-su/ban-giao", ""); !strings.Contains(got.body, "Không có việc nào chờ bàn giao") {
		t.Errorf("the list is not empty: %d", got.status)
	}
}

// An auditor goes from the log, which is where the auditor arrives, to who saw a
// dossier; and a dossier that was opened in an emergency is among it.
func TestWhoSawADossier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := objects{t: t, w: w}
	f := o.file()
	ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
	get := func(who, path string) answer { t.Helper(); return w.send(t, who, http.MethodGet, path, "") }
	if got := get("motcua.chaudoc", "/api/v1/dossiers/"+f.ID+"?purpose=handling"); got.status != http.StatusNotFound {
		t.Fatalf("elsewhere it is seen: %d", got.status)
	}
	if got := w.send(t, "motcua.longxuyen", http.MethodPost, "/api/v1/emergencies", `{"code":"`+f.Reference+`","reason":"Mưa lũ, cần gọi ngay cho chủ hồ sơ"}`); got.status != http.StatusConflict {
		t.Errorf("an emergency about what one sees: %d %s", got.status, got.body)
	}
	ask[any](t, w, "motcua.chaudoc", http.MethodPost, "/api/v1/emergencies", `{"code":"`+f.Reference+`","reason":"Mưa lũ, cần gọi ngay cho chủ hồ sơ"}`)
	if got := get("motcua.chaudoc", "/api/v1/dossiers/"+f.ID+"?purpose=handling"); got.status != http.StatusOK {
		t.Errorf("it is not open: %d %s", got.status, got.body)
	}
	other := o.file()
	if got := get("motcua.chaudoc", "/api/v1/dossiers/"+other.ID+"?purpose=handling"); got.status != http.StatusNotFound {
		t.Errorf("another is open too: %d", got.status)
	}
	log := get("kiemtra.tinh", "/van-hanh/nhat-ky")
	_, rest, found := strings.Cut(log.body, `href="/quyen/ai-xem?code=`)
	if !found {
		t.Fatal("the log does not lead to who sees a dossier")
	}
	code, _, _ := strings.Cut(rest, `"`)
	if code, err := url.QueryUnescape(code); err != nil || code == "" {
		t.Fatal(code, err)
	}
	body := get("kiemtra.tinh", "/quyen/ai-xem?code="+url.QueryEscape(f.Reference)).body
	for _, want := range []string{"Lý Văn Khoa", "Mở hồ sơ khẩn cấp", "Mở khẩn cấp", "Võ Thị Thanh Hà", "PHÓ CHỦ TỊCH"} {
		if !strings.Contains(body, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if got := get("kiemtra.tinh", "/khan-cap"); !strings.Contains(got.body, "Mưa lũ") {
		t.Errorf("the auditor does not hear of it: %d", got.status)
	}
	if got := get(owner, "/ai-da-xem"); !strings.Contains(got.body, "Lý Văn Khoa") {
		t.Errorf("the citizen does not see who has opened it: %d", got.status)
	}
}

// There is one list of who is away: an absence that somebody enters on the page
// of a person stands on the page of absences, and where work is given out.
func TestAnAbsenceIsSeenEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	o := objects{t: t, w: w}
	account := func(login string) string {
		a, found, err := w.People.FindAccount(t.Context(), w.DB, login)
		if err != nil || !found {
			t.Fatal(login, found, err)
		}
		return a.ID
	}
	today := orgs.Day(w.DB.Now())
	ask[any](t, w, "cntt.tinh", http.MethodPost, "/api/v1/staff-decisions", fmt.Sprintf(`{"login":"chuyenvien.chaudoc","kind":"concurrent","number":"46/QĐ-UBND","date":%q,"from":%q,"unit":"phuong-long-xuyen","role":"officer","title":"Chuyên viên","subtree":true}`, today, today))
	away, deputy := account(officer), account("chuyenvien.chaudoc")
	page := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/nhan-su/"+away, "")
	if !strings.Contains(page.body, "Khai báo vắng mặt") || !strings.Contains(page.body, deputy) {
		t.Fatalf("nobody can be declared away: %d", page.status)
	}
	ask[any](t, w, "lanhdao.longxuyen", http.MethodPost, "/api/v1/staff/"+away+"/absences", fmt.Sprintf(`{"deputy":%q,"from":%q,"to":%q,"reason":"Nghỉ phép"}`, deputy, today, today))
	for _, path := range []string{"/nhan-su/" + away, "/vang-mat"} {
		if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, path, ""); !strings.Contains(got.body, "Nghỉ phép") {
			t.Errorf("%s does not tell of it: %d", path, got.status)
		}
	}
	f := o.file()
	ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
	work := ask[struct{ Items []struct{ Task string } }](t, w, "lanhdao.longxuyen", http.MethodGet, "/api/v1/steps", "")
	if len(work.Items) == 0 {
		t.Fatal("no work to give out")
	}
	list := ask[struct {
		Items []struct{ Account, Deputy string }
	}](t, w, "lanhdao.longxuyen", http.MethodGet, "/api/v1/steps/"+work.Items[0].Task+"/colleagues", "")
	for _, c := range list.Items {
		if (c.Account == away) != (c.Deputy != "") {
			t.Errorf("where work is given out: %+v", c)
		}
	}
	if len(list.Items) == 0 {
		t.Error("nobody can take it")
	}
	if got := w.send(t, "chuyenvien.chaudoc", http.MethodPost, "/api/v1/staff/"+away+"/absences", `{"deputy":"`+deputy+`","from":"`+today+`","to":"`+today+`"}`); got.status != http.StatusForbidden {
		t.Errorf("an officer declares somebody away: %d", got.status)
	}
}
