// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"io/fs"
	"path"
	"reflect"
	"testing"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/kernel/packs"
	data "tinhso.vn/packs"
)

func names(t *testing.T) []string {
	t.Helper()
	list, err := packs.Names(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 3 {
		t.Fatalf("packs = %v", list)
	}
	return list
}

func load(t *testing.T, name string) *packs.Set {
	t.Helper()
	set, err := packs.Load(data.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestEveryPackIsClean(t *testing.T) {
	t.Parallel()
	for _, name := range names(t) {
		for _, p := range packs.Lint(data.Files, name) {
			t.Errorf("%s: %v", name, p)
		}
	}
}

func TestLoadingTwiceGivesTheSame(t *testing.T) {
	t.Parallel()
	for _, name := range names(t) {
		one, two := load(t, name), load(t, name)
		if one.Fingerprint() != two.Fingerprint() || !reflect.DeepEqual(one, two) {
			t.Errorf("%s: two loads differ", name)
		}
	}
	if load(t, "national").Fingerprint() == load(t, "an-giang").Fingerprint() {
		t.Error("two packs have one fingerprint")
	}
}

func TestFilesAreComposedUnicode(t *testing.T) {
	t.Parallel()
	files := 0
	err := fs.WalkDir(data.Files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".yaml" {
			return err
		}
		files++
		content, err := fs.ReadFile(data.Files, p)
		if !norm.NFC.IsNormal(content) {
			t.Errorf("%s is not NFC", p)
		}
		return err
	})
	if err != nil || files < 15 {
		t.Errorf("%d files, %v", files, err)
	}
}
