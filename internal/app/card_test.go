// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/simulators/vgca"
)

// computer is the chair's: the signing program in a process of its own, with a
// card in it, and a browser that shows our pages from a server over real HTTP.
type computer struct {
	objects

	local  string // ws://…
	server *httptest.Server
}

func newComputer(t *testing.T, w *world) *computer {
	t.Helper()
	c := &computer{objects: objects{t: t, w: w}}
	data := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), simulating+"="+data)
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
	lines := bufio.NewScanner(out)
	for c.local == "" && lines.Scan() {
		c.local, _ = strings.CutPrefix(lines.Text(), "vgca: ")
		if !strings.HasPrefix(c.local, "ws://") {
			c.local = ""
		}
	}
	if c.local == "" {
		t.Fatal("the signing program did not start")
	}
	w.Config.Signing.Local = config.Local{Enabled: true, Address: c.local, Roots: vgca.RootFile(filepath.Join(data, "vgca"))}
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
	c.server = httptest.NewServer(w.handler)
	t.Cleanup(c.server.Close)
	c.enrol(chair, "Trương Minh Nhựt")
	return c
}

// enrol makes a card for an official and takes it into the register.
func (c *computer) enrol(login, name string) string {
	c.t.Helper()
	ctx := c.t.Context()
	opened, err := keystore.Read(ctx, []byte(c.program(http.MethodPost, "/cards?"+url.Values{"id": {login}, "name": {name}}.Encode())), "", c.w.DB.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	account, _, err := c.w.People.FindAccount(ctx, c.w.DB, login)
	if err != nil {
		c.t.Fatal(err)
	}
	posts, err := access.ListPosts(ctx, c.w.DB, account.ID, c.w.DB.Now())
	if err != nil || len(posts) == 0 {
		c.t.Fatalf("%s has no post: %v", login, err)
	}
	var added keystore.Certificate
	if err := c.w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		added, err = keystore.NewRegister(c.w.Keys).Add(ctx, tx, keystore.Draft{
			Holder: keystore.Holder{Account: account.ID}, Unit: posts[0].Unit, Kind: keystore.Local, Cert: opened.Cert, Chain: opened.Chain, By: "program:test",
		})
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return added.ID
}

// program talks to the pages of the signing program.
func (c *computer) program(method, path string) string {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, "http"+strings.TrimPrefix(c.local, "ws")+path, http.NoBody)
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 400 {
		c.t.Fatalf("%s: %d %s %v", path, answer.StatusCode, body, err)
	}
	return string(body)
}

// paper is a document as the page's script reads it.
type paper struct{ ID, State, Why, File, Field, Document, Upload string }

func (c *computer) papers(who, method, request string) []paper {
	c.t.Helper()
	got := c.w.send(c.t, who, method, "/ky/cho/"+request+"/the", "")
	var out struct{ Papers []paper }
	if err := json.Unmarshal([]byte(got.body), &out); got.status != http.StatusOK || err != nil {
		c.t.Fatalf("papers: %d %s %v", got.status, got.body, err)
	}
	return out.Papers
}

// press asks for signatures as the button of the desk does.
func (c *computer) press(ids ...string) (request string) {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"dossiers": ids})
	if err != nil {
		c.t.Fatal(err)
	}
	path := "/api/v1/signatures"
	if len(ids) == 1 {
		path, body = "/api/v1/dossiers/"+ids[0]+"/sign", []byte("{}")
	}
	got := c.w.send(c.t, chair, http.MethodPost, path, string(body))
	var done struct{ Request string }
	if err := json.Unmarshal([]byte(got.body), &done); err != nil || done.Request == "" {
		c.t.Fatalf("sign: %d %s", got.status, got.body)
	}
	return done.Request
}

// ask plays the page's script for one document, while a person types PINs.
func (c *computer) ask(p paper, pins ...string) vgca.Answer {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.t.Context(), time.Minute)
	defer end()
	answered := make(chan vgca.Answer, 1)
	go func() {
		a, err := vgca.Ask(ctx, c.local, c.server.URL, vgca.Question{
			FileName: c.server.URL + p.Document, FileUploadHandler: c.server.URL + p.Upload, MetaData: []vgca.Pair{{Key: "Field", Value: p.Field}, {Key: "Name", Value: p.File}},
		})
		if err != nil {
			a = vgca.Answer{Status: -1, Message: err.Error()}
		}
		answered <- a
	}()
	for _, pin := range pins {
		number := ""
		eventually(c.t, "the PIN is asked for", func() bool {
			var all []struct{ Number string }
			if err := json.Unmarshal([]byte(c.program(http.MethodGet, "/pin.json")), &all); err != nil || len(all) == 0 {
				return false
			}
			number = all[0].Number
			return true
		})
		c.program(http.MethodPost, "/pin/"+number+"?pin="+pin)
	}
	return <-answered
}

// bring uploads a file as the program does; its answer is status and words.
func (c *computer) bring(path string, file []byte) (int, string) {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("uploadfile", "da-ky.pdf")
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = part.Write(file)
	_ = form.Close()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.server.URL+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(said)
}

func (c *computer) state(request string) string {
	c.t.Helper()
	return c.w.send(c.t, chair, http.MethodGet, "/api/v1/signings/"+request, "").body
}

// The chair signs with a card: pressed, a wrong PIN, the right one, issued, and
// read by pdfsig. The program is another process and comes over real HTTP.
func TestTheChairSignsWithACard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newComputer(t, w)
		id := c.toSign()
		pressed := w.post(t, chair, "/xu-ly/"+id+"/ky", nil)
		place := pressed.header.Get("Location")
		if pressed.status != http.StatusSeeOther || !strings.HasPrefix(place, "/ky/cho/") {
			t.Fatalf("pressed: %d %s %.300s", pressed.status, place, pressed.body)
		}
		request := strings.TrimPrefix(place, "/ky/cho/")
		waits := w.send(t, chair, http.MethodGet, place, "")
		if policy := waits.header.Get("Content-Security-Policy"); waits.status != http.StatusOK || !strings.HasSuffix(policy, "; connect-src 'self' "+c.local) {
			t.Errorf("the page: %d, policy %s", waits.status, policy)
		}
		if !strings.Contains(waits.body, `data-address="`+c.local+`"`) || !strings.Contains(waits.body, "Ký bằng thẻ") || waits.header.Get("Refresh") != "" {
			t.Errorf("the page: %s", waits.body)
		}
		if policy := w.send(t, chair, http.MethodGet, "/ky", "").header.Get("Content-Security-Policy"); strings.Contains(policy, "connect-src") {
			t.Errorf("every page may speak to the program: %s", policy)
		}
		if got := w.send(t, "lanhdao.longxuyen", http.MethodPost, place+"/the", ""); got.status != http.StatusNotFound {
			t.Errorf("a colleague begins: %d %s", got.status, got.body)
		}
		papers := c.papers(chair, http.MethodPost, request)
		if len(papers) != 1 || papers[0].Field != "signature" {
			t.Fatalf("papers: %+v", papers)
		}
		if a := c.ask(papers[0], "0000", vgca.PIN); a.Status != vgca.StatusSigned {
			t.Fatalf("the program: %+v", a)
		}
		eventually(t, "the dossier goes on", func() bool { return strings.Contains(c.state(request), `"settled":true`) })
		if got := c.state(request); !strings.Contains(got, `"state":"approved"`) || !strings.Contains(got, `"used"`) {
			t.Errorf("it ended as %s", got)
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

// What the program does wrong is refused in words, and the document can be signed
// all the same afterwards, by hand from another tab.
func TestWhatACardDoesWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newComputer(t, w)
		id := c.toSign()
		request := c.press(id)
		for _, tt := range []struct {
			fault  string
			pins   []string
			status int
			want   string
		}{
			{"pin=1", nil, vgca.StatusCancelled, "khóa mã PIN"},
			{"", []string{"1", "2", "3"}, vgca.StatusCancelled, "Sai mã PIN quá số lần"},
			{"other=1", []string{vgca.PIN}, vgca.StatusFailed, "không nhận"},
			{"page=1", []string{vgca.PIN}, vgca.StatusFailed, "không nhận"},
			{"card=1", []string{vgca.PIN}, vgca.StatusFailed, "Chữ ký không phải bằng chứng thư số trên thẻ"},
			{"lie=1", nil, vgca.StatusSigned, ""},
		} {
			c.program(http.MethodPost, "/faults?"+tt.fault)
			a := c.ask(c.papers(chair, http.MethodPost, request)[0], tt.pins...)
			if a.Status != tt.status || !strings.Contains(a.Message, tt.want) {
				t.Errorf("%s %v: %+v", tt.fault, tt.pins, a)
			}
			if now := c.papers(chair, http.MethodGet, request)[0]; now.State != "waiting" {
				t.Errorf("%s: %+v", tt.fault, now)
			}
		}
		if now := c.papers(chair, http.MethodGet, request)[0]; !strings.Contains(now.Why, "Chữ ký không phải bằng chứng thư số trên thẻ") {
			t.Errorf("the page does not say why: %+v", now)
		}
		c.program(http.MethodPost, "/faults?silent=1")
		ctx, end := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer end()
		one := c.papers(chair, http.MethodPost, request)[0]
		if a, err := vgca.Ask(ctx, c.local, c.server.URL, vgca.Question{FileName: c.server.URL + one.Document, FileUploadHandler: c.server.URL + one.Upload}); err == nil {
			t.Errorf("it answered: %+v", a)
		}
		c.program(http.MethodPost, "/faults")
		if a, err := vgca.Ask(t.Context(), c.local, "https://la.example.vn", vgca.Question{FileName: c.server.URL + one.Document, FileUploadHandler: c.server.URL + one.Upload}); err != nil || a.Status == vgca.StatusSigned {
			t.Errorf("a page of another site: %+v %v", a, err)
		}

		// Two tabs: the second is told that there is a signature; the same file again is nothing.
		first, second := c.papers(chair, http.MethodPost, request)[0], c.papers(chair, http.MethodPost, request)[0]
		if first.Upload == second.Upload {
			t.Error("two tabs share a token")
		}
		c.program(http.MethodPost, "/faults?twice=1")
		if a := c.ask(first, vgca.PIN); a.Status != vgca.StatusSigned {
			t.Errorf("the same file twice: %+v", a)
		}
		if status, said := c.bring(second.Upload, []byte("%PDF-1.7 khác")); status != http.StatusConflict || !strings.Contains(said, "đã có chữ ký") {
			t.Errorf("another file: %d %s", status, said)
		}
		if got := w.send(t, "", http.MethodGet, second.Document, ""); got.status != http.StatusNotFound {
			t.Errorf("the document is still given out: %d", got.status)
		}
		eventually(t, "the dossier goes on", func() bool { return strings.Contains(c.state(request), `"used"`) })
	})
}

// Tokens: unknown, of somebody else's request, used up, too large; cancelled and
// suspended meanwhile.
func TestTokensOfCards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newComputer(t, w)
		id := c.toSign()
		request := c.press(id)
		one := c.papers(chair, http.MethodPost, request)[0]
		if status, said := c.bring("/ky/the/khong-co", []byte("x")); status != http.StatusNotFound || !strings.Contains(said, "không còn dùng được") {
			t.Errorf("unknown: %d %s", status, said)
		}
		if status, said := c.bring(one.Upload, make([]byte, 2<<20)); status != http.StatusRequestEntityTooLarge || !strings.Contains(said, "256 KB") {
			t.Errorf("too large: %d %s", status, said)
		}
		for i := range 11 {
			got := w.send(t, "", http.MethodGet, one.Document, "")
			if want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[i < 10]; got.status != want {
				t.Errorf("fetched %d times: %d", i+1, got.status)
			}
		}
		document := w.send(t, "", http.MethodGet, c.papers(chair, http.MethodPost, request)[0].Document, "")
		for i := range 11 {
			status, said := c.bring(one.Upload, []byte(document.body))
			if want := map[bool]int{true: http.StatusConflict, false: http.StatusNotFound}[i < 10]; status != want {
				t.Errorf("brought %d times: %d %s", i+1, status, said)
			}
		}
		// A form with the token of a request that is not the chair's own is refused.
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("token", strings.TrimPrefix(one.Upload, "/ky/the/"))
		_ = form.Close()
		if got := w.send(t, "lanhdao.longxuyen", http.MethodPost, "/ky/cho/"+request+"/nop", body.String(), "Content-Type", form.FormDataContentType()); got.status != http.StatusNotFound {
			t.Errorf("a colleague hands in: %d", got.status)
		}
		two := c.papers(chair, http.MethodPost, request)[0]
		if got := w.post(t, chair, "/ky/cho/"+request+"/huy", nil); got.status != http.StatusSeeOther {
			t.Errorf("cancel: %d %s", got.status, got.body)
		}
		if status, said := c.bring(two.Upload, []byte(document.body)); status != http.StatusConflict || !strings.Contains(said, "đã kết thúc") {
			t.Errorf("after the end: %d %s", status, said)
		}
		if got := w.send(t, "", http.MethodGet, two.Document, ""); got.status != http.StatusNotFound {
			t.Errorf("fetched after the end: %d", got.status)
		}
		if got := w.post(t, chair, "/ky/cho/"+request+"/the", nil); got.status != http.StatusConflict {
			t.Errorf("begun after the end: %d %s", got.status, got.body)
		}
	})
}

// Two documents in one request: the first counts at once, the second is cancelled.
func TestACardSignsOneOfTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newComputer(t, w)
		request := c.press(c.toSign(), c.toSign())
		papers := c.papers(chair, http.MethodPost, request)
		if len(papers) != 2 {
			t.Fatalf("papers: %+v", papers)
		}
		if a := c.ask(papers[0], vgca.PIN); a.Status != vgca.StatusSigned {
			t.Fatalf("the program: %+v", a)
		}
		eventually(t, "the first goes on", func() bool { return strings.Count(c.state(request), `"used"`) == 1 })
		if got := c.state(request); !strings.Contains(got, `"state":"waiting"`) || strings.Contains(got, `"settled":true`) {
			t.Errorf("the second waits no more: %s", got)
		}
		if got := w.post(t, chair, "/ky/cho/"+request+"/huy", nil); got.status != http.StatusSeeOther {
			t.Errorf("cancel: %d %s", got.status, got.body)
		}
		if got := c.state(request); strings.Count(got, `"used"`) != 1 || strings.Count(got, `"unused"`) != 1 || !strings.Contains(got, `"settled":true`) {
			t.Errorf("cancelled: %s", got)
		}
	})
}

// By hand: the document is downloaded from the page, signed elsewhere and handed
// in with a form. The card was suspended in between; then it was not.
func TestSignedByHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newComputer(t, w)
		id := c.toSign()
		request := c.press(id)
		hand := w.send(t, chair, http.MethodGet, "/ky/cho/"+request+"/tay", "")
		_, rest, _ := strings.Cut(hand.body, `name="token" value="`)
		token, _, _ := strings.Cut(rest, `"`)
		if hand.status != http.StatusOK || token == "" || !strings.Contains(hand.body, "/ky/the/"+token+"/tai-lieu.pdf") {
			t.Fatalf("by hand: %d %s", hand.status, hand.body)
		}
		// The person's program signs it and saves the file: a server of ours plays the disk.
		var saved []byte
		disk := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				_, _ = io.WriteString(rw, w.send(t, "", http.MethodGet, "/ky/the/"+token+"/tai-lieu.pdf", "").body)
				return
			}
			f, _, err := r.FormFile("uploadfile")
			if err == nil {
				saved, _ = io.ReadAll(f)
			}
		}))
		defer disk.Close()
		server := c.server
		c.server = disk
		if a := c.ask(paper{Document: "/d", Upload: "/u", Field: "signature"}, vgca.PIN); a.Status != vgca.StatusSigned || len(saved) == 0 {
			t.Fatalf("the program: %+v", a)
		}
		c.server = server
		hands := func() answer {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			_ = form.WriteField("token", token)
			part, _ := form.CreateFormFile("file", "da-ky.pdf")
			_, _ = part.Write(saved)
			_ = form.Close()
			return w.send(t, chair, http.MethodPost, "/ky/cho/"+request+"/nop", body.String(), "Content-Type", form.FormDataContentType())
		}
		turn := func(f func(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string) error) {
			t.Helper()
			held, err := keystore.NewRegister(w.Keys).ListHeld(t.Context(), w.DB, keystore.Holder{Account: c.account(chair)})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range held {
				if h.Kind == keystore.Local {
					if err := w.DB.Write(t.Context(), func(tx *db.Tx) error { return f(t.Context(), tx, access.All(), h.ID, "program:test", "thử") }); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		register := keystore.NewRegister(w.Keys)
		turn(register.Suspend)
		if got := hands(); got.status != http.StatusConflict || !strings.Contains(got.body, "không còn hiệu lực") {
			t.Errorf("with a suspended card: %d %s", got.status, got.body)
		}
		turn(register.Resume)
		if got := hands(); got.status != http.StatusSeeOther {
			t.Errorf("handed in: %d %s", got.status, got.body)
		}
		eventually(t, "the dossier goes on", func() bool { return strings.Contains(c.state(request), `"used"`) })
	})
}

func (c *computer) account(login string) string {
	c.t.Helper()
	a, found, err := c.w.People.FindAccount(c.t.Context(), c.w.DB, login)
	if err != nil || !found {
		c.t.Fatalf("account %s: %v", login, err)
	}
	return a.ID
}
