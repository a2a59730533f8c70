// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/pdf/pdftest"
)

type described struct {
	Paths map[string]map[string]struct {
		RequestBody *struct {
			Content map[string]any `json:"content"`
		} `json:"requestBody"`
		Parameters []struct {
			Name string `json:"name"`
			In   string `json:"in"`
		} `json:"parameters"`
		Responses map[string]struct {
			Content map[string]any `json:"content"`
			Headers map[string]any `json:"headers"`
		} `json:"responses"`
	} `json:"paths"`
}

// Every operation is described, and those of files do what is said of them:
// types of bodies and answers, parts, headers.
func TestOperationsOfFilesAreAsDescribed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	var doc described
	if err := json.Unmarshal([]byte(w.send(t, "", http.MethodGet, "/openapi.json", "").body), &doc); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.Parts.All() {
		for _, r := range m.Routes {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if _, there := doc.Paths[path][strings.ToLower(method)]; r.API && !there {
				t.Errorf("%s is not described", r.Pattern)
			}
		}
	}
	call := func(method, pattern, path, kind, body string, headers ...string) (int, http.Header, string) {
		t.Helper()
		op, there := doc.Paths["/api/v1"+pattern][strings.ToLower(method)]
		if !there {
			t.Fatalf("%s %s is not described", method, pattern)
		}
		for i := 0; i < len(headers); i += 2 {
			if !slices.ContainsFunc(op.Parameters, func(p struct {
				Name string `json:"name"`
				In   string `json:"in"`
			},
			) bool {
				return p.In == "header" && p.Name == headers[i]
			}) {
				t.Errorf("%s %s: the header %s is not described", method, pattern, headers[i])
			}
		}
		if kind != "" && (op.RequestBody == nil || op.RequestBody.Content[kind] == nil) {
			t.Errorf("%s %s does not say that it takes %s", method, pattern, kind)
		}
		if kind != "" {
			headers = append(headers, "Content-Type", kind)
		}
		got := w.send(t, "dan.nguyenvanbay", method, "/api/v1"+path, body, headers...)
		status, header, answer := got.status, got.header, got.body
		said, there := op.Responses[strconv.Itoa(status)]
		if !there {
			t.Errorf("%s %s answers %d, which is not described: %s", method, pattern, status, answer)
			return status, header, answer
		}
		if kind, _, _ := mime.ParseMediaType(header.Get("Content-Type")); len(said.Content) > 0 && said.Content[kind] == nil {
			t.Errorf("%s %s answers %s, which is not described", method, pattern, kind)
		}
		for name := range said.Headers {
			if header.Get(name) == "" {
				t.Errorf("%s %s does not send %s", method, pattern, name)
			}
		}
		return status, header, answer
	}
	text := func(answer, key string) string {
		t.Helper()
		var all map[string]any
		if err := json.Unmarshal([]byte(answer), &all); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
		s, _ := all[key].(string)
		return s
	}
	_, _, answer := call("POST", "/drafts", "/drafts", "application/json", `{"procedure":"xac-dinh-muc-do-khuyet-tat","unit":"phuong-long-xuyen"}`)
	draft := text(answer, "id")
	_, _, answer = call("POST", "/uploads", "/uploads", "application/json", `{"name":"a.pdf","length":`+strconv.Itoa(len(pdftest.Small))+`}`)
	upload := text(answer, "id")
	call("HEAD", "/uploads/{id}", "/uploads/"+upload, "", "")
	call("PATCH", "/uploads/{id}", "/uploads/"+upload, "application/offset+octet-stream", pdftest.Small, "Upload-Offset", "0")
	_, _, answer = call("POST", "/drafts/{id}/papers/{paper}", "/drafts/"+draft+"/papers/don-de-nghi?upload="+upload, "", "")
	file := "/drafts/" + draft + "/attachments/" + text(answer, "id")
	call("POST", "/drafts/{id}/papers/{paper}", "/drafts/"+draft+"/papers/don-de-nghi?name=b.pdf", "application/pdf", pdftest.Small)
	const attachment = "/drafts/{id}/attachments/{attachment}"
	if status, _, got := call("GET", attachment, file, "", ""); status != 200 || got != pdftest.Small {
		t.Errorf("whole: %d, %d bytes", status, len(got))
	}
	for spec, want := range map[string]struct {
		status int
		body   string
		about  string
	}{
		"bytes=5-9":      {206, pdftest.Small[5:10], "bytes 5-9/" + strconv.Itoa(len(pdftest.Small))},
		"bytes=100-":     {206, pdftest.Small[100:], "bytes 100-" + strconv.Itoa(len(pdftest.Small)-1) + "/" + strconv.Itoa(len(pdftest.Small))},
		"bytes=-7":       {206, pdftest.Small[len(pdftest.Small)-7:], "bytes " + strconv.Itoa(len(pdftest.Small)-7) + "-" + strconv.Itoa(len(pdftest.Small)-1) + "/" + strconv.Itoa(len(pdftest.Small))},
		"bytes=0-999999": {206, pdftest.Small, "bytes 0-" + strconv.Itoa(len(pdftest.Small)-1) + "/" + strconv.Itoa(len(pdftest.Small))},
		"bytes=1-2,5-6":  {200, pdftest.Small, ""},
		"bytes=x":        {200, pdftest.Small, ""},
		"lines=1-2":      {200, pdftest.Small, ""},
	} {
		status, header, got := call("GET", attachment, file, "", "", "Range", spec)
		if status != want.status || got != want.body || header.Get("Content-Range") != want.about {
			t.Errorf("%s: %d %q, %d bytes", spec, status, header.Get("Content-Range"), len(got))
		}
	}
	if status, header, _ := call("GET", attachment, file, "", "", "Range", "bytes=999999-"); status != 416 || header.Get("Content-Range") != "bytes */"+strconv.Itoa(len(pdftest.Small)) {
		t.Errorf("behind the end: %d %v", status, header)
	}
}
