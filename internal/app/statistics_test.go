// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// figured counts all that has changed.
func (w *world) figured(t *testing.T) {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = w.Parts.Figures.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A leader of a ward sees the figures of the ward; the office that controls procedures
// sees the province; others see none. A number leads to the work, and to giving it out.
func TestStatisticsOfTheProvince(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := &objects{t: t, w: w}
		ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+o.file().ID+"/accept", "{}")
		w.figured(t)
		type board struct {
			Sum struct{ Received, Open int }
		}
		for who, want := range map[string]int{"lanhdao.longxuyen": 1, "kiemsoat.tinh": 1, "lanhdao.sonoivu": 0} {
			if b := ask[board](t, w, who, http.MethodGet, "/api/v1/statistics?by=field", ""); b.Sum.Received != want || b.Sum.Open != want {
				t.Errorf("%s sees %+v", who, b)
			}
		}
		if got := w.send(t, "motcua.longxuyen", http.MethodGet, "/thong-ke", ""); got.status != http.StatusForbidden {
			t.Errorf("a clerk: %d", got.status)
		}
		first := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/thong-ke", "")
		if first.status != http.StatusOK || !strings.Contains(first.body, "/thong-ke/buoc") || !strings.Contains(first.body, "Phường Long Xuyên") {
			t.Fatalf("%d %.600s", first.status, first.body)
		}
		steps := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/thong-ke/buoc", "")
		number := regexp.MustCompile(`href="(/giao-viec\?han=[^"]+)"`).FindStringSubmatch(steps.body)
		if number == nil {
			t.Fatalf("no number leads on: %.900s", steps.body)
		}
		if work := w.send(t, "lanhdao.longxuyen", http.MethodGet, html.UnescapeString(number[1]), ""); work.status != http.StatusOK || !strings.Contains(work.body, "Giao việc") || strings.Count(work.body, "data-ts-row") != 1 {
			t.Errorf("%d, %d rows", work.status, strings.Count(work.body, "data-ts-row"))
		}
		if l := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/thong-ke/ho-so?so=received", ""); l.status != http.StatusOK || !strings.Contains(l.body, "/xu-ly/") || strings.Contains(l.body, "Nguyễn Văn Bảy") {
			t.Errorf("behind the number: %d", l.status)
		}
		bad := w.send(t, "lanhdao.longxuyen", http.MethodGet, "/thong-ke?tu=32/13", "")
		if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, `href="#from"`) || !strings.Contains(bad.body, `value="32/13"`) {
			t.Errorf("a day that is none: %d", bad.status)
		}
		if late := w.send(t, "", http.MethodGet, "/cong-khai/tre-han", ""); late.status != http.StatusOK || strings.Contains(late.body, "Nguyễn Văn Bảy") {
			t.Errorf("the public list: %d", late.status)
		}
	})
}

// A periodic report is made on a page, and leaves as three kinds of files.
func TestAPeriodicReportLeaves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const who = "kiemsoat.tinh"
		day := w.DB.Now().Format("02/01/2006")
		wrong := w.post(t, who, "/thong-ke/bao-cao", url.Values{"layout": {"ii-06a"}, "from": {day}, "to": {"mai"}})
		if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `href="#to"`) || !strings.Contains(wrong.body, `value="mai"`) {
			t.Errorf("%d", wrong.status)
		}
		made := w.post(t, who, "/thong-ke/bao-cao", url.Values{"layout": {"ii-06a"}, "from": {"01/01/2026"}, "to": {"31/01/2026"}})
		at, _, _ := strings.Cut(made.header.Get("Location"), "?")
		if made.status != http.StatusSeeOther || !strings.HasPrefix(at, "/thong-ke/bao-cao/") {
			t.Fatalf("%d %s %.400s", made.status, at, made.body)
		}
		for kind, begins := range map[string]string{"xlsx": "PK", "pdf": "%PDF", "csv": "\ufeff"} {
			got := w.send(t, who, http.MethodGet, at+"/tai-ve/"+kind, "")
			if got.status != http.StatusOK || !strings.HasPrefix(got.body, begins) {
				t.Errorf("%s: %d %.20q", kind, got.status, got.body)
			}
		}
		if got := w.send(t, who, http.MethodGet, at+"/tai-ve/doc", ""); got.status != http.StatusNotFound {
			t.Errorf("a kind that is none: %d", got.status)
		}
		if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, at, ""); got.status != http.StatusNotFound {
			t.Errorf("a ward reads the province's: %d", got.status)
		}
		if n := w.audited(t, "statistics.report_made"); n != 1 {
			t.Errorf("%d records", n)
		}
		if n := w.audited(t, "statistics.exported"); n != 3 {
			t.Errorf("%d records of files", n)
		}
		targets := ask[struct{ Targets []struct{ ID string } }](t, w, who, http.MethodGet, "/api/v1/statistics/targets", "").Targets
		if len(targets) < 10 {
			t.Errorf("%s", fmt.Sprint(targets))
		}
	})
}
