// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"
)

// An official who is refused, or asks for what is not there, stays at the desk
// and is led back to work; a citizen is led home.
func TestRefusedPagesLeadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for _, tt := range []struct {
		who, path string
		status    int
		says      []string
	}{
		{"motcua.longxuyen", "/van-hanh", http.StatusForbidden, []string{`<body class="ts-desk"`, `href="/viec">Về trang làm việc`, `href="/tro-giup"`}},
		{"motcua.longxuyen", "/khong-co", http.StatusNotFound, []string{`<body class="ts-desk"`, `href="/viec">Về trang làm việc`, `href="/tim">`}},
		{"dan.nguyenvanbay", "/viec", http.StatusForbidden, []string{`<body class="ts-citizen"`, `href="/">Về trang chủ`, `href="/tro-giup"`}},
		{"", "/khong-co", http.StatusNotFound, []string{`<body class="ts-citizen"`, `href="/">Về trang chủ`, `href="/tim">`}},
	} {
		got := w.send(t, tt.who, http.MethodGet, tt.path, "")
		wants(t, tt.who+" "+tt.path, got, tt.status, tt.says...)
		wellMade(t, got)
	}
}

// What is kept apart for one reason is said in one sentence.
func TestARoleSaysOnceWhyItIsKeptApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	got := w.send(t, "kiemtra.tinh", http.MethodGet, "/quan-tri/vai-tro/auditor", "")
	wants(t, "the role", got, http.StatusOK, "Không ai được giữ cùng lúc với: ")
	if n := strings.Count(got.body, "Không ai được giữ cùng lúc với"); n != 1 {
		t.Errorf("said %d times", n)
	}
}
