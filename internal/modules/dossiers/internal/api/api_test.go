// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/api"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/web"
)

// caller sends requests as somebody, through the doors of the program.
type caller struct {
	t       *testing.T
	handler http.Handler
	actors  map[string]identity.Actor
}

func newCaller(t *testing.T, w *dossierstest.World) *caller {
	t.Helper()
	c := &caller{t: t, actors: map[string]identity.Actor{}}
	for _, a := range []identity.Actor{w.Citizen, w.Neighbour, w.Clerk, w.Colleague, w.Officer, w.Leader, w.Records, w.OtherClerk, w.Second, w.DeptOfficer, w.OtherOfficer} {
		c.actors[a.Account] = a
	}
	explain := func(_ *http.Request, p *web.ProblemError) { p.Detail = p.Code }
	server := &web.Server{
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Clock: clock.System{}, Limits: web.NewLimiter(nil, nil, clock.System{}), Explain: explain,
		Enter: func(r *http.Request, route web.Route) (*http.Request, error) {
			actor := c.actors[r.Header.Get("X-Account")]
			r = r.WithContext(identity.With(r.Context(), actor))
			if route.Access.IsPublic() {
				return r, nil
			}
			for _, p := range route.Access.Permissions() {
				if actor.May(identity.Permission(p)) {
					return r, nil
				}
			}
			return r, access.ErrNotAllowed
		},
	}
	mux, doc := http.NewServeMux(), web.NewAPI("test", "1", explain)
	for _, r := range api.Routes(w.Service) {
		mux.Handle(r.Pattern, server.Serve(doc.Mount(r)))
	}
	if text, err := doc.OpenAPI()(); err != nil || !bytes.Contains(text, []byte("Idempotency-Key")) {
		t.Errorf("the description: %v", err)
	}
	c.handler = mux
	return c
}

type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

// text returns a text of the answer; empty where there is none.
func (a answer) text(name string) string { s, _ := a.body[name].(string); return s }

// list returns a list of the answer; nil where there is none.
func (a answer) list(name string) []any { l, _ := a.body[name].([]any); return l }

func (c *caller) send(who, method, path string, body io.Reader, headers ...string) answer {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, "/api/v1"+path, body)
	r.Header.Set("X-Account", who)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.Bytes()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(a.raw, &a.body); err != nil {
			c.t.Errorf("%s %s: %v in %.200s", method, path, err, a.raw)
		}
	}
	return a
}

// want sends JSON and fails on another status.
func (c *caller) want(status int, who, method, path string, in any, headers ...string) answer {
	c.t.Helper()
	var body io.Reader = http.NoBody
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			c.t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	a := c.send(who, method, path, body, headers...)
	if a.status != status {
		c.t.Fatalf("%s %s %s: %d, want %d: %.400s", who, method, path, a.status, status, a.raw)
	}
	return a
}

type object = map[string]any

func eachWorld(t *testing.T, f func(t *testing.T, w *dossierstest.World)) {
	t.Helper()
	dbtest.Each(t, dossierstest.Migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) { f(t, dossierstest.New(t, d)) })
}

// The whole journey, by programs.
func TestTheJourneyByAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		draft := c.want(200, "bay", "POST", "/drafts", object{"procedure": "xac-nhan-cu-tru", "unit": dossierstest.Ward}).text("id")
		if a := c.want(200, "bay", "GET", "/drafts/"+draft, nil); fmt.Sprint(a.body["prefill"], a.body["prefill_sources"], a.body["answers"]) != "map[full_name:Nguyễn Văn Bảy] map[full_name:account] map[]" {
			t.Errorf("offered %v from %v", a.body["prefill"], a.body["prefill_sources"])
		}
		c.want(200, "bay", "PUT", "/drafts/"+draft+"/steps/owner", object{"full_name": []string{"Nguyễn Văn Bảy"}})
		c.want(200, "bay", "PATCH", "/drafts/"+draft+"/answers", object{"reason": "Vay vốn"})
		c.want(400, "bay", "PATCH", "/drafts/"+draft+"/answers", object{"unknown": "x"})
		if found := c.want(200, "bay", "GET", "/drafts/"+draft+"/check", nil).list("problems"); len(found) != 1 {
			t.Errorf("problems %v", found)
		}
		if a := c.want(422, "bay", "POST", "/drafts/"+draft+"/submit", nil); a.body["code"] != "form.invalid" {
			t.Errorf("%v", a.body)
		}
		if a := c.send("bay", "POST", "/drafts/"+draft+"/papers/to-khai?name=virus.pdf", strings.NewReader("MZ\x90\x00"), "Content-Type", "application/pdf"); a.status != 422 || a.body["code"] != "files.type_mismatch" {
			t.Errorf("a program called .pdf: %d %v", a.status, a.body)
		}
		if a := c.send("bay", "POST", "/drafts/"+draft+"/papers/to-khai?name=don.pdf", strings.NewReader(dossierstest.PDF), "Content-Type", "application/pdf"); a.status != 201 {
			t.Fatalf("upload: %d %s", a.status, a.raw)
		}
		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		part, err := m.CreateFormFile("file", "ảnh.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, dossierstest.PDF); err != nil {
			t.Fatal(err)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		second := c.send("bay", "POST", "/drafts/"+draft+"/papers/giay-to", &form, "Content-Type", m.FormDataContentType())
		if second.status != 201 || second.body["name"] != "ảnh.pdf" {
			t.Fatalf("a form: %d %s", second.status, second.raw)
		}
		file := c.want(200, "bay", "GET", "/drafts/"+draft+"/attachments/"+second.text("id"), nil)
		if string(file.raw) != dossierstest.PDF || !strings.Contains(file.header.Get("Content-Disposition"), "filename*=utf-8''%E1%BA%A3nh.pdf") || file.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the file comes with %v", file.header)
		}
		c.want(404, "nam", "GET", "/drafts/"+draft, nil)
		sent := c.want(200, "bay", "POST", "/drafts/"+draft+"/submit", nil)
		id, reference := sent.text("id"), sent.text("reference")
		if again := c.want(200, "bay", "POST", "/drafts/"+draft+"/submit", nil); again.body["reference"] != reference {
			t.Errorf("sent again: %v", again.body)
		}
		if mine := c.want(200, "bay", "GET", "/dossiers", nil); len(mine.list("items")) != 1 {
			t.Errorf("own: %v", mine.body)
		}
		at := "/dossiers/" + id
		c.want(404, "khoa", "POST", at+"/accept", nil)
		code := c.want(200, "mai", "POST", at+"/accept", nil).text("code")
		if a := c.want(409, "lan", "POST", at+"/accept", nil); a.body["code"] != "dossiers.already_accepted" {
			t.Errorf("%v", a.body)
		}
		if receipt := c.want(200, "bay", "GET", at+"/receipt?purpose=own", nil); !bytes.HasPrefix(receipt.raw, []byte("%PDF")) || receipt.header.Get("Content-Type") != "application/pdf" {
			t.Errorf("receipt: %v", receipt.header)
		}
		if a := c.want(422, "hung", "GET", at, nil); a.body["code"] != "access.purpose_needed" {
			t.Errorf("%v", a.body)
		}
		if full := c.want(200, "hung", "GET", at+"?purpose=handling", nil); !strings.Contains(string(full.raw), `"name":"Nguyễn Văn Bảy"`) || full.body["code"] != code {
			t.Errorf("%s", full.raw)
		}
		c.want(204, "hung", "POST", at+"/claim", nil)
		c.want(204, "hung", "POST", at+"/finish", object{})
		if a := c.want(409, "hung", "POST", at+"/send-to-sign", object{}); a.body["code"] != "dossiers.nothing_drafted" {
			t.Errorf("%v", a.body)
		}
		c.want(200, "hung", "PUT", at+"/result", object{"fields": object{"finding": "Thường trú"}})
		c.want(200, "hung", "GET", at+"/result/preview", nil)
		if list := c.want(200, "hung", "GET", at+"/signers", nil).list("items"); len(list) != 2 {
			t.Errorf("signers: %v", list)
		}
		if a := c.want(200, "hung", "POST", at+"/send-to-sign", object{"signer": "ha"}); a.body["request"] != nil {
			t.Errorf("with a key of this machine nothing is waited for: %s", a.raw)
		}
		c.want(404, "ha", "GET", "/signings/khong-co", nil)
		c.want(404, "ha", "POST", "/signings/khong-co/cancel", nil)
		c.want(403, "mai", "GET", "/signings/khong-co", nil)
		outcome := c.want(200, "ha", "POST", "/signatures", object{"dossiers": []string{id, "01a1ffef-ec83-773c-b7dd-4f340643b7fd"}}).list("items")
		if len(outcome) != 2 || fmt.Sprint(outcome[0]) != "map[done:true id:"+id+"]" || !strings.Contains(fmt.Sprint(outcome[1]), "dossiers.not_found") {
			t.Errorf("signed: %v", outcome)
		}
		if n := c.want(200, "tam", "POST", at+"/issue", nil).body["number"]; n != "01/GXN-UBND" {
			t.Errorf("number %v", n)
		}
		c.want(204, "mai", "POST", at+"/deliver", object{"electronic": true})
		track := c.want(200, "", "GET", "/tracking/"+code, nil)
		if track.body["status"] != float64(dossiers.Delivered) || regexp.MustCompile(`Bảy|089058|owner`).Match(track.raw) {
			t.Errorf("tracking: %s", track.raw)
		}
		c.want(404, "", "GET", "/tracking/khong-co", nil)
		c.want(200, "bay", "GET", at+"/result?purpose=own", nil)
		c.want(404, "nam", "GET", at+"/result?purpose=own", nil)
		if seen := c.want(200, "bay", "GET", at+"/readings", nil).list("items"); len(seen) != 2 || !strings.Contains(fmt.Sprint(seen[0]), "purpose:handling") {
			t.Errorf("readings: %v", seen)
		}
		c.want(404, "nam", "GET", at+"/readings", nil)
	})
}

func TestOneCall(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		in := object{
			"procedure": "xac-nhan-cu-tru", "answers": object{"full_name": "Trần Văn Tám"}, "handed": object{"to-khai": object{"original": 1}},
			"parties": object{"basis": "self", "owner": object{"kind": "individual", "name": "Trần Văn Tám", "number": "089058000077"}},
		}
		first := c.want(200, "mai", "POST", "/dossiers", in, "Idempotency-Key", "k1")
		if again := c.want(200, "mai", "POST", "/dossiers", in, "Idempotency-Key", "k1"); again.body["id"] != first.body["id"] {
			t.Errorf("%v, then %v", first.body, again.body)
		}
		in["answers"] = object{"full_name": "Trần Văn Chín"}
		if a := c.want(409, "mai", "POST", "/dossiers", in, "Idempotency-Key", "k1"); a.body["code"] != "dossiers.key_used" {
			t.Errorf("%v", a.body)
		}
		c.want(422, "mai", "POST", "/dossiers", in)
		in["colour"] = "red"
		c.want(400, "mai", "POST", "/dossiers", in, "Idempotency-Key", "k2")
		if a := c.send("mai", "POST", "/dossiers", strings.NewReader(`{"procedure": "`+strings.Repeat("x", 10<<20)+`"}`), "Idempotency-Key", "k3"); a.status != 413 {
			t.Errorf("10 MB: %d %.200s", a.status, a.raw)
		}
		c.want(404, "mai", "POST", "/dossiers", object{"procedure": "khong-co"}, "Idempotency-Key", "k4")
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers`); n != 1 {
			t.Errorf("%d dossiers", n)
		}
	})
}

func TestASupplementByAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c, at := newCaller(t, w), "/dossiers/"+string(w.Accepted(t))
		ask := object{"missing": []object{{"paper": "giay-to", "why": "Bản chụp bị mờ", "basis": "khoản 1 Điều 9"}}}
		if a := c.want(200, "hung", "POST", at+"/supplement/preview", ask); !bytes.HasPrefix(a.raw, []byte("%PDF")) {
			t.Errorf("the preview is %.100s", a.raw)
		}
		c.want(400, "hung", "POST", at+"/supplement/preview", object{"colour": "red"})
		c.want(404, "khoa", "POST", at+"/supplement", ask)
		c.want(403, "bay", "POST", at+"/supplement", ask)
		c.want(404, "bay", "GET", at+"/supplement/slip?purpose=own", nil)
		c.want(204, "hung", "POST", at+"/supplement", ask)
		if a := c.want(409, "hung", "POST", at+"/finish", object{}); a.body["code"] != "dossiers.waiting" {
			t.Errorf("%v", a.body)
		}
		c.want(200, "bay", "GET", at+"/supplement/slip?purpose=own", nil)
		if a := c.send("bay", "POST", at+"/supplement/papers/giay-to?name=don.pdf", strings.NewReader(dossierstest.PDF), "Content-Type", "application/pdf"); a.status != 201 {
			t.Fatalf("upload: %d %s", a.status, a.raw)
		}
		c.want(404, "nam", "POST", at+"/supplement/supply", object{"message": "x"})
		c.want(204, "bay", "POST", at+"/supplement/supply", object{"message": "Đã chụp lại"})
		if a := c.want(409, "mai", "POST", at+"/supplement/supply", object{"handed": object{"giay-to": object{"copy": 1}}}); a.body["code"] != "dossiers.not_asked" {
			t.Errorf("%v", a.body)
		}
		if all := c.want(200, "bay", "GET", at+"?purpose=own", nil).list("supplements"); len(all) != 1 || !strings.Contains(fmt.Sprint(all[0]), "answer:Đã chụp lại") {
			t.Errorf("supplements: %v", all)
		}
		if a := c.want(422, "hung", "POST", at+"/supplement", ask); !strings.Contains(string(a.raw), "dossiers.ask.again") {
			t.Errorf("%s", a.raw)
		}
	})
}
