// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package templateedit

import "strings"

// Samples are made-up values of what every result may name.
func Samples() map[string]string {
	return map[string]string{
		"agency": "Ủy ban nhân dân phường Mẫu", "agency_upper": "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", "agency_short": "UBND",
		"parent_agency": "Ủy ban nhân dân tỉnh", "parent_agency_upper": "ỦY BAN NHÂN DÂN TỈNH", "place": "Mẫu", "number": "…", "date_long": "ngày … tháng … năm …",
		"dossier_code": "000.00.00.H00-000000-0000", "submitted_on": "05/01/2026", "accepted_on": "06/01/2026", "due_on": "13/01/2026",
		"procedure": "Thủ tục mẫu", "owner": "Nguyễn Văn Mẫu", "owner_upper": "NGUYỄN VĂN MẪU", "submitter": "Trần Thị Mẫu",
		"signer": "Lê Văn Mẫu", "signer_form": "TM. ỦY BAN NHÂN DÂN", "signer_title": "CHỦ TỊCH",
	}
}

// Sample is a made-up answer to a question of a kind.
func Sample(kind, label string, options []string) string {
	switch kind {
	case "radios", "select", "checkboxes", "code":
		if len(options) > 0 {
			return options[0]
		}
	case "date":
		return "05/01/1990"
	case "date_partial", "year":
		return "1990"
	case "person_number":
		return "000000000000"
	case "tax_code":
		return "0000000000"
	case "phone":
		return "0900 000 000"
	case "email":
		return "mau@example.vn"
	case "money":
		return "150.000 đồng"
	case "number", "group":
		return "2"
	case "yes_no":
		return "Có"
	case "address":
		return "Số 1, đường Mẫu, phường Mẫu"
	case "unit":
		return "Ủy ban nhân dân phường Mẫu"
	case "person":
		return "Nguyễn Văn Mẫu"
	case "organisation":
		return "Công ty Mẫu"
	}
	return "(" + strings.ToLower(label) + ")"
}
