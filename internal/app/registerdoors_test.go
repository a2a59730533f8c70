// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import "strings"

// door is a way by which a record of a register leaves the program, or is found.
type door struct {
	name  string
	calls []string // "METHOD PATTERN", then what stands after "?", then a body; all tried by everybody, for every record
	right string   // of the register, beside view: "export"
	why   bool     // for a purpose: personal fields may be shown
	find  func(field, op, value string) string
	sort  func(field string) string
}

// registerDoors are all doors of registers. A route of registers that stands in
// none of them fails TestRolesFieldsAndDoors: who builds a door adds its line.
func registerDoors() []door {
	return []door{
		{name: "list", calls: []string{"GET /so/{register}"}, find: byControl, sort: byOrder},
		{name: "record", calls: []string{"GET /so/{register}/{record}"}},
		{name: "purpose", calls: []string{"POST /so/{register}/{record}/du-lieu-ca-nhan  purpose=handling"}, why: true},
		{name: "form", calls: []string{
			"GET /so", "GET /so/{register}/moi", "POST /so/{register}/moi", "GET /so/{register}/{record}/sua", "POST /so/{register}/{record}/sua  seen=0",
			"GET /so/{register}/{record}/an", "POST /so/{register}/{record}/an  seen=0",
		}},
		{name: "CSV", calls: []string{"GET /so/{register}/tai-ve?dang=csv"}, right: "export", find: byControl, sort: byOrder},
		{name: "XLSX", calls: []string{"GET /so/{register}/tai-ve?dang=xlsx"}, right: "export"},
		{name: "API list", calls: []string{"GET /api/v1/registers", "GET /api/v1/registers/{register}/records"}, find: byWhere, sort: bySort},
		{name: "API record", calls: []string{"GET /api/v1/registers/{register}/records/{record}"}},
		{name: "API purpose", calls: []string{"GET /api/v1/registers/{register}/records/{record}?purpose=handling"}, why: true},
		{name: "API export", calls: []string{"GET /api/v1/registers/{register}/export"}, right: "export", find: byWhere, sort: bySort},
		{name: "feed", calls: []string{"GET /api/v1/registers/{register}/changes?limit=200", "GET /api/v1/registers/{register}/changes?after=x"}},
		{name: "catalogue", calls: []string{
			"GET /api/v1/dmdc/Metadata/{name}", "GET /api/v1/dmdc/Category/{name}?day=all", "GET /api/v1/dmdc/Category/{name}?limit=2", "POST /api/v1/dmdc/Category/{name}  [{}]",
		}},
		{name: "description", calls: []string{"GET /api/v1/registers/{register}/openapi.json", "GET /api/v1/registers/{register}/schema.json", "GET /docs/so", "GET /docs/so/{register}"}},
		{name: "API writing", calls: []string{
			"POST /api/v1/registers/{register}/records  {}", `PUT /api/v1/registers/{register}/records/{record}  {"seen":0,"values":{}}`,
			"DELETE /api/v1/registers/{register}/records/{record}?seen=0",
		}},
	}
}

// byControl is how the pages ask for records, byWhere how the API does.
func byControl(field, op, value string) string {
	switch op {
	case "from":
		return "f-" + field + "-tu=" + value
	case "to":
		return "f-" + field + "-den=" + value
	}
	return "f-" + field + "=" + value
}

func byWhere(field, op, value string) string {
	return strings.TrimSuffix("where="+field+":"+op+":"+value, ":")
}

func byOrder(field string) string { return "xep=" + strings.TrimPrefix(field, "-") + down(field) }

func bySort(field string) string { return "sort=" + field }

func down(field string) string {
	if strings.HasPrefix(field, "-") {
		return "&giam=1"
	}
	return ""
}
