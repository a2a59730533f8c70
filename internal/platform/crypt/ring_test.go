// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crypt_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/crypt"
)

func text(t *testing.T) crypt.Provider {
	t.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	p, err := crypt.TextProvider("VARIABLE", base64.StdEncoding.EncodeToString(key))
	must(t, err)
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opens(t *testing.T, k *crypt.Keys, sealed, want string) {
	t.Helper()
	if got, err := k.OpenText("t", "c", "r", sealed); err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestARingOfTheFirstVersionIsMoved(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "data.json")
	secret := bytes.Repeat([]byte{7}, 32)
	raw, err := json.Marshal(map[string]any{"active": "k1", "keys": map[string][]byte{"k1": secret}, "index": bytes.Repeat([]byte{9}, 32)})
	must(t, err)
	must(t, os.WriteFile(path, raw, 0o600))
	old, err := crypt.Load(path)
	must(t, err)
	sealed, index := old.SealText("t", "c", "r", "Lan"), old.Index("d", "v")
	if _, wrapped := old.Provider(); wrapped {
		t.Error("a plain ring says it is wrapped")
	}

	first, second := text(t), text(t)
	must(t, old.Move(first))
	kept, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(kept, []byte(base64.StdEncoding.EncodeToString(secret))) {
		t.Error("the moved ring holds a key in clear")
	}
	moved, err := crypt.Open(path, first, false)
	must(t, err)
	opens(t, moved, sealed, "Lan")
	if moved.Index("d", "v") != index {
		t.Error("moving changed an index")
	}
	if kind, wrapped := moved.Provider(); kind != crypt.InEnvironment || !wrapped {
		t.Errorf("wrapped by %s, %v", kind, wrapped)
	}
	if _, err := crypt.Open(path, second, false); !errors.Is(err, crypt.ErrWrongKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := crypt.Load(path); !errors.Is(err, crypt.ErrNoKey) {
		t.Errorf("the provider that was left: %v", err)
	}
	file, err := crypt.FileProvider(filepath.Join(folder, "wrapping.key"), true)
	must(t, err)
	if _, err := crypt.Open(path, file, false); !errors.Is(err, crypt.ErrOther) {
		t.Errorf("another provider: %v", err)
	}
	must(t, moved.Move(file))
	back, err := crypt.Load(path)
	must(t, err)
	opens(t, back, sealed, "Lan")
}

func TestProvidersSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := crypt.FileProvider(filepath.Join(folder, "none"), false)
	if !errors.Is(err, crypt.ErrNoKey) {
		t.Error(err)
	}
	for value, want := range map[string]error{"": crypt.ErrNoVariable, "short": crypt.ErrBadKey, "QUJD": crypt.ErrBadKey} {
		if _, err := crypt.TextProvider("V", value); !errors.Is(err, want) || (value != "" && strings.Contains(err.Error(), value)) {
			t.Errorf("%q: %v", value, err)
		}
	}
	p, err := crypt.FileProvider(filepath.Join(folder, "made"), true)
	must(t, err)
	must(t, os.Chmod(filepath.Join(folder, "made"), 0o640))
	if _, err := crypt.FileProvider(filepath.Join(folder, "made"), false); !errors.Is(err, crypt.ErrReadable) {
		t.Errorf("a wrapping key that others read: %v", err)
	}
	raw, err := os.ReadFile(filepath.Join(folder, "made"))
	must(t, err)
	if said := fmt.Sprintf("%v %+v %s", p, p, p); strings.Contains(said, strings.TrimSpace(string(raw))) || len(said) > 100 {
		t.Errorf("a provider prints %q", said)
	}
	wrapped, err := p.Wrap("a", []byte("key"))
	must(t, err)
	if _, err := p.Unwrap("b", wrapped); !errors.Is(err, crypt.ErrWrongKey) {
		t.Errorf("a key taken for another: %v", err)
	}
}

func TestProcessesLearnOfARotation(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.json")
	one, err := crypt.LoadOrCreate(path)
	must(t, err)
	two, err := crypt.LoadOrCreate(path)
	must(t, err)
	before := one.SealText("t", "c", "r", "x")

	name, err := one.Prepare(time.Unix(1, 0))
	must(t, err)
	if again, err := one.Prepare(time.Unix(2, 0)); err != nil || again != name || one.Active() == name {
		t.Errorf("prepared %s, then %s, %v; active %s", name, again, err, one.Active())
	}
	must(t, one.Activate(name))
	after := one.SealText("t", "c", "r", "y")
	if !strings.HasPrefix(after, crypt.Prefix(name)) || strings.HasPrefix(before, crypt.Prefix(name)) {
		t.Errorf("the prefix does not tell the key: %s, %s", before, after)
	}
	opens(t, two, after, "y") // without being told
	if two.Active() != name || two.Generation() != one.Generation() {
		t.Error("the second process did not read the ring again")
	}
	if err := one.Retire(name); !errors.Is(err, crypt.ErrKeyActive) {
		t.Errorf("the active key: %v", err)
	}
	must(t, two.Retire("k1"))
	if changed, err := one.Reload(); !changed || err != nil {
		t.Errorf("reload: %v, %v", changed, err)
	}
	if _, err := one.OpenText("t", "c", "r", before); !errors.Is(err, crypt.ErrUnreadable) {
		t.Errorf("a retired key opens: %v", err)
	}
	opens(t, one, after, "y")
	if third, err := one.Prepare(time.Unix(3, 0)); err != nil || third == name || third == "k1" {
		t.Errorf("the next key is %s, %v", third, err)
	}
}

func TestIndexKeys(t *testing.T) {
	t.Parallel()
	k, err := crypt.LoadOrCreate(filepath.Join(t.TempDir(), "data.json"))
	must(t, err)
	was := k.Index("d", "v")
	name, err := k.PrepareIndex()
	must(t, err)
	if k.Index("d", "v") != was {
		t.Error("preparing changed an index")
	}
	must(t, k.UseIndex(name))
	now := k.Index("d", "v")
	if now == was || now != k.IndexWith(name, "d", "v") || was != k.IndexWith("i1", "d", "v") {
		t.Errorf("was %s, now %s", was, now)
	}
	if err := k.UseIndex("i9"); !errors.Is(err, crypt.ErrKeyUnknown) {
		t.Error(err)
	}
}

func TestABundleNeedsBothPassphrases(t *testing.T) {
	t.Parallel()
	const first, second = "con sông quê hương một", "cánh đồng lúa chín hai"
	folder := t.TempDir()
	k, err := crypt.LoadOrCreate(filepath.Join(folder, "data.json"))
	must(t, err)
	name, err := k.Prepare(time.Unix(1, 0))
	must(t, err)
	sealed := k.SealText("t", "c", "r", "Lan")
	must(t, k.Activate(name))
	bundle, err := k.Export(map[string][]byte{"audit.key": []byte("a very secret line")}, first, second)
	must(t, err)
	if bytes.Contains(bundle, []byte("secret")) {
		t.Error("a bundle shows what it holds")
	}
	elsewhere := filepath.Join(t.TempDir(), "data.json")
	p := text(t)
	for _, tt := range []struct {
		bundle, first, second string
		want                  error
	}{
		{string(bundle), first, first + "x", crypt.ErrWrongPhrase},
		{string(bundle), second, first, crypt.ErrWrongPhrase},
		{string(bundle), first, "short", crypt.ErrShortPhrase},
		{string(bundle), first, first, crypt.ErrSamePhrase},
		{"{}", first, second, crypt.ErrNotABundle},
		{strings.Replace(string(bundle), `"passes": 4`, `"passes": 3`, 1), first, second, crypt.ErrWrongPhrase},
	} {
		if _, err := crypt.Import([]byte(tt.bundle), tt.first, tt.second, elsewhere, p); !errors.Is(err, tt.want) {
			t.Errorf("%q %q: %v, want %v", tt.first, tt.second, err, tt.want)
		}
	}
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("a refused import left a ring")
	}
	files, err := crypt.Import(bundle, first, second, elsewhere, p)
	must(t, err)
	if string(files["audit.key"]) != "a very secret line" {
		t.Errorf("files %q", files)
	}
	copied, err := crypt.Open(elsewhere, p, false)
	must(t, err)
	opens(t, copied, sealed, "Lan")
	if copied.Active() != name || copied.Index("d", "v") != k.Index("d", "v") {
		t.Error("the copy is not the same ring")
	}
	if _, err := crypt.Import(bundle, first, second, elsewhere, p); !errors.Is(err, crypt.ErrRingExists) {
		t.Errorf("over a ring: %v", err)
	}
}
