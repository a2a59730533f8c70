// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/shape"
)

// The description goes on: procedures and what carries them out.

func unverifiedFields() fields { return fields{sourceField(), statusField()} }

func durationShape(name string) *shape.Shape {
	return mapped(name, fields{
		of(shape.Whole, "days", optional, "Số ngày", "Days"),
		choice("count", optional, []string{"working", "calendar"}, "Ngày làm việc hay ngày lịch", "Working or calendar days"),
		of(shape.Whole, "hours", optional, "Số giờ làm việc", "Working hours"),
	}, unverifiedFields())
}

func feeShape(name string) *shape.Shape {
	return mapped(name, fields{
		of(shape.Whole, "amount", optional, "Số tiền, đồng", "Amount in đồng"),
		plain("table", optional, "Bảng quyết định tính ra mức thu", "The decision that works it out"),
		of(shape.Words, "per", optional, "Tính theo", "For each"),
		of(shape.Words, "note", optional, "Ghi chú", "Note"),
		plain("legal", optional, "Văn bản quy định", "Legal document"),
		sharesField(name),
	}, unverifiedFields())
}

func procedureShape() *shape.Shape {
	return mapped("procedures", itemFields(), fields{
		shaped("code", optional, procedureCodeForm, "Mã trong Cơ sở dữ liệu quốc gia, phải có nguồn", "Code of the national database, with a source"),
		of(shape.Words, "name", required, "Tên thủ tục", "Name"),
		of(shape.Words, "field", required, "Lĩnh vực", "Field"),
		some("levels", []string{"commune", "district", "province"}, "Cấp thực hiện", "Levels"),
		some("authority", unitKinds(), "Loại đơn vị giải quyết", "Kinds of unit that decide"),
		plain("authority_unit", optional, "Đơn vị giải quyết", "The one unit that decides"),
		some("audience", []string{"individual", "organisation"}, "Đối tượng", "For whom"),
		shaped("route", required, routeForm, "Làm tại đây hay trên hệ thống của bộ", "Here, or in a system of a ministry"),
		choice("online", required, []string{"full", "partial", "none"}, "Mức độ trực tuyến", "How far online"),
		within(shape.Mapping, "durations", optional, timesShape("procedures.durations"), "Thời hạn giải quyết", "How long it may take"),
		of(shape.Truth, "same_day", optional, "Xong trong ngày tiếp nhận", "Ends the day it is accepted"),
		feeField("procedures.fee", required),
		papersField("procedures.papers"),
		plain("form", optional, "Biểu mẫu", "Form"),
		plain("flow", optional, "Quy trình", "Flow"),
		plain("result_template", optional, "Mẫu kết quả", "Layout of the result"),
		of(shape.Words, "result_name", required, "Tên kết quả", "Name of the result"),
		plain("result_type", optional, "Loại giấy tờ của kết quả trong kho", "Type of paper that the result is in the vault"),
		of(shape.Words, "conditions", optional, "Yêu cầu, điều kiện", "Conditions"),
		of(shape.Words, "steps", optional, "Trình tự thực hiện", "How it is done"),
		of(shape.Plains, "legal_bases", optional, "Căn cứ pháp lý", "Legal bases"),
		of(shape.Plains, "keywords", optional, "Từ mọi người hay gõ", "What people type"),
		of(shape.Plains, "life_events", optional, "Sự kiện trong đời", "Events of life"),
		of(shape.Words, "same_because", optional, "Vì sao dùng chung biểu mẫu và quy trình", "Why it shares form and flow"),
	}, moreFields(), periodFields())
}

func optionShape(name string) *shape.Shape {
	return mapped(name, fields{
		plain("value", required, "Giá trị được lưu", "What is kept"),
		of(shape.Words, "label", required, "Chữ hiện ra", "What is shown"),
	})
}

func conditionField() shape.Field {
	return plain("show_when", optional, "Chỉ hiện khi điều kiện này đúng (CEL)", "Shown only when this holds (CEL)")
}

func formShape() *shape.Shape {
	return mapped("forms", itemFields(), fields{
		title(), version(),
		of(shape.Plains, "legal_bases", optional, "Văn bản ban hành mẫu", "The legal documents that issued the form"),
		within(shape.Mappings, "steps", required, mapped("forms.steps", fields{
			identityField(), title(),
			of(shape.Words, "hint", optional, "Gợi ý", "Hint"),
			conditionField(),
			within(shape.Mappings, "fields", required, mapped("forms.steps.fields", questionFields("forms.steps.fields"), fields{
				within(shape.Mappings, "fields", optional,
					mapped("forms.steps.fields.fields", questionFields("forms.steps.fields.fields")),
					"Các câu hỏi của một nhóm", "Questions of a group"),
			}), "Các câu hỏi", "Questions"),
		}), "Các bước", "Pages of the form"),
		within(shape.Mappings, "checks", optional, mapped("forms.checks", fields{
			plain("field", required, "Khóa của câu trả lời mang lời báo", "Key of the answer that carries the message"),
			plain("holds", required, "Điều phải đúng", "What must hold"),
			of(shape.Words, "message", required, "Lời báo khi không đúng", "What is said when it does not"),
			choice("level", optional, []string{"block", "warn"}, "Chặn, hay chỉ hỏi lại", "Refused, or asked again"),
			of(shape.Truth, "when_empty", optional, "Xét cả khi có câu chưa trả lời", "Looked at with answers missing, too"),
		}), "Các điều phải đúng giữa nhiều câu trả lời", "What must hold among answers"),
	})
}

// questionFields are those of a question, alone or in a group.
func questionFields(name string) fields {
	return fields{
		shaped("key", required, keyForm, "Khóa của câu trả lời", "Key of the answer"),
		choice("type", required, fieldTypes(), "Kiểu", "Type"),
		of(shape.Words, "label", required, "Câu hỏi", "The question"),
		of(shape.Words, "hint", optional, "Gợi ý", "Hint"),
		of(shape.Truth, "required", optional, "Phải trả lời", "It must be answered"),
		plain("min", optional, "Ít nhất", "At least"),
		plain("max", optional, "Nhiều nhất", "At most"),
		plain("pattern", optional, "Cả câu trả lời khớp mẫu này", "The whole answer matches it"),
		conditionField(),
		plain("compute", optional, "Biểu thức tính câu trả lời", "The expression that computes the answer"),
		of(shape.Words, "why", optional, "Vì sao ra câu trả lời ấy", "Why the computed answer is what it is"),
		of(shape.Words, "row", optional, "Tên một dòng của nhóm", "What a row of the group is called"),
		plain("catalogue", optional, "Danh mục mã để chọn", "The coded list to choose from"),
		of(shape.Plains, "optional", optional, "Phần của câu trả lời được để trống", "Parts of the answer that may stay empty"),
		of(shape.Truth, "local", optional, "Địa chỉ phải thuộc tỉnh này", "The address must lie in this province"),
		plain("sex", optional, "Khóa câu hỏi giới tính mà số định danh phải khớp", "The key with which a personal number must agree in sex"),
		plain("birth", optional, "Khóa câu hỏi ngày sinh mà số định danh phải khớp", "The key with which a personal number must agree in birth date"),
		of(shape.Whole, "width", optional, "Số ký tự của ô", "Characters the control shows"),
		of(shape.Whole, "decimals", optional, "Số chữ số thập phân", "Digits after the comma"),
		choice("personal", optional, []string{"identity", "contact", "health", "family", "finance", "general"}, "Loại dữ liệu cá nhân", "Class of personal data"),
		choice("prefill", optional, prefills(), "Điền sẵn từ điều đã biết", "What is known and offered as the answer"),
		within(shape.Mappings, "options", optional, optionShape(name+".options"), "Các lựa chọn", "Answers to choose"),
	}
}

func flowShape() *shape.Shape {
	places := append([]string{"received", "authority", "parent"}, unitKinds()...)
	next := of(shape.OneOrAll, "next", optional, "Bước tiếp theo, một hoặc nhiều", "The next step, one or several")
	return mapped("flows", itemFields(), fields{
		title(), version(),
		of(shape.Words, "basis", optional, "Quyết định ban hành quy trình", "The decision that issued the table"),
		of(shape.Plains, "legal_bases", optional, "Văn bản ban hành quy trình", "The legal documents that issued it"),
		within(shape.Mappings, "steps", required, mapped("flows.steps", fields{
			identityField(),
			of(shape.Words, "name", required, "Tên bước", "Name of the step"),
			plain("post", required, "Vai trò thực hiện", "The role that does it"),
			choice("unit", required, places, "Đơn vị thực hiện", "Where it is done"),
			of(shape.Whole, "hours", required, "Số giờ làm việc", "Working hours"),
			of(shape.Words, "product", optional, "Sản phẩm", "Product"),
			choice("action", required, []string{"accept", "appraise", "draft", "consult", "sign", "issue", "deliver"}, "Việc làm", "What is done"),
			next,
			plain("back", optional, "Bước nhận lại khi trả về", "Where a refusal goes"),
		}), "Các bước", "Steps"),
	})
}

func templateShape() *shape.Shape {
	return mapped("templates", itemFields(), fields{
		title(), version(),
		plain("doc_type", optional, "Chữ viết tắt của loại văn bản", "Abbreviation of the kind of document"),
		of(shape.Texts, "agency_lines", required, "Tên cơ quan, từng dòng", "The agency, line by line"),
		plain("number_suffix", required, "Phần sau của số", "What follows the number"),
		of(shape.Words, "place", required, "Địa danh", "Place"),
		of(shape.Words, "heading", required, "Tên loại văn bản, chữ in hoa", "The kind in capitals"),
		of(shape.Words, "subject", required, "Trích yếu", "Subject"),
		of(shape.Words, "authority", optional, "Người ban hành, trên phần căn cứ", "Who decides, above the bases"),
		of(shape.Words, "resolves", optional, "QUYẾT ĐỊNH:", "Between the bases and the body"),
		of(shape.Texts, "legal_bases", optional, "Các căn cứ", "The bases"),
		of(shape.Texts, "body", required, "Nội dung", "The body"),
		of(shape.Texts, "signer_lines", required, "Người ký; dòng cuối là chức vụ", "Who signs; the last line is the post"),
		of(shape.Texts, "recipients", optional, "Nơi nhận", "Recipients"),
		within(shape.Mappings, "fields", optional, mapped("templates.fields", fields{
			shaped("key", required, keyForm, "Khóa của chỗ điền", "Key of the placeholder"),
			of(shape.Words, "label", required, "Tên", "Label"),
			choice("type", required, fieldTypes(), "Kiểu", "Type"),
			of(shape.Truth, "required", optional, "Phải điền", "It must be filled in"),
			within(shape.Mappings, "options", optional, optionShape("templates.fields.options"), "Các lựa chọn", "Values to choose"),
		}), "Điều cán bộ điền", "What the officer fills in"),
	})
}

func calendarShape() *shape.Shape {
	return mapped("calendars", itemFields(), fields{
		title(),
		of(shape.Plains, "units", optional, "Lịch riêng của các đơn vị này", "Whose own calendar it is"),
		shaped("same_day_cut", optional, clockForm, "Nhận đến giờ này thì trả trong ngày", "Accepted until then, a same-day procedure ends today"),
		within(shape.Mapping, "supplement", optional, durationShape("calendars.supplement"), "Thời gian để bổ sung hồ sơ", "How long people have to add what is missing"),
		of(shape.Whole, "extensions", optional, "Số lần được gia hạn trả kết quả", "How often a promised day may be moved"),
		within(shape.Mapping, "apology", optional, durationShape("calendars.apology"), "Phải xin lỗi, hẹn lại trước hạn bao lâu", "How long before the promised day people are to be told of another"),
		within(shape.Mappings, "hours", optional, mapped("calendars.hours", fields{
			some("days", weekdays(), "Các ngày trong tuần", "Days of the week"),
			shaped("from", required, clockForm, "Từ giờ", "From"),
			shaped("to", required, clockForm, "Đến giờ", "To"),
		}), "Giờ làm việc", "Working hours"),
		within(shape.Mappings, "rules", optional, mapped("calendars.rules", fields{
			identityField(),
			of(shape.Words, "name", required, "Tên ngày lễ", "Name of the holiday"),
			of(shape.Truth, "lunar", optional, "Theo âm lịch", "By the lunar calendar"),
			of(shape.Whole, "month", required, "Tháng", "Month"),
			of(shape.Whole, "day", required, "Ngày", "Day"),
			of(shape.Whole, "days", required, "Số ngày nghỉ", "How many days"),
			plain("legal", optional, "Văn bản quy định", "Legal document"),
		}, periodFields()), "Ngày lễ hằng năm", "Holidays of every year"),
		within(shape.Mappings, "layouts", optional, mapped("calendars.layouts", fields{
			identityField(),
			plain("rule", required, "Ngày lễ", "The holiday"),
			of(shape.Whole, "year", required, "Năm", "Year"),
			of(shape.Whole, "before", required, "Số ngày nghỉ trước ngày lễ", "How many of the days lie before it"),
			plain("basis", required, "Căn cứ", "Basis"),
			statusField(),
		}), "Cách nghỉ trong một năm", "How the days lie in one year"),
		within(shape.Mappings, "holidays", optional, mapped("calendars.holidays", fields{
			of(shape.Day, "date", required, "Ngày", "Day"),
			choice("kind", required, []string{"off", "work"}, "Nghỉ hay làm bù", "Off, or worked in exchange"),
			of(shape.Words, "name", optional, "Tên", "Name"),
			plain("basis", required, "Căn cứ", "Basis"),
			statusField(),
		}), "Từng ngày", "Single days"),
	})
}

func registerShape() *shape.Shape {
	types := []string{
		"text", "longtext", "integer", "money", "date", "date_partial", "boolean", "choice", "choices", "code", "unit", "organisation", "person",
		"person_number", "phone", "email", "address", "point", "shape", "file", "reference", "group", "decimal",
	}
	for _, scale := range []string{"0", "1", "2", "3", "4", "5", "6"} {
		types = append(types, "decimal("+scale+")")
	}
	return mapped("registers", itemFields(), fields{
		title(), version(),
		of(shape.Truth, "unit_scope", optional, "Mỗi bản ghi thuộc một đơn vị", "Each record belongs to a unit"),
		of(shape.Plains, "key", optional, "Các trường cùng nhận ra một bản ghi", "Fields that together name a record"),
		within(shape.Mapping, "list", optional, mapped("registers.list", fields{
			of(shape.Plains, "columns", optional, "Các cột", "Columns"),
			plain("sort", optional, "Sắp xếp theo", "Sorted by"),
			of(shape.Plains, "sorts", optional, "Còn sắp xếp được theo", "Can also be sorted by"),
			of(shape.Plains, "filters", optional, "Lọc được theo", "Can be filtered by"),
		}), "Danh sách", "What a list shows"),
		within(shape.Mappings, "fields", required, mapped("registers.fields", slices.Concat(registerField("registers.fields", types), fields{
			of(shape.Truth, "unique", optional, "Không trùng trong cả sổ", "Once in the whole register"),
			of(shape.Truth, "searchable", optional, "Tìm kiếm được", "It can be searched"),
			of(shape.Truth, "hidden", optional, "Không hiện nữa", "No longer shown"),
			plain("compute", optional, "Cách tính", "How it is computed"),
			plain("catalogue", optional, "Sổ danh mục của mã", "Register of the codes"),
			plain("register", optional, "Sổ được trỏ tới", "Register it points to"),
			plain("language", optional, "Ngôn ngữ của văn bản: en, km", "Language of the text: en, km"),
			plain("translates", optional, "Trường được dịch sang ngôn ngữ đó", "Text that it translates"),
			plain("serial", optional, "Số tự cấp: PD-{year}-{number}", "Number that is given: PD-{year}-{number}"),
			within(shape.Mappings, "fields", optional, mapped("registers.fields.fields", registerField("registers.fields.fields", types)), "Các trường của nhóm", "Fields of the group"),
		})), "Các trường", "Fields"),
		of(shape.Truth, "approval", optional, "Người khác duyệt trước khi ghi", "Another person agrees before anything is written"),
		within(shape.Mapping, "codes", optional, mapped("registers.codes", fields{
			plain("code", required, "Trường mã", "Field of the code"),
			plain("name", required, "Trường tên", "Field of the name"),
			plain("from", optional, "Trường ngày bắt đầu", "Field of the first day"),
			plain("until", optional, "Trường ngày hết hiệu lực", "Field of the first day it no longer holds"),
		}), "Sổ là một danh mục dùng chung", "The register is a shared list of codes"),
		within(shape.Mappings, "checks", optional, mapped("registers.checks", fields{
			plain("field", required, "Trường nêu lỗi", "Field at which it is told"),
			plain("holds", required, "Điều kiện", "What must hold"),
			of(shape.Words, "message", required, "Câu báo", "Message"),
			choice("level", optional, []string{"block", "warn"}, "Chặn hay nhắc", "In the way, or told"),
		}), "Điều kiện kiểm tra", "Checks"),
		within(shape.Mappings, "rights", optional, mapped("registers.rights", fields{
			shaped("id", required, keyForm, "Mã quyền", "Id of the right"),
			of(shape.Words, "name", required, "Tên", "Name"),
			of(shape.Plains, "roles", optional, "Các vai trò", "Roles"),
			plain("owner", optional, "Trường của người, tổ chức mà bản ghi nói về", "Field of whom the record is about"),
			of(shape.Truth, "public", optional, "Mọi người", "Everybody"),
			of(shape.Truth, "everywhere", optional, "Ở mọi đơn vị", "In every unit"),
			of(shape.Plains, "units", optional, "Trường đơn vị cũng đưa bản ghi vào phạm vi", "Fields of units that bring a record within reach"),
			of(shape.Plains, "may", required, "Được làm gì", "What it allows"),
			of(shape.Plains, "only", optional, "Chỉ các trường", "These fields only"),
			of(shape.Plains, "except", optional, "Trừ các trường", "All fields but these"),
			of(shape.Plains, "states", optional, "Chỉ ở các trạng thái", "In these states only"),
		}), "Quyền", "Rights"),
		registerLife(),
		within(shape.Mapping, "valid", optional, mapped("registers.valid", fields{
			plain("from", required, "Trường ngày bắt đầu", "Field of the first day"),
			plain("until", optional, "Trường ngày cuối cùng", "Field of the last day"),
			of(shape.Whole, "soon", optional, "Báo trước khi hết hạn bao nhiêu ngày", "Days before the end in which it is told"),
		}), "Bản ghi có hiệu lực khi nào", "When records are valid"),
		within(shape.Mapping, "map", optional, mapped("registers.map", fields{
			plain("place", required, "Trường điểm hoặc hình", "Field of a point or a shape"),
			plain("label", required, "Trường đặt tên trên bản đồ", "Field that names a record on the map"),
			plain("colour", optional, "Trường lựa chọn để tô màu", "Choice that colours it"),
		}), "Lớp bản đồ", "Map layer"),
		within(shape.Mappings, "prints", optional, mapped("registers.prints", fields{
			shaped("id", required, keyForm, "Mã mẫu in", "Id of the paper"),
			of(shape.Words, "name", required, "Tên giấy", "Name of the paper"),
			of(shape.Truth, "certificate", optional, "Có số, có mã QR để mọi người kiểm tra", "It has a number and a QR code by which everybody checks it"),
			of(shape.Words, "words", optional, "Lời trên các mục", "What it says above the fields"),
			of(shape.Plains, "fields", optional, "Các mục in ra", "Fields that are printed"),
			of(shape.Plains, "states", optional, "Chỉ in ở các trạng thái", "Printed in these states only"),
			choice("layout", optional, []string{"diploma"}, "Khổ ngang để treo", "On its side, to hang on a wall"),
		}), "Giấy in từ bản ghi", "Papers made of a record"),
		within(shape.Mappings, "reports", optional, registerReport(), "Bảng thống kê", "Tables of numbers"),
		registerMeasures(),
		registerPublic(),
		of(shape.Whole, "fresh_days", optional, "Số ngày phải rà soát lại", "Days within which records are looked at again"),
		within(shape.Mapping, "search", optional, mapped("registers.search", fields{
			of(shape.Truth, "off", optional, "Không đưa vào tìm kiếm chung", "Not in the search of the house"),
			of(shape.Plain, "title", optional, "Trường làm tên kết quả", "The field that a hit is called by"),
			of(shape.Plain, "number", optional, "Trường số hiệu", "The number that people type"),
			of(shape.Plains, "text", optional, "Các trường khác", "Further fields"),
		}), "Tìm thấy theo gì; không ghi thì theo các cột của danh sách", "By what records are found; absent: by the columns of the list"),
		plain("home", optional, "Trường dẫn tới đơn vị giữ bản ghi do chủ thể tự thêm", "Field that leads to the unit of what people add about themselves"),
		of(shape.Plains, "related", optional, "Trường của sổ khác trỏ tới đây: sổ.trường", "Fields of other registers that point here: register.field"),
		registerPurpose(),
		registerRetention(),
		registerOpenData(),
		registerDatabase(),
		of(shape.Whole, "small_cells", optional, "Số theo dữ liệu cá nhân nhỏ hơn đây thì không nêu", "Fewest records that a count by personal data tells"),
		registerDuplicates(),
	})
}

// registerPublic is the page of a record for visitors.
func registerPublic() shape.Field {
	return within(shape.Mapping, "public_page", optional, mapped("registers.public_page", fields{
		plain("code", required, "Trường mã làm địa chỉ trang", "Field of the code in the address"),
		plain("title", required, "Trường tiêu đề", "Field of the title"),
		plain("lead", optional, "Trường dưới tiêu đề", "Field beneath the title"),
		of(shape.Plains, "texts", optional, "Các trường bài đọc", "Texts that are read"),
		of(shape.Plains, "facts", optional, "Các trường nêu kèm nhãn", "Fields with their labels"),
		plain("place", optional, "Trường điểm trên bản đồ", "Field of a point"),
		of(shape.Plains, "search", required, "Các trường để người xem tìm", "Fields by which visitors find a record"),
		of(shape.Words, "ask", required, "Câu hỏi của trang tra cứu", "What the page of searching asks for"),
		of(shape.Words, "holds", optional, "Lời khi bản ghi còn hiệu lực", "Said of a record that holds"),
		of(shape.Words, "fails", optional, "Lời khi không còn hiệu lực", "Said of a record that does not hold"),
		within(shape.Mappings, "beside", optional, mapped("registers.public_page.beside", fields{
			plain("register", required, "Sổ trỏ tới bản ghi", "Register that points to the record"),
			plain("by", required, "Trường trỏ tới", "Reference there"),
			of(shape.Words, "title", required, "Tiêu đề", "Title"),
		}), "Bản ghi của sổ khác cùng hiện", "Records of other registers beside it"),
		within(shape.Mappings, "languages", optional, mapped("registers.public_page.languages", fields{
			plain("id", required, "Mã ngôn ngữ", "Language, as browsers say it"),
			plain("name", required, "Tên của ngôn ngữ, bằng chính nó", "What it is called in itself"),
			within(shape.Mappings, "labels", optional, mapped("registers.public_page.languages.labels", fields{
				plain("field", required, "Trường", "Field"),
				plain("text", required, "Nhãn bằng ngôn ngữ đó", "Its label in the language"),
			}), "Nhãn của các trường", "Labels of fields"),
		}), "Các ngôn ngữ khác", "Further languages"),
	}), "Trang của một bản ghi cho người xem", "Page of a record for visitors")
}

// registerReport is a table that a register declares.
func registerReport() *shape.Shape {
	return mapped("registers.reports", fields{
		of(shape.Words, "name", required, "Tên", "Name"),
		plain("rows", required, "Trường theo hàng: khóa, unit, hoặc ngày.year, .quarter, .month", "Field of the rows: its key, unit, or a date with .year, .quarter, .month"),
		plain("columns", optional, "Trường theo cột", "Field of the columns"),
		plain("of", optional, "Trường số để cộng", "Number that is added up"),
		choice("how", optional, []string{"sum", "average"}, "Tổng hay trung bình", "Sum or average"),
		plain("against", optional, "Trường số đặt cạnh, kèm tỷ lệ", "Number beside it, with its share"),
		choice("chart", optional, []string{"bars", "lines"}, "Biểu đồ", "Chart"),
	})
}

// registerLife is the life cycle of the records of a register.
func registerLife() shape.Field {
	return within(shape.Mapping, "life", optional, mapped("registers.life", fields{
		of(shape.Words, "name", optional, "Tên của trường trạng thái", "Name of the field of the state"),
		plain("existing", optional, "Trạng thái của bản ghi đã có trước", "State of records that were there before"),
		within(shape.Mappings, "states", required, mapped("registers.life.states", fields{
			shaped("id", required, keyForm, "Mã trạng thái", "Id of the state"),
			of(shape.Words, "name", required, "Tên", "Name"),
			choice("kind", required, []string{"draft", "live", "suspended", "ended"}, "Loại", "Kind"),
			of(shape.Plains, "locks", optional, "Các trường không sửa được", "Fields that cannot be changed"),
			of(shape.Truth, "locked", optional, "Không sửa được trường nào", "No field can be changed"),
		}), "Các trạng thái, trạng thái đầu là của bản ghi mới", "States, the first is that of new records"),
		within(shape.Mappings, "moves", required, mapped("registers.life.moves", fields{
			shaped("id", required, keyForm, "Mã bước chuyển", "Id of the move"),
			of(shape.Words, "name", required, "Tên", "Name"),
			of(shape.Plains, "from", required, "Từ các trạng thái", "From the states"),
			plain("to", required, "Sang trạng thái", "To the state"),
			of(shape.Plains, "may", required, "Các quyền được làm", "Rights that may"),
			of(shape.Plains, "asks", optional, "Các trường phải có giá trị", "Fields that must have a value"),
			of(shape.Truth, "reason", optional, "Phải nêu lý do", "A reason is needed"),
			of(shape.Truth, "other_person", optional, "Người khác với người đã ghi", "Another person than who wrote"),
		}), "Các bước chuyển", "Moves"),
	}), "Vòng đời của bản ghi", "Life cycle of records")
}

// registerField is what a field of a register says, and one of a group.
func registerField(name string, types []string) fields {
	return fields{
		shaped("key", required, keyForm, "Khóa của trường", "Key of the field"),
		of(shape.Words, "label", required, "Nhãn", "Label"),
		of(shape.Words, "hint", optional, "Gợi ý", "Hint"),
		choice("type", required, types, "Kiểu", "Type"),
		of(shape.Whole, "scale", optional, "Số chữ số thập phân", "Digits after the comma"),
		of(shape.Whole, "max", optional, "Giới hạn", "Limit"),
		of(shape.Truth, "required", optional, "Bắt buộc", "It must be there"),
		choice("personal", optional, []string{"none", "basic", "sensitive"}, "Loại dữ liệu cá nhân", "Class of personal data"),
		plain("measure", optional, "Đơn vị đo", "Measure"),
		plain("pattern", optional, "Mẫu", "Pattern"),
		within(shape.Mappings, "options", optional, optionShape(name+".options"), "Các lựa chọn", "Values to choose"),
	}
}

func columnShape(name string) *shape.Shape {
	return mapped(name, fields{
		shaped("key", required, keyForm, "Khóa", "Key"),
		of(shape.Words, "label", required, "Tên cột", "Label"),
		choice("type", required, []string{"number", "money", "text", "choice", "yes_no"}, "Kiểu", "Type"),
		within(shape.Mappings, "options", optional, optionShape(name+".options"), "Các lựa chọn", "Values to choose"),
		of(shape.Number, "least", optional, "Nhỏ nhất", "At least"),
		of(shape.Number, "most", optional, "Lớn nhất", "At most"),
	})
}

func decisionShape() *shape.Shape {
	return mapped("decisions", slices.Concat(itemFields(), fields{
		title(), version(),
		plain("legal", optional, "Văn bản quy định", "Legal document"),
		choice("hit", optional, []string{"first", "unique", "sum"}, "Chọn dòng đầu, dòng duy nhất, hay cộng lại", "Which rows count"),
		within(shape.Mappings, "inputs", optional, columnShape("decisions.inputs"), "Đầu vào", "What is given"),
		within(shape.Mappings, "outputs", required, columnShape("decisions.outputs"), "Kết quả", "What comes out"),
		within(shape.Mappings, "rows", required, mapped("decisions.rows", fields{
			of(shape.Plains, "when", optional, "Điều kiện của từng đầu vào", "A test for each input"),
			of(shape.Plains, "then", optional, "Giá trị của từng kết quả", "A value for each output"),
			of(shape.Words, "note", optional, "Ghi chú", "Note"),
			plain("legal", optional, "Văn bản quy định", "Legal document"),
		}), "Các dòng", "Rows"),
		within(shape.Mappings, "bounds", optional, mapped("decisions.bounds", fields{
			plain("output", required, "Kết quả", "The output"),
			of(shape.Number, "round_to", optional, "Làm tròn đến", "Rounded to"),
			choice("mode", optional, []string{"up", "down", "nearest"}, "Cách làm tròn", "How it is rounded"),
			of(shape.Number, "least", optional, "Thấp nhất", "At least"),
			of(shape.Number, "most", optional, "Cao nhất", "At most"),
		}), "Làm tròn và giới hạn", "Rounding and limits"),
		within(shape.Mappings, "cases", optional, mapped("decisions.cases", fields{
			plain("name", optional, "Tên ví dụ", "Name of the example"),
			of(shape.Free, "given", optional, "Cho trước", "What is given"),
			of(shape.Free, "want", optional, "Phải ra", "What must come out"),
		}), "Ví dụ phải đúng", "Examples that must come out right"),
	}))
}
