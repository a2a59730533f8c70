// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package app_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

const stalls = `id: sap-hang
title: Sổ sạp hàng
version: 1
fields:
  - {key: code, label: Số hiệu, type: text, unique: true, required: true, max: 20}
  - {key: name, label: Tên, type: text, searchable: true, required: true, max: 100}
  - {key: kind, label: Loại, type: choice, options: [{value: k0, label: "0"}, {value: k1, label: "1"}, {value: k2, label: "2"}, {value: k3, label: "3"}, {value: k4, label: "4"}, {value: k5, label: "5"}, {value: k6, label: "6"}, {value: k7, label: "7"}]}
  - {key: weight, label: Nặng, type: integer}
list: {columns: [code, name], sort: name, sorts: [weight], filters: [kind]}
rights:
  - {id: keep, name: Ghi sổ, roles: [officer], may: [view, add, change]}
  - {id: all, name: Mọi người xem, public: true, may: [view]}
`

// stallName is that of tests/pocketbase: the two are compared by it.
func stallName(i int) string {
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"}
	given := []string{"Mai", "An", "Bình", "Châu", "Dũng", "Em", "Giang", "Hà", "Khoa", "Lan", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Uyên", "Vy", "Yến"}
	return fmt.Sprintf("Sạp %s %s %d", family[i/3%len(family)], given[i/11%len(given)], i%997)
}

const (
	unmeasured  = 20   // of each question come first
	perQuestion = 60   // are measured
	perAdd      = 1000 // so many that p95 does not hang on where the checkpoints of the log fall
)

const (
	otherServer  = "PocketBase 0.30.4"
	otherDurable = otherServer + ", durable"
	addRecord    = "add a record"
)

// TestRegisterBeside asks one register of TINHSO_BENCH_RECORDS records, 1 million
// without it, by the API over HTTP, on both databases, and PocketBase for the same in
// the same run. PocketBase adds records twice: as it comes, when its commits do not
// wait for the disk, and told to wait, as ours do. It prints
// BESIDE|server|question|p50 ms|p95 ms|ms of processor.
func TestRegisterBeside(t *testing.T) { //nolint:paralleltest // it measures
	rows := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("TINHSO_BENCH_RECORDS")); err == nil {
		rows = n
	}
	ask := func(s benched, questions [][2]string) {
		for _, q := range questions {
			s.measure(t, q[0], perQuestion, func(i int) (string, string, string) {
				return http.MethodGet, strings.ReplaceAll(q[1], "{i}", fmt.Sprintf("%07d", i*97%rows)), ""
			})
		}
	}
	for _, database := range []string{"", onServer} {
		w := newWorld(t, database)
		applied(t, w, stalls)
		bulk(t, w, rows)
		if database != "" {
			must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `ANALYZE`); return err }))
		}
		server := httptest.NewServer(w.handler)
		ours := benched{name: "tinhso on " + w.DB.Dialect().String(), base: server.URL, token: w.token(t, "chuyenvien.longxuyen", identity.API)}
		const at = "/api/v1/registers/sap-hang/records?"
		ask(ours, [][2]string{
			{"list by name", at + "sort=name"},
			{"list by weight, the greatest first", at + "sort=-weight"},
			{"filter by a choice", at + "where=kind:is:k3&sort=name"},
			{"filter by code", at + "where=" + url.QueryEscape("code:is:C") + "{i}"},
			{"search by words", at + "where=" + url.QueryEscape("name:has:huynh quan 7") + "&sort=name"},
			{"search by a word of a stretch of the list", at + "where=" + url.QueryEscape("name:has:ly uyen") + "&sort=name"},
			{"search by a word of all", at + "where=" + url.QueryEscape("name:has:sap") + "&sort=name"},
		})
		ours.measure(t, addRecord, perAdd, func(i int) (string, string, string) {
			return http.MethodPost, "/api/v1/registers/sap-hang/records", fmt.Sprintf(`{"unit":"phuong-long-xuyen","values":{"code":"N%d","name":"Sạp mới","kind":"k1","weight":1}}`, i)
		})
		server.Close()
	}
	binary, folder := builtPocketbase(t), t.TempDir()
	add := func(code string) func(i int) (string, string, string) {
		return func(i int) (string, string, string) {
			return http.MethodPost, "/api/collections/stalls/records", fmt.Sprintf(`{"code":"%s%d","name":"Sạp mới","kind":"k1","weight":1}`, code, i)
		}
	}
	theirs, stop := pocketbase(t, binary, folder, strconv.Itoa(rows))
	theirs.name = otherServer
	const at = "/api/collections/stalls/records?perPage=50&"
	ask(theirs, [][2]string{
		{"list by name", at + "sort=name"},
		{"list by weight, the greatest first", at + "sort=-weight"},
		{"filter by a choice", at + "sort=name&filter=" + url.QueryEscape(`kind="k3"`)},
		{"filter by code", at + "filter=" + url.QueryEscape(`code="C`) + "{i}%22"},
		{"search by words", at + "sort=name&filter=" + url.QueryEscape(`name~"Huỳnh" && name~"Quân" && name~"7"`)},
		{"search by a word of a stretch of the list", at + "sort=name&filter=" + url.QueryEscape(`name~"Lý" && name~"Uyên"`)},
		{"search by a word of all", at + "sort=name&filter=" + url.QueryEscape(`name~"Sạp"`)},
	})
	theirs.measure(t, addRecord, perAdd, add("N"))
	stop()
	theirs, stop = pocketbase(t, binary, folder, strconv.Itoa(rows), "durable")
	theirs.name = otherDurable
	theirs.measure(t, addRecord, perAdd, add("D"))
	stop()
}

// benched is a server that is measured.
type benched struct {
	name, base, token string
	process           int // 0: this one, of the test
}

// measure asks one thing again and again, and says how long it took. The processor
// counts for both sides of the line; processes of PostgreSQL it does not see.
func (s benched) measure(t *testing.T, question string, times int, one func(i int) (method, path, body string)) {
	t.Helper()
	took := make([]time.Duration, times)
	var before time.Duration
	for i := range unmeasured + times {
		if i == unmeasured {
			before = s.processor(t)
		}
		method, path, body := one(i)
		if d := timed(t, s.token, method, s.base+path, body); i >= unmeasured {
			took[i-unmeasured] = d
		}
	}
	used := s.processor(t) - before
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	_, _ = fmt.Fprintf(os.Stdout, "BESIDE|%s|%s|%.2f|%.2f|%.2f\n", s.name, question, ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(used)/float64(times))
}

// processor is what this process, and that of the server, have used of it.
func (s benched) processor(t *testing.T) time.Duration {
	t.Helper()
	var own syscall.Rusage
	must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &own))
	used := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	if s.process == 0 {
		return used
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process))
	must(t, err)
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, f := range fields[11:13] { // in hundredths of a second: man 5 proc
		ticks, err := strconv.ParseInt(f, 10, 64)
		must(t, err)
		used += time.Duration(ticks) * 10 * time.Millisecond
	}
	return used
}

// bulk puts the rows into the register's table as the register would: by Insert it
// takes a quarter of an hour. The words of SQLite are brought in afterwards, as those of
// a register that is older than its index.
func bulk(t *testing.T, w *world, rows int) {
	t.Helper()
	const at = 500
	var triggers []string
	if w.DB.Dialect() == db.SQLite {
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
			triggers, err = db.All(t.Context(), tx, db.Column[string], `SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'reg_sap_hang' ORDER BY name`)
			if err != nil || len(triggers) == 0 {
				return err
			}
			for _, create := range triggers {
				name := strings.Trim(strings.Fields(create)[2], `"`)
				if _, err := tx.Exec(t.Context(), `DROP TRIGGER "`+name+`"`); err != nil {
					return err
				}
			}
			_, err = tx.Exec(t.Context(), `UPDATE registers_words SET filled = 0 WHERE register = 'sap-hang'`)
			return err
		}))
	}
	for from := 0; from < rows; from += at {
		names := make([]string, 0, at)
		for i := from; i < min(from+at, rows); i++ {
			names = append(names, stallName(i))
		}
		keys := text.CollationKeys(names)
		var values []string
		var args []any
		for n, name := range names {
			i, first := from+n, len(args)
			weight := int64(i * 7919 % 100_000)
			args = append(args, id.New(), fmt.Sprintf("C%07d", i), name, text.Fold(name), keys[n], "k"+strconv.Itoa(i%8), weight, fmt.Sprintf("%016x", uint64(weight)^(1<<63)))
			marks := make([]string, 8)
			for m := range marks {
				marks[m] = "$" + strconv.Itoa(first+m+1)
			}
			values = append(values, "("+marks[0]+", 'phuong-long-xuyen', 1, 'active', 0, 0, 'bench', 'bench', "+strings.Join(marks[1:], ", ")+")")
		}
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO reg_sap_hang (id, unit_id, version, state, created_at, updated_at, created_by, updated_by,
				f_code, f_name, f_name_folded, f_name_sort, f_kind, f_weight, f_weight_sort) VALUES `+strings.Join(values, ", "), args...)
			return err
		}))
	}
	for more := true; more; {
		var err error
		more, err = w.Registers.FillWords(t.Context(), w.DB)
		must(t, err)
	}
	must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		for _, create := range triggers {
			if _, err := tx.Exec(t.Context(), create); err != nil {
				return err
			}
		}
		return nil
	}))
}

func timed(t *testing.T, token, method, address, body string) time.Duration {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	began := time.Now()
	a, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = a.Body.Close() }()
	said, err := io.ReadAll(a.Body)
	took := time.Since(began)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s %v", method, address, a.StatusCode, said, err)
	}
	return took
}

// builtPocketbase builds the other program.
func builtPocketbase(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "pocketbase")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir, build.Env = filepath.Join("..", "..", "tests", "pocketbase"), append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// pocketbase starts the other program, with the same rows.
func pocketbase(t *testing.T, binary, folder string, more ...string) (s benched, stop func()) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	must(t, l.Close())
	cmd := exec.CommandContext(t.Context(), binary, append([]string{folder, address}, more...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	stop = sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	t.Cleanup(stop)
	lines := bufio.NewScanner(out)
	for ready := false; !ready && lines.Scan(); {
		ready = lines.Text() == "ready"
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil { // until it listens
		if c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address); err == nil {
			_ = c.Close()
			return benched{base: "http://" + address, process: cmd.Process.Pid}, stop
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it does not listen")
	return benched{}, nil
}
