// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/clamd/clamdtest"
)

// scanned is a province whose files are looked at by a daemon that can fall silent.
func scanned(t *testing.T, f func(t *testing.T, w *world, away *atomic.Bool)) {
	t.Helper()
	for name, database := range map[string]string{"sqlite": "", "postgres": onServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if database != "" && os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
				t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
			}
			away := &atomic.Bool{}
			daemon := clamdtest.Serve(t, "tcp", "127.0.0.1:0", func(c net.Conn) {
				if !away.Load() {
					clamdtest.Honest(c)
				}
			})
			f(t, worldOf(t, database, "", "TINHSO_CLAMD="+daemon), away)
		})
	}
}

// keptFiles are the files that a form says it has.
func keptFiles(a answer, field string) (ids []string) {
	for _, m := range regexp.MustCompile(`name="f-`+field+`-has" value="([0-9a-f-]{36})"`).FindAllStringSubmatch(a.body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// TestFilesOfANewRecordAreRefused sends what must not come in: each is told at its
// field by its name, in both languages, and neither what was typed nor the other
// files are lost.
func TestFilesOfANewRecordAreRefused(t *testing.T) {
	t.Parallel()
	scanned(t, func(t *testing.T, w *world, away *atomic.Bool) {
		applied(t, w, kennels)
		const path = "/so/trai-cho/moi"
		scan := paperScan(t)
		typed := func(unit string, files ...string) url.Values {
			return url.Values{"unit": {unit}, "f-name": {"Trại Sáu"}, "f-notes": {"Gần chợ Mỹ Long"}, "f-plan-has": files}
		}
		kept := func(what string, a answer, status, files int) []string {
			t.Helper()
			ids := keptFiles(a, "plan")
			if a.status != status || len(ids) != files || !strings.Contains(a.body, "Gần chợ Mỹ Long") || !strings.Contains(a.body, "Trại Sáu") {
				t.Fatalf("%s: %d, %d files are kept: %s", what, a.status, len(ids), a.body)
			}
			return ids
		}
		large := slices.Concat(scan, make([]byte, 20<<20))
		bad := map[string]struct {
			name    string
			content []byte
			vi, en  string
		}{
			"too large":   {"to.png", large, "to.png: Tệp lớn hơn 20 MB", "to.png: The file is larger than 20 MB"},
			"infected":    {"vi-rut.pdf", pdfSaying(clamdtest.EICAR), "vi-rut.pdf: Phát hiện mã độc (Eicar-Test-Signature)", "vi-rut.pdf: Malware (Eicar-Test-Signature)"},
			"another":     {"anh.png", []byte("%PDF-1.7 is no picture"), "anh.png: ", "anh.png: "},
			"not allowed": {"chay.exe", []byte("MZ\x90\x00 a program"), "chay.exe: ", "chay.exe: "},
			"empty":       {"rong.png", nil, "rong.png: Tệp không có nội dung", "rong.png: "},
		}
		var ids []string
		for name, one := range bad {
			for language, said := range map[string]string{"vi": one.vi, "en": one.en} {
				r := w.sendFilesIn(t, language, officer, path, typed(townWard, ids...), sentFile{"f-plan", one.name, one.content})
				if !strings.Contains(r.body, said) || !strings.Contains(r.body, `href="#f-plan"`) {
					t.Errorf("%s (%s) is not told: %s", name, language, r.body)
				}
				kept(name, r, http.StatusUnprocessableEntity, len(ids))
			}
			if len(ids) == 0 { // the others are refused beside a good one
				ids = kept("a good one", w.sendFiles(t, officer, path, typed(townWard), sentFile{"f-plan", "so-do.png", scan}, sentFile{"f-plan", one.name, one.content}), http.StatusUnprocessableEntity, 1)
			}
		}
		// The daemon is away: the file comes later, the form is not lost.
		away.Store(true)
		if a := w.sendFiles(t, officer, path, typed(townWard, ids...), sentFile{"f-plan", "hai.png", scan}); !strings.Contains(a.body, "hai.png: Chưa kiểm tra được mã độc") {
			t.Errorf("nobody has looked at it: %s", a.body)
		} else {
			kept("without the daemon", a, http.StatusUnprocessableEntity, 1)
		}
		away.Store(false)
		// More than a form may weigh: what came before it is kept.
		if a := w.sendEndless(t, officer, path, typed(townWard, ids...), sentFile{"f-plan", "hai.png", scan}); !strings.Contains(a.body, "nặng hơn 100 MB") {
			t.Errorf("100 MB and more: %s", a.body)
		} else {
			ids = kept("100 MB and more", a, http.StatusUnprocessableEntity, 2)
		}
		// A unit that is not the officer's.
		kept("foreign unit", w.sendFiles(t, officer, path, typed("phuong-chau-doc", ids...)), http.StatusUnprocessableEntity, 2)
		// Files of somebody else: they are not there, and stay whose they are.
		if a := w.sendFiles(t, "chuyenvien.chaudoc", path, typed("phuong-chau-doc", ids...)); a.status != http.StatusUnprocessableEntity || len(keptFiles(a, "plan")) != 0 || strings.Contains(a.body, "so-do.png") {
			t.Errorf("another's files: %d %s", a.status, a.body)
		}
		drop := typed("phuong-chau-doc", ids...)
		drop.Set("do", "drop:plan:0")
		w.sendFiles(t, "chuyenvien.chaudoc", path, drop)
		kept("after another tried to take one out", w.sendFiles(t, officer, path, typed("", ids...)), http.StatusUnprocessableEntity, 2)
		if a := w.sendFiles(t, viceChair, path, typed(townWard)); a.status != http.StatusForbidden {
			t.Errorf("who may not add: %d", a.status)
		}
		if a := w.sendFiles(t, "", path, typed(townWard), sentFile{"f-plan", "a.png", scan}); a.status == http.StatusOK || a.status == http.StatusUnprocessableEntity {
			t.Errorf("nobody: %d", a.status)
		}
		// The same form twice, at once and again: one record.
		var wg sync.WaitGroup
		both := make([]answer, 2)
		w.token(t, officer, identity.Browser)
		for i := range both {
			wg.Go(func() { both[i] = w.sendFiles(t, officer, path, typed(townWard, ids...)) })
		}
		wg.Wait()
		if got := []int{both[0].status, both[1].status}; !slices.Contains(got, http.StatusSeeOther) || !slices.Contains(got, http.StatusUnprocessableEntity) {
			t.Errorf("twice at once: %v", got)
		}
		if a := w.sendFiles(t, officer, path, typed(townWard, ids...)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "đã dùng cho bản ghi khác") {
			t.Errorf("sent again: %d", a.status)
		}
		var n int
		must(t, w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM reg_trai_cho`).Scan(&n))
		if n != 1 {
			t.Errorf("%d records", n)
		}
	})
}

// pdfSaying is a small PDF with a remark in it.
func pdfSaying(remark string) []byte {
	body := "%PDF-1.7\n%" + remark + "\n"
	first := len(body)
	body += "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
	second := len(body)
	body += "2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n"
	third := len(body)
	body += "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>\nendobj\n"
	return fmt.Appendf([]byte(body), "xref\n0 4\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n%010d 00000 n \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", first, second, third, len(body))
}

// sendFilesIn is sendFiles in a language; by somebody, as the cookie says both.
func (w *world) sendFilesIn(t *testing.T, language, who, path string, form url.Values, all ...sentFile) answer {
	t.Helper()
	body, kind := multipartOf(t, form, all...)
	cookies := "tinhso_lang=" + language
	if who != "" {
		cookies += "; " + page.SessionCookie + "=" + w.token(t, who, identity.Browser)
	}
	return w.send(t, who, http.MethodPost, path, string(body), "Content-Type", kind, "Cookie", cookies)
}

// sendEndless sends files, and after them one that is larger than any form may be.
func (w *world) sendEndless(t *testing.T, who, path string, form url.Values, all ...sentFile) answer {
	t.Helper()
	body, kind := multipartOf(t, form, append(all, sentFile{"f-plan", "qua-lon.png", paperScan(t)})...)
	end := bytes.LastIndex(body, []byte("\r\n--"))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, io.MultiReader(bytes.NewReader(body[:end]), io.LimitReader(zeros{}, 110<<20), bytes.NewReader(body[end:])))
	r.Header.Set("Content-Type", kind)
	r.AddCookie(&http.Cookie{Name: page.SessionCookie, Value: w.token(t, who, identity.Browser)})
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Body.String(), rec.Header()}
}

// zeros never end.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
