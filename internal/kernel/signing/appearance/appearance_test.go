// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package appearance_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// ink counts dots that are covered, and those of them where keep says yes.
func ink(img image.Image, keep func(r, g, b uint32) bool) (covered, kept int) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, g, b, a := img.At(x, y).RGBA(); a > 0x8000 {
				covered++
				if keep(r, g, b) {
					kept++
				}
			}
		}
	}
	return covered, kept
}

func TestSealIsRedRoundAndOpen(t *testing.T) {
	t.Parallel()
	fonts := pdftest.Fonts(t)
	b, err := appearance.Seal(fonts.Bold, "Ủy ban nhân dân xã Bình Hòa - tỉnh Mẫu", 36)
	if err != nil {
		t.Fatal(err)
	}
	img := decode(t, b)
	if s := img.Bounds().Size(); s.X != 432 || s.Y != 432 {
		t.Errorf("size %v", s)
	}
	covered, reds := ink(img, func(r, g, b uint32) bool { return r > 2*g && r > 2*b })
	if covered != reds || covered < 432*432/10 || covered > 432*432/2 {
		t.Errorf("%d of %d covered dots are red", reds, covered)
	}
	for _, p := range []image.Point{{0, 0}, {431, 0}, {0, 431}, {431, 431}, {216, 160}} {
		_, _, _, a := img.At(p.X, p.Y).RGBA()
		if (a != 0) != (p == image.Point{216, 160}) { // corners are open, the star is not
			t.Errorf("dot %v has alpha %x", p, a)
		}
	}
	again, err := appearance.Seal(fonts.Bold, "Ủy ban nhân dân xã Bình Hòa - tỉnh Mẫu", 36)
	if err != nil || !bytes.Equal(b, again) {
		t.Error("the same seal came out another way")
	}
}

func TestInitialIsSmallBlueAndOnesOwn(t *testing.T) {
	t.Parallel()
	fonts := pdftest.Fonts(t)
	one, err := appearance.Initial(fonts.BoldItalic, "Nguyễn Văn Bé", 14, 8)
	if err != nil {
		t.Fatal(err)
	}
	other, err := appearance.Initial(fonts.BoldItalic, "Lê Thị Ngọc Ánh", 14, 8)
	if err != nil || bytes.Equal(one, other) {
		t.Errorf("two people initial alike (%v)", err)
	}
	img := decode(t, one)
	if s := img.Bounds().Size(); s.X != 168 || s.Y != 96 {
		t.Errorf("size %v", s)
	}
	covered, blues := ink(img, func(r, g, b uint32) bool { return b > r && b > g })
	if covered != blues || covered < 168*96/40 || covered > 168*96/2 {
		t.Errorf("%d of %d covered dots are blue", blues, covered)
	}
	if _, err := appearance.Initial(fonts.BoldItalic, "", 14, 8); err != nil {
		t.Errorf("no name: %v", err)
	}
}

func TestSignatureIsBlueAndOnesOwn(t *testing.T) {
	t.Parallel()
	fonts := pdftest.Fonts(t)
	one, err := appearance.Signature(fonts.BoldItalic, "Phạm Quốc Khánh", 42, 22)
	if err != nil {
		t.Fatal(err)
	}
	other, err := appearance.Signature(fonts.BoldItalic, "Lê Thị Ngọc Ánh", 42, 22)
	if err != nil || bytes.Equal(one, other) {
		t.Errorf("two people sign alike (%v)", err)
	}
	covered, blues := ink(decode(t, one), func(r, g, b uint32) bool { return b > 2*r && b > 2*g })
	if covered != blues || covered < 5000 {
		t.Errorf("%d of %d covered dots are blue", blues, covered)
	}
	if _, err := appearance.Signature([]byte("no font"), "A", 42, 22); err == nil {
		t.Error("a signature without a font")
	}
}

func TestPagesAreAsLargeAsTheirPlace(t *testing.T) {
	t.Parallel()
	fonts := pdftest.Fonts(t)
	made := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	place := pdf.Rect{Page: 1, W: 120, H: 40}
	b, err := appearance.Page(fonts, place, made, nil, []string{"Ủy ban nhân dân xã Bình Hòa", "Thời gian ký: 21/11/2026 14:30:00 +07:00"})
	if err != nil {
		t.Fatal(err)
	}
	info, err := pdftest.Run(t, "poppler-utils", "pdfinfo", pdftest.Save(t, b))
	if err != nil || !strings.Contains(info, "120 x 40 pts") {
		t.Errorf("%v\n%s", err, info)
	}
	if text := pdftest.Text(t, b); !strings.Contains(text, "Ủy ban nhân dân xã Bình Hòa") {
		t.Errorf("read %q", text)
	}
	if b, err = appearance.Value(fonts, place, made, "125", pdf.Style{Size: 13}); err != nil || !strings.Contains(pdftest.Text(t, b), "125") {
		t.Errorf("%v", err)
	}
}
