// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/shape"

// The description goes on: reports and targets.

func layoutShape() *shape.Shape {
	return mapped("report_layouts", itemFields(), fields{
		version(), title(),
		plain("code", required, "Ký hiệu của mẫu", "By which the form is known"),
		of(shape.Words, "head", required, "Tên cột đầu", "Head of the column of names"),
		choice("rows", required, []string{"field", "unit", "procedure"}, "Mỗi dòng là một", "What a row is"),
		within(shape.Mappings, "columns", required, mapped("report_layouts.columns", fields{
			identityField(),
			of(shape.Words, "group", optional, "Nhóm cột", "Stands above several columns"),
			of(shape.Words, "title", required, "Tên cột", "Title"),
			plain("formula", required, "Công thức trên số đếm hồ sơ", "Formula over numbers of dossiers"),
		}), "Các cột số", "Columns of numbers"),
	})
}

func indicatorShape() *shape.Shape {
	return mapped("indicators", itemFields(), fields{
		of(shape.Words, "name", required, "Tên chỉ tiêu", "Name"),
		plain("target", required, "Phải đạt", "What is to be reached"),
		plain("unit", required, "Đơn vị tính", "Unit of measure"),
		choice("operator", required, []string{"=", ">", ">=", "<", "<="}, "So sánh", "Comparison"),
		plain("about", optional, "Phạm vi", "Of whom the plan speaks"),
		plain("year", optional, "Năm, hoặc các năm", "Year, or years"),
		plain("lead", optional, "Đơn vị chủ trì", "Who is in charge"),
		plain("due", optional, "Thời hạn theo kế hoạch", "By when, as the plan says"),
		choice("measure", optional, []string{"on_time", "online"}, "Số đo được từ hồ sơ", "What records tell of it"),
	})
}
