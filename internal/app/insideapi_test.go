// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Doors of the office that programs use: digitising, phrases, letters, templates, what other agencies
// demand, paper. Wrong input is named, another ward finds nothing, and people stay outside.
func TestDoorsOfTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	const clerk, other, officer, leader = "motcua.longxuyen", "motcua.chaudoc", "chuyenvien.longxuyen", "lanhdao.longxuyen"
	nobody := "01a20712-30ac-7c2d-9c2e-ac1013e325f7"
	open := `{"type":"giay-ho-ngheo","against":"original","box":"Hộp 1","share":10,"most_wrong":0}`
	made := w.send(t, clerk, http.MethodPost, "/api/v1/digitising/batches", open)
	var batch struct{ ID string }
	if err := json.Unmarshal([]byte(made.body), &batch); made.status != http.StatusOK || err != nil || batch.ID == "" {
		t.Fatalf("a batch: %d %s", made.status, made.body)
	}
	at := "/api/v1/digitising/batches/" + batch.ID
	own := `{"kind":"extension","words":"Đang chờ ý kiến của Sở","replaces":"gia-han-y-kien"}`
	for _, c := range []struct {
		who, method, path, body string
		want                    int
		says                    string
	}{
		{clerk, http.MethodPost, "/api/v1/digitising/batches", strings.Replace(open, `"most_wrong":0`, `"most_wrong":30`, 1), http.StatusUnprocessableEntity, "most_wrong"},
		{owner, http.MethodPost, "/api/v1/digitising/batches", open, http.StatusForbidden, ""},
		{clerk, http.MethodGet, at, "", http.StatusOK, "Hộp 1"},
		{clerk, http.MethodGet, at + "/sample", "", http.StatusOK, `"most_wrong":0`},
		{clerk, http.MethodPost, at + "/sample", "{}", http.StatusConflict, ""},
		{clerk, http.MethodGet, at + "/export", "", http.StatusOK, `"box":"Hộp 1"`},
		{other, http.MethodGet, at, "", http.StatusNotFound, ""},
		{other, http.MethodGet, at + "/export", "", http.StatusNotFound, ""},
		{owner, http.MethodGet, at + "/export", "", http.StatusForbidden, ""},

		{clerk, http.MethodGet, "/api/v1/phrases", "", http.StatusOK, `"pack":"bo-sung-mo"`},
		{clerk, http.MethodPost, "/api/v1/phrases", strings.Replace(own, "gia-han-y-kien", "khong-co", 1), http.StatusNotFound, ""},
		{clerk, http.MethodPost, "/api/v1/phrases", own, http.StatusOK, ""},
		{officer, http.MethodPost, "/api/v1/phrases", own, http.StatusConflict, "phrase_meanwhile"},
		{officer, http.MethodGet, "/api/v1/phrases", "", http.StatusOK, `"replaces":"gia-han-y-kien"`},
		{other, http.MethodGet, "/api/v1/phrases", "", http.StatusOK, `"pack":"gia-han-y-kien"`},
		{owner, http.MethodGet, "/api/v1/phrases", "", http.StatusForbidden, ""},

		{officer, http.MethodGet, "/api/v1/letters", "", http.StatusOK, `"items":[]`},
		{officer, http.MethodPost, "/api/v1/letters/" + nobody + "/initial", "{}", http.StatusNotFound, ""},
		{officer, http.MethodPost, "/api/v1/letters/" + nobody + "/issue", "{}", http.StatusForbidden, ""},
		{owner, http.MethodGet, "/api/v1/letters", "", http.StatusForbidden, ""},
		{officer, http.MethodPost, "/api/v1/templates?kind=result&name=mau.docx", "x", http.StatusForbidden, ""},

		{officer, http.MethodPost, "/api/v1/dossiers/" + nobody + "/demands", `{"issuer":"Thuế","number":"1","on":"2026-01-01","dues":[{"what":"Lệ phí","amount":1}]}`, http.StatusNotFound, ""},
		{owner, http.MethodPost, "/api/v1/dossiers/" + nobody + "/demands", `{"issuer":"Thuế","number":"1","on":"2026-01-01","dues":[{"what":"Lệ phí","amount":1}]}`, http.StatusForbidden, ""},
		{owner, http.MethodPost, "/api/v1/dossiers/" + nobody + "/demands/payment", `{"receipt":"1","paid_on":"2026-01-01"}`, http.StatusNotFound, ""},
		{leader, http.MethodGet, "/api/v1/paper?list=left", "", http.StatusOK, `"items":[]`},
		{officer, http.MethodGet, "/api/v1/paper?list=left", "", http.StatusForbidden, ""},
		{leader, http.MethodPost, "/api/v1/paper/moves", `{"act":"left","dossiers":["` + nobody + `"],"to":"khong-co"}`, http.StatusUnprocessableEntity, "to_left"},
	} {
		if got := w.send(t, c.who, c.method, c.path, c.body); got.status != c.want || !strings.Contains(got.body, c.says) {
			t.Errorf("%s %s as %q: %d, want %d with %q: %.400s", c.method, c.path, c.who, got.status, c.want, c.says, got.body)
		}
	}
}
