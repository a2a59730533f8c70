// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"bytes"
	"io/fs"
	"maps"
	"sync"
	"testing"
	"testing/fstest"

	"tinhso.vn/internal/kernel/packs"
	data "tinhso.vn/packs"
)

// Many read the same kept files at once, with drafts of their own, and none sees
// the others: each finds what a reader of bare files finds.
func TestKeptFilesAreReadByMany(t *testing.T) {
	t.Parallel()
	plain, err := packs.Load(data.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	kept := packs.Keep(data.Files)
	fee := packs.Draft{List: "procedures", ID: "tho-cung", Text: []byte("id: tho-cung\nname: {vi: Thờ cúng, en: Worship}\n")}
	_, _, wrong := packs.ReadWith(data.Files, "an-giang", []packs.Draft{fee})
	if len(wrong) == 0 {
		t.Fatal("the draft has no mistake")
	}
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if i%2 == 0 {
				if _, _, got := packs.ReadWith(kept, "an-giang", []packs.Draft{fee}); len(got) != len(wrong) {
					t.Errorf("a draft has %d mistakes, want %d", len(got), len(wrong))
				}
				return
			}
			set, err := packs.Load(kept, "an-giang")
			if err != nil || set.Fingerprint() != plain.Fingerprint() || len(set.Procedures) != len(plain.Procedures) ||
				!maps.EqualFunc(set.Files(), plain.Files(), bytes.Equal) {
				t.Errorf("read differently: %v", err)
			}
		})
	}
	all.Wait()
}

// A mistake of a file is told to everybody who reads it, at its line.
func TestAMistakeIsKeptToo(t *testing.T) {
	t.Parallel()
	kept := packs.Keep(fstest.MapFS{
		"p/pack.yaml":       {Data: []byte("name: p\ntitle: P\nkind: province\n")},
		"p/forms/a.yaml":    {Data: []byte("forms:\n\t- id: a\n")},
		"p/flows/list.yaml": {Data: []byte("- a\n")},
	})
	first, second := packs.Lint(kept, "p"), packs.Lint(kept, "p")
	if len(first) < 2 || len(first) != len(second) {
		t.Fatalf("%v, then %v", first, second)
	}
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("%v, then %v", first[i], second[i])
		}
	}
	if _, err := fs.ReadFile(kept, "p/none.yaml"); err == nil {
		t.Error("a file that is not there was read")
	}
}
