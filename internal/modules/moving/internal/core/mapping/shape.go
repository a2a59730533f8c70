// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"encoding/json"

	"tinhso.vn/internal/platform/shape"
)

// schemaID is where editors look for the schema of mapping files.
const schemaID = "https://tinhso.vn/schemas/moving/mapping.schema.json"

// Schema returns the JSON Schema (2020-12) of a mapping file.
func Schema() ([]byte, error) {
	text, err := json.MarshalIndent(shape.OneFile(schemaID, "mapping.yaml", Shape()), "", "  ")
	return append(text, '\n'), err
}

// Names of tables.
const (
	Units      = "units"
	Procedures = "procedures"
	Persons    = "persons"
	Dossiers   = "dossiers"
	Files      = "files"
)

// Names of fields of tables.
const (
	Key       = "key"
	Name      = "name"
	Number    = "number"
	Phone     = "phone"
	Email     = "email"
	Address   = "address"
	Born      = "born"
	Kind      = "kind"
	QR        = "qr"
	Procedure = "procedure"
	Unit      = "unit"
	Status    = "status"
	Channel   = "channel"
	Submitted = "submitted"
	Accepted  = "accepted"
	Due       = "due"
	Asked     = "asked"
	AskedFor  = "asked_for"
	Finished  = "finished"
	Delivered = "delivered"
	Owner     = "owner"
	Submitter = "submitter"
	Step      = "step"
	Reason    = "reason"
	Dossier   = "dossier"
	Paper     = "paper"
	Size      = "size"
	SHA256    = "sha256"
	Path      = "path"
)

func column() *shape.Shape {
	return &shape.Shape{Name: "column", Fields: []shape.Field{
		{Name: "column", Kind: shape.Plain, Required: true, VI: "tên cột trong tệp", EN: "name of the column in the file"},
		{Name: "font", Kind: shape.Plain, Values: []string{string(Unicode), string(TCVN3), string(TCVN3Capitals), string(VNI)}, VI: "bảng mã chữ của cột", EN: "how its letters are written"},
		{Name: "dates", Kind: shape.Plains, VI: "các cách ghi ngày của cột, thử lần lượt", EN: "layouts of its dates, tried in turn"},
	}}
}

// tableOf describes a table: required fields first.
func tableOf(name string, required []string, more ...string) *shape.Shape {
	fields := &shape.Shape{Name: name + ".columns"}
	for i, f := range append(required, more...) {
		fields.Fields = append(fields.Fields, shape.Field{Name: f, Kind: shape.Mapping, Required: i < len(required), Of: column(), VI: "cột của trường " + f, EN: "the column of " + f})
	}
	return &shape.Shape{Name: name, Fields: []shape.Field{
		{Name: "file", Kind: shape.Plain, Required: true, Pattern: `[^/\\]+\.(csv|CSV|txt|xlsx|XLSX)`, VI: "tên tệp trong thư mục", EN: "name of the file in the folder"},
		{Name: "encoding", Kind: shape.Plain, Values: []string{"utf-8", "single"}, VI: "single: mỗi chữ một byte, như phông TCVN3 cũ", EN: "single: each letter is a byte, as old fonts have it"},
		{Name: "comma", Kind: shape.Plain, Values: []string{",", ";", "|", "tab"}, VI: "dấu phân cách của CSV", EN: "separator of a CSV"},
		{Name: "sheet", Kind: shape.Plain, VI: "trang của XLSX; bỏ trống: trang đầu", EN: "sheet of an XLSX; missing: the first"},
		{Name: "columns", Kind: shape.Mapping, Required: true, Of: fields, VI: "các cột", EN: "the columns"},
	}}
}

// tables describes the five tables.
func tables() map[string]*shape.Shape {
	return map[string]*shape.Shape{
		Units:      tableOf(Units, []string{Key}, Name),
		Procedures: tableOf(Procedures, []string{Key}, Name),
		Persons:    tableOf(Persons, []string{Key, Name}, Number, Phone, Email, Address, Born, Kind),
		Dossiers:   tableOf(Dossiers, []string{Key, Procedure, Unit, Status, Owner}, QR, Channel, Submitted, Accepted, Due, Asked, AskedFor, Finished, Delivered, Submitter, Step, Reason),
		Files:      tableOf(Files, []string{Key, Dossier, Name}, Paper, Size, SHA256, Path),
	}
}

// Shape describes a mapping file.
func Shape() *shape.Shape {
	of := tables()
	all := &shape.Shape{Name: "tables"}
	for _, name := range []string{Units, Procedures, Persons, Dossiers, Files} {
		all.Fields = append(all.Fields, shape.Field{Name: name, Kind: shape.Mapping, Required: name == Persons || name == Dossiers, Of: of[name], VI: "bảng " + name, EN: "the table of " + name})
	}
	return &shape.Shape{Name: "mapping", Fields: []shape.Field{
		{Name: "title", Kind: shape.Plain, Required: true, VI: "tên hệ thống cũ", EN: "name of the older system"},
		{Name: "dates", Kind: shape.Plains, Required: true, VI: "các cách ghi ngày, thử lần lượt: dd/MM/yyyy HH:mm", EN: "layouts of dates, tried in turn: dd/MM/yyyy HH:mm"},
		{Name: "units", Kind: shape.Free, Required: true, VI: "đơn vị cũ → đơn vị ở đây", EN: "old unit → ours"},
		{Name: "procedures", Kind: shape.Free, Required: true, VI: "thủ tục cũ → thủ tục ở đây", EN: "old procedure → ours"},
		{Name: "statuses", Kind: shape.Free, Required: true, VI: "trạng thái cũ → 1, 2, 3, 4, 5, 7, 8, 9, 10", EN: "old status → 1, 2, 3, 4, 5, 7, 8, 9, 10"},
		{Name: "channels", Kind: shape.Free, VI: "kênh cũ → 1, 2, 3; bỏ trống: trực tiếp", EN: "old channel → 1, 2, 3; missing: the counter"},
		{Name: "kinds", Kind: shape.Free, VI: "loại đối tượng cũ → individual, organisation", EN: "old kind of person → individual, organisation"},
		{Name: "steps", Kind: shape.Free, VI: "bước cũ → bước của quy trình ở đây", EN: "old step → step of the process here"},
		{Name: "tables", Kind: shape.Mapping, Required: true, Of: all, VI: "các tệp", EN: "the files"},
	}}
}
