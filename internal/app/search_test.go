// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
)

// sought is a question and what must stand first: an id, or a title.
type sought struct{ question, kind, first string }

// ofTheWeb are questions as people write them, of whoever is not signed in.
func ofTheWeb() []sought {
	return []sought{
		// as it is called
		{"Đăng ký khai sinh", "", "dang-ky-khai-sinh"},
		{"khai sinh", "", "dang-ky-khai-sinh"},
		{"khai tử", "", "dang-ky-khai-tu"},
		{"đăng ký kết hôn", "", "dang-ky-ket-hon"},
		{"Cấp Phiếu lý lịch tư pháp", "", "phieu-ly-lich-tu-phap"},
		{"đăng ký lại khai sinh", "", "dang-ky-lai-khai-sinh"},
		{"chứng thực chữ ký", "", "chung-thuc-chu-ky"},
		{"đăng ký thường trú", "", "dang-ky-thuong-tru"},
		{"giấy phép lao động", "", "giay-phep-lao-dong"},
		{"thờ cúng liệt sĩ", "", "tro-cap-tho-cung-liet-si"},
		// without marks
		{"khai sinh", "procedure", "dang-ky-khai-sinh"},
		{"dang ky khai tu", "", "dang-ky-khai-tu"},
		{"ly lich tu phap", "", "phieu-ly-lich-tu-phap"},
		{"giay phep moi truong", "", "giay-phep-moi-truong"},
		{"ho kinh doanh", "procedure", "lap-ho-kinh-doanh"},
		{"thanh lap ho kinh doanh", "", "lap-ho-kinh-doanh"},
		{"dang ky tau ca", "", "dang-ky-tau-ca"},
		{"ban le ruou", "", "giay-phep-ban-le-ruou"},
		{"huu tri xa hoi", "procedure", "tro-cap-huu-tri-xa-hoi"},
		{"DANG KY KET HON", "", "dang-ky-ket-hon"},
		// in everyday words
		{"làm giấy khai sinh", "", "dang-ky-khai-sinh"},
		{"đẻ con", "procedure", "dang-ky-khai-sinh"},
		{"đám cưới", "procedure", "dang-ky-ket-hon"},
		{"sang tên sổ đỏ", "procedure", "dang-ky-bien-dong-dat-dai"},
		{"đất chưa có sổ", "procedure", "cap-gcn-lan-dau"},
		{"mở quán", "procedure", "lap-ho-kinh-doanh"},
		{"dẹp tiệm", "procedure", "cham-dut-ho-kinh-doanh"},
		{"sao y", "procedure", "chung-thuc-ban-sao"},
		{"giấy độc thân", "procedure", "xac-nhan-tinh-trang-hon-nhan"},
		{"nhập hộ khẩu", "procedure", "dang-ky-thuong-tru"},
		{"tiền già", "procedure", "tro-cap-huu-tri-xa-hoi"},
		{"mất bằng", "procedure", "ban-sao-van-bang"},
		{"xin phép xây nhà", "procedure", "giay-phep-xay-dung-nha-o"},
		{"hàng xóm lấn đất", "procedure", "hoa-giai-tranh-chap-dat-dai"},
		{"mở nhà thuốc", "procedure", "du-dieu-kien-kinh-doanh-duoc"},
		{"con nuôi", "procedure", "dang-ky-nuoi-con-nuoi"},
		{"tôi muốn làm giấy khai tử", "procedure", "dang-ky-khai-tu"},
		{"người tàn tật", "procedure", "xac-dinh-muc-do-khuyet-tat"},
		// mistyped: in the wrong order, doubled, missing, run together, keys of Telex and VNI
		{"thu tuc khai snih", "", "dang-ky-khai-sinh"},
		{"khai sinhh", "", "dang-ky-khai-sinh"},
		{"khhai sinh", "", "dang-ky-khai-sinh"},
		{"dang ky kt hon", "procedure", "dang-ky-ket-hon"},
		{"dang ky kett hon", "procedure", "dang-ky-ket-hon"},
		{"khaisinh", "", "dang-ky-khai-sinh"},
		{"ly lichj tuw phaps", "procedure", "phieu-ly-lich-tu-phap"},
		{"khai tuwr", "procedure", "dang-ky-khai-tu"},
		{"khai tu73", "procedure", "dang-ky-khai-tu"},
		{"giay phep lao dnog", "procedure", "giay-phep-lao-dong"},
		{"chung thuc chu kky", "procedure", "chung-thuc-chu-ky"},
		{"nuoi con nuooi", "procedure", "dang-ky-nuoi-con-nuoi"},
		// codes, with and without what stands between
		{"1.001193", "", "dang-ky-khai-sinh"},
		{"1001193", "", "dang-ky-khai-sinh"},
		{"2.000815", "", "chung-thuc-ban-sao"},
		{"123/2015/NĐ-CP", "", "nd-123-2015"},
		{"123/2015/nd-cp", "", "nd-123-2015"},
		{"123 2015 ND CP", "", "nd-123-2015"},
		{"26/2023/QH15", "", "luat-can-cuoc-2023"},
		{"04/2020/TT-BTP", "", "tt-04-2020-btp"},
		// law by its words
		{"luật căn cước", "law", "luat-can-cuoc-2023"},
		{"CCCD", "law", "luat-can-cuoc-2023"},
		{"luat nuoi con nuoi", "law", "luat-nuoi-con-nuoi-2010"},
		{"luat tre em", "law", "luat-tre-em-2016"},
		// units, by today's names, old ones and abbreviations
		{"phường Long Xuyên", "unit", "phuong-long-xuyen"},
		{"phuong long xuyen", "unit", "phuong-long-xuyen"},
		{"Phường Mỹ Bình", "unit", "phuong-long-xuyen"},
		{"my binh", "unit", "phuong-long-xuyen"},
		{"Sở TT&TT", "unit", "so-khoa-hoc-cong-nghe"},
		{"Sở KH&CN", "unit", "so-khoa-hoc-cong-nghe"},
		{"so thong tin va truyen thong", "unit", "so-khoa-hoc-cong-nghe"},
		{"Sở GTVT", "unit", "so-xay-dung"},
		{"Sở Kế hoạch và Đầu tư", "unit", "so-tai-chinh"},
		{"STP", "unit", "so-tu-phap"},
		{"so tu phap", "unit", "so-tu-phap"},
		// help, and English
		{"nộp hồ sơ trực tuyến", "help", "nop-ho-so"},
		{"filing online", "help", "nop-ho-so"},
		{"register a birth", "", "dang-ky-khai-sinh"},
		{"marriage", "procedure", "dang-ky-ket-hon"},
		{"death", "procedure", "dang-ky-khai-tu"},
		{"Long Xuyen Ward", "unit", "phuong-long-xuyen"},
	}
}

// TestFoundInTheDemonstration asks the demonstration what people ask and looks
// at what stands first; what is personal is found by those alone who may.
func TestFoundInTheDemonstration(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for more := true; more; {
			var err error
			if more, err = w.Parts.Index.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range ofTheWeb() {
			if got := w.found(t, "", s); len(got) == 0 || !strings.HasPrefix(got[0], s.first+" ") {
				t.Errorf("%q of %q: want %s first, got %.4q", s.question, s.kind, s.first, got)
			}
		}
		clerk := sought{"tran thi mai", "person", "Trần Thị Mai"}
		for who, sees := range map[string]bool{"": false, "dan.nguyenvanbay": false, "lanhdao.longxuyen": true, "motcua.longxuyen": false} {
			if got := w.found(t, who, clerk); (len(got) > 0 && strings.Contains(got[0], clerk.first)) != sees {
				t.Errorf("%q looks for an official: %q", who, got)
			}
		}
		if page := w.send(t, "", http.MethodGet, "/tim?q=my+binh&loai=unit", "").body; !strings.Contains(page, "Trước là") || !strings.Contains(page, "<mark>Mỹ Bình") {
			t.Error("the page does not say that the ward was called otherwise")
		}
	})
}

// TestADossierIsFoundByThoseItConcerns: by its reference, by words and by the
// notice about it, by who brought it and by the office that received it.
func TestADossierIsFoundByThoseItConcerns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		f := ask[filed](t, w, owner, http.MethodPost, "/api/v1/dossiers", application, "Idempotency-Key", "found")
		for more := true; more; {
			var err error
			if more, err = w.Parts.Index.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for who, sees := range map[string]bool{owner: true, "motcua.longxuyen": true, "": false, "dan.vothihoa": false, "motcua.chaudoc": false, "chuyenvien.soyte": false} {
			for _, question := range []string{f.Reference, strings.ToLower(strings.NewReplacer("-", "", ".", "").Replace(f.Reference)), "nguyen van bay"} {
				got := w.found(t, who, sought{question, "dossier", ""})
				if (len(got) > 0 && strings.HasPrefix(got[0], f.ID+" ")) != sees {
					t.Errorf("%q looks for %q: %q", who, question, got)
				}
			}
			if sees {
				if got := w.found(t, who, sought{f.Reference, "", ""}); len(got) == 0 || !strings.HasPrefix(got[0], f.ID+" ") {
					t.Errorf("%q: an exact number does not stand first: %q", who, got)
				}
			}
		}
		page := w.send(t, owner, http.MethodGet, "/tim?loai=dossier&q="+url.QueryEscape(f.Reference), "").body
		if !strings.Contains(page, `"/ho-so/`+f.ID+`"`) {
			t.Error("the page of the owner does not lead to it")
		}
		facets := w.send(t, owner, http.MethodGet, "/api/v1/search?kind=dossier&q="+url.QueryEscape(f.Reference), "").body
		for _, want := range []string{`"name":"year"`, `"name":"field"`, `"name":"unit"`, `"name":"status"`, `"name":"procedure"`} {
			if !strings.Contains(facets, want) {
				t.Errorf("not narrowed by %s: %s", want, facets)
			}
		}
		var mine int
		if err := w.DB.QueryRow(t.Context(), `SELECT COUNT(*) FROM notify_inbox`).Scan(&mine); err != nil {
			t.Fatal(err)
		}
		if got := w.found(t, owner, sought{f.Reference, "notice", ""}); mine > 0 && len(got) == 0 {
			t.Errorf("%d notices, none is found", mine)
		}
		for _, other := range []string{"", "dan.vothihoa", "motcua.chaudoc"} {
			if got := w.found(t, other, sought{f.Reference, "notice", ""}); len(got) > 0 {
				t.Errorf("%q finds somebody else's notice: %q", other, got)
			}
		}
	})
}

func (w *world) found(t *testing.T, who string, s sought) (all []string) {
	t.Helper()
	q := url.Values{"q": {s.question}}
	if s.kind != "" {
		q.Set("kind", s.kind)
	}
	got := w.send(t, who, http.MethodGet, "/api/v1/search?"+q.Encode(), "")
	var said struct {
		Items []struct {
			Kind, ID string
			Title    i18n.Text
		}
	}
	if err := json.Unmarshal([]byte(got.body), &said); err != nil || got.status != http.StatusOK {
		t.Fatalf("%q: %d %s %v", s.question, got.status, got.body, err)
	}
	for _, i := range said.Items {
		all = append(all, fmt.Sprintf("%s %s (%s)", i.ID, i.Title.VI, i.Kind))
	}
	return all
}
