// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/simulators/agencies"
	"tinhso.vn/internal/simulators/ministry"
)

// ministries are the simulated systems in a process of their own.
type ministries struct {
	*nationalPortal // pumps
	url             string
}

func newMinistries(t *testing.T, w *world) *ministries {
	t.Helper()
	m := &ministries{nationalPortal: &nationalPortal{world: w, t: t}}
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
	gateway := lines.Text()
	go func() {
		for lines.Scan() { // nobody shall wait for us to read
		}
	}()
	m.url = gateway + "/lgsp/ho-tich-dien-tu"
	w.Config.Axis = config.Axis{URL: gateway + "/lgsp", Token: agencies.Token}
	w.Config.Ministries = nil
	for _, s := range ministry.Systems() {
		one := config.Ministry{Code: s.Code, ID: s.ID, Name: s.Name, NameEN: s.NameEN, Secret: s.Secret}
		if s.Civil {
			one.Statuses = config.CivilStatusStatuses
		}
		w.Config.Ministries = append(w.Config.Ministries, one)
	}
	again, err := app.Open(t.Context(), w.Config, "test", w.Log, nil)
	must(t, err)
	t.Cleanup(func() { _ = again.Close() })
	w.Program = again
	w.handler, err = again.Handler()
	must(t, err)
	server := httptest.NewServer(w.handler)
	t.Cleanup(server.Close)
	m.post("/target", url.Values{"url": {server.URL + "/goi-vao/ho-tich-dien-tu"}}.Encode())
	return m
}

func (m *ministries) post(path, body string) string {
	m.t.Helper()
	kind := "application/x-www-form-urlencoded"
	if strings.HasPrefix(body, "{") {
		kind = "application/json"
	}
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, m.url+path, strings.NewReader(body))
	must(m.t, err)
	r.Header.Set("Content-Type", kind)
	a, err := http.DefaultClient.Do(r)
	must(m.t, err)
	defer func() { _ = a.Body.Close() }()
	raw, err := io.ReadAll(a.Body)
	must(m.t, err)
	return string(raw)
}

// last is what we answered last.
func (m *ministries) last(raw string) (t ministry.Told) {
	m.t.Helper()
	var all []ministry.Told
	must(m.t, json.Unmarshal([]byte(raw), &all))
	return all[len(all)-1]
}

// TestAMinistrysDossierIsMirrored comes in from another process, doubled and in the
// wrong order, is found with whose it is, and cannot be touched.
func TestAMinistrysDossierIsMirrored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := newMinistries(t, w)
		now := w.DB.Now().In(w.DB.Now().Location()).Format("20060102") + "020000"
		say := func(status string) string {
			return `{"MaHoSo":"G15-0001","MaTTHC":"dang-ky-khai-sinh","MaCoQuanThucHien":"phuong-long-xuyen","TrangThaiHoSo":"` + status + `","ChuHoSo":"Trần Văn Xa","SoGiayToChuHoSo":"089058000099","NgayNopHoSo":"` + now + `","DuongDan":"https://hotich.example.vn/1"}`
		}
		m.post("/faults", "forge=1")
		if got := m.last(m.post("/say", say("1"))); got.Status != http.StatusNotFound {
			t.Errorf("forged: %+v", got)
		}
		m.post("/faults", "twice=1")
		if got := m.last(m.post("/say", say("1"))); got.Status != http.StatusOK || !strings.Contains(string(got.Answer), `"new"`) {
			t.Fatalf("%d %s", got.Status, got.Answer)
		}
		m.post("/faults", "mute=1")
		m.post("/say", say("2"))
		m.post("/say", say("4"))
		m.post("/faults", "") // the last first
		list := ask[struct {
			Items []struct {
				ID, Code, Keeper, Owner string
				Status                  int
			}
		}](t, w, officer, http.MethodGet, "/api/v1/mirrors", "")
		if len(list.Items) != 1 || list.Items[0].Keeper != "G15" || list.Items[0].Status != 10 || list.Items[0].Owner != "Trần Văn Xa" {
			t.Fatalf("%+v", list)
		}
		id := list.Items[0].ID
		for _, path := range []string{"/ho-so-he-thong-bo", "/xu-ly/" + id, "/giao-viec/bang", "/thong-ke"} {
			if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, path, ""); got.status != http.StatusOK && got.status != http.StatusNotFound {
				t.Errorf("%s: %d %.300s", path, got.status, got.body)
			}
		}
		if got := w.send(t, officer, http.MethodGet, "/xu-ly/"+id, ""); !strings.Contains(got.body, "Hệ thống hộ tịch điện tử") || !strings.Contains(got.body, "https://hotich.example.vn/1") {
			t.Errorf("the page does not say whose it is: %d", got.status)
		}
		if got := w.send(t, "", http.MethodGet, "/tra-cuu?ma=G15-0001", ""); got.status != http.StatusOK || !strings.Contains(got.body, "Hệ thống hộ tịch điện tử") {
			t.Errorf("tracking: %d", got.status)
		}
		if got := w.send(t, officer, http.MethodPost, "/api/v1/dossiers/"+id+"/claim", "{}"); got.status != http.StatusConflict || !strings.Contains(got.body, "dossiers.mirror") {
			t.Errorf("an act: %d %s", got.status, got.body)
		}
		calls := ask[struct {
			Items []struct{ Partner, Direction, Outcome string }
		}](t, w, "cntt.tinh", http.MethodGet, "/api/v1/dossiers/"+id+"/outside-calls", "")
		if len(calls.Items) == 0 || calls.Items[0].Partner != "ho-tich-dien-tu" || calls.Items[0].Direction != "in" {
			t.Errorf("%+v", calls)
		}
	})
}
