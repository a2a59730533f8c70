// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/simulators/smartca"
)

// simulating tells the test's own program that it is to play the outside systems.
const simulating = "TINHSO_TEST_SIMULATE"

func TestMain(m *testing.M) {
	if data := os.Getenv(simulating); data != "" {
		os.Exit(app.Run(context.Background(), []string{"simulate", "--bound", "--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--vgca", "127.0.0.1:0", "--hooks", "127.0.0.1:0", "--data", data}, "test", os.Stdin, os.Stdout, os.Stderr))
	}
	debug.SetMemoryLimit(6 << 30) // hundreds of whole programs come and go: what they leave is cleared away in time
	code := m.Run()
	forgetProvinces()
	os.Exit(code)
}

// provider is the simulated provider of signatures in a process of its own.
type provider struct {
	t    *testing.T
	url  string
	data string
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t, data: t.TempDir()}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), simulating+"="+p.data)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil { // it ends with us
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	p.url = strings.TrimSpace(line) + "/smartca"
	return p
}

func (p *provider) do(method, path string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Close = true // a simulator of another test may have had this port before
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 400 {
		p.t.Fatalf("%s: %d %s %v", path, answer.StatusCode, body, err)
	}
	return string(body)
}

// press does what the person with the phone does about the newest transaction.
func (p *provider) press(answer string) {
	p.t.Helper()
	var all []struct{ Number string }
	if err := json.Unmarshal([]byte(p.do(http.MethodGet, "/phone")), &all); err != nil || len(all) == 0 {
		p.t.Fatalf("the phone shows nothing: %v", err)
	}
	p.do(http.MethodPost, "/phone/"+all[0].Number+"/"+answer)
}

const chair = "chutich.longxuyen"

// signingWorld is a world whose chair signs on a phone, with work going on.
func signingWorld(t *testing.T, w *world, change func(c *config.Config)) *provider {
	t.Helper()
	p := newProvider(t)
	p.do(http.MethodPost, "/users?"+url.Values{"user_id": {"089070000018"}, "name": {"Trương Minh Nhựt"}}.Encode())
	w.Config.Signing.SmartCA = config.SmartCA{
		URL: p.url, SPID: smartca.SPID, Password: smartca.Password, Webhook: "thong-bao-bi-mat", Accounts: []string{chair},
		Roots: smartca.RootFile(filepath.Join(p.data, "smartca")),
	}
	if change != nil {
		change(&w.Config)
	}
	again, err := app.Open(t.Context(), w.Config, "test", w.Log, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Program = again
	if w.handler, err = again.Handler(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); again.Work(ctx) }()
	t.Cleanup(func() { stop(); <-ended; _ = again.Close() })
	return p
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if so() {
			return
		}
	}
	t.Fatalf("it never came that %s", what)
}

// toSign takes a dossier to the desk of the chair.
func (o *objects) toSign() string {
	o.t.Helper()
	f, path := o.file(), ""
	call := func(who, method, what, body string) answer {
		o.t.Helper()
		got := o.w.send(o.t, who, method, path+what, body)
		if got.status >= 300 {
			o.t.Fatalf("%s as %s: %d %s", what, who, got.status, got.body)
		}
		return got
	}
	path = "/api/v1/dossiers/" + f.ID
	call("motcua.longxuyen", http.MethodPost, "/accept", "{}")
	for range 6 {
		var d struct{ Step struct{ Action string } }
		if err := json.Unmarshal([]byte(call(officer, http.MethodGet, "?purpose=handling", "").body), &d); err != nil {
			o.t.Fatal(err)
		}
		if d.Step.Action == "draft" {
			break
		}
		call(officer, http.MethodPost, "/finish", "{}")
	}
	v, err := o.w.Parts.Catalogue.Get(o.t.Context(), procedureID)
	if err != nil {
		o.t.Fatal(err)
	}
	fields := map[string]string{}
	for _, field := range v.Template.Fields {
		fields[field.Key] = "500000"
		if len(field.Options) > 0 {
			fields[field.Key] = field.Options[0].Value
		}
	}
	body, err := json.Marshal(map[string]any{"fields": fields})
	if err != nil {
		o.t.Fatal(err)
	}
	call(officer, http.MethodPut, "/result", string(body))
	account, _, err := o.w.People.FindAccount(o.t.Context(), o.w.DB, chair)
	if err != nil {
		o.t.Fatal(err)
	}
	call(officer, http.MethodPost, "/send-to-sign", `{"signer":"`+account.ID+`"}`)
	return f.ID
}

// The chair signs on a phone: pressed, waited for, approved, issued, and read by
// pdfsig. The provider is another process, which loses an answer on the way.
func TestTheChairSignsOnAPhone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := signingWorld(t, w, nil)
		o := objects{t: t, w: w}
		id := o.toSign()
		p.do(http.MethodPost, "/faults?lose=1&double=1&reverse=1")
		pressed := w.post(t, chair, "/xu-ly/"+id+"/ky", nil)
		place := pressed.header.Get("Location")
		if pressed.status != http.StatusSeeOther || !strings.HasPrefix(place, "/ky/cho/") {
			t.Fatalf("pressed: %d %s %.300s", pressed.status, place, pressed.body)
		}
		request := strings.TrimPrefix(place, "/ky/cho/")
		waiting := w.send(t, chair, http.MethodGet, place, "")
		code := regexp.MustCompile(`ts-figures">(\d{3} \d{3})<`).FindStringSubmatch(waiting.body)
		if waiting.status != http.StatusOK || waiting.header.Get("Refresh") == "" || len(code) != 2 || !strings.Contains(waiting.body, "Đang chờ Ông/Bà xác nhận trên điện thoại") {
			t.Fatalf("the page that waits: %d %s", waiting.status, waiting.body)
		}
		if got := w.send(t, "lanhdao.longxuyen", http.MethodGet, place, ""); got.status != http.StatusNotFound {
			t.Errorf("a colleague sees it: %d", got.status)
		}
		for _, list := range []string{"/viec", "/ky"} {
			if got := w.send(t, chair, http.MethodGet, list, ""); !strings.Contains(got.body, "Chờ ký số") {
				t.Errorf("%s does not say that it waits", list)
			}
		}
		if got := w.send(t, chair, http.MethodGet, "/xu-ly/"+id, ""); !strings.Contains(got.body, place) || strings.Contains(got.body, `action="/xu-ly/`+id+`/ky"`) {
			t.Error("the case does not say that it waits, or can be signed again")
		}
		eventually(t, "the phone shows it", func() bool { return strings.Contains(p.do(http.MethodGet, "/phone"), code[1]) })

		server := httptest.NewServer(w.handler) // notices come in over HTTP
		t.Cleanup(server.Close)
		p.do(http.MethodPost, "/notices?"+url.Values{"url": {server.URL + "/ky-so/thong-bao/smartca"}, "token": {"thong-bao-bi-mat"}}.Encode())
		p.press("approve")
		eventually(t, "the page says so", func() bool {
			return strings.Contains(w.send(t, chair, http.MethodGet, place, "").body, "<h1 class=\"ts-deskbar__title\">Đã ký") ||
				strings.Contains(w.send(t, chair, http.MethodGet, "/api/v1/signings/"+request, "").body, `"settled":true`)
		})
		if got := w.send(t, chair, http.MethodGet, "/api/v1/signings/"+request, ""); !strings.Contains(got.body, `"state":"approved"`) || !strings.Contains(got.body, `"used"`) {
			t.Errorf("it ended as %s", got.body)
		}
		if strings.Count(p.do(http.MethodGet, "/phone"), `"number"`) != 1 {
			t.Error("the phone was asked twice")
		}
		if got := w.send(t, "vanthu.longxuyen", http.MethodPost, "/api/v1/dossiers/"+id+"/issue", ""); got.status != http.StatusOK {
			t.Fatalf("issue: %d %s", got.status, got.body)
		}
		document := w.send(t, owner, http.MethodGet, "/api/v1/dossiers/"+id+"/result?purpose=own", "")
		said, err := pdftest.Run(t, "poppler-utils", "pdfsig", "-nocert", pdftest.Save(t, []byte(document.body)))
		if err != nil || strings.Count(said, "Signature is Valid.") != 3 || strings.Count(said, "  - Total document signed") != 1 {
			t.Errorf("pdfsig says %v\n%s", err, said)
		}
	})
}

// Cancelled, refused and suspended: the dossier stays where it was, with the reason.
func TestThePhoneSaysNo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	p := signingWorld(t, w, nil)
	o := objects{t: t, w: w}
	id := o.toSign()
	ask := func() string {
		t.Helper()
		got := w.send(t, chair, http.MethodPost, "/api/v1/dossiers/"+id+"/sign", "{}")
		var done struct{ Request string }
		if err := json.Unmarshal([]byte(got.body), &done); err != nil || done.Request == "" {
			t.Fatalf("sign: %d %s", got.status, got.body)
		}
		return done.Request
	}
	state := func(request string) string {
		return w.send(t, chair, http.MethodGet, "/api/v1/signings/"+request, "").body
	}
	onPhone := func(n int) {
		t.Helper()
		eventually(t, "the phone shows it", func() bool { return strings.Count(p.do(http.MethodGet, "/phone"), `"number"`) == n })
	}

	first := ask()
	onPhone(1)
	if got := w.send(t, chair, http.MethodPost, "/api/v1/dossiers/"+id+"/sign", "{}"); got.status != http.StatusConflict || !strings.Contains(got.body, "dossiers.signing") {
		t.Errorf("asked twice: %d %s", got.status, got.body)
	}
	if got := w.post(t, chair, "/ky/cho/"+first+"/huy", nil); got.status != http.StatusSeeOther {
		t.Errorf("cancel: %d %s", got.status, got.body)
	}
	p.press("approve") // too late
	if !strings.Contains(state(first), `"state":"cancelled"`) {
		t.Errorf("cancelled: %s", state(first))
	}
	second := ask()
	onPhone(2)
	p.press("refuse")
	eventually(t, "it is refused", func() bool { return strings.Contains(state(second), `"settled":true`) })
	if got := w.send(t, chair, http.MethodGet, "/xu-ly/"+id, ""); !strings.Contains(got.body, "từ chối trên điện thoại") {
		t.Error("the case does not say why it is not signed")
	}
	for fault, want := range map[string]string{"suspended=1": "requests.suspended", "clock=24h": "requests.clock", "clock=-24h": "requests.clock"} {
		p.do(http.MethodPost, "/faults?"+fault)
		request := ask()
		eventually(t, fault+" is told", func() bool {
			return strings.Contains(state(request), want) && strings.Contains(state(request), `"settled":true`)
		})
	}
}

// Notices without the token, or that are no notices, wake nobody.
func TestNoticesAreNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	signingWorld(t, w, func(c *config.Config) { c.Signing.SmartCA.Accounts = nil })
	const path = "/ky-so/thong-bao/"
	for _, tt := range []struct {
		to, token, body string
		want            int
	}{
		{"smartca", "Bearer thong-bao-bi-mat", `{"transaction_id":"01a1ffef-ec83-773c-b7dd-4f340643b7fd","signed_files":[{"doc_id":"x"}]}`, http.StatusNoContent},
		{"smartca", "Bearer thong-bao-bi-mat", `{"transaction_id":"' OR 1=1"}`, http.StatusNoContent},
		{"smartca", "Bearer thong-bao-bi-mat", `[`, http.StatusBadRequest},
		{"smartca", "Bearer thong-bao-bi-mat", `{"transaction_id":"` + strings.Repeat("a", 70<<10) + `"}`, http.StatusRequestEntityTooLarge},
		{"smartca", "Bearer khac", `{}`, http.StatusNotFound},
		{"smartca", "thong-bao-bi-mat", `{}`, http.StatusNotFound},
		{"ai-do", "Bearer thong-bao-bi-mat", `{}`, http.StatusNotFound},
	} {
		if got := w.send(t, "", http.MethodPost, path+tt.to, tt.body, "Authorization", tt.token, "Content-Type", "application/json"); got.status != tt.want {
			t.Errorf("%s %.60s: %d, want %d", tt.token, tt.body, got.status, tt.want)
		}
	}
	if got := w.send(t, "", http.MethodPost, path+"smartca", `{}`, "Authorization", "Bearer thong-bao-bi-mat", "Sec-Fetch-Site", "cross-site"); got.status != http.StatusForbidden {
		t.Errorf("from a page of another site: %d", got.status)
	}
}
