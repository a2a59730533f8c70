// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/nationalportal"
)

// nationalPortal is the simulated portal in a process of its own, with an account here.
type nationalPortal struct {
	*world
	t     *testing.T
	url   string
	token string
}

func newNationalPortal(t *testing.T, w *world) *nationalPortal {
	t.Helper()
	p := &nationalPortal{world: w, t: t}
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), simulating+"="+t.TempDir())
	out, err := cmd.StdoutPipe()
	must(t, err)
	_, err = cmd.StdinPipe() // it ends with us
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	lines.Scan()
	p.url = lines.Text() + "/dvcqg"
	go func() {
		for lines.Scan() { // nobody shall wait for us to read
		}
	}()
	w.Config.NationalPortal = config.NationalPortal{URL: p.url, User: nationalportal.User, Password: nationalportal.Password}
	again, err := app.Open(t.Context(), w.Config, "test", w.Log, nil)
	must(t, err)
	t.Cleanup(func() { _ = again.Close() })
	w.Program = again
	w.handler, err = again.Handler()
	must(t, err)
	until := w.DB.Now().AddDate(0, 6, 0).UTC().Format("2006-01-02T15:04:05Z")
	system := ask[struct{ ID string }](t, w, "cntt.tinh", http.MethodPost, "/api/v1/systems", `{"name":"Cổng quốc gia","owner":"B","contact":"C","purpose":"D",
		"reach":{"role":"system_national_portal","unit":"phuong-long-xuyen","subtree":true,"networks":[],"per_minute":600,"until":"`+until+`"}}`).ID
	ask[any](t, w, "antoan.tinh", http.MethodPost, "/api/v1/systems/"+system+"/confirmation", `{"version":1}`)
	p.token = ask[struct{ Token string }](t, w, "cntt.tinh", http.MethodPost, "/api/v1/systems/"+system+"/tokens", `{"days":90}`).Token
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.Close)
	p.control("/target", url.Values{"url": {server.URL + "/api/v1/national-portal/dossiers"}, "token": {p.token}})
	return p
}

func (p *nationalPortal) do(method, path, kind, body string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	must(p.t, err)
	r.Header.Set("Content-Type", kind)
	a, err := http.DefaultClient.Do(r)
	must(p.t, err)
	defer func() { _ = a.Body.Close() }()
	raw, err := io.ReadAll(a.Body)
	must(p.t, err)
	return string(raw)
}

func (p *nationalPortal) control(path string, form url.Values) {
	p.t.Helper()
	p.do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// files lets the portal file dossiers here, and returns what we answered.
func (p *nationalPortal) files(query string, all ...string) (done []nationalportal.Filed) {
	p.t.Helper()
	must(p.t, json.Unmarshal([]byte(p.do(http.MethodPost, "/file?"+query, "application/json", "["+strings.Join(all, ",")+"]")), &done))
	return done
}

// knows is what the portal knows of dossiers, by code.
func (p *nationalPortal) knows() (known map[string]*nationalportal.Dossier, heard []string) {
	p.t.Helper()
	var got struct {
		Messages []nationalportal.Message
		Dossiers []*nationalportal.Dossier
	}
	must(p.t, json.Unmarshal([]byte(p.do(http.MethodGet, "/received", "", "")), &got))
	known = map[string]*nationalportal.Dossier{}
	for _, d := range got.Dossiers {
		known[d.Code] = d
	}
	for _, m := range got.Messages {
		said := m.Operation
		if m.Again {
			said += " again"
		}
		heard = append(heard, said)
	}
	return known, heard
}

// pump does what waits: events, jobs, then what is due to be sent.
func (p *nationalPortal) pump() {
	p.t.Helper()
	handlers, consumers := map[jobs.Kind]jobs.Handler{}, map[events.Name][]jobs.Kind{}
	for _, m := range p.Parts.All() {
		maps.Copy(handlers, m.Jobs)
		for name, kind := range m.Consumes {
			consumers[name] = append(consumers[name], kind)
		}
	}
	for did := true; did; {
		n, err := events.Dispatch(p.t.Context(), p.DB, consumers)
		must(p.t, err)
		did, err = jobs.Work(p.t.Context(), p.DB, handlers)
		must(p.t, err)
		did = did || n > 0
	}
	for did := true; did; {
		var err error
		did, err = p.Parts.Hub.Work(p.t.Context())
		must(p.t, err)
	}
}

// until pumps until something is true: failures wait for their pause.
func (p *nationalPortal) until(what string, f func() bool) {
	p.t.Helper()
	for range 200 {
		p.pump()
		if f() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.t.Fatalf("never: %s", what)
}

func broughtDossier(code, born string) string {
	return fmt.Sprintf(`{"MaHoSo":%q,"MaTTHC":"1.014027.000.00.00.H01","MaCoQuanThucHien":"phuong-long-xuyen","ChuHoSo":{"LoaiDoiTuong":"1","HoTen":"Trần Văn Xa","SoDinhDanh":"089058000099","SoDienThoai":"0900000099"},
		"NoiDungKeKhai":{"applicant_name":"Trần Văn Xa","applicant_born":%q,"applicant_sex":"male","applicant_number":"089058000099","applicant_residence":{"commune":"phuong-long-xuyen","detail":"Số 9, đường Giả Định"},
		"applicant_phone":"0900000099","by_representative":"no","has_pension":"no","has_allowance":"no","household":"none","pay_by":"post"},"TaiLieuNop":[]}`, code, born)
}

// TestADossierOfTheNationalPortal comes in doubled, is taken once, and its progress
// goes back in order while the portal fails, loses answers and is dead for a while.
func TestADossierOfTheNationalPortal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := newNationalPortal(t, w)
		good := broughtDossier("G22.99-260302-0001", "1948-03-27")
		done := p.files("twice=1", good)
		var receipt struct{ MaHoSo, SoTiepNhan string }
		if len(done) != 2 || done[0].Status != 200 || done[1].Status != 200 || string(done[0].Answer) != string(done[1].Answer) || json.Unmarshal(done[0].Answer, &receipt) != nil || receipt.SoTiepNhan == "" {
			t.Fatalf("%+v", done)
		}
		taken := ask[struct {
			Items []struct{ Code, Dossier, Reference string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/national-portal/arrivals?state=taken", "")
		if len(taken.Items) != 1 || taken.Items[0].Reference != receipt.SoTiepNhan {
			t.Fatalf("%+v", taken)
		}
		dossier := taken.Items[0].Dossier
		if other := p.files("", broughtDossier("G22.99-260302-0001", "1949-03-27")); other[0].Status != http.StatusConflict {
			t.Errorf("other content under its code: %d %s", other[0].Status, other[0].Answer)
		}

		p.control("/faults", url.Values{"fail": {"2"}})
		p.until("it fails twice and works", func() bool { known, _ := p.knows(); return known["G22.99-260302-0001"] != nil })
		p.control("/faults", url.Values{"lose": {"1"}})
		ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+dossier+"/accept", "{}")
		p.until("an answer was lost", func() bool {
			known, _ := p.knows()
			return known["G22.99-260302-0001"].Status == "2" && len(known["G22.99-260302-0001"].Progress) == 2
		})
		if _, heard := p.knows(); !strings.Contains(strings.Join(heard, ","), "again") {
			t.Errorf("heard %v", heard)
		}
		p.control("/signout", nil)
		p.control("/faults", url.Values{"dead": {"1"}})
		ask[any](t, w, officer, http.MethodPost, "/api/v1/dossiers/"+dossier+"/claim", "{}")
		p.pump()
		p.control("/faults", url.Values{})
		p.until("it was dead", func() bool { known, _ := p.knows(); return known["G22.99-260302-0001"].Status == "4" })
		if known, _ := p.knows(); strings.Join(known["G22.99-260302-0001"].Progress[:2], ", ") != "Hồ sơ được gửi, Tiếp nhận hồ sơ" {
			t.Errorf("progress %v", known["G22.99-260302-0001"].Progress)
		}

		calls := ask[struct {
			Items []struct{ Operation, Direction, Outcome string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/dossiers/"+dossier+"/outside-calls", "")
		if n := len(calls.Items); n < 6 || calls.Items[n-1].Direction != "in" {
			t.Errorf("%+v", calls.Items)
		}
		it, citizen := "cntt.tinh", owner
		for _, path := range []string{"/quan-tri/ket-noi", "/quan-tri/ket-noi/cong-quoc-gia", "/quan-tri/ket-noi/cong-quoc-gia/cuoc-goi", "/quan-tri/ket-noi/cong-quoc-gia/chenh-lech", "/xu-ly/" + dossier + "/ket-noi", "/quan-tri/cong-quoc-gia?state=taken", "/quan-tri/cong-quoc-gia/thu-tuc?ma=2.000815"} {
			if got := w.send(t, it, http.MethodGet, path, ""); got.status != http.StatusOK {
				t.Errorf("%s: %d %.300s", path, got.status, got.body)
			}
			if got := w.send(t, citizen, http.MethodGet, path, ""); got.status != http.StatusForbidden {
				t.Errorf("%s as a citizen: %d", path, got.status)
			}
		}
	})
}

// TestTheNationalPortalIsToldWhatIsWrong keeps what was refused, takes it mended, and
// settles what both sides know differently.
func TestTheNationalPortalIsToldWhatIsWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := newNationalPortal(t, w)
		code := "G22.99-260302-0007"
		wrong := strings.ReplaceAll(broughtDossier(code, "1948-03-27"), "089058000099", "12")
		wrong = strings.Replace(wrong, `"TaiLieuNop":[]`, `"TaiLieuNop":[{"TenTepDinhKem":"a.pdf","MaThanhPhanHoSo":"khong-co","NoiDung":"AAAA"}]`, 1)
		done := p.files("twice=1", wrong)
		if len(done) != 2 || done[0].Status != 422 || done[1].Status != 422 || !strings.Contains(string(done[0].Answer), "owner.number") || !strings.Contains(string(done[0].Answer), "paper-khong-co") {
			t.Fatalf("%+v", done)
		}
		for what, body := range map[string]string{"MaTTHC": strings.Replace(broughtDossier("G22.99-260302-0008", "1948-03-27"), "1.014027", "9.999999", 1), "MaCoQuanThucHien": strings.Replace(broughtDossier("G22.99-260302-0009", "1948-03-27"), `"phuong-long-xuyen","ChuHoSo"`, `"H99.99","ChuHoSo"`, 1)} {
			if got := p.files("", body); got[0].Status != 422 || !strings.Contains(string(got[0].Answer), what) {
				t.Errorf("%s: %d %s", what, got[0].Status, got[0].Answer)
			}
		}
		if got := w.call(t, "tinhso_wrong", "10.1.2.3", http.MethodPost, "/api/v1/national-portal/dossiers", broughtDossier(code, "1948-03-27")); got.status != http.StatusUnauthorized {
			t.Errorf("a stranger: %d", got.status)
		}
		if got := w.send(t, "motcua.longxuyen", http.MethodPost, "/api/v1/national-portal/dossiers", broughtDossier(code, "1948-03-27")); got.status != http.StatusForbidden {
			t.Errorf("a clerk: %d", got.status)
		}
		if got := w.send(t, "cntt.tinh", http.MethodGet, "/quan-tri/cong-quoc-gia", ""); !strings.Contains(got.body, code) || strings.Contains(got.body, "Trần Văn Xa") {
			t.Errorf("the page of what was refused: %.500s", got.body)
		}
		if got := p.files("", broughtDossier(code, "1948-03-27")); got[0].Status != 200 {
			t.Fatalf("mended: %d %s", got[0].Status, got[0].Answer)
		}
		dossier := ask[struct {
			Items []struct{ Dossier string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/national-portal/arrivals?state=taken", "").Items[0].Dossier
		ask[any](t, w, "motcua.longxuyen", http.MethodPost, "/api/v1/dossiers/"+dossier+"/accept", "{}")
		p.until("it is told", func() bool { known, _ := p.knows(); return known[code] != nil && known[code].Status == "2" })
		p.control("/forget", url.Values{"code": {code}})

		at, now := "/api/v1/connections/cong-quoc-gia", w.DB.Now()
		period := fmt.Sprintf(`{"from":%q,"to":%q}`, now.AddDate(0, 0, -1).Format(time.RFC3339), now.AddDate(0, 0, 1).Format(time.RFC3339))
		if got := ask[struct{ Found int }](t, w, "cntt.tinh", http.MethodPost, at+"/comparisons", period); got.Found != 1 {
			t.Errorf("%+v", got)
		}
		open := ask[struct {
			Items []struct{ ID, Code, Kind string }
		}](t, w, "cntt.tinh", http.MethodGet, at+"/differences", "")
		if len(open.Items) != 1 || open.Items[0].Code != code || open.Items[0].Kind != "missing_there" {
			t.Fatalf("%+v", open)
		}
		ask[any](t, w, "cntt.tinh", http.MethodPost, at+"/differences/"+open.Items[0].ID+"/mend", "")
		p.until("it is told again", func() bool { known, _ := p.knows(); return known[code] != nil })
		if got := ask[struct{ Found int }](t, w, "cntt.tinh", http.MethodPost, at+"/comparisons", period); got.Found != 0 {
			t.Errorf("after it was mended: %+v", got)
		}

		page := "/quan-tri/ket-noi/cong-quoc-gia"
		if got := w.post(t, "cntt.tinh", page+"/tam-dung", url.Values{"reason": {""}}); got.status != 422 || !strings.Contains(got.body, `href="#pause-reason"`) {
			t.Errorf("a pause without reason: %d %.300s", got.status, got.body)
		}
		if got := w.post(t, "cntt.tinh", page+"/tam-dung", url.Values{"reason": {"Bảo trì"}}); got.status != http.StatusSeeOther {
			t.Errorf("a pause: %d %.300s", got.status, got.body)
		}
		if got := w.post(t, "cntt.tinh", page+"/phat-lai", url.Values{"from": {"x"}, "to": {"32/13/2026"}}); got.status != 422 || !strings.Contains(got.body, `value="32/13/2026"`) {
			t.Errorf("a replay of no period: %d", got.status)
		}
		ask[any](t, w, "cntt.tinh", http.MethodDelete, at+"/paused", "")
		if got := ask[struct{ Messages int }](t, w, "cntt.tinh", http.MethodPost, at+"/replay", period); got.Messages < 3 {
			t.Errorf("replayed %+v", got)
		}
		p.until("it is replayed", func() bool {
			_, heard := p.knows()
			return strings.HasSuffix(strings.Join(heard, ","), "again")
		})
	})
}

// TestFilesOfTheNationalPortalAreDistrusted brings a picture and what only says that it
// is one, and the same dossier on four lines at once.
func TestFilesOfTheNationalPortalAreDistrusted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := newNationalPortal(t, w)
		var picture bytes.Buffer
		must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
		with := func(code string, content []byte) string {
			return strings.Replace(broughtDossier(code, "1948-03-27"), `"TaiLieuNop":[]`, fmt.Sprintf(`"TaiLieuNop":[{"TenTepDinhKem":"so-ho-ngheo.png","MaThanhPhanHoSo":"ho-ngheo","NoiDung":%q}]`, base64.StdEncoding.EncodeToString(content)), 1)
		}
		if got := p.files("", with("G22.99-260302-0011", []byte("MZ this is a program")))[0]; got.Status != 422 || !strings.Contains(string(got.Answer), "paper-ho-ngheo") {
			t.Errorf("a program: %d %s", got.Status, got.Answer)
		}
		const lines = 4
		body := with("G22.99-260302-0012", picture.Bytes())
		var wg sync.WaitGroup
		statuses := make([]int, lines)
		for i := range lines {
			wg.Go(func() {
				statuses[i] = w.call(t, p.token, "10.1.2.3", http.MethodPost, "/api/v1/national-portal/dossiers", body).status
			})
		}
		wg.Wait()
		for _, status := range statuses {
			if status != http.StatusOK && status != http.StatusConflict { // the first one is still at work
				t.Errorf("at once: %v", statuses)
			}
		}
		taken := ask[struct{ Items []struct{ Dossier string } }](t, w, "cntt.tinh", http.MethodGet, "/api/v1/national-portal/arrivals?state=taken", "")
		if len(taken.Items) != 1 {
			t.Fatalf("%+v", taken)
		}
		if got := w.send(t, "motcua.longxuyen", http.MethodGet, "/api/v1/dossiers/"+taken.Items[0].Dossier+"?purpose=handling", ""); !strings.Contains(got.body, "so-ho-ngheo.png") || !strings.Contains(got.body, `"channel":2`) && !strings.Contains(got.body, `"channel":"online"`) {
			t.Errorf("the dossier: %d %.1500s", got.status, got.body)
		}
		if got := w.send(t, "motcua.chaudoc", http.MethodGet, "/api/v1/dossiers/"+taken.Items[0].Dossier+"/outside-calls", ""); got.status == http.StatusOK {
			t.Errorf("another unit sees the calls: %s", got.body)
		}
	})
}
