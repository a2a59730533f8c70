// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/moving/movingtest"
)

// moves is a world in which the folder of an older system lies.
type moves struct {
	*world
	t      *testing.T
	folder string
	made   movingtest.Made
	units  []string
	last   string // id of the last run
}

func newMoves(t *testing.T, w *world, dossiers int) *moves {
	t.Helper()
	m := &moves{world: w, t: t, folder: filepath.Join(w.Config.Data, "moving", "cu"), units: []string{"phuong-long-xuyen", "phuong-chau-doc", "xa-an-phu"}}
	m.dump(movingtest.Options{Dossiers: dossiers})
	return m
}

func (m *moves) dump(o movingtest.Options) {
	m.t.Helper()
	o.Seed, o.Units, o.Procedures = 11, m.units, []string{"chung-thuc-ban-sao", "tro-cap-huu-tri-xa-hoi", "chung-thuc-chu-ky", "tro-cap-tho-cung-liet-si"}
	if o.Now.IsZero() {
		o.Now = m.DB.Now().Time
	}
	made, err := movingtest.Write(m.folder, o)
	if err != nil {
		m.t.Fatal(err)
	}
	m.made = made
}

// work does all jobs that are due.
func (m *moves) work() {
	m.t.Helper()
	handlers := map[jobs.Kind]jobs.Handler{}
	for _, part := range m.Parts.All() {
		maps.Copy(handlers, part.Jobs)
	}
	for did := true; did; {
		var err error
		if did, err = jobs.Work(m.t.Context(), m.DB, handlers); err != nil {
			m.t.Fatal(err)
		}
	}
}

const itOfProvince = "cntt.tinh"

type movedRun struct {
	State, Problem                                   string
	Total, Done, Added, Changed, Same, Kept, Outside int
	Rejected, Files, Steps, Contents                 int
	Bytes                                            int64
}

func (m *moves) run(wave string) movedRun {
	m.t.Helper()
	id := ask[struct{ ID string }](m.t, m.world, itOfProvince, http.MethodPost, "/api/v1/moving/waves/"+wave+"/runs", "{}").ID
	m.last = id
	m.work()
	r := ask[movedRun](m.t, m.world, itOfProvince, http.MethodGet, "/api/v1/moving/runs/"+id, "")
	if r.State != "done" || r.Done != r.Total {
		m.t.Fatalf("%+v", r)
	}
	return r
}

func (m *moves) plan(units ...string) string {
	m.t.Helper()
	form := url.Values{"name": {"Đợt 1"}, "source": {"cu"}, "hours": {"24"}, "units": units}
	got := m.post(m.t, itOfProvince, "/chuyen-du-lieu/lap-dot", form)
	if got.status != http.StatusSeeOther {
		m.t.Fatalf("plan: %d %.600s", got.status, got.body)
	}
	at, _ := url.Parse(got.header.Get("Location"))
	return filepath.Base(at.Path)
}

// TestAWaveMovesIn moves two communes in, finds their dossiers by old codes and QR
// codes, goes on with an open one, compares, accepts, and gives one unit back.
func TestAWaveMovesIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := newMoves(t, w, 300)
		for _, path := range []string{"/chuyen-du-lieu", "/chuyen-du-lieu/lap-dot?source=cu"} {
			if got := m.send(t, itOfProvince, http.MethodGet, path, ""); got.status != http.StatusOK {
				t.Fatalf("%s: %d %.400s", path, got.status, got.body)
			}
			if got := m.send(t, "motcua.longxuyen", http.MethodGet, path, ""); got.status != http.StatusForbidden {
				t.Errorf("%s as a clerk: %d", path, got.status)
			}
		}
		if got := m.post(t, itOfProvince, "/chuyen-du-lieu/lap-dot", url.Values{"source": {"cu"}, "name": {""}, "hours": {"x"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#units"`) {
			t.Errorf("an empty wave: %d", got.status)
		}
		wave := m.plan("phuong-long-xuyen", "phuong-chau-doc")
		if got := m.post(t, itOfProvince, "/chuyen-du-lieu/lap-dot", url.Values{"name": {"Đợt 2"}, "source": {"cu"}, "hours": {"24"}, "units": {"phuong-chau-doc"}}); got.status != http.StatusConflict {
			t.Errorf("a unit in two waves: %d", got.status)
		}
		first := m.run(wave)
		want := m.made.Good["phuong-long-xuyen"] + m.made.Good["phuong-chau-doc"]
		if short := want - first.Added; short < 0 || short > 10 { // a dossier of a person whose name is broken is not taken either
			t.Errorf("%d came, %d could: %+v, %+v", first.Added, want, first, m.made)
		}
		if again := m.run(wave); again.Added+again.Changed != 0 || again.Same != first.Added || again.Rejected != first.Rejected {
			t.Errorf("again: %+v, first %+v", again, first)
		}
		seen := 0
		for _, code := range m.made.Sample {
			if m.count(`SELECT COUNT(*) FROM moving_rows WHERE word = '`+code+`'`) == 0 {
				continue // of the third unit
			}
			seen++
			for _, key := range []string{code, strings.ToLower(code), "https://motcua.example.vn/tra-cuu?hs=" + code} {
				if got := w.send(t, "", http.MethodGet, "/tra-cuu?ma="+url.QueryEscape(key), ""); got.status != http.StatusOK || !strings.Contains(got.body, code) {
					t.Errorf("%s: %d", key, got.status)
				}
			}
		}
		if seen < 5 {
			t.Errorf("%d of %v are here", seen, m.made.Sample)
		}
		m.goesOn(wave)
		m.comparesAndLeaves(wave)
	})
}

// goesOn takes an open dossier of Long Xuyên into an officer's hands.
func (m *moves) goesOn(wave string) {
	m.t.Helper()
	list := ask[struct {
		Items []struct{ ID, Code string }
	}](m.t, m.world, "chuyenvien.longxuyen", http.MethodGet, "/api/v1/desk", "")
	for _, one := range list.Items {
		if strings.HasPrefix(one.Code, "HS9") {
			ask[any](m.t, m.world, "chuyenvien.longxuyen", http.MethodPost, "/api/v1/dossiers/"+one.ID+"/claim", "{}")
			return
		}
	}
	m.t.Errorf("no dossier that came lies on the desk: %+v", list.Items)
	_ = wave
}

func (m *moves) comparesAndLeaves(wave string) {
	t := m.t
	t.Helper()
	api := "/api/v1/moving/waves/" + wave
	if got := m.send(t, itOfProvince, http.MethodPost, api+"/accept", "{}"); got.status != http.StatusConflict {
		t.Errorf("accepted without a comparison: %d", got.status)
	}
	type compared struct {
		State                     string
		Theirs, Ours, Differences int
		Figures                   map[string][2]float64
		Items                     []struct{ Kind, Code, Theirs, Ours string }
	}
	compare := func(kind string) compared {
		id := ask[struct{ ID string }](t, m.world, itOfProvince, http.MethodPost, api+"/comparisons", `{"kind":"`+kind+`"}`).ID
		m.work()
		for _, path := range []string{"", "/chenh-lech.csv"} {
			if got := m.send(t, itOfProvince, http.MethodGet, "/chuyen-du-lieu/so-sanh/"+id+path, ""); got.status != http.StatusOK {
				t.Errorf("comparison%s: %d %.300s", path, got.status, got.body)
			}
		}
		return ask[compared](t, m.world, itOfProvince, http.MethodGet, "/api/v1/moving/comparisons/"+id, "")
	}
	counts := compare("counts")
	if counts.State != "done" || counts.Theirs-counts.Ours > 10 || counts.Ours > counts.Theirs {
		t.Errorf("%+v", counts)
	}
	m.dump(movingtest.Options{Dossiers: 300, Newer: true})
	shadow := compare("shadow")
	if shadow.Figures["received"][0] == 0 || shadow.Figures["score_progress"][1] == 0 {
		t.Errorf("%+v", shadow.Figures)
	}
	found := map[string]int{}
	for _, d := range shadow.Items {
		found[d.Kind]++
	}
	if found["status"] == 0 {
		t.Errorf("a newer dump has other statuses: %v", found)
	}
	ask[any](t, m.world, itOfProvince, http.MethodPost, api+"/accept", `{"note":"Khớp"}`)

	unit := "/chuyen-du-lieu/dot/" + wave + "/don-vi/phuong-long-xuyen"
	if got := m.send(t, itOfProvince, http.MethodGet, unit, ""); got.status != http.StatusOK || !strings.Contains(got.body, `name="confirmed"`) {
		t.Errorf("what giving back would do: %d", got.status)
	}
	if got := m.post(t, itOfProvince, unit, nil); got.status != http.StatusConflict {
		t.Errorf("given back without a word: %d", got.status)
	}
	other := m.count(`SELECT COUNT(*) FROM moving_rows WHERE unit = 'phuong-chau-doc'`)
	if got := m.post(t, itOfProvince, unit, url.Values{"confirmed": {"1"}}); got.status != http.StatusSeeOther {
		t.Fatalf("given back: %d %.300s", got.status, got.body)
	}
	m.work()
	if n := m.count(`SELECT COUNT(*) FROM dossiers_dossiers d JOIN dossiers_moved m ON m.dossier_id = d.id WHERE d.received_unit = 'phuong-long-xuyen'`); n != 0 {
		t.Errorf("%d dossiers are still here", n)
	}
	if now := m.count(`SELECT COUNT(*) FROM dossiers_dossiers WHERE received_unit = 'phuong-chau-doc'`); now < other {
		t.Errorf("of the other unit there are %d of %d", now, other)
	}
	for _, table := range []string{"workflow_instances WHERE subject_id NOT IN (SELECT id FROM dossiers_dossiers)", "moving_parties WHERE named_sealed <> ''"} {
		if n := m.count(`SELECT COUNT(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows stay: %s", n, table)
		}
	}
	if got := m.send(t, itOfProvince, http.MethodGet, "/chuyen-du-lieu/dot/"+wave, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Đã đưa trở lại") {
		t.Errorf("the wave: %d", got.status)
	}
}

func (m *moves) count(query string) (n int) {
	m.t.Helper()
	if err := m.DB.QueryRow(m.t.Context(), query).Scan(&n); err != nil {
		m.t.Fatal(err)
	}
	return n
}

// TestATrainingCopyNamesNobody greps a copy for what was in the dump, and moves it in.
func TestATrainingCopyNamesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	m := newMoves(t, w, 10)
	m.dump(movingtest.Options{Dossiers: 200, Contents: 20, More: true})
	out := filepath.Join(w.Config.Data, "moving", "tap-huan")
	actor := w.actor(t, itOfProvince)
	if _, err := w.Parts.Moves.CopyTo(t.Context(), actor, "cu", out, "too short"); err == nil {
		t.Error("a short key was taken")
	}
	if _, err := w.Parts.Moves.CopyTo(t.Context(), actor, "cu", out, "a key of sixteen or more"); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(out, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	for _, list := range [][]string{m.made.Names, m.made.Numbers, m.made.Sample, m.made.OpenCode} {
		if len(list) == 0 {
			t.Fatal("the dump names nobody")
		}
		for _, one := range list {
			if strings.Contains(all.String(), one) {
				t.Errorf("%q is in the copy", one)
			}
		}
	}
	if len(m.made.Said) < 1000 {
		t.Fatalf("the dump says %d things about people", len(m.made.Said))
	}
	for _, one := range m.made.Said {
		if one != "" && strings.Contains(all.String(), one) {
			t.Errorf("%q is in the copy", one)
		}
	}
	for _, e := range entries {
		if e.IsDir() {
			t.Errorf("the copy holds the folder %s: contents of files", e.Name())
		}
	}
	if strings.Contains(all.String(), "CD0000001") || strings.Contains(all.String(), "Trần Hưng Đạo") || strings.Contains(all.String(), "motcua.example.vn") {
		t.Error("a key, an address or a QR code is in the copy")
	}
	seen, err := w.Parts.Moves.LookAt(t.Context(), "tap-huan")
	if err != nil || seen.Rows["dossiers"] == 0 || len(seen.ByUnit) != 3 {
		t.Errorf("the copy cannot be moved in: %+v, %v", seen, err)
	}
}

// TestARunGoesOnWhereItStopped breaks a run off again and again.
func TestARunGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	m := newMoves(t, w, 400)
	wave := m.plan("phuong-long-xuyen")
	run, err := w.Parts.Moves.Start(t.Context(), w.actor(t, itOfProvince), wave, true)
	if err != nil {
		t.Fatal(err)
	}
	pieces := 0
	for more := true; more; pieces++ {
		if more, err = w.Parts.Moves.Continue(t.Context(), run, -time.Second, nil); err != nil {
			t.Fatal(err)
		}
	}
	r := ask[movedRun](t, w, itOfProvince, http.MethodGet, "/api/v1/moving/runs/"+run, "")
	if pieces < 5 || r.State != "done" || r.Done != r.Total || r.Added != m.count(`SELECT COUNT(*) FROM dossiers_moved`) {
		t.Errorf("%d pieces: %+v", pieces, r)
	}
	written, err := w.Parts.Moves.WriteRejects(t.Context(), run, func(code string) string { return code })
	if err != nil || len(written) == 0 {
		t.Fatal(written, err)
	}
	raw, err := os.ReadFile(written[len(written)-1])
	if err != nil || !strings.Contains(string(raw), "moving.reject.no_owner") || !strings.Contains(string(raw), "TT99") {
		t.Errorf("%.600s, %v", raw, err)
	}
}
