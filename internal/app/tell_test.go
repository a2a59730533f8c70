// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/simulators/sms"
)

// A resident hears that the dossier was accepted: one message, with the code and
// the day, and nothing about the person. The home page counts the dossier.
func TestPeopleAreTold(t *testing.T) {
	t.Parallel()
	gateway := httptest.NewServer(sms.New(clock.System{}))
	t.Cleanup(gateway.Close)
	each(t, func(t *testing.T, w *world) {
		w.Config.SMS = config.SMS{Enabled: true, URL: gateway.URL + "/sms/v1/messages"}
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
		f := o.file()
		if got := w.send(t, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+f.ID+"/accept", "{}"); got.status != http.StatusOK {
			t.Fatalf("accept: %d %s", got.status, got.body)
		}
		handlers := map[jobs.Kind]jobs.Handler{}
		for _, m := range w.Parts.All() {
			maps.Copy(handlers, m.Jobs)
		}
		// Whatever the hour is in which this test runs: quiet hours are tested where the clock is.
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE jobs_queue SET due_at = $1 WHERE kind = $2`, tx.Now, string(notify.JobSend))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for did := true; did; {
			if did, err = jobs.Work(t.Context(), w.DB, handlers); err != nil {
				t.Fatal(err)
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, gateway.URL+"/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		gateway.Config.Handler.ServeHTTP(rec, r)
		said := rec.Body.String()
		if !regexp.MustCompile(`0900000001.*<br>Ho so H01\.\d+-\d{6}-0001 da duoc tiep nhan, hen tra \d{2}/\d{2}/\d{4}\.`).MatchString(said) || strings.Contains(said, "Nguy") {
			t.Errorf("the gateway shows %s", said)
		}
		if got := w.send(t, "", http.MethodGet, "/api/v1/figures", ""); !strings.Contains(got.body, `"open":1`) {
			t.Errorf("figures: %s", got.body)
		}
	})
}
