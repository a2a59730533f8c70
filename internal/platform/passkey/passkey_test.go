// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package passkey_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/platform/passkey"
	"tinhso.vn/internal/platform/passkey/passkeytest"
)

const address = "https://dichvucong.example.vn"

var errGone = errors.New("no such key")

func site(t *testing.T) *passkey.Site {
	t.Helper()
	s, ok := passkey.New("Dịch vụ công", address)
	if !ok {
		t.Fatal("no passkeys")
	}
	return s
}

func TestWhereThereCanBePasskeys(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"https://dichvucong.example.vn": "https://dichvucong.example.vn", "http://127.0.0.1:8080": "http://localhost:8080",
		"http://localhost:8080": "http://localhost:8080", "http://dichvucong.example.vn": "", "https://198.51.100.7": "", "": "",
	} {
		got := ""
		if s, ok := passkey.New("Dịch vụ công", at); ok {
			got = s.Origin()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

// made is an owner with a key in its authenticator.
func made(t *testing.T, s *passkey.Site, k *passkeytest.Key) (passkey.Owner, string) {
	t.Helper()
	o := passkey.Owner{ID: "0190-owner", Login: "mai", Name: "Mai"}
	asked, state, err := s.Register(o)
	if err != nil {
		t.Fatal(err)
	}
	id, key, err := s.Registered(o, state, k.Make(t, asked))
	if err != nil {
		t.Fatal(err)
	}
	o.Keys = []string{key}
	return o, id
}

func TestAKeySignsIn(t *testing.T) {
	t.Parallel()
	s, k := site(t), &passkeytest.Key{Origin: address}
	o, id := made(t, s, k)
	find := func(asked string) (passkey.Owner, error) {
		if asked != id {
			return passkey.Owner{}, errGone
		}
		return o, nil
	}
	for range 2 {
		asked, state, err := s.Ask()
		if err != nil {
			t.Fatal(err)
		}
		got, key, err := s.Answered(state, k.Prove(t, asked), find)
		if err != nil || got != id {
			t.Fatalf("%s, %v", got, err)
		}
		o.Keys = []string{key}
	}
	asked, state, err := s.Ask()
	if err != nil {
		t.Fatal(err)
	}
	proof := k.Prove(t, asked)
	if _, _, err := s.Answered(state, proof, func(string) (passkey.Owner, error) { return passkey.Owner{}, errGone }); !errors.Is(err, errGone) {
		t.Errorf("a removed key: %v", err)
	}
	other := o
	other.ID = "0190-other"
	if _, _, err := s.Answered(state, proof, func(string) (passkey.Owner, error) { return other, nil }); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("a key of somebody else: %v", err)
	}
}

func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	s := site(t)
	for name, tt := range map[string]struct {
		change func(k *passkeytest.Key)
		want   error
	}{
		"another site":          {func(k *passkeytest.Key) { k.Origin = "https://dichvucong.example.vn.evil.example" }, passkey.ErrRefused},
		"not encrypted":         {func(k *passkeytest.Key) { k.Origin = "http://dichvucong.example.vn" }, passkey.ErrRefused},
		"nobody gave a PIN":     {func(k *passkeytest.Key) { k.NoHand = true }, passkey.ErrRefused},
		"the counter went back": {func(k *passkeytest.Key) { k.Counter = 3 }, passkey.ErrCounter},
		"the counter stands":    {func(k *passkeytest.Key) { k.Still = true }, passkey.ErrCounter},
	} {
		k := &passkeytest.Key{Origin: address, Counter: 10}
		o, _ := made(t, s, k)
		find := func(string) (passkey.Owner, error) { return o, nil }
		tt.change(k)
		asked, state, err := s.Ask()
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Answered(state, k.Prove(t, asked), find); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	k := &passkeytest.Key{Origin: address}
	o, _ := made(t, s, k)
	find := func(string) (passkey.Owner, error) { return o, nil }
	asked, _, _ := s.Ask()
	_, later, _ := s.Ask()
	if _, _, err := s.Answered(later, k.Prove(t, asked), find); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("an answer to another challenge: %v", err)
	}
	if _, _, err := s.Answered(later, []byte("{}"), find); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("no answer: %v", err)
	}
	wrong := &passkeytest.Key{Origin: "https://evil.example"}
	asking, state, _ := s.Register(o)
	if _, _, err := s.Registered(o, state, wrong.Make(t, asking)); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("a new key from another site: %v", err)
	}
}
