// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestAFileComesInParts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx := t.Context()
		s, dir := store(t)
		begin := func(name string, length int64) (u Upload, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error { u, err = Begin(ctx, tx, "an", name, length, 1<<20); return err })
			return u, err
		}
		add := func(account, id string, start int64, r io.Reader) (u Upload, err error) {
			p, err := s.ReceivePart(ctx, r, 1<<20)
			if err != nil {
				return Upload{}, err
			}
			err = d.Write(ctx, func(tx *db.Tx) error { u, err = s.AddPart(ctx, tx, account, id, start, p); return err })
			return u, err
		}
		whole := pdfOf("", "("+strings.Repeat("xin chào ", 20_000)+")")
		u, err := begin("đơn.pdf", int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		// The line breaks in the middle of the first part: what came is there.
		got, err := add("an", u.ID, 0, io.MultiReader(strings.NewReader(whole[:1000]), &broken{sent: true}))
		if err != nil || got.Received != 1000 {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := add("an", u.ID, 0, &broken{sent: true}); !errors.Is(err, ErrInterrupted) {
			t.Errorf("nothing came: %v", err)
		}
		for name, v := range map[string]struct {
			account string
			start   int64
			content string
			want    error
		}{
			"again":      {"an", 0, whole[:1000], ErrOffset},
			"a gap":      {"an", 1001, whole[1001:2000], ErrOffset},
			"another's":  {"binh", 1000, whole[1000:2000], ErrNoUpload},
			"too much":   {"an", 1000, whole[1000:] + "x", ErrPartTooLarge},
			"far beyond": {"an", 1000, strings.Repeat("x", 1<<20+1), ErrPartTooLarge},
		} {
			if _, err := add(v.account, u.ID, v.start, strings.NewReader(v.content)); !errors.Is(err, v.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.OpenUpload(ctx, d, "an", u.ID); !errors.Is(err, ErrIncomplete) {
			t.Errorf("not complete: %v", err)
		}
		for at := 1000; at < len(whole); at += 50_000 {
			if _, err := add("an", u.ID, int64(at), strings.NewReader(whole[at:min(at+50_000, len(whole))])); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := GetUpload(ctx, d, "an", u.ID); err != nil || !got.Complete() || got.Name != "đơn.pdf" {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := GetUpload(ctx, d, "binh", u.ID); !errors.Is(err, ErrNoUpload) {
			t.Errorf("the upload of another: %v", err)
		}
		sum := sha256.Sum256([]byte(whole))
		if got, err := s.Receipt(ctx, d, "an", u.ID); err != nil || got != hex.EncodeToString(sum[:]) {
			t.Errorf("receipt %s %v", got, err)
		}
		// Parts are no orphans, refused ones are.
		old := time.Now().Add(-48 * time.Hour)
		for _, p := range blobs(t, dir) {
			if err := os.Chtimes(p, old, old); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := s.Sweep(ctx, d); err != nil || n != 4 {
			t.Errorf("swept %d: %v", n, err)
		}
		content, _, err := s.OpenUpload(ctx, d, "an", u.ID)
		if err != nil {
			t.Fatal(err)
		}
		st, err := s.Receive(ctx, content, Meta{Name: u.Name, Allow: everything(), Limit: 1 << 20})
		if err != nil || unstage(t, s, st) != whole || content.Close() != nil {
			t.Errorf("received: %v", err)
		}
		// A changed part is found.
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE files_parts SET sha256 = 'x' WHERE upload_id = $1 AND start = 1000`, u.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Receipt(ctx, d, "an", u.ID); !errors.Is(err, ErrDamaged) {
			t.Errorf("a changed part: %v", err)
		}
		drop := func(account string) error {
			return d.Write(ctx, func(tx *db.Tx) error { return DropUpload(ctx, tx, account, u.ID) })
		}
		if err := drop("binh"); !errors.Is(err, ErrNoUpload) {
			t.Errorf("dropped by another: %v", err)
		}
		if err := drop("an"); err != nil {
			t.Error(err)
		}
		if err := drop("an"); !errors.Is(err, ErrNoUpload) {
			t.Errorf("dropped twice: %v", err)
		}

		for name, v := range map[string]struct {
			length int64
			want   error
		}{"nothing": {0, ErrEmpty}, "less than nothing": {-1, ErrLengthMalformed}, "too long": {1<<20 + 1, ErrTooLarge}} {
			if _, err := begin(name, v.length); !errors.Is(err, v.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for i := range maxUploads {
			if u, err = begin(strconv.Itoa(i), 1000); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := begin("one more", 1000); !errors.Is(err, ErrTooManyUploads) {
			t.Errorf("one more: %v", err)
		}
		if _, err := add("an", u.ID, 0, strings.NewReader("x")); err != nil {
			t.Error(err)
		}
		forget := func() (left int) {
			if err := d.Write(ctx, func(tx *db.Tx) error { return ForgetUploads(ctx, tx) }); err != nil {
				t.Fatal(err)
			}
			if err := d.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM files_uploads) + (SELECT COUNT(*) FROM files_parts)`).Scan(&left); err != nil {
				t.Fatal(err)
			}
			return left
		}
		c.Advance(uploadAge)
		if left := forget(); left != maxUploads+1 {
			t.Errorf("%d left too early", left)
		}
		c.Advance(time.Second)
		if left := forget(); left != 0 {
			t.Errorf("%d left", left)
		}
	})
}

func TestTwoPartsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		s, _ := store(t)
		var u Upload
		if err := d.Write(ctx, func(tx *db.Tx) (err error) { u, err = Begin(ctx, tx, "an", "a", 100, 100); return err }); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		results, came, start := make([]error, 8), make([]Part, 8), make(chan struct{})
		for i := range results {
			var err error
			if came[i], err = s.ReceivePart(ctx, strings.NewReader(strings.Repeat("x", 10)), 100); err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				<-start
				results[i] = d.Write(ctx, func(tx *db.Tx) error { _, err := s.AddPart(ctx, tx, "an", u.ID, 0, came[i]); return err })
			})
		}
		close(start)
		all.Wait()
		counted := 0
		for _, err := range results {
			if err == nil {
				counted++
			} else if !errors.Is(err, ErrOffset) {
				t.Error(err)
			}
		}
		if got, err := GetUpload(ctx, d, "an", u.ID); counted != 1 || err != nil || got.Received != 10 {
			t.Errorf("%d counted, %+v, %v", counted, got, err)
		}
	})
}
