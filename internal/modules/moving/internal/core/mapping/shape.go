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
	Done       = "done"      // steps that were done there
	Officials  = "officials" // people who work there, with their posts
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
	At        = "at"
	By        = "by"
	Note      = "note"
	Parent    = "parent"
	Short     = "short"
	Code      = "code"
	Login     = "login"
	Post      = "post"
	Title     = "title"
	Signed    = "signed"
	Effective = "effective"
	Ends      = "ends"
)

// ofProcedures are the fields of a catalogue besides key and name, as the page of catalogues calls them.
func ofProcedures() []string {
	return []string{
		Code, "field", "level", Unit, "days", "reduced", "online_days", "online_reduced", "fee", "papers", "result", "audience", "online", "route", "conditions", "steps", "bases",
		"decision", Signed, Effective, "issuer", "state", Ends, "paperless", "boundary_free",
	}
}

// CatalogueFields are the fields of the table of procedures that a catalogue can have, in their order.
func CatalogueFields() []string { return append([]string{Code, Name}, ofProcedures()[1:]...) }

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
	return &shape.Shape{Name: name, Fields: append(
		whereabouts(false),
		shape.Field{Name: "path", Kind: shape.Plain, Pattern: `/[^\s#]*`, VI: "thay cho file: đường dẫn dưới địa chỉ của hệ thống cũ trong cấu hình (older_system.url)", EN: "instead of file: path below the address of the older system in the configuration (older_system.url)"},
		shape.Field{Name: "rows", Kind: shape.Plain, VI: "chỗ trong câu trả lời có các dòng: du_lieu.dong; bỏ trống: câu trả lời là danh sách", EN: "where in an answer the rows stand: data.items; missing: the answer is the list"},
		shape.Field{Name: "paging", Kind: shape.Mapping, Of: paging(name), VI: "cách lật trang; bỏ trống: một trang", EN: "how pages are turned; missing: there is one"},
		shape.Field{Name: "join", Kind: shape.Mappings, Of: joining(name), VI: "bảng nhỏ đặt cạnh từng dòng", EN: "small tables whose rows stand beside these"},
		shape.Field{Name: "rest", Kind: shape.Plain, Values: []string{"drop", "keep"}, VI: "keep: cột không khai được giữ trong phụ lục của hồ sơ", EN: "keep: columns that are no field stay in the annex of a dossier"},
		shape.Field{Name: "rest_font", Kind: shape.Plain, Values: []string{string(Unicode), string(TCVN3), string(TCVN3Capitals), string(VNI)}, VI: "bảng mã chữ của các cột đó và của câu trả lời", EN: "how the letters of these, and of answers, are written"},
		shape.Field{Name: "columns", Kind: shape.Mapping, Required: true, Of: fields, VI: "các cột", EN: "the columns"},
	)}
}

// whereabouts says where a table lies and how it is written.
func whereabouts(file bool) []shape.Field {
	return []shape.Field{
		{Name: "file", Kind: shape.Plain, Required: file, Pattern: `[^/\\]+\.(csv|CSV|txt|xlsx|XLSX|sql|SQL)`, VI: "tên tệp trong thư mục", EN: "name of the file in the folder"},
		{Name: "table", Kind: shape.Plain, VI: "tên bảng trong tệp .sql của pg_dump hoặc mysqldump", EN: "name of the table in a .sql of pg_dump or mysqldump"},
		{Name: "encoding", Kind: shape.Plain, Values: []string{"utf-8", "single"}, VI: "single: mỗi chữ một byte, như phông TCVN3 cũ", EN: "single: each letter is a byte, as old fonts have it"},
		{Name: "comma", Kind: shape.Plain, Values: []string{",", ";", "|", "tab"}, VI: "dấu phân cách của CSV", EN: "separator of a CSV"},
		{Name: "sheet", Kind: shape.Plain, VI: "trang của XLSX; bỏ trống: trang đầu", EN: "sheet of an XLSX; missing: the first"},
	}
}

// joining describes a table that is joined.
func joining(name string) *shape.Shape {
	return &shape.Shape{Name: name + ".join", Fields: append(
		whereabouts(true),
		shape.Field{Name: "name", Kind: shape.Plain, Required: true, Pattern: `[A-Za-z0-9_]+`, VI: "tên gọi: cột của bảng là tên.cột", EN: "what it is called: its columns are name.column"},
		shape.Field{Name: "on", Kind: shape.Plain, Required: true, VI: "cột của bảng này", EN: "column of this table"},
		shape.Field{Name: "key", Kind: shape.Plain, Required: true, VI: "cột khóa của bảng kia", EN: "key column of the other table"},
	)}
}

// tables describes the tables.
func tables() map[string]*shape.Shape {
	return map[string]*shape.Shape{
		Units:      tableOf(Units, []string{Key}, Name, Parent, Kind, Short, Code, Address, Phone),
		Procedures: tableOf(Procedures, []string{Key}, append([]string{Name}, ofProcedures()...)...),
		Persons:    tableOf(Persons, []string{Key, Name}, Number, Phone, Email, Address, Born, Kind),
		Dossiers:   tableOf(Dossiers, []string{Key, Procedure, Unit, Status, Owner}, QR, Channel, Submitted, Accepted, Due, Asked, AskedFor, Finished, Delivered, Submitter, Step, Reason),
		Files:      tableOf(Files, []string{Key, Dossier, Name}, Paper, Size, SHA256, Path),
		Done:       tableOf(Done, []string{Dossier, At, Name}, Key, By, Note),
		Officials:  tableOf(Officials, []string{Key, Name, Unit, Post}, Login, Number, Phone, Email, Title),
	}
}

// Shape describes a mapping file.
func Shape() *shape.Shape {
	of := tables()
	all := &shape.Shape{Name: "tables"}
	for _, name := range []string{Units, Procedures, Officials, Persons, Dossiers, Files, Done} {
		all.Fields = append(all.Fields, shape.Field{Name: name, Kind: shape.Mapping, Of: of[name], VI: "bảng " + name, EN: "the table of " + name})
	}
	return &shape.Shape{Name: "mapping", Fields: []shape.Field{
		{Name: "title", Kind: shape.Plain, Required: true, VI: "tên hệ thống cũ", EN: "name of the older system"},
		{Name: "dates", Kind: shape.Plains, Required: true, VI: "các cách ghi ngày, thử lần lượt: dd/MM/yyyy HH:mm", EN: "layouts of dates, tried in turn: dd/MM/yyyy HH:mm"},
		{Name: "units", Kind: shape.Free, Required: true, VI: "đơn vị cũ → đơn vị ở đây", EN: "old unit → ours"},
		{Name: "procedures", Kind: shape.Free, Required: true, VI: "thủ tục cũ → thủ tục ở đây", EN: "old procedure → ours"},
		{Name: "statuses", Kind: shape.Free, VI: "trạng thái cũ → 1, 2, 3, 4, 5, 7, 8, 9, 10", EN: "old status → 1, 2, 3, 4, 5, 7, 8, 9, 10"},
		{Name: "channels", Kind: shape.Free, VI: "kênh cũ → 1, 2, 3; bỏ trống: trực tiếp", EN: "old channel → 1, 2, 3; missing: the counter"},
		{Name: "kinds", Kind: shape.Free, VI: "loại đối tượng cũ → individual, organisation", EN: "old kind of person → individual, organisation"},
		{Name: "steps", Kind: shape.Free, VI: "bước cũ → bước của quy trình ở đây", EN: "old step → step of the process here"},
		{Name: "papers", Kind: shape.Free, VI: "loại giấy tờ cũ → thành phần hồ sơ ở đây", EN: "old kind of paper → paper of the procedure here"},
		{Name: "unit_kinds", Kind: shape.Free, VI: "loại đơn vị cũ → loại đơn vị ở đây", EN: "old kind of unit → kind here"},
		{Name: "posts", Kind: shape.Free, VI: "chức danh cũ → vai trò ở đây; chức danh không khai thì không có vai trò nào", EN: "old post → role here; a post that is not named gives none"},
		{Name: "answers", Kind: shape.Free, VI: "thủ tục cũ.cột (hoặc *.cột) → trường của biểu mẫu ở đây", EN: "old procedure.column (or *.column) → field of the form here"},
		{Name: "contents", Kind: shape.Plain, Pattern: `[^/\\\\]+`, VI: "thư mục có nội dung tệp, cạnh các bảng; bỏ trống: chỉ lấy thông tin tệp", EN: "folder with the contents of files, beside the tables; missing: no contents come"},
		{Name: "api", Kind: shape.Mapping, Of: asked(), VI: "hệ thống cũ được hỏi qua giao diện của nó", EN: "the older system is asked over its interface"},
		{Name: "tables", Kind: shape.Mapping, Required: true, Of: all, VI: "các tệp", EN: "the files"},
	}}
}
