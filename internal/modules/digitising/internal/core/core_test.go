// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/digitising"
	"tinhso.vn/internal/modules/digitising/internal/core"
	"tinhso.vn/internal/modules/digitising/internal/store"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ocr"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/platform/preview"
)

// The processes with limits are this binary again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "preview":
			os.Exit(preview.Main())
		case "ocr":
			os.Exit(ocr.Child(os.Args[2:]))
		}
	}
	os.Exit(m.Run())
}

const birth = "giay-khai-sinh"

// cupboard remembers what was taken into the vault.
type cupboard struct {
	taken map[string]holdings.CabinetPaper
	fails error
}

func (c *cupboard) ListTypes(context.Context, identity.Actor) ([]holdings.Type, error) {
	return []holdings.Type{{ID: birth, Name: i18n.Text{VI: "Giấy khai sinh"}}}, nil
}

func (c *cupboard) AddBackfile(_ context.Context, _ identity.Actor, b holdings.CabinetPaper, _ io.Reader) (string, error) {
	if c.fails != nil {
		return "", c.fails
	}
	c.taken[b.Key] = b
	return "v-" + b.Number, nil
}

type world struct {
	*dossierstest.World
	svc   *core.Service
	vault *cupboard
	deps  core.Deps
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		w := &world{World: dossierstest.New(t, d), vault: &cupboard{taken: map[string]holdings.CabinetPaper{}}}
		w.deps = core.Deps{
			DB: d, Keys: w.Deps.Keys, Files: w.Deps.Files, Vault: w.vault, Seal: w.Deps.Signers.SealSigner, Signatures: w.Deps.Signatures,
			Scanner: preview.Runner{Command: []string{self, "preview"}, Timeout: time.Minute}, Reader: ocr.Engine{Command: []string{self, "ocr"}},
			Name: func(_ context.Context, a string) string { return a }, Fonts: w.Deps.Fonts, Mark: papers.Simulated,
		}
		w.svc = core.New(w.deps)
		ward := identity.Place{Unit: dossierstest.Ward, Subtree: true}
		for _, a := range []*identity.Actor{&w.Clerk, &w.Colleague} {
			*a = a.Grant(digitising.PermScan, ward)
		}
		w.Records = w.Records.Grant(digitising.PermSign, ward)
		w.OtherClerk = w.OtherClerk.Grant(digitising.PermScan, identity.Place{Unit: dossierstest.Other})
		f(t, w)
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// drawn is lines on a sheet of A4 at 200 dpi.
func drawn(t *testing.T, upside bool, lines ...string) papers.ScannedPage {
	t.Helper()
	f, err := opentype.Parse(pdftest.Fonts(t).Regular)
	ok(t, err)
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 14, DPI: 200})
	ok(t, err)
	img := image.NewGray(image.Rect(0, 0, 1654, 2339))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	d := font.Drawer{Dst: img, Src: image.NewUniform(color.Black), Face: face}
	for i, l := range lines {
		d.Dot = fixed.P(170, 200+70*i)
		d.DrawString(l)
	}
	if upside {
		for i, j := 0, len(img.Pix)-1; i < j; i, j = i+1, j-1 {
			img.Pix[i], img.Pix[j] = img.Pix[j], img.Pix[i]
		}
	}
	return encoded(t, img)
}

func encoded(t *testing.T, img image.Image) papers.ScannedPage {
	t.Helper()
	var b bytes.Buffer
	ok(t, jpeg.Encode(&b, img, nil))
	return papers.ScannedPage{JPEG: b.Bytes(), Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
}

// separator is a sheet of which pile draws the code.
func separator() papers.ScannedPage { return papers.ScannedPage{} }

// pile is a scan of sheets.
func pile(t *testing.T, size pdf.Size, sheets ...papers.ScannedPage) io.Reader {
	t.Helper()
	d := pdf.New(pdf.Options{Fonts: pdftest.Fonts(t), Size: size, Made: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	for i, s := range sheets {
		if i > 0 {
			d.NextPage()
		}
		if s.JPEG == nil {
			d.QR(papers.SeparatorCode, size.W*0.1, size.H*0.2, size.W*0.8)
			continue
		}
		d.Photo(s.JPEG, 0, 0, size.W, size.H)
	}
	out, err := d.Bytes()
	ok(t, err)
	return bytes.NewReader(out)
}

func lines(number string) []string {
	return []string{
		"GIẤY KHAI SINH", "Số: " + number, "Họ và tên: NGUYỄN VĂN BẢY", "Số định danh cá nhân: 089058000001",
		"Nơi đăng ký: Ủy ban nhân dân phường Long Xuyên", "Ngày 05 tháng 02 năm 2009", "Người ký giấy khai sinh: Phó Chủ tịch Trần Văn Tám",
		"Người đi khai sinh có trách nhiệm về nội dung khai trên đây", "Giấy này được lưu tại cơ quan đăng ký hộ tịch của phường",
	}
}

// work does the jobs of digitising until there are none.
func (w *world) work(t *testing.T, svc *core.Service) {
	t.Helper()
	for range 100 {
		did, err := jobs.Work(t.Context(), w.DB, map[jobs.Kind]jobs.Handler{core.JobRead: svc.Read, core.JobEnter: svc.Enter})
		ok(t, err)
		if !did {
			return
		}
	}
}

func (w *world) batch(t *testing.T) string {
	t.Helper()
	b, err := w.svc.OpenBatch(t.Context(), w.Clerk, core.NewBatch{Type: birth, Against: "original", Box: "Hộp 12"})
	ok(t, err)
	return b
}

func (w *world) detail(t *testing.T, b string) core.Detail {
	t.Helper()
	d, err := w.svc.GetBatch(t.Context(), w.Clerk, b, "")
	ok(t, err)
	return d
}

func values(number string) map[string]string {
	return map[string]string{"number": number, "issued": "2009-02-05", "owner": "Nguyễn Văn Bảy", "owner_number": "089058000001", "issuer": "UBND phường Long Xuyên"}
}

// The whole way of a pile: separators, a blank back, a sheet on its head, what was
// recognised, the check by a person, the seal, the vault.
func TestAPileIsDigitised(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, b := t.Context(), w.batch(t)
		_, err := w.svc.AddScan(ctx, w.Clerk, b, "hộp 12.pdf", pile(t, pdf.A4(), separator(), drawn(t, false, lines("125/2009")...), drawn(t, false), separator(), drawn(t, true, lines("126/2009")...)))
		ok(t, err)
		w.work(t, w.svc)
		d := w.detail(t, b)
		if len(d.Papers) != 2 || d.Absent || d.Scans[0].State != store.Read || d.Scans[0].Pages != 5 {
			t.Fatalf("%d papers, %+v", len(d.Papers), d.Scans)
		}
		for i, number := range []string{"125/2009", "126/2009"} {
			v, err := w.svc.GetPaper(ctx, w.Clerk, b, d.Papers[i].ID)
			ok(t, err)
			f := v.Facts.Fields
			if f["number"].Value != number || f["owner_number"].Value != "089058000001" || f["issued"].Value != "2009-02-05" || f["number"].Sure < 50 {
				t.Errorf("recognised %+v", f)
			}
			if turned := v.Pages[0].Turned; turned != 180*i {
				t.Errorf("paper %d was turned by %d", i, turned)
			}
			if i == 0 && (len(v.Pages) != 2 || !v.Pages[1].Dropped || v.Pages[1].Flags[0] != "blank" || v.Next != d.Papers[1].ID) {
				t.Errorf("pages %+v", v.Pages)
			}
		}
		one := d.Papers[0]
		refused(t, "unchecked", w.svc.Sign(ctx, w.Records, b, one.ID), digitising.ErrUnchecked)
		bad := w.svc.Check(ctx, w.Clerk, b, one.ID, core.Checking{Version: one.Version, Values: map[string]string{"issued": "2009-13-40", "owner_number": "12"}})
		if e, is := errors.AsType[*errs.Error](bad); !is || len(e.Fields) != 5 {
			t.Errorf("wrong input: %+v", bad)
		}
		ok(t, w.svc.Check(ctx, w.Clerk, b, one.ID, core.Checking{Version: one.Version, Values: values("125/2009")}))
		refused(t, "a clerk who was slower", w.svc.Check(ctx, w.Colleague, b, one.ID, core.Checking{Version: one.Version, Values: values("999/2009")}), digitising.ErrChanged)
		ok(t, w.svc.Sign(ctx, w.Records, b, one.ID))
		refused(t, "twice", w.svc.Sign(ctx, w.Records, b, one.ID), digitising.ErrOver)
		w.work(t, w.svc)
		d = w.detail(t, b)
		if p := d.Papers[0]; p.State != digitising.Entered || p.Vault != "v-125/2009" || len(w.vault.taken) != 1 {
			t.Errorf("after the seal: %+v", p)
		}
		for key, got := range w.vault.taken {
			if got.Officer != w.Records.Name || got.Batch != b || got.Against != "original" || got.OwnerName != "Nguyễn Văn Bảy" || key == "" {
				t.Errorf("the vault got %+v", got)
			}
		}
		two := d.Papers[1]
		ok(t, w.svc.Check(ctx, w.Clerk, b, two.ID, core.Checking{Version: two.Version, Values: values("126/2009")}))
		ok(t, w.svc.Sign(ctx, w.Records, b, two.ID))
		w.vault.fails = holdings.ErrOtherOwner
		w.work(t, w.svc)
		if p := w.detail(t, b).Papers[1]; p.State != digitising.Stopped || p.Reason != holdings.ErrOtherOwner.Code {
			t.Errorf("what the vault refuses: %+v", p)
		}
		if n := w.Audited(t, digitising.AuditSigned, one.ID); n != 1 {
			t.Errorf("recorded %d times", n)
		}
		refused(t, "another unit", only(w.svc.GetBatch(ctx, w.OtherClerk, b, "")), digitising.ErrNotFound)
		refused(t, "another unit's check", w.svc.Check(ctx, w.OtherClerk, b, one.ID, core.Checking{Values: values("1")}), digitising.ErrNotFound)
		if all, _, err := w.svc.ListBatches(ctx, w.OtherClerk, ""); err != nil || len(all) != 0 {
			t.Errorf("another unit sees %d: %v", len(all), err)
		}
	})
}

func only[T any](_ T, err error) error { return err }

// Without Tesseract the sheets are there, and everything is written by hand. Six
// hundred sheets are read piece by piece; a worker that dies loses one piece.
func TestSixHundredSheetsWithoutTesseract(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, b := t.Context(), w.batch(t)
		w.deps.Reader = ocr.Engine{}
		svc := core.New(w.deps)
		small := image.NewGray(image.Rect(0, 0, 80, 110))
		draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		empty := encoded(t, small)
		draw.Draw(small, image.Rect(20, 20, 60, 60), image.NewUniform(color.Black), image.Point{}, draw.Src)
		full := encoded(t, small)
		var sheets []papers.ScannedPage
		for i := range 600 {
			switch i % 6 {
			case 0:
				sheets = append(sheets, separator())
			case 3:
				sheets = append(sheets, empty)
			default:
				sheets = append(sheets, full)
			}
		}
		scan := pile(t, pdf.Size{W: 20, H: 28}, sheets...)
		_, err := svc.AddScan(ctx, w.Clerk, b, "tủ 3.pdf", scan)
		ok(t, err)
		handlers := map[jobs.Kind]jobs.Handler{core.JobRead: svc.Read}
		did, err := jobs.Work(ctx, w.DB, handlers)
		if err != nil || !did {
			t.Fatal(did, err)
		}
		if s := w.detail(t, b).Scans[0]; s.Done != 100 || s.State != store.Reading {
			t.Errorf("after a piece: %+v", s)
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if err := svc.Read(gone, []byte(`{"scan":"`+w.detail(t, b).Scans[0].ID+`"}`)); err == nil {
			t.Error("read without a database")
		}
		w.work(t, svc)
		d, err := svc.GetBatch(ctx, w.Clerk, b, "")
		ok(t, err)
		if s := d.Scans[0]; s.Done != 600 || s.State != store.Read || d.Counts[digitising.Ready] != 100 || !d.Absent || len(d.Papers) != core.PageSize || d.Next == "" {
			t.Errorf("%+v %v, absent %v", d.Scans, d.Counts, d.Absent)
		}
		v, err := svc.GetPaper(ctx, w.Clerk, b, d.Papers[0].ID)
		ok(t, err)
		if len(v.Pages) != 5 || !v.Pages[2].Dropped || len(v.Facts.Fields) != 0 {
			t.Fatalf("%d pages, %+v", len(v.Pages), v.Facts)
		}
		ok(t, svc.DropPage(ctx, w.Clerk, b, v.Pages[2].ID, false))
		v, err = svc.GetPaper(ctx, w.Clerk, b, v.ID)
		if err != nil || v.Pages[2].Dropped {
			t.Errorf("taken back: %v", err)
		}
		refused(t, "a page of another unit", svc.DropPage(ctx, w.OtherClerk, b, v.Pages[0].ID, true), digitising.ErrNotFound)
	})
}

// A code that cannot be read is said, and the same scan is not taken twice.
func TestADamagedSeparatorIsSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, b := t.Context(), w.batch(t)
		w.deps.Reader = ocr.Engine{}
		svc := core.New(w.deps)
		img := image.NewGray(image.Rect(0, 0, 1654, 2339))
		draw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
		for _, at := range []image.Point{{300, 300}, {1000, 300}, {300, 1000}} { // the three corners, and nothing between
			for i, c := range []color.Color{color.Black, color.White, color.Black} {
				in := []int{0, 30, 60}[i]
				draw.Draw(img, image.Rect(at.X+in, at.Y+in, at.X+210-in, at.Y+210-in), image.NewUniform(c), image.Point{}, draw.Src)
			}
		}
		raw, err := io.ReadAll(pile(t, pdf.A4(), encoded(t, img)))
		ok(t, err)
		_, err = svc.AddScan(ctx, w.Clerk, b, "a.pdf", bytes.NewReader(raw))
		ok(t, err)
		refused(t, "the same scan", only(svc.AddScan(ctx, w.Clerk, b, "b.pdf", bytes.NewReader(raw))), digitising.ErrThere)
		refused(t, "a scan of another unit", only(svc.AddScan(ctx, w.OtherClerk, b, "b.pdf", bytes.NewReader(raw))), digitising.ErrNotFound)
		w.work(t, svc)
		v, err := svc.GetPaper(ctx, w.Clerk, b, w.detail(t, b).Papers[0].ID)
		ok(t, err)
		if len(v.Pages) != 1 || len(v.Pages[0].Flags) != 1 || v.Pages[0].Flags[0] != "code" {
			t.Errorf("pages %+v", v.Pages)
		}
	})
}
