// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/jobs"
)

// Whatever the audit log gives as the purpose of a reading is in the register,
// and the register names only holders that hand over what they keep.
func TestRegisterOfPurposesIsWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	var reads, holders []string
	for _, p := range w.set.Purposes {
		reads, holders = append(reads, p.Reads...), append(holders, p.Holders...)
	}
	for _, p := range []access.Purpose{access.Own, access.Handling, access.Inspection} {
		if !slices.Contains(reads, string(p)) {
			t.Errorf("the register has no purpose of reading %q", p)
		}
	}
	var mine struct {
		Holders []struct{ Name struct{ VI string } }
	}
	got := w.send(t, "dan.nguyenvanbay", http.MethodGet, "/api/v1/me/data", "")
	if err := json.Unmarshal([]byte(got.body), &mine); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s %v", got.status, got.body, err)
	}
	var shown struct {
		Items     []struct{ Holders []struct{ VI string } }
		Registers []struct {
			ID    string
			Basis []string
			Data  []struct{ Sensitive bool }
		}
	}
	got = w.send(t, "", http.MethodGet, "/api/v1/privacy/purposes", "")
	if err := json.Unmarshal([]byte(got.body), &shown); err != nil || len(shown.Items) != len(w.set.Purposes) {
		t.Fatalf("%d %s %v", got.status, got.body, err)
	}
	if len(shown.Registers) == 0 {
		t.Error("no register says what it has personal data for")
	}
	for _, r := range shown.Registers {
		if len(r.Data) == 0 || len(r.Basis) == 0 || slices.ContainsFunc(r.Basis, func(law string) bool { return !strings.Contains(law, "/") }) {
			t.Errorf("%s: %v", r.ID, r)
		}
	}
	page := w.send(t, "", http.MethodGet, "/du-lieu-ca-nhan", "")
	if page.status != http.StatusOK || !strings.Contains(page.body, `id="so-`+shown.Registers[0].ID+`"`) {
		t.Errorf("the page of purposes: %d", page.status)
	}
	for _, p := range shown.Items {
		for _, h := range p.Holders {
			known := false
			for _, m := range mine.Holders {
				known = known || m.Name.VI == h.VI
			}
			if !known {
				t.Errorf("nobody hands over what %q keeps", h.VI)
			}
		}
	}
	if slices.Sort(holders); len(slices.Compact(holders)) != len(mine.Holders) {
		t.Errorf("the register names %v, and there are %d holders", slices.Compact(holders), len(mine.Holders))
	}
}

// A resident files a dossier, an official opens it, and the archive says both:
// what is held, and who has looked. Nobody else gets it.
func TestArchiveAndDeletionThroughTheDoors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := objects{t: t, w: w}
		f, citizen := o.file(), "dan.nguyenvanbay"
		if got := w.send(t, "motcua.longxuyen", http.MethodGet, "/api/v1/dossiers/"+f.ID+"?purpose=handling", ""); got.status != http.StatusOK {
			t.Fatalf("read: %d %s", got.status, got.body)
		}
		made := func(got answer) (id string) {
			t.Helper()
			var v struct{ ID string }
			if err := json.Unmarshal([]byte(got.body), &v); err != nil || v.ID == "" {
				t.Fatalf("%d %s", got.status, got.body)
			}
			return v.ID
		}
		work := func() {
			t.Helper()
			handlers := map[jobs.Kind]jobs.Handler{}
			for _, m := range w.Parts.All() {
				maps.Copy(handlers, m.Jobs)
			}
			for did := true; did; {
				var err error
				if did, err = jobs.Work(t.Context(), w.DB, handlers); err != nil {
					t.Fatal(err)
				}
			}
		}
		archive := made(w.send(t, citizen, http.MethodPost, "/api/v1/me/data/archives", "{}"))
		work()
		path := "/api/v1/privacy/archives/" + archive
		for who, want := range map[string]int{"dn.namlong": http.StatusNotFound, "baove.dulieu": http.StatusNotFound, "motcua.longxuyen": http.StatusForbidden, "": http.StatusUnauthorized} {
			if got := w.send(t, who, http.MethodGet, path, ""); got.status != want {
				t.Errorf("%q: %d, want %d", who, got.status, want)
			}
		}
		got := w.send(t, citizen, http.MethodGet, path, "")
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/zip" {
			t.Fatalf("%d %s", got.status, got.body)
		}
		z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, file := range z.File {
			r, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			all[file.Name] = string(text)
		}
		for name, want := range map[string]string{"data/dossiers.json": f.Reference, "data/identity.json": "089058000001", "data/audit.json": "handling", "index.html": "Số 1, đường Giả Định"} {
			if !strings.Contains(all[name], want) {
				t.Errorf("%s lacks %q: %.300s", name, want, all[name])
			}
		}

		made(w.send(t, citizen, http.MethodPost, "/api/v1/search/saved", `{"name":"Của tôi","question":"khai sinh"}`))
		request := made(w.send(t, citizen, http.MethodPost, "/api/v1/me/data/requests", `{"kind":"delete"}`))
		decide := "/bao-ve-du-lieu/yeu-cau/" + request
		form := url.Values{"outcome": {"granted"}, "reason": {"Theo yêu cầu"}, "legal": {"Điều 14"}}
		if got := w.post(t, "motcua.longxuyen", decide+"/quyet-dinh", form); got.status != http.StatusForbidden {
			t.Errorf("a clerk decides: %d", got.status)
		}
		if got := w.post(t, "baove.dulieu", decide+"/quyet-dinh", url.Values{}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("an empty decision: %d", got.status)
		}
		if got := w.post(t, "baove.dulieu", decide+"/quyet-dinh", form); got.status != http.StatusSeeOther {
			t.Fatalf("propose: %d %s", got.status, got.body)
		}
		if got := w.post(t, "baove.dulieu", decide+"/xac-nhan", url.Values{"confirm": {"1"}}); got.status != http.StatusForbidden {
			t.Errorf("alone: %d", got.status)
		}
		if got := w.send(t, "lanhdao.dulieu", http.MethodGet, decide, ""); got.status != http.StatusOK || !strings.Contains(got.body, f.Reference) {
			t.Errorf("what stays is not shown: %d", got.status)
		}
		if got := w.post(t, "lanhdao.dulieu", decide+"/xac-nhan", url.Values{"confirm": {"1"}}); got.status != http.StatusSeeOther {
			t.Fatalf("confirm: %d %s", got.status, got.body)
		}
		work()
		got = w.send(t, citizen, http.MethodGet, "/api/v1/privacy/requests/"+request, "")
		if !strings.Contains(got.body, `"outcome":"partly"`) || !strings.Contains(got.body, `"erased":3`) {
			t.Errorf("what became of it: %s", got.body)
		}
		if got := w.send(t, citizen, http.MethodGet, "/api/v1/search/saved", ""); got.status != http.StatusOK || strings.Contains(got.body, "khai sinh") {
			t.Errorf("a saved search is left: %d %s", got.status, got.body)
		}
		if got := w.send(t, citizen, http.MethodGet, "/api/v1/dossiers/"+f.ID+"?purpose=own", ""); got.status != http.StatusOK {
			t.Errorf("the dossier is gone: %d", got.status)
		}
	})
}
