// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ocr"
	"tinhso.vn/internal/platform/preview"
)

// Allowed are the types of scans.
func Allowed() []files.Type { return []files.Type{files.PDF, files.JPEG, files.PNG, files.TIFF} }

// AddScan takes a scan into a batch: it is read in the background.
func (s *Service) AddScan(ctx context.Context, actor identity.Actor, batch, name string, content io.Reader) (scan string, err error) {
	defer errs.Wrap(&err, "add a scan to batch %s", batch)
	return s.addScan(ctx, actor, batch, name, content, nil)
}

// AddUpload takes a scan that came in parts.
func (s *Service) AddUpload(ctx context.Context, actor identity.Actor, batch, upload string) (scan string, err error) {
	defer errs.Wrap(&err, "add an upload to batch %s", batch)

	content, u, err := s.Files.OpenUpload(ctx, s.DB, actor.Account, upload)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return s.addScan(ctx, actor, batch, u.Name, content, func(tx *db.Tx) error { return files.DropUpload(ctx, tx, actor.Account, upload) })
}

func (s *Service) addScan(ctx context.Context, actor identity.Actor, batch, name string, content io.Reader, then func(*db.Tx) error) (string, error) {
	if _, err := s.batchIn(ctx, s.DB, actor, digitising.PermScan, batch); err != nil {
		return "", err
	}
	st, err := s.Files.Receive(ctx, content, files.Meta{Name: name, Allow: Allowed(), Limit: preview.MaxScan})
	if err != nil {
		return "", err
	}
	one := store.Scan{ID: id.New(), Batch: batch, SHA: st.SHA256, Name: st.Name, State: store.Reading}
	return one.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.batchIn(ctx, tx, actor, digitising.PermScan, batch); err != nil {
			return err
		}
		f, err := s.Files.Keep(ctx, tx, st, scanSubject(one.ID), actor.Account)
		if err != nil {
			return err
		}
		one.File = string(f.ID)
		added, err := s.store.AddScan(ctx, tx, one)
		if err == nil && !added {
			err = digitising.ErrThere // the file goes with the transaction
		}
		if err == nil && then != nil {
			err = then(tx)
		}
		if err == nil {
			err = jobs.Enqueue(ctx, tx, JobRead, reading{one.ID})
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditScanned, batch)
	})
}

// reading is the body of JobRead.
type reading struct {
	Scan string `json:"scan"`
}

// piece is a sheet that was read and belongs to nothing yet.
type piece struct {
	page    store.Page
	picture files.Staged
	lines   []ocr.Line
	starts  bool // a separator
}

// Read does JobRead: a piece of a scan, and asks for the next. Killed in the
// middle, it begins that piece again.
func (s *Service) Read(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "read a scan")

	var r reading
	if err := json.Unmarshal(body, &r); err != nil {
		return err
	}
	scan, err := s.store.GetScan(ctx, s.DB, r.Scan)
	if err != nil || scan.State != store.Reading {
		return err
	}
	sheets, total, err := s.sheets(ctx, scan)
	why := reasonOf(err)
	if err != nil && why == "" {
		return err
	}
	var pieces []piece
	for _, one := range sheets {
		p, err := s.look(ctx, scan, one)
		if err != nil {
			return err
		}
		pieces = append(pieces, p)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.keepPieces(ctx, tx, scan, pieces, total, why) })
}

func (s *Service) sheets(ctx context.Context, scan store.Scan) (all []preview.Sheet, total int, err error) {
	if s.Scanner == nil {
		return nil, 0, preview.ErrFailed
	}
	content, f, err := s.Files.Open(ctx, s.DB, scanSubject(scan.ID), files.ID(scan.File))
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	total, err = s.Scanner.Sheets(ctx, string(f.Type), content, scan.Done+1, func(one preview.Sheet) error {
		all = append(all, one)
		return nil
	})
	return all, total, err
}

// reasonOf is the text that says why a scan cannot be read; empty for a fault that
// is not the scan's.
func reasonOf(err error) string {
	for known, code := range map[error]string{
		preview.ErrTooLarge: "files.shown.too_large", preview.ErrEncrypted: "files.shown.encrypted", preview.ErrBroken: "files.shown.broken",
		preview.ErrNoKind: "files.shown.broken", preview.ErrExhausted: "files.shown.exhausted", preview.ErrFailed: "files.shown.failed",
	} {
		if errors.Is(err, known) {
			return code
		}
	}
	return ""
}

// Below what a sheet is said to be doubtful.
const (
	leastDPI   = 150
	leastSharp = 60
	leastSure  = 60 // of 100: then the sheet may stand on its head
)

// look says what a sheet is, turns it so that it stands, and reads it.
func (s *Service) look(ctx context.Context, scan store.Scan, one preview.Sheet) (p piece, err error) {
	p.page = store.Page{ID: id.New(), Batch: scan.Batch, Scan: scan.ID, Number: one.Page, Width: one.Width, Height: one.Height}
	raw := one.JPEG
	switch {
	case one.Code == papers.SeparatorCode:
		p.starts, p.page.Dropped = true, true
	case one.Blank():
		p.page.Dropped, p.page.Flags = true, []string{"blank"}
	default:
		if one.Damaged {
			p.page.Flags = append(p.page.Flags, "code")
		}
		if one.DPI > 0 && one.DPI < leastDPI {
			p.page.Flags = append(p.page.Flags, "coarse")
		}
		if one.Sharp < leastSharp {
			p.page.Flags = append(p.page.Flags, "blurred")
		}
		if raw, err = s.read(ctx, &p, raw); err != nil {
			return p, err
		}
	}
	p.picture, err = s.Files.Receive(ctx, bytes.NewReader(raw), files.Meta{Name: "trang.jpg", Allow: []files.Type{files.JPEG}, Limit: int64(len(raw)), Own: true})
	return p, err
}

// read recognises a sheet. What cannot be recognised is left to people.
func (s *Service) read(ctx context.Context, p *piece, raw []byte) ([]byte, error) {
	lines, err := s.Reader.Read(ctx, raw)
	if err != nil {
		return raw, ctx.Err()
	}
	if p.lines = lines; ocr.Sure(lines) >= leastSure {
		return raw, nil
	}
	degrees, sure, err := s.Reader.Stands(ctx, raw)
	if err != nil || !sure || degrees == 0 {
		return raw, ctx.Err()
	}
	stands, err := turned(raw, degrees)
	if err != nil {
		return raw, nil //nolint:nilerr // it stays as it is, and a person sees it
	}
	again, err := s.Reader.Read(ctx, stands)
	if err != nil || ocr.Sure(again) < ocr.Sure(lines) {
		return raw, ctx.Err()
	}
	p.lines, p.page.Turned = again, degrees
	if degrees != 180 {
		p.page.Width, p.page.Height = p.page.Height, p.page.Width
	}
	return stands, nil
}

// keepPieces writes what was read, unless somebody else has been faster.
func (s *Service) keepPieces(ctx context.Context, tx *db.Tx, before store.Scan, all []piece, total int, why string) error {
	scan, err := s.store.GetScan(ctx, tx, before.ID)
	if err != nil || scan.State != store.Reading || scan.Done != before.Done {
		return err
	}
	paper, open, err := s.store.LastPaper(ctx, tx, scan)
	if err != nil {
		return err
	}
	fresh := false // the paper is not written yet
	var said []ocr.Line
	flush := func() error {
		if !open {
			return nil
		}
		paper.Facts.Fields = better(paper.Facts.Fields, index(said))
		said = nil
		if fresh {
			fresh = false
			return s.store.AddPaper(ctx, tx, paper)
		}
		return s.store.PutPaper(ctx, tx, paper)
	}
	for _, p := range all {
		if p.starts {
			if err := flush(); err != nil {
				return err
			}
			open = false
		} else if !open {
			paper, open, fresh = store.Paper{ID: id.New(), Batch: scan.Batch, Scan: scan.ID, State: digitising.Ready}, true, true
		}
		if open {
			p.page.Paper = paper.ID
		}
		said = append(said, p.lines...)
		f, err := s.Files.Keep(ctx, tx, p.picture, pageSubject(p.page.ID), "")
		if err != nil {
			return err
		}
		p.page.File = string(f.ID)
		if err := s.store.AddPage(ctx, tx, p.page); err != nil {
			return err
		}
		scan.Done = p.page.Number
	}
	if err := flush(); err != nil {
		return err
	}
	scan.Pages, scan.Reason = max(total, scan.Done), why
	switch {
	case why != "" || len(all) == 0 && scan.Done < total:
		scan.State = store.Failed
	case scan.Done >= total:
		scan.State = store.Read
	default:
		if err := jobs.Enqueue(ctx, tx, JobRead, reading{scan.ID}); err != nil {
			return err
		}
	}
	return s.store.PutScan(ctx, tx, scan)
}

// DropPage leaves a page out of its paper, or takes it back.
func (s *Service) DropPage(ctx context.Context, actor identity.Actor, batch, page string, drop bool) (err error) {
	defer errs.Wrap(&err, "drop page %s", page)

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.batchIn(ctx, tx, actor, digitising.PermScan, batch); err != nil {
			return err
		}
		p, err := s.store.GetPage(ctx, tx, batch, page)
		if err == nil && p.Paper == "" {
			err = digitising.ErrNotFound // of a separator nothing is taken back
		}
		if err != nil {
			return err
		}
		paper, err := s.store.GetPaper(ctx, tx, p.Paper)
		if err != nil {
			return err
		}
		if !slices.Contains([]digitising.State{digitising.Ready, digitising.Checked}, paper.State) {
			return digitising.ErrOver
		}
		paper.State = digitising.Ready // what was checked has changed
		if err := s.store.PutPaper(ctx, tx, paper); err != nil {
			return err
		}
		if err := s.store.DropPage(ctx, tx, page, drop); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditPage, paper.ID)
	})
}

// OpenPage returns the picture of a page of a batch. The caller closes it.
func (s *Service) OpenPage(ctx context.Context, actor identity.Actor, batch, page string) (_ io.ReadCloser, size int64, err error) {
	defer errs.Wrap(&err, "open page %s", page)

	sc, err := scope(actor)
	if err != nil {
		return nil, 0, err
	}
	if _, err := s.store.GetBatch(ctx, s.DB, sc, batch); err != nil {
		return nil, 0, err
	}
	p, err := s.store.GetPage(ctx, s.DB, batch, page)
	if err != nil {
		return nil, 0, err
	}
	if err := s.looked(ctx, actor, page); err != nil {
		return nil, 0, err
	}
	content, f, err := s.Files.Open(ctx, s.DB, pageSubject(page), files.ID(p.File))
	return content, f.Size, err
}
