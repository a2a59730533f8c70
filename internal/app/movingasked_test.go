// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/moving/movingtest"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/oldsystem"
)

// asking is a world beside an older system that is asked over its interface.
type asking struct {
	*moves
	c      *clock.Manual
	url    string
	tables string // folder of what the older system tells
	began  time.Time
}

func newAsking(t *testing.T, w *world, dossiers int, secret config.OlderSystem) *asking {
	t.Helper()
	tables := t.TempDir()
	server := httptest.NewServer(oldsystem.New(tables).Handler())
	t.Cleanup(server.Close)
	secret.URL = server.URL
	w.Config.OlderSystem = secret
	again, c := worldAt(t, w)
	a := &asking{&moves{world: again, t: t, folder: tables, units: []string{"phuong-long-xuyen", "phuong-chau-doc", "xa-an-phu"}}, c, server.URL, tables, c.Now()}
	a.tells(movingtest.Options{Dossiers: dossiers, Now: a.began})
	return a
}

// tells makes the older system tell something.
func (a *asking) tells(o movingtest.Options) {
	a.t.Helper()
	o.API = true
	a.dump(o)
	folder := filepath.Join(a.Config.Data, "moving", "cu")
	must(a.t, os.MkdirAll(folder, 0o700))
	text, err := os.ReadFile(filepath.Join(a.tables, "mapping.yaml"))
	must(a.t, err)
	must(a.t, os.WriteFile(filepath.Join(folder, "mapping.yaml"), text, 0o600))
}

// faults makes the older system misbehave; nothing: it works.
func (a *asking) faults(words string) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.url+"/faults?"+words, http.NoBody)
	must(a.t, err)
	said, err := http.DefaultClient.Do(r)
	must(a.t, err)
	must(a.t, said.Body.Close())
}

// asked are the questions that the older system was asked.
func (a *asking) asked() (all []string) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.url+"/hoi", http.NoBody)
	must(a.t, err)
	said, err := http.DefaultClient.Do(r)
	must(a.t, err)
	must(a.t, json.NewDecoder(said.Body).Decode(&all))
	must(a.t, said.Body.Close())
	return all
}

// start begins a run and works at it for some hours.
func (a *asking) start(wave string) movedRun {
	a.t.Helper()
	a.last = ask[struct{ ID string }](a.t, a.world, itOfProvince, http.MethodPost, "/api/v1/moving/waves/"+wave+"/runs", "{}").ID
	return a.hours(1)
}

func (a *asking) hours(n int) movedRun {
	a.t.Helper()
	for range 4 * n {
		a.work()
		a.c.Advance(15 * time.Minute)
	}
	return ask[movedRun](a.t, a.world, itOfProvince, http.MethodGet, "/api/v1/moving/runs/"+a.last, "")
}

// TestContentsAreAskedFor moves a wave in with the contents of its files, which are asked
// for one by one: what is missing, damaged, too large or not given is a refused row, cut
// off it goes on, and the next run asks for what is wanting alone.
func TestContentsAreAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := newAsking(t, w, 10, config.OlderSystem{Secret: oldsystem.Token})
		a.tells(movingtest.Options{Dossiers: 40, Contents: 40, Now: a.c.Now()})
		large := filepath.Join(a.tables, "noi_dung", "tep", "7", "F0000007.png")
		before, err := os.ReadFile(large)
		must(t, err)
		must(t, os.WriteFile(large, make([]byte, 2<<20), 0o600))
		wave := a.plan(a.units...)
		a.faults("dead=1&of=/tep/")
		if r := a.start(wave); r.State != "running" || r.Added == 0 || r.Contents != 0 {
			t.Errorf("files are not given for an hour, dossiers come: %+v", r)
		}
		if r := a.hours(2); r.State != "failed" || r.Problem != "moving.gone" {
			t.Errorf("files are not given: %+v", r)
		}
		a.faults("cut=2&of=/tep/")
		r := a.start(wave)
		if r.State != "done" || r.Contents < 25 || r.Same == 0 || r.Added != 0 {
			t.Fatalf("cut off twice, and then given: %+v of %+v", r, a.made)
		}
		codes := map[string]int{}
		for _, j := range ask[struct{ Rejects []struct{ Code string } }](t, a.world, itOfProvince, http.MethodGet, "/api/v1/moving/runs/"+a.last+"?stage=contents", "").Rejects {
			codes[j.Code]++
		}
		for _, code := range []string{"moving.reject.file_missing", "moving.reject.file_damaged", "moving.reject.file_large", "files.type_mismatch"} {
			if codes[code] == 0 {
				t.Errorf("%s is not said: %v", code, codes)
			}
		}
		if n := a.count(`SELECT COUNT(*) FROM moving_files WHERE state = 'kept'`); n != r.Contents {
			t.Errorf("%d files are kept of %d", n, r.Contents)
		}
		// What is wanting is asked for again, and nothing else; one that is not given again and again is left out.
		must(t, os.WriteFile(large, before, 0o600))
		wanting := a.count(`SELECT COUNT(*) FROM moving_files WHERE state = 'lost'`)
		a.faults("fail=3&of=/tep/")
		asked := len(a.asked())
		again := a.start(wave)
		if again.State != "done" || again.Rejected != r.Rejected && again.Contents != 1 {
			t.Errorf("again: %+v", again)
		}
		n := 0
		for _, path := range a.asked()[asked:] {
			if strings.HasPrefix(path, "/tep/") {
				n++
			}
		}
		if n != wanting+2 {
			t.Errorf("%d files were asked for, %d are wanting", n, wanting)
		}
		if codes := a.count(`SELECT COUNT(*) FROM moving_rejects WHERE code = 'moving.reject.file_silent'`); codes != 3 { // two of them while nothing was
			t.Errorf("%d files were not given again and again", codes)
		}
		a.faults("refuse=1&of=/tep/")
		if last := a.start(wave); last.State != "done" || last.Added+last.Changed != 0 {
			t.Errorf("at last: %+v", last)
		}
	})
}

// TestAnOlderSystemIsAsked moves a wave in over an interface that is slow, wrong, and
// dead, and finds on both sides the same by procedure and month.
func TestAnOlderSystemIsAsked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := newAsking(t, w, 300, config.OlderSystem{Secret: oldsystem.Token})
		a.tells(movingtest.Options{Dossiers: 300, Now: a.c.Now(), Clean: true})
		wave := a.plan("phuong-long-xuyen", "phuong-chau-doc")
		for fault, want := range map[string]string{"refuse=1": "moving.refused", "repeat=1": "moving.answer_wrong", "less=1": "moving.answer_wrong"} {
			a.faults(fault)
			if r := a.start(wave); r.State != "failed" || r.Problem != want {
				t.Errorf("%s: %+v", fault, r)
			}
		}
		a.faults("dead=1")
		if r := a.start(wave); r.State != "running" {
			t.Errorf("dead for an hour: %+v", r)
		}
		if r := a.hours(2); r.State != "failed" || r.Problem != "moving.gone" {
			t.Errorf("dead: %+v", r)
		}
		if got := a.send(t, itOfProvince, http.MethodGet, "/chuyen-du-lieu/dot/"+wave, ""); got.status != http.StatusOK || !strings.Contains(got.body, "không trả lời nhiều lần") {
			t.Errorf("the page says why: %d", got.status)
		}
		a.faults("wrong=1")
		if r := a.start(wave); r.State != "running" {
			t.Errorf("words in front of it: %+v", r)
		}
		a.faults("fail=2")
		before := len(a.asked())
		r := a.hours(1)
		want := a.made.Good["phuong-long-xuyen"] + a.made.Good["phuong-chau-doc"]
		if r.State != "done" || r.Added != want || r.Rejected != 0 {
			t.Errorf("%+v, %d should come", r, want)
		}
		for _, path := range a.asked()[before:] {
			if strings.Contains(path, "//") || !strings.HasPrefix(path, "/bang/") && !strings.HasPrefix(path, "/dong/") {
				t.Errorf("it was asked %s", path)
			}
		}
		if r := a.start(wave); r.Same != want || r.Added+r.Changed != 0 {
			t.Errorf("again: %+v", r)
		}
		a.faults("refuse=1")
		if r := a.start(wave); r.State != "failed" {
			t.Errorf("refused: %+v", r)
		}
		a.faults("")
		a.countsAreEqual(wave) // the wave stands where it stood
		entries, err := os.ReadDir(filepath.Join(a.Config.Data, "moving", "cu", ".told"))
		if err != nil || len(entries) > 2 { // of the last that was done, and of the one that was refused
			t.Errorf("what was told for earlier runs stays: %v, %v", entries, err)
		}
	})
}

// countsAreEqual compares a wave whose dossiers all came, and one of which one went missing.
func (a *asking) countsAreEqual(wave string) {
	t := a.t
	t.Helper()
	type counts struct {
		Items []struct {
			Procedure, Month string
			Theirs, Ours     int
		}
	}
	compare := func() (string, counts) {
		id := ask[struct{ ID string }](t, a.world, itOfProvince, http.MethodPost, "/api/v1/moving/waves/"+wave+"/comparisons", `{"kind":"counts"}`).ID
		a.work()
		return "/chuyen-du-lieu/so-sanh/" + id, ask[counts](t, a.world, itOfProvince, http.MethodGet, "/api/v1/moving/comparisons/"+id+"/counts", "")
	}
	page, all := compare()
	sum := 0
	for _, c := range all.Items {
		if sum += c.Ours; c.Theirs != c.Ours {
			t.Errorf("%+v", c)
		}
	}
	if sum == 0 {
		t.Error("nothing was counted")
	}
	if got := a.send(t, itOfProvince, http.MethodGet, page, ""); !strings.Contains(got.body, "Bằng nhau") || strings.Contains(got.body, "ts-tag--late") {
		t.Errorf("the page of equal counts: %d", got.status)
	}
	a.tells(movingtest.Options{Dossiers: 320, Now: a.c.Now(), Clean: true}) // twenty more, and other days
	page, _ = compare()
	if got := a.send(t, itOfProvince, http.MethodGet, page, ""); !strings.Contains(got.body, "ts-tag--late") || !strings.Contains(got.body, "Thiếu ") {
		t.Errorf("the page of counts that differ: %d", got.status)
	}
	if got := a.send(t, itOfProvince, http.MethodGet, page+"/so-ho-so.csv", ""); got.status != http.StatusOK || strings.Count(got.body, "\n") < 10 || !strings.Contains(got.body, "chung-thuc-ban-sao") {
		t.Errorf("the table as a file: %d %.300s", got.status, got.body)
	}
	if got := a.send(t, "motcua.longxuyen", http.MethodGet, page+"/so-ho-so.csv", ""); got.status != http.StatusForbidden {
		t.Errorf("the table for a clerk: %d", got.status)
	}
}

// TestAnOlderSystemIsAskedByName asks with a name and a password, and is refused with wrong ones;
// where the configuration names no system, nobody is asked.
func TestAnOlderSystemIsAskedByName(t *testing.T) {
	t.Parallel()
	a := newAsking(t, newWorld(t, ""), 100, config.OlderSystem{User: oldsystem.User, Secret: oldsystem.Password})
	wave := a.plan("phuong-long-xuyen")
	if r := a.start(wave); r.State != "done" || r.Added == 0 || r.Rejected == 0 {
		t.Errorf("%+v", r)
	}
	written, err := a.Parts.Moves.WriteRejects(t.Context(), a.last, func(code string) string { return code })
	if err != nil || len(written) == 0 {
		t.Error(written, err)
	}
	seen, err := a.Parts.Moves.LookAt(t.Context(), "cu")
	if err != nil || seen.Rows["dossiers"] < 100 {
		t.Errorf("%+v, %v", seen, err)
	}
	b := newAsking(t, newWorld(t, ""), 50, config.OlderSystem{Secret: "wrong"})
	if r := b.start(b.plan("phuong-long-xuyen")); r.State != "failed" || r.Problem != "moving.refused" {
		t.Errorf("with a wrong secret: %+v", r)
	}
	c := newMoves(t, newWorld(t, ""), 50)
	c.dump(movingtest.Options{Dossiers: 50, API: true})
	if got := c.send(t, itOfProvince, http.MethodPost, "/api/v1/moving/waves/"+c.plan("phuong-long-xuyen")+"/runs", "{}"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a system: %d %.300s", got.status, got.body)
	}
}

// TestADayIsComparedByItself lets some nights pass over a wave.
func TestADayIsComparedByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := newAsking(t, w, 200, config.OlderSystem{Secret: oldsystem.Token})
		wave := a.plan("phuong-long-xuyen", "phuong-chau-doc")
		page, api := "/chuyen-du-lieu/dot/"+wave+"/hang-ngay", "/api/v1/moving/waves/"+wave+"/daily"
		if got := a.post(t, itOfProvince, page, url.Values{"do": {"on"}, "hour": {"5"}}); got.status != http.StatusConflict {
			t.Errorf("before it was moved in: %d", got.status)
		}
		if r := a.start(wave); r.State != "done" {
			t.Fatalf("%+v", r)
		}
		if got := a.post(t, itOfProvince, page, url.Values{"do": {"on"}, "hour": {"24"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#hour"`) || !strings.Contains(got.body, `value="24"`) {
			t.Errorf("hour 24: %d", got.status)
		}
		if got := a.send(t, "motcua.longxuyen", http.MethodPost, api, `{"on":true,"hour":5}`); got.status != http.StatusForbidden {
			t.Errorf("a clerk turns it on: %d", got.status)
		}
		if got := a.post(t, itOfProvince, page, url.Values{"do": {"on"}, "hour": {"6"}}); got.status != http.StatusSeeOther {
			t.Fatalf("on: %d %.300s", got.status, got.body)
		}
		ask[any](t, a.world, itOfProvince, http.MethodPost, api, `{"on":true,"hour":5}`) // another hour: the job of the first does nothing
		type days struct {
			On    bool
			Hour  int
			Items []struct {
				Day, State  string
				Differences int
				Kinds       map[string]int
				Figures     map[string][2]float64
			}
		}
		now := func() days { return ask[days](t, a.world, itOfProvince, http.MethodGet, api, "") }
		if d := now(); !d.On || d.Hour != 5 || len(d.Items) != 0 {
			t.Errorf("%+v", d)
		}
		night := func() {
			for range 24 {
				a.work()
				a.c.Advance(time.Hour)
			}
			a.work()
			clear(a.tokens) // everybody signs in anew
		}
		night()
		d := now()
		if len(d.Items) != 1 || d.Items[0].State != "done" || d.Items[0].Kinds["status"] != 0 || d.Items[0].Kinds["due"] != 0 {
			t.Fatalf("the first night: %+v", d)
		}
		if f := d.Items[0].Figures; f["received"][0] == 0 || f["score_progress"][1] == 0 {
			t.Errorf("%v", f)
		}
		bells := `SELECT COUNT(*) FROM notify_inbox WHERE event = 'moving.day'`
		first := a.count(bells)
		a.tells(movingtest.Options{Dossiers: 200, Now: a.began, Newer: true})
		night()
		if d = now(); len(d.Items) != 2 || d.Items[0].Day <= d.Items[1].Day || d.Items[0].Kinds["status"] == 0 {
			t.Fatalf("the second night: %+v", d)
		}
		if n := a.count(bells); n != first+1 {
			t.Errorf("%d were told, %d before", n, first)
		}
		a.faults("dead=1")
		night()
		if d = now(); len(d.Items) != 3 || d.Items[0].State != "failed" {
			t.Errorf("a night without an answer: %+v", d)
		}
		if n := a.count(bells); n != first+2 {
			t.Errorf("%d were told, %d before", n, first)
		}
		got := a.send(t, itOfProvince, http.MethodGet, page, "")
		pageSays(t, "the days", got, http.StatusOK, "Đang bật", "5 giờ", "không trả lời nhiều lần", "QĐ 766", "II.06a")
		var body string
		must(t, a.DB.QueryRow(t.Context(), `SELECT body FROM jobs_queue WHERE kind = 'moving.day'`).Scan(&body))
		for _, part := range a.Parts.All() { // the job runs again, and twice: nothing more is compared
			if h, ok := part.Jobs[jobs.Kind("moving.day")]; ok {
				must(t, h(t.Context(), []byte(body)))
				must(t, h(t.Context(), []byte(body)))
			}
		}
		if d = now(); len(d.Items) != 3 {
			t.Errorf("%+v", d)
		}
		a.faults("")
		if got := a.post(t, itOfProvince, page, url.Values{"do": {"off"}}); got.status != http.StatusSeeOther {
			t.Errorf("off: %d", got.status)
		}
		night()
		if d = now(); d.On || len(d.Items) != 3 {
			t.Errorf("off: %+v", d)
		}
	})
}
