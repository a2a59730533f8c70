// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

// scan is a photograph that a device has kept; mark makes it another one.
func scan(mark string) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"+
		"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"), mark...)
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// uploaded sends a file in two parts, as a device does when its line is back.
func uploaded(t *testing.T, w *dossierstest.World, by identity.Actor, content []byte) core.TakenFile {
	t.Helper()
	ctx, s := t.Context(), w.Service
	u := must[core.UploadState](t)(s.StartUpload(ctx, by, "anh-chup.png", int64(len(content))))
	half := int64(len(content) / 2)
	must[core.UploadState](t)(s.AppendUpload(ctx, by, u.ID, 0, bytes.NewReader(content[:half])))
	must[core.UploadState](t)(s.AppendUpload(ctx, by, u.ID, half, bytes.NewReader(content[half:])))
	return core.TakenFile{Paper: "giay-to", SHA256: sumOf(content), Upload: u.ID}
}

// Files of a form of the counter are with its dossier once each, however often it is sent.
func TestFilesOfTheCounterComeOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		first, second := scan("one"), scan("two")
		in := written("files")
		in.Files = []core.TakenFile{{Paper: "giay-to", SHA256: sumOf(first)}, {Paper: "giay-to", SHA256: sumOf(second)}}

		none := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		if none.ID != "" || len(none.Missing) != 2 || w.Count(t, `SELECT COUNT(*) FROM dossiers_drafts`) != 0 {
			t.Fatalf("without its files it is %+v", none)
		}
		in.Files[0] = uploaded(t, w, w.Clerk, first)
		half := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in)) // the line broke between two files
		if half.ID != "" || len(half.Missing) != 1 || half.Missing[0] != sumOf(second) {
			t.Fatalf("with half of its files it is %+v", half)
		}
		in.Files[1] = uploaded(t, w, w.Clerk, second)
		done := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		if done.Done == nil {
			t.Fatalf("it stayed a draft: %v", done.Why)
		}
		in.Files[0].Upload, in.Files[1].Upload = "gone", "" // the answer was lost, and the uploads are used up
		again := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		if again.ID != done.ID || again.Done == nil || len(again.Missing) != 0 {
			t.Errorf("again it is %+v", again)
		}
		in.Files[1] = uploaded(t, w, w.Clerk, second) // a device that has uploaded once more
		must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, done.ID, access.Handling))
		files := 0
		for _, p := range full.Papers {
			if p.File != nil {
				files++
			}
		}
		if files != 2 {
			t.Errorf("%d files", files)
		}
	})
}

// Two tabs send the same form at once: one dossier, one file.
func TestFilesOfTheCounterAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		in := written("at once")
		in.Files = []core.TakenFile{uploaded(t, w, w.Clerk, scan("x"))}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, err := s.TakeIn(ctx, w.Clerk, in); err != nil {
					t.Errorf("at once: %v", err)
				}
			})
		}
		group.Wait()
		last := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in))
		if last.Done == nil || w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers`) != 1 {
			t.Fatalf("it is %+v", last)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_papers WHERE dossier_id = $1 AND paper = 'giay-to'`, string(last.ID)); n != 1 {
			t.Errorf("%d times the file", n)
		}
	})
}

// What is not what the device has seen, and what is no file of a paper, is told.
func TestWrongFilesOfTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		in := written("other content")
		in.Files = []core.TakenFile{uploaded(t, w, w.Clerk, scan("y"))}
		in.Files[0].SHA256 = sumOf([]byte("something else"))
		if other := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in)); other.ID != "" || len(other.Missing) != 1 {
			t.Errorf("another content is %+v", other)
		}
		in.Key = "no hash"
		in.Files[0].SHA256 = "abc"
		if _, err := s.TakeIn(ctx, w.Clerk, in); err == nil {
			t.Error("without a hash")
		}
		in = written("somebody else's")
		in.Files = []core.TakenFile{uploaded(t, w, w.Colleague, scan("z"))}
		if theirs := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in)); theirs.ID != "" {
			t.Error("the upload of somebody else is taken")
		}
		in = written("a program")
		in.Files = []core.TakenFile{uploaded(t, w, w.Clerk, []byte("MZ\x90\x00"+strings.Repeat("\x00", 500)))}
		if bad := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in)); bad.Done != nil || bad.Why == nil {
			t.Errorf("a program is %+v", bad)
		}
		in = written("no paper")
		in.Files = []core.TakenFile{uploaded(t, w, w.Clerk, scan("p"))}
		in.Files[0].Paper = "la"
		if bad := must[core.Taken](t)(s.TakeIn(ctx, w.Clerk, in)); bad.Done != nil || bad.Why == nil {
			t.Errorf("a paper that is none is %+v", bad)
		}
		in = written("too many")
		for range 31 {
			in.Files = append(in.Files, core.TakenFile{Paper: "giay-to", SHA256: sumOf(nil)})
		}
		_, err := s.TakeIn(ctx, w.Clerk, in)
		refused(t, "too many files", err, dossiers.ErrTooManyFiles)
	})
}
