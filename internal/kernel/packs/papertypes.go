// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/shape"

// PaperType is a kind of paper that many procedures issue or ask for: by it the
// vault finds one that is there already.
type PaperType struct {
	Item
	Name   Text
	Code   string // of the national list of results, only as a source gives it
	Valid  string // perpetual, months, stated: as the paper itself says
	Months int    // of months, counted from the day it was issued
	Field  string // of stated: what the officer writes into the result says it, as dd/mm/yyyy
	Scope  Text   // where it is valid
	// Outside is the law by which the national portal sees it without asking its owner: a legal id; empty: none is known.
	Outside string
}

// maxPaperMonths is longer than any paper is valid that ends.
const maxPaperMonths = 1200

func readPaperType(r *record) PaperType {
	t := PaperType{
		Item: r.item(), Name: r.text("name", required), Code: r.str("code"), Valid: r.oneOf("valid", required, "perpetual", "months", "stated"),
		Months: r.integer("months"), Field: r.str("field"), Scope: r.text("scope"), Outside: r.str("outside"),
	}
	if (t.Valid == "months") != r.has("months") || t.Months < 0 || t.Months > maxPaperMonths || r.has("months") && t.Months == 0 {
		r.problem("months", "paper_type.months")
	}
	if t.Code != "" && t.Source == "" {
		r.problem("code", "paper_type.code", t.Code)
	}
	return t
}

func paperTypeShape() *shape.Shape {
	return mapped("paper_types", itemFields(), fields{
		of(shape.Words, "name", required, "Tên loại giấy tờ", "What the type is called"),
		plain("code", optional, "Mã kết quả của danh mục quốc gia, phải có nguồn", "Code of the national list, with a source"),
		choice("valid", required, []string{"perpetual", "months", "stated"}, "Có giá trị: vĩnh viễn, một số tháng, theo ngày ghi trên giấy", "Valid for ever, for some months, or as it says"),
		of(shape.Whole, "months", optional, "Số tháng kể từ ngày cấp", "Months from the day it was issued"),
		plain("field", optional, "Trường của mẫu kết quả nêu ngày hết hạn", "The field of the result that states the last day"),
		of(shape.Words, "scope", optional, "Phạm vi hiệu lực", "Where it is valid"),
		plain("outside", optional, "Văn bản cho phép Cổng Dịch vụ công quốc gia tra cứu mà không cần chủ giấy tờ đồng ý", "The law by which the national portal sees it without asking its owner"),
	})
}
