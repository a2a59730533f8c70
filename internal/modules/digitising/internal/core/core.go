// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of digitising: one file per use case. It knows no
// HTTP, no SQL and no pages.
package core

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ocr"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/preview"
	"tinhso.vn/internal/platform/text"
)

// The jobs: reading a piece of a scan, and taking a sealed paper into the vault.
const (
	JobRead  jobs.Kind = "digitising.read"
	JobEnter jobs.Kind = "digitising.enter"
)

// Deps is everything the use cases need, by name.
type Deps struct {
	DB         *db.DB
	Keys       *crypt.Keys
	Files      *files.Store
	Vault      holdings.Backfile
	Scanner    Scanner // opens scans in a process with limits; nil: none does, and scans are refused
	Reader     Reader
	Seal       func(ctx context.Context, unit orgs.ID) (signing.Signer, error) // ErrElsewhere: it is not on this server
	Signatures func(ctx context.Context, document []byte) (signing.Report, error)
	Stamp      signing.Stamper // nil: signatures without time stamp
	Name       func(ctx context.Context, account string) string
	Fonts      pdf.Fonts
	Mark       string // printed on each copy; papers.Simulated in a demonstration
}

// Scanner reads scans sheet by sheet.
type Scanner interface {
	Sheets(ctx context.Context, kind string, content io.Reader, from int, each func(preview.Sheet) error) (pages int, err error)
}

// Reader recognises text.
type Reader interface {
	Check(ctx context.Context) error
	Read(ctx context.Context, jpeg []byte) ([]ocr.Line, error)
	Stands(ctx context.Context, jpeg []byte) (degrees int, sure bool, err error)
}

// Service runs the use cases.
type Service struct {
	Deps
	store store.Store
}

// New returns a service.
func New(d Deps) *Service { return &Service{Deps: d, store: store.New(d.Keys)} }

// Limits of lists.
const (
	PageSize = 30
	maxScans = 200 // of a batch
	maxPages = 600 // of a paper: more are parted before it is checked, and none is left out of its copy
)

type (
	// Paper is a paper of a batch.
	Paper = store.Paper
	// Page is a page of a scan.
	Page = store.Page
	// Scan is a file as it came from the scanner.
	Scan = store.Scan
	// Facts is what a paper says, with how sure the program is.
	Facts = store.Facts
)

// The states of a scan.
const (
	ScanReading = store.Reading
	ScanRead    = store.Read
	ScanFailed  = store.Failed
)

// scope is what somebody may see who scans or seals.
func scope(actor identity.Actor) (access.Scope, error) {
	return access.RequireAny(actor, digitising.PermScan, digitising.PermSign)
}

// batchIn returns a batch that the actor may work on with a right.
func (s *Service) batchIn(ctx context.Context, q db.Querier, actor identity.Actor, p identity.Permission, batch string) (store.Batch, error) {
	sc, err := access.Require(actor, p)
	if err != nil {
		return store.Batch{}, err
	}
	return s.store.GetBatch(ctx, q, sc, batch)
}

// subjects of files: a scan, a page, a copy.
func scanSubject(scan string) files.Subject { return files.Subject{Kind: "digitising.scan", ID: scan} }

func pageSubject(page string) files.Subject { return files.Subject{Kind: "digitising.page", ID: page} }

func copySubject(paper string) files.Subject {
	return files.Subject{Kind: "digitising.copy", ID: paper}
}
func zoned(t time.Time) time.Time { return t.In(calendar.Zone()) }
func (s *Service) press(at time.Time) papers.Press {
	return papers.Press{Fonts: s.Fonts, Made: at, Zone: calendar.Zone(), Mark: s.Mark}
}

// Separator is the sheet that is laid between papers.
func (s *Service) Separator(_ context.Context, actor identity.Actor) ([]byte, error) {
	if _, err := access.Require(actor, digitising.PermScan); err != nil {
		return nil, err
	}
	p, err := s.press(s.DB.Now().Time).Separator()
	return p.PDF, err
}

// NewBatch is what a batch is opened with.
type NewBatch struct {
	Type, Against, Box, Shelf, Years string
	Share                            int // of 100 papers that a second person looks at; 0: none
	// MostWrong is how many of 100 papers of the sample may be wrong before the batch goes back;
	// nil: mostWrong.
	MostWrong *int
}

const maxLine = 100

// OpenBatch opens a batch in the unit of the actor.
func (s *Service) OpenBatch(ctx context.Context, actor identity.Actor, in NewBatch) (batch string, err error) {
	defer errs.Wrap(&err, "open a batch")

	if _, err := access.Require(actor, digitising.PermScan); err != nil {
		return "", err
	}
	if actor.Unit == "" {
		return "", digitising.ErrNoUnit
	}
	types, err := s.Vault.ListTypes(ctx, actor)
	if err != nil {
		return "", err
	}
	var a asked
	known := false
	for _, t := range types {
		known = known || t.ID == in.Type
	}
	if !known {
		a.add("type", "form.choose")
	}
	if in.Against != "original" && in.Against != "certified" {
		a.add("against", "form.choose")
	}
	b := store.Batch{ID: id.New(), Unit: actor.Unit, Type: in.Type, Against: in.Against, By: actor.Account, At: s.DB.Now()}
	b.Box, b.Shelf, b.Years = a.line("box", in.Box, maxLine, true), a.line("shelf", in.Shelf, maxLine, false), a.line("years", in.Years, maxLine, false)
	if in.Share < 0 || in.Share > 100 {
		a.add("share", "digitising.share_wrong")
	}
	most := mostWrong
	if in.MostWrong != nil {
		most = *in.MostWrong
	}
	if most < 0 || most > highestWrong {
		a.add("most_wrong", "digitising.most_wrong")
	}
	if err := a.err(); err != nil {
		return "", err
	}
	return b.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.AddBatch(ctx, tx, b); err != nil {
			return err
		}
		if err := s.store.PutQuality(ctx, tx, b.ID, Quality{Share: in.Share, MostWrong: most, Seed: id.New()}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, digitising.AuditOpened, b.ID)
	})
}

// Batch is a batch with how far it is.
type Batch struct {
	store.Batch
	Counts map[digitising.State]int
}

// ListBatches returns the batches of the actor's units, the newest first, before one.
func (s *Service) ListBatches(ctx context.Context, actor identity.Actor, before string) (all []Batch, next string, err error) {
	defer errs.Wrap(&err, "list batches")

	sc, err := scope(actor)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.ListBatches(ctx, s.DB, sc, before, PageSize+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > PageSize {
		rows, next = rows[:PageSize], rows[PageSize-1].ID
	}
	all, err = s.counted(ctx, rows...)
	return all, next, err
}

func (s *Service) counted(ctx context.Context, rows ...store.Batch) (all []Batch, err error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	counts, err := s.store.Counts(ctx, s.DB, ids...)
	for _, r := range rows {
		b := Batch{r, make(map[digitising.State]int)}
		for _, c := range counts {
			if c.Batch == r.ID {
				b.Counts[c.State] = c.N
			}
		}
		all = append(all, b)
	}
	return all, err
}

// Detail is a batch with its scans and papers. It is personal data.
type Detail struct {
	Batch
	Scans  []Scan
	Papers []Paper
	Next   string
	Absent bool // there is no Tesseract: papers are indexed by hand
}

// GetBatch returns a batch of the actor's units; that it was looked at is recorded.
func (s *Service) GetBatch(ctx context.Context, actor identity.Actor, batch, after string) (d Detail, err error) {
	defer errs.Wrap(&err, "get batch %s", batch)

	sc, err := scope(actor)
	if err != nil {
		return d, err
	}
	b, err := s.store.GetBatch(ctx, s.DB, sc, batch)
	if err != nil {
		return d, err
	}
	counted, err := s.counted(ctx, b)
	if err != nil {
		return d, err
	}
	d.Batch = counted[0]
	if d.Scans, err = s.store.ListScans(ctx, s.DB, batch, maxScans); err != nil {
		return d, err
	}
	if d.Papers, err = s.store.ListPapers(ctx, s.DB, batch, "", after, PageSize+1); err != nil {
		return d, err
	}
	if len(d.Papers) > PageSize {
		d.Papers, d.Next = d.Papers[:PageSize], d.Papers[PageSize-1].ID
	}
	d.Absent = s.Reader.Check(ctx) != nil
	return d, s.looked(ctx, actor, batch)
}

func (s *Service) looked(ctx context.Context, actor identity.Actor, subject string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, digitising.AuditLooked, subject) })
}

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

// line checks a text of one line and returns it tidied.
func (a *asked) line(name, value string, most int, needed bool) string {
	value = text.Line(value)
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && needed:
		a.add(name, "form.required")
	case n > most:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": most, "over": n - most}})
	}
	return value
}

// turned turns a JPEG to the right by a multiple of 90 degrees.
func turned(raw []byte, degrees int) ([]byte, error) {
	from, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil || degrees == 0 {
		return raw, err
	}
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	src := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(src, src.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(src, src.Bounds(), from, b.Min, draw.Over)
	size := image.Rect(0, 0, w, h)
	if degrees != 180 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := w-1-x, h-1-y
			switch degrees {
			case 90:
				tx, ty = h-1-y, x
			case 270:
				tx, ty = y, w-1-x
			}
			to.SetRGBA(tx, ty, src.RGBAAt(x, y))
		}
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, to, &jpeg.Options{Quality: 90})
	return out.Bytes(), err
}
