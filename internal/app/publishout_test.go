// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/simulators/mail"
)

// act records something and returns the checkpoint over it.
func act(t *testing.T, d *db.DB, key *audit.Signer) audit.Checkpoint {
	t.Helper()
	ctx := t.Context()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, identity.Program("test"), "x.done", "1")
	}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := audit.Sequence(ctx, d, "test", key); err != nil {
		t.Fatal(err)
	}
	newest, err := audit.ListCheckpoints(ctx, d, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return newest[0]
}

func TestCheckpointsGoByMailOnceADay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{audit.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		key, err := audit.LoadSigner(filepath.Join(t.TempDir(), "audit.key"))
		if err != nil {
			t.Fatal(err)
		}
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		box := mail.New(clock.System{}, nil)
		go func() { _ = box.Serve(ctx, l) }()
		web := httptest.NewServer(box.Handler())
		defer web.Close()
		misbehave := func(how string) {
			t.Helper()
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, web.URL+"/mail/faults?"+how, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := web.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
		}
		conf := config.Config{Checkpoints: []string{"mailto:thanhtra@example.vn"}, SMTP: config.SMTP{
			Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "none", From: "tinhso@example.vn", //nolint:forcetypeassert,errcheck // it listens on TCP
		}}
		servers := []*Program{{DB: d, Config: conf}, {DB: d, Config: conf}}
		var publish []func() error
		for _, s := range servers {
			run := s.publisher()
			publish = append(publish, func() error { _, err := run(ctx); return err })
		}
		act(t, d, key)
		misbehave("later=1")
		if err := publish[0](); err == nil {
			t.Error("what did not arrive is no error")
		}
		first := act(t, d, key)
		for range 2 {
			for _, run := range publish {
				if err := run(); err != nil {
					t.Error(err)
				}
			}
		}
		all := box.Received()
		if len(all) != 1 || !strings.Contains(all[0].Text, first.Note) || all[0].To[0] != "thanhtra@example.vn" || len(all[0].Files) != 1 || !strings.Contains(all[0].Subject, "Điểm neo") {
			t.Fatalf("got %+v", all)
		}
		act(t, d, key)
		c.Advance(23 * time.Hour)
		if err := publish[1](); err != nil || len(box.Received()) != 1 {
			t.Errorf("%d mails in a day, %v", len(box.Received()), err)
		}
		c.Advance(2 * time.Hour)
		for _, run := range publish {
			if err := run(); err != nil {
				t.Error(err)
			}
		}
		if n := len(box.Received()); n != 2 {
			t.Errorf("%d mails in two days", n)
		}
	})
}

func TestCheckpointsGoByHTTPS(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{audit.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		var got []string
		status := http.StatusServiceUnavailable
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if r.Method == http.MethodPost && r.Header.Get("Content-Type") == "text/plain; charset=utf-8" {
				got = append(got, string(body))
			}
			w.WriteHeader(status)
		}))
		defer server.Close()
		ctx := t.Context()
		key, err := audit.LoadSigner(filepath.Join(t.TempDir(), "audit.key"))
		if err != nil {
			t.Fatal(err)
		}
		p := &Program{DB: d}
		to := place{httpPublisher{server.URL, server.Client()}, true, 0}
		c := act(t, d, key)
		if err := p.publish(ctx, server.URL, to, c); err == nil || !strings.Contains(err.Error(), "503") {
			t.Errorf("refused: %v", err)
		}
		status = http.StatusOK
		for range 2 { // the second time it is there already
			if err := p.publish(ctx, server.URL, to, c); err != nil {
				t.Error(err)
			}
		}
		if len(got) != 2 || got[1] != c.Note {
			t.Errorf("got %q", got)
		}
		if err := p.publish(ctx, "https://127.0.0.1:1", place{httpPublisher{"https://127.0.0.1:1", server.Client()}, true, 0}, c); err == nil {
			t.Error("nobody there is no error")
		}
	})
}
