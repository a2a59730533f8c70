// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
)

// The page says everything in words, and what people typed stays text.
func TestIndexOfAnArchive(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := WriteIndex(t.Context(), &b, core.Index{
		Made: "22/11/2026", Agency: "Tỉnh Thử", Mark: "MÔ PHỎNG",
		Parts: []core.Section{{
			Name: "shelf", About: privacy.Description{Name: i18n.Text{VI: "Kệ", EN: "Shelf"}}, More: 500,
			Records: []core.ShownRecord{{Title: i18n.Text{VI: "Vật"}, Lines: []privacy.Line{{Label: i18n.Text{VI: "Chữ"}, Value: "<b>đậm</b>"}}}},
			Files:   []core.ShownFile{{Name: "giấy tờ.pdf", Path: "files/shelf/001-giay to.pdf"}},
		}, {Name: "none"}},
	}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"MÔ PHỎNG", "Tỉnh Thử", "My data", "Kệ", "Shelf", "&lt;b&gt;đậm&lt;/b&gt;", "data/shelf.json", "files/shelf/001-giay", "Không có gì.", "Các mục còn lại"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "<b>đậm") {
		t.Error("something in it is not text")
	}
}
