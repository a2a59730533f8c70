// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/shape"
)

// The description of what the files of a pack may hold: one line a field. The
// readers are held against it by a test, JSON Schemas and docs are made of it.

type fields = []shape.Field

const optional need = false

func plain(name string, n need, vi, en string) shape.Field {
	return shape.Field{Name: name, Kind: shape.Plain, Required: bool(n), VI: vi, EN: en}
}

func of(kind shape.Kind, name string, n need, vi, en string) shape.Field {
	return shape.Field{Name: name, Kind: kind, Required: bool(n), VI: vi, EN: en}
}

func choice(name string, n need, values []string, vi, en string) shape.Field {
	return shape.Field{Name: name, Kind: shape.Plain, Required: bool(n), Values: values, VI: vi, EN: en}
}

func shaped(name string, n need, pattern, vi, en string) shape.Field {
	return shape.Field{Name: name, Kind: shape.Plain, Required: bool(n), Pattern: pattern, VI: vi, EN: en}
}

func some(name string, values []string, vi, en string) shape.Field {
	return shape.Field{Name: name, Kind: shape.Plains, Values: values, VI: vi, EN: en}
}

func within(kind shape.Kind, name string, n need, of *shape.Shape, vi, en string) shape.Field {
	return shape.Field{Name: name, Kind: kind, Required: bool(n), Of: of, VI: vi, EN: en}
}

func mapped(name string, parts ...fields) *shape.Shape {
	return &shape.Shape{Name: name, Fields: slices.Concat(parts...)}
}

func identityField() shape.Field {
	return shaped("id", required, slugForm, "Mã của mục, không đổi", "What the item is known by; it never changes")
}

func sourceField() shape.Field {
	return plain("source", optional, "Nguồn nêu điều này", "Who states it")
}

func statusField() shape.Field {
	return choice("status", optional, []string{string(Unverified)}, "unverified: chưa có nguồn nào xác nhận", "unverified: no source confirms it")
}

// itemFields are those of every item.
func itemFields() fields { return fields{identityField(), sourceField(), statusField()} }

func periodFields() fields {
	return fields{
		of(shape.Day, "valid_from", optional, "Ngày đầu tiên", "First day"),
		of(shape.Day, "valid_to", optional, "Ngày cuối cùng, tính cả ngày này", "Last day, included"),
	}
}

func title() shape.Field { return of(shape.Words, "title", required, "Tên", "Title") }

func version() shape.Field {
	return of(shape.Whole, "version", required, "Phiên bản: thay đổi nội dung thì tăng số", "Version: a change is a higher one")
}

// PackFile describes pack.yaml.
func PackFile() *shape.Shape {
	return mapped("pack", fields{
		shaped("name", required, packNameForm, "Tên thư mục của gói", "The folder's name"),
		title(),
		choice("kind", required, []string{string(National), string(Sector), string(Province), string(Local)}, "Loại gói", "Kind of pack"),
		of(shape.Plains, "uses", optional, "Các gói nằm dưới gói này", "Packs under this one"),
		of(shape.Moment, "clock", optional, "Thời điểm mà tỉnh của quá khứ bắt đầu", "When a province of the past starts"),
		of(shape.Words, "banner", optional, "Dòng chữ trên mọi trang", "Text on every page"),
		shaped("time_zone", optional, zoneForm, "Múi giờ, mặc định Asia/Ho_Chi_Minh", "Time zone, Asia/Ho_Chi_Minh unless said"),
	})
}

// Lists describes every list of items that a pack may hold, by folder and name.
func Lists() []ListShape {
	return []ListShape{
		{"", "abolished_papers", abolishedShape(), "Giấy tờ không còn được yêu cầu", "Papers that may no longer be asked for"},
		{"", "indicators", indicatorShape(), "Chỉ tiêu của tỉnh", "Targets of the province"},
		{"", "paper_types", paperTypeShape(), "Loại giấy tờ của kho", "Types of papers, by which the vault finds them"},
		{"", "privacy_terms", privacyTermShape(), "Thời hạn về bảo vệ dữ liệu cá nhân", "Time limits of the protection of personal data"},
		{"", "purposes", purposeShape(), "Mục đích xử lý dữ liệu cá nhân", "Purposes of processing personal data"},
		{"", "report_layouts", layoutShape(), "Mẫu báo cáo định kỳ", "Forms of periodic reports"},
		{"", "retention", retentionShape(), "Thời gian lưu giữ", "How long data is kept"},
		{"", "sign_in", signInShape(), "Đăng nhập: mật khẩu, lớp xác thực thứ hai, phiên", "Signing in: passwords, second factors, sessions"},
		{"", "synonyms", synonymShape(), "Từ đồng nghĩa, tên cũ khi tìm kiếm", "Synonyms and old names for the search"},
		{"", "watch", watchShape(), "Khi nào việc xem dữ liệu cá nhân là bất thường", "When reading personal data is unusual"},
		{"accounts", "accounts", accountShape(), "Tài khoản dùng thử", "Accounts of a demonstration"},
		{"bundles", "bundles", bundleShape(), "Nhóm thủ tục liên thông", "Life events that several agencies deal with"},
		{"calendar", "calendars", calendarShape(), "Lịch làm việc", "When offices work"},
		{"catalogues", "catalogues", catalogueShape(), "Danh mục mã", "Coded lists"},
		{"decisions", "decisions", decisionShape(), "Bảng quyết định", "Tables that decide"},
		{"flows", "flows", flowShape(), "Quy trình nội bộ", "Internal processes"},
		{"forms", "forms", formShape(), "Biểu mẫu điện tử", "What people fill in"},
		{"legal", "legal", legalShape(), "Văn bản pháp luật", "Legal documents"},
		{"lookups", "lookups", lookupShape(), "Cơ sở dữ liệu được phép tra cứu", "Databases that officials may ask"},
		{"notices", "notices", noticeShape(), "Thông báo cho người dân và cán bộ", "What people are told of"},
		{"notices", "quiet_hours", quietShape(), "Giờ yên tĩnh", "When telephones stay silent"},
		{"phrases", "phrases", phraseShape(), "Câu mẫu khi yêu cầu bổ sung, từ chối, gia hạn", "Phrases for supplements, refusals and other days"},
		{"procedures", "procedures", procedureShape(), "Thủ tục hành chính", "Procedures"},
		{"registers", "registers", registerShape(), "Sổ dữ liệu", "Registers"},
		{"roles", "permissions", permissionShape(), "Quyền", "Rights, by the names the program uses"},
		{"roles", "roles", roleShape(), "Vai trò", "Bundles of rights"},
		{"scores", "scores", scoreShape(), "Bộ chỉ số chấm điểm", "Criteria by which units are scored"},
		{"templates", "templates", templateShape(), "Mẫu kết quả", "Layouts of results"},
		{"trust", "authorities", authorityShape(), "Tổ chức chứng thực", "Certificate authorities"},
		{"units", "divisions", divisionShape(), "Bộ phận mà mọi đơn vị cùng loại đều có", "Parts that all units of some kinds have"},
		{"units", "units", unitShape(), "Đơn vị", "Units"},
	}
}

// ListShape is one list of items: the folder of its files ("" is the pack's
// root), its key, and what an item may hold.
type ListShape struct {
	Folder, Name string
	Item         *shape.Shape
	VI, EN       string
}

func unitShape() *shape.Shape {
	return mapped("units", itemFields(), fields{
		of(shape.Words, "name", required, "Tên khu vực hoặc cơ quan", "Name of the area or office"),
		of(shape.Words, "agency", optional, "Tên cơ quan khi ký văn bản", "Name of the authority, as it signs"),
		plain("short", optional, "Chữ viết tắt trong số văn bản", "As in document numbers"),
		choice("kind", required, unitKinds(), "Loại đơn vị", "Kind of unit"),
		plain("parent", optional, "Đơn vị cấp trên", "The unit above"),
		shaped("code", optional, unitCodeForm, "Mã định danh điện tử, phải có nguồn", "Electronic identifier, with a source"),
		shaped("provisional_code", optional, unitCodeForm, "Mã do bản cài đặt này đặt", "Given by this installation"),
		shaped("area_code", optional, areaCodeForm, "Mã đơn vị hành chính của cơ quan thống kê", "Code in the list of administrative units"),
		plain("area_source", optional, "Nguồn của mã đơn vị hành chính", "Who states the area code"),
		of(shape.Plains, "replaces", optional, "Tên các khu vực đã nhập vào", "Names of areas that went into this one"),
		of(shape.Words, "address", optional, "Địa chỉ", "Address"),
		plain("phone", optional, "Điện thoại", "Telephone"),
		of(shape.Truth, "generated", optional, "Do quy tắc divisions sinh ra", "Made by a rule of divisions"),
		within(shape.Mappings, "predecessors", optional, mapped("units.predecessors", fields{
			plain("id", required, "Đơn vị tiền thân", "The unit it came from"),
			choice("kind", required, []string{"merge", "split", "rename", "keep"}, "Nhập, tách, đổi tên, giữ nguyên", "Merged, split, renamed, kept"),
		}), "Đơn vị tiền thân", "Units it came from"),
	}, periodFields())
}

func divisionShape() *shape.Shape {
	return mapped("divisions", itemFields(), fields{
		of(shape.Words, "name", required, "Tên bộ phận", "Name of the part"),
		plain("short", optional, "Chữ viết tắt", "As in document numbers"),
		choice("kind", required, []string{string(KindDivision), string(KindOneStop)}, "Loại bộ phận", "Kind of part"),
		some("of", unitKinds(), "Loại đơn vị có bộ phận này", "Kinds of unit that have it"),
		of(shape.Whole, "ordinal", required, "Số thứ tự trong mã", "Its number in the code"),
	}, periodFields())
}

func legalShape() *shape.Shape {
	return mapped("legal", itemFields(), fields{
		plain("number", required, "Số, ký hiệu", "Number"),
		of(shape.Day, "date", optional, "Ngày ký", "Date of signing"),
		plain("issuer", required, "Cơ quan ban hành", "Who issued it"),
		title(),
		choice("kind", required, legalKinds(), "Loại văn bản", "Kind of document"),
		choice("mark", required, []string{string(Found), string(Seed), string(Computed), string(Recalled)}, "Biết từ đâu: tìm thấy, kế hoạch của tỉnh, tính ra, nhớ lại", "How it is known"),
		within(shape.Mappings, "relations", optional, mapped("legal.relations", fields{
			choice("kind", required, []string{"replaces", "amends", "guides", "abolishes"}, "Thay thế, sửa đổi, hướng dẫn, bãi bỏ", "What it does to the other"),
			plain("to", required, "Văn bản kia", "The other document"),
		}), "Quan hệ với văn bản khác", "Relations to other documents"),
	}, periodFields())
}

func abolishedShape() *shape.Shape {
	return mapped("abolished_papers", itemFields(), fields{
		of(shape.Texts, "names", optional, "Các cách gọi giấy tờ này", "What the paper is called"),
		plain("basis", required, "Văn bản bãi bỏ", "The legal document that says so"),
		of(shape.Words, "replaced_by", required, "Dữ liệu thay thế", "What replaces it"),
	})
}

func watchShape() *shape.Shape {
	return mapped("watch", itemFields(), fields{
		of(shape.Words, "name", required, "Tên", "Name"),
		choice("kind", required, []string{"many_people", "no_dossier", "off_hours", "night", "many_readers"}, "Loại bất thường", "What is unusual"),
		of(shape.Whole, "threshold", required, "Từ bao nhiêu lượt", "So many raise an alert"),
		of(shape.Whole, "minutes", required, "Trong bao nhiêu phút", "Within so many minutes"),
		shaped("from", optional, clockForm, "Ban đêm từ giờ", "The night from"),
		shaped("to", optional, clockForm, "Ban đêm đến giờ", "The night to"),
	})
}

func synonymShape() *shape.Shape {
	return mapped("synonyms", itemFields(), fields{
		of(shape.Plains, "same", optional, "Các từ cùng nghĩa, ít nhất hai", "Words of one meaning, two at least"),
		of(shape.Plains, "old", optional, "Tên cũ", "Names of before"),
		of(shape.Plains, "now", optional, "Tên hiện nay", "What they became"),
		of(shape.Plains, "stop", optional, "Từ ít ý nghĩa khi tìm", "Words that say little"),
	})
}

func signInShape() *shape.Shape {
	return mapped("sign_in", itemFields(), fields{
		of(shape.Words, "name", required, "Tên", "Name"),
		of(shape.Plains, "roles", optional, "Áp dụng cho các vai trò; bỏ trống là mọi người", "For these roles; none: everybody"),
		choice("second_factor", optional, []string{"offered", "required"}, "Lớp xác thực thứ hai", "Second factor"),
		of(shape.Day, "required_from", optional, "Bắt buộc từ ngày", "Required from this day"),
		of(shape.Whole, "idle_minutes", optional, "Khóa phiên sau bao nhiêu phút không dùng", "A session locks after so many unused minutes"),
		of(shape.Whole, "hours", optional, "Phiên kéo dài nhiều nhất bao nhiêu giờ", "A session lasts so many hours at most"),
		of(shape.Whole, "fresh_minutes", optional, "Xác nhận lại có hiệu lực bao nhiêu phút", "A proof counts for so many minutes"),
		of(shape.Whole, "sessions", optional, "Số phiên cùng lúc", "Sessions at once"),
		of(shape.Whole, "unused_days", optional, "Khóa tài khoản sau bao nhiêu ngày không dùng", "An account unused for so many days is disabled"),
		of(shape.Whole, "warn_days", optional, "Báo trước bao nhiêu ngày", "Its owner is warned so many days before"),
		choice("phone_recovery", optional, []string{"refused", "second_proof", "alone"}, "Đặt lại mật khẩu bằng mã gửi tới điện thoại", "A new password by a code sent to the phone"),
		within(shape.Mapping, "password", optional, mapped("sign_in.password", fields{
			of(shape.Whole, "min", optional, "Số ký tự ít nhất", "Characters at least"),
			of(shape.Whole, "min_with_factor", optional, "Số ký tự ít nhất khi có lớp xác thực thứ hai", "Characters at least with a second factor"),
			of(shape.Whole, "classes", optional, "Số loại ký tự: thường, hoa, số, khác", "Classes of characters: small, capital, digit, other"),
			of(shape.Whole, "history", optional, "Không dùng lại bao nhiêu mật khẩu gần nhất", "So many old ones do not come back"),
			of(shape.Whole, "passes", optional, "Số lượt tính argon2id, ít nhất 2", "Passes of argon2id, at least 2"),
			of(shape.Whole, "memory_mib", optional, "Bộ nhớ của argon2id, ít nhất 19 MiB", "Memory of argon2id, at least 19 MiB"),
			of(shape.Whole, "max_days", optional, "Phải đổi sau bao nhiêu ngày", "Changed after so many days"),
		}), "Mật khẩu", "Passwords"),
	})
}

func retentionShape() *shape.Shape {
	return mapped("retention", itemFields(), fields{
		of(shape.Words, "name", required, "Tên", "Name"),
		choice("what", required, []string{"draft", "closed_files", "delivered_files", "result", "notice", "message", "register_change", "parcel", "said_outside"}, "Dữ liệu được lưu giữ", "What is kept"),
		choice("from", required, []string{"last_change", "closed", "delivered", "issued", "told"}, "Tính từ ngày", "Counted from"),
		choice("action", required, []string{"forget", "erase_files", "keep"}, "Hết hạn thì làm gì", "What is done afterwards"),
		within(shape.Mapping, "after", optional, mapped("retention.after", fields{
			of(shape.Whole, "days", optional, "Số ngày", "Days"),
			of(shape.Whole, "months", optional, "Số tháng", "Months"),
			of(shape.Whole, "years", optional, "Số năm", "Years"),
		}), "Sau bao lâu: ngày, tháng hoặc năm", "After how long, in one unit"),
		plain("basis", optional, "Văn bản quy định", "The law that says so"),
	})
}

func catalogueShape() *shape.Shape {
	return mapped("catalogues", itemFields(), fields{
		title(),
		within(shape.Mappings, "entries", required, mapped("catalogues.entries", fields{
			identityField(),
			plain("code", optional, "Mã", "Code"),
			of(shape.Words, "name", required, "Tên", "Name"),
			choice("clock", optional, []string{"runs", "pauses", "ends", "none"}, "Trạng thái làm gì với thời hạn", "What a status does to the deadline"),
			of(shape.Words, "note", optional, "Ghi chú", "Note"),
		}), "Các dòng", "Rows"),
	})
}

func permissionShape() *shape.Shape {
	return mapped("permissions", fields{
		shaped("id", required, permissionForm, "Tên quyền trong chương trình", "Its name in the program"),
		of(shape.Words, "name", required, "Tên", "Name"),
	})
}

func roleShape() *shape.Shape {
	return mapped("roles", itemFields(), fields{
		of(shape.Words, "name", required, "Tên", "Name"),
		of(shape.Plains, "permissions", optional, "Các quyền", "Its rights"),
		of(shape.Truth, "citizen", optional, "Vai trò của người ngoài cơ quan", "For people outside the offices"),
		some("kinds", unitKinds(), "Loại đơn vị có thể giữ vai trò này", "Kinds of units in which it can be held"),
		of(shape.Plains, "apart", optional, "Các vai trò không ai được giữ cùng lúc với vai trò này", "Roles that nobody may hold together with it"),
		of(shape.Words, "apart_why", optional, "Vì sao không được giữ cùng lúc", "Why nobody may"),
		of(shape.Truth, "system", optional, "Vai trò của phần mềm cơ quan khác", "It belongs to programs of other agencies"),
	})
}

func accountShape() *shape.Shape {
	return mapped("accounts", itemFields(), fields{
		plain("name", required, "Họ và tên, giả định", "Name, made up"),
		plain("role", required, "Vai trò", "Role"),
		of(shape.Plains, "also", optional, "Vai trò khác ở cùng đơn vị", "Further roles in the same unit"),
		plain("unit", optional, "Cơ quan; người dân thì không có", "The agency; none for citizens"),
		plain("division", optional, "Bộ phận", "The part of it"),
		of(shape.Words, "title", optional, "Chức danh", "Post"),
		of(shape.Words, "signs_as", optional, "Dòng trên chức danh khi ký", "The line above the title under a paper"),
		of(shape.Truth, "signs_by_phone", optional, "Ký số từ xa, duyệt trên điện thoại", "Signs with a key elsewhere, approved on a phone"),
		of(shape.Truth, "signs_by_card", optional, "Ký bằng thẻ qua chương trình ký trên máy", "Signs with a card, through the program on the computer"),
		plain("password", required, "Mật khẩu dùng thử", "Password of the demonstration"),
		of(shape.Words, "note", optional, "Ghi chú", "Note"),
		within(shape.Mapping, "person", optional, mapped("accounts.person", fields{
			plain("number", optional, "Số định danh, giả định", "Personal number, made up"),
			of(shape.Day, "born", optional, "Ngày sinh", "Born"),
			choice("sex", optional, []string{"male", "female"}, "Giới tính", "Sex"),
			plain("phone", optional, "Điện thoại", "Telephone"),
			plain("email", optional, "Thư điện tử", "E-mail"),
			plain("address", optional, "Địa chỉ", "Address"),
			plain("organisation", optional, "Tổ chức", "Organisation"),
			plain("tax_code", optional, "Mã số thuế", "Tax code"),
			choice("basis", optional, []string{"law", "contract", "authorisation"}, "Đại diện cho tổ chức theo", "By what right they act for the organisation; none: by law"),
			plain("paper", optional, "Số văn bản ủy quyền, hợp đồng", "Number of the paper that gives the right"),
			of(shape.Plains, "procedures", optional, "Thủ tục được đại diện; không có là tất cả", "Procedures the right is about; none: all"),
			within(shape.Mappings, "children", optional, mapped("accounts.person.children", memberFields()), "Con chưa thành niên", "Minor children"),
			within(shape.Mappings, "household", optional, mapped("accounts.person.household", memberFields(), fields{
				choice("relation", required, []string{"spouse", "child", "parent", "sibling", "grandparent", "grandchild", "other"}, "Quan hệ với chủ hộ", "Relation to the head"),
			}), "Người khác trong hộ mà người này là chủ hộ", "Others of the household of which this person is head"),
		}), "Con người giả định", "The made-up person"),
	})
}

// memberFields are what is said of somebody of a family who has no account.
func memberFields() fields {
	return fields{
		plain("name", required, "Họ và tên, giả định", "Name, made up"),
		plain("number", optional, "Số định danh, giả định", "Personal number, made up"),
		of(shape.Day, "born", optional, "Ngày sinh", "Born"),
	}
}

func authorityShape() *shape.Shape {
	return mapped("authorities", itemFields(), fields{
		of(shape.Words, "name", required, "Tên", "Name"),
		some("uses", []string{"personal", "agency", "stamps"}, "Dùng cho cá nhân, cơ quan, dấu thời gian", "What it is for"),
		plain("certificate", optional, "Chứng thư, dạng PEM", "Certificate, PEM"),
		choice("lists", required, []string{"needed", "none"}, "Có công bố danh sách thu hồi không", "Whether it publishes what it has revoked"),
		plain("list_url", optional, "Địa chỉ danh sách thu hồi", "Where that list is"),
	}, periodFields())
}
