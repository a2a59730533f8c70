// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
)

// unpacked is an archive by the names of its files.
func unpacked(t *testing.T, body []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	must(t, err)
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		all[f.Name] = string(text)
	}
	return all
}

// A person takes all of it home, and nobody else does; after a week it is gone.
func TestArchiveOfAPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.agree(t, w.citizen)
		w.agree(t, w.other)
		w.shelf.records = 2500
		archive, err := w.svc.AskArchive(ctx, w.citizen)
		must(t, err)
		_, err = w.svc.AskArchive(ctx, w.citizen)
		refused(t, "a second at once", err, privacy.ErrArchiving)
		_, _, err = w.svc.OpenArchive(ctx, w.citizen, archive)
		refused(t, "before it is made", err, privacy.ErrNotReady)
		w.work(t)
		content, f, err := w.svc.OpenArchive(ctx, w.citizen, archive)
		must(t, err)
		body := readAll(t, content)
		if int64(len(body)) != f.Size {
			t.Errorf("%d bytes of %d", len(body), f.Size)
		}
		all := unpacked(t, body)
		var shelf []map[string]string
		must(t, json.Unmarshal([]byte(all["data/shelf.json"]), &shelf))
		if len(shelf) != 2500 || shelf[0]["of"] != w.citizen.Person {
			t.Errorf("%d records", len(shelf))
		}
		var own []map[string]any
		must(t, json.Unmarshal([]byte(all["data/privacy.json"]), &own))
		if len(own) != 1 || own[0]["purpose"] != "tin" {
			t.Errorf("consents: %v", own)
		}
		page := all["index.html"]
		for _, want := range []string{"Dữ liệu của tôi", "My data", "&lt;b&gt;đậm&lt;/b&gt;", "files/shelf/001-", "500", "Tôi đồng ý"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if strings.Contains(page+all["data/shelf.json"]+all["data/privacy.json"], w.other.Person) {
			t.Error("somebody else is in it")
		}
		for name, a := range map[string]struct{ err error }{"other": {second(w.svc.OpenArchive(ctx, w.other, archive))}, "official": {second(w.svc.OpenArchive(ctx, w.one, archive))}} {
			refused(t, name, a.err, privacy.ErrNotFound)
		}
		if n := w.audited(t, privacy.AuditArchiveTaken, archive); n != 1 {
			t.Errorf("%d downloads recorded", n)
		}
		w.clock.Advance(core.ArchiveKept + time.Minute)
		_, _, err = w.svc.OpenArchive(ctx, w.citizen, archive)
		refused(t, "after a week", err, privacy.ErrExpired)
		if more, err := w.svc.Tick(ctx); err != nil || more {
			t.Fatalf("%v %v", more, err)
		}
		if n := w.audited(t, privacy.AuditArchiveGone, archive); n != 1 {
			t.Errorf("%d removals recorded", n)
		}
		var left int
		must(t, w.db.QueryRow(ctx, `SELECT COUNT(*) FROM files_files WHERE sealed_key <> ''`).Scan(&left))
		if left != 0 {
			t.Errorf("%d files can still be opened", left)
		}
	})
}

func second[A, B any](_ A, _ B, err error) error { return err }

// Cut off in the middle, the job comes back and makes a whole archive; of a
// holder that fails there is none.
func TestArchiveIsWholeOrNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		archive, err := w.svc.AskArchive(ctx, w.citizen)
		must(t, err)
		body, err := json.Marshal(archive)
		must(t, err)
		broken := errors.New("the holder went away")
		w.shelf.fails, w.shelf.records = broken, 10
		if err := w.svc.MakeArchive(ctx, body); !errors.Is(err, broken) {
			t.Fatalf("half an archive: %v", err)
		}
		_, _, err = w.svc.OpenArchive(ctx, w.citizen, archive)
		refused(t, "half an archive", err, privacy.ErrNotReady)
		var kept int
		must(t, w.db.QueryRow(ctx, `SELECT COUNT(*) FROM files_files`).Scan(&kept))
		if kept != 0 {
			t.Errorf("%d files of what was never made", kept)
		}
		w.shelf.fails = nil
		// Another worker finishes while this one is in the middle: the first counts.
		first := true
		w.shelf.during = func() {
			if first {
				first = false
				must(t, w.svc.MakeArchive(ctx, body))
			}
		}
		must(t, w.svc.MakeArchive(ctx, body))
		all, err := w.svc.ListArchives(ctx, w.citizen)
		must(t, err)
		if len(all) != 1 || all[0].State != "ready" || !all[0].Again || w.audited(t, privacy.AuditArchiveMade, archive) != 1 {
			t.Errorf("%+v", all)
		}
		must(t, w.svc.MakeArchive(ctx, body)) // done already
		if n := w.audited(t, privacy.AuditArchiveMade, archive); n != 1 {
			t.Errorf("made %d times", n)
		}
	})
}

// What was asked for at the counter is handed over by the official who answers.
func TestArchiveAtTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		id, err := w.svc.TakeRequest(ctx, w.clerk, core.AtCounter{Number: number, Checked: true, Ask: core.Ask{Kind: privacy.See}})
		must(t, err)
		must(t, w.svc.DecideRequest(ctx, w.one, id, decision(privacy.Granted)))
		w.work(t)
		f, err := w.svc.GetRequest(ctx, w.one, id)
		must(t, err)
		content, _, err := w.svc.OpenArchive(ctx, w.one, f.Archive)
		must(t, err)
		readAll(t, content)
		_, _, err = w.svc.OpenArchive(ctx, w.clerk, f.Archive)
		if err == nil {
			t.Error("the clerk takes it")
		}
	})
}

func (w *world) agree(t *testing.T, a actorOf) string {
	t.Helper()
	id, err := w.svc.GiveConsent(t.Context(), a, "tin", core.TextHash(purposes()[1]), i18n.VI)
	must(t, err)
	return id
}
