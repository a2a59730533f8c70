// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// TableField is what a column of a catalogue can be.
type TableField struct {
	Name  string
	names []string // what such columns are usually called, folded
}

// TableFields returns what columns can be, in the order of the form.
func TableFields() []TableField {
	return []TableField{
		{"code", []string{"ma tthc", "ma so tthc", "ma thu tuc", "ma so", "ma", "ma thu tuc hanh chinh", "ma so thu tuc hanh chinh", "so ho so tthc", "code"}},
		{"name", []string{"ten tthc", "ten thu tuc", "ten thu tuc hanh chinh", "thu tuc hanh chinh", "ten", "name"}},
		{"field", []string{"linh vuc", "linh vuc thuc hien", "ten linh vuc", "field"}},
		{"level", []string{"cap thuc hien", "cap", "cap giai quyet", "level"}},
		{"unit", []string{"co quan thuc hien", "co quan giai quyet", "don vi thuc hien", "co quan", "don vi", "co quan co tham quyen", "authority"}},
		{"days", []string{"thoi han giai quyet", "thoi han", "thoi gian giai quyet", "thoi han giai quyet theo quy dinh", "thoi gian", "duration"}},
		{"reduced", []string{"thoi han sau cat giam", "thoi gian cat giam", "thoi han da cat giam", "thoi han rut ngan", "thoi gian sau cat giam"}},
		{"online_days", []string{"thoi han truc tuyen", "thoi han giai quyet truc tuyen", "thoi gian truc tuyen"}},
		{"online_reduced", []string{"thoi han truc tuyen sau cat giam", "thoi han truc tuyen da cat giam"}},
		{"fee", []string{"phi le phi", "phi", "le phi", "muc phi", "phi le phi neu co", "fee"}},
		{"papers", []string{"thanh phan ho so", "giay to", "ho so gom", "thanh phan", "papers"}},
		{"result", []string{"ket qua", "ket qua thuc hien", "ket qua giai quyet", "ten ket qua", "result"}},
		{"audience", []string{"doi tuong", "doi tuong thuc hien", "audience"}},
		{"online", []string{"muc do truc tuyen", "muc do dvc", "muc do", "dich vu cong truc tuyen", "dvctt", "muc do dvctt", "hinh thuc dvc"}},
		{"route", []string{"noi tiep nhan", "he thong", "he thong tiep nhan", "route"}},
		{"conditions", []string{"yeu cau dieu kien", "yeu cau", "dieu kien", "conditions"}},
		{"steps", []string{"trinh tu thuc hien", "trinh tu", "cac buoc", "steps"}},
		{"bases", []string{"can cu phap ly", "can cu", "van ban", "legal bases"}},
		{"decision", []string{"quyet dinh cong bo", "so quyet dinh", "quyet dinh", "so qd", "qd cong bo", "so quyet dinh cong bo"}},
		{"signed", []string{"ngay quyet dinh", "ngay ban hanh", "ngay ky", "ngay qd"}},
		{"effective", []string{"ngay hieu luc", "hieu luc tu", "ngay co hieu luc", "hieu luc"}},
		{"issuer", []string{"co quan ban hanh", "co quan cong bo", "issuer"}},
		{"state", []string{"tinh trang", "trang thai", "hieu luc thi hanh", "status"}},
		{"ends", []string{"ngay het hieu luc", "het hieu luc", "ngay bai bo"}},
		{"paperless", []string{"khong giay to", "phi giay to", "khong dung giay", "paperless"}},
		{"boundary_free", []string{"phi dia gioi", "khong phu thuoc dia gioi", "phi dia gioi hanh chinh"}},
	}
}

// TableMatching says which column of a table is what, and what holds for all its rows.
type TableMatching struct {
	Heading   int      `json:"heading"` // row of the headings, from 0
	Headings  []string `json:"headings"`
	Fields    []string `json:"fields"`              // by column: a TableField; empty: it is left out
	Decision  string   `json:"decision,omitempty"`  // where no column says it
	Signed    string   `json:"signed,omitempty"`    // YYYY-MM-DD
	Effective string   `json:"effective,omitempty"` // YYYY-MM-DD
	Issuer    string   `json:"issuer,omitempty"`
	// Whole: the table is the whole catalogue, and what is not in it is abolished.
	// Only procedures of the fields of the table end, and none without a code.
	Whole bool `json:"whole,omitempty"`
}

func (m TableMatching) column(field string) int { return slices.Index(m.Fields, field) }

// missing are the fields without which no row is a procedure.
func (m TableMatching) missing() (all []string) {
	if m.column("code") < 0 && m.column("name") < 0 {
		all = append(all, "code")
	}
	return all
}

// sum is what tables with the same headings share.
func (m TableMatching) sum() string {
	folded := make([]string, len(m.Headings))
	for i, h := range m.Headings {
		folded[i] = text.Fold(h)
	}
	sum := sha256.Sum256([]byte(strings.Join(folded, "\n")))
	return hex.EncodeToString(sum[:])
}

// fits says how well a heading fits a field: 2 the same, 1 it begins so; 0 not at all.
func (f TableField) fits(heading string) int {
	folded := text.Fold(heading)
	switch {
	case folded == "":
		return 0
	case folded == strings.ReplaceAll(f.Name, "_", " ") || slices.Contains(f.names, folded):
		return 2
	case slices.ContainsFunc(f.names, func(n string) bool { return len(n) > 8 && strings.HasPrefix(folded, n+" ") }):
		return 1
	}
	return 0
}

// proposeFields says which column is what, each field once, the best first.
func proposeFields(headings []string) []string {
	all, taken := make([]string, len(headings)), map[string]bool{}
	for least := 2; least > 0; least-- {
		for i, heading := range headings {
			for _, f := range TableFields() {
				if all[i] == "" && !taken[f.Name] && f.fits(heading) == least {
					all[i], taken[f.Name] = f.Name, true
				}
			}
		}
	}
	return all
}

// headingRow finds the row of headings among the first of a table: that in which
// most cells fit.
func headingRow(rows []TableSample) int {
	best, most := 0, 0
	for i, row := range rows {
		fitting := 0
		for _, v := range row.Cells {
			if v.Kind == sheet.Text && !v.Merged && slices.ContainsFunc(TableFields(), func(f TableField) bool { return f.fits(v.Text) > 0 }) {
				fitting++
			}
		}
		if fitting > most {
			best, most = i, fitting
		}
	}
	return best
}
