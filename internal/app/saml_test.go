// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/base64"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
)

var (
	samlForm = regexp.MustCompile(`<form method="post" action="([^"]+)">`)
	samlText = regexp.MustCompile(`name="SAMLResponse" value="([^"]+)"`)
)

// posted is what the page of the ministry has the browser post, and where to.
func (s *signOn) posted(t *testing.T, b *visitor, source, login string) (to, message string) {
	t.Helper()
	here := b.get(s.at + "/dang-nhap/ngoai/" + source + "?next=/tai-khoan")
	m := samlForm.FindStringSubmatch(here.body)
	if m == nil || !strings.HasPrefix(here.url.String(), s.bo) {
		t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
	}
	here = b.do(http.MethodPost, m[1], url.Values{"login": {login}})
	form, text := samlForm.FindStringSubmatch(here.body), samlText.FindStringSubmatch(here.body)
	if form == nil || text == nil {
		t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
	}
	return html.UnescapeString(form[1]), text[1]
}

// bring posts an answer as a browser does from another site: without cookies that
// are ours alone. It returns where it is sent, or the page.
func (s *signOn) bring(t *testing.T, to, message string) (next, page string, status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(url.Values{"SAMLResponse": {message}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://sso.bo.example")
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if len(answer.Cookies()) != 0 {
		t.Error("a post from another site gets cookies")
	}
	raw, _ := io.ReadAll(answer.Body)
	return answer.Header.Get("Location"), string(raw), answer.StatusCode
}

// enterBy signs somebody in with the sign-on of the ministry.
func (s *signOn) enterBy(t *testing.T, b *visitor, source, login string) at {
	t.Helper()
	to, message := s.posted(t, b, source, login)
	next, page, status := s.bring(t, to, message)
	if next == "" {
		return at{status: status, body: page}
	}
	return b.get(s.at + next)
}

func (s *signOn) official(t *testing.T) {
	t.Helper()
	s.tell(t, s.bo+"/people", url.Values{"login": {official}, "number": {"089088000004"}, "name": {"Phạm Quốc Hưng"}})
}

func TestOfficialsSignInBySAML(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		s.official(t)
		about := s.browser(t, "").get(s.at + "/dang-nhap/ngoai/bo/saml")
		if about.status != http.StatusOK || !strings.Contains(about.body, `Location="`+s.at+`/dang-nhap/ngoai/bo/saml"`) {
			t.Errorf("our description: %d %s", about.status, about.body)
		}
		if here := s.browser(t, "").get(s.at + "/dang-nhap/ngoai/vneid/saml"); here.status != http.StatusNotFound {
			t.Errorf("of a provider that speaks otherwise: %d", here.status)
		}
		b := s.browser(t, "")
		here := s.enterBy(t, b, "bo", official)
		if here.status != http.StatusOK || here.url.Path != "/tai-khoan" || !strings.Contains(here.body, official) {
			t.Fatalf("%d at %s: %s", here.status, here.url, here.body)
		}
		// Who is no official here comes in nowhere, and nobody is made.
		if here := s.enterBy(t, s.browser(t, ""), "bo", "nguoi.la"); here.status != http.StatusForbidden || !strings.Contains(here.body, "quản trị đơn vị") {
			t.Errorf("a stranger: %d", here.status)
		}
		if _, found, err := s.People.FindByNumber(t.Context(), s.DB, identity.Individual, "091199000777"); err != nil || found {
			t.Errorf("a stranger was made: %v %v", found, err)
		}
		if here := s.enterBy(t, s.browser(t, ""), "bo", ""); here.status != http.StatusUnprocessableEntity || !strings.Contains(here.body, "không đồng ý") || !strings.Contains(here.body, "tên và mật khẩu") {
			t.Errorf("not agreed there: %d %s", here.status, here.body)
		}
		// Citizens come by their number, and the first time get an account.
		if here := s.enterBy(t, s.browser(t, ""), "bo-dan", "nguoi.la"); here.status != http.StatusOK || here.url.Path != "/tai-khoan" || !strings.Contains(here.body, "Người Lạ") {
			t.Errorf("a citizen: %d at %s", here.status, here.url)
		}
	})
}

func TestWhatAMinistrySaysIsNotSimplyBelieved(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		s.official(t)
		for name, f := range map[string]url.Values{
			"nobody has signed":     {"unsigned": {"1"}},
			"another key":           {"key": {"1"}},
			"for somebody else":     {"audience": {"https://khac.example"}},
			"for another address":   {"recipient": {"https://khac.example/saml"}},
			"another request":       {"asked": {"_khac"}},
			"another provider":      {"issuer": {"https://khac.example"}},
			"a clock ahead":         {"ahead": {"10m"}},
			"a clock behind":        {"ahead": {"-10m"}},
			"wrapped":               {"wrap": {"1"}},
			"it cannot work":        {"status": {"Responder"}},
			"a level too low":       {"level": {"1"}},
			"a number of another":   {"number": {"089190000003"}},
			"no number that is":     {"number": {"12"}},
			"a name of an outsider": {"login": {citizen}},
		} {
			s.tell(t, s.bo+"/faults", f)
			b := s.browser(t, "")
			here := s.enterBy(t, b, "bo", official)
			if here.status < 400 || here.status == http.StatusInternalServerError || !strings.Contains(here.body, "Chưa đăng nhập được") || !strings.Contains(here.body, "tên và mật khẩu") {
				t.Errorf("%s: %d at %s", name, here.status, here.url)
			}
			if here := b.get(s.at + "/tai-khoan"); here.url.Path != "/dang-nhap" {
				t.Errorf("%s: signed in", name)
			}
		}
		s.tell(t, s.bo+"/faults", url.Values{"comment": {"1"}})
		if here := s.enterBy(t, s.browser(t, ""), "bo", official); here.status != http.StatusOK || !strings.Contains(here.body, official) {
			t.Errorf("a comment cuts the name: %d", here.status)
		}
		// A name that differs is shown and written down, and ours stays.
		s.tell(t, s.bo+"/faults", url.Values{"name": {"Phạm Quốc Hùng"}})
		if here := s.enterBy(t, s.browser(t, ""), "bo", official); !strings.Contains(here.body, "Phạm Quốc Hùng") || !strings.Contains(here.body, "Phạm Quốc Hưng") {
			t.Errorf("names differ: %d %s", here.status, here.body)
		}
		account, _, err := s.People.FindAccount(t.Context(), s.DB, official)
		if err != nil || account.Name != "Phạm Quốc Hưng" {
			t.Errorf("the name was taken: %s %v", account.Name, err)
		}
	})
}

func TestAnAnswerBelongsToOneBrowserOnce(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		s.official(t)
		b := s.browser(t, "")
		to, message := s.posted(t, b, "bo", official)
		raw, err := base64.StdEncoding.DecodeString(message)
		if err != nil || !strings.Contains(string(raw), official) {
			t.Fatal(err)
		}
		next, _, status := s.bring(t, to, message)
		if status != http.StatusSeeOther || !strings.HasPrefix(next, "/dang-nhap/ngoai/bo/ve?tra_loi=") || strings.Contains(next, official) {
			t.Fatalf("%d %s", status, next)
		}
		if again, _, status := s.bring(t, to, message); again != "" || status != http.StatusUnprocessableEntity {
			t.Errorf("sent again: %d %s", status, again)
		}
		// The way back is of no use to somebody else: neither to a stranger nor to who
		// has a request of their own under way. Taken, it is gone for everybody.
		if here := s.browser(t, "").get(s.at + next); here.status != http.StatusUnprocessableEntity {
			t.Errorf("a stranger's browser: %d at %s", here.status, here.url)
		}
		if here := b.get(s.at + next); here.status != http.StatusUnprocessableEntity {
			t.Errorf("after a stranger had tried it: %d at %s", here.status, here.url)
		}
		victim, thief := s.browser(t, ""), s.browser(t, "")
		s.posted(t, victim, "bo", official)
		to, message = s.posted(t, thief, "bo", official)
		if next, _, _ = s.bring(t, to, message); next == "" {
			t.Fatal("the answer is not taken")
		}
		if here := victim.get(s.at + next); here.status != http.StatusUnprocessableEntity {
			t.Errorf("somebody is signed in as another: %d at %s", here.status, here.url)
		}
		// An answer to one provider is none to another, and goes to no other page.
		if next, _, status := s.bring(t, s.at+"/dang-nhap/ngoai/bo-dan/saml", message); next != "" || status != http.StatusUnprocessableEntity {
			t.Errorf("to another provider: %d", status)
		}
		if _, _, status := s.bring(t, s.at+"/dang-nhap", message); status != http.StatusForbidden {
			t.Errorf("the exception is wider than one address: %d", status)
		}
		for _, odd := range []string{"", "%%%", strings.Repeat("A", 400<<10), strings.Repeat("A", 600<<10)} {
			if _, _, status := s.bring(t, to, odd); status != http.StatusUnprocessableEntity && status != http.StatusRequestEntityTooLarge && status != http.StatusBadRequest {
				t.Errorf("%d bytes: %d", len(odd), status)
			}
		}
		if here := s.browser(t, "").get(s.at + "/dang-nhap/ngoai/khac"); here.status != http.StatusNotFound {
			t.Errorf("a provider that is not there: %d", here.status)
		}
	})
}

// Another key takes the place of ours while operators of providers learn of it:
// told first, used later, and what is encrypted for the one before still opens.
func TestOurKeyTowardsProvidersChanges(t *testing.T) {
	t.Parallel()
	eachSignOn(t, func(t *testing.T, s *signOn) {
		s.official(t)
		told := func() (certificates []string) {
			t.Helper()
			about := s.browser(t, "").get(s.at + "/dang-nhap/ngoai/bo/saml")
			for _, m := range regexp.MustCompile(`X509Certificate>([^<]+)<`).FindAllStringSubmatch(about.body, -1) {
				if !slices.Contains(certificates, m[1]) {
					certificates = append(certificates, m[1])
				}
			}
			return certificates
		}
		const keys = "/api/v1/sign-on/saml-keys"
		act := func(who, path, body string, want int) {
			t.Helper()
			if got := s.send(t, who, http.MethodPost, path, body); got.status != want {
				t.Fatalf("%s by %s: %d %s, want %d", path, who, got.status, got.body, want)
			}
		}
		enters := func(when string) {
			t.Helper()
			if here := s.enterBy(t, s.browser(t, ""), "bo", official); here.status != http.StatusOK || here.url.Path != "/tai-khoan" {
				t.Errorf("%s: %d at %s", when, here.status, here.url)
			}
		}
		first := told()
		act(itAdmin, keys+"/use", `{}`, http.StatusConflict)
		act("motcua.longxuyen", keys, `{}`, http.StatusForbidden)
		act(itAdmin, keys, `{}`, http.StatusNoContent)
		act(itAdmin, keys, `{}`, http.StatusConflict)
		both := told()
		if len(first) != 1 || len(both) != 2 || both[0] != first[0] {
			t.Fatalf("told of %d and then %d", len(first), len(both))
		}
		enters("one is prepared")
		act(itAdmin, keys+"/use", `{}`, http.StatusNoContent)
		if now := told(); len(now) != 2 || now[0] != both[1] || now[1] != first[0] {
			t.Errorf("the new one does not come first, or the old one is gone: %d", len(now))
		}
		enters("the new one is used")
		act(itAdmin, keys, `{}`, http.StatusNoContent)
		act(itAdmin, keys+"/use", `{"at_once":true}`, http.StatusNoContent)
		if now := told(); len(now) != 1 || slices.Contains(both, now[0]) {
			t.Errorf("keys that somebody has got hold of are told of: %d", len(now))
		}
		enters("the old ones are gone")
		if got := s.send(t, itAdmin, http.MethodGet, keys, ""); got.status != http.StatusOK || strings.Count(got.body, `"fingerprint"`) != 1 || strings.Contains(got.body, "PRIVATE") {
			t.Errorf("the list: %d %s", got.status, got.body)
		}
	})
}
