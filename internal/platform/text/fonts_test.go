// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/text"
)

// The vectors are written as windows-1252 shows the bytes: that is how such names look
// to who opens an old table today. The table of TCVN3 agrees, letter by letter, with
// TCVN5712-1 of the C library, whose small letters are the same.
func TestOldFonts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		turn func(string) string
		old  string
		want string
	}{
		{text.FromTCVN3, "NguyÔn V¨n An", "Nguyễn Văn An"},
		{text.FromTCVN3, "§Æng ThÞ Thu H\u00b5", "Đặng Thị Thu Hà"},
		{text.FromTCVN3, "Lª Hoµng ¢n", "Lê Hoàng Ân"},
		{text.FromTCVN3, "ph\u00adêng Mü B×nh", "phường Mỹ Bình"},
		{text.FromTCVN3, "x· VÜnh Hanh", "xã Vĩnh Hanh"},
		{text.FromTCVN3, "tr\u00adíc ngµy 01/7", "trước ngày 01/7"},
		{text.FromTCVN3Capitals, "nguyÔn v¨n an", "NGUYỄN VĂN AN"},
		{text.FromVNI, "Nguyeãn Vaên An", "Nguyễn Văn An"},
		{text.FromVNI, "Ñaëng Thò Thu Haø", "Đặng Thị Thu Hà"},
		{text.FromVNI, "Leâ Hoaøng AÂn", "Lê Hoàng Ân"},
		{text.FromVNI, "phöôøng Myõ Bình", "phường Mỹ Bình"},
		{text.FromVNI, "NGUYEÃN VAÊN AN", "NGUYỄN VĂN AN"},
		{text.FromVNI, "Traàn Quoác Tuaán", "Trần Quốc Tuấn"},
		{text.FromVNI, "Huyønh Thò Myõ Leä", "Huỳnh Thị Mỹ Lệ"},
		{text.FromVNI, "cöûa kính, söï vieäc, kyû luaät", "cửa kính, sự việc, kỷ luật"},
		{text.FromVNI, "so 12/QD-UBND 01/7/2025", "so 12/QD-UBND 01/7/2025"},
	} {
		if got := c.turn(c.old); got != c.want || !norm.NFC.IsNormalString(got) {
			t.Errorf("%q is %q, want %q", c.old, got, c.want)
		}
	}
}

// Every letter of the language that TCVN3 has comes back from its byte, and in VNI
// every vowel with every mark.
func TestOldFontsKnowEveryLetter(t *testing.T) {
	t.Parallel()
	small := "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
	var bytes []byte
	for b := 0xA1; b <= 0xFE; b++ {
		bytes = append(bytes, byte(b))
	}
	got := text.FromTCVN3(text.Latin(bytes))
	for _, r := range small + "ĂÂÊÔƠƯĐ" {
		if !strings.ContainsRune(got, r) {
			t.Errorf("TCVN3 has no %c", r)
		}
	}
	marks := map[string]string{"": "", "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
	hats := map[string]string{"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
	breves := map[string]string{"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
	for tone, mark := range marks {
		for old, base := range map[string]string{"a": "a", "e": "e", "o": "o", "u": "u", "ô": "ơ", "ö": "ư"} {
			if got, want := text.FromVNI(old+mark), norm.NFC.String(base+tone); got != want {
				t.Errorf("%s%s is %q, want %q", old, mark, got, want)
			}
		}
		for _, base := range []string{"a", "e", "o"} {
			if got, want := text.FromVNI(base+hats[tone]), norm.NFC.String(base+"\u0302"+tone); got != want {
				t.Errorf("%s%s is %q, want %q", base, hats[tone], got, want)
			}
		}
		if got, want := text.FromVNI("a"+breves[tone]), norm.NFC.String("a\u0306"+tone); got != want {
			t.Errorf("a%s is %q, want %q", breves[tone], got, want)
		}
	}
}
