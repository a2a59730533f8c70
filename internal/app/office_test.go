// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/oauth2"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
)

// All of an office signs in at half past seven, behind one address, with the limits
// of the doors: everybody comes in, and to the desk.
func TestAnOfficeSignsInBehindOneAddress(t *testing.T) {
	t.Parallel()
	w := worldOf(t, "", "", "TINHSO_LIMITS=true")
	var officials []string
	for _, a := range w.set.Accounts {
		if a.Unit != "" {
			officials = append(officials, a.ID)
		}
	}
	const each = 4 // browsers of one official: fewer than are slowed down
	var wg sync.WaitGroup
	for i := range each * len(officials) {
		b := newBrowser(t, w)
		wg.Go(func() {
			if got := b.signIn(officials[i%len(officials)], w.password()); got.status != http.StatusSeeOther {
				t.Errorf("browser %d: %d %s", i, got.status, got.header.Get("Retry-After"))
				return
			}
			for _, path := range []string{"/dang-nhap/xong", "/tai-khoan"} {
				if got := b.get(path); got.status >= http.StatusBadRequest {
					t.Errorf("browser %d at %s: %d", i, path, got.status)
				}
			}
		})
	}
	wg.Wait()
	if n := each * len(officials); n < 100 {
		t.Errorf("%d browsers are no office", n)
	}
}

// One address takes posts of other sites' pages, and no other.
func TestWhereOtherSitesMayPost(t *testing.T) {
	t.Parallel()
	w := worldOf(t, "", "")
	var open []string
	for _, m := range w.Parts.All() {
		for _, r := range m.Routes {
			if r.CrossSite {
				open = append(open, r.Pattern)
				if !r.Access.IsPublic() || r.API {
					t.Errorf("%s knows who comes", r.Pattern)
				}
			}
		}
	}
	if len(open) != 1 || open[0] != "POST /dang-nhap/ngoai/{source}/saml" {
		t.Errorf("pages of other sites may post to %v", open)
	}
	// A session that comes along is nobody's there.
	got := w.send(t, "", http.MethodPost, "/dang-nhap/ngoai/khac/saml", "SAMLResponse=x", "Cookie", page.SessionCookie+"="+w.token(t, clerk, identity.Browser),
		"Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded")
	if got.status != http.StatusNotFound || strings.Contains(got.body, "Trần Thị Mai") {
		t.Errorf("%d: a page of another site is answered in somebody's name", got.status)
	}
}

// Whoever is asked to agree reads what a right gives, never its name in the program.
func TestRightsHaveWords(t *testing.T) {
	t.Parallel()
	w := worldOf(t, "", "")
	all := []identity.Permission{registers.PermView, registers.PermEdit}
	for _, m := range w.Parts.All() {
		all = append(all, m.Permissions...)
	}
	for _, right := range all {
		if !w.Site.Catalogue.Has("personnel.permission."+string(right)) && !w.Site.Catalogue.Has("signon.right."+string(right)) {
			t.Errorf("%s has no words: signon.right.%s in the locales of signon", right, right)
		}
	}
}

func TestConsentSaysInWordsWhatIsGiven(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		client, secret := s.register(t, map[string]any{"scopes": []string{"openid", "profile", "api:dossiers", "api:accounts.units"}})
		c := s.config(client, secret, "openid", "profile", "api:dossiers", "api:accounts.units")
		here := s.browser(t, official).get(c.AuthCodeURL("state", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
		for _, words := range []string{"Họ và tên, tên đăng nhập", "Xem hồ sơ của đơn vị", "Thẩm định, dự thảo kết quả", "Biết cán bộ nào nhập số liệu", "Sở Khoa học và Công nghệ", "Việc ứng dụng được làm thay Ông/Bà"} {
			if !strings.Contains(here.body, words) {
				t.Errorf("the question does not say %q", words)
			}
		}
		for _, name := range []string{"api:", "dossiers.view", "dossiers.process", "Ký kết quả", "Trả kết quả"} { // names, and rights of others
			if strings.Contains(here.body, name) {
				t.Errorf("the question says %q", name)
			}
		}
	})
}
