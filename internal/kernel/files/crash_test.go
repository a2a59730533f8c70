// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// TestMain lets this binary be a program that dies at a moment that was chosen.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "die" {
		at, _ := strconv.Atoi(os.Args[4])
		if err := dying(os.Args[2], os.Args[3], at); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// moment counts the moments between a file's first byte and its row, and ends
// the process at one of them as a power cut does.
type moment struct{ left int }

func (m *moment) pass() {
	if m.left--; m.left == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// mortal is a store around whose every step the process may die.
type mortal struct {
	blob.Store
	m *moment
}

// Create implements blob.Store.
func (s mortal) Create(ctx context.Context) (blob.Writer, error) {
	s.m.pass()
	w, err := s.Store.Create(ctx)
	s.m.pass()
	return mortalWriter{w, s.m}, err
}

type mortalWriter struct {
	blob.Writer
	m *moment
}

// Write implements io.Writer.
func (w mortalWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.m.pass()
	return n, err
}

// Finish implements blob.Writer.
func (w mortalWriter) Finish() error {
	err := w.Writer.Finish()
	w.m.pass()
	return err
}

// Content implements blob.Writer.
func (w mortalWriter) Content() (blob.Content, int64, error) {
	w.m.pass()
	return w.Writer.Content()
}

// Commit implements blob.Writer.
func (w mortalWriter) Commit() (string, error) {
	w.m.pass()
	name, err := w.Writer.Commit()
	w.m.pass()
	return name, err
}

// keysOf is where the keys of a folder of files lie: beside it.
func keysOf(dir string) string { return filepath.Join(dir+".keys", "keys.json") }

var promise = []byte("0123456789abcdefghijklmnopqrstuvwxyz\n")

func letter() string { return strings.Repeat(string(promise), 8000) }

// dying receives files, one whole and one in parts, acknowledges each on its
// standard output, and dies at the moment of that number.
func dying(dir, database string, at int) error {
	ctx, m := context.Background(), &moment{at}
	d, err := db.Open(database, clock.System{})
	if err != nil {
		return err
	}
	folder, err := blob.Open(dir, 0)
	if err != nil {
		return err
	}
	keys, err := crypt.LoadOrCreate(keysOf(dir))
	if err != nil {
		return err
	}
	s := New(mortal{folder, m}, keys)
	keep := func(content io.Reader, then func(*db.Tx) error) error {
		st, err := s.Receive(ctx, content, Meta{Name: "a.txt", Allow: []Type{Text}, Limit: 1 << 20})
		if err != nil {
			return err
		}
		m.pass()
		var f File
		if err := d.Write(ctx, func(tx *db.Tx) (err error) {
			m.pass()
			if f, err = s.Keep(ctx, tx, st, Subject{"dossier", "1"}, "an"); err != nil {
				return err
			}
			m.pass()
			return then(tx)
		}); err != nil {
			return err
		}
		_, err = fmt.Fprintln(os.Stdout, f.ID)
		m.pass()
		return err
	}
	if err := keep(strings.NewReader(letter()), func(*db.Tx) error { return nil }); err != nil {
		return err
	}
	var u Upload
	if err := d.Write(ctx, func(tx *db.Tx) (err error) {
		u, err = Begin(ctx, tx, "an", "b.txt", int64(len(letter())), 1<<20)
		return err
	}); err != nil {
		return err
	}
	for u.Received < u.Length {
		part, err := s.ReceivePart(ctx, strings.NewReader(letter()[u.Received:min(u.Received+100_000, u.Length)]), 1<<20)
		if err != nil {
			return err
		}
		m.pass()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			after, err := s.AddPart(ctx, tx, "an", u.ID, u.Received, part)
			m.pass()
			if err == nil {
				u = after
			}
			return err
		}); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(os.Stdout, "part", u.ID, u.Received)
		m.pass()
	}
	content, _, err := s.OpenUpload(ctx, d, "an", u.ID)
	if err != nil {
		return err
	}
	return keep(content, func(tx *db.Tx) error { return DropUpload(ctx, tx, "an", u.ID) })
}

// Whatever the moment: what was acknowledged is there and whole, what was not is
// there and whole or not at all, and the sweeper takes what belongs to nothing.
func TestPowerCuts(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, []db.Migrations{Migrations()}, func(t *testing.T, address string) {
		d, err := db.Open(address, clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		deaths := 0
		for at := 1; ; at++ {
			if !powerCut(t, d, address, at) {
				break
			}
			deaths++
		}
		if deaths < 30 {
			t.Errorf("only %d moments", deaths)
		}
	})
}

func powerCut(t *testing.T, d *db.DB, address string, at int) (died bool) {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	if err := d.Write(ctx, func(tx *db.Tx) error { // each death finds an empty house
		for _, table := range []string{"files_parts", "files_uploads", "files_files", "files_usage"} {
			if _, err := tx.Exec(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Dir(keysOf(dir)), 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var said, faults bytes.Buffer
	cmd := exec.CommandContext(ctx, self, "die", dir, address, strconv.Itoa(at))
	cmd.Stdout, cmd.Stderr = &said, &faults
	err = cmd.Run()
	if err == nil {
		return false
	}
	if faults.Len() > 0 || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("moment %d: %v %s", at, err, &faults)
	}
	folder, err := blob.Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	keys, err := crypt.LoadOrCreate(keysOf(dir))
	if err != nil {
		t.Fatal(err)
	}
	s, owner := New(folder, keys), Subject{"dossier", "1"}
	read := func(r io.ReadCloser, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("moment %d: %v", at, err)
			return
		}
		got, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil || string(got) != letter() {
			t.Errorf("moment %d: %d bytes came back: %v", at, len(got), err)
		}
	}
	kept, err := List(ctx, d, owner, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range kept {
		r, _, err := s.Open(ctx, d, owner, f.ID)
		read(r, err)
	}
	for line := range strings.Lines(said.String()) {
		var upload string
		var received int64
		if _, err := fmt.Sscanf(line, "part %s %d", &upload, &received); err == nil {
			u, err := GetUpload(ctx, d, "an", upload)
			if errors.Is(err, ErrNoUpload) && len(kept) == 2 {
				continue // it became a file
			}
			if err != nil || u.Received < received {
				t.Errorf("moment %d: %d bytes were acknowledged, %d are there: %v", at, received, u.Received, err)
			}
			if u.Complete() && err == nil {
				r, _, err := s.OpenUpload(ctx, d, "an", upload)
				read(r, err)
			}
			continue
		}
		if _, err := Get(ctx, d, owner, ID(strings.TrimSpace(line))); err != nil {
			t.Errorf("moment %d: %s was acknowledged: %v", at, line, err)
		}
	}
	age(t, dir, time.Now().Add(-48*time.Hour))
	if _, err := s.Sweep(ctx, d); err != nil {
		t.Fatal(err)
	}
	var named int
	if err := d.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM files_files) + (SELECT COUNT(*) FROM files_parts)`).Scan(&named); err != nil {
		t.Fatal(err)
	}
	if left := len(blobs(t, dir)); left != named {
		t.Errorf("moment %d: %d blobs for %d rows", at, left, named)
	}
	return true
}
