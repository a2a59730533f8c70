// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"net/http"
	"strings"
)

// other makes what is not about a dossier, a draft or a register: under which
// address, by which parameter, made how. Empty: the address is about something else.
func (o *objects) other(before, name string) string {
	o.t.Helper()
	if name == "change" {
		return o.made("change", "kiemsoat.tinh", "/api/v1/changes", func(n int) string {
			return fmt.Sprintf(`{"title":"Thay đổi %d","day":"%s"}`, n, o.w.DB.Now().AddDate(0, 0, 9).Format("2006-01-02"))
		})
	}
	if name == "report" {
		return o.made("report", "kiemsoat.tinh", "/api/v1/reports", func(int) string {
			return `{"layout":"ii-06a","from":"2026-01-01","to":"2026-01-31"}`
		})
	}
	for _, at := range []struct{ under, kind, who, door, body string }{
		{"/quan-tri/ung-dung/", "client", itAdmin, "/api/v1/sign-on/clients", `{"kind":"web","name_vi":"Ứng dụng %d","purpose_vi":"Thử","unit":"so-khoa-hoc-cong-nghe","redirects":["https://a.example/ve"],"scopes":["openid"]}`},
		{"/api/v1/sign-on/clients/", "client", itAdmin, "/api/v1/sign-on/clients", `{"kind":"web","name_vi":"Ứng dụng %d","purpose_vi":"Thử","unit":"so-khoa-hoc-cong-nghe","redirects":["https://a.example/ve"],"scopes":["openid"]}`},
		{"/bao-ve-du-lieu/yeu-cau/", "request", owner, "/api/v1/me/data/requests", `{"kind":"complain","words":"Lần %d"}`},
		{"/api/v1/privacy/requests/", "request", owner, "/api/v1/me/data/requests", `{"kind":"complain","words":"Lần %d"}`},
		{"/bao-ve-du-lieu/vi-pham/", "breach", "baove.dulieu", "/api/v1/privacy/breaches", `{"title":"Vụ %d","nature":"n1","severity":"m1","description":"Thử","found_at":"2026-11-20T02:00:00Z"}`},
		{"/api/v1/privacy/breaches/", "breach", "baove.dulieu", "/api/v1/privacy/breaches", `{"title":"Vụ %d","nature":"n1","severity":"m1","description":"Thử","found_at":"2026-11-20T02:00:00Z"}`},
	} {
		if strings.HasSuffix(before, at.under) {
			return o.made(at.kind, at.who, at.door, func(n int) string { return fmt.Sprintf(at.body, n) })
		}
	}
	switch {
	case strings.HasSuffix(before, "/quan-tri/he-thong/"), strings.HasSuffix(before, "/api/v1/systems/"):
		until := o.w.DB.Now().AddDate(0, 6, 0).UTC().Format("2006-01-02T15:04:05Z")
		return o.made("system", itAdmin, "/api/v1/systems", func(n int) string {
			return fmt.Sprintf(`{"name":"Hệ thống %d","owner":"B","contact":"C","purpose":"D","reach":`+wanted+`}`, n, "phuong-long-xuyen", until)
		})
	case strings.HasSuffix(before, "/nhan-su/"), strings.HasSuffix(before, "/nhan-su/tai-khoan/"), strings.HasSuffix(before, "/api/v1/staff/"):
		return o.account(officer)
	case strings.HasSuffix(before, "/nguoi/"), strings.HasSuffix(before, "/api/v1/persons/"):
		return o.person(owner)
	case strings.HasSuffix(before, "/thong-bao/"), strings.HasSuffix(before, "/api/v1/notices/"):
		return o.notice()
	}
	return ""
}

// made returns the id of what somebody makes; for reading once, else always anew.
func (o *objects) made(kind, who, door string, body func(n int) string) string {
	o.t.Helper()
	if o.before == nil {
		o.before = map[string]string{}
	}
	if id := o.before[kind]; id != "" && o.read {
		return id
	}
	o.n++
	id := ask[struct{ ID string }](o.t, o.w, who, http.MethodPost, door, body(o.n)).ID
	if o.read {
		o.before[kind] = id
	}
	return id
}

func (o *objects) account(login string) string {
	o.t.Helper()
	a, found, err := o.w.People.FindAccount(o.t.Context(), o.w.DB, login)
	if err != nil || !found {
		o.t.Fatalf("%s: %v", login, err)
	}
	return a.ID
}

func (o *objects) person(login string) string {
	o.t.Helper()
	a, _, err := o.w.People.FindAccount(o.t.Context(), o.w.DB, login)
	must(o.t, err)
	return a.Person
}

// notice returns a notice of the citizen: that a dossier was accepted.
func (o *objects) notice() string {
	o.t.Helper()
	if o.before["notice"] == "" {
		ask[any](o.t, o.w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+o.file().ID+"/accept", "{}")
		type item struct{ ID string }
		all := ask[struct{ Items []item }](o.t, o.w, owner, http.MethodGet, "/api/v1/notices", "").Items
		if len(all) == 0 {
			o.t.Fatal("the citizen was told nothing")
		}
		if o.before == nil {
			o.before = map[string]string{}
		}
		o.before["notice"] = all[0].ID
	}
	return o.before["notice"]
}
