// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
)

// enter signs somebody in with the simulated VNeID.
func (s *signOn) enter(t *testing.T, b *visitor, number string) at {
	t.Helper()
	here := b.get(s.at + "/dang-nhap/ngoai/vneid?next=/tai-khoan")
	if !strings.HasPrefix(here.url.String(), s.vneid) {
		return here
	}
	return b.do(http.MethodPost, here.url.String(), url.Values{"number": {number}})
}

func (s *signOn) fault(t *testing.T, form url.Values) {
	t.Helper()
	s.tell(t, s.vneid+"/faults", form)
}

const stranger, lowly = "091199000111", "091188000222"

func TestPeopleSignInWithVNeID(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		ctx := t.Context()
		if here := s.browser(t, "").get(s.at + "/dang-nhap"); !strings.Contains(here.body, "Đăng nhập bằng VNeID (mô phỏng)") {
			t.Error("the sign-in page does not offer it")
		}
		// Whom the province knows is found by the number, and nobody is made.
		b := s.browser(t, "")
		here := s.enter(t, b, "089058000001")
		if here.status != http.StatusOK || here.url.Path != "/tai-khoan" || !strings.Contains(here.body, "dan.nguyenvanbay") {
			t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
		}
		// Who comes for the first time gets an account as a citizen, once.
		for range 2 {
			here = s.enter(t, s.browser(t, ""), stranger)
			if here.status != http.StatusOK || !strings.Contains(here.body, "Lâm Thị Mới") {
				t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
			}
		}
		person, found, err := s.People.FindByNumber(ctx, s.DB, identity.Individual, stranger)
		if err != nil || !found || person.Name != "Lâm Thị Mới" {
			t.Fatalf("%+v %v %v", person.ID, found, err)
		}
		accounts, err := s.People.ListAccounts(ctx, s.DB, person.ID)
		if err != nil || len(accounts) != 1 {
			t.Errorf("accounts: %v %v", accounts, err)
		}
		// An official comes as the citizen that they are as well.
		s.tell(t, s.vneid+"/citizens", url.Values{"number": {"089088000004"}, "name": {"Ai đó"}})
		here = s.enter(t, s.browser(t, ""), "089088000004")
		account, _, err := s.People.FindAccount(ctx, s.DB, official)
		if err != nil {
			t.Fatal(err)
		}
		accounts, err = s.People.ListAccounts(ctx, s.DB, account.Person)
		if err != nil || len(accounts) != 2 || strings.Contains(here.body, "/viec") {
			t.Errorf("an official's accounts: %v %v, at %s", accounts, err, here.url)
		}
		if here := s.enter(t, s.browser(t, ""), lowly); here.status != http.StatusForbidden || !strings.Contains(here.body, "mức 2") {
			t.Errorf("below the level: %d %s", here.status, here.body)
		}
		if here := s.enter(t, s.browser(t, ""), ""); here.status != http.StatusUnprocessableEntity || !strings.Contains(here.body, "không đồng ý") {
			t.Errorf("refused there: %d", here.status)
		}
	})
}

func TestANameThatDiffersIsNeverTaken(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		ctx := t.Context()
		s.fault(t, url.Values{"name": {"Nguyễn Văn Bẩy"}})
		here := s.enter(t, s.browser(t, ""), "089058000001")
		if here.status != http.StatusOK || !strings.Contains(here.body, "Nguyễn Văn Bẩy") || !strings.Contains(here.body, "Nguyễn Văn Bảy") || !strings.Contains(here.body, `href="/tai-khoan"`) {
			t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
		}
		name := func() string {
			p, _, err := s.People.FindByNumber(ctx, s.DB, identity.Individual, "089058000001")
			if err != nil {
				t.Fatal(err)
			}
			return p.Name
		}
		if name() != "Nguyễn Văn Bảy" {
			t.Errorf("the name was taken: %s", name())
		}
		s.enter(t, s.browser(t, ""), "089058000001") // seen again, it is one difference
		var list struct {
			Items []struct{ ID, Ours, Theirs string }
		}
		if status := s.operate(t, "quantri.longxuyen", http.MethodGet, "/api/v1/sign-on/differences", nil, &list); status != http.StatusOK || len(list.Items) != 1 || list.Items[0].Theirs != "Nguyễn Văn Bẩy" {
			t.Fatalf("%d %+v", status, list)
		}
		path := "/api/v1/sign-on/differences/" + list.Items[0].ID
		if status := s.operate(t, citizen, http.MethodPost, path, map[string]any{"take": true, "reason": "vì tôi muốn"}, nil); status != http.StatusForbidden {
			t.Errorf("anybody clears it: %d", status)
		}
		if status := s.operate(t, "quantri.longxuyen", http.MethodPost, path, map[string]any{"take": true, "reason": ""}, nil); status != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", status)
		}
		if status := s.operate(t, "quantri.longxuyen", http.MethodPost, path, map[string]any{"take": true, "reason": "Thẻ căn cước xem tại quầy"}, nil); status >= 300 || name() != "Nguyễn Văn Bẩy" {
			t.Errorf("cleared: %d, %s", status, name())
		}
		here = s.enter(t, s.browser(t, ""), "089058000001")
		if here.url.Path != "/tai-khoan" {
			t.Errorf("after it was cleared: at %s", here.url)
		}
	})
}

func TestWhatVNeIDSaysIsNotSimplyBelieved(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		for name, f := range map[string]url.Values{
			"another nonce": {"nonce": {"1"}}, "over": {"expired": {"1"}}, "an unknown key": {"kid": {"1"}}, "no number": {"number": {"12"}}, "a clock ahead": {"ahead": {"10m"}},
			"a clock behind": {"ahead": {"-11m"}},
		} {
			s.fault(t, f)
			b := s.browser(t, "")
			here := s.enter(t, b, "089058000001")
			if here.status != http.StatusUnprocessableEntity || !strings.Contains(here.body, "Chưa đăng nhập được") {
				t.Errorf("%s: %d at %s", name, here.status, here.url)
			}
			if here := b.get(s.at + "/tai-khoan"); here.url.Path != "/dang-nhap" {
				t.Errorf("%s: signed in", name)
			}
		}
		// The same subject is suddenly somebody else.
		s.fault(t, nil)
		s.enter(t, s.browser(t, ""), "089058000001")
		s.fault(t, url.Values{"number": {"089190000003"}})
		if here := s.enter(t, s.browser(t, ""), "089058000001"); here.status != http.StatusUnprocessableEntity {
			t.Errorf("another number for the same subject: %d at %s", here.status, here.url)
		}
		s.fault(t, nil)
		// What was brought back from somebody else's way, twice, or by another provider.
		b := s.browser(t, "")
		page := b.get(s.at + "/dang-nhap/ngoai/vneid")
		b.stop = s.at
		back := b.do(http.MethodPost, page.url.String(), url.Values{"number": {"089058000001"}}).leaves
		b.stop = s.app.URL
		for name, change := range map[string]func(url.Values){
			"another state": func(q url.Values) { q.Set("state", "x") }, "another issuer": func(q url.Values) { q.Set("iss", "https://evil.example") },
			"no issuer": func(q url.Values) { q.Del("iss") },
		} {
			q := back.Query()
			change(q)
			other := s.browser(t, "")
			other.c.Jar = b.c.Jar
			if here := other.get(s.at + "/dang-nhap/ngoai/vneid/ve?" + q.Encode()); here.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d at %s", name, here.status, here.url)
			}
		}
		if here := s.browser(t, "").get(back.String()); here.status != http.StatusUnprocessableEntity {
			t.Errorf("a stranger's way back: %d", here.status)
		}
	})
}

func TestVNeIDIsDown(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		s.fault(t, url.Values{"down": {"1"}})
		for range 3 {
			here := s.enter(t, s.browser(t, ""), "089058000001")
			if here.status != http.StatusServiceUnavailable || !strings.Contains(here.body, "đang không trả lời") || !strings.Contains(here.body, "tên và mật khẩu") {
				t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
			}
		}
		// Nobody waits for it now, and the sign-in page says so.
		if here := s.browser(t, "").get(s.at + "/dang-nhap"); !strings.Contains(here.body, "đang không trả lời") {
			t.Error("the sign-in page still offers it")
		}
		s.fault(t, nil)
		if here := s.enter(t, s.browser(t, ""), "089058000001"); here.status != http.StatusServiceUnavailable {
			t.Errorf("it was asked though it is left alone: %d", here.status)
		}
	})
}
