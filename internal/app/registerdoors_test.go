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
		{name: "import", calls: []string{
			"GET /so/{register}/nhap", "GET /so/{register}/nhap/tep", "POST /so/{register}/nhap/tep", "GET /so/{register}/nhap/lan/{import}", "POST /so/{register}/nhap/lan/{import}/cach-doc",
			"GET /so/{register}/nhap/lan/{import}/cot", "POST /so/{register}/nhap/lan/{import}/cot", "POST /so/{register}/nhap/lan/{import}/quyet-dinh", "POST /so/{register}/nhap/lan/{import}/dung", "POST /so/{register}/nhap/lan/{import}/duyet",
			"POST /so/{register}/nhap/lan/{import}/tiep-tuc", "POST /so/{register}/nhap/lan/{import}/thu-hoi", "GET /so/{register}/nhap/lan/{import}/tra-lai",
			"GET /api/v1/registers/{register}/imports", "POST /api/v1/registers/{register}/imports", "GET /api/v1/registers/{register}/imports/{import}",
			"GET /api/v1/registers/{register}/imports/{import}/columns", "PUT /api/v1/registers/{register}/imports/{import}/reading  {}", "PUT /api/v1/registers/{register}/imports/{import}/columns  {}",
			"GET /api/v1/registers/{register}/imports/{import}/rows", "GET /api/v1/registers/{register}/imports/{import}/rejected", "POST /api/v1/registers/{register}/imports/{import}/decision  {}", "POST /api/v1/registers/{register}/imports/{import}/agreement  {}",
			"POST /api/v1/registers/{register}/imports/{import}/stop  {}", "POST /api/v1/registers/{register}/imports/{import}/resume  {}", "POST /api/v1/registers/{register}/imports/{import}/undo  {}",
		}},
		{name: "views", calls: []string{
			"GET /so/{register}/goc-nhin", "POST /so/{register}/goc-nhin", "POST /so/{register}/goc-nhin/mo-dau", "POST /so/{register}/goc-nhin/doi/{view}", "POST /so/{register}/goc-nhin/xoa/{view}",
			"GET /api/v1/registers/{register}/views", "POST /api/v1/registers/{register}/views  {}", "DELETE /api/v1/registers/{register}/views/{id}", "PUT /api/v1/registers/{register}/first-view  {}",
		}},
		{name: "many", calls: []string{
			"GET /so/{register}/hang-loat", "POST /so/{register}/hang-loat", "POST /so/{register}/hang-loat/lam", "GET /so/{register}/hang-loat/lan/{batch}", "POST /so/{register}/hang-loat/lan/{batch}/hoan-tac",
			"GET /api/v1/registers/{register}/many", "POST /api/v1/registers/{register}/many  {}", "GET /api/v1/registers/{register}/many/{batch}", "POST /api/v1/registers/{register}/many/{batch}/undo  {}",
		}},
		{name: "statistics", calls: []string{"GET /so/{register}/thong-ke", "GET /so/{register}/thong-ke/tai-ve?dang=csv"}}, // that counts are of what Find finds is tested where they are made
		{name: "API counts", calls: []string{
			"GET /api/v1/registers/{register}/facets", "GET /api/v1/registers/{register}/statistics", "GET /api/v1/registers/{register}/statistics/export", "GET /api/v1/registers/{register}/measures",
		}},
		{name: "map", calls: []string{"GET /so/{register}/ban-do", "GET /api/v1/registers/{register}/map?bbox=100,5,110,25"}},
		{name: "files", calls: []string{
			"GET /so/{register}/{record}/tep/{field}", "POST /so/{register}/{record}/tep/{field}", "POST /so/{register}/{record}/tep/{field}/xem  purpose=handling",
			"GET /so/{register}/{record}/tep/{field}/{file}", "POST /so/{register}/{record}/tep/{field}/{file}/xem  purpose=handling", "POST /so/{register}/{record}/tep/{field}/{file}/bo",
			"GET /api/v1/registers/{register}/records/{record}/files/{field}", "POST /api/v1/registers/{register}/records/{record}/files/{field}  {}",
			"GET /api/v1/registers/{register}/records/{record}/files/{field}/{file}", "DELETE /api/v1/registers/{register}/records/{record}/files/{field}/{file}",
			"POST /api/v1/registers/{register}/uploads/{field}  {}", "DELETE /api/v1/registers/{register}/uploads/{field}/{file}",
			"GET /so/{register}/de-nghi/xem/{proposal}/tep/{field}/{file}", "POST /so/{register}/de-nghi/xem/{proposal}/tep/{field}/{file}",
			"GET /api/v1/registers/{register}/proposals/{proposal}/files/{field}/{file}",
		}},
		{name: "prints", calls: []string{
			"GET /so/{register}/in", "GET /so/{register}/in/phieu/{record}/{print}", "POST /so/{register}/in/giay/{record}/{print}", "GET /so/{register}/giay/kiem-tra/{code}",
			"POST /so/{register}/giay/kiem-tra/{code}/ban-in", "POST /so/{register}/giay/kiem-tra/{code}/thu-hoi", "GET /api/v1/registers/{register}/records/{record}/certificates",
			"POST /api/v1/registers/{register}/records/{record}/certificates  {}", "GET /api/v1/registers/{register}/certificates/{code}", "GET /api/v1/registers/{register}/certificates/{code}/content",
			"POST /api/v1/registers/{register}/certificates/{code}/withdraw  {}",
		}},
		{name: "visit", calls: []string{
			"GET /xem", "GET /xem/{register}", "GET /xem/{register}?q=zq", "GET /xem/{register}/{code...}", "GET /so/{register}/in/bang/{record}",
			"GET /api/v1/lookups", "GET /api/v1/registers/{register}/lookup?q=zq", "GET /api/v1/registers/{register}/lookup/{code}",
		}},
		{name: "proposals", calls: []string{
			"GET /so/{register}/de-nghi", "POST /so/{register}/de-nghi", "GET /so/{register}/de-nghi/xem/{proposal}", "POST /so/{register}/de-nghi/xem/{proposal}/du-lieu-ca-nhan",
			"POST /so/{register}/de-nghi/xem/{proposal}/quyet-dinh", "POST /so/{register}/de-nghi/xem/{proposal}/rut", "GET /api/v1/registers/{register}/proposals", "POST /api/v1/registers/{register}/proposals  {}",
			"POST /api/v1/registers/{register}/proposals/decisions  {}", "GET /api/v1/registers/{register}/proposals/{proposal}", "POST /api/v1/registers/{register}/proposals/{proposal}/decision  {}",
			"DELETE /api/v1/registers/{register}/proposals/{proposal}",
		}},
		{name: "life", calls: []string{
			"GET /so/{register}/{record}/chuyen/{move}", "POST /so/{register}/{record}/chuyen/{move}", "GET /api/v1/registers/{register}/records/{record}/moves",
			"POST /api/v1/registers/{register}/records/{record}/moves/{move}  {}",
		}},
		{name: "history", calls: []string{"GET /so/{register}/{record}/lich-su", "POST /so/{register}/{record}/lich-su"}},
		{name: "API history", calls: []string{
			"GET /api/v1/registers/{register}/records/{record}/versions", "POST /api/v1/registers/{register}/records/{record}/versions/{version}/back  {}",
		}},
		{name: "duplicates", calls: []string{
			"GET /so/{register}/trung", "POST /so/{register}/trung", "GET /so/{register}/trung/cap/{first}/{second}", "POST /so/{register}/trung/cap/{first}/{second}",
			"POST /so/{register}/trung/cap/{first}/{second}/du-lieu-ca-nhan  purpose=handling", "GET /so/{register}/trung/da-gop", "GET /so/{register}/trung/da-gop/{merge}", "POST /so/{register}/trung/da-gop/{merge}",
			`POST /api/v1/registers/{register}/duplicates/search  {"values":{}}`, "GET /api/v1/registers/{register}/duplicates", "GET /api/v1/registers/{register}/duplicates/{first}/{second}",
			`PUT /api/v1/registers/{register}/duplicates/{first}/{second}  {"different":true}`, "POST /api/v1/registers/{register}/duplicates/look  {}",
			"GET /api/v1/registers/{register}/merges", "POST /api/v1/registers/{register}/merges  {}", "GET /api/v1/registers/{register}/merges/{merge}", "POST /api/v1/registers/{register}/merges/{merge}/undo  {}",
		}},
		{name: "past their time", calls: []string{
			"GET /so/{register}/luu-tru", "POST /so/{register}/luu-tru", "GET /so/{register}/luu-tru/da-huy", "GET /so/{register}/luu-tru/giu/{record}", "POST /so/{register}/luu-tru/giu/{record}",
			"POST /so/{register}/luu-tru/giu/{record}/go/{hold}", "GET /api/v1/registers/{register}/due", "POST /api/v1/registers/{register}/due/proposals  {}", "GET /api/v1/registers/{register}/destroyed",
			"GET /api/v1/registers/{register}/records/{record}/holds", "POST /api/v1/registers/{register}/records/{record}/holds  {}", "POST /api/v1/registers/{register}/records/{record}/holds/{hold}/lift  {}",
		}},
		{name: "open data", calls: []string{
			"GET /du-lieu-mo/so", "GET /du-lieu-mo/so/{register}", "GET /api/v1/open-data", "GET /api/v1/open-data/{register}", "GET /api/v1/open-data/{register}/data", "GET /api/v1/open-data/{register}/data?format=csv",
		}},
		{name: "reasons", calls: []string{"GET /so/{register}/{record}/quyen", "GET /api/v1/registers/{register}/records/{record}/rights", "GET /api/v1/registers/{register}/references/{field}"}},
		{name: "take", calls: []string{"GET /so/{register}/tai-ve/chon", "POST /so/{register}/tai-ve/chon  dang=csv"}, right: "export"},
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
