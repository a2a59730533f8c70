// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package hsm_test

import (
	"crypto/ed25519"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinhso.vn/internal/platform/crypt"
	client "tinhso.vn/internal/platform/crypt/hsm"
	"tinhso.vn/internal/simulators/hsm"
)

func start(t *testing.T) (*hsm.Module, client.Token) {
	t.Helper()
	dir, err := os.MkdirTemp("", "hsm") //nolint:usetesting // the path of a socket has a limit
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	m, err := hsm.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() { _ = m.Serve(l) }()
	return m, client.Token{Socket: socket, Label: hsm.Label, PIN: hsm.PIN, Wait: 2 * time.Second}
}

func misbehave(t *testing.T, m *hsm.Module, how string) {
	t.Helper()
	m.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/?"+how, http.NoBody))
}

func TestARingInAModule(t *testing.T) {
	t.Parallel()
	m, token := start(t)
	path := filepath.Join(t.TempDir(), "data.json")
	k, err := crypt.Open(path, token, true)
	if err != nil {
		t.Fatal(err)
	}
	sealed := k.SealText("t", "c", "r", "Lan")
	open := func(p crypt.Provider) error {
		again, err := crypt.Open(path, p, false)
		if err != nil {
			return err
		}
		got, err := again.OpenText("t", "c", "r", sealed)
		if got != "Lan" && err == nil {
			t.Errorf("got %q", got)
		}
		return err
	}
	if err := open(token); err != nil {
		t.Error(err)
	}
	change := func(f func(*client.Token)) client.Token { other := token; f(&other); return other }
	for name, tt := range map[string]struct {
		how   string
		token client.Token
		want  error
	}{
		"refuses":         {"refuse=1", token, crypt.ErrRefused},
		"hangs":           {"hang=3s", change(func(o *client.Token) { o.Wait = 100 * time.Millisecond }), crypt.ErrSilent},
		"loses one":       {"lose=1", token, nil},
		"loses all":       {"lose=9", token, crypt.ErrUnreachable},
		"has another key": {"wrong=1", token, crypt.ErrWrongKey},
		"another PIN":     {"", change(func(o *client.Token) { o.PIN = "0000" }), crypt.ErrRefused},
		"another label":   {"", change(func(o *client.Token) { o.Label = "x" }), crypt.ErrRefused},
		"is not there":    {"", change(func(o *client.Token) { o.Socket += "x" }), crypt.ErrUnreachable},
	} {
		misbehave(t, m, tt.how)
		if err := open(tt.token); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	misbehave(t, m, "")
	if err := open(token); err != nil {
		t.Errorf("when it behaves again: %v", err)
	}
}

func TestTheSeedOfASignatureStaysInside(t *testing.T) {
	t.Parallel()
	_, token := start(t)
	public, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := token.Wrap("audit", secret.Seed())
	if err != nil {
		t.Fatal(err)
	}
	signature, err := token.Sign("audit", wrapped, []byte("head"))
	if err != nil || !ed25519.Verify(public, []byte("head"), signature) {
		t.Errorf("%x, %v", signature, err)
	}
	if _, err := token.Sign("other", wrapped, []byte("head")); !errors.Is(err, crypt.ErrWrongKey) {
		t.Errorf("as something else: %v", err)
	}
}
