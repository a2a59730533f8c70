// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const kennels = `id: trai-cho
title: {vi: Sổ trại chó, en: Kennels}
version: 1
fields:
  - {key: name, label: {vi: Tên trại, en: Kennel}, type: text, required: true}
  - {key: plan, label: {vi: Sơ đồ, en: Plan}, type: file, required: true, max: 2}
  - {key: notes, label: {vi: Ghi chú, en: Notes}, type: longtext}
  - {key: sick, label: {vi: Sổ tiêm, en: Vaccinations}, type: file, personal: basic}
rights:
  - {id: desk, name: Ghi sổ, roles: [officer], may: [view, add, change]}
`

// sentFile is a file of a form.
type sentFile struct {
	control, name string
	content       []byte
}

// sendFiles posts a form as a browser without a script does.
func (w *world) sendFiles(t *testing.T, who, path string, form url.Values, all ...sentFile) answer {
	t.Helper()
	return w.sendFilesIn(t, "vi", who, path, form, all...)
}

// multipartOf writes a form: what was typed first, then the files; an input in which
// nothing was chosen comes as well, empty.
func multipartOf(t *testing.T, form url.Values, all ...sentFile) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			must(t, m.WriteField(name, v))
		}
	}
	for _, f := range all {
		part, err := m.CreateFormFile(f.control, f.name)
		must(t, err)
		_, err = part.Write(f.content)
		must(t, err)
	}
	must(t, m.Close())
	return b.Bytes(), m.FormDataContentType()
}

// TestANewRecordComesWithItsFiles fills in the form of a new record with files and
// without JavaScript: what is wrong elsewhere loses none of them, each can be taken
// out, and the record has them when it is saved. By the API an upload is named.
func TestANewRecordComesWithItsFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		applied(t, w, kennels)
		const path = "/so/trai-cho/moi"
		scan := paperScan(t)
		if a := w.send(t, officer, http.MethodGet, path, ""); a.status != http.StatusOK || !strings.Contains(a.body, `enctype="multipart/form-data"`) || !strings.Contains(a.body, `type="file"`) {
			t.Fatalf("%d %s", a.status, a.body)
		}
		held := func(a answer) []string { return keptFiles(a, "plan") }
		// Two files, one of them a program, and no name: all is told at once.
		a := w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {""}, "f-notes": {"Gần chợ"}},
			sentFile{"f-plan", "so-do.png", scan}, sentFile{"f-plan", "xau.png", []byte("MZ a program")}, sentFile{"f-sick", "", nil})
		for _, wanted := range []string{"Gần chợ", "so-do.png", "xau.png: ", `href="#f-name"`, `href="#f-plan"`} {
			if !strings.Contains(a.body, wanted) {
				t.Errorf("the form does not say %q", wanted)
			}
		}
		if a.status != http.StatusUnprocessableEntity || len(held(a)) != 1 {
			t.Fatalf("%d, %d files are kept: %s", a.status, len(held(a)), a.body)
		}
		first := held(a)[0]
		if n := strings.Index(a.body, `href="#f-name"`); n > strings.Index(a.body, `href="#f-plan"`) {
			t.Error("what is wrong with files stands before the fields above them")
		}
		// Another file is sent without saving, and the first is taken out again.
		a = w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {"Trại Tám"}, "f-plan-has": {first}, "do": {"keep:plan"}}, sentFile{"f-plan", "so-do-2.png", scan})
		if got := held(a); a.status != http.StatusOK || len(got) != 2 || got[0] != first {
			t.Fatalf("%d %v %s", a.status, got, a.body)
		}
		both := held(a)
		a = w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {"Trại Tám"}, "f-plan-has": both, "do": {"drop:plan:0"}})
		if got := held(a); a.status != http.StatusOK || len(got) != 1 || got[0] != both[1] || !strings.Contains(a.body, "Trại Tám") {
			t.Fatalf("%d %v", a.status, got)
		}
		// A required field without a file, and what is gone, are said.
		if a := w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {"Trại Tám"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#f-plan"`) {
			t.Errorf("without its file: %d", a.status)
		}
		if a := w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {"Trại Tám"}, "f-plan-has": {first, both[1]}}); a.status != http.StatusUnprocessableEntity || len(held(a)) != 1 {
			t.Errorf("with a file that is gone: %d %v", a.status, held(a))
		}
		a = w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {"Trại Tám"}, "f-plan-has": both[1:]}, sentFile{"f-sick", "tiem.png", scan})
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		record := a.header.Get("Location")
		if a := w.send(t, officer, http.MethodGet, record+"/tep/plan", ""); !strings.Contains(a.body, "so-do-2.png") || strings.Contains(a.body, "so-do.png<") {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := w.send(t, officer, http.MethodGet, record+"/tep/plan/"+both[1], ""); a.status != http.StatusOK || len(a.body) == 0 {
			t.Errorf("the file is not there: %d", a.status)
		}
		if a := w.send(t, officer, http.MethodGet, record, ""); strings.Contains(a.body, "tiem.png") {
			t.Error("the name of a personal file is shown without a purpose")
		}
		// The whole in one go, and by the API.
		a = w.sendFiles(t, officer, path, url.Values{"unit": {townWard}, "f-name": {"Trại Chín"}}, sentFile{"f-plan", "a.png", scan}, sentFile{"f-plan", "b.png", scan})
		if a.status != http.StatusSeeOther {
			t.Errorf("in one go: %d %s", a.status, a.body)
		}
		up := w.send(t, officer, http.MethodPost, "/api/v1/registers/trai-cho/uploads/plan?name=a.png", string(scan), "Content-Type", "application/octet-stream")
		var f struct{ ID, Name string }
		if err := json.Unmarshal([]byte(up.body), &f); err != nil || up.status != http.StatusCreated || f.Name != "a.png" {
			t.Fatalf("%d %s", up.status, up.body)
		}
		create := func() answer {
			return w.send(t, officer, http.MethodPost, "/api/v1/registers/trai-cho/records", `{"unit":"`+townWard+`","values":{"name":"Trại Mười","plan":[{"id":"`+f.ID+`"}]}}`)
		}
		if a := create(); a.status != http.StatusOK || !strings.Contains(a.body, `"a.png"`) {
			t.Errorf("by the API: %d %s", a.status, a.body)
		}
		if a := create(); a.status != http.StatusUnprocessableEntity {
			t.Errorf("the same upload again: %d %s", a.status, a.body)
		}
	})
}
