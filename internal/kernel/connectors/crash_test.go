// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/fetch"
)

// TestMain lets this binary be a server that dies after it has sent and before it
// has written down that it has.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "die" {
		err := dying(os.Args[2], os.Args[3], os.Args[4])
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// portal is a hub whose partner is at an address; then is done after it has answered.
func portal(d *db.DB, k *crypt.Keys, address string, then func()) *connectors.Hub {
	h, client := connectors.New(d, k), fetch.New(fetch.Options{Configured: true})
	h.Declare(connectors.Partner{ID: "portal", Timeout: time.Second, Call: func(ctx context.Context, s connectors.Saying) connectors.Answer {
		body, err := client.Ask(ctx, fetch.Question{URL: address, Body: s.Body, Header: map[string]string{"Idempotency-Key": s.Key}})
		then()
		if err != nil {
			return connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
		}
		return connectors.Answer{Outcome: connectors.OK, Body: body}
	}})
	return h
}

func dying(address, keys, partner string) error {
	d, err := db.Open(address, clock.NewManual(dbtest.Now()))
	if err != nil {
		return err
	}
	k, err := crypt.Load(keys)
	if err != nil {
		return err
	}
	_, err = portal(d, k, partner, func() {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}).Work(context.Background())
	return errors.Join(errors.New("it should have died"), err)
}

func TestKilledBetweenSendingAndWritingItDown(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, migrations(), func(t *testing.T, address string) {
		var mu sync.Mutex
		heard, effects := []string{}, map[string]int{}
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			key := r.Header.Get("Idempotency-Key")
			heard, effects[key] = append(heard, key), 1 // the same key is the same thing
		}))
		defer server.Close()
		ring := filepath.Join(t.TempDir(), "keys")
		keys, err := crypt.LoadOrCreate(ring)
		if err != nil {
			t.Fatal(err)
		}
		now := clock.NewManual(dbtest.Now())
		d, err := db.Open(address, now)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		h := portal(d, keys, server.URL, func() {})
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return h.Send(t.Context(), tx, connectors.Message{Partner: "portal", Operation: "Op", Lane: "a", Dossier: "a", Key: "k1", Body: []byte("{}")})
		}); err != nil {
			t.Fatal(err)
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), self, "die", address, ring, server.URL).CombinedOutput()
		if err == nil || len(out) > 0 {
			t.Fatalf("it lives: %s, %v", out, err)
		}
		if did, err := h.Work(t.Context()); err != nil || did {
			t.Fatalf("while the lease lasts: %v, %v", did, err)
		}
		now.Advance(time.Minute)
		if did, err := h.Work(t.Context()); err != nil || !did {
			t.Fatalf("after it: %v, %v", did, err)
		}
		calls, err := connectors.CallsOf(t.Context(), d, "a", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(heard, "+") != "k1+k1" || len(effects) != 1 || len(calls) != 2 || calls[0].Outcome != connectors.OK || calls[1].Outcome != connectors.Interrupted {
			t.Errorf("heard %v, %d effects, %+v", heard, len(effects), calls)
		}
	})
}
