// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const twins = `id: quay-hang
title: {vi: Sổ quầy hàng, en: Stalls}
version: 1
fields:
  - {key: name, label: {vi: Tên quầy, en: Stall}, type: text, required: true}
  - {key: keeper, label: {vi: Chủ quầy, en: Keeper}, type: text}
  - {key: place, label: {vi: Lô, en: Plot}, type: text, required: true}
duplicates:
  rules:
    - {name: {vi: Một lô, en: The same plot}, fields: [{field: place, as: folded}]}
rights:
  - {id: desk, name: Ghi sổ, roles: [officer], may: [view, add, change, hide, merge]}
`

// TestTwoRecordsBecomeOneByThePages goes through the pages without JavaScript: a pair
// is found, compared, refused without a reason, made one, found by its old address,
// told of, and taken back.
func TestTwoRecordsBecomeOneByThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		applied(t, w, twins)
		enter := func(values url.Values) string {
			t.Helper()
			values.Set("unit", townWard)
			a := w.post(t, officer, "/so/quay-hang/moi", values)
			if a.status == http.StatusOK || a.status == http.StatusUnprocessableEntity { // it was told that there is another
				known := regexp.MustCompile(`name="known" value="([^"]+)"`).FindStringSubmatch(a.body)
				if known == nil {
					t.Fatalf("%d %s", a.status, a.body)
				}
				values.Set("known", known[1])
				a = w.post(t, officer, "/so/quay-hang/moi", values)
			}
			if a.status != http.StatusSeeOther {
				t.Fatalf("%d %s", a.status, a.body)
			}
			return strings.TrimPrefix(a.header.Get("Location"), "/so/quay-hang/")
		}
		first := enter(url.Values{"f-name": {"Quầy vải Tám"}, "f-place": {"Lô A1"}})
		second := enter(url.Values{"f-name": {"Quầy vải cô Tám"}, "f-keeper": {"Lê Thị Tám"}, "f-place": {"lo a1"}})
		look := func() {
			t.Helper()
			_, err := w.Registers.OrderFeed(t.Context(), w.DB)
			must(t, err)
			for more := true; more; {
				more, err = w.Registers.SeekDuplicates(t.Context(), w.DB)
				must(t, err)
			}
		}
		look()
		get := func(path string) string {
			t.Helper()
			a := w.send(t, officer, http.MethodGet, path, "")
			if a.status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, a.status, a.body)
			}
			return a.body
		}
		pair := regexp.MustCompile(`/so/quay-hang/trung/cap/[^"]+`).FindString(get("/so/quay-hang/trung"))
		if pair == "" {
			t.Fatal("the pair is not listed")
		}
		body := get(pair)
		for _, words := range []string{"Quầy vải Tám", "Quầy vải cô Tám", "Lê Thị Tám", `name="lay-name"`} {
			if !strings.Contains(body, words) {
				t.Errorf("the two beside each other do not show %q", words)
			}
		}
		sent := url.Values{"lam": {"gop"}, "giu": {first}, "lay-name": {second}, "lay-keeper": {second}, "lay-place": {first}, "seen-" + first: {"1"}, "seen-" + second: {"1"}}
		if a := w.post(t, officer, pair, sent); a.status != http.StatusUnprocessableEntity || !regexp.MustCompile(`value="`+second+`" checked`).MatchString(a.body) {
			t.Errorf("without a reason, with what was chosen: %d", a.status)
		}
		sent.Set("reason", "Một quầy ghi hai lần")
		stale := maps.Clone(sent)
		stale.Set("seen-"+second, "0")
		if a := w.post(t, officer, pair, stale); a.status != http.StatusConflict || !strings.Contains(a.body, "Một quầy ghi hai lần") {
			t.Errorf("what was not seen: %d", a.status)
		}
		if a := w.post(t, officer, pair, sent); a.status != http.StatusSeeOther || a.header.Get("Location") != "/so/quay-hang/"+first {
			t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.body)
		}
		if body := get("/so/quay-hang/" + first); !strings.Contains(body, "Quầy vải cô Tám") || !strings.Contains(body, "Lê Thị Tám") || !strings.Contains(body, "Lô A1") {
			t.Error("the record has not what was chosen")
		}
		if a := w.send(t, officer, http.MethodGet, "/so/quay-hang/"+second, ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/so/quay-hang/"+first {
			t.Errorf("the old address: %d %s", a.status, a.header.Get("Location"))
		}
		if a := w.post(t, officer, pair, sent); a.status != http.StatusSeeOther {
			t.Errorf("made one twice: %d %.300s", a.status, a.body)
		}
		merge := regexp.MustCompile(`/so/quay-hang/trung/da-gop/[^"]+`).FindString(get("/so/quay-hang/trung/da-gop"))
		if merge == "" || !strings.Contains(get(merge), "Một quầy ghi hai lần") {
			t.Fatalf("the merge is not told of: %q", merge)
		}
		if a := w.send(t, citizen, http.MethodGet, merge, ""); a.status == http.StatusOK {
			t.Error("somebody without a right reads of it")
		}
		if a := w.post(t, officer, merge, url.Values{}); a.status != http.StatusSeeOther || a.header.Get("Location") != "/so/quay-hang/"+second {
			t.Errorf("taken back: %d %s", a.status, a.body)
		}
		if a := w.send(t, officer, http.MethodGet, "/api/v1/registers/quay-hang/records/"+first, ""); !strings.Contains(a.body, `"values":{"name":"Quầy vải Tám","place":"Lô A1"}`) {
			t.Errorf("the record is not what it was: %s", a.body)
		}
		if a := w.post(t, officer, merge, url.Values{}); a.status != http.StatusConflict {
			t.Errorf("taken back twice: %d", a.status)
		}
		look()
		if a := w.post(t, officer, pair, url.Values{"lam": {"khac"}}); a.status != http.StatusSeeOther {
			t.Errorf("told apart: %d", a.status)
		}
		if body := get("/so/quay-hang/trung"); strings.Contains(body, "/trung/cap/") {
			t.Error("two that were told apart are suspected")
		}
	})
}
