// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package qr_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"

	"tinhso.vn/internal/platform/qr"
)

func TestEncodeHasItsThreeEyes(t *testing.T) {
	t.Parallel()
	code, err := qr.Encode("Hồ sơ H01.12-261121-0001")
	if err != nil {
		t.Fatal(err)
	}
	n := len(code)
	if (n-17)%4 != 0 {
		t.Fatalf("side %d is no QR side", n)
	}
	eye := []string{"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"}
	for _, at := range [][2]int{{0, 0}, {n - 7, 0}, {0, n - 7}} {
		for y, row := range eye {
			for x := range row {
				if code[at[1]+y][at[0]+x] != (row[x] == '#') {
					t.Fatalf("eye at %v is wrong at %d, %d", at, x, y)
				}
			}
		}
	}
}

// What is written can be read: by another part of the library, from the modules alone.
func TestWhatIsEncodedIsRead(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"Hồ sơ H01.12-261121-0001", "https://dichvucong.tinh.example.vn/tra-cuu?ma=H01.12-261121-0001", "0", "ABC 123", strings.Repeat("Đặc khu ", 60)} {
		code, err := qr.Encode(content)
		if err != nil {
			t.Fatal(err)
		}
		read, err := decoder.NewDecoder().DecodeBoolMapWithoutHint(code)
		if err != nil || read.GetText() != content {
			t.Errorf("%q is read as %v: %v", content, read, err)
		}
	}
	if _, err := qr.Encode(strings.Repeat("dài", 2000)); !errors.Is(err, qr.ErrContent) {
		t.Errorf("too long: %v", err)
	}
}

func TestCode128BeginsAndStops(t *testing.T) {
	t.Parallel()
	bars, err := qr.Code128("H01.12-261121-0001")
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, dark := range bars {
		text += map[bool]string{true: "#", false: "."}[dark]
	}
	// Start code B or C, and the stop pattern, of ISO/IEC 15417.
	if !strings.HasPrefix(text, "##.#..") || !strings.HasSuffix(text, "##...###.#.##") {
		t.Errorf("not a Code 128: %s", text)
	}
}

func TestContentThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	if _, err := qr.Encode(strings.Repeat("ộ", 3000)); !errors.Is(err, qr.ErrContent) {
		t.Errorf("too long: %v", err)
	}
	for _, s := range []string{"", "hồ sơ"} {
		if _, err := qr.Code128(s); !errors.Is(err, qr.ErrContent) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
