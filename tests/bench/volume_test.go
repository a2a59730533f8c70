// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// looks is how often each question is asked.
const looks = 60

// question is a page that somebody opens; {i} is one of its values in turn.
type question struct {
	name, login, path string
	values            []string
	bare              string // the same by reading rows; $1 is the value
	post              url.Values
}

// volumes measures what people look at all day over three years of dossiers, on both
// databases, by HTTP against the program, as officials with the rights of their posts.
func volumes(t *testing.T, r *report) {
	t.Helper()
	n := dossiersToLoad(t, 1_200_000)
	for _, on := range databases(t) {
		s := lived(t, on.url != "")
		if len(s.shapes) < n { // else it was kept
			s.load(t, n, 1)
		}
		goal := "< 150 ms"
		if on.url != "" {
			goal = "< 100 ms"
		}
		d := s.open(t)
		all := one[int](t, d, `SELECT COUNT(*) FROM dossiers_dossiers`)
		for _, q := range questions(t, d) {
			took := s.ask(t, q)
			against, beside := "–", "–"
			if q.bare != "" {
				bare := bareRead(t, d, q)
				against, beside = millis(bare)+" (the same rows by a plain scan)", ratio(took.p95.Seconds(), bare.Seconds())
			}
			r.add(fmt.Sprintf("%d dossiers, %s, p95, %s", all, q.name, on.name), goal, fmt.Sprintf("%s (p50 %s)", millis(took.p95), millis(took.p50)), against, beside)
		}
		r.add(fmt.Sprintf("memory of the program after it, %d dossiers, %s", all, on.name), "", megabytes(s.Memory(t)), s.size(t)+" (the database)", "–")
		s.Stop()
	}
}

// questions are those of one day of a province.
func questions(t *testing.T, d *sql.DB) []question {
	t.Helper()
	const ward, wide = "lanhdao.longxuyen", "kiemsoat.tinh"
	codes := texts(t, d, `SELECT code FROM dossiers_dossiers WHERE code <> '' ORDER BY reference LIMIT 20`)
	mine := texts(t, d, `SELECT code FROM dossiers_dossiers WHERE code <> '' AND received_unit = 'phuong-long-xuyen' ORDER BY reference LIMIT 20`)
	names := texts(t, d, `SELECT owner_name FROM dossiers_dossiers WHERE received_unit = 'phuong-long-xuyen' ORDER BY reference LIMIT 20`)
	words := texts(t, d, `SELECT MIN(name_vi) FROM dossiers_dossiers WHERE received_unit = 'phuong-long-xuyen' GROUP BY procedure_id ORDER BY 1 LIMIT 20`)
	open := texts(t, d, `SELECT d.id FROM dossiers_tasks t JOIN dossiers_dossiers d ON d.id = t.dossier_id WHERE t.unit = 'phuong-long-xuyen' ORDER BY d.reference LIMIT 20`)
	const counted = `SELECT COUNT(*) FROM dossiers_dossiers WHERE `
	return []question{
		{name: "the desk of an officer of a ward", login: "chuyenvien.longxuyen", path: "/viec", bare: `SELECT COUNT(*) FROM (SELECT id FROM dossiers_dossiers WHERE handler_unit || '' = 'phuong-long-xuyen' AND task || '' <> '' ORDER BY work_due LIMIT 50) d`},
		{name: "the desk, what is late in a field", login: "chuyenvien.longxuyen", path: "/viec?han=overdue&linh-vuc=" + url.QueryEscape("Bảo trợ xã hội")},
		{name: "the desk, by a part of a name", login: "chuyenvien.longxuyen", path: "/viec?tim={i}", values: names, bare: counted + `owner_folded || '' LIKE '%' || $1 || '%'`},
		{name: "all work of a ward, by its leader", login: ward, path: "/giao-viec?ds=1"},
		{name: "what waits at the counter", login: "motcua.longxuyen", path: "/tiep-nhan", bare: counted + `status + 0 = 1 AND received_unit || '' = 'phuong-long-xuyen'`},
		{name: "a case", login: "chuyenvien.longxuyen", path: "/xu-ly/{i}", values: open},
		{name: "where a dossier stands, by its code", path: "/tra-cuu?ma={i}", values: codes, bare: counted + `code || '' = $1`},
		{name: "search by a code", login: "motcua.longxuyen", path: "/tim?q={i}", values: mine, bare: counted + `code LIKE '%' || $1 || '%'`},
		{name: "search by a name, in one's ward", login: "motcua.longxuyen", path: "/tim?q={i}", values: names, bare: counted + `owner_name LIKE '%' || $1 || '%'`},
		{name: "search by the words of a procedure, in one's ward", login: "motcua.longxuyen", path: "/tim?q={i}&loai=dossier", values: words, bare: counted + `name_vi LIKE '%' || $1 || '%'`},
		{name: "search by a name, of the province", login: wide, path: "/tim?q={i}", values: names, bare: counted + `owner_name LIKE '%' || $1 || '%'`},
		{name: "the board by unit, this year", login: wide, path: "/thong-ke", bare: `SELECT COUNT(*) FROM (SELECT authority_unit, status, COUNT(*) AS n FROM dossiers_dossiers GROUP BY 1, 2) d`},
		{name: "the board by field, three years", login: wide, path: "/thong-ke?theo=linh-vuc&tu=" + daysAgo(3*364) + "&den=" + daysAgo(0), bare: `SELECT COUNT(*) FROM (SELECT procedure_id, status, COUNT(*) AS n FROM dossiers_dossiers GROUP BY 1, 2) d`},
		{name: "the board by month, three years", login: wide, path: "/thong-ke?theo=thang&tu=" + daysAgo(3*364) + "&den=" + daysAgo(0), bare: `SELECT COUNT(*) FROM (SELECT accepted_at / 2628000000000, status, COUNT(*) AS n FROM dossiers_dossiers GROUP BY 1, 2) d`},
		{name: "the board of a ward by procedure", login: ward, path: "/thong-ke?theo=thu-tuc"},
		{name: "open steps, by who has them", login: ward, path: "/thong-ke/buoc"},
		{name: "open steps of the province", login: wide, path: "/thong-ke/buoc"},
		{name: "the late dossiers behind a figure", login: wide, path: "/thong-ke/ho-so?so=open_late"},
		{name: "what was received in three years, behind its figure", login: wide, path: "/thong-ke/ho-so?so=received&tu=" + daysAgo(3*364) + "&den=" + daysAgo(0)},
		{name: "how long the steps of a procedure took", login: ward, path: "/thong-ke/quy-trinh"},
		{name: "report II.06a of a year is made", login: ward, path: "/thong-ke/bao-cao", post: url.Values{"layout": {"ii-06a"}, "unit": {"phuong-long-xuyen"}, "from": {daysAgo(364)}, "to": {daysAgo(1)}}},
		{name: "the register of dossiers (form 07), a month", login: "motcua.longxuyen", path: "/so-theo-doi?from=" + daysAgo(60) + "&to=" + daysAgo(30), bare: counted + `received_unit || '' = 'phuong-long-xuyen' AND accepted_at + 0 > 1000`},
		{name: "the figures that everybody sees", path: "/cong-khai/tre-han"},
	}
}

func daysAgo(n int) string { return time.Now().AddDate(0, 0, -n).Format(time.DateOnly) }

func texts(t *testing.T, d *sql.DB, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if rows.Err() != nil || len(all) == 0 {
		t.Fatalf("%s: nothing (%v)", query, rows.Err())
	}
	return all
}

// ask opens a page again and again, in one browser as one person does.
func (s *store) ask(t *testing.T, q question) spread {
	t.Helper()
	b := s.signedIn(t, q.login)
	var took []time.Duration
	for i := range looks + 3 {
		path := q.path
		if len(q.values) > 0 {
			path = strings.ReplaceAll(path, "{i}", url.QueryEscape(q.values[i%len(q.values)]))
		}
		began := time.Now()
		if _, err := b.page(t.Context(), s.URL+path, q.post); err != nil {
			t.Fatalf("%s: %v", q.name, err)
		}
		if i >= 3 { // before that it warms up
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	return spread{p50: took[len(took)/2], p95: took[len(took)*95/100], p99: took[len(took)*99/100]}
}

// signedIn is a browser in which somebody has signed in; no login: nobody.
func (s *store) signedIn(t *testing.T, login string) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := browser{login: login, client: &http.Client{Timeout: time.Minute, Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 2}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	t.Cleanup(b.client.CloseIdleConnections)
	if login != "" {
		if err := b.signIn(t.Context(), s.URL); err != nil {
			t.Fatalf("%s: %v", login, err)
		}
	}
	return b
}

// page opens a page, or sends a form whose answer leads on.
func (b browser) page(ctx context.Context, address string, form url.Values) (string, error) {
	method, want, body := http.MethodGet, http.StatusOK, ""
	if form != nil {
		method, want, body = http.MethodPost, http.StatusSeeOther, form.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := b.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s %s answered %d: %s", method, address, res.StatusCode, gist(said))
	}
	return string(said), err
}

// gist is what a page says, without its tags.
func gist(page []byte) string {
	words := strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`(?s)<(style|script).*?</(style|script)>|<[^>]*>`).ReplaceAllString(string(page), " "))), " ")
	return words[:min(len(words), 600)]
}

// bareRead is how long the database takes to answer by reading its rows, the median.
func bareRead(t *testing.T, d *sql.DB, q question) time.Duration {
	t.Helper()
	var took []time.Duration
	for i := range 5 {
		var args []any
		if strings.Contains(q.bare, "$1") {
			args = append(args, q.values[i%len(q.values)])
		}
		began := time.Now()
		_ = one[int64](t, d, q.bare, args...)
		took = append(took, time.Since(began))
	}
	return median(took)
}
