// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Whoever is signed in can follow every link of the pages at the entrances: none
// leads to a page that is not theirs.
func TestLinksAreForTheirReader(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	link := regexp.MustCompile(`href="(/[^"]*)"`)
	for _, who := range []string{"dan.nguyenvanbay", "motcua.longxuyen", "lanhdao.longxuyen", "quantri.longxuyen", "cntt.tinh", "kiemtra.tinh"} {
		seen := map[string]bool{}
		for _, from := range []string{"/", "/tai-khoan", "/don-vi/phuong-long-xuyen", "/don-vi/xa-an-bien"} {
			got := w.send(t, who, http.MethodGet, from, "")
			if got.status != http.StatusOK {
				continue // not theirs, and nobody leads there
			}
			for _, m := range link.FindAllStringSubmatch(got.body, -1) {
				to := html.UnescapeString(m[1])
				if seen[to] || strings.HasPrefix(to, "/assets/") {
					continue
				}
				seen[to] = true
				if there := w.send(t, who, http.MethodGet, to, ""); there.status >= 400 {
					t.Errorf("%s: %s leads to %s, which answers %d", who, from, to, there.status)
				}
			}
		}
		if len(seen) < 10 {
			t.Errorf("%s saw %d links", who, len(seen))
		}
	}
}

// A session that ends while somebody writes does not take away what was written.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	typed := url.Values{"request_kind": {"again"}, "again_reason": {`"Lý do" <b>dài</b>`}, "many": {"1", "2"}}
	got := w.post(t, "", "/nhap/01a20013-c1f9-77bb-a00f-5b9a9c2eeebf/request", typed)
	if got.status != http.StatusUnauthorized || strings.Contains(got.body, "<b>dài") {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	for _, want := range []string{
		`action="/nhap/01a20013-c1f9-77bb-a00f-5b9a9c2eeebf/request"`, `name="again_reason" value="&#34;Lý do&#34; &lt;b&gt;dài&lt;/b&gt;"`,
		`name="many" value="1"`, `name="many" value="2"`, `href="/dang-nhap?next=/tai-khoan"`, "Gửi lại",
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	empty := w.post(t, "", "/nhap/01a20013-c1f9-77bb-a00f-5b9a9c2eeebf/kiem-tra", nil)
	if strings.Contains(empty.body, "Gửi lại") || !strings.Contains(empty.body, "/dang-nhap?next=%2Fnhap%2F01a20013") {
		t.Errorf("nothing was typed: %s", empty.body)
	}
}

// An address that only takes posts leads back to the page of its form.
func TestAddressesOfPostsLeadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	const id = "01a20013-c1f9-77bb-a00f-5b9a9c2eeebf"
	for path, want := range map[string]string{
		"/xu-ly/" + id + "/tu-choi": "/xu-ly/" + id, "/kiem-tra/bao-cao": "/kiem-tra", "/dang-xuat": "/",
		"/so/cho/" + id + "/du-lieu-ca-nhan": "/so/cho/" + id, "/van-hanh/viec-nen/" + id + "/chay-lai": "/van-hanh/viec-nen",
	} {
		if got := w.send(t, "", http.MethodGet, path, ""); got.status != http.StatusSeeOther || got.header.Get("Location") != want {
			t.Errorf("%s: %d to %s", path, got.status, got.header.Get("Location"))
		}
	}
}

// Nothing scanned is no code that was not found.
func TestFindingNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	if got := w.send(t, "motcua.longxuyen", http.MethodGet, "/tim-ho-so?ma=", ""); got.status != http.StatusUnprocessableEntity {
		t.Errorf("got %d", got.status)
	}
}
