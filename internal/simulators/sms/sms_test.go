// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/sms"
)

func TestTheGatewayMisbehavesOnCommand(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(sms.New(clock.System{}))
	defer s.Close()
	post := func(path, body string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := s.Client().Do(r)
		if err != nil {
			return 0
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	const message = `{"key":"k1","to":"0900000001","text":"Ho so da duoc tiep nhan"}`
	for i, step := range []struct {
		path, body string
		want       int
	}{
		{"/faults?fail=1&lose=1", "", 204},
		{"/sms/v1/messages", message, 503},
		{"/sms/v1/messages", message, 0}, // taken, and the answer is lost
		{"/sms/v1/messages", message, 202},
		{"/sms/v1/messages", `{"key":"k2","to":"1","text":"Hồ sơ"}`, 422},
		{"/sms/v1/messages", `{"key":"k3","to":"1","text":"` + strings.Repeat("a", 161) + `"}`, 422},
		{"/sms/v1/messages", `{`, 400},
	} {
		if got := post(step.path, step.body); got != step.want {
			t.Errorf("step %d: %d, want %d", i, got, step.want)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || strings.Count(string(page), "Ho so da duoc tiep nhan") != 1 {
		t.Errorf("the message is shown %d times, %v", strings.Count(string(page), "Ho so da duoc tiep nhan"), err)
	}
}
