// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// holder returns the first account of the pack with a role.
func (w *world) holder(t *testing.T, role string) packs.Account {
	t.Helper()
	for _, a := range w.set.Accounts {
		if a.Role == role {
			return a
		}
	}
	t.Fatalf("nobody is %s", role)
	return packs.Account{}
}

func wants(t *testing.T, what string, got answer, status int, texts ...string) {
	t.Helper()
	if got.status != status {
		t.Errorf("%s: %d, want %d", what, got.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			t.Errorf("%s: %q is not on the page", what, text)
		}
	}
}

// book makes a register with a field of each awkward kind.
func (w *world) book(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	def := registers.Definition{
		ID: "nguoi-giu", Title: i18n.Text{VI: "Sổ người giữ", EN: "Register of keepers"}, Version: 1,
		Fields: []registers.Field{
			{Key: "code", Label: i18n.Text{VI: "Số"}, Type: registers.Line, Required: true, Unique: true, Max: 20},
			{Key: "unit", Label: i18n.Text{VI: "Nơi giữ"}, Type: registers.Line, Max: 50},
			{Key: "phone", Label: i18n.Text{VI: "Điện thoại"}, Type: registers.Phone},
			{Key: "area", Label: i18n.Text{VI: "Diện tích"}, Type: registers.Decimal, Scale: 2},
			{Key: "since", Label: i18n.Text{VI: "Từ ngày"}, Type: registers.Date},
		},
		List: registers.List{Columns: []string{"code", "phone", "area"}, Sort: "code"},
	}
	if err := w.DB.Write(ctx, func(tx *db.Tx) error {
		plan, err := w.Registers.Plan(ctx, tx, def)
		if err != nil {
			return err
		}
		return w.Registers.Apply(ctx, tx, identity.Program("test"), plan)
	}); err != nil {
		t.Fatal(err)
	}
}

func TestTheFormOfARecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.book(t)
		officer := w.holder(t, "officer")
		who, path := officer.ID, "/so/nguoi-giu"
		wants(t, "no records", w.send(t, who, http.MethodGet, path, ""), http.StatusOK, "Sổ chưa có bản ghi nào", path+"/moi")
		bad := w.post(t, who, path+"/moi", url.Values{
			"unit": {officer.Unit}, "f-phone": {"abc"}, "f-area": {"1.234,567"}, "f-since": {"31/02/2026"}, "f-unit": {"Nhà <b>"},
		})
		wants(t, "all errors", bad, http.StatusUnprocessableEntity, "Nhập Số", `href="#f-code"`, `href="#f-phone"`, `href="#f-area"`, `href="#f-since"`,
			`value="1.234,567"`, `value="31/02/2026"`, `value="Nhà &lt;b&gt;"`)
		good := url.Values{"unit": {officer.Unit}, "f-code": {"A1"}, "f-phone": {"0296 385 2222"}, "f-area": {"1.234,5"}, "f-since": {"5/2/2026"}}
		added := w.post(t, who, path+"/moi", good)
		one := added.header.Get("Location")
		if added.status != http.StatusSeeOther || !strings.HasPrefix(one, path+"/") {
			t.Fatalf("adding: %d to %q", added.status, one)
		}
		got := w.send(t, who, http.MethodGet, one, "")
		wants(t, "the record", got, http.StatusOK, "1.234,5", "05/02/2026", "(đã che)", "Xem dữ liệu cá nhân", "Thêm vào sổ")
		if strings.Contains(got.body, "02963852222") || got.header.Get("Cache-Control") != "no-store" {
			t.Error("personal data without a purpose, or a page that is kept")
		}
		wants(t, "no purpose", w.post(t, who, one+"/du-lieu-ca-nhan", nil), http.StatusUnprocessableEntity, `href="#purpose"`, "(đã che)")
		wants(t, "with a purpose", w.post(t, who, one+"/du-lieu-ca-nhan", url.Values{"purpose": {"handling"}}), http.StatusOK, "02963852222")

		form := w.send(t, who, http.MethodGet, one+"/sua", "")
		wants(t, "the form", form, http.StatusOK, `value="1234,5"`, `value="05/02/2026"`, `name="c-phone"`)
		if strings.Contains(form.body, "02963852222") {
			t.Error("personal data in the form")
		}
		change := url.Values{"seen": {"1"}, "f-code": {"A1"}, "f-area": {"20"}, "f-since": {"05/02/2026"}}
		if saved := w.post(t, who, one+"/sua", change); saved.status != http.StatusSeeOther {
			t.Errorf("saving: %d", saved.status)
		}
		wants(t, "the phone is kept", w.post(t, who, one+"/du-lieu-ca-nhan", url.Values{"purpose": {"handling"}}), http.StatusOK,
			"02963852222", "Diện tích: 1.234,5 → 20")
		change.Set("f-area", "30")
		late := w.post(t, who, one+"/sua", change)
		wants(t, "too late", late, http.StatusConflict, who+" đã lưu bản ghi này lúc", "Giá trị hiện nay: 20.", `value="30"`)
		if seen := regexp.MustCompile(`name="seen" value="(\d+)"`).FindStringSubmatch(late.body); len(seen) != 2 || seen[1] != "2" {
			t.Errorf("the form goes on from %v", seen)
		}
		change.Set("seen", "2")
		change.Set("c-phone", "1")
		if saved := w.post(t, who, one+"/sua", change); saved.status != http.StatusSeeOther {
			t.Errorf("saving after the conflict: %d", saved.status)
		}
		if gone := w.post(t, who, one+"/du-lieu-ca-nhan", url.Values{"purpose": {"handling"}}); strings.Contains(gone.body, "02963852222") {
			t.Error("the phone was to be taken away")
		}
		wants(t, "taken code", w.post(t, who, path+"/moi", good), http.StatusUnprocessableEntity, "Số này đã có trong sổ")
		wants(t, "found", w.send(t, who, http.MethodGet, path+"?f-code=A1", ""), http.StatusOK, one)
		wants(t, "not found", w.send(t, who, http.MethodGet, path+"?f-code=A2", ""), http.StatusOK, "Không tìm thấy")
		english := w.send(t, who, http.MethodGet, one, "", "Cookie", page.SessionCookie+"="+w.token(t, who, identity.Browser)+"; tinhso_lang=en")
		wants(t, "in English", english, http.StatusOK, "Register of keepers", "History", "Take out")
		wants(t, "asked", w.send(t, who, http.MethodGet, one+"/an", ""), http.StatusOK, `name="seen" value="3"`)
		wants(t, "hiding what changed", w.post(t, who, one+"/an", url.Values{"seen": {"2"}}), http.StatusConflict, "đã lưu bản ghi này lúc")
		if hidden := w.post(t, who, one+"/an", url.Values{"seen": {"3"}}); hidden.status != http.StatusSeeOther {
			t.Errorf("hiding: %d", hidden.status)
		}
		wants(t, "hidden", w.send(t, who, http.MethodGet, one, ""), http.StatusNotFound)
	})
}

func TestTheAuditLogOnAPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		it, auditor := w.holder(t, "province_it").ID, w.holder(t, "auditor").ID
		wants(t, "before the first", w.send(t, auditor, http.MethodGet, "/van-hanh/nhat-ky/diem-neo.txt", ""), http.StatusNotFound)
		if _, _, err := audit.Sequence(t.Context(), w.DB, "test", w.Signer); err != nil {
			t.Fatal(err)
		}
		log := w.send(t, auditor, http.MethodGet, "/van-hanh/nhat-ky?event=registers.applied", "")
		wants(t, "the log", log, http.StatusOK, "Áp dụng cấu trúc sổ", "Chương trình: apply", "@1", "tinhso verify")
		wants(t, "nobody", w.send(t, auditor, http.MethodGet, "/van-hanh/nhat-ky?login=khong-co", ""), http.StatusUnprocessableEntity, `href="#login"`, `value="khong-co"`)
		wants(t, "nothing", w.send(t, auditor, http.MethodGet, "/van-hanh/nhat-ky?subject=x", ""), http.StatusOK, "Không có bản ghi nào")
		note := w.send(t, auditor, http.MethodGet, "/van-hanh/nhat-ky/diem-neo.txt", "")
		head, err := audit.GetHead(t.Context(), w.DB)
		if err != nil || note.body != head.Note || !strings.Contains(note.header.Get("Content-Disposition"), "diem-neo.txt") {
			t.Errorf("the checkpoint: %q, %v", note.body, err)
		}
		wants(t, "IT reads the log", w.send(t, it, http.MethodGet, "/van-hanh/nhat-ky", ""), http.StatusForbidden)
		wants(t, "the auditor operates", w.send(t, auditor, http.MethodGet, "/van-hanh/viec-nen", ""), http.StatusForbidden)
		wants(t, "the auditor runs jobs", w.post(t, auditor, "/van-hanh/viec-nen/x/chay-lai", nil), http.StatusForbidden)
		wants(t, "no such job", w.post(t, it, "/van-hanh/viec-nen/x/chay-lai", nil), http.StatusNotFound)
		wants(t, "health", w.send(t, it, http.MethodGet, "/van-hanh", ""), http.StatusOK, "Tình trạng vận hành", "Còn trống", w.set.Meta.Name)
		wants(t, "no jobs", w.send(t, it, http.MethodGet, "/van-hanh/viec-nen", ""), http.StatusOK, "Không có việc nào chờ xử lý")
	})
}

// A pack that would lose a value of a register changes nothing at all.
func TestARefusedRegisterRefusesThePack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	officer := w.holder(t, "officer")
	body := `{"unit":"` + officer.Unit + `","values":{"code":"C1","name":"Chợ một","commune":"` + officer.Unit + `","class":"one"}}`
	if got := w.send(t, officer.ID, http.MethodPost, "/api/v1/registers/cho/records", body); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	changed := *w.set
	changed.Registers = nil
	for _, r := range w.set.Registers {
		if r.ID == "cho" {
			node := *r.Definition
			r.Definition = &node
			for i := 0; i+1 < len(node.Content); i += 2 {
				if node.Content[i].Value == "title" { // another title without another version
					title := *node.Content[i+1]
					title.Kind, title.Tag, title.Value, title.Content = node.Content[0].Kind, "!!str", "Sổ khác", nil
					content := append(node.Content[:i+1:i+1], &title)
					node.Content = append(content, r.Definition.Content[i+2:]...)
					break
				}
			}
		}
		changed.Registers = append(changed.Registers, r)
	}
	_, err := w.Apply(t.Context(), &changed, true, false)
	if !errors.Is(err, registers.ErrRefused) || !strings.Contains(err.Error(), "TỪ CHỐI") || !strings.Contains(err.Error(), "xin tăng số phiên bản") {
		t.Errorf("got %v", err)
	}
}

func TestRecordsByAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.book(t)
		officer := w.holder(t, "officer")
		path := "/api/v1/registers/nguoi-giu/records"
		added := w.send(t, officer.ID, http.MethodPost, path, `{"unit":"`+officer.Unit+`","values":{"code":"A1","phone":"02963852222","area":12.50}}`)
		wants(t, "adding", added, http.StatusOK, `"area":"12.5"`, `"withheld":["phone"]`)
		if strings.Contains(added.body, "02963852222") {
			t.Error("personal data came back without a purpose")
		}
		one := path + "/" + regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(added.body)[1]
		wants(t, "changing", w.send(t, officer.ID, http.MethodPut, one, `{"seen":1,"values":{"area":null}}`), http.StatusOK, `"version":2`)
		wants(t, "too late", w.send(t, officer.ID, http.MethodPut, one, `{"seen":1,"values":{"area":"3"}}`), http.StatusConflict, "registers.changed_meanwhile")
		wants(t, "the record", w.send(t, officer.ID, http.MethodGet, one, ""), http.StatusOK, `"version":2`, `"area":"12.5"`, `"by":"`+officer.ID+`"`)
		wants(t, "for a purpose", w.send(t, officer.ID, http.MethodGet, one+"?purpose=handling", ""), http.StatusOK, "02963852222")
		wants(t, "another purpose", w.send(t, officer.ID, http.MethodGet, one+"?purpose=curiosity", ""), http.StatusBadRequest)
		wants(t, "a leader writes", w.send(t, w.holder(t, "leader").ID, http.MethodDelete, one+"?seen=2", ""), http.StatusForbidden)
		wants(t, "hiding unseen", w.send(t, officer.ID, http.MethodDelete, one, ""), http.StatusBadRequest)
		wants(t, "hiding", w.send(t, officer.ID, http.MethodDelete, one+"?seen=2", ""), http.StatusNoContent)
		wants(t, "hidden", w.send(t, officer.ID, http.MethodGet, one, ""), http.StatusNotFound)
	})
}
