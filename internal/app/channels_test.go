// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/notify/channel"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/mail"
	"tinhso.vn/internal/platform/webpush"
	mailbox "tinhso.vn/internal/simulators/mail"
	pushed "tinhso.vn/internal/simulators/push"
	"tinhso.vn/internal/simulators/sms"
	"tinhso.vn/internal/simulators/zalo"
)

// lineOut is a channel with the simulator at its other end.
type lineOut struct {
	notify.Channel
	faults, list string // addresses
	down, gone   string // what makes it go away, and the address not exist
	to           string
	count        func(t *testing.T, list string) int
}

func post(t *testing.T, address string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
}

func get(t *testing.T, address string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func linesOut(t *testing.T) map[notify.ChannelID]lineOut {
	t.Helper()
	box := mailbox.New(clock.System{}, nil)
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- box.Serve(ctx, l) }()
	browser, err := pushed.New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	mux.Handle("/sms/", http.StripPrefix("/sms", sms.New(clock.System{})))
	mux.Handle("/mail/", box.Handler())
	mux.Handle("/zalo/", http.StripPrefix("/zalo", zalo.New(clock.System{}, "").Handler()))
	mux.Handle("/push/", http.StripPrefix("/push", browser.Handler(server.URL+"/push")))
	sender, err := mail.New(mail.Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: mail.Plain, From: "khong-tra-loi@example.vn"}, clock.System{}) //nolint:forcetypeassert,errcheck // it listens on TCP
	if err != nil {
		t.Fatal(err)
	}
	own, _, err := webpush.NewSender()
	if err != nil {
		t.Fatal(err)
	}
	items := func(t *testing.T, list string) int {
		t.Helper()
		var all []json.RawMessage
		if err := json.Unmarshal([]byte(get(t, list)), &all); err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	return map[notify.ChannelID]lineOut{
		notify.SMS: {
			Channel: channel.NewSMS(channel.SMSOptions{URL: server.URL + "/sms/sms/v1/messages", Token: "x"}), faults: server.URL + "/sms/faults?", list: server.URL + "/sms/sms/v1/messages",
			down: "fail=1", gone: "wrong=1", to: "0900000001", count: items,
		},
		notify.ZNS: {
			Channel: channel.NewZNS(channel.ZNSOptions{
				URL: server.URL + "/zalo/message/template", Token: func(context.Context) (string, error) { return zalo.Token, nil }, Templates: map[string]string{"e": "1"},
				NoZalo: []int{-118}, Quota: []int{-144}, Never: []int{-132},
			}), faults: server.URL + "/zalo/faults?", list: server.URL + "/zalo/", down: "down=1", gone: "no_zalo=1", to: "0900000001",
			count: func(t *testing.T, list string) int { t.Helper(); return strings.Count(get(t, list), "84900000001") },
		},
		notify.Mail: {
			Channel: channel.NewMail(channel.MailOptions{Sender: sender, Province: i18n.Text{VI: "Tỉnh X"}}), faults: server.URL + "/mail/faults?", list: server.URL + "/mail/messages",
			down: "later=1", gone: "refuse=1", to: "bay@example.vn", count: items,
		},
		notify.Push: {
			Channel: channel.NewPush(channel.PushOptions{Services: []string{server.URL}, Contact: "mailto:it@example.vn", Clock: clock.System{}, Sender: func(context.Context) (*webpush.Sender, error) { return own, nil }}),
			faults:  server.URL + "/push/faults?", list: server.URL + "/push/messages", down: "down=1", gone: "gone=1", to: get(t, server.URL+"/push/subscription"), count: items,
		},
	}
}

// Every channel behaves the same, over its own protocol.
func TestChannelsConform(t *testing.T) {
	t.Parallel()
	for id, line := range linesOut(t) {
		letter := notify.Letter{Key: "0190-" + string(id), Event: "e", To: line.to, Title: "Hồ sơ", Text: "Ho so da duoc tiep nhan", Link: "https://x.example.vn/ho-so/1", Lang: "vi", Params: map[string]string{"code": "1"}}
		post(t, line.faults+line.down)
		if _, err := line.Send(t.Context(), letter); err == nil {
			t.Errorf("%s: a gateway that is down takes a letter", id)
		} else if _, ever := errors.AsType[*notify.RefusedError](err); ever {
			t.Errorf("%s: down is for good: %v", id, err)
		}
		post(t, line.faults+line.gone)
		if _, err := line.Send(t.Context(), letter); err == nil {
			t.Errorf("%s: an address that does not exist is taken", id)
		} else if r, ever := errors.AsType[*notify.RefusedError](err); !ever || r.Reason != notify.ByAddress || strings.Contains(err.Error(), line.to) {
			t.Errorf("%s: no such address: %v", id, err)
		}
		post(t, line.faults+"slow=5s")
		short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		begun := time.Now()
		if _, err := line.Send(short, letter); id != notify.Mail && (err == nil || time.Since(begun) > 3*time.Second) {
			t.Errorf("%s: a slow gateway: %v after %s", id, err, time.Since(begun))
		}
		cancel()
		post(t, line.faults)
		before := line.count(t, line.list)
		for range 2 {
			if _, err := line.Send(t.Context(), letter); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		taken := line.count(t, line.list) - before
		if id != notify.Mail && taken > 1 { // SMTP knows no keys: programs know the mail by its Message-ID
			t.Errorf("%s: handed over again under one key, it was taken %d times", id, taken)
		}
		if taken == 0 && line.count(t, line.list) == 0 {
			t.Errorf("%s: nothing arrived", id)
		}
	}
}

// A browser that names a server inside the house is not told.
func TestOnlyKnownPushServicesAreAsked(t *testing.T) {
	t.Parallel()
	services := []string{"https://fcm.example.org", "https://*.push.example.org"}
	for endpoint, want := range map[string]bool{
		"https://fcm.example.org/a": true, "https://x.push.example.org/a": true, "https://push.example.org/a": false, "http://fcm.example.org/a": false,
		"https://fcm.example.org:8443/a": false, "https://fcm.example.org.evil.org/a": false, "https://u@fcm.example.org/a": false, "http://127.0.0.1/": false, "": false,
		"https://evil.org/.push.example.org": false,
	} {
		if got := channel.KnownService(services, endpoint); got != want {
			t.Errorf("%s: %v", endpoint, got)
		}
	}
}

// Mail that is taken and comes back later: the simulated server puts a report
// into the folder, as a real one does.
func TestBouncesAreRead(t *testing.T) {
	t.Parallel()
	box := mailbox.New(clock.System{}, nil)
	box.Bounces = t.TempDir()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- box.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Log(err)
		}
	})
	sender, err := mail.New(mail.Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: mail.Plain, From: "khong-tra-loi@example.vn"}, clock.System{}) //nolint:forcetypeassert,errcheck // as above
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	box.Handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/mail/faults?bounce=1", http.NoBody))
	if err := sender.Send(t.Context(), mail.Message{ID: "m-7", To: []string{"bay@example.vn"}, Subject: "x", Text: "y"}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(box.Bounces, "new", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if b, err := mail.ParseBounce(f); err != nil || b.ID != "m-7" || b.Recipient != "bay@example.vn" || !b.Failed {
		t.Errorf("got %+v, %v", b, err)
	}
}
