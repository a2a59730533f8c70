// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// pdf is a small file of one empty page.
const pdf = pdftest.Small

func everything() []Type { return []Type{PDF, PNG, JPEG, DOCX, XLSX, ODT, Text} }

func store(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	b, err := blob.Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return New(b, crypt.Ephemeral()), dir
}

// blobs returns the paths of all files in the folder.
func blobs(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.Walk(dir, func(p string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			all = append(all, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func archive(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, strings.Repeat(name, 10_000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheContentDecides(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	for _, v := range []struct {
		name, content string
		allow         []Type
		want          Type
		err           error
	}{
		{"đơn.pdf", pdf, everything(), PDF, nil},
		{"ĐƠN.PDF", pdf, everything(), PDF, nil},
		{"ảnh.jpeg", jpegOf(t, 8, 8), everything(), JPEG, nil},
		{"ảnh.png", pngOf(t, 8, 8), everything(), PNG, nil},
		{"ghi chú.txt", "xin chào", everything(), Text, nil},
		{"a.docx", archive(t, "_rels/.rels", "word/document.xml", "[Content_Types].xml"), everything(), DOCX, nil},
		{"a.xlsx", archive(t, "[Content_Types].xml", "xl/workbook.xml"), everything(), XLSX, nil},

		{"dài.txt", strings.Repeat("aữ", 400), everything(), Text, nil},
		{"bom.csv", "\ufeffmã,tên\r\n1,Ánh", everything(), Text, nil},
		{"nhị phân.txt", "abc\x00\x01", everything(), "", ErrTypeMismatch},
		{"latin.txt", "t\xean g\xec", everything(), "", ErrTypeMismatch},
		{"svg.txt", "\ufeff  <svg onload='x'>", everything(), "", ErrTypeMismatch},

		{"virus.pdf", "MZ\x90\x00\x03\x00\x00\x00\x04", everything(), "", ErrTypeMismatch},
		{"ảnh.pdf", "\x89PNG\r\n\x1a\n....", everything(), "", ErrTypeMismatch},
		{"page.txt", "<html><script>alert(1)</script>", everything(), "", ErrTypeMismatch},
		{"macro.docx", archive(t, "word/document.xml", "word/vbaProject.bin"), everything(), "", ErrMacro},
		{"both.docx", archive(t, "word/document.xml", "xl/workbook.xml"), everything(), "", ErrTypeMismatch},
		{"both.xlsx", archive(t, "word/document.xml", "xl/workbook.xml"), everything(), "", ErrTypeMismatch},
		{"a.docx", archive(t, "virus.exe"), everything(), "", ErrMacro},
		{"a.docx", "PK\x03\x04 and no directory", everything(), "", ErrDocumentBroken},
		{"a.docx", archive(t, "xl/workbook.xml"), everything(), "", ErrTypeMismatch},
		{"setup.exe", "MZ\x90\x00\x03\x00\x00\x00\x04", everything(), "", ErrTypeRefused},
		{"đơn.pdf", pdf, []Type{PNG}, "", ErrTypeRefused},
		{"không tên", pdf, everything(), "", ErrTypeRefused},
		{"đơn.pdf", "", everything(), "", ErrEmpty},
		{"đơn.pdf", pdf + strings.Repeat("x", 1<<20), everything(), "", ErrTooLarge},
	} {
		before := len(blobs(t, dir))
		st, err := s.Receive(t.Context(), strings.NewReader(v.content), Meta{Name: v.name, Allow: v.allow, Limit: 1 << 20})
		if !errors.Is(err, v.err) || (err == nil) != (v.err == nil) || st.Type != v.want {
			t.Errorf("%s: %q, %v, want %q, %v", v.name, st.Type, err, v.want, v.err)
		}
		if left := len(blobs(t, dir)) - before; (left == 1) != (v.err == nil) {
			t.Errorf("%s: %d files left", v.name, left)
		}
	}
	if errs.KindOf(ErrTooLarge) != errs.TooLarge {
		t.Error("too large is not TooLarge")
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Đơn xin.pdf": "Đơn xin.pdf", "Đo\u031bn.pdf": "Đơn.pdf", `C:\Users\an\đơn.pdf`: "đơn.pdf", "../../etc/passwd": "passwd",
		"a\x00\nb.pdf": "a b.pdf", "\u202efdp.exe": "fdp.exe", `a"b<c>.pdf`: "a_b_c_.pdf", "": "tệp", "...": "tệp", ".pdf": "tệp.pdf",
		"a. .pdf": "a.pdf", strings.Repeat("ữ", 300) + ".pdf": strings.Repeat("ữ", 146) + ".pdf", "x." + strings.Repeat("y", 300): ("x." + strings.Repeat("y", 300))[:150],
	} {
		got := CleanName(in)
		if got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if again := CleanName(got); again != got {
			t.Errorf("%q becomes %q, then %q", in, got, again)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"a.pdf", "..", "a/b\\c", ". . .x", "\u00a0.p", "a.\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := CleanName(s)
		if got == "" || strings.ContainsAny(got, "/\\\x00\n\"") || len([]rune(got)) > maxName || CleanName(got) != got {
			t.Fatalf("%q becomes %q, then %q", s, got, CleanName(got))
		}
	})
}

// broken sends something and then fails.
type broken struct{ sent bool }

func (b *broken) Read(p []byte) (int, error) {
	if b.sent {
		return 0, errors.New("connection reset")
	}
	b.sent = true
	return copy(p, pdf), nil
}

func TestFaultsLeaveNothing(t *testing.T) {
	t.Parallel()
	s, dir := store(t)
	m := Meta{Name: "a.pdf", Allow: everything(), Limit: 1 << 20}
	if _, err := s.Receive(t.Context(), &broken{}, m); !errors.Is(err, ErrInterrupted) {
		t.Errorf("%v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Receive(gone, strings.NewReader(pdf), m); !errors.Is(err, ErrInterrupted) {
		t.Errorf("%v", err)
	}
	full, err := blob.Open(dir, 1<<62)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = full.Close() }()
	_, err = New(full, crypt.Ephemeral()).Receive(t.Context(), strings.NewReader(pdf), m)
	if !errors.Is(err, ErrNoSpace) || errs.KindOf(err) != errs.Unavailable {
		t.Errorf("%v", err)
	}
	if left := blobs(t, dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestKeepOpenEraseSweep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s, dir := store(t)
		owner := Subject{"dossier", "d1"}
		receive := func(content string) Staged {
			st, err := s.Receive(ctx, strings.NewReader(content), Meta{Name: "đơn.pdf", Allow: everything(), Limit: 1 << 20})
			if err != nil {
				t.Fatal(err)
			}
			return st
		}
		var kept []File
		for i := range 2 {
			st := receive(pdf + strconv.Itoa(i))
			err := d.Write(ctx, func(tx *db.Tx) error {
				f, err := s.Keep(ctx, tx, st, owner, "acc")
				kept = append(kept[:i], f)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range blobs(t, dir) {
			if raw, err := os.ReadFile(p); err != nil || bytes.Contains(raw, []byte("PDF")) {
				t.Errorf("the disk can be read: %v", err)
			}
		}
		read := func(id ID) (string, error) {
			r, f, err := s.Open(ctx, d, owner, id)
			if err != nil {
				return "", err
			}
			defer func() { _ = r.Close() }()
			text, err := io.ReadAll(r)
			if err == nil && (f != kept[0] && f != kept[1] || f.Size != int64(len(text))) {
				t.Errorf("%+v", f)
			}
			return string(text), err
		}
		if got, err := read(kept[0].ID); err != nil || got != pdf+"0" {
			t.Errorf("%q %v", got, err)
		}
		if got, err := Get(ctx, d, owner, kept[1].ID); err != nil || got != kept[1] {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := Get(ctx, d, Subject{"dossier", "d2"}, kept[1].ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("the file of another: %v", err)
		}
		if _, _, err := s.Open(ctx, d, Subject{"result", "d1"}, kept[1].ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("the file of another: %v", err)
		}
		if page, err := List(ctx, d, owner, kept[0].ID, 10); err != nil || len(page) != 1 || page[0] != kept[1] {
			t.Errorf("%+v %v", page, err)
		}

		// A file nobody kept, an erased one, and time.
		receive(pdf)
		erase := func(owner Subject) error {
			return d.Write(ctx, func(tx *db.Tx) error { return Erase(ctx, tx, owner, kept[0].ID) })
		}
		if err := errors.Join(erase(owner), erase(owner)); err != nil {
			t.Fatal(err)
		}
		if err := erase(Subject{"dossier", "d2"}); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
		if _, err := read(kept[0].ID); !errors.Is(err, ErrErased) {
			t.Errorf("%v", err)
		}
		if f, err := Get(ctx, d, owner, kept[0].ID); err != nil || f.Name != "" || f.Erased.IsZero() {
			t.Errorf("%+v %v", f, err)
		}
		if n, err := s.Sweep(ctx, d); err != nil || n != 0 {
			t.Errorf("swept %d too early: %v", n, err)
		}
		old := time.Now().Add(-25 * time.Hour)
		for _, p := range blobs(t, dir) {
			if err := os.Chtimes(p, old, old); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := s.Sweep(ctx, d); err != nil || n != 2 || len(blobs(t, dir)) != 1 {
			t.Errorf("swept %d: %v", n, err)
		}

		// Somebody changes the disk or the row.
		if got, err := read(kept[1].ID); err != nil || got != pdf+"1" {
			t.Errorf("%q %v", got, err)
		}
		set := func(column string, to any) {
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE files_files SET `+column+` = $1 WHERE id = $2`, to, string(kept[1].ID))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		set("sha256", kept[0].SHA256)
		if _, err := read(kept[1].ID); !errors.Is(err, ErrDamaged) {
			t.Errorf("another hash: %v", err)
		}
		set("sha256", kept[1].SHA256)
		path := blobs(t, dir)[0]
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[3] ^= 1
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(kept[1].ID); !errors.Is(err, ErrDamaged) {
			t.Errorf("a changed byte: %v", err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := read(kept[1].ID); !errors.Is(err, ErrDamaged) {
			t.Errorf("a lost blob: %v", err)
		}
	})
}

// endless is a text of a given length that is never in memory.
type endless struct{ sent, size int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.sent == e.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.size-e.sent))
	for i := range p[:n] {
		p[i] = 'a'
	}
	e.sent += int64(n)
	return n, nil
}

func TestALargeFileNeedsLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	s, _ := store(t)
	const size = 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	st, err := s.Receive(t.Context(), &endless{size: size}, Meta{Name: "a.txt", Allow: everything(), Limit: size})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; st.Size != size || used > 4<<20 {
		t.Errorf("%d bytes took %d bytes of memory", st.Size, used)
	}
	if _, err := s.Receive(t.Context(), &endless{size: size + 1}, Meta{Name: "a.txt", Allow: everything(), Limit: size}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte more: %v", err)
	}
}
