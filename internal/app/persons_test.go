// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/clock"
)

// worldAt is a world on a clock that the test moves: tomorrow, 20:00 in Vietnam.
func worldAt(t *testing.T, w *world) (*world, *clock.Manual) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	y, m, d := time.Now().In(clock.Vietnam()).Date()
	c := clock.NewManual(time.Date(y, m, d+1, 20, 0, 0, 0, clock.Vietnam()))
	again := &world{set: w.set, logged: &buffer{}, tokens: map[string]string{}}
	var err error
	if again.Program, err = app.OpenAt(t.Context(), w.Config, slog.New(slog.NewTextHandler(again.logged, nil)), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	if again.handler, err = again.Handler(); err != nil {
		t.Fatal(err)
	}
	return again, c
}

// choose makes somebody work for another, in the browser or by the API.
func (w *world) choose(t *testing.T, who, name string) {
	t.Helper()
	type choice struct{ Person, Name string }
	for _, c := range ask[struct{ Items []choice }](t, w, who, http.MethodGet, "/api/v1/acting", "").Items {
		if c.Name == name {
			ask[any](t, w, who, http.MethodPut, "/api/v1/acting", `{"person":"`+c.Person+`"}`)
			if got := w.post(t, who, "/lam-viec-cho", url.Values{"person": {c.Person}}); got.status != http.StatusSeeOther {
				t.Fatalf("choose %s: %d %s", name, got.status, got.body)
			}
			return
		}
	}
	t.Fatalf("%s may not work for %s", who, name)
}

const (
	director, accountant = "dn.namlong", "ketoan.namlong"
	company              = "Công ty TNHH Nam Long (giả định)"
)

// A company's accountant acts for it until the representation ends at midnight.
func TestAnAccountantActsUntilMidnight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, before *world) {
		w, c := worldAt(t, before)
		day := c.Now().In(clock.Vietnam()).Format(time.DateOnly)
		w.choose(t, director, company)
		offer := `{"agent":{"name":"Huỳnh Thị Thu","number":"089192000061"},"basis":"authorisation","paper":{"number":"02/2026/UQ","date":"` + day + `"},
			"procedures":["` + procedureID + `"],"acts":["see","prepare","file"],"until":"` + day + `"}`
		made := ask[struct{ ID string }](t, w, director, http.MethodPost, "/api/v1/representations", offer)
		get := func(who, path string) answer { t.Helper(); return w.send(t, who, http.MethodGet, path, "") }

		w.choose(t, accountant, company)
		file := func(key string) answer {
			t.Helper()
			return w.send(t, accountant, http.MethodPost, "/api/v1/dossiers", application, "Idempotency-Key", key)
		}
		if got := file("k0"); got.status != http.StatusNotFound || !strings.Contains(got.body, "dossiers.not_in_right") {
			t.Fatalf("before it is taken on: %d %s", got.status, got.body)
		}
		ask[any](t, w, accountant, http.MethodPost, "/api/v1/representations/"+made.ID+"/answer", `{"accept":true}`)
		f := ask[filed](t, w, accountant, http.MethodPost, "/api/v1/dossiers", application, "Idempotency-Key", "k1")
		draft := ask[struct{ ID string }](t, w, accountant, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedureID+`","unit":"phuong-long-xuyen"}`)
		if got := get(accountant, "/ho-so"); !strings.Contains(got.body, f.ID) || !strings.Contains(got.body, draft.ID) || !strings.Contains(got.body, "ts-acting__choice--on") {
			t.Errorf("the list of the company: %d", got.status)
		}
		ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}")
		if got := get("motcua.longxuyen", "/xu-ly/"+f.ID); !strings.Contains(got.body, company) || !strings.Contains(got.body, "02/2026/UQ") {
			t.Errorf("the office does not see for whom and by what right: %d", got.status)
		}
		entries, err := audit.List(t.Context(), w.DB, audit.Filter{Subject: f.ID, Event: "dossiers.submitted"}, "", 5)
		if err != nil || len(entries) != 1 || entries[0].About == "" {
			t.Errorf("the record does not say for whom: %+v %v", entries, err)
		}

		w.choose(t, director, company)
		if got := get(director, "/ho-so"); !strings.Contains(got.body, f.ID) || !strings.Contains(got.body, draft.ID) {
			t.Errorf("the director does not see what the accountant did: %d", got.status)
		}
		ask[any](t, w, accountant, http.MethodPut, "/api/v1/acting", `{}`)
		if got := get(accountant, "/api/v1/dossiers/"+f.ID+"?purpose=own"); got.status != http.StatusNotFound {
			t.Errorf("the accountant sees it as her own: %d", got.status)
		}
		w.choose(t, accountant, company)

		c.Advance(4*time.Hour - time.Microsecond) // the last moment of the day
		if got := get(accountant, "/nhap/"+draft.ID+"/giay-to"); got.status != http.StatusOK {
			t.Fatalf("before midnight: %d %s", got.status, got.body)
		}
		c.Advance(time.Microsecond)
		for _, path := range []string{"/nhap/" + draft.ID + "/giay-to", "/ho-so/" + f.ID, "/api/v1/drafts/" + draft.ID, "/api/v1/dossiers/" + f.ID + "?purpose=own"} {
			if got := get(accountant, path); got.status != http.StatusNotFound {
				t.Errorf("after midnight %s: %d", path, got.status)
			}
		}
		if got := file("k2"); got.status != http.StatusNotFound {
			t.Errorf("after midnight she files: %d %s", got.status, got.body)
		}
		if got := get(director, "/ho-so"); !strings.Contains(got.body, draft.ID) {
			t.Error("the draft is lost")
		}
	})
}

// Once nothing else lets her act for the company, the next press says so plainly.
func TestTheNextPressSaysThatTheRightHasEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.choose(t, accountant, company)
	draft := ask[struct{ ID string }](t, w, accountant, http.MethodPost, "/api/v1/drafts", `{"procedure":"giay-phep-lao-dong","unit":"so-noi-vu"}`)
	w.choose(t, director, company)
	type rep struct{ ID, Agent string }
	for _, r := range ask[struct{ Items []rep }](t, w, director, http.MethodGet, "/api/v1/representations/granted", "").Items {
		if r.Agent == "Huỳnh Thị Thu" {
			ask[any](t, w, director, http.MethodPost, "/api/v1/representations/"+r.ID+"/end", `{}`)
		}
	}
	got := w.send(t, accountant, http.MethodGet, "/nhap/"+draft.ID+"/giay-to", "")
	for _, want := range []string{"Quyền làm việc thay của Ông/Bà đã kết thúc", "không mất", company, "ts-acting--over"} {
		if got.status != http.StatusNotFound || !strings.Contains(got.body, want) {
			t.Errorf("%d, without %q: %s", got.status, want, got.body)
		}
	}
	if got := w.post(t, accountant, "/lam-viec-cho", url.Values{"person": {""}}); got.status != http.StatusSeeOther {
		t.Errorf("back to oneself: %d", got.status)
	}
	if got := w.send(t, accountant, http.MethodGet, "/ho-so", ""); got.status != http.StatusOK || strings.Contains(got.body, draft.ID) {
		t.Errorf("one's own list: %d", got.status)
	}
}

// The pages: who acts for whom, the household, and what an official finds.
func TestPagesOfPersons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	see := func(who, path string, want ...string) {
		t.Helper()
		got := w.send(t, who, http.MethodGet, path, "")
		for _, words := range want {
			if got.status != http.StatusOK || !strings.Contains(got.body, words) {
				t.Errorf("%s as %s: %d, without %q", path, who, got.status, words)
			}
		}
	}
	see(accountant, "/dai-dien", company, "01/2026/UQ-NL", "Đang có hiệu lực", "Chấm dứt ngay", "Bản thân")
	see("dan.vothihoa", "/dai-dien", "Trần Gia Hân", "Cha, mẹ")
	see("dan.vothihoa", "/ho-gia-dinh", "Chủ hộ", "Trần Văn Lâm", "Trần Gia Hân")
	see("lanhdao.longxuyen", "/nguoi/xac-nhan", "Không có đăng ký nào chờ xác nhận")
	if got := w.post(t, owner, "/nguoi", url.Values{"tim": {"9900000016"}, "vi": {"handling"}}); got.status != http.StatusForbidden {
		t.Errorf("a citizen looks people up: %d", got.status)
	}
	if got := w.post(t, "motcua.longxuyen", "/nguoi", url.Values{"tim": {"vo thi hoa"}, "vi": {"handling"}}); !strings.Contains(got.body, "•••••••••062") || !strings.Contains(got.body, "1988") {
		t.Errorf("found by name: %d %s", got.status, got.body)
	}
	got := w.post(t, director, "/dai-dien", url.Values{"basis": {"authorisation"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#agent.number"`) || !strings.Contains(got.body, `href="#until"`) {
		t.Errorf("an empty form: %d", got.status)
	}
	w.choose(t, director, company)
	got = w.post(t, director, "/dai-dien", url.Values{
		"agent.number": {"089058000001"}, "agent.name": {"Nguyễn Văn Bảy"}, "basis": {"authorisation"}, "paper.number": {"9"}, "paper.date": {"01/11/2026"},
		"procedures": {"/thu-tuc/" + procedureID}, "acts": {"see"}, "until": {time.Now().AddDate(0, 0, 9).Format("02/01/2006")},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("a right form: %d %s", got.status, got.body)
	}
	see(owner, "/dai-dien", company, "Chấp nhận", "Chờ người đại diện chấp nhận")
}
