// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/registers"
)

func TestAlike(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Nguyễn Thị Bảy", "NGUYEN THI BAY", true},
		{"Nguyễn Thị Bảy", "Nguyễn Bảy", true},
		{"Nguyễn Thị Bảy", "Nguyễn Thị Bẩi", true},  // y and i
		{"Trần Minh Khang", "Chần Minh Khan", true}, // tr and ch, ng and n
		{"Đặng Văn Xuân", "Đặng Văn Suân", true},    // x and s
		{"Giang Văn Tám", "Dang Văn Tám", true},     // gi and d
		{"Lê Phước Lợi", "Phước Lợi Lê", true},      // another order
		{"Phạm Hồng", "Phạm Hòng", true},            // one letter
		{"Nguyễn Văn An", "Nguyễn Văn Ba", false},   // another name
		{"Nguyễn Văn An", "Nguyễn Thị Ba", false},   // two other words
		{"Nguyễn An", "Nguyễn", false},              // too little
		{"Hộ số 12", "Hộ số 13", false},             // another number
		{"Quầy 12 chợ Vàm", "Quầy chợ Vàm", false},  // a number is missing
		{"Karaoke Hoàng", "Caraoke Hoàng", true},    // k and c
		{"Vàm", "Vòm", false},                       // too short to tell
		{"Vincom", "Vincon", true},                  //
		{"", "", false},
	} {
		if got := registers.Like(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v; %v %v", tt.a, tt.b, got, registers.Sounds(tt.a), registers.Sounds(tt.b))
		}
		if tt.want && !registers.SharedKey(tt.a, tt.b) {
			t.Errorf("%q is not found by %q", tt.a, tt.b)
		}
	}
}

func TestSounds(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"Kháng": "khan", "Cháng": "chan", "Gìn giữ": "din du", "Nghiêng": "ngien", "Thạch": "thac", "Thạt": "thac", "Số 12b": "12b so", "Quý": "qui",
	} {
		if got := strings.Join(registers.Sounds(said), " "); got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

// What is alike is found by one key, whatever is written otherwise, and is alike
// the other way round.
func TestWhatIsAlikeIsFound(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom(strings.Fields("nguyễn thị bảy trần văn khang giang xuân ngh chợ a an 12 Hồng quầy phước lợi đặng yến"))
	letters := []rune("abcdegiklmnopqrstuvxyđ1")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 6).Draw(t, "words")
		a := strings.Join(words, " ")
		changed := slices.Clone(words)
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			i := rapid.IntRange(0, len(changed)-1).Draw(t, "word")
			w := []rune(changed[i])
			at := rapid.IntRange(0, len(w)).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				w = slices.Insert(w, at, rapid.SampledFrom(letters).Draw(t, "letter"))
			case 1:
				if at < len(w) {
					w = slices.Delete(w, at, at+1)
				}
			case 2:
				if at < len(w) {
					w[at] = rapid.SampledFrom(letters).Draw(t, "letter")
				}
			case 3:
				w = nil
			}
			changed[i] = string(w)
		}
		b := strings.Join(changed, " ")
		if registers.Like(a, b) != registers.Like(b, a) {
			t.Fatalf("%q and %q are alike one way only", a, b)
		}
		if registers.Like(a, b) && !registers.SharedKey(a, b) {
			t.Fatalf("%q is alike %q and not found: %v %v", a, b, registers.Sounds(a), registers.Sounds(b))
		}
	})
}

// What is near is in a square that is looked at.
func TestWhatIsNearIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		within := rapid.Int64Range(1, 10_000).Draw(t, "within")
		a := registers.Point{Lat: rapid.Int64Range(-80_000_000, 80_000_000).Draw(t, "lat"), Lon: rapid.Int64Range(-179_000_000, 179_000_000).Draw(t, "lon")}
		off := within * 10
		b := registers.Point{Lat: a.Lat + rapid.Int64Range(-off, off).Draw(t, "north"), Lon: a.Lon + rapid.Int64Range(-6*off, 6*off).Draw(t, "east")}
		if registers.Metres(a, b) <= float64(within) && !registers.SharedCell(a, b, within) {
			t.Fatalf("%v is %.1f m from %v and not found within %d", a, registers.Metres(a, b), b, within)
		}
	})
	if m := registers.Metres(registers.Point{Lat: 10_386_200, Lon: 105_435_100}, registers.Point{Lat: 10_386_200, Lon: 105_444_240}); m < 995 || m > 1005 {
		t.Errorf("%.1f m, want a kilometre", m)
	}
}
