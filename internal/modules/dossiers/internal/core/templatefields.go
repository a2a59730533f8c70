// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
)

// FieldInfo is a field that a template may have.
type FieldInfo struct {
	Name    string
	Example string
	Label   i18n.Text // of a question of the form; otherwise the name has words of its own
	Row     bool      // of a group: the row of a table is there once for each entry
	Place   bool      // kept free for a signature, a number, a date
}

// The places of a document that are filled after it was drawn.
const (
	placeNumber  = "cho_so"
	placeDay     = "cho_ngay"
	placeMonth   = "cho_thang"
	placeYear    = "cho_nam"
	placeInitial = "cho_ky_nhay"
	placeSign    = "cho_ky"
	placeSeal    = "cho_dau"
)

// places are how large they are, in millimetres.
func places() map[string]docx.Space {
	return map[string]docx.Space{
		placeNumber: {W: 8, H: 5.6}, placeDay: {W: 8, H: 5.6}, placeMonth: {W: 8, H: 5.6}, placeYear: {W: 12, H: 5.6},
		placeInitial: {W: 14, H: 8}, placeSign: {W: 60, H: 27}, placeSeal: {W: 36, H: 36},
	}
}

// general are the fields that every template may have, with what they say of a
// dossier that is made up.
func general() []FieldInfo {
	return named(
		"ho_so.ma", "000.00.00.X00-261121-0042", "ho_so.thu_tuc", "Xác nhận thông tin về cư trú", "ho_so.ma_thu_tuc", "1.000000", "ho_so.ngay_nhan", "21/11/2026",
		"ho_so.gio_nhan", "14 giờ 30", "ho_so.hen_tra", "16 giờ 30, 26/11/2026", "ho_so.thoi_han", "03 ngày làm việc",
		"chu_ho_so.ten", "Nguyễn Văn Mẫu", "chu_ho_so.ten_hoa", "NGUYỄN VĂN MẪU", "chu_ho_so.so_giay_to", "000000000000", "chu_ho_so.dia_chi", "Số 1, đường Thử Nghiệm",
		"chu_ho_so.dien_thoai", "0900 000 000", "chu_ho_so.thu_dien_tu", "mau@example.vn", "nguoi_nop.ten", "Trần Thị Thử",
		"don_vi.ten", "Ủy ban nhân dân phường Thử Nghiệm", "don_vi.ten_hoa", "ỦY BAN NHÂN DÂN PHƯỜNG THỬ NGHIỆM", "don_vi.cap_tren", "Tỉnh Thử Nghiệm",
		"don_vi.cap_tren_hoa", "TỈNH THỬ NGHIỆM", "don_vi.viet_tat", "UBND", "don_vi.dia_danh", "Thử Nghiệm", "don_vi.mot_cua", "Trung tâm Phục vụ hành chính công",
		"ngay.hom_nay", "21/11/2026", "ngay.day_du", "ngày 21 tháng 11 năm 2026", "tra_cuu.dia_chi", "https://dichvucong.example.vn/tra-cuu",
	)
}

// named makes fields of pairs of a name and an example.
func named(pairs ...string) (all []FieldInfo) {
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, FieldInfo{Name: pairs[i], Example: pairs[i+1]})
	}
	return all
}

// rowsOf makes fields of a group.
func rowsOf(group string, pairs ...string) (all []FieldInfo) {
	for _, f := range append(named("tt", "1"), named(pairs...)...) {
		all = append(all, FieldInfo{Name: group + "." + f.Name, Example: f.Example, Row: true})
	}
	return all
}

func signedBy() []FieldInfo {
	return named("nguoi_ky.ten", "Lê Văn Ký", "nguoi_ky.chuc_vu", "PHÓ CHỦ TỊCH")
}

// ofKind are the fields that one kind of templates has besides.
func ofKind(k dossiers.TemplateKind) (all []FieldInfo) {
	switch k {
	case dossiers.ForResult:
		all = append(signedBy(), named("quyet_dinh.ky_hieu", "GXN-UBND", "quyet_dinh.thay_the", "Văn bản này thay thế văn bản số 04/GXN-UBND ngày 05/11/2026 đã bị thu hồi.")...)
	case dossiers.ForReceipt:
		all = append(named("can_bo.ten", "Phạm Thị Tiếp"), rowsOf("giay_to", "ten", "Tờ khai", "ban_chinh", "1", "ban_sao", "0", "ban_chung_thuc", "0", "dien_tu", "x")...)
	case dossiers.ForRequest:
		all = append(named("can_bo.ten", "Phạm Thị Tiếp", "yeu_cau.han", "05/12/2026"), rowsOf("thieu", "ten", "Giấy khai sinh", "ly_do", "Bản chụp mờ, không đọc được số", "can_cu", "khoản 1 Điều 9")...)
	case dossiers.ForRefused:
		all = named("can_bo.ten", "Phạm Thị Tiếp", "tu_choi.ly_do", "Hồ sơ không thuộc thẩm quyền giải quyết của phường")
	case dossiers.ForApology:
		all = append(signedBy(), named("xin_loi.ly_do", "Cần xác minh thêm tại nơi ở cũ", "xin_loi.can_cu", "Điều 8", "xin_loi.hen_cu", "16 giờ 30, 26/11/2026", "xin_loi.hen_moi", "16 giờ 30, 30/11/2026",
			"xin_loi.don_vi_cham", "Phường Thử Nghiệm")...)
	case dossiers.ForStop:
		all = append(signedBy(), named("dung.ly_do", "Người nộp đề nghị dừng", "dung.can_cu", "Điều 8", "dung.tien", "Hồ sơ không phát sinh phí, lệ phí.")...)
	case dossiers.ForControl:
		all = append(named("can_bo.ten", "Phạm Thị Tiếp"), rowsOf("chang", "don_vi", "Phường Thử Nghiệm", "buoc", "Thẩm định", "nguoi", "Lê Văn Làm", "nhan", "08:00 21/11/2026", "giao", "10:00 22/11/2026",
			"ghi_chu", "")...)
	}
	if k == dossiers.ForResult || k == dossiers.ForApology || k == dossiers.ForStop {
		for _, name := range []string{placeNumber, placeDay, placeMonth, placeYear, placeInitial, placeSign, placeSeal} {
			all = append(all, FieldInfo{Name: name, Place: true})
		}
	}
	return all
}

// formField and tableField are how the answers of a form are called in a template.
const (
	formField   = "to_khai."
	tableField  = "bang_"
	resultField = "ket_qua."
	inWords     = ".bang_chu"
)

// ListTemplateFields returns the fields that a template of a kind may have; those
// of the form where a procedure is named.
func (s *Service) ListTemplateFields(ctx context.Context, actor identity.Actor, k dossiers.TemplateKind, p procedures.ID) (all []FieldInfo, err error) {
	defer errs.Wrap(&err, "list fields of templates")

	if err := templateReaders(actor); err != nil {
		return nil, err
	}
	if !k.Known() {
		return nil, errs.BadInput([]errs.Field{{Name: "kind", Code: "form.choose"}})
	}
	all, err = s.templateFields(ctx, k, p)
	if errors.Is(err, procedures.ErrNotFound) {
		return nil, errs.BadInput([]errs.Field{{Name: "procedure", Code: "dossiers.phrase_procedure"}})
	}
	return all, err
}

func (s *Service) templateFields(ctx context.Context, k dossiers.TemplateKind, p procedures.ID) ([]FieldInfo, error) {
	all := append(general(), ofKind(k)...)
	if p == "" {
		return all, nil
	}
	v, err := s.Procedures.Get(ctx, p)
	if err != nil {
		return nil, err
	}
	for _, step := range v.Form.Steps {
		for _, f := range step.Fields {
			label := i18n.Text(f.Label)
			if f.Type == forms.File {
				continue
			}
			if f.Type == forms.Group {
				all = append(all, FieldInfo{Name: tableField + f.Key + ".tt", Example: "1", Label: label, Row: true})
				for _, one := range f.Fields {
					all = append(all, FieldInfo{Name: tableField + f.Key + "." + one.Key, Example: example(one.Type, i18n.Text(one.Label)), Label: i18n.Text(one.Label), Row: true})
				}
				continue
			}
			all = append(all, FieldInfo{Name: formField + f.Key, Example: example(f.Type, label), Label: label})
			if f.Type == forms.Money || f.Type == forms.Number {
				all = append(all, FieldInfo{Name: formField + f.Key + inWords, Example: "Một triệu năm trăm nghìn", Label: label})
			}
		}
	}
	if k == dossiers.ForResult {
		for _, f := range v.Template.Fields {
			all = append(all, FieldInfo{Name: resultField + f.Key, Example: example(forms.Type(f.Type), f.Label), Label: f.Label})
			if f.Type == "money" || f.Type == "number" {
				all = append(all, FieldInfo{Name: resultField + f.Key + inWords, Example: "Một triệu năm trăm nghìn", Label: f.Label})
			}
		}
	}
	return all, nil
}

// example is what a question would be answered with.
func example(t forms.Type, label i18n.Text) string {
	switch t { //nolint:exhaustive // the others are answered with words
	case forms.Money, forms.Number:
		return "1.500.000"
	case forms.Day, forms.PartialDay:
		return "05/02/1980"
	case forms.Year:
		return "1980"
	case forms.Phone:
		return "0900 000 000"
	case forms.PersonNumber:
		return "000000000000"
	}
	return "«" + label.VI + "»"
}

// sampleValues are the examples: two entries of each group.
func sampleValues(fields []FieldInfo) docx.Values {
	v := docx.Values{Texts: map[string]string{}, Groups: map[string][]map[string]string{}}
	for _, f := range fields {
		if f.Place {
			continue
		}
		group, name, _ := strings.Cut(f.Name, ".")
		if !f.Row {
			v.Texts[f.Name] = f.Example
			continue
		}
		if v.Groups[group] == nil {
			v.Groups[group] = []map[string]string{{}, {}}
		}
		for i := range v.Groups[group] {
			v.Groups[group][i][name] = f.Example
			if name == "tt" && i == 1 {
				v.Groups[group][i][name] = "2"
			}
		}
	}
	return v
}

// drawing is with what documents are drawn.
func (s *Service) drawing(made db.Time, title, author string) docx.Drawing {
	return docx.Drawing{Fonts: s.Fonts, Made: made.Time, Title: title, Author: author, Mark: s.Mark, Places: places()}
}
