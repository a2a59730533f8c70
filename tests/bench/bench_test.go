// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/programtest"
)

// starts is how often the cold start is measured; the median counts.
const starts = 7

// part is a measurement with all that it is compared with: it can be repeated alone.
type part struct {
	name, title string
	measure     func(t *testing.T, r *report)
}

func parts() []part {
	return []part{
		{"start", "The first page", firstPage},
		{"lighthouse", "Pages on a phone with a slow line", pages},
		{"sign-in", "The morning crowd", func(t *testing.T, r *report) {
			signIns(t, programtest.Start(t, "", office), r)
		}},
		{"work", "What is sent in", sentIn},
		{"tasks", "The list of tasks", tasks},
		{"search", "Search", searches},
		{"registers", "Registers", besides},
		{"imports", "Tables that come in", imports},
		{"signatures", "Signatures and the log", sealed},
		{"volume", "Three years of dossiers", volumes},
		{"lifecycle", "The life of a dossier", lifecycle},
		{"money", "Money of a day", reconciled},
		{"crowd", "Everybody at once", crowds},
		{"moving", "Moving in from an older system", movesIn},
		{"burst", "A burst from the national portal", bursts},
		{"demo", "A demonstration", demos},
	}
}

// TestBench measures one thing after the other, so that none disturbs another, and
// writes the part of the document that each is. BENCH_PART names parts, with
// commas between them; without it, all are measured.
func TestBench(t *testing.T) { //nolint:paralleltest // it measures
	asked := strings.FieldsFunc(os.Getenv("BENCH_PART"), func(r rune) bool { return r == ',' })
	for _, name := range asked {
		if !slices.ContainsFunc(parts(), func(p part) bool { return p.name == name }) {
			t.Fatalf("there is no part %q", name)
		}
	}
	for _, p := range parts() { //nolint:paralleltest // it measures
		if len(asked) > 0 && !slices.Contains(asked, p.name) {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			var r report
			p.measure(t, &r)
			r.write(t, p)
			t.Log("\n" + strings.Join(r.rows, "\n"))
		})
	}
}

func firstPage(t *testing.T, r *report) {
	t.Helper()
	p := programtest.Start(t, "", programtest.NoLimits)
	var cold []time.Duration
	for range starts {
		p.Stop()
		began := time.Now()
		p.Restart(t)
		cold = append(cold, time.Since(began))
	}
	r.add("cold start to the first page, demo data", "< 1 s", seconds(median(cold)), "–", "–")
	time.Sleep(5 * time.Second) // what starts in the background has ended
	r.add("memory when idle", "< 200 MB", megabytes(p.Memory(t)), "–", "–")
	weight, requests := pageWeight(t, p.URL)
	r.add(fmt.Sprintf("home page over the line, first visit (%d requests)", requests), "< 100 KB", fmt.Sprintf("%.1f KB", weight/1000), "–", "–")

	page := fetch(t, p.URL+"/")
	ours, bare := answers(t, p.URL+"/"), answers(t, bareHandler(t, page))
	r.add("home page, p50", "", millis(ours.p50), millis(bare.p50)+" (bare handler)", ratio(ours.p50.Seconds(), bare.p50.Seconds()))
	r.add("home page, p99", "", millis(ours.p99), millis(bare.p99)+" (bare handler)", ratio(ours.p99.Seconds(), bare.p99.Seconds()))
	r.add("home page, answers a second", "", fmt.Sprintf("%.0f", ours.rate), fmt.Sprintf("%.0f (bare handler)", bare.rate), ratio(ours.rate, bare.rate))
}

func sentIn(t *testing.T, r *report) {
	t.Helper()
	p := programtest.Start(t, "", programtest.NoLimits, "TINHSO_FILES_LARGEST=1024", "TINHSO_QUOTA_ACCOUNT_DAY=0", "TINHSO_QUOTA_SUBJECT=0")
	lite, liteBare := submissions(t, p), bareInserts(t, "")
	up, upBare := uploads(t, p), bareDisk(t)
	r.add(fmt.Sprintf("a file of %d MB over HTTP, received, sealed, synced, read back and inspected, MB a second", uploadSize>>20), "",
		fmt.Sprintf("%.0f", up), fmt.Sprintf("%.0f (written, synced and read on the bare disk)", upBare), ratio(up, upBare))
	p.Stop()
	r.add("durable submissions a second, SQLite", "", fmt.Sprintf("%.0f", lite), fmt.Sprintf("%.0f (bare inserts, each synced)", liteBare), ratio(lite, liteBare))

	server := programtest.Postgres(t)
	pg := submissions(t, programtest.Start(t, server, programtest.NoLimits))
	pgBare := bareInserts(t, server)
	r.add("durable submissions a second, PostgreSQL", "", fmt.Sprintf("%.0f", pg), fmt.Sprintf("%.0f (bare inserts, each synced)", pgBare), ratio(pg, pgBare))
}

func sealed(t *testing.T, r *report) {
	t.Helper()
	for _, key := range []string{"P-256", "RSA-3072"} {
		ours, bare := signatures(t, key)
		r.add("signatures a second on one core, PAdES B-B, "+key, "", fmt.Sprintf("%.0f", ours), fmt.Sprintf("%.0f (bare hash and signature)", bare), ratio(ours, bare))
	}
	server := programtest.Postgres(t)
	log, lite, pg := logAppends(t, server), bareInserts(t, ""), bareInserts(t, server)
	r.add("log appends a second, from the act to the signed checkpoint, SQLite", "", fmt.Sprintf("%.0f", log["sqlite"]), fmt.Sprintf("%.0f (bare inserts, each synced)", lite), ratio(log["sqlite"], lite))
	r.add("log appends a second, from the act to the signed checkpoint, PostgreSQL", "", fmt.Sprintf("%.0f", log["postgres"]), fmt.Sprintf("%.0f (bare inserts, each synced)", pg), ratio(log["postgres"], pg))
}

// tasks measures the list of tasks inside the package that owns it, one
// database after the other: 100,000 running cases cannot be made from outside.
func tasks(t *testing.T, r *report) {
	t.Helper()
	server := programtest.Postgres(t)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", "-count=1", "-v", "-parallel=1", "-timeout=15m", "-run", "TestBenchTasks", "../../internal/kernel/workflow/")
	cmd.Env = append(os.Environ(), "TEST_POSTGRES_URL="+server)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.SplitSeq(string(out), "\n") {
		if parts := strings.Split(line, "|"); parts[0] == "BENCH" && len(parts) == 4 {
			r.add(parts[1]+", 1 million tasks, p95", "< 50 ms", parts[3], "p50 "+parts[2], "–")
		}
	}
}

func submissions(t *testing.T, p *programtest.Program) float64 {
	t.Helper()
	c, err := api.Connect(t.Context(), p.URL)
	if err != nil {
		t.Fatal(err)
	}
	return perSecond(t, func(ctx context.Context) error {
		_, err := c.File(ctx, rand.Text())
		return err
	})
}

func fetch(t *testing.T, url string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func pageWeight(t *testing.T, url string) (bytes float64, requests int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "../journeys/weight.mjs")
	cmd.Env = append(os.Environ(), "BASE_URL="+url)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("weight.mjs: %v", err)
	}
	var w struct {
		Bytes    float64 `json:"bytes"`
		Requests int     `json:"requests"`
	}
	if err := json.Unmarshal(out, &w); err != nil {
		t.Fatal(err)
	}
	return w.Bytes, w.Requests
}

// report is a part of docs/benchmarks.md.
type report struct{ rows []string }

func (r *report) add(what, goal, ours, bare, ratio string) {
	r.rows = append(r.rows, fmt.Sprintf("| %s | %s | %s | %s | %s |", what, goal, ours, bare, ratio))
}

const (
	document = "../../docs/benchmarks.md"
	preface  = `# Benchmarks

Written by $make bench$; $make bench PART=search$ measures one part again. Every figure stands beside what the same machine did in the same minutes without tinhso: a handler that
writes the same page from memory, one table with one row for each transaction, another program with the same rows. Only the ratio means something on another machine.

%d hands at the same time, %s each. A submission checks rights, writes the dossier with its answers, the audit row, the event and the idempotency key.
`
)

// write puts the part into the document; the others stay as they were measured.
func (r *report) write(t *testing.T, p part) {
	t.Helper()
	commit, err := exec.CommandContext(t.Context(), "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	before, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split(string(before), "\n## ")[1:] {
		title, rest, _ := strings.Cut(section, "\n")
		kept[title] = strings.TrimSpace(rest)
	}
	head := fmt.Sprintf("%s, commit %s, %d cores.", time.Now().Format("02/01/2006"), strings.TrimSpace(string(commit)), runtime.NumCPU())
	rows := r.rows
	if only := os.Getenv("BENCH_DATABASE"); only != "" {
		var others []string
		if head, others = ofOther(kept[p.title], only, head); len(others) > 0 {
			rows = append(slices.Clone(rows), others...)
		}
	}
	kept[p.title] = head + "\n\n| what | goal | tinhso | beside it | ratio |\n|---|---|---|---|---|\n" + strings.Join(rows, "\n")
	text := fmt.Sprintf(strings.ReplaceAll(preface, "$", "`"), hands, during)
	for _, one := range parts() {
		if kept[one.title] != "" {
			text += "\n## " + one.title + "\n\n" + kept[one.title] + "\n"
		}
	}
	if err := os.WriteFile(document, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ofOther keeps what a part says of another database than the one that was measured
// alone, and of which run that is.
func ofOther(before, only, head string) (_ string, rows []string) {
	was, table, _ := strings.Cut(before, "\n")
	for row := range strings.SplitSeq(table, "\n") {
		if what, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " |"); strings.Contains(what, ", ") && !strings.HasSuffix(what, only) && strings.HasPrefix(row, "| ") && what != "what" {
			rows = append(rows, row)
		}
	}
	if len(rows) > 0 {
		if _, other, both := strings.Cut(was, "The other database: "); both {
			was = other
		}
		head += " The other database: " + strings.TrimSpace(was)
	}
	return head, rows
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
func millis(d time.Duration) string  { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }
func megabytes(b int64) string       { return fmt.Sprintf("%.0f MB", float64(b)/1e6) }
func ratio(ours, bare float64) string {
	return fmt.Sprintf("%.2f", ours/bare)
}
