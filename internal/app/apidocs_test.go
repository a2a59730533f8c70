// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
)

// TestACallIsTriedInTheDocumentation reads what an operation takes and makes the
// call, with a token, without one, and with a body that is none.
func TestACallIsTriedInTheDocumentation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	list := w.send(t, "", "GET", "/docs?q=decided-days", "")
	if list.status != 200 || strings.Count(list.body, `class="ts-operation"`) != 4 {
		t.Errorf("found %d operations: %d", strings.Count(list.body, `class="ts-operation"`), list.status)
	}
	if a := w.send(t, "", "GET", "/docs/nothing", ""); a.status != 404 {
		t.Errorf("no such operation: %d", a.status)
	}
	shown := w.send(t, "", "GET", "/docs/post-decided-days", "")
	for _, want := range []string{"POST /api/v1/decided-days", "Idempotency-Key", "&#34;basis&#34;"} {
		if shown.status != 200 || !strings.Contains(shown.body, want) {
			t.Errorf("%d without %s", shown.status, want)
		}
	}
	call := func(op string, form url.Values) answer { return w.post(t, "", "/docs/"+op, form) }
	if a := call("get-decided-days", url.Values{}); !strings.Contains(a.body, "Trả lời: 401") {
		t.Errorf("without a token: %d", a.status)
	}
	token := w.token(t, "cntt.tinh", identity.API)
	a := call("get-decided-days", url.Values{"token": {token}})
	if !strings.Contains(a.body, "Trả lời: 200") || !strings.Contains(a.body, "&#34;items&#34;") || !strings.Contains(a.body, "ETag: ") {
		t.Errorf("with a token: %d %s", a.status, a.body)
	}
	if strings.Contains(a.body, "Bearer "+token) {
		t.Error("the command has the token in it")
	}
	if a := call("post-decided-days", url.Values{"token": {token}, "body": {`{"day":`}}); a.status != 422 || !strings.Contains(a.body, "không phải JSON") {
		t.Errorf("a body that is none: %d", a.status)
	}
	if a := call("post-decided-days-id-confirm", url.Values{"token": {token}, "body": {`{}`}}); a.status != 422 || !strings.Contains(a.body, "Nhập id") {
		t.Errorf("without the id: %d", a.status)
	}
	// What is typed stays one part of the address.
	if a := call("get-tracking-code", url.Values{"path-code": {"../units?x=1"}}); strings.Contains(a.body, "Trả lời: 200") || strings.Contains(a.body, "/api/v1/units") {
		t.Errorf("another address was called: %s", a.body)
	}
	made := call("post-decided-days", url.Values{"token": {token}, "header-Idempotency-Key": {"thử"}, "body": {`{"date":"2027-09-03","kind":"OFF","name":"Ngày thử","basis":"Văn bản thử"}`}})
	if !strings.Contains(made.body, "Trả lời: 200") {
		t.Errorf("made: %s", made.body)
	}
}
