// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package smartca_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing/requests"
	client "tinhso.vn/internal/kernel/signing/smartca"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/smartca"
)

type world struct {
	t      *testing.T
	server *httptest.Server
	*client.Client
}

func open(t *testing.T, folder string) *world {
	t.Helper()
	p, err := smartca.New(folder, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.Handler())
	t.Cleanup(server.Close)
	return &world{t, server, client.New(client.Options{URL: server.URL, SPID: smartca.SPID, Password: smartca.Password, Clock: clock.System{}})}
}

func (w *world) do(method, path string) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (w *world) press(answer string) {
	w.t.Helper()
	_, text := w.do(http.MethodGet, "/phone")
	var all []struct{ Number, Message string }
	if err := json.Unmarshal([]byte(text), &all); err != nil || len(all) == 0 {
		w.t.Fatal(text, err)
	}
	if status, said := w.do(http.MethodPost, "/phone/"+all[0].Number+"/"+answer); status != http.StatusOK {
		w.t.Fatal(status, said)
	}
}

// The service as our client sees it, with its faults, and again after a restart.
func TestTheServiceAndItsFaults(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	w := open(t, folder)
	ctx := t.Context()
	w.do(http.MethodPost, "/users?user_id=089176000005&name=V%C3%B5+H%C3%A0")
	held, err := w.Certificates(ctx, "089176000005", "x")
	if err != nil || len(held) != 1 || !strings.Contains(held[0].Cert.Subject.CommonName, "MÔ PHỎNG") || held[0].Cert.CheckSignatureFrom(held[0].Chain[0]) != nil {
		t.Fatalf("%+v, %v", held, err)
	}
	hash := sha256.Sum256([]byte("a document"))
	ask := func(id string) requests.Call {
		return requests.Call{
			Request: requests.ID(id), User: "089176000005", Serial: held[0].Serial, Words: "Ký", At: time.Now(),
			Documents: []requests.CallDocument{{ID: "d1", Hash: hash[:]}, {ID: "d2", Hash: hash[:]}},
		}
	}
	good := func(raw []byte) bool {
		key, ok := held[0].Cert.PublicKey.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(key, crypto.SHA256, hash[:], raw) == nil
	}
	status := func(id string) requests.Answer {
		t.Helper()
		a, err := w.Status(ctx, ask(id))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}

	w.do(http.MethodPost, "/faults?lose=1&reverse=1")
	if _, err := w.Send(ctx, ask("one")); !errors.Is(err, requests.ErrNoAnswer) {
		t.Errorf("a lost answer: %v", err)
	}
	first := status("one")
	again, err := w.Send(ctx, ask("one"))
	if err != nil || again.Reference != first.Reference {
		t.Errorf("sent again it is another: %v, %v, %v", first, again, err)
	}
	other := ask("one")
	other.Documents = other.Documents[:1]
	if _, err := w.Send(ctx, other); !errors.Is(err, requests.ErrDenied) {
		t.Errorf("the same number for other documents: %v", err)
	}
	w.press("approve")
	if a := status("one"); a.Outcome != requests.Agreed || a.Signed[0].ID != "d2" || !good(a.Signed[0].Signature) {
		t.Errorf("approved: %+v", a)
	}
	w.press("refuse") // too late to change one's mind
	if a := status("one"); a.Outcome != requests.Agreed {
		t.Errorf("refused afterwards: %+v", a)
	}

	for n, fault := range []string{"wrong=1", "other=1"} {
		w.do(http.MethodPost, "/faults?"+fault)
		id := string(rune('a' + n))
		if _, err := w.Send(ctx, ask(id)); err != nil {
			t.Fatal(err)
		}
		w.press("approve")
		if a := status(id); a.Outcome != requests.Agreed || good(a.Signed[0].Signature) {
			t.Errorf("%s: the signature is good", fault)
		}
	}
	for fault, want := range map[string]error{
		"suspended=1": requests.ErrSuspended, "fail=1": requests.ErrNoAnswer, "clock=24h": requests.ErrClock, "clock=-24h": requests.ErrClock,
	} {
		w.do(http.MethodPost, "/faults?"+fault)
		if _, err := w.Send(ctx, ask(fault)); !errors.Is(err, want) {
			t.Errorf("%s: %v", fault, err)
		}
	}
	w.do(http.MethodPost, "/faults?hang=1&late=1h")
	short, stop := context.WithTimeout(ctx, 200*time.Millisecond)
	defer stop()
	if _, err := w.Send(short, ask("hangs")); !errors.Is(err, requests.ErrNoAnswer) {
		t.Errorf("hanging: %v", err)
	}
	if _, err := w.Send(ctx, ask("late")); err != nil {
		t.Fatal(err)
	}
	w.press("approve")
	if a := status("late"); a.Outcome != requests.Pending {
		t.Errorf("late: %+v", a)
	}

	w = open(t, folder) // the process was started again
	if now, err := w.Certificates(ctx, "089176000005", "x"); err != nil || now[0].Serial != held[0].Serial {
		t.Errorf("after a restart the key is another: %v", err)
	}
	if a := status("one"); a.Outcome != requests.Agreed || !good(a.Signed[1].Signature) {
		t.Errorf("after a restart: %+v", a)
	}
	if _, page := w.do(http.MethodGet, "/"); !strings.Contains(page, "MÔ PHỎNG") || !strings.Contains(page, "Đã ký") || strings.Contains(page, "089176") {
		t.Errorf("the page says %s", page)
	}
	if code, _ := w.do(http.MethodPost, "/notices?url=http://example.org/x"); code != http.StatusBadRequest {
		t.Errorf("notices leave the machine: %d", code)
	}
	stranger := client.New(client.Options{URL: w.server.URL, SPID: "x", Password: "y", Clock: clock.System{}})
	if _, err := stranger.Send(ctx, ask("z")); !errors.Is(err, requests.ErrCredentials) {
		t.Errorf("a stranger: %v", err)
	}
}
