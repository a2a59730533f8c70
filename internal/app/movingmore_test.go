// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/modules/moving/movingtest"
	"tinhso.vn/internal/platform/db"
)

// TestContentsAnswersAndStepsComeAlong moves contents of files, answers and steps that
// were done there in; what is missing or damaged is said by line, comes with the next
// run when it is there, and a dossier that brought files can still go back.
func TestContentsAnswersAndStepsComeAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := newMoves(t, w, 10)
		m.dump(movingtest.Options{Dossiers: 60, Contents: 60, More: true})
		wave := m.plan(m.units...)
		r := m.run(wave)
		if r.Contents < 40 || r.Bytes < 1000 || r.Steps < 2*40 {
			t.Fatalf("%+v of %+v", r, m.made)
		}
		if n := m.count(`SELECT COUNT(*) FROM moving_files WHERE state = 'lost'`); n != m.made.Wanting {
			t.Errorf("%d contents are wanting, want %d", n, m.made.Wanting)
		}
		codes := map[string]bool{}
		for _, j := range ask[struct {
			Rejects []struct {
				Line int
				Code string
			}
		}](t, w, itOfProvince, http.MethodGet, "/api/v1/moving/runs/"+m.last+"?stage=contents", "").Rejects {
			codes[j.Code] = j.Line > 1
		}
		for _, code := range []string{"moving.reject.file_missing", "moving.reject.file_damaged", "files.type_mismatch", "files.picture_broken"} {
			if !codes[code] {
				t.Errorf("%s is not said: %v", code, codes)
			}
		}
		// The same content of one dossier is one file, and no quota counts what came.
		if n := m.count(`SELECT COUNT(*) FROM dossiers_moved_files`); n != r.Contents-1 {
			t.Errorf("%d files of %d contents", n, r.Contents)
		}
		if n := m.count(`SELECT COUNT(*) FROM files_usage u JOIN dossiers_moved_files f ON f.dossier_id = u.owner`); n != 0 {
			t.Errorf("%d quotas have counted what came", n)
		}
		if again := m.run(wave); again.Contents != 0 || again.Added+again.Changed != 0 || again.Rejected != r.Rejected {
			t.Errorf("again: %+v, first %+v", again, r)
		}
		m.shown()
		m.givesBack(wave)
	})
}

// shown looks at a dossier of Long Xuyên as its officer.
func (m *moves) shown() {
	t := m.t
	t.Helper()
	type dossier struct {
		Code     string
		Annex    []struct{ Name, Value string }
		Answers  map[string]any
		Timeline []struct{ Kind, Did, By, Note string }
		Papers   []struct{ Paper string }
	}
	ids, err := db.All(t.Context(), m.DB, db.Column[string], `SELECT d.id FROM dossiers_dossiers d JOIN dossiers_moved m ON m.dossier_id = d.id
		WHERE d.received_unit = 'phuong-long-xuyen' AND d.procedure_id IN ('chung-thuc-ban-sao', 'chung-thuc-chu-ky') AND d.status = 10 ORDER BY d.procedure_id, d.id LIMIT 12`)
	if err != nil {
		t.Fatal(err)
	}
	seen, answered := 0, 0
	for _, id := range ids {
		d := ask[dossier](t, m.world, "chuyenvien.longxuyen", http.MethodGet, "/api/v1/dossiers/"+id+"?purpose=handling", "")
		seen++
		if len(d.Papers) == 0 || d.Papers[0].Paper != "tu-he-thong-cu" {
			t.Errorf("%s has no file of the older system: %+v", id, d.Papers)
		}
		did := 0
		for _, e := range d.Timeline {
			if e.Kind == "earlier" && e.Did != "" && strings.HasPrefix(e.By, "Cán bộ Thử") && e.Note != "" {
				did++
			}
		}
		if did != 2 {
			t.Errorf("%d steps of the older system: %+v", did, d.Timeline)
		}
		if name, ok := d.Answers["paper_name"].(string); ok && strings.HasPrefix(name, "Bằng tốt nghiệp") {
			answered++
		} else if len(d.Annex) < 2 {
			t.Errorf("what it said there is nowhere: %+v %+v", d.Answers, d.Annex)
		}
		got := m.send(t, "chuyenvien.longxuyen", http.MethodGet, "/xu-ly/"+id, "")
		for _, want := range []string{"Thông tin của hệ thống cũ", "GhiChuCu", "Hệ thống cũ: Tiếp nhận tại quầy", "Cán bộ Thử", "Tệp từ hệ thống cũ"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("the page of %s does not say %q", id, want)
			}
		}
		if public := m.send(t, "", http.MethodGet, "/tra-cuu?ma="+d.Code, ""); strings.Contains(public.body, "Cán bộ Thử") || strings.Contains(public.body, "dặn gọi") {
			t.Errorf("everybody sees who worked in the older system on %s", id)
		}
	}
	if seen == 0 || answered == 0 || answered == seen {
		t.Errorf("%d dossiers, %d with an answer of then", seen, answered)
	}
	if n := m.count(`SELECT COUNT(*) FROM dossiers_annexes`); n < 40 {
		t.Errorf("%d annexes", n)
	}
}

// givesBack gives all units back: nothing that came stays readable.
func (m *moves) givesBack(wave string) {
	t := m.t
	t.Helper()
	for _, u := range m.units {
		m.post(t, itOfProvince, "/chuyen-du-lieu/dot/"+wave+"/don-vi/"+u, map[string][]string{"confirmed": {"1"}})
		m.work()
	}
	for _, table := range []string{"dossiers_moved", "dossiers_moved_files", "dossiers_annexes", "dossiers_earlier", "moving_files", "moving_rows"} {
		if n := m.count(`SELECT COUNT(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows stay in %s", n, table)
		}
	}
	if n := m.count(`SELECT COUNT(*) FROM files_files f WHERE f.erased_at IS NULL AND f.subject_kind = 'dossier' AND f.subject_id NOT IN (SELECT id FROM dossiers_dossiers)`); n != 0 {
		t.Errorf("%d files of dossiers that went back can still be opened", n)
	}
}
