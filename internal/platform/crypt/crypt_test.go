// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crypt_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tinhso.vn/internal/platform/crypt"
)

func TestASealedValueOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	k := crypt.Ephemeral()
	sealed := k.Seal("people", "phone", "1", []byte("0912345678"))
	if got, err := k.Open("people", "phone", "1", sealed); err != nil || string(got) != "0912345678" {
		t.Fatalf("got %q, %v", got, err)
	}
	flipped := append([]byte{}, sealed...)
	flipped[len(flipped)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"row":       func() ([]byte, error) { return k.Open("people", "phone", "2", sealed) },
		"column":    func() ([]byte, error) { return k.Open("people", "mail", "1", sealed) },
		"table":     func() ([]byte, error) { return k.Open("firms", "phone", "1", sealed) },
		"changed":   func() ([]byte, error) { return k.Open("people", "phone", "1", flipped) },
		"cut":       func() ([]byte, error) { return k.Open("people", "phone", "1", sealed[:5]) },
		"empty":     func() ([]byte, error) { return k.Open("people", "phone", "1", nil) },
		"other key": func() ([]byte, error) { return crypt.Ephemeral().Open("people", "phone", "1", sealed) },
	} {
		if got, err := open(); !errors.Is(err, crypt.ErrUnreadable) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	k := crypt.Ephemeral()
	again := k.Index("phone", "1")
	if again != k.Index("phone", "1") || k.Index("phone", "1") == k.Index("number", "1") ||
		k.Index("phone", "1") == crypt.Ephemeral().Index("phone", "1") || k.Index("phone", "") != "" {
		t.Error("an index depends on domain, value and key, and on nothing else")
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "data.json")
	first, err := crypt.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := crypt.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := first.SealText("t", "c", "r", "Lan")
	if got, err := again.OpenText("t", "c", "r", sealed); err != nil || got != "Lan" {
		t.Errorf("got %q, %v", got, err)
	}
	if s := fmt.Sprintf("%v %+v", again, again); len(s) > 40 {
		t.Errorf("keys print as %s", s)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := crypt.Load(path); err == nil {
		t.Error("a key file that others can read was accepted")
	}
}
