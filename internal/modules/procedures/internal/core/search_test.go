// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func ids(all []procedures.Version) (out []string) {
	for _, v := range all {
		out = append(out, string(v.ID))
	}
	return out
}

// asked are the procedures over which the questions of TestSearch were written:
// more of them answer more questions.
func asked() []string {
	return []string{
		"dang-ky-khai-sinh", "dang-ky-ket-hon", "ket-hon-co-yeu-to-nuoc-ngoai", "dang-ky-khai-tu", "dang-ky-lai-khai-sinh", "xac-nhan-tinh-trang-hon-nhan",
		"trich-luc-ho-tich", "chung-thuc-ban-sao", "chung-thuc-chu-ky", "dang-ky-nuoi-con-nuoi", "tro-cap-huu-tri-xa-hoi", "xac-dinh-muc-do-khuyet-tat",
		"cong-nhan-ho-ngheo", "tro-cap-tho-cung-liet-si", "lap-ho-kinh-doanh", "cham-dut-ho-kinh-doanh", "giay-phep-xay-dung-nha-o", "giay-phep-lao-dong",
		"lien-thong-khai-sinh", "lien-thong-khai-tu", "phieu-ly-lich-tu-phap", "dang-ky-thuong-tru", "cap-gcn-lan-dau", "hoa-giai-tranh-chap-dat-dai",
		"giay-phep-ban-le-ruou", "dang-ky-bien-dong-dat-dai", "chung-chi-hanh-nghe-duoc", "ban-sao-van-bang", "dang-ky-tau-ca", "giay-phep-moi-truong",
	}
}

func withRealPack(t *testing.T, s *Service) {
	t.Helper()
	set := load(t, "an-giang")
	set.Procedures = slices.DeleteFunc(set.Procedures, func(p packs.Procedure) bool { return !slices.Contains(asked(), p.ID) })
	if err := s.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := s.Apply(t.Context(), tx, set)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	const disability, copies, land, pension, martyr = "xac-dinh-muc-do-khuyet-tat", "chung-thuc-ban-sao", "dang-ky-bien-dong-dat-dai",
		"tro-cap-huu-tri-xa-hoi", "tro-cap-tho-cung-liet-si"
	const birth, linkedBirth, linkedDeath, poor, firstLand, record, residence = "dang-ky-khai-sinh", "lien-thong-khai-sinh", "lien-thong-khai-tu",
		"cong-nhan-ho-ngheo", "cap-gcn-lan-dau", "phieu-ly-lich-tu-phap", "dang-ky-thuong-tru"
	each(t, func(t *testing.T, s *Service, _ *dbtest.Clock) {
		withRealPack(t, s)
		for question, want := range map[string][]string{
			"xac nhan khuyet tat":    {disability},
			"khuyết tật":             {disability},
			"KHUYẾT TẬT":             {disability},
			"khuyê\u0301t tâ\u0323t": {disability}, // decomposed
			"khuye\u0302\u0301t":     {disability},
			"sao y":                  {copies},
			"cong chung":             {copies, poor}, // the office recognises and certifies
			"sổ đỏ":                  {land, firstLand},
			"so do":                  {land, firstLand},
			"tôi muốn sang tên sổ đỏ cho con thì làm gì": {land, firstLand}, // an everyday word inside a sentence
			"2.000815":                              {copies},
			"tien gia":                              {pension, record, linkedDeath}, // the keyword first, then halves of words
			"nhập hộ khẩu":                          {residence, linkedBirth},
			"đẻ con":                                {birth},
			"liệt sỹ":                               {martyr},
			"certify copies":                        {copies},
			"tro cap":                               {martyr, pension},
			"xac dinh":                              {disability},
			"khu":                                   {disability}, // half a word
			"quyết định":                            {poor, martyr, linkedDeath, pension},
			"huyet":                                 nil, // the end of a word is not a word
			"abcdef xyz":                            nil,
			"%_'":                                   nil,
			"%":                                     nil,
			"_hu_et":                                nil,
			"'; DROP TABLE procedures_versions; --": nil,
			"":                                      nil,
			"   ":                                   nil,
			strings.Repeat("a", 10_000):             nil,
			strings.Repeat("khuyết tật ", 1_000):    {disability},
			"\xff\xfe khuyết":                       {disability},
		} {
			h, err := s.Search(t.Context(), question, Filter{})
			if err != nil || !slices.Equal(ids(h.Items), want) {
				t.Errorf("%.60q: %v %v, want %v", question, ids(h.Items), err, want)
			}
			if h.Counts.Total != int64(len(want)) {
				t.Errorf("%.60q: counted %d, want %d", question, h.Counts.Total, len(want))
			}
		}
		h, err := s.Search(t.Context(), "tro cap", Filter{Life: "tuoi-gia"})
		if err != nil || !slices.Equal(ids(h.Items), []string{pension}) || h.Counts.Total != 1 {
			t.Errorf("filtered: %v %v", ids(h.Items), err)
		}
		if !slices.Equal(h.Counts.Life, []Count{{"nguoi-co-cong", 1}, {"tuoi-gia", 1}}) || !slices.Equal(h.Counts.Field, []Count{{"bao-tro-xa-hoi", 1}}) {
			t.Errorf("counts: %+v", h.Counts)
		}
	})
}

func TestSearchRanks(t *testing.T) {
	t.Parallel()
	named := func(id, name string, keywords ...string) procedures.Version {
		return procedurestest.Version(t, func(v *procedures.Version) {
			v.ID, v.Name, v.Keywords, v.ResultName = procedures.ID(id), i18n.Text{VI: name}, keywords, i18n.Text{VI: "Giấy"}
		})
	}
	each(t, func(t *testing.T, s *Service, _ *dbtest.Clock) {
		applied(t, s, named("keyword", "Ghi vào sổ", "khai sinh"), named("words", "Khai lại việc sinh"), named("starts", "Khai sinh cho trẻ"),
			named("inside", "Đăng ký khai sinh"), named("longer", "Cấp bản sao", "bản khai sinh gốc"), named("both", "Đăng ký khai", "trẻ sơ sinh"), named("other", "Khai tử"))
		h, err := s.Search(t.Context(), "khai sinh", Filter{})
		if want := []string{"starts", "inside", "keyword", "words", "longer", "both"}; err != nil || !slices.Equal(ids(h.Items), want) {
			t.Errorf("%v %v, want %v", ids(h.Items), err, want)
		}
	})
}

func TestHighlight(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, question, want string
	}{
		{"Xác định mức độ khuyết tật", "khuyet tat", "Xác định mức độ [khuyết tật]"},
		{"Chứng thực bản sao", "chung", "[Chứng] thực bản sao"},
		{"Dịch vụ y tế", "sao y", "Dịch vụ [y] tế"},
		{"Sao y", "", "Sao y"},
		{"", "sao", ""},
	} {
		var b strings.Builder
		for _, p := range Highlight(tt.name, wordsOf(tt.question)) {
			if p.Hit {
				_, _ = fmt.Fprintf(&b, "[%s]", p.Text)
				continue
			}
			b.WriteString(p.Text)
		}
		if b.String() != tt.want {
			t.Errorf("%s: %s", tt.question, b.String())
		}
	}
}

func TestListIsPagedAndFiltered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Service, _ *dbtest.Clock) {
		ctx := t.Context()
		var all []procedures.Version
		for i := range 25 {
			all = append(all, procedurestest.Version(t, func(v *procedures.Version) {
				v.ID, v.Name = procedures.ID(fmt.Sprintf("p-%02d", 24-i)), i18n.Text{VI: fmt.Sprintf("Thủ tục %02d", i)}
				if i%2 == 0 {
					v.Field, v.LifeEvents = i18n.Text{VI: "Đất đai"}, []string{"nha-dat"}
				}
				if i == 4 {
					v.ValidTo = "2026-03-01" // yesterday
				}
			}))
		}
		applied(t, s, all...)
		collect := func(f Filter) (got []string) {
			after := procedures.ID("")
			for {
				p, err := s.List(ctx, f, after, 10)
				if err != nil || len(p.Items) > 10 {
					t.Fatalf("%d %v", len(p.Items), err)
				}
				got = append(got, ids(p.Items)...)
				if p.Next == "" {
					return got
				}
				after = p.Next
			}
		}
		if got := collect(Filter{}); len(got) != 24 || got[0] != "p-24" || got[23] != "p-00" || slices.Contains(got, "p-20") {
			t.Errorf("%v", got)
		}
		if got := collect(Filter{Field: "dat-dai", Life: "nha-dat", Audience: "individual"}); len(got) != 12 || got[1] != "p-22" {
			t.Errorf("%v", got)
		}
		if got := collect(Filter{Field: "dat-dai", Level: "province"}); len(got) != 0 {
			t.Errorf("%v", got)
		}
		c, err := s.Counts(ctx, Filter{Field: "dat-dai"})
		if err != nil || c.Total != 12 || !slices.Equal(c.Field, []Count{{"cu-tru", 12}, {"dat-dai", 12}}) || !slices.Equal(c.Life, []Count{{"nha-dat", 12}}) {
			t.Errorf("%+v %v", c, err)
		}
		o, err := s.Overview(ctx)
		if err != nil || o.Counts.Total != 24 || len(o.Examples) != 1 {
			t.Errorf("%+v %v", o, err)
		}
		applied(t, s, all[:3]...)
		if o, err = s.Overview(ctx); err != nil || o.Counts.Total != 3 {
			t.Errorf("an old count: %+v %v", o, err)
		}
		if _, err := s.List(ctx, Filter{}, "nobody", 10); err == nil {
			t.Error("a page after nothing")
		}
	})
}
