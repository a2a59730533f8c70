// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/config"
)

// shelf is a cache, and how often something was made for it.
type shelf struct {
	t    *testing.T
	root string
	set  *packs.Set
	now  time.Time
	made int
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	set, err := app.LoadPack("")
	if err != nil {
		t.Fatal(err)
	}
	return &shelf{t: t, root: filepath.Join(t.TempDir(), "cache"), set: set, now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
}

func (s *shelf) open(version string, o year.Options) app.YearCache {
	s.t.Helper()
	k, err := app.OpenYearCache(s.root, version, s.set, o)
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

// fill writes what a year would leave.
func (s *shelf) fill(folder string) (year.State, error) {
	s.made++
	for name, text := range map[string]string{"tinhso.db": "rows", "keys/one.key": "key", "files/aa/bb/blob": "sealed"} {
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return year.State{}, err
		}
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return year.State{}, err
		}
	}
	return year.State{Until: s.now, Filed: 3, Open: []*year.Scene{{Day: "2026-11-20", N: 2, ID: "x"}}}, nil
}

func (s *shelf) names() (all []string) {
	s.t.Helper()
	entries, err := os.ReadDir(s.root)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// A year is made once for a program, a pack, a size and a seed; another program
// replaces it, and what is too long ago, half or not as it was written is made anew.
func TestAYearIsKept(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	o := year.Options{Dossiers: 100, Seed: 1}
	k := s.open("v1", o)
	if _, found := k.Find(s.now); found {
		t.Fatal("found before it was made")
	}
	if _, err := k.Make(s.fill); err != nil {
		t.Fatal(err)
	}
	state, found := s.open("v1", o).Find(s.now.AddDate(0, 0, 30))
	if !found || state.Filed != 3 || len(state.Open) != 1 || state.Open[0].ID != "x" {
		t.Errorf("the second time: %v %v", state, found)
	}
	if _, found := k.Find(s.now.AddDate(0, 0, 60)); found {
		t.Error("a year that ended two months ago is still used")
	}
	for name, other := range map[string]app.YearCache{
		"program": s.open("v2", o), "seed": s.open("v1", year.Options{Dossiers: 100, Seed: 2}), "size": s.open("v1", year.Options{Dossiers: 101, Seed: 1}),
	} {
		if _, found := other.Find(s.now); found {
			t.Errorf("another %s has the same year", name)
		}
	}
	if _, err := s.open("v2", o).Make(s.fill); err != nil || len(s.names()) != 1 {
		t.Errorf("the year of another program stays: %v, %v", s.names(), err)
	}
	k = s.open("v2", o)
	if err := os.Remove(filepath.Join(s.root, s.names()[0], "files/aa/bb/blob")); err != nil {
		t.Fatal(err)
	}
	if _, found := k.Find(s.now); found {
		t.Error("a year with a file missing is used")
	}
}

// Whoever is killed or fails while making leaves nothing that is taken for a year.
func TestAHalfYearIsNotKept(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	k := s.open("v1", year.Options{Dossiers: 100, Seed: 1})
	if _, err := k.Make(func(folder string) (year.State, error) {
		_, err := s.fill(folder)
		return year.State{}, errors.Join(err, errors.New("the power is gone"))
	}); err == nil {
		t.Fatal("no error")
	}
	if len(s.names()) != 0 {
		t.Errorf("left: %v", s.names())
	}
	killed := filepath.Join(s.root, "making-123") // nobody was there to clear it
	if _, err := s.fill(killed); err != nil {
		t.Fatal(err)
	}
	if _, found := k.Find(s.now); found {
		t.Error("a half year is used")
	}
	if _, err := k.Make(s.fill); err != nil {
		t.Fatal(err)
	}
	if names := s.names(); len(names) != 1 || strings.HasPrefix(names[0], "making-") {
		t.Errorf("left: %v", names)
	}
}

// A copy that was cut off is made again; keys that are somebody's are not overwritten.
func TestAYearIsCopiedWhole(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	k := s.open("v1", year.Options{Dossiers: 100, Seed: 1})
	if _, err := k.Make(s.fill); err != nil {
		t.Fatal(err)
	}
	load := func(data string) config.Config {
		t.Helper()
		cfg, err := config.Load("", config.Environment{"TINHSO_DATA=" + data})
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	cfg := load(filepath.Join(t.TempDir(), "data"))
	for name, text := range map[string]string{"restoring": "", "keys/one.key": "ha", "tinhso.db.half": "ro"} { // of the copy before
		if err := os.MkdirAll(filepath.Dir(filepath.Join(cfg.Data, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(cfg.Data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.CopyTo(cfg); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"tinhso.db": "rows", "keys/one.key": "key", "files/aa/bb/blob": "sealed"} {
		if got, err := os.ReadFile(filepath.Join(cfg.Data, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"restoring", "tinhso.db.half", "inventory.json"} {
		if _, err := os.Stat(filepath.Join(cfg.Data, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left", name)
		}
	}
	other := load(filepath.Join(t.TempDir(), "data"))
	if err := os.MkdirAll(other.Keys, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.Keys, "one.key"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := k.CopyTo(other); err == nil {
		t.Error("keys of somebody were overwritten")
	}
}

// A size that nobody understands is refused before anything is made.
func TestASizeOfAYear(t *testing.T) {
	t.Parallel()
	for _, size := range []string{"viel", "-1", "200001"} {
		data := filepath.Join(t.TempDir(), "data")
		var out strings.Builder
		code := app.RunWith(t.Context(), []string{"demo", "--year=" + size, "--data", data, "--cache", filepath.Join(data, "cache"), "--listen", "127.0.0.1:0"}, nil, &out)
		if code != 1 || !strings.Contains(out.String(), size) || !strings.Contains(out.String(), "none, small, full") {
			t.Errorf("%s: %d %s", size, code, out.String())
		}
		if _, err := os.Stat(filepath.Join(data, "tinhso.db")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: there is a database", size)
		}
	}
}
