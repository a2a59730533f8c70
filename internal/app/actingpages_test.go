// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/clock"
)

// lend lets the accountant act for the company in a procedure, and returns the right.
// Every other right of hers to act for it is ended.
func (w *world) lend(t *testing.T, acts, until string) string {
	t.Helper()
	w.choose(t, director, company)
	type right struct{ ID, Agent, State string }
	for _, r := range ask[struct{ Items []right }](t, w, director, http.MethodGet, "/api/v1/representations/granted", "").Items {
		if r.Agent == "Huỳnh Thị Thu" && r.State == "active" {
			ask[any](t, w, director, http.MethodPost, "/api/v1/representations/"+r.ID+"/end", `{}`)
		}
	}
	made := ask[struct{ ID string }](t, w, director, http.MethodPost, "/api/v1/representations", `{"agent":{"name":"Huỳnh Thị Thu","number":"089192000061"},"basis":"authorisation",
		"paper":{"number":"03/2026/UQ","date":"`+time.Now().In(clock.Vietnam()).Format(time.DateOnly)+`"},"procedures":["`+procedureID+`"],"acts":[`+acts+`],"until":"`+until+`"}`)
	ask[any](t, w, accountant, http.MethodPost, "/api/v1/representations/"+made.ID+"/answer", `{"accept":true}`)
	w.choose(t, accountant, company)
	return made.ID
}

func soon(n int) string { return time.Now().In(clock.Vietnam()).AddDate(0, 0, n).Format(time.DateOnly) }

// An agent whose right does not go so far as to see, or to prepare, is told so
// kindly on a page that shows the rest; the page of the parties says for whom.
func TestWhatAnAgentMayNotSee(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.lend(t, `"prepare","file"`, soon(5))
	draft := ask[struct{ ID string }](t, w, accountant, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedureID+`","unit":"phuong-long-xuyen"}`)
	got := w.send(t, accountant, http.MethodGet, "/ho-so", "")
	pageSays(t, "without seeing", got, http.StatusOK, draft.ID, "không gồm việc xem hồ sơ đã nộp", company)
	if strings.Contains(got.body, "không gồm việc soạn") {
		t.Error("what is shown is said not to be")
	}
	pageSays(t, "the parties", w.send(t, accountant, http.MethodGet, "/nhap/"+draft.ID+"/nguoi-nop", ""), http.StatusOK, company, "9900000016", "03/2026/UQ", "Làm việc cho bản thân", "Chấm dứt quyền đại diện")
	if got := w.post(t, accountant, "/nhap/"+draft.ID+"/nguoi-nop", url.Values{"owner.phone": {"0912345678"}, "owner.name": {"Ai Đó"}}); got.status != http.StatusSeeOther {
		t.Errorf("save: %d %s", got.status, got.body)
	}
	if got := w.send(t, accountant, http.MethodGet, "/nhap/"+draft.ID+"/nguoi-nop", ""); !strings.Contains(got.body, "0912345678") || strings.Contains(got.body, "Ai Đó") {
		t.Errorf("the agent says who is represented: %d", got.status)
	}
	if got := w.post(t, accountant, "/lam-viec-cho", url.Values{"person": {""}}); got.header.Get("Location") != "/ho-so" {
		t.Errorf("back to oneself: %d %v", got.status, got.header)
	}

	w.lend(t, `"pay"`, soon(6))
	got = w.send(t, accountant, http.MethodGet, "/ho-so", "")
	pageSays(t, "neither", got, http.StatusOK, "không gồm việc xem hồ sơ đã nộp", "không gồm việc soạn hồ sơ", "Xem quyền đại diện của tôi")
	if strings.Contains(got.body, "ts-empty") || strings.Contains(got.body, draft.ID) {
		t.Error("it says that there is nothing, or shows what it should not")
	}
	pageSays(t, "a page beyond the right", w.send(t, accountant, http.MethodGet, "/nhap/"+draft.ID+"/nguoi-nop", ""), http.StatusForbidden, "không có trong quyền đại diện", `href="/dai-dien"`)
}

// A right that is revoked, or ends at midnight, while somebody files: the draft is
// kept, nothing is filed, and the page says what to do.
func TestTheRightEndsInTheMiddleOfFiling(t *testing.T) {
	t.Parallel()
	w, c := worldAt(t, newWorld(t, ""))
	today := c.Now().In(clock.Vietnam()).Format(time.DateOnly)
	right := w.lend(t, `"see","prepare","file"`, today)
	draft := "/nhap/" + ask[struct{ ID string }](t, w, accountant, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedureID+`","unit":"phuong-long-xuyen"}`).ID
	ask[any](t, w, director, http.MethodPost, "/api/v1/representations/"+right+"/end", `{}`)
	refused := func(when string) {
		t.Helper()
		got := w.post(t, accountant, draft+"/kiem-tra", url.Values{})
		pageSays(t, when, got, http.StatusNotFound, "Quyền làm việc thay đã kết thúc", "Không có gì được nộp", "Bản nháp và hồ sơ không mất", "cử lại", `href="/dai-dien"`, "Bản thân")
		pageSays(t, when+": the director", w.send(t, director, http.MethodGet, "/ho-so", ""), http.StatusOK, draft)
		filed, err := audit.List(t.Context(), w.DB, audit.Filter{Event: "dossiers.submitted"}, "", 5)
		if err != nil || len(filed) != 0 {
			t.Errorf("%s: something was filed: %+v %v", when, filed, err)
		}
	}
	refused("revoked")
	w.lend(t, `"see","prepare","file"`, today)
	pageSays(t, "again", w.send(t, accountant, http.MethodGet, draft+"/kiem-tra", ""), http.StatusOK, company)
	c.Advance(4 * time.Hour)
	refused("midnight")
}

// A parent acts until the midnight on which the child turns 18, also in the middle
// of a draft.
func TestTheChildTurnsEighteen(t *testing.T) {
	t.Parallel()
	w, c := worldAt(t, newWorld(t, ""))
	born := c.Now().In(clock.Vietnam()).AddDate(-18, 0, 1).Format("02/01/2006")
	got := w.post(t, clerk, "/nguoi/giam-ho", url.Values{
		"ward.number": {"089308000777"}, "ward.name": {"Trần Sắp Lớn"}, "ward.born": {born}, "reason": {"minor"}, "guardian.number": {"089188000062"}, "guardian.name": {"Võ Thị Hoa"},
		"basis": {"parent"}, "paper.number": {"KS 5/2008"},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("register: %d %s", got.status, got.body)
	}
	const mother = "dan.vothihoa"
	w.choose(t, mother, "Trần Sắp Lớn")
	draft := ask[struct{ ID string }](t, w, mother, http.MethodPost, "/api/v1/drafts", `{"procedure":"`+procedureID+`","unit":"phuong-long-xuyen"}`)
	c.Advance(4*time.Hour - time.Microsecond)
	pageSays(t, "the last moment", w.send(t, mother, http.MethodGet, "/nhap/"+draft.ID+"/nguoi-nop", ""), http.StatusOK, "Trần Sắp Lớn", "KS 5/2008")
	c.Advance(time.Microsecond)
	pageSays(t, "of age", w.post(t, mother, "/nhap/"+draft.ID+"/kiem-tra", url.Values{}), http.StatusNotFound, "Quyền làm việc thay đã kết thúc", "Không có gì được nộp")
	got = w.post(t, clerk, "/nguoi/giam-ho", url.Values{
		"ward.number": {"089308000777"}, "ward.name": {"Trần Sắp Lớn"}, "ward.born": {born}, "reason": {"minor"}, "guardian.number": {"089188000062"}, "guardian.name": {"Võ Thị Hoa"},
		"basis": {"parent"}, "paper.number": {"KS 5/2008"},
	})
	pageSays(t, "again", got, http.StatusConflict, "đã đủ tuổi thành niên", `value="Trần Sắp Lớn"`)
}

// The two transactions in both orders and at once, on both databases: what is filed
// was filed before the end, and after it nothing.
func TestFilingAndRevokingAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for round := range 3 {
			right := w.lend(t, `"see","prepare","file"`, soon(5+round))
			var wg sync.WaitGroup
			var sent, ended answer
			wg.Go(func() {
				sent = w.send(t, accountant, http.MethodPost, "/api/v1/dossiers", application, "Idempotency-Key", "at-once-"+right)
			})
			wg.Go(func() {
				ended = w.send(t, director, http.MethodPost, "/api/v1/representations/"+right+"/end", `{}`)
			})
			wg.Wait()
			if ended.status >= 300 || sent.status != http.StatusCreated && sent.status != http.StatusOK && sent.status != http.StatusNotFound {
				t.Fatalf("sent %d %s, ended %d %s", sent.status, sent.body, ended.status, ended.body)
			}
			filed, err := audit.List(t.Context(), w.DB, audit.Filter{Event: "dossiers.submitted"}, "", 50)
			over, err2 := audit.List(t.Context(), w.DB, audit.Filter{Event: "persons.representation_ended", Subject: right}, "", 5)
			if err := errors.Join(err, err2); err != nil || len(over) != 1 {
				t.Fatalf("%+v %v", over, err)
			}
			for _, f := range filed {
				if sent.status < 300 && strings.Contains(sent.body, f.Subject) && f.At.After(over[0].At) {
					t.Errorf("filed at %v, revoked at %v", f.At, over[0].At)
				}
			}
			if got := w.send(t, accountant, http.MethodPost, "/api/v1/dossiers", application, "Idempotency-Key", "after-"+right); got.status != http.StatusNotFound {
				t.Errorf("after the end: %d %s", got.status, got.body)
			}
		}
	})
}
