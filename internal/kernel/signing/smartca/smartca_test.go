// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package smartca_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/smartca"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/errs"
)

// service answers what the test says, and keeps what it was asked.
type service struct {
	status int
	body   string
	date   time.Time
	cut    bool
	path   string
	asked  map[string]any
}

func newClient(t *testing.T) (*service, *smartca.Client) {
	t.Helper()
	s := &service{status: http.StatusOK}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.path, s.asked = r.URL.Path, nil
		_ = json.NewDecoder(r.Body).Decode(&s.asked)
		if s.cut {
			panic(http.ErrAbortHandler)
		}
		if !s.date.IsZero() {
			w.Header().Set("Date", s.date.UTC().Format(http.TimeFormat))
		}
		if s.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
	}))
	t.Cleanup(server.Close)
	return s, smartca.New(smartca.Options{URL: server.URL + "/sca/", SPID: "sp", Password: "pw", Clock: clock.System{}})
}

func call() requests.Call {
	return requests.Call{
		Request: "r-1", User: "089176000005", Serial: "5404", Words: "Ký 1 văn bản", At: time.Date(2026, 11, 21, 23, 5, 9, 0, time.FixedZone("ICT", 7*3600)),
		Documents: []requests.CallDocument{{ID: "d-1", Name: "a.pdf", Hash: []byte{0xab, 0x01}}},
	}
}

// The messages are those of the provider's description, to the letter.
func TestWhatIsSaid(t *testing.T) {
	t.Parallel()
	s, c := newClient(t)
	s.body = `{"tran_code":"T1","message":"sig_wait_for_user_confirm"}`
	a, err := c.Send(t.Context(), call())
	if err != nil || a.Reference != "T1" || a.Outcome != requests.Pending || s.path != "/sca/v1/signatures/sign" {
		t.Fatalf("%+v, %v, %s", a, err, s.path)
	}
	got, err := json.Marshal(s.asked)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"serial_number":"5404","sign_files":[{"data_to_be_signed":"ab01","doc_id":"d-1","file_type":"pdf","sign_type":"hash"}],` +
		`"sp_id":"sp","sp_password":"pw","time_stamp":"20261121160509Z","transaction_desc":"Ký 1 văn bản","transaction_id":"r-1","user_id":"089176000005"}`
	if string(got) != want {
		t.Errorf("asked\n%s, want\n%s", got, want)
	}
	s.body = `{"tran_code":"T1","message":"sig_signed","signed_files":[{"doc_id":"d-1","signature_value":"AQI=","timestamp_signature":""},{"doc_id":"d-2","signature_value":"%"}]}`
	known := call()
	known.Reference = "T1"
	for number, with := range map[string]requests.Call{"r-1": call(), "T1": known} {
		a, err = c.Status(t.Context(), with)
		if err != nil || a.Outcome != requests.Agreed || len(a.Signed) != 2 || string(a.Signed[0].Signature) != "\x01\x02" || s.path != "/sca/v1/signatures/sign/"+number+"/status" {
			t.Errorf("%+v, %v, %s", a, err, s.path)
		}
	}
	for message, want := range map[string]requests.Outcome{"sig_wait_for_user_confirm": requests.Pending, "sig_user_rejected": requests.Declined, "sig_expired": requests.TimedOut} {
		s.body = fmt.Sprintf(`{"message":%q}`, message)
		if a, err := c.Status(t.Context(), call()); err != nil || a.Outcome != want {
			t.Errorf("%s: %v, %v", message, a.Outcome, err)
		}
	}
	s.status, s.body = http.StatusNotFound, `{"message":"USER_NOT_FOUND"}`
	if all, err := c.Certificates(t.Context(), "1", "x"); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	s.status, s.body = http.StatusOK, `{"user_certificates":[{"cert_id":"1","serial_number":"01","cert_data":"AAAA"}]}`
	if _, err := c.Certificates(t.Context(), "1", "x"); !errors.Is(err, requests.ErrDenied) {
		t.Errorf("a broken certificate: %v", err)
	}
}

// Only the provider's clear word ends a request; everything else leaves open
// what became of it.
func TestWhatGoesWrong(t *testing.T) {
	t.Parallel()
	s, c := newClient(t)
	for _, tt := range []struct {
		name string
		with service
		want *errs.Error
	}{
		{"credentials", service{status: 401, body: `{"message":"SP_CREDENTIAL_INVALID"}`}, requests.ErrCredentials},
		{"suspended", service{status: 403, body: `{"message":"CREDENTIAL_STATUS_INVALID"}`}, requests.ErrSuspended},
		{"another refusal", service{status: 403, body: `{"message":"NO"}`}, requests.ErrDenied},
		{"no such transaction", service{status: 404, body: `{"message":"TRANSACTION_NOT_FOUND"}`}, requests.ErrUnknown},
		{"no such page", service{status: 404, body: `<html>`}, requests.ErrNoAnswer},
		{"time", service{status: 400, body: `{"message":"TIME_STAMP_INVALID"}`}, requests.ErrClock},
		{"our clock is a day off", service{status: 200, date: time.Now().Add(24 * time.Hour), body: `{"tran_code":"T1","message":"sig_wait_for_user_confirm"}`}, requests.ErrClock},
		{"their clock is a day off", service{status: 200, date: time.Now().Add(-24 * time.Hour), body: `{"tran_code":"T1","message":"sig_wait_for_user_confirm"}`}, requests.ErrClock},
		{"fault", service{status: 500, body: `{}`}, requests.ErrNoAnswer},
		{"too many", service{status: 429}, requests.ErrNoAnswer},
		{"a way elsewhere", service{status: 302}, requests.ErrNoAnswer},
		{"no JSON", service{status: 200, body: `OK`}, requests.ErrNoAnswer},
		{"something else", service{status: 200, body: `{"message":"?"}`}, requests.ErrNoAnswer},
		{"without end", service{status: 200, body: `{"message":"` + strings.Repeat("a", 5<<20)}, requests.ErrNoAnswer},
		{"cut", service{cut: true}, requests.ErrNoAnswer},
	} {
		s.status, s.body, s.date, s.cut = tt.with.status, tt.with.body, tt.with.date, tt.with.cut
		if _, err := c.Send(t.Context(), call()); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if _, err := c.Status(t.Context(), call()); !errors.Is(err, tt.want) && !strings.HasSuffix(tt.name, "off") {
			t.Errorf("%s, status: %v", tt.name, err)
		}
		if s.path == "/elsewhere" {
			t.Errorf("%s: the password went elsewhere", tt.name)
		}
	}
}

// A server whose certificate nobody vouches for hears nothing.
func TestTheServerIsChecked(t *testing.T) {
	t.Parallel()
	heard := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard = true }))
	t.Cleanup(server.Close)
	c := smartca.New(smartca.Options{URL: server.URL, Clock: clock.System{}})
	if _, err := c.Send(t.Context(), call()); !errors.Is(err, requests.ErrNoAnswer) || heard {
		t.Errorf("%v, heard %v", err, heard)
	}
}
