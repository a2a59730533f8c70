// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/devkeys"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// letter returns a letter sealed by a unit of the province, and the same without a seal.
func (w *world) letter(t *testing.T) (sealed, free []byte) {
	t.Helper()
	now := w.DB.Now().Time
	press := papers.Press{Fonts: pdftest.Fonts(t), Made: now, Mark: papers.Simulated}
	p, err := press.Letter(papers.Letter{
		Agency: papers.Agency{Name: "Ủy ban nhân dân xã Mẫu"}, Notation: "TB-UBND", Place: "Mẫu", Kind: "Thông báo",
		Subject: "Về việc thử nghiệm", Body: []papers.Block{{Text: "Thử nghiệm./."}}, Signer: papers.Signer{Post: "Chủ tịch", Name: "Người Ký"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if free, err = signing.Reserve(p.PDF, []signing.Field{{Name: "seal", Kind: signing.SignatureField, Rect: p.Areas[papers.AreaSeal]}}); err != nil {
		t.Fatal(err)
	}
	keys := devkeys.New(filepath.Join(w.Config.Keys, "signing"), w.DB, w.People)
	key, err := keys.SealSigner(t.Context(), orgs.ID(w.set.Units[0].ID))
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err = signing.Sign(t.Context(), free, signing.Request{Field: "seal", At: now, Reason: "Đóng dấu <số>"}, key, nil); err != nil {
		t.Fatal(err)
	}
	return sealed, free
}

// drop sends a file as the page does.
func (w *world) drop(t *testing.T, who, path string, content []byte, fields ...string) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", "bi-mat.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return w.send(t, who, http.MethodPost, path, body.String(), "Content-Type", form.FormDataContentType())
}

var (
	pageTitle = regexp.MustCompile(`<title>([^<·]*) · `)
	firstRank = regexp.MustCompile(`<h1[ >]`)
	inputID   = regexp.MustCompile(`<(?:input|textarea)[^>]* id="([^"]+)"`)
)

// wellMade checks what every page must have, and returns its title.
func wellMade(t *testing.T, a answer) string {
	t.Helper()
	if n := len(firstRank.FindAllString(a.body, -1)); n != 1 {
		t.Errorf("%d titles of the first rank", n)
	}
	for _, m := range inputID.FindAllStringSubmatch(a.body, -1) {
		if !strings.Contains(a.body, `for="`+m[1]+`"`) {
			t.Errorf("%s has no label", m[1])
		}
	}
	m := pageTitle.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%d, a page without a title", a.status)
	}
	return html.UnescapeString(m[1])
}

func TestAnybodyChecksADocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		sealed, free := w.letter(t)
		changed := bytes.Clone(sealed)
		changed[bytes.Index(changed, []byte("stream"))+40] ^= 1
		for name, tt := range map[string]struct {
			content []byte
			status  int
			title   string
			says    string
		}{
			"good":       {sealed, 200, "Chữ ký hợp lệ – Kiểm tra văn bản", "MÔ PHỎNG – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"},
			"one byte":   {changed, 200, "Chữ ký không hợp lệ – Kiểm tra văn bản", "Văn bản đã bị sửa sau khi ký."},
			"not signed": {free, 200, "Văn bản không có chữ ký số – Kiểm tra văn bản", "chỉ là hình ảnh"},
			"a text":     {[]byte("Kính gửi"), 422, "Chưa kiểm tra được – Kiểm tra văn bản đã ký số", `href="#file"`},
			"garbage":    {[]byte("%PDF-1.7 \x00\xff"), 422, "Chưa kiểm tra được – Kiểm tra văn bản đã ký số", "bị hỏng"},
			"nothing":    {nil, 422, "Chưa kiểm tra được – Kiểm tra văn bản đã ký số", "Chọn tệp PDF hoặc XML cần kiểm tra"},
			"60 MB":      {make([]byte, 60<<20), 413, "Chưa kiểm tra được – Kiểm tra văn bản đã ký số", "lớn hơn 50 MB"},
			"70 MB":      {make([]byte, 70<<20), 413, "Chưa kiểm tra được – Kiểm tra văn bản đã ký số", "lớn hơn 50 MB"},
		} {
			got := w.drop(t, "", "/kiem-tra", tt.content)
			if title := wellMade(t, got); got.status != tt.status || title != tt.title || !strings.Contains(got.body, tt.says) {
				t.Errorf("%s: %d %q", name, got.status, title)
			}
		}
		good := w.drop(t, "", "/kiem-tra", sealed)
		for _, says := range []string{"Đóng dấu &lt;số&gt;", "Chữ ký bao trùm toàn bộ tệp.", "Nằm trong danh sách tin cậy", "SHA-256"} {
			if !strings.Contains(good.body, says) {
				t.Errorf("the result does not say %q", says)
			}
		}
		if wellMade(t, w.send(t, "", http.MethodGet, "/kiem-tra", "")) != "Kiểm tra văn bản đã ký số" {
			t.Error("the form has another title")
		}
		english := w.send(t, "", http.MethodGet, "/kiem-tra", "", "Cookie", "tinhso_lang=en")
		if wellMade(t, english) != "Check a signed document" {
			t.Error("no English")
		}
		if strings.Contains(w.logged.String(), "bi-mat") {
			t.Error("the name of a file is in the log")
		}
	})
}

// The report comes back as a file, and only if this server made it.
func TestTheReportIsSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	sealed, _ := w.letter(t)
	got := w.drop(t, "", "/kiem-tra", sealed)
	field := func(name string) string {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(got.body)
		if m == nil {
			t.Fatalf("no field %s", name)
		}
		return html.UnescapeString(m[1])
	}
	report := strings.ReplaceAll(field("report"), "\n", "\r\n") // as a browser sends it
	saved := w.post(t, "", "/kiem-tra/bao-cao", url.Values{"report": {report}, "seal": {field("seal")}})
	var rep struct{ Verdict, SHA256 string }
	if err := json.Unmarshal([]byte(saved.body), &rep); err != nil || saved.status != 200 || rep.Verdict != "valid" || len(rep.SHA256) != 64 ||
		!strings.Contains(saved.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v, %v", saved.status, saved.header, err)
	}
	forged := w.post(t, "", "/kiem-tra/bao-cao", url.Values{"report": {strings.Replace(report, "Đóng", "Chưa", 1)}, "seal": {field("seal")}})
	if forged.status != http.StatusUnprocessableEntity || !strings.Contains(forged.body, "không do hệ thống lập") {
		t.Errorf("a forged report: %d", forged.status)
	}
}

func TestProgramsCheckADocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		sealed, free := w.letter(t)
		for name, tt := range map[string]struct {
			got  answer
			want string
		}{
			"body":       {w.send(t, "", http.MethodPost, "/api/v1/verifications", string(sealed), "Content-Type", "application/pdf"), `200 "verdict":"valid"`},
			"form":       {w.drop(t, "", "/api/v1/verifications", sealed), `200 "verdict":"valid"`},
			"not signed": {w.send(t, "", http.MethodPost, "/api/v1/verifications", string(free), "Content-Type", "application/pdf"), `200 "verdict":"unsigned"`},
			"a text":     {w.send(t, "", http.MethodPost, "/api/v1/verifications", "x", "Content-Type", "text/plain"), `422 "code":"proofs.not_pdf"`},
			"too large":  {w.send(t, "", http.MethodPost, "/api/v1/verifications", strings.Repeat("x", 51<<20), "Content-Type", "application/pdf"), `413 "code":"proofs.too_large"`},
		} {
			status, says, _ := strings.Cut(tt.want, " ")
			if fmt.Sprint(tt.got.status) != status || !strings.Contains(tt.got.body, says) {
				t.Errorf("%s: %d %.200s", name, tt.got.status, tt.got.body)
			}
		}
	})
}

func TestAnybodyChecksTheLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if title := wellMade(t, w.send(t, "", http.MethodGet, "/nhat-ky", "")); title != "Nhật ký có niêm phong" {
			t.Errorf("before the first checkpoint: %q", title)
		}
		if got := w.send(t, "", http.MethodGet, "/nhat-ky/diem-neo", ""); got.status != http.StatusNotFound {
			t.Errorf("no checkpoint yet: %d", got.status)
		}
		me, other := w.set.Accounts[0], w.set.Accounts[1]
		act := func() string {
			in := w.post(t, "", "/dang-nhap", url.Values{"login": {me.ID}, "password": {me.Password}})
			if in.status != http.StatusSeeOther {
				t.Fatalf("signing in: %d", in.status)
			}
			note, _, err := audit.Sequence(t.Context(), w.DB, "test", w.Signer)
			if err != nil {
				t.Fatal(err)
			}
			return note
		}
		older := act()
		newer := act()
		if page := w.send(t, "", http.MethodGet, "/nhat-ky", ""); wellMade(t, page) == "" || !strings.Contains(page.body, w.LogKey.String()) {
			t.Error("the page of the log lacks the key")
		}
		if got := w.send(t, "", http.MethodGet, "/nhat-ky/diem-neo", ""); got.body != newer || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("the newest checkpoint: %d %q", got.status, got.body)
		}
		size := regexp.MustCompile(`\n(\d+)\n`).FindStringSubmatch(older)[1]
		if got := w.send(t, "", http.MethodGet, "/nhat-ky/diem-neo/"+size, ""); got.body != older || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("the checkpoint: %d %q", got.status, got.body)
		}
		for _, wrong := range []string{"0", "x", "999"} {
			if got := w.send(t, "", http.MethodGet, "/nhat-ky/diem-neo/"+wrong, ""); got.status != http.StatusNotFound {
				t.Errorf("checkpoint %s: %d", wrong, got.status)
			}
		}
		key, err := audit.ParseVerifier(w.send(t, "", http.MethodGet, "/nhat-ky/khoa.txt", "").body)
		if err != nil {
			t.Fatal(err)
		}
		var newest struct{ Note string }
		decode(t, w.send(t, "", http.MethodGet, "/api/v1/log/checkpoint", ""), &newest)
		var p audit.Consistency
		decode(t, w.send(t, "", http.MethodGet, "/api/v1/log/consistency?from="+size, ""), &p)
		if err := audit.CheckConsistency(p, older, newest.Note, key); err != nil || newest.Note != newer {
			t.Error(err)
		}
		w.receipts(t, me.ID, other.ID, key)
	})
}

// receipts walks from a person's acts to a receipt and its check.
func (w *world) receipts(t *testing.T, me, other string, key *audit.Verifier) {
	t.Helper()
	var acts struct {
		Items []struct {
			Record, Event string
			Sealed        bool
		}
	}
	decode(t, w.send(t, me, http.MethodGet, "/api/v1/log/acts", ""), &acts)
	if len(acts.Items) < 2 || acts.Items[0].Event != "accounts.signed_in" || !acts.Items[0].Sealed {
		t.Fatalf("own acts: %+v", acts)
	}
	record := acts.Items[0].Record
	page := w.send(t, me, http.MethodGet, "/nhat-ky/cua-toi", "")
	if wellMade(t, page) != "Việc tôi đã làm" || !strings.Contains(page.body, "/nhat-ky/bien-nhan/"+record) {
		t.Errorf("the page of own acts: %d", page.status)
	}
	var r audit.Receipt
	decode(t, w.send(t, me, http.MethodGet, "/api/v1/log/receipts/"+record, ""), &r)
	if e, err := r.Check(key); err != nil || e.ID != record {
		t.Errorf("the receipt: %v", err)
	}
	for who, status := range map[string]int{other: http.StatusNotFound, "": http.StatusUnauthorized} {
		if got := w.send(t, who, http.MethodGet, "/api/v1/log/receipts/"+record, ""); got.status != status {
			t.Errorf("%q gets a receipt of somebody else: %d", who, got.status)
		}
	}
	file := w.send(t, me, http.MethodGet, "/nhat-ky/bien-nhan/"+record, "").body
	if title := wellMade(t, w.send(t, "", http.MethodGet, "/nhat-ky/bien-nhan", "")); title != "Kiểm tra biên nhận" {
		t.Errorf("the form: %q", title)
	}
	bad := strings.Replace(file, "accounts.signed_in", "accounts.signed_on", 1)
	for name, tt := range map[string]struct {
		got    answer
		status int
		title  string
	}{
		"file":    {w.drop(t, "", "/nhat-ky/bien-nhan", []byte(file)), 200, "Biên nhận đúng"},
		"pasted":  {w.post(t, "", "/nhat-ky/bien-nhan", url.Values{"receipt": {file}}), 200, "Biên nhận đúng"},
		"own key": {w.drop(t, "", "/nhat-ky/bien-nhan", nil, "receipt", file, "key", key.String()), 200, "Biên nhận đúng"},
		"strange key": {
			w.drop(t, "", "/nhat-ky/bien-nhan", []byte(file), "key", "tinhso-audit+00000000+AQ=="), 422, "Biên nhận không đúng",
		},
		"changed": {w.drop(t, "", "/nhat-ky/bien-nhan", []byte(bad)), 422, "Biên nhận không đúng"},
		"nothing": {w.post(t, "", "/nhat-ky/bien-nhan", nil), 422, "Biên nhận không đúng"},
	} {
		if title := wellMade(t, tt.got); tt.got.status != tt.status || title != tt.title {
			t.Errorf("%s: %d %q", name, tt.got.status, title)
		}
	}
}

func decode(t *testing.T, a answer, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), to); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
}
