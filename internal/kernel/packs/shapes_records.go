// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/shape"

func registerPurpose() shape.Field {
	return within(shape.Mapping, "purpose", optional, mapped("registers.purpose", fields{
		of(shape.Words, "text", required, "Giữ và đọc dữ liệu cá nhân để làm gì, hai tiếng", "What personal data is kept and read for, in both languages"),
		of(shape.Plains, "basis", optional, "Văn bản làm căn cứ (mã trong legal)", "The documents on which it rests, by their ids"),
	}), "Mục đích xử lý dữ liệu cá nhân của sổ", "What its personal data is for")
}

func registerDatabase() shape.Field {
	return within(shape.Mapping, "database", optional, mapped("registers.database", fields{
		of(shape.Words, "owner", optional, "Chủ quản", "Owner"),
		of(shape.Words, "scope", optional, "Phạm vi", "Scope"),
		of(shape.Words, "content", optional, "Nội dung", "Content"),
		of(shape.Words, "collected", optional, "Cơ chế thu thập, cập nhật", "How it is collected"),
		of(shape.Words, "sources", optional, "Nguồn dữ liệu", "Sources"),
		choice("refreshed", optional, []string{"continual", "daily", "weekly", "monthly", "quarterly", "annual", "irregular"}, "Kỳ cập nhật", "How often something new comes"),
		choice("sharing", optional, []string{"open", "automatic", "request", "special", "none"}, "Hình thức chia sẻ; không ghi thì theo quyền xem", "How it is shared; absent: as the rights say"),
		choice("class", optional, []string{"public", "private", "personal"}, "Loại thông tin", "Class of information"),
	}), "Điều danh mục cơ sở dữ liệu nêu về sổ", "What the catalogue of databases says of it")
}

func registerMeasures() shape.Field {
	return within(shape.Mappings, "measures", optional, mapped("registers.measures", fields{
		plain("id", required, "Mã chỉ tiêu", "Id"),
		of(shape.Words, "name", required, "Tên chỉ tiêu", "Name"),
		of(shape.Words, "unit", optional, "Đơn vị tính; tỷ lệ thì tính bằng %", "Unit of the figure; a share is in percent"),
		plain("of", optional, "Trường số để cộng; không ghi thì đếm bản ghi", "Number that is added up; absent: records are counted"),
		plain("against", optional, "Trường số làm mẫu: chỉ tiêu là % của tổng trường này", "Number of whose sum it is a share, in percent"),
		within(shape.Mappings, "where", optional, mapped("registers.measures.where", fields{
			plain("field", required, "Trường", "Field"),
			of(shape.Plains, "is", required, "Một trong các giá trị", "One of these values"),
		}), "Chỉ tính bản ghi thỏa mọi điều kiện", "Of records that meet all of these"),
		of(shape.Truth, "share", optional, "Tỷ lệ % trên mọi bản ghi", "Their share of all records, in percent"),
		plain("plan", optional, "Kế hoạch giao chỉ tiêu", "The plan that asks for it"),
		within(shape.Mappings, "targets", optional, mapped("registers.measures.targets", fields{
			of(shape.Whole, "year", required, "Đến hết năm", "By the end of the year"),
			of(shape.Whole, "value", required, "Mục tiêu", "What is aimed at"),
			plain("source", optional, "Nguồn", "Source"),
		}), "Mục tiêu theo năm", "Targets by year"),
	}), "Chỉ tiêu của kế hoạch mà sổ cho số liệu", "Figures that plans ask for")
}

func registerRetention() shape.Field {
	return within(shape.Mapping, "retention", optional, mapped("registers.retention", fields{
		within(shape.Mapping, "after", required, mapped("registers.retention.after", fields{
			of(shape.Whole, "days", optional, "Số ngày", "Days"),
			of(shape.Whole, "months", optional, "Số tháng", "Months"),
			of(shape.Whole, "years", optional, "Số năm", "Years"),
		}), "Giữ bao lâu", "How long it is kept"),
		within(shape.Mapping, "from", required, mapped("registers.retention.from", fields{
			plain("field", optional, "Tính từ ngày của trường", "From the date in this field"),
			plain("state", optional, "Tính từ ngày tới trạng thái", "From the day it reached this state"),
		}), "Tính từ đâu", "From when"),
		choice("then", required, []string{"review", "destroy", "archive"}, "Hết hạn thì: xem lại, hủy, nộp lưu trữ", "What then"),
		plain("basis", required, "Văn bản quy định thời hạn (mã trong legal)", "The document that says so, by its id"),
	}), "Thời hạn lưu giữ bản ghi", "How long a record is kept")
}

func registerOpenData() shape.Field {
	return within(shape.Mapping, "open_data", optional, mapped("registers.open_data", fields{
		of(shape.Words, "title", required, "Tên bộ dữ liệu, hai tiếng", "Title of the dataset, in both languages"),
		of(shape.Words, "about", required, "Bộ dữ liệu nói gì", "What it is about"),
		plain("licence", required, "Giấy phép sử dụng, như CC-BY-4.0", "Licence, like CC-BY-4.0"),
		choice("refreshed", required, []string{"continual", "daily", "weekly", "monthly", "quarterly", "annual", "irregular"}, "Bao lâu cập nhật một lần", "How often it is refreshed"),
		of(shape.Plains, "fields", required, "Các trường công bố; không trường nào là dữ liệu cá nhân", "Fields that are published; none is personal"),
		within(shape.Mappings, "where", optional, mapped("registers.open_data.where", fields{
			plain("field", required, "Trường lọc", "A field of the filters or sorts"),
			choice("op", required, []string{"is", "from", "to"}, "Cách so", "How it compares"),
			of(shape.Plains, "values", required, "Giá trị", "Values"),
		}), "Chỉ các bản ghi", "These records only"),
	}), "Công bố dữ liệu mở", "Published as open data")
}
