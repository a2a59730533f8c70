// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ask_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/ask"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
)

// mapped is the mapping of a system that is asked for persons and dossiers.
func mapped(t *testing.T, dossiers string) mapping.File {
	t.Helper()
	m, wrong := mapping.Read([]byte(`title: Cũ
dates: [dd/MM/yyyy]
units: {A: x}
procedures: {A: x}
statuses: {A: 4}
api: {seconds: 1}
tables:
  persons:
    file: nguoi.csv
    columns: {key: {column: ma}, name: {column: ten}}
  dossiers:
    path: /ho-so
` + dossiers + `
    columns: {key: {column: So}, procedure: {column: tt.ma}, unit: {column: dv}, status: {column: tt.ten}, owner: {column: chu}, submitted: {column: nop}}
`))
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return m
}

const numbered = "    rows: d.dong\n    paging: {page: p, size: n, of: 3, total: d.tong}"

// older answers pages of ten dossiers; said is what it was asked.
func older(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) (url string, said *[]string) {
	t.Helper()
	said = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*said = append(*said, r.URL.RequestURI())
		answer(w, r, len(*said))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/api/", said
}

func rows(from, to int) string {
	var all []string
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprintf(`{"so": "HS-%d", "tt": {"ma": "A", "ten": "xong"}, "dv": %d, "chu": null, "ghiChu": ["a", true], "la": %t}`, i, i, i%2 == 0))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func pages(w http.ResponseWriter, r *http.Request, _ int) {
	page := 0
	_, _ = fmt.Sscan(r.FormValue("p"), &page)
	_, _ = fmt.Fprintf(w, `{"d": {"tong": 10, "dong": %s}}`, rows(min(10, (page-1)*3), min(10, page*3)))
}

// What was read is gone on with behind the last page, whatever a kill has left behind it.
func TestPagesAreReadOnce(t *testing.T) {
	t.Parallel()
	url, said := older(t, pages)
	folder, m, s := t.TempDir(), mapped(t, numbered), ask.System{URL: url, Secret: "x"}
	calls := 0
	once := func() bool { calls++; return calls%2 == 0 } // one page each time
	for more, tries := true, 0; more; tries++ {
		var err error
		if more, _, err = s.Fetch(t.Context(), folder, m, once); err != nil || tries > 20 {
			t.Fatal(err, tries)
		}
		part, err := os.OpenFile(filepath.Join(folder, "dossiers.part"), os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.WriteString(`{"so": "half a l`)
		_ = part.Close()
	}
	if len(*said) != 5 || (*said)[0] != "/api/ho-so?n=3&p=1" || (*said)[4] != "/api/ho-so?n=3&p=5" {
		t.Errorf("it was asked %v", *said)
	}
	raw, err := os.ReadFile(filepath.Join(folder, "dossiers.csv"))
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if err != nil || len(lines) != 11 || lines[0] != "So,chu,dv,nop,tt.ma,tt.ten,ghiChu,la" || lines[10] != `HS-9,,9,,A,xong,"[""a"",true]",false` {
		t.Errorf("%s, %v", raw, err)
	}
	if _, n, err := s.Fetch(t.Context(), folder, m, once); err != nil || n != 10 || len(*said) != 5 {
		t.Errorf("again: %d, %v, %d questions", n, err, len(*said))
	}
}

// Another host is never asked, and rows that came twice stand there once.
func TestOnlyTheMarkOfTheNextPageIsTaken(t *testing.T) {
	t.Parallel()
	url, said := older(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		next := `"https://169.254.169.254/latest?dau=zz%20` + fmt.Sprint(n) + `"`
		if n == 3 {
			next = "null"
		}
		_, _ = fmt.Fprintf(w, `{"x": %s, "tiep": %s}`, rows(n*2-2, n*2+1), next)
	})
	folder, m := t.TempDir(), mapped(t, "    rows: x\n    paging: {page: dau, next: tiep}")
	if _, n, err := (ask.System{URL: url}).Fetch(t.Context(), folder, m, func() bool { return false }); err != nil || n != 9 {
		t.Fatal(n, err)
	}
	if len(*said) != 3 || (*said)[0] != "/api/ho-so" || (*said)[2] != "/api/ho-so?dau=zz+2" {
		t.Errorf("it was asked %v", *said)
	}
	if raw, err := os.ReadFile(filepath.Join(folder, "dossiers.csv")); err != nil || strings.Count(string(raw), "\n") != 8 {
		t.Errorf("%s, %v", raw, err)
	}
}

// What is wrong is told apart: what may be well later, and what will not.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request, n int)
		want   error
	}{
		"slow":   {func(http.ResponseWriter, *http.Request, int) { time.Sleep(1500 * time.Millisecond) }, moving.ErrSilent},
		"busy":   {func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusTooManyRequests) }, moving.ErrSilent},
		"broken": {func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusBadGateway) }, moving.ErrSilent},
		"dead":   {func(http.ResponseWriter, *http.Request, int) { panic(http.ErrAbortHandler) }, moving.ErrSilent},
		"words":  {func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write([]byte("<html>")) }, moving.ErrSilent},
		"two":    {func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write([]byte("{} {}")) }, moving.ErrSilent},
		"closed": {func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusForbidden) }, moving.ErrRefused},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request, _ int) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, moving.ErrRefused},
		"no rows":   {func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write([]byte(`{"d": {}}`)) }, moving.ErrAnswer},
		"no object": {func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write([]byte(`{"d": {"dong": [1]}}`)) }, moving.ErrAnswer},
		"the same": {func(w http.ResponseWriter, _ *http.Request, _ int) {
			_, _ = fmt.Fprintf(w, `{"d": {"tong": 10, "dong": %s}}`, rows(0, 3))
		}, moving.ErrAnswer},
		"too few": {func(w http.ResponseWriter, r *http.Request, n int) {
			if n > 2 {
				_, _ = w.Write([]byte(`{"d": {"tong": 10, "dong": []}}`))
				return
			}
			pages(w, r, n)
		}, moving.ErrAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := older(t, of.answer)
			folder := t.TempDir()
			_, _, err := (ask.System{URL: url}).Fetch(t.Context(), folder, mapped(t, numbered), func() bool { return false })
			if !errors.Is(err, of.want) {
				t.Errorf("%v", err)
			}
			if n := ask.Failures(folder); (n == 1) != errors.Is(of.want, moving.ErrSilent) {
				t.Errorf("%d failures are noted", n)
			}
		})
	}
	if _, _, err := (ask.System{}).Fetch(t.Context(), t.TempDir(), mapped(t, numbered), nil); !errors.Is(err, moving.ErrNoSystem) {
		t.Error(err)
	}
}

// After eight answers that were missing the older system is gone; another run begins
// behind the pages that came.
func TestItIsGoneAfterAWhile(t *testing.T) {
	t.Parallel()
	dead := false
	url, said := older(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if dead {
			panic(http.ErrAbortHandler)
		}
		dead = n == 2
		pages(w, r, n)
	})
	one, two, m, s := filepath.Join(t.TempDir(), "1"), filepath.Join(t.TempDir(), "2"), mapped(t, numbered), ask.System{URL: url}
	onward := func() bool { return false }
	for i := range 8 {
		_, _, err := s.Fetch(t.Context(), one, m, onward)
		if want := map[bool]error{true: moving.ErrGone, false: moving.ErrSilent}[i == 7]; !errors.Is(err, want) {
			t.Errorf("%d: %v", i, err)
		}
	}
	dead = false
	if err := ask.TakeOver(one, two, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	*said = append((*said)[:0], "", "", "") // the older system stays well
	if _, n, err := s.Fetch(t.Context(), two, m, onward); err != nil || n != 10 || (*said)[3] != "/api/ho-so?n=3&p=3" {
		t.Errorf("%d, %v, %v", n, err, *said)
	}
}
