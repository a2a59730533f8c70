// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/shape"

// registerDuplicates is which records of a register may be the same thing twice.
func registerDuplicates() shape.Field {
	return within(shape.Mapping, "duplicates", optional, mapped("registers.duplicates", fields{
		of(shape.Truth, "elsewhere", optional, "Cho biết có bản ghi trùng ở nơi người nhập không xem được", "Tell that there is one where the person who enters does not see it"),
		within(shape.Mappings, "rules", required, mapped("registers.duplicates.rules", fields{
			of(shape.Words, "name", required, "Tên của cách so", "Name of the rule"),
			within(shape.Mappings, "fields", required, mapped("registers.duplicates.rules.fields", fields{
				plain("field", required, "Trường", "Field"),
				choice("as", optional, []string{"same", "folded", "alike", "day", "near"}, "So thế nào", "How it is compared"),
				of(shape.Whole, "within", optional, "Của near: không xa quá số mét này", "Of near: no farther than these metres"),
			}), "Các trường phải cùng khớp", "Fields that must all match"),
			of(shape.Truth, "blocks", optional, "Không cho ghi bản ghi như vậy", "Such a record is refused"),
		}), "Các cách so", "Rules"),
	}), "Tìm bản ghi trùng", "Finding duplicates")
}
