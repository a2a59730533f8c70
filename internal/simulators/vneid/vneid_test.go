// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vneid_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/openid/relying"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/vneid"
)

const back = "http://127.0.0.1:1/ve"

func start(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	at := "http://" + server.Listener.Addr().String() + "/vneid"
	p, err := vneid.New(clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := p.Handler(at)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = http.StripPrefix("/vneid", h)
	server.Start()
	t.Cleanup(server.Close)
	post(t, at+"/clients", url.Values{"redirect": {back}})
	return at
}

// post sends a form and returns where it leads.
func post(t *testing.T, to string, form url.Values) *url.URL {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	u, _ := answer.Location()
	return u
}

func party(at string, now func() time.Time) *relying.Party {
	return relying.New(relying.Source{
		Issuer: at, ClientID: vneid.ClientID, Secret: vneid.Secret, Redirect: back, Levels: []string{"2"}, Number: vneid.ClaimNumber, Name: vneid.ClaimName, Level: vneid.ClaimLevel, IssParam: true,
	}, now)
}

// walk goes to the sign-on and comes back.
func walk(ctx context.Context, t *testing.T, p *relying.Party, number string) (relying.Said, error) {
	t.Helper()
	to, d, err := p.Leave(ctx)
	if err != nil {
		return relying.Said{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	home := post(t, answer.Request.URL.String(), url.Values{"number": {number}})
	if home == nil {
		t.Fatalf("%s leads nowhere", answer.Request.URL)
	}
	return p.Return(ctx, d, home.Query())
}

func TestTheSignOnMisbehavesOnCommand(t *testing.T) {
	t.Parallel()
	at := start(t)
	post(t, at+"/citizens", url.Values{"number": {"089058000001"}, "name": {"Nguyễn Văn Bảy"}})
	for _, tt := range []struct {
		name  string
		fault url.Values
		want  error
	}{
		{"as it should", nil, nil},
		{"a wrong nonce", url.Values{"nonce": {"1"}}, relying.ErrAnswer},
		{"over", url.Values{"expired": {"1"}}, relying.ErrAnswer},
		{"an unknown key", url.Values{"kid": {"1"}}, relying.ErrAnswer},
		{"a clock ahead", url.Values{"ahead": {"10m"}}, relying.ErrClock},
	} {
		post(t, at+"/faults", tt.fault)
		said, err := walk(t.Context(), t, party(at, time.Now), "089058000001")
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want == nil && (said.Number != "089058000001" || said.Name != "Nguyễn Văn Bảy" || said.Level != 2 || said.Subject == "" || strings.Contains(said.Subject, said.Number)) {
			t.Errorf("%s: somebody else", tt.name)
		}
	}
	post(t, at+"/faults", url.Values{"name": {"Khác"}})
	if said, err := walk(t.Context(), t, party(at, time.Now), "089058000001"); err != nil || said.Name != "Khác" {
		t.Errorf("another name: %v", err)
	}
	post(t, at+"/faults", nil)
	if _, err := walk(t.Context(), t, party(at, time.Now), ""); !errors.Is(err, relying.ErrDenied) {
		t.Errorf("not agreed: %v", err)
	}
}

func TestWhoDoesNotAnswerIsLeftAlone(t *testing.T) {
	t.Parallel()
	at := start(t)
	post(t, at+"/faults", url.Values{"down": {"1"}})
	now := time.Now()
	p := party(at, func() time.Time { return now })
	for range 3 {
		if _, _, err := p.Leave(t.Context()); !errors.Is(err, relying.ErrDown) {
			t.Fatal(err)
		}
	}
	post(t, at+"/faults", nil)
	if _, _, err := p.Leave(t.Context()); !errors.Is(err, relying.ErrDown) || !p.Resting() {
		t.Errorf("it is asked again at once: %v", err)
	}
	now = now.Add(31 * time.Second)
	if _, _, err := p.Leave(t.Context()); err != nil || p.Resting() {
		t.Errorf("half a minute later: %v", err)
	}
}
