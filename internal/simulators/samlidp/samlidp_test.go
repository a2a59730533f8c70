// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package samlidp_test

import (
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/samlidp"
)

const back = "http://127.0.0.1:1/saml"

func ask(t *testing.T, method, to string, form url.Values) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}

func TestTheMinistryMisbehavesOnCommand(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	at := "http://" + server.Listener.Addr().String() + "/bo"
	p, err := samlidp.New(clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = http.StripPrefix("/bo", p.Handler(at))
	server.Start()
	t.Cleanup(server.Close)
	_, about := ask(t, http.MethodGet, at+"/metadata", nil)
	provider, err := saml.ReadMetadata([]byte(about))
	if err != nil {
		t.Fatal(err)
	}
	ask(t, http.MethodPost, at+"/people", url.Values{"login": {"hoang.long"}, "number": {"089088000004"}, "name": {"Hoàng Long"}})
	party := saml.New(saml.Source{Provider: provider, Entity: back, Back: back, Login: saml.NameID, Number: samlidp.AttrNumber, Name: samlidp.AttrName}, time.Now)
	walk := func(login string) (saml.Answer, string, error) {
		t.Helper()
		to, id, err := party.Leave()
		if err != nil {
			t.Fatal(err)
		}
		status, page := ask(t, http.MethodGet, to, nil)
		form := regexp.MustCompile(`action="([^"]+)"`).FindStringSubmatch(page)
		if status != http.StatusOK || form == nil {
			return saml.Answer{}, id, errors.New(http.StatusText(status))
		}
		_, page = ask(t, http.MethodPost, form[1], url.Values{"login": {login}})
		text := regexp.MustCompile(`name="SAMLResponse" value="([^"]+)"`).FindStringSubmatch(page)
		if text == nil {
			t.Fatal(page)
		}
		a, err := party.Read(html.UnescapeString(text[1]))
		return a, id, err
	}
	for _, tt := range []struct {
		name  string
		fault url.Values
		want  error
	}{
		{"as it should", nil, nil},
		{"unsigned", url.Values{"unsigned": {"1"}}, saml.ErrAnswer},
		{"another key", url.Values{"key": {"1"}}, saml.ErrAnswer},
		{"wrapped", url.Values{"wrap": {"1"}}, saml.ErrAnswer},
		{"for somebody else", url.Values{"audience": {"https://khac.example"}}, saml.ErrAnswer},
		{"ahead", url.Values{"ahead": {"10m"}}, saml.ErrClock},
		{"behind", url.Values{"ahead": {"-10m"}}, saml.ErrClock},
		{"not working", url.Values{"status": {"Responder"}}, saml.ErrDown},
		{"a comment", url.Values{"comment": {"1"}}, nil},
	} {
		ask(t, http.MethodPost, at+"/faults", tt.fault)
		a, id, err := walk("hoang.long")
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want == nil && (a.Login != "hoang.long" || a.Number != "089088000004" || a.Name != "Hoàng Long" || a.Level != 2 || a.Asked != id) {
			t.Errorf("%s: somebody else", tt.name)
		}
	}
	ask(t, http.MethodPost, at+"/faults", nil)
	if _, _, err := walk(""); !errors.Is(err, saml.ErrDenied) {
		t.Errorf("not agreed: %v", err)
	}
	first, _, _ := walk("hoang.long")
	ask(t, http.MethodPost, at+"/faults", url.Values{"again": {"1"}})
	if again, id, err := walk("hoang.long"); err != nil || again.ID != first.ID || again.Asked == id {
		t.Errorf("the same answer again: %v", err)
	}
	ask(t, http.MethodPost, at+"/faults", url.Values{"down": {"1"}})
	if _, _, err := walk("hoang.long"); err == nil {
		t.Error("it is not down")
	}
}
