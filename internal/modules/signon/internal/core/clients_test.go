// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"testing"

	"tinhso.vn/internal/modules/signon"
)

func TestAddressesABrowserMayBeSentTo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		address string
		native  bool
		want    bool
	}{
		{"https://web.example.vn/ve", false, true},
		{"https://web.example.vn:8443/ve?x=1", false, true},
		{"http://127.0.0.1:9/ve", false, true},
		{"http://127.0.0.1/ve", true, true},
		{"http://[::1]/ve", true, true},
		{"http://127.0.0.1:9/ve", true, false}, // any port is taken of a program
		{"http://web.example.vn/ve", false, false},
		{"http://localhost/ve", false, false}, // a name may lead elsewhere
		{"https://evil@web.example.vn/ve", false, false},
		{"https://web.example.vn/ve#x", false, false},
		{"https://web.example.vn/ve#", false, false},
		{"https://*.example.vn/ve", false, false},
		{"https://web.example.vn/a/../ve", false, false},
		{"https://web.example.vn/a/..", false, false},
		{"https://web.example.vn//ve", false, false},
		{"https://web.example.vn/%2e%2e/ve", false, false},
		{"https://web.example.vn/a%2Fve", false, false},
		{`https://web.example.vn\@evil.example/`, false, false},
		{"//web.example.vn/ve", false, false},
		{"/ve", false, false},
		{"javascript:alert(1)", false, false},
		{"data:text/html,x", false, false},
		{"vn.example.app:/ve", true, false},
		{"", false, false},
	} {
		if got := redirectable(tt.address, tt.native); got != tt.want {
			t.Errorf("%q, native %v: %v", tt.address, tt.native, got)
		}
	}
}

func TestClientsAreWrittenDownWhole(t *testing.T) {
	t.Parallel()
	known := []string{"openid", "profile", "api:dossiers"}
	good := Draft{Kind: "web", NameVI: "Tên", PurposeVI: "Mục đích", Unit: "u", Redirects: []string{"https://a.example/ve"}, Scopes: []string{"openid", "profile"}}
	if fields := good.check(known); len(fields) != 0 {
		t.Fatal(fields)
	}
	for name, tt := range map[string]struct {
		change func(*Draft)
		field  string
	}{
		"no kind":               {func(d *Draft) { d.Kind = "x" }, "kind"},
		"no name":               {func(d *Draft) { d.NameVI = "" }, "name_vi"},
		"no purpose":            {func(d *Draft) { d.PurposeVI = "" }, "purpose_vi"},
		"no unit":               {func(d *Draft) { d.Unit = "" }, "unit"},
		"nowhere to go":         {func(d *Draft) { d.Redirects = nil }, "redirects"},
		"a wrong address":       {func(d *Draft) { d.Redirects = []string{"https://*"} }, "redirects"},
		"a wrong way out":       {func(d *Draft) { d.LogoutRedirects = []string{"http://a.example"} }, "logout_redirects"},
		"a note to anywhere":    {func(d *Draft) { d.BackChannel = "ftp://a.example" }, "back_channel"},
		"no scope":              {func(d *Draft) { d.Scopes = nil }, "scopes"},
		"an unknown scope":      {func(d *Draft) { d.Scopes = []string{"openid", "api:all"} }, "scopes"},
		"people without openid": {func(d *Draft) { d.Scopes = []string{"profile"} }, "scopes"},
		"a service with people": {func(d *Draft) { d.Kind, d.Redirects, d.Login = "service", nil, "x" }, "scopes"},
		"a service as nobody":   {func(d *Draft) { d.Kind, d.Redirects, d.Scopes = "service", nil, []string{"api:dossiers"} }, "login"},
		"a system as somebody":  {func(d *Draft) { d.Login = "x" }, "login"},
	} {
		d := good
		d.Redirects, d.Scopes = slices.Clone(d.Redirects), slices.Clone(d.Scopes)
		tt.change(&d)
		fields := d.check(known)
		if len(fields) == 0 || fields[0].Name != tt.field {
			t.Errorf("%s: %v", name, fields)
		}
	}
}

func TestScopesOpenNoMoreThanTheySay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		scopes []string
		want   bool
	}{
		{[]string{"api:dossiers.view"}, true},
		{[]string{"api:dossiers"}, true},
		{[]string{"openid", "profile"}, false},
		{[]string{"dossiers.view"}, false},
		{[]string{"api:dossiers.sign"}, false},
		{[]string{"api:"}, false},
		{[]string{"api:doss"}, false},
		{nil, false},
	} {
		if got := signon.Opens(tt.scopes, "dossiers.view"); got != tt.want {
			t.Errorf("%v: %v", tt.scopes, got)
		}
	}
}
