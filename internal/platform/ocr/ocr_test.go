// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ocr_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"tinhso.vn/internal/platform/ocr"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// The child is this binary again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "ocr":
			os.Exit(ocr.Child(os.Args[2:]))
		case "asleep":
			time.Sleep(time.Hour)
		case "talks":
			for {
				_, _ = os.Stdout.WriteString(strings.Repeat("x", 1<<16))
			}
		}
	}
	os.Exit(m.Run())
}

func engine(t *testing.T, what string) ocr.Engine {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return ocr.Engine{Command: []string{self, what}}
}

// sheet draws lines on a sheet of A4 at 200 dpi, upside down if asked.
func sheet(t *testing.T, upside bool, lines ...string) []byte {
	t.Helper()
	f, err := opentype.Parse(pdftest.Fonts(t).Regular)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 14, DPI: 200})
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, 1654, 1200))
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
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func paper() []string {
	return []string{
		"GIẤY KHAI SINH", "Số: 125/2009", "Họ và tên: NGUYỄN VĂN BẢY", "Số định danh cá nhân: 089058000001",
		"Nơi đăng ký: Ủy ban nhân dân phường Long Xuyên", "Ngày 05 tháng 02 năm 2009", "Người ký giấy khai sinh: Phó Chủ tịch Trần Văn Tám",
	}
}

func TestVietnameseIsRecognised(t *testing.T) {
	t.Parallel()
	e := engine(t, "ocr")
	if err := e.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines, err := e.Read(t.Context(), sheet(t, false, paper()...))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, l := range lines {
		all += l.String() + "\n"
	}
	if !strings.Contains(all, "125/2009") || !strings.Contains(all, "089058000001") || len(lines) != 7 || ocr.Sure(lines) < 60 {
		t.Errorf("sure by %d of\n%s", ocr.Sure(lines), all)
	}
}

func TestASheetUpsideDownIsSeen(t *testing.T) {
	t.Parallel()
	degrees, sure, err := engine(t, "ocr").Stands(t.Context(), sheet(t, true, append(paper(), paper()...)...))
	if err != nil || degrees != 180 || !sure {
		t.Errorf("turn by %d, sure %v: %v", degrees, sure, err)
	}
	if degrees, sure, err := engine(t, "ocr").Stands(t.Context(), sheet(t, false)); err != nil || sure || degrees != 0 {
		t.Errorf("a blank sheet: turn by %d, sure %v: %v", degrees, sure, err)
	}
}

func TestWhereThereIsNoTesseract(t *testing.T) {
	t.Parallel()
	e := engine(t, "ocr")
	e.Path = t.TempDir()
	if _, err := e.Read(t.Context(), sheet(t, false, "A")); !errors.Is(err, ocr.ErrMissing) {
		t.Errorf("got %v", err)
	}
	if err := e.Check(t.Context()); !errors.Is(err, ocr.ErrMissing) {
		t.Errorf("check: %v", err)
	}
	if _, err := (ocr.Engine{}).Read(t.Context(), nil); !errors.Is(err, ocr.ErrMissing) {
		t.Errorf("no command: %v", err)
	}
}

func TestAProcessIsEnded(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"asleep", "talks"} {
		e := engine(t, what)
		e.Timeout = time.Second
		if _, err := e.Read(t.Context(), nil); !errors.Is(err, ocr.ErrExhausted) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := engine(t, "ocr").Read(t.Context(), []byte("no picture")); !errors.Is(err, ocr.ErrFailed) {
		t.Errorf("no picture: %v", err)
	}
}
