// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/preview"
)

// drawer gives pictures without looking at the content.
type drawer struct {
	pages int
	then  error
	calls *int
	seen  *[]string
}

// Run implements Previewer.
func (d drawer) Run(_ context.Context, kind string, content io.Reader, each func(preview.Picture) error) (int, error) {
	raw, err := io.ReadAll(content)
	if err != nil {
		return 0, err
	}
	*d.calls++
	*d.seen = append(*d.seen, kind+" "+string(raw[:5]))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 24, 30)), nil); err != nil {
		return 0, err
	}
	for page := range d.pages + 1 {
		if err := each(preview.Picture{Page: page, Width: 24, Height: 30, JPEG: b.Bytes()}); err != nil {
			return 0, err
		}
	}
	return d.pages, d.then
}

func TestFilesAreShown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		ctx := t.Context()
		s, dir := store(t)
		with := func(pages int, then error) (*Store, *int) {
			calls := 0
			return s.With(Options{Previewer: drawer{pages, then, &calls, &[]string{}}}), &calls
		}
		owner := Subject{"dossier", "1"}
		keep := func(s *Store, own bool) (f File) {
			t.Helper()
			st, err := s.Receive(ctx, strings.NewReader(pdf), Meta{Name: "a.pdf", Allow: everything(), Limit: 1 << 20, Own: own})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) (err error) {
				f, err = s.Keep(ctx, tx, st, owner, "an")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return f
		}
		next := func(s *Store) bool {
			t.Helper()
			did, err := s.ShowNext(ctx, d)
			if err != nil && !errors.Is(err, errSource) {
				t.Fatal(err)
			}
			return did
		}
		shown := func(f File) Shown {
			t.Helper()
			sh, err := GetShown(ctx, d, f.ID)
			if err != nil {
				t.Fatal(err)
			}
			return sh
		}
		good, calls := with(2, nil)
		f := keep(good, false)
		if got := shown(f); got != (Shown{State: Waiting}) {
			t.Errorf("at first %+v", got)
		}
		if _, _, err := good.OpenPicture(ctx, d, owner, f.ID, 0); !errors.Is(err, ErrNoPicture) {
			t.Errorf("before it was made: %v", err)
		}
		if !next(good) || next(good) || *calls != 1 {
			t.Errorf("%d files were shown, not one", *calls)
		}
		if got := shown(f); got != (Shown{State: Made, Pages: 2, Made: 2}) {
			t.Errorf("then %+v", got)
		}
		for page := range 3 {
			r, p, err := good.OpenPicture(ctx, d, owner, f.ID, page)
			if err != nil {
				t.Fatal(err)
			}
			img, err := jpeg.Decode(r)
			if err != nil || r.Close() != nil || img.Bounds().Dx() != 24 || p.Width != 24 || p.Height != 30 {
				t.Errorf("page %d: %+v %v", page, p, err)
			}
		}
		for _, wrong := range []struct {
			owner Subject
			page  int
			want  error
		}{{owner, 3, ErrNoPicture}, {Subject{"dossier", "2"}, 1, ErrNotFound}} {
			if _, _, err := good.OpenPicture(ctx, d, wrong.owner, f.ID, wrong.page); !errors.Is(err, wrong.want) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		if raw := bytes.Join(contents(t, dir), nil); bytes.Contains(raw, []byte("JFIF")) || bytes.Contains(raw, []byte("\xff\xd8\xff\xdb")) {
			t.Error("a picture can be read on the disk")
		}
		var counted int64
		if err := d.QueryRow(ctx, `SELECT SUM(bytes) FROM files_usage WHERE owner = '1'`).Scan(&counted); err != nil || counted != int64(len(pdf)) {
			t.Errorf("the quota counts %d: %v", counted, err)
		}
		// With their file they go; what is left on the disk is swept.
		long := time.Now().Add(-48 * time.Hour)
		age(t, dir, long)
		if n, err := good.Sweep(ctx, d); err != nil || n != 0 {
			t.Errorf("%d pictures in use were swept: %v", n, err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return Erase(ctx, tx, owner, f.ID) }); err != nil {
			t.Fatal(err)
		}
		if _, _, err := good.OpenPicture(ctx, d, owner, f.ID, 1); !errors.Is(err, ErrErased) {
			t.Errorf("of an erased file: %v", err)
		}
		if got := shown(f); got != (Shown{}) {
			t.Errorf("erased %+v", got)
		}
		if n, err := good.Sweep(ctx, d); err != nil || n != 4 || len(blobs(t, dir)) != 0 {
			t.Errorf("%d were swept, %d are left: %v", n, len(blobs(t, dir)), err)
		}

		// A file that cannot be shown has a reason, and what was made before it.
		half, _ := with(1, preview.ErrExhausted)
		f = keep(half, false)
		next(half)
		if got := shown(f); got.State != Made || got.Made != 1 || got.Reason != "files.shown.exhausted" {
			t.Errorf("half shown: %+v", got)
		}
		none, _ := with(-1, preview.ErrEncrypted)
		f = keep(none, false)
		next(none)
		if got := shown(f); got != (Shown{State: Failed, Reason: "files.shown.encrypted"}) {
			t.Errorf("not shown: %+v", got)
		}
		// A fault of ours is tried again, and not for ever.
		faulty, calls := with(-1, errSource)
		f = keep(faulty, false)
		for i := 1; i <= showAttempts; i++ {
			if !next(faulty) || next(faulty) || *calls != i {
				t.Errorf("attempt %d: %d calls", i, *calls)
			}
			clock.Advance(showLease + time.Second)
		}
		if got := shown(f); got != (Shown{State: Failed, Reason: "files.shown.failed"}) {
			t.Errorf("given up: %+v", got)
		}
		// One that is erased while it is drawn leaves nothing.
		f = keep(good, false)
		quick := s.With(Options{Previewer: erasing{drawer{1, nil, new(int), &[]string{}}, func() error {
			return d.Write(ctx, func(tx *db.Tx) error { return Erase(ctx, tx, owner, f.ID) })
		}}})
		next(quick)
		var left int
		if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM files_pictures WHERE file_id = $1`, string(f.ID)).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d pictures of an erased file: %v", left, err)
		}
		// What this program made, and what nobody asked for, is shown when somebody asks.
		f = keep(good, true)
		if got := shown(f); got.State != Unshown {
			t.Errorf("own: %+v", got)
		}
		for range 2 {
			if err := d.Write(ctx, func(tx *db.Tx) error { return good.Show(ctx, tx, owner, f.ID) }); err != nil {
				t.Fatal(err)
			}
		}
		if !next(good) || shown(f).State != Made {
			t.Errorf("asked for: %+v", shown(f))
		}
	})
}

var errSource = errors.New("disk")

type erasing struct {
	drawer
	erase func() error
}

// Run implements Previewer.
func (e erasing) Run(ctx context.Context, kind string, content io.Reader, each func(preview.Picture) error) (int, error) {
	if err := e.erase(); err != nil {
		return 0, err
	}
	return e.drawer.Run(ctx, kind, content, each)
}

// contents returns what is in all files of the folder.
func contents(t *testing.T, dir string) (all [][]byte) {
	t.Helper()
	for _, p := range blobs(t, dir) {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, raw)
	}
	return all
}

// age makes everything in the folder look old.
func age(t *testing.T, dir string, to time.Time) {
	t.Helper()
	for _, p := range blobs(t, dir) {
		if err := os.Chtimes(p, to, to); err != nil {
			t.Fatal(err)
		}
	}
}
