// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package movingtest

import (
	"regexp"
	"strings"
)

// asked makes the mapping of files one of tables that are asked for: dossiers and persons
// page by page with the address of the next page, the others from a row on, and contents
// of files one by one.
func asked(text string) string {
	file := regexp.MustCompile(`    file: ([a-z_]+)\.csv`)
	text = file.ReplaceAllStringFunc(text, func(line string) string {
		table := file.FindStringSubmatch(line)[1]
		if table == "ho_so" || table == "cong_dan" {
			return "    path: /bang/" + table + "\n    rows: du_lieu.dong\n    paging: {page: trang, size: so_dong, of: 60, next: tiep, total: du_lieu.tong}"
		}
		return "    path: /dong/" + table + "\n    paging: {page: tu, by: row, size: so_dong, of: 150}"
	})
	api := "api: {seconds: 2}"
	if folder := "contents: " + contentsFolder + "\n"; strings.Contains(text, folder) {
		text, api = strings.Replace(text, folder, "", 1), `api: {seconds: 2, contents: "/tep/{path}", largest: 1}`
	}
	return strings.Replace(text, "tables:\n", api+"\ntables:\n", 1)
}
