// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// Who files in these tests, for what, and where.
const (
	villager  = "dan.nguyenvanbay"
	counter   = "motcua.longxuyen"
	procedure = "xac-dinh-muc-do-khuyet-tat"
	townWard  = "phuong-long-xuyen"
	decoy     = "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" // a program of Windows
)

// answers are what a complete application for the procedure says.
func answers(difficulties string) map[string]any {
	return map[string]any{
		"applicant_name": "Nguyễn Văn Bảy", "applicant_number": "089058000001", "applicant_born": "1958-03-27", "applicant_sex": "male",
		"applicant_residence": map[string]string{"commune": townWard, "detail": "Số 1"}, "by_representative": "no", "request_kind": "first",
		"disability_kinds": []string{"movement"}, "difficulties": difficulties, "assessed_by_board": "no", "place_of_assessment": "office",
	}
}

// filing is a whole dossier as the counter sends it, with changes.
func filing(t *testing.T, change map[string]any) string {
	t.Helper()
	whole := map[string]any{
		"procedure": procedure, "answers": answers("Đi lại khó khăn"), "handed": map[string]any{"don-de-nghi": map[string]int{"original": 1}},
		"parties": map[string]any{"basis": "self", "owner": map[string]string{"kind": "individual", "name": "Nguyễn Văn Bảy", "number": "089058000001"}},
	}
	maps.Copy(whole, change)
	return encoded(t, whole)
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// kept counts the dossiers of the province.
func (w *world) kept(t *testing.T) (n int) {
	t.Helper()
	if err := w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM dossiers_dossiers`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// draft begins one on the web and fills it, complete but for what changes.
func (w *world) draft(t *testing.T, difficulties string) string {
	t.Helper()
	began := w.send(t, villager, http.MethodPost, "/api/v1/drafts", encoded(t, map[string]string{"procedure": procedure, "unit": townWard}))
	var d struct{ ID string }
	if err := json.Unmarshal([]byte(began.body), &d); err != nil || began.status != http.StatusOK {
		t.Fatalf("%d %s", began.status, began.body)
	}
	if a := w.send(t, villager, http.MethodPatch, "/api/v1/drafts/"+d.ID+"/answers", encoded(t, answers(difficulties))); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := w.send(t, villager, http.MethodPost, "/api/v1/drafts/"+d.ID+"/papers/don-de-nghi?name=don.pdf", pdftest.Small, "Content-Type", "application/pdf"); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return d.ID
}

// inLanguage asks for a page as somebody who reads l.
func (w *world) inLanguage(t *testing.T, l, who, method, path, body, contentType string) answer {
	t.Helper()
	cookie := "tinhso_lang=" + l
	if who != "" {
		cookie += "; " + page.SessionCookie + "=" + w.token(t, who, identity.Browser)
	}
	return w.send(t, "", method, path, body, "Cookie", cookie, "Content-Type", contentType)
}

// Whatever a program sends that makes no sense is answered in its language
// with the code of what is wrong, and nothing is kept of it.
func TestBadInputByAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const file, key = "/api/v1/dossiers", "Idempotency-Key"
		draft := w.draft(t, "Đi lại khó khăn")
		papers := "/api/v1/drafts/" + draft + "/papers/don-de-nghi?name="
		unanswered := answers("")
		delete(unanswered, "applicant_name")
		for i, tt := range []struct {
			name, who, method, path, body string
			status                        int
			code, vi, en                  string
		}{
			{"a wrong code", "", http.MethodGet, "/api/v1/tracking/H01.42-261121-9999", "", 404, "dossiers.track_not_found", "Không có hồ sơ nào mang mã này", "No dossier"},
			{"no id", villager, http.MethodGet, file + "/abc?purpose=own", "", 404, "dossiers.not_found", "Không tìm thấy", "no such dossier"},
			{"10 MB", counter, http.MethodPost, file, `{"procedure":"` + strings.Repeat("x", 10<<20) + `"}`, 413, "web.too_large", "vượt quá 1 MB", "More than 1 MB"},
			{"no JSON", counter, http.MethodPost, file, `{"procedure":`, 400, "web.malformed", "không đúng định dạng", "right form"},
			{"an unknown field", counter, http.MethodPost, file, filing(t, map[string]any{"colour": "red"}), 400, "web.malformed", "không đúng định dạng", "right form"},
			{"an unknown answer", counter, http.MethodPost, file, filing(t, map[string]any{"answers": map[string]any{"colour": "red"}}), 400, "form.malformed", "không", "not"},
			{"answers missing", counter, http.MethodPost, file, filing(t, map[string]any{"answers": unanswered}), 422, "form.invalid", "kiểm tra lại", "check"},
			{"no procedure", counter, http.MethodPost, file, filing(t, map[string]any{"procedure": "khong-co"}), 404, "procedures.not_found", "thủ tục", "procedure"},
			{"a program called .pdf", villager, http.MethodPost, papers + "virus.pdf", decoy, 422, "files.type_mismatch", "không đúng với loại tệp", "not what its name says"},
			{"an empty file", villager, http.MethodPost, papers + "don.pdf", "", 422, "files.empty", "không có nội dung", "empty"},
		} {
			before := w.kept(t)
			for language, words := range map[string]string{"vi": tt.vi, "en": tt.en} {
				got := w.send(t, tt.who, tt.method, tt.path, tt.body, "Accept-Language", language, key, fmt.Sprintf("%d-%s", i, language))
				var p struct{ Code, Detail string }
				if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status != tt.status || p.Code != tt.code || !strings.Contains(p.Detail, words) {
					t.Errorf("%s in %s: %d %.400s", tt.name, language, got.status, got.body)
				}
			}
			if after := w.kept(t); after != before {
				t.Errorf("%s: %d dossiers, before %d", tt.name, after, before)
			}
		}
		if got := w.send(t, counter, http.MethodPost, file, filing(t, nil)); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, key) {
			t.Errorf("without a key: %d %s", got.status, got.body)
		}
	})
}

// The same on pages: the message stands on the page that was sent, which keeps
// what was typed.
func TestBadInputOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(t, "Đi lại khó khăn")
		for language, words := range map[string][]string{
			"vi": {"Không có hồ sơ nào mang mã này", "không đúng với loại tệp", "không có nội dung", "12 chữ số"},
			"en": {"No dossier", "not what its name says", "empty", "12 digits"},
		} {
			if got := w.inLanguage(t, language, "", http.MethodGet, "/tra-cuu?ma=H01.42-261121-9999", "", ""); got.status < 400 || !strings.Contains(got.body, words[0]) || !strings.Contains(got.body, "H01.42-261121-9999") {
				t.Errorf("%s, a wrong code: %d", language, got.status)
			}
			for name, content := range map[string]string{"virus.pdf": decoy, "trang.pdf": ""} {
				body, kind := upload(t, "paper-don-de-nghi", name, content)
				got := w.inLanguage(t, language, villager, http.MethodPost, "/nhap/"+draft+"/giay-to", body, kind)
				want := words[1]
				if content == "" {
					want = words[2]
				}
				if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, want) || !strings.Contains(got.body, name) || !strings.Contains(got.body, "don.pdf") {
					t.Errorf("%s, %s: %d", language, name, got.status)
				}
			}
			wrong := url.Values{"applicant_name": {"Nguyễn Văn Bảy"}, "applicant_number": {"089 058"}, "applicant_born-year": {"2999"}}
			got := w.inLanguage(t, language, villager, http.MethodPost, "/nhap/"+draft+"/applicant", wrong.Encode(), "application/x-www-form-urlencoded")
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, words[3]) || !strings.Contains(got.body, `value="089 058"`) || !strings.Contains(got.body, "ts-error-summary") {
				t.Errorf("%s, a short number: %d", language, got.status)
			}
		}
		if n := w.kept(t); n != 0 {
			t.Errorf("%d dossiers", n)
		}
	})
}

// upload is the body of a form with one file.
func upload(t *testing.T, control, name, content string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(control, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := m.WriteField("do", "upload"); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), m.FormDataContentType()
}

// Typed as a Mac types it, and sent by many presses at once: one dossier, with
// the name as everybody else writes it.
func TestSentManyTimesInMarksOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(t, "Chống na\u0323ng, khó leo ca\u0302\u0300u thang")
		var wg sync.WaitGroup
		to := make([]string, 6)
		w.token(t, villager, identity.Browser)
		for i := range to {
			wg.Go(func() {
				got := w.post(t, villager, "/nhap/"+draft+"/kiem-tra", url.Values{"declare": {"1"}})
				to[i] = fmt.Sprint(got.status, " ", got.header.Get("Location"))
			})
		}
		wg.Wait()
		for _, one := range to {
			if one != "303 /ho-so/"+draft+"/da-gui" {
				t.Errorf("one press led to %s", one)
			}
		}
		if n := w.kept(t); n != 1 {
			t.Errorf("%d dossiers", n)
		}
		got := w.send(t, villager, http.MethodGet, "/api/v1/dossiers/"+draft+"?purpose=own", "")
		if !strings.Contains(got.body, "Chống nạng, khó leo cầu thang") {
			t.Errorf("kept as %s", got.body)
		}
	})
}

// The database goes away while somebody sends: the answer says in the reader's
// language that nothing is lost, and after the next start nothing is.
func TestTheDatabaseGoesAwayWhileSomebodySends(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(t, "Đi lại khó khăn")
		cookie := page.SessionCookie + "=" + w.token(t, villager, identity.Browser)
		if err := w.DB.Close(); err != nil {
			t.Fatal(err)
		}
		for language, words := range map[string]string{"vi": "Chưa có gì bị mất", "en": "Nothing is lost"} {
			got := w.send(t, "", http.MethodPost, "/nhap/"+draft+"/kiem-tra", "declare=1", "Cookie", cookie+"; tinhso_lang="+language)
			if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, words) {
				t.Errorf("%s: %d", language, got.status)
			}
		}
		again := w.reopened(t)
		got := again.send(t, "", http.MethodPost, "/nhap/"+draft+"/kiem-tra", "declare=1", "Cookie", cookie)
		if got.status != http.StatusSeeOther || again.kept(t) != 1 {
			t.Errorf("after the start: %d to %s, %d dossiers", got.status, got.header.Get("Location"), again.kept(t))
		}
	})
}

// reopened is the same installation after a start.
func (w *world) reopened(t *testing.T) *world {
	t.Helper()
	again := &world{set: w.set, logged: w.logged, tokens: map[string]string{}}
	var err error
	if again.Program, err = app.Open(t.Context(), w.Config, "test", w.Log, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	if again.handler, err = again.Handler(); err != nil {
		t.Fatal(err)
	}
	return again
}

// The disk fills up while the counter files: what was acknowledged is there, the
// rest was refused in words, and filing goes on when there is space again.
func TestTheDiskFillsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	limit := func(pages string) {
		t.Helper()
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `PRAGMA max_page_count = `+pages)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := w.DB.QueryRow(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit(fmt.Sprint(pages + 4))
	body := filing(t, map[string]any{"answers": answers(strings.Repeat("Đi lại khó khăn. ", 100))})
	acknowledged := 0
	for i := range 100 {
		got := w.send(t, counter, http.MethodPost, "/api/v1/dossiers", body, "Idempotency-Key", fmt.Sprint(i), "Accept-Language", []string{"vi", "en"}[i%2])
		if got.status == http.StatusOK {
			acknowledged++
			continue
		}
		words := []string{"hết chỗ lưu trữ", "run out of space"}[i%2]
		if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `"db.full"`) || !strings.Contains(got.body, words) {
			t.Fatalf("%d %s", got.status, got.body)
		}
		if i > acknowledged+2 {
			break
		}
	}
	if n := w.kept(t); n != acknowledged || acknowledged == 100 {
		t.Errorf("%d dossiers, %d acknowledged", n, acknowledged)
	}
	limit("1073741823")
	if got := w.send(t, counter, http.MethodPost, "/api/v1/dossiers", body, "Idempotency-Key", "after"); got.status != http.StatusOK || w.kept(t) != acknowledged+1 {
		t.Errorf("with space again: %d %s", got.status, got.body)
	}
}

// PostgreSQL finds no room, in the middle of a filing and at its commit: the
// server itself answers with the class of a full disk. Nothing is half kept.
func TestTheDiskOfPostgreSQLFillsUp(t *testing.T) {
	t.Parallel()
	onPostgres(t, func(t *testing.T, w *world) {
		body := filing(t, map[string]any{"answers": answers("Đi lại khó khăn")})
		file := func(key, language string) answer {
			return w.send(t, counter, http.MethodPost, "/api/v1/dossiers", body, "Idempotency-Key", key, "Accept-Language", language)
		}
		run := func(statement string) {
			t.Helper()
			if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		run(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`)
		for when, trigger := range map[string]string{
			"in the middle": `CREATE TRIGGER no_room BEFORE INSERT ON dossiers_history FOR EACH ROW EXECUTE FUNCTION no_room()`,
			"at the commit": `CREATE CONSTRAINT TRIGGER no_room AFTER INSERT ON dossiers_history DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_room()`,
		} {
			before := w.kept(t)
			run(trigger)
			for language, words := range map[string]string{"vi": "hết chỗ lưu trữ", "en": "run out of space"} {
				if got := file(when, language); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `"db.full"`) || !strings.Contains(got.body, words) {
					t.Errorf("%s, %s: %d %s", when, language, got.status, got.body)
				}
			}
			run(`DROP TRIGGER no_room ON dossiers_history`)
			if n := w.kept(t); n != before {
				t.Errorf("%s: %d dossiers kept of a filing that was refused", when, n-before)
			}
			if got := file(when, "vi"); got.status != http.StatusOK || w.kept(t) != before+1 {
				t.Errorf("%s, with space again: %d %s", when, got.status, got.body)
			}
		}
	})
}
