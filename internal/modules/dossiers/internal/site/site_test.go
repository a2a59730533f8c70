// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

const start = "/nop-ho-so/xac-nhan-cu-tru"

// A resident sends a dossier with a plain browser, makes every mistake on the
// way, and presses every button twice.
func TestACitizenSendsADossier(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		p.browser(t, identity.Actor{}).shown(start, "/dang-nhap?next=%2Fnop-ho-so%2Fxac-nhan-cu-tru", "3 ngày làm việc", "Tờ khai")
		b := p.browser(t, p.world.Citizen)
		b.shown("/ho-so", "Chưa có hồ sơ nào")
		b.shown(start, "Phường Long Xuyên", "Cho chính mình")
		b.right("nothing chosen", b.post(start), http.StatusUnprocessableEntity, `href="#unit"`, `href="#basis"`)
		draft := b.went("begin", b.post(start, "unit", dossierstest.Ward, "basis", "self"))
		first := b.went("resume", b.get(draft))
		b.shown(first, "Bước 1/4", "Người đề nghị")
		b.shown(first, `value="Nguyễn Văn Bảy"`, "Theo tài khoản của Ông/Bà")
		b.right("empty answer", b.post(first, "full_name", ""), http.StatusUnprocessableEntity, `href="#full_name"`, "Ông/Bà chưa trả lời")
		b.right("too long", b.post(first, "full_name", strings.Repeat("a", 101)), http.StatusUnprocessableEntity, strings.Repeat("a", 101))
		if to := b.went("another language", b.post(first, "full_name", "Nguyễn Văn Tám", "language", "en")); to != first {
			t.Errorf("another language leads to %s", to)
		}
		b.shown(first, "Nguyễn Văn Tám", `name="language" value="vi"`, `href="#language"`, "Save and continue")
		b.went("and back", b.post(first, "full_name", "Nguyễn Văn Tám", "language", "vi"))
		b.shown(first, "Nguyễn Văn Tám", `name="language" value="en"`, "Lưu và tiếp tục")
		second := b.went("answer", b.post(first, "full_name", "Nguyễn Văn Bảy"))
		if to := b.went("later", b.post(second, "reason", "Vay vốn", "later", "1")); to != "/ho-so" {
			t.Errorf("later leads to %s", to)
		}
		b.shown("/ho-so", "Đang soạn", "Đã lưu.", draft)
		papers := b.went("answer", b.post(second, "reason", "Vay vốn"))
		b.shown(papers, "Tờ khai", "Bắt buộc", `enctype="multipart/form-data"`)
		b.right("no paper", b.upload(papers, [][3]string{{"do", "", "next"}}), http.StatusUnprocessableEntity, "Chưa có: Tờ khai", `href="#paper-to-khai"`)
		b.right("a program", b.upload(papers, [][3]string{{"paper-to-khai", "don.pdf", "MZ\x90\x00 a program"}, {"do", "", "next"}}),
			http.StatusUnprocessableEntity, "don.pdf: ", `href="#paper-to-khai"`)
		b.went("upload", b.upload(papers, [][3]string{{"paper-to-khai", "tờ khai.pdf", dossierstest.PDF}, {"do", "", "upload"}}))
		there := b.shown(papers, "tờ khai.pdf", "Đã có 1 tệp").body
		file := between(t, there, `href="`+papers+"/", `"`)
		if got := b.get(papers + "/" + file); got.body != dossierstest.PDF || got.header.Get("Content-Type") != "application/pdf" ||
			!strings.HasPrefix(got.header.Get("Content-Disposition"), "inline") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the file is given as %v", got.header)
		}
		b.right("replace with nothing", b.upload(papers, [][3]string{{"do", "", "replace:" + file}}), http.StatusUnprocessableEntity, "Chọn tệp mới trước")
		b.went("replace", b.upload(papers, [][3]string{{"paper-to-khai", "mới.pdf", dossierstest.PDF}, {"do", "", "replace:" + file}}))
		if body := b.shown(papers, "mới.pdf", "Đã có 1 tệp").body; strings.Contains(body, "tờ khai.pdf") {
			t.Error("the replaced file is still there")
		}
		check := b.went("next", b.upload(papers, [][3]string{{"do", "", "next"}}))
		b.shown(check, "Nguyễn Văn Bảy", "Vay vốn", "mới.pdf", first+"?sua=1", "Phường Long Xuyên")
		if to := b.went("change", b.post(first, "full_name", "Nguyễn Văn Bảy", "sua", "1")); to != check {
			t.Errorf("after a change one comes to %s", to)
		}
		b.right("no declaration", b.post(check), http.StatusUnprocessableEntity, `href="#declare"`)
		sent := b.went("send", b.post(check, "declare", "1"))
		if again := b.went("send again", b.post(check, "declare", "1")); again != sent {
			t.Errorf("sent twice it leads to %s", again)
		}
		if to := b.went("the draft of yesterday", b.get(first)); to != sent {
			t.Errorf("the draft leads to %s", to)
		}
		reference := between(t, b.shown(sent, "Đã nộp hồ sơ", "Việc tiếp theo").body, `id="reference">`, "<")
		own := strings.TrimSuffix(sent, "/da-gui")
		b.shown("/ho-so", reference, own)
		b.shown(own, "Đang chờ tiếp nhận", "mới.pdf", "Rút hồ sơ")

		nobody := p.browser(t, identity.Actor{})
		public := nobody.shown("/tra-cuu?ma="+reference, reference, "Chờ tiếp nhận").body
		if strings.Contains(public, "Bảy") || strings.Contains(public, "Vay vốn") {
			t.Error("the public page shows personal data")
		}
		nobody.right("another's page", p.browser(t, p.world.Neighbour).get(own), http.StatusNotFound)
		if to := nobody.went("not signed in", nobody.get(own)); !strings.HasPrefix(to, "/dang-nhap?next=") {
			t.Errorf("who has not signed in is sent to %s", to)
		}
		b.shown(own+"/rut", "Hồ sơ đã rút không được giải quyết tiếp")
		b.went("withdraw", b.post(own+"/rut", "reason", "Nhầm thủ tục"))
		b.shown(own, "Đã rút theo yêu cầu")
	})
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(s, from)
	part, _, ends := strings.Cut(rest, to)
	if !found || !ends {
		t.Fatalf("there is nothing between %q and %q", from, to)
	}
	return part
}

// A person at the counter leaves with a receipt, and four officials do the rest.
func TestTheCounterAndTheOffice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		clerk := p.browser(t, w.Clerk)
		clerk.shown("/viec", "Không có việc đang chờ")
		clerk.shown("/tiep-nhan", "Không có hồ sơ chờ tiếp nhận", "Tiếp nhận tại quầy")
		clerk.shown("/tiep-nhan/quay?q=kh%C3%B4ng+c%C3%B3", "Không tìm thấy thủ tục")
		clerk.shown("/tiep-nhan/quay", "Xác nhận thông tin về cư trú")
		clerk.shown(start, "Lập hồ sơ cho người đang ở quầy")
		who := clerk.went("begin", clerk.post(start))
		clerk.shown(who, "Quét mã QR")
		path, _, _ := strings.Cut(who, "?")
		clerk.right("a wrong card", clerk.post(path, "qr", "https://example.vn"), http.StatusUnprocessableEntity, `href="#qr"`)
		clerk.right("a card", clerk.post(path, "qr", "089185000002||Lê Thị Nam|12061985|Nữ|Khóm Thử Nghiệm, An Giang|01012022"), http.StatusOK,
			`value="089185000002"`, `value="Lê Thị Nam"`, "Khóm Thử Nghiệm")
		clerk.right("no name", clerk.post(path, "owner.number", "089185000002", "basis", "self"), http.StatusUnprocessableEntity, `href="#owner.name"`, `value="089185000002"`)
		other := clerk.went("other number", clerk.post(path, "owner.card", "089185000009", "owner.born", "1985-06-12", "owner.number", "089185000002", "owner.name", "Lê Thị Nam", "basis", "self"))
		clerk.shown(other, `value="Lê Thị Nam"`, "lấy từ phần")
		step := clerk.went("parties", clerk.post(path, "owner.card", "089185000002", "owner.born", "1985-06-12", "owner.sex", "female",
			"owner.number", "089185000002", "owner.name", "Lê Thị Nam", "owner.phone", "0900000002", "basis", "self"))
		clerk.shown(step, "Bước 2/5", `value="Lê Thị Nam"`, "Theo thẻ đã quét")
		next := clerk.went("answer", clerk.post(step, "full_name", "Lê Thị Nam"))
		papers := clerk.went("answer", clerk.post(next, "reason", "Xin việc"))
		clerk.right("a bad count", clerk.upload(papers, [][3]string{{"original-to-khai", "", "hai"}, {"do", "", "next"}}), http.StatusUnprocessableEntity, `href="#paper-to-khai"`)
		check := clerk.went("papers", clerk.upload(papers, [][3]string{{"original-to-khai", "", "1"}, {"do", "", "next"}}))
		clerk.shown(check, "Bản giấy: 1 bản chính", "Nộp và tiếp nhận ngay")
		done := clerk.went("accept", clerk.post(check, "declare", "1"))
		if again := clerk.went("accept again", clerk.post(check, "declare", "1")); again != done {
			t.Errorf("pressed twice it leads to %s", again)
		}
		code := between(t, clerk.shown(done, "Đã tiếp nhận hồ sơ", "In giấy tiếp nhận").body, `<b class="ts-num">`, "<")
		id := between(t, done, "/tiep-nhan/", "/xong")
		if got := clerk.get("/ho-so/" + id + "/giay-tiep-nhan.pdf"); !strings.HasPrefix(got.body, "%PDF") || got.header.Get("Content-Type") != "application/pdf" {
			t.Errorf("the receipt is %d %v", got.status, got.header)
		}
		if to := clerk.went("scan", clerk.get("/tim-ho-so?ma="+code)); to != "/xu-ly/"+id {
			t.Errorf("the code leads to %s", to)
		}
		clerk.right("no such code", clerk.get("/tim-ho-so?ma=X"), http.StatusNotFound)

		at := "/xu-ly/" + id
		if got := clerk.get("/tra-cuu/lich.ics?ma=" + code); got.status != http.StatusOK || !strings.Contains(got.body, "DTSTART;VALUE=DATE:20260305\r\n") ||
			got.header.Get("Content-Type") != "text/calendar; charset=utf-8" || strings.Contains(got.body, "Nam") {
			t.Errorf("the day for a calendar: %d %s", got.status, got.body)
		}
		clerk.shown("/tra-cuu?ma="+code, "Thẩm định", "Còn 3 ngày làm việc", "từ 02/03/2026", "Ký duyệt", "dự kiến 04/03/2026", "chậm nhất 05/03/2026")
		officer := p.browser(t, w.Officer)
		officer.shown("/viec", code, "Lê Thị Nam", "Thẩm định", "1 ngày")
		officer.shown("/viec?han=overdue", "Không có hồ sơ nào khớp bộ lọc")
		officer.shown("/viec?viec=appraise", code)
		officer.shown(at, "Lê Thị Nam", "Nhận việc")
		officer.went("claim", officer.post(at+"/nhan-viec"))
		officer.shown(at, "Đã nhận việc", "bước của tôi")
		officer.went("finish", officer.post(at+"/xong-buoc", "note", "Đủ điều kiện"))
		officer.went("draft", officer.post(at+"/du-thao", "f.finding", "Thường trú"))
		officer.shown(at, `value="Thường trú"`, "Trình ký")
		if got := officer.get(at + "/du-thao.pdf"); !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the preview is %d", got.status)
		}
		officer.right("no signer", officer.post(at+"/trinh-ky"), http.StatusUnprocessableEntity, `href="#signer"`)
		officer.went("to sign", officer.post(at+"/trinh-ky", "signer", w.Leader.Account))

		leader := p.browser(t, w.Leader)
		leader.shown("/ky", code, "Xem và ký")
		leader.right("look", leader.post("/ky/xem", "dossier", id), http.StatusOK, code, "Ký 1 văn bản", "Thường trú")
		leader.right("look at nothing", leader.post("/ky/xem"), http.StatusUnprocessableEntity)
		leader.right("return without words", leader.post(at+"/tra-lai", "reason", ""), http.StatusUnprocessableEntity, `href="#reason"`)
		leader.right("nothing picked", leader.post("/ky"), http.StatusUnprocessableEntity)
		leader.right("sign", leader.post("/ky", "dossier", id), http.StatusOK, code, "đã ký")
		leader.right("pick it again", leader.post("/ky", "dossier", id), http.StatusOK, code, "đã ký kết quả này")
		leader.right("sign again", leader.post(at+"/ky"), http.StatusConflict, "Võ Thị Thanh Hà")
		leader.right("return what is signed", leader.post(at+"/tra-lai", "reason", "Ghi rõ từ ngày nào"), http.StatusConflict, "tình trạng mới nhất")
		leader.shown("/ky", "Không có văn bản chờ ký")

		records := p.browser(t, w.Records)
		records.shown("/viec?viec=issue", code)
		records.shown(at, "Cấp số và đóng dấu")
		records.went("issue", records.post(at+"/cap-so"))
		records.shown(at, "01/GXN-UBND")
		clerk.shown(at, "Người nhận", `value="Lê Thị Nam"`)
		clerk.right("to nobody", clerk.post(at+"/tra-ket-qua", "receiver", ""), http.StatusUnprocessableEntity, `href="#receiver"`)
		clerk.went("deliver", clerk.post(at+"/tra-ket-qua", "receiver", "Lê Thị Nam"))
		clerk.shown(at, "Hồ sơ đã kết thúc")

		owner := p.browser(t, w.Neighbour)
		owner.shown("/ho-so/"+id, "Đã trả kết quả", "Mở kết quả")
		owner.shown("/ho-so/"+id+"/ai-da-xem", "Phạm Quốc Hưng", "Xem dữ liệu cá nhân", "giải quyết hồ sơ", "Phường Long Xuyên")
		owner.right("another's readings", p.browser(t, w.Citizen).get("/ho-so/"+id+"/ai-da-xem"), http.StatusNotFound)
		officer.shown(at, "Việc xem hồ sơ này được ghi lại")
		if got := owner.get("/ho-so/" + id + "/ket-qua.pdf"); !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the result is %d", got.status)
		}
		owner.shown("/tra-cuu?ma="+code, "Đã trả kết quả", code)
	})
}

// Two clerks accept the same dossier: the second is told who was faster, and
// sees how it stands now.
func TestSomebodyWasFaster(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		id := string(p.world.Submit(t))
		first, second := p.browser(t, p.world.Clerk), p.browser(t, p.world.Colleague)
		second.shown("/tiep-nhan", "Nguyễn Văn Bảy")
		second.shown("/xu-ly/"+id, "Tiếp nhận hồ sơ", "Không tiếp nhận")
		first.went("accept", first.post("/xu-ly/"+id+"/tiep-nhan"))
		late := second.post("/xu-ly/" + id + "/tiep-nhan")
		second.right("accept second", late, http.StatusConflict, "Trần Thị Mai", "Thẩm định")
		if strings.Contains(late.body, "/xu-ly/"+id+"/tiep-nhan\"") {
			t.Error("the page still offers to accept")
		}
		other := string(p.world.Submit(t))
		first.right("no words", first.post("/xu-ly/"+other+"/tu-choi", "reason", " "), http.StatusUnprocessableEntity, `href="#reason"`)
		first.went("refuse", first.post("/xu-ly/"+other+"/tu-choi", "reason", "Thiếu tờ khai"))
		citizen := p.browser(t, p.world.Citizen)
		citizen.shown("/ho-so/"+other, "Thiếu tờ khai", "phieu-tu-choi.pdf")
		if got := citizen.get("/ho-so/" + other + "/phieu-tu-choi.pdf"); !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the slip is %d", got.status)
		}
		second.right("the other ward", p.browser(t, p.world.OtherClerk).get("/xu-ly/"+id), http.StatusNotFound)
	})
}

func TestTrackingAnswersTheSameToEveryWrongCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		b := p.browser(t, identity.Actor{})
		b.shown("/tra-cuu", "Mã tra cứu hoặc mã hồ sơ")
		b.right("empty", b.get("/tra-cuu?ma="), http.StatusUnprocessableEntity, `href="#ma"`)
		said := ""
		for _, wrong := range []string{"ABCD-EFGH-JKLM", "H01.103-260302-0009", "%25", "x' OR 1=1", strings.Repeat("9", 200)} {
			got := b.get("/tra-cuu?ma=" + strings.ReplaceAll(wrong, " ", "+"))
			b.right(wrong, got, http.StatusNotFound, "Không có hồ sơ nào mang mã này")
			text := strings.ReplaceAll(plain(got.body), wrong, "")
			if said != "" && text != said {
				t.Errorf("the answer to %q is another one", wrong)
			}
			said = text
		}
	})
}

func TestEveryPageInEnglish(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		open, done := string(p.world.ToSign(t)), string(p.world.Issued(t))
		waiting, asks := string(p.world.Waiting(t)), string(p.world.Accepted(t))
		for path, actor := range map[string]identity.Actor{
			start: p.world.Citizen, "/ho-so": p.world.Citizen, "/ho-so/" + done: p.world.Citizen, "/ho-so/" + done + "/ai-da-xem": p.world.Citizen, "/tra-cuu": {},
			"/viec": p.world.Leader, "/ky": p.world.Leader, "/xu-ly/" + open: p.world.Leader, "/xu-ly/" + done: p.world.Clerk,
			"/xu-ly/" + waiting: p.world.Officer, "/ho-so/" + waiting + "/bo-sung": p.world.Citizen, "/xu-ly/" + asks + "/bo-sung": p.world.Officer,
			"/tiep-nhan": p.world.Clerk, "/tiep-nhan/quay": p.world.Clerk, "/tiep-nhan/" + open + "/xong": p.world.Clerk,
		} {
			b := p.browser(t, actor)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			b.client.Jar.SetCookies(r.URL, []*http.Cookie{{Name: "tinhso_lang", Value: "en"}})
			b.shown(path, `<html lang="en">`)
		}
	})
}

// An officer asks for what is missing, the citizen adds it on the web, and the
// clock goes on.
func TestASupplementOnThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		id := string(w.Accepted(t))
		at := "/xu-ly/" + id
		officer := p.browser(t, w.Officer)
		officer.shown(at, at+"/bo-sung")
		officer.shown(at+"/bo-sung", "Tờ khai", "Giấy tờ kèm theo", `value="10"`, "Xem trước phiếu")
		officer.right("nothing", officer.post(at+"/bo-sung", "days", "10"), http.StatusUnprocessableEntity, `href="#missing"`)
		officer.right("no reason", officer.post(at+"/bo-sung", "missing", "giay-to", "what-line-1", "Ghi rõ nơi ở", "days", "x"), http.StatusUnprocessableEntity,
			`href="#why-giay-to"`, `href="#why-line-1"`, `href="#days"`, `value="Ghi rõ nơi ở"`)
		form := []string{"missing", "giay-to", "why-giay-to", "Bản chụp bị mờ", "basis-giay-to", "khoản 1 Điều 9", "days", "5"}
		if got := officer.post(at+"/bo-sung/xem-truoc.pdf", form...); !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the preview is %d", got.status)
		}
		officer.went("ask", officer.post(at+"/bo-sung", form...))
		officer.shown(at, "Đã gửi yêu cầu bổ sung", "Đang chờ bổ sung đến 09/03/2026", "Bản chụp bị mờ", "Yêu cầu bổ sung giấy tờ")
		if body := officer.get(at).body; !strings.Contains(body, "tạm dừng tính thời hạn") || strings.Contains(body, "chậm nhất") || strings.Contains(body, "Còn lại của bước") {
			t.Error("a clock seems to run while it waits")
		}
		officer.right("finish", officer.post(at+"/xong-buoc"), http.StatusConflict, "đang chờ bổ sung")

		citizen, own := p.browser(t, w.Citizen), "/ho-so/"+id
		code := between(t, citizen.get(own).body, `id="dossier-code">`, "<")
		nobody := p.browser(t, identity.Actor{})
		nobody.shown("/tra-cuu?ma="+code, "Hồ sơ đang chờ Ông/Bà bổ sung", "Nhập thêm số điện thoại")
		both := nobody.post("/tra-cuu", "ma", code, "dien-thoai", "0900.000 001")
		nobody.right("the number", both, http.StatusOK, "Hạn cuối: 09/03/2026")
		if body := both.body; strings.Contains(body, "Bản chụp bị mờ") || strings.Contains(body, "Bảy") {
			t.Error("tracking says what was asked, or of whom")
		}
		nobody.right("another number", nobody.post("/tra-cuu", "ma", code, "dien-thoai", "0900000002"), http.StatusNotFound, "Không có hồ sơ nào có mã và số điện thoại này")
		nobody.right("no number", nobody.post("/tra-cuu", "ma", "ABCD-EFGH-JKLM", "dien-thoai", "0900000001"), http.StatusNotFound, "Không có hồ sơ nào có mã và số điện thoại này")
		if to := nobody.went("the code alone", nobody.post("/tra-cuu", "ma", code)); to != "/tra-cuu?ma="+code {
			t.Errorf("the code alone leads to %s", to)
		}
		if got := nobody.get("/tra-cuu/lich.ics?ma=" + code); got.status != http.StatusNotFound {
			t.Errorf("a day to be reminded of while the clock stands: %d", got.status)
		}
		citizen.shown("/ho-so", "Đang chờ Ông/Bà", own)
		citizen.shown(own, "Cần bổ sung giấy tờ", "Bản chụp bị mờ", "khoản 1 Điều 9", own+"/bo-sung")
		if got := citizen.get(own + "/phieu-bo-sung.pdf"); !strings.HasPrefix(got.body, "%PDF") {
			t.Errorf("the slip is %d", got.status)
		}
		citizen.shown(own+"/bo-sung", "Giấy tờ kèm theo", "Giấy tờ bổ sung khác", "Lời nhắn")
		citizen.right("nothing", citizen.upload(own+"/bo-sung", [][3]string{{"do", "", "send"}}), http.StatusUnprocessableEntity, `href="#message"`)
		citizen.right("a program", citizen.upload(own+"/bo-sung", [][3]string{{"paper-giay-to", "a.pdf", "MZ\x90\x00"}, {"message", "", "Kính gửi"}, {"do", "", "send"}}),
			http.StatusUnprocessableEntity, `href="#paper-giay-to"`, "Kính gửi")
		citizen.went("upload", citizen.upload(own+"/bo-sung", [][3]string{{"paper-giay-to", "rõ.pdf", dossierstest.PDF}, {"do", "", "upload"}}))
		citizen.shown(own+"/bo-sung", "rõ.pdf")
		citizen.went("send", citizen.upload(own+"/bo-sung", [][3]string{{"message", "", "Đã chụp lại"}, {"do", "", "send"}}))
		citizen.shown(own, "rõ.pdf", "Đã bổ sung")
		if to := citizen.went("once more", citizen.get(own+"/bo-sung")); to != own {
			t.Errorf("one comes to %s", to)
		}
		officer.shown(at, "Trả lời: Đã chụp lại", "Hẹn trả được lùi", "rõ.pdf")
		officer.shown(at+"/bo-sung", "tính là trễ hạn", `name="again"`)
		officer.right("again", officer.post(at+"/bo-sung", form...), http.StatusUnprocessableEntity, `href="#again"`)
		officer.went("again, confirmed", officer.post(at+"/bo-sung", append(form, "again", "1", "again_reason", "Đối chiếu bản gốc mới thấy thiếu")...))
		clerk := p.browser(t, w.Clerk)
		clerk.shown(at, at+"/nhan-bo-sung")
		clerk.shown(at+"/nhan-bo-sung", "Đã nhận những gì")
		clerk.went("brought", clerk.upload(at+"/nhan-bo-sung", [][3]string{{"message", "", "01 bản chụp"}, {"do", "", "send"}}))
		officer.shown(at, "Trả lời: 01 bản chụp")
		p.browser(t, w.Neighbour).right("the neighbour", p.browser(t, w.Neighbour).get(own+"/bo-sung"), http.StatusNotFound)
	})
}
