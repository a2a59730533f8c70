// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
)

// actor is the account of a login, at work in its unit.
func (w *world) actor(t *testing.T, login string) identity.Actor {
	t.Helper()
	a, found, err := w.People.FindAccount(t.Context(), w.DB, login)
	if err != nil || !found {
		t.Fatalf("%s: %v, %v", login, found, err)
	}
	actor, err := access.Load(t.Context(), w.DB, identity.Actor{Account: a.ID, Person: a.Person, Login: a.Login, Name: a.Name}, w.DB.Now())
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

func (w *world) reads(t *testing.T, who identity.Actor, subject, person string) {
	t.Helper()
	if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
		return audit.RecordReadOf(t.Context(), tx, who, "dossiers.person_read", subject, person, access.Handling)
	}); err != nil {
		t.Fatal(err)
	}
}

// watch seals what was recorded and looks at it.
func (w *world) watch(t *testing.T) {
	t.Helper()
	for _, run := range []func() (bool, error){
		func() (bool, error) { return w.Sequence(t.Context(), "test") },
		func() (bool, error) { return w.Parts.Watcher.Evaluate(t.Context()) },
	} {
		for more := true; more; {
			var err error
			if more, err = run(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestPeopleSeeWhoHasReadTheirData(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		citizen, other, officer := w.holder(t, "citizen"), w.holder(t, "business"), w.holder(t, "officer")
		me := w.actor(t, citizen.ID)
		empty := w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem", "")
		wants(t, "before", empty, http.StatusOK, "Chưa có lần xem nào")
		wellMade(t, empty)
		for range 55 {
			w.reads(t, w.actor(t, officer.ID), "", me.Person)
		}
		page := w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem", "")
		wants(t, "the page", page, http.StatusOK, officer.Name, "Mục đích: Giải quyết công việc", "Không gắn với hồ sơ", "/ai-da-xem?before=")
		wellMade(t, page)
		if n := strings.Count(page.body, "<b>"+officer.Name+"</b>"); n != 50 {
			t.Errorf("%d on the first page", n)
		}
		wants(t, "another", w.send(t, other.ID, http.MethodGet, "/ai-da-xem", ""), http.StatusOK, "Chưa có lần xem nào")
		wants(t, "an official", w.send(t, officer.ID, http.MethodGet, "/ai-da-xem", ""), http.StatusForbidden)
		wrong := w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem?from=31/02/2026&purpose=x", "")
		wants(t, "no day", wrong, http.StatusUnprocessableEntity, `href="#from"`, `value="31/02/2026"`)
		wellMade(t, wrong)
		wants(t, "a period", w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem?to=01/01/2020", ""), http.StatusOK, "Chưa có lần xem nào")
		table := w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem/tai-ve.csv", "")
		if table.header.Get("Content-Type") != "text/csv; charset=utf-8" || strings.Count(table.body, "\r\n") != 56 || !strings.HasPrefix(table.body, "\ufeffLúc,") {
			t.Errorf("the table: %d lines, %q", strings.Count(table.body, "\r\n"), table.body[:min(80, len(table.body))])
		}
		seen := w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem/danh-sach", "")
		wants(t, "lists", seen, http.StatusOK, "Chưa hiện trong danh sách nào")
		wellMade(t, seen)
		mine := w.send(t, officer.ID, http.MethodGet, "/lan-xem-cua-toi", "")
		wants(t, "the officer's own", mine, http.StatusOK, "Xem dữ liệu cá nhân", "Người dân thấy được")
		wellMade(t, mine)
		for path, want := range map[string]string{
			"/api/v1/me/readings": `"next":"`, "/api/v1/me/readings/all?purpose=inspection": `"items":[]`, "/api/v1/me/sightings": `"items":[]`, "/api/v1/me/my-readings": `"items":[]`,
			"/api/v1/me/readings?from=2020-01-01T00:00:00Z": `"purpose":"handling"`,
		} {
			wants(t, path, w.send(t, citizen.ID, http.MethodGet, path, ""), http.StatusOK, want)
		}
	})
}

func TestAnAlertFromTheReadingToTheDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		officer, auditor := w.holder(t, "officer"), w.holder(t, "auditor")
		wants(t, "none", w.send(t, auditor.ID, http.MethodGet, "/canh-bao", ""), http.StatusOK, "Không có cảnh báo nào", "40 trở lên trong 60 phút")
		for i := range 45 {
			w.reads(t, w.actor(t, officer.ID), fmt.Sprint("d", i), fmt.Sprint("p", i))
		}
		w.watch(t)
		list := w.send(t, auditor.ID, http.MethodGet, "/canh-bao", "")
		wants(t, "the list", list, http.StatusOK, officer.Name, "45 (ngưỡng 40)")
		wellMade(t, list)
		id := regexp.MustCompile(`href="/canh-bao/([0-9a-f-]{36})"`).FindStringSubmatch(list.body)[1]
		one := w.send(t, auditor.ID, http.MethodGet, "/canh-bao/"+id, "")
		wants(t, "one", one, http.StatusOK, "Yêu cầu giải trình", "Các lần đọc đứng sau cảnh báo", officer.Name, "Quyền, vị trí", `#rights"`, "Quyền của người này")
		wellMade(t, one)
		bad := w.post(t, auditor.ID, "/canh-bao/"+id+"/hoi", url.Values{"question": {" "}})
		wants(t, "no question", bad, http.StatusUnprocessableEntity, `href="#question"`)
		wellMade(t, bad)
		wants(t, "the officer asks", w.post(t, officer.ID, "/canh-bao/"+id+"/hoi", url.Values{"question": {"x"}}), http.StatusForbidden)
		wants(t, "asked", w.post(t, auditor.ID, "/canh-bao/"+id+"/hoi", url.Values{"question": {"Vì sao <nhiều> vậy?"}}), http.StatusSeeOther)
		questions := w.send(t, officer.ID, http.MethodGet, "/giai-trinh", "")
		wants(t, "questions", questions, http.StatusOK, "Vì sao &lt;nhiều&gt; vậy?")
		wellMade(t, questions)
		short := w.post(t, officer.ID, "/giai-trinh/"+id, url.Values{"words": {""}})
		wants(t, "no words", short, http.StatusUnprocessableEntity, `href="#words"`, `id="words"`)
		wellMade(t, short)
		wants(t, "explained", w.post(t, officer.ID, "/giai-trinh/"+id, url.Values{"words": {"Ngày tiếp dân"}}), http.StatusSeeOther)
		wants(t, "no decision", w.post(t, auditor.ID, "/canh-bao/"+id+"/quyet-dinh", url.Values{"reason": {"x"}}), http.StatusUnprocessableEntity, `href="#decision"`)
		wants(t, "decided by API", w.send(t, auditor.ID, http.MethodPost, "/api/v1/alerts/"+id+"/decision", `{"decision":"closed","reason":"Đã rõ"}`), http.StatusNoContent)
		wants(t, "again", w.send(t, auditor.ID, http.MethodPost, "/api/v1/alerts/"+id+"/decision", `{"decision":"closed","reason":"Đã rõ"}`), http.StatusConflict, "oversight.state")
		closed := w.send(t, auditor.ID, http.MethodGet, "/canh-bao?trang-thai=closed", "")
		wants(t, "closed", closed, http.StatusOK, officer.Name)
		wants(t, "by API", w.send(t, auditor.ID, http.MethodGet, "/api/v1/alerts?state=closed", ""), http.StatusOK, `"closed":1`, `"name":"`+officer.Name)
		wants(t, "one by API", w.send(t, auditor.ID, http.MethodGet, "/api/v1/alerts/"+id, ""), http.StatusOK, `"words":"Ngày tiếp dân"`, `"subject":"d0"`)
		wants(t, "rules by API", w.send(t, auditor.ID, http.MethodGet, "/api/v1/alerts/rules", ""), http.StatusOK, `"threshold":40`)
		wants(t, "nothing", w.send(t, auditor.ID, http.MethodGet, "/canh-bao/x", ""), http.StatusNotFound)
	})
}

func TestAnErasureOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		citizen, officer, auditor, it := w.holder(t, "citizen"), w.holder(t, "officer"), w.holder(t, "auditor"), w.holder(t, "province_it")
		me := w.actor(t, citizen.ID)
		w.reads(t, w.actor(t, officer.ID), "", me.Person)
		w.watch(t)
		bad := w.post(t, auditor.ID, "/xoa-nhat-ky", url.Values{"kind": {"person"}, "target": {me.Person}, "legal": {""}})
		wants(t, "no reason", bad, http.StatusUnprocessableEntity, `href="#reason"`, me.Person)
		wellMade(t, bad)
		wants(t, "the officer", w.post(t, officer.ID, "/xoa-nhat-ky", url.Values{"kind": {"person"}, "target": {me.Person}, "legal": {"x"}}), http.StatusForbidden)
		wants(t, "proposed", w.post(t, auditor.ID, "/xoa-nhat-ky", url.Values{"kind": {"person"}, "target": {me.Person}, "legal": {"Luật 91/2025/QH15"}}), http.StatusSeeOther)
		page := w.send(t, it.ID, http.MethodGet, "/xoa-nhat-ky", "")
		wants(t, "the second", page, http.StatusOK, "Luật 91/2025/QH15", "Xác nhận xóa")
		wellMade(t, page)
		path := regexp.MustCompile(`/xoa-nhat-ky/[0-9a-f-]{36}/`).FindString(page.body)
		if strings.Contains(w.send(t, auditor.ID, http.MethodGet, "/xoa-nhat-ky", "").body, path+"xac-nhan") {
			t.Error("who proposed is offered to confirm")
		}
		wants(t, "alone", w.post(t, auditor.ID, path+"xac-nhan", nil), http.StatusForbidden)
		wants(t, "neither", w.post(t, it.ID, path+"co-the", nil), http.StatusNotFound)
		wants(t, "confirmed", w.post(t, it.ID, path+"xac-nhan", nil), http.StatusSeeOther)
		for did := true; did; {
			var err error
			if did, err = jobs.Work(t.Context(), w.DB, w.Parts.Oversight.Jobs); err != nil {
				t.Fatal(err)
			}
		}
		wants(t, "done", w.send(t, it.ID, http.MethodGet, "/xoa-nhat-ky", ""), http.StatusOK, "đã xóa 1 bản ghi")
		wants(t, "gone", w.send(t, citizen.ID, http.MethodGet, "/ai-da-xem", ""), http.StatusOK, "Chưa có lần xem nào")
		wants(t, "the trail", w.send(t, auditor.ID, http.MethodGet, "/van-hanh/nhat-ky?event=dossiers.person_read", ""), http.StatusOK, "đã xóa theo luật")
		w.watch(t)
		expect(t, "", 0, "1 bản ghi đã xóa nội dung theo luật", "verify", "--data", w.Config.Data, "--database", w.Config.Database)
		wants(t, "by API", w.send(t, auditor.ID, http.MethodGet, "/api/v1/audit/erasures", ""), http.StatusOK, `"state":"done"`, `"records":1`)
	})
}
