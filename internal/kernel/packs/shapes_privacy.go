// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/shape"

// The description goes on: what the law on personal data asks for.

func purposeShape() *shape.Shape {
	return mapped("purposes", itemFields(), fields{
		of(shape.Words, "name", required, "Tên mục đích", "What the purpose is called"),
		of(shape.Words, "text", required, "Giải thích bằng lời dễ hiểu", "In plain words"),
		choice("ground", required, []string{"law", "consent"}, "Theo pháp luật hay theo sự đồng ý", "By law, or because people agree"),
		of(shape.Plains, "basis", optional, "Văn bản cho phép xử lý", "Legal documents that allow it"),
		some("reads", []string{"own", "handling", "inspection"}, "Mục đích đọc mà nhật ký ghi", "Purposes of reading that the audit log writes"),
		of(shape.Words, "subjects", required, "Dữ liệu của ai", "Whose data"),
		within(shape.Mappings, "data", optional, mapped("purposes.data", fields{
			choice("sort", required, []string{"basic", "sensitive"}, "Cơ bản hay nhạy cảm", "Basic or sensitive"),
			of(shape.Words, "name", required, "Loại dữ liệu", "Category of data"),
		}), "Các loại dữ liệu", "Categories of data"),
		of(shape.Plains, "holders", optional, "Phần nào của hệ thống giữ dữ liệu", "Which parts of the system hold it"),
		of(shape.Words, "recipients", required, "Ai nhận dữ liệu", "Who gets it"),
		of(shape.Words, "kept", required, "Giữ trong bao lâu", "How long it is kept"),
		plain("retention", optional, "Mã quy tắc lưu trữ", "The rule of retention"),
		within(shape.Mapping, "consent", optional, mapped("purposes.consent", fields{
			of(shape.Whole, "version", required, "Phiên bản của lời xin đồng ý", "Version of the text"),
			of(shape.Words, "text", required, "Lời xin đồng ý như được hiển thị", "What is agreed to, as it is shown"),
		}), "Lời xin đồng ý", "What people agree to"),
	})
}

func spanShape(name string) *shape.Shape {
	return mapped(name, fields{
		of(shape.Whole, "hours", optional, "Số giờ liên tục", "Hours by the clock"),
		of(shape.Whole, "days", optional, "Số ngày", "Days"),
		of(shape.Whole, "working_days", optional, "Số ngày làm việc", "Working days"),
	})
}

func privacyTermShape() *shape.Shape {
	return mapped("privacy_terms", itemFields(), fields{
		of(shape.Words, "name", required, "Tên thời hạn", "What the term is called"),
		choice("what", required, privacyTerms(), "Việc có thời hạn", "What has the term"),
		within(shape.Mapping, "within", required, spanShape("privacy_terms.within"), "Trong bao lâu", "How long it may take"),
		within(shape.Mapping, "extend", optional, spanShape("privacy_terms.extend"), "Gia hạn một lần thêm bao lâu", "By how much it can be extended once"),
		plain("basis", required, "Văn bản quy định", "The law that says so"),
		of(shape.Words, "citation", optional, "Điều, khoản", "Article and clause"),
	})
}
