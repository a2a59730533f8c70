// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package objects_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/blob/bucket"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/simulators/objects"
)

// The store runs in a process of its own, as it does in life: this binary again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		if err := serve(); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serve() error {
	h, err := objects.New()
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, _ = fmt.Printf("http://%s\n", l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // with the test
	}()
	return (&http.Server{Handler: h, ReadHeaderTimeout: time.Minute}).Serve(l)
}

// start starts a store and returns its address.
func start(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), self, "serve")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// misbehave makes the store misbehave: "fail=2&method=PUT".
func misbehave(t *testing.T, url, how string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/faults-s3?"+how, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusNoContent {
		t.Fatal(res.Status, err)
	}
}

func open(t *testing.T, url string, patience time.Duration) (*bucket.Store, *blob.Folder, string) {
	t.Helper()
	dir := t.TempDir()
	folder, err := blob.Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	b, err := bucket.New(bucket.Options{
		Endpoint: url, Bucket: objects.Bucket, Region: "us-east-1", Prefix: "p/", AccessKey: "a", SecretKey: "b", PathStyle: true,
		Patience: patience, Attempts: 3,
	}, folder)
	if err != nil {
		t.Fatal(err)
	}
	return b, folder, dir
}

func put(t *testing.T, s blob.Store, content []byte) string {
	t.Helper()
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	name, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func get(t *testing.T, s blob.Store, name string) []byte {
	t.Helper()
	r, size, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	content, err := io.ReadAll(r)
	if err != nil || int64(len(content)) != size {
		t.Fatalf("%d of %d bytes: %v", len(content), size, err)
	}
	return content
}

// spooled is how many files lie on this machine.
func spooled(t *testing.T, dir string) int {
	t.Helper()
	all, err := os.ReadDir(dir + "/making")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func names(t *testing.T, s blob.Store) (all []string) {
	t.Helper()
	if err := s.Walk(t.Context(), func(e blob.Entry) error {
		if e.Age > time.Hour || e.Age < -time.Hour {
			t.Errorf("%s is %s old", e.Name, e.Age)
		}
		all = append(all, e.Name)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func TestBlobsInABucket(t *testing.T) {
	t.Parallel()
	b, _, dir := open(t, start(t), time.Minute)
	if err := b.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(t, b); len(got) != 0 {
		t.Errorf("the check left %v", got)
	}
	var kept []string
	for _, size := range []int{1, 1 << 20, 1<<20 + 1, 40 << 20} { // the last goes in parts
		content := make([]byte, size)
		_, _ = rand.Read(content)
		name := put(t, b, content)
		kept = append(kept, name)
		if !bytes.Equal(get(t, b, name), content) {
			t.Errorf("%d bytes came back as others", size)
		}
		r, _, err := b.Open(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, from := range []int{0, size / 2, max(0, size-10)} {
			p := make([]byte, 1<<20+5)
			n, err := r.ReadAt(p, int64(from))
			if want := content[from:min(from+len(p), size)]; !bytes.Equal(p[:n], want) || (n < len(p)) != errors.Is(err, io.EOF) {
				t.Errorf("%d bytes at %d of %d: %v", n, from, size, err)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(kept)
	if got := names(t, b); !slices.Equal(got, kept) {
		t.Errorf("%v, not %v", got, kept)
	}
	for range 2 {
		if err := b.Remove(t.Context(), kept[0]); err != nil {
			t.Fatal(err)
		}
	}
	for _, gone := range []string{kept[0], "", "../../etc/passwd", strings.Repeat("a", 32)} {
		if _, _, err := b.Open(t.Context(), gone); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("Open(%q): %v", gone, err)
		}
	}
	w, err := b.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err != nil || w.Finish() != nil {
		t.Fatal(err)
	}
	w.Abort()
	if got := names(t, b); len(got) != 3 || spooled(t, dir) != 0 {
		t.Errorf("after Abort %v, and %d on this machine", got, spooled(t, dir))
	}
}

// What is acknowledged is there; what is not leaves nothing, or something that
// nobody names and the sweeper takes.
func TestAStoreThatFails(t *testing.T) {
	t.Parallel()
	url := start(t)
	b, _, dir := open(t, url, time.Second)
	s := files.New(b, crypt.Ephemeral())
	m := files.Meta{Name: "a.txt", Allow: []files.Type{files.Text}, Limit: 64 << 20}
	text := strings.Repeat("xin chào ", 200_000)
	for _, tt := range []struct {
		how  string
		want error // nil: it gets over it
	}{
		{"fail=1&method=PUT", nil},
		{"fail=99&method=PUT", files.ErrStore},
		{"full=99&method=PUT", files.ErrNoSpace},
		{"drop=1&method=PUT", nil},
		{"drop=99&method=PUT", files.ErrStore},
		{"cut=1&method=GET", nil},
		{"cut=99&method=GET", files.ErrNotStored},
		{"lie=99&method=GET", files.ErrNotStored},
		{"fail=99&method=GET", files.ErrNotStored},
		{"slow=30s", files.ErrStore},
	} {
		misbehave(t, url, tt.how)
		began := time.Now()
		_, err := s.Receive(t.Context(), strings.NewReader(text), m)
		if tt.want == nil && err != nil || tt.want != nil && (!errors.Is(err, tt.want) || errs.KindOf(err) != errs.Unavailable) {
			t.Errorf("%s: %v, not %v", tt.how, err, tt.want)
		}
		if took := time.Since(began); took > 60*time.Second {
			t.Errorf("%s took %s", tt.how, took)
		}
		if n := spooled(t, dir); n != 0 {
			t.Errorf("%s leaves %d on this machine", tt.how, n)
		}
		misbehave(t, url, "")
	}
}

func TestFilesInABucket(t *testing.T) {
	t.Parallel()
	url := start(t)
	dbtest.Each(t, []db.Migrations{files.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		b, folder, _ := open(t, url, time.Second)
		keys := crypt.Ephemeral()
		s, local := files.New(blob.Either{First: b, Other: folder}, keys), files.New(folder, keys)
		owner := files.Subject{Kind: "dossier", ID: d.Dialect().String()}
		keep := func(s *files.Store, text string) (f files.File) {
			t.Helper()
			st, err := s.Receive(t.Context(), strings.NewReader(text), files.Meta{Name: "a.txt", Allow: []files.Type{files.Text}, Limit: 1 << 20})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				f, err = s.Keep(t.Context(), tx, st, owner, "an")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return f
		}
		read := func(s *files.Store, f files.File) (string, error) {
			t.Helper()
			r, _, err := s.Open(t.Context(), d, owner, f.ID)
			if err != nil {
				return "", err
			}
			defer func() { _ = r.Close() }()
			text, err := io.ReadAll(r)
			return string(text), err
		}
		old, fresh := keep(local, "cũ"), keep(s, "mới")
		for f, want := range map[files.File]string{old: "cũ", fresh: "mới"} {
			if text, err := read(s, f); err != nil || text != want {
				t.Errorf("%q %v", text, err)
			}
		}
		moved, err := blob.Move(t.Context(), folder, b, func(blob.Moved) {})
		if err != nil || moved.Blobs != 1 {
			t.Fatal(moved, err)
		}
		if text, err := read(s, old); err != nil || text != "cũ" {
			t.Errorf("after it moved: %q %v", text, err)
		}
		if _, err := read(local, old); err == nil {
			t.Error("it is still where it was")
		}
		misbehave(t, url, "fail=99")
		if _, err := read(s, old); !errors.Is(err, files.ErrStore) {
			t.Errorf("a store that fails: %v", err)
		}
		misbehave(t, url, "")
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := files.Hold(t.Context(), tx, owner, "quyết định", "an")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		erase := func() error {
			return d.Write(t.Context(), func(tx *db.Tx) error { return files.Erase(t.Context(), tx, owner, old.ID) })
		}
		if err := erase(); !errors.Is(err, files.ErrHeld) {
			t.Errorf("under a hold: %v", err)
		}
		if text, err := read(s, old); err != nil || text != "cũ" {
			t.Errorf("under a hold: %q %v", text, err)
		}
		back, err := blob.Move(t.Context(), b, folder, func(blob.Moved) {})
		if err != nil || back.Blobs < 2 {
			t.Fatal(back, err)
		}
		for _, f := range []files.File{old, fresh} {
			if _, err := read(local, f); err != nil {
				t.Error(err)
			}
		}
	})
}

// A move that is cut off goes on where it was; nothing is removed before it is
// elsewhere.
func TestAMoveIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	url := start(t)
	b, folder, _ := open(t, url, time.Second)
	either := blob.Either{First: b, Other: folder}
	want := map[string][]byte{}
	for i := range 8 {
		content := bytes.Repeat([]byte{byte(i)}, 100_000)
		want[put(t, folder, content)] = content
	}
	for _, how := range []string{"fail=99&method=PUT", "lie=99&method=GET", "drop=4&method=PUT", "cut=3&method=GET"} {
		misbehave(t, url, how)
		_, _ = blob.Move(t.Context(), folder, b, func(blob.Moved) {}) // it may fail
		misbehave(t, url, "")
		for name, content := range want {
			if !bytes.Equal(get(t, either, name), content) {
				t.Errorf("%s: %s is not what it was", how, name)
			}
		}
	}
	stop, cancel := context.WithCancel(t.Context())
	_, err := blob.Move(stop, folder, b, func(blob.Moved) { cancel() })
	cancel()
	if left := len(names(t, folder)); left > 0 && err == nil {
		t.Errorf("%d are left and no error", left)
	}
	if _, err := blob.Move(t.Context(), folder, b, func(blob.Moved) {}); err != nil {
		t.Fatal(err)
	}
	if left := names(t, folder); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	for name, content := range want {
		if !bytes.Equal(get(t, b, name), content) {
			t.Errorf("%s is not what it was", name)
		}
	}
}
