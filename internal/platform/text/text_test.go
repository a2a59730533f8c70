// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/text"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Đường Trần Hưng Đạo, số 5": "duong tran hung dao so 5",
		"XÁC  NHẬN\tkhuyết tật":     "xac nhan khuyet tat",
		norm.NFD.String("Mỹ Hòa"):   "my hoa",
		"":                          "",
		"!!!":                       "",
	} {
		if got := text.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNFC(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		norm.NFD.String(" Nguyễn Thị Hồng "): "Nguyễn Thị Hồng",
		"a\u202Eb\u200Bc\x00d":               "abcd",
		"một\u00A0hai\r\nba":                 "một hai\nba",
		"\xff":                               "\uFFFD",
	} {
		if got := text.NFC(in); got != want {
			t.Errorf("NFC(%q) = %q, want %q", in, got, want)
		}
	}
	if got := text.Line(" Lê\n Lợi "); got != "Lê Lợi" {
		t.Errorf("got %q", got)
	}
}

func TestPeopleSortByGivenName(t *testing.T) {
	t.Parallel()
	names := []string{"Trần Văn Bình", "Nguyễn Văn Ánh", "Lê Thị Ân", "Phạm Đức Dũng", "Võ Minh Đạt", "Cao An"}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(text.PersonKey(a), text.PersonKey(b)) })
	want := []string{"Cao An", "Nguyễn Văn Ánh", "Lê Thị Ân", "Trần Văn Bình", "Phạm Đức Dũng", "Võ Minh Đạt"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}

func FuzzFoldIsStable(f *testing.F) {
	f.Add("Đặng Thị Ngọc Ánh")
	f.Fuzz(func(t *testing.T, s string) {
		if once := text.Fold(s); text.Fold(once) != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, text.Fold(once))
		}
		if once := text.NFC(s); text.NFC(once) != once {
			t.Errorf("NFC(%q) = %q, again %q", s, once, text.NFC(once))
		}
	})
}
