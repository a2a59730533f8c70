// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/authority"
)

// A paper carries time stamps and the proof that nothing was withdrawn; an
// authority that lies or is silent keeps it from being signed, with words, and a
// certificate that was withdrawn keeps it from being issued.
func TestPapersProveThemselves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		folder := filepath.Join(w.Config.Keys, "signing")
		a := authority.New(clock.System{}, folder, t.TempDir())
		outside := httptest.NewServer(a.Handler())
		t.Cleanup(outside.Close)
		w.Config.Signing.TSA.URL, w.Config.Signing.TSA.Timeout = outside.URL+"/tsa/", 1
		w.Config.Signing.Revocation = config.Revocation{Enabled: true, Required: true, OCSP: outside.URL + "/ca/ocsp"}
		again, err := app.Open(t.Context(), w.Config, "test", w.Log, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = again.Close() })
		w.Program = again
		if w.handler, err = again.Handler(); err != nil {
			t.Fatal(err)
		}
		o := objects{t: t, w: w}
		id := o.toSign()
		path := "/api/v1/dossiers/" + id
		for fault, says := range map[string]string{authority.Past: "tsa.wrong", authority.Hang: "tsa.silent", authority.Garbage: "tsa.wrong"} {
			a.Misbehave(fault, 3)
			got := w.send(t, chair, http.MethodPost, path+"/sign", "{}")
			if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "máy chủ cấp dấu thời gian") && !strings.Contains(got.body, "Máy chủ cấp dấu thời gian") {
				t.Errorf("%s: %d %s, want words of %s", fault, got.status, got.body, says)
			}
		}
		a.Misbehave("", 0)
		if got := w.send(t, chair, http.MethodPost, path+"/sign", "{}"); got.status >= 300 {
			t.Fatalf("signed: %d %s", got.status, got.body)
		}
		issued := func() answer { return w.send(t, "vanthu.longxuyen", http.MethodPost, path+"/issue", "{}") }
		certs, err := devkeys.Issued(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		serial := ""
		for _, c := range certs {
			if strings.Contains(c.Subject.CommonName, "Trương Minh Nhựt") {
				serial = c.SerialNumber.Text(16)
			}
		}
		if err := a.Withdraw(serial, false); err != nil {
			t.Fatal(err)
		}
		if got := issued(); got.status != http.StatusConflict || !strings.Contains(got.body, "revocation.withdrawn") {
			t.Errorf("withdrawn: %d %s", got.status, got.body)
		}
		if err := a.Withdraw(serial, true); err != nil {
			t.Fatal(err)
		}
		if got := issued(); got.status >= 300 {
			t.Fatalf("issued: %d %s", got.status, got.body)
		}
		paper := w.send(t, officer, http.MethodGet, path+"/result?purpose=handling", "")
		ca, err := devkeys.Authority(folder, w.DB.Now().Time)
		if err != nil {
			t.Fatal(err)
		}
		report, err := signing.Verify([]byte(paper.body), ca.Roots(), w.DB.Now().Time)
		if err != nil || !report.Valid() || len(report.Signatures) != 3 {
			t.Fatalf("%d signatures, %v", len(report.Signatures), err)
		}
		for _, s := range report.Signatures {
			if s.Level != signing.LevelLT || s.Stamped.IsZero() {
				t.Errorf("%s: level %s, stamped %v, problems %v", s.Field, s.Level, s.Stamped, s.Problems)
			}
		}
	})
}
