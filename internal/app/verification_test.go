// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/platform/pdfread"
)

// authority is that of the demonstration, whose keys lie in its folder.
func (w *world) authority(t *testing.T) *signing.DevCA {
	t.Helper()
	w.letter(t) // makes it
	key, err := signing.Load(filepath.Join(w.Config.Keys, "signing", "authority.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return fine(signing.OpenDevCA(key))(t)
}

func fine[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func issue(t *testing.T, ca *signing.DevCA, from, until time.Time) *signing.SoftKey {
	t.Helper()
	return fine(ca.Issue(signing.Subject{Name: "Phạm Quốc Khánh", Unit: "UBND xã Mẫu", From: from, Until: until}))(t)
}

func sealed(t *testing.T, document []byte, key signing.Signer, at time.Time) []byte {
	t.Helper()
	return fine(signing.Sign(t.Context(), document, signing.Request{Field: "seal", At: at}, key, nil))(t)
}

// shadow shows other content above the signed one, in a revision of its own.
func shadow(t *testing.T, document []byte) []byte {
	t.Helper()
	f := fine(pdfread.Open(document))(t)
	pages := fine(f.Pages())(t)
	u := f.Update()
	page := f.Dict(pages[0]).Clone()
	page["Contents"] = u.Add(&pdfread.Stream{Dict: pdfread.Dict{}, Data: []byte("BT /F1 12 Tf (9.000.000.000) Tj ET")})
	u.Set(pages[0], page)
	out, _ := u.Bytes()
	return out
}

// prepared hides content in the document before it is signed, to be shown
// afterwards: the page points to an object that a later revision replaces.
func prepared(t *testing.T, free []byte, key signing.Signer, at time.Time) []byte {
	t.Helper()
	f := fine(pdfread.Open(free))(t)
	u := f.Update()
	pages := fine(f.Pages())(t)
	page := f.Dict(pages[0]).Clone()
	hidden := u.Add(&pdfread.Stream{Dict: pdfread.Dict{}, Data: []byte("q Q")})
	page["Contents"] = pdfread.Array{page["Contents"], hidden}
	u.Set(pages[0], page)
	with, _ := u.Bytes()
	signed := sealed(t, with, key, at)
	f = fine(pdfread.Open(signed))(t)
	u = f.Update()
	u.Set(hidden, &pdfread.Stream{Dict: pdfread.Dict{}, Data: []byte("BT (9.000.000.000) Tj ET")})
	out, _ := u.Bytes()
	return out
}

// scripted has JavaScript that runs when it is opened.
func scripted(t *testing.T, document []byte) []byte {
	t.Helper()
	f := fine(pdfread.Open(document))(t)
	ref, root, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	u := f.Update()
	root = root.Clone()
	root["OpenAction"] = pdfread.Dict{"S": pdfread.Name("JavaScript"), "JS": pdfread.Text("app.alert('x')")}
	u.Set(ref, root)
	out, _ := u.Bytes()
	return out
}

// ranged moves the ranges that are said to be signed.
func ranged(t *testing.T, document []byte) []byte {
	t.Helper()
	m := regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+)\]`).FindSubmatchIndex(document)
	if m == nil {
		t.Fatal("no range")
	}
	out := bytes.Clone(document)
	for _, i := range []int{2, 4} {
		digit := out[m[i+1]-1]
		out[m[i+1]-1] = '0' + (digit-'0'+1)%10
	}
	return out
}

func archive(t *testing.T, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		fine(z.Create(name))(t)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wrapped moves the signed element away and puts another in its place.
func wrapped(t *testing.T, document []byte) []byte {
	t.Helper()
	text := string(document)
	i, j := strings.Index(text, `<noiDung`), strings.Index(text, `</noiDung>`)+len(`</noiDung>`)
	if i < 0 || j < i {
		t.Fatalf("nothing signed in %s", text)
	}
	return []byte(text[:i] + `<noiDung Id="khac">9.000.000.000</noiDung><cu>` + text[i:j] + `</cu>` + text[j:])
}

type checked struct {
	Verdict, Code string
	Notes         []string
	Signatures    []struct {
		Problems []string
		Level    string
	}
	Issued *struct{ Number string }
	Stated *struct{ SHA256 string }
}

func (w *world) judged(t *testing.T, document []byte) (checked, int) {
	t.Helper()
	got := w.send(t, "", http.MethodPost, "/api/v1/verifications", string(document), "Content-Type", "application/octet-stream")
	var c checked
	if err := json.Unmarshal([]byte(got.body), &c); err != nil {
		t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	return c, got.status
}

// Whatever an attacker makes of a signed document, it is never valid.
func TestAttacksOnDocuments(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		now := w.DB.Now().Time
		ca := w.authority(t)
		good, free := w.letter(t)
		key := issue(t, ca, now.Add(-time.Hour), now.Add(time.Hour))
		own := fine(signing.NewDevCA("Tự tạo", now.AddDate(-1, 0, 0), signing.P256))(t)
		signedByKey := sealed(t, free, key, now)
		leaf, _, err := key.Certificate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		crl := fine(ca.CRL([]signing.Withdrawn{{Serial: leaf.SerialNumber, At: now.Add(-time.Minute)}}, 1, now.Add(-time.Minute), now.Add(time.Hour)))(t)
		xml := []byte(`<hoSo><noiDung Id="a">150.000 đồng</noiDung></hoSo>`)
		xmlWhole := fine(signing.SignXML(t.Context(), xml, signing.XMLRequest{At: now}, key, nil))(t)
		xmlPart := fine(signing.SignXML(t.Context(), xml, signing.XMLRequest{Form: signing.XMLDetached, Ref: "a", At: now}, key, nil))(t)
		for name, tt := range map[string]struct {
			document []byte
			want     string
			problem  string
		}{
			"good":               {good, "valid", ""},
			"scripts":            {scripted(t, free), "unsigned", ""},
			"bytes appended":     {append(bytes.Clone(good), "\n9 0 obj\n<< >>\nendobj\n"...), "invalid", "signing.problem.appended"},
			"another page above": {shadow(t, good), "invalid", "signing.problem.changed"},
			"prepared, replaced": {prepared(t, free, key, now), "invalid", "signing.problem.changed"},
			"scripts afterwards": {scripted(t, good), "invalid", "signing.problem.changed"},
			"ranges moved":       {ranged(t, good), "invalid", "signing.problem.range"},
			"self-made":          {sealed(t, free, issue(t, own, now.Add(-time.Hour), now.Add(time.Hour)), now), "unconfirmed", "signing.problem.untrusted"},
			"expired":            {sealed(t, free, issue(t, ca, now.Add(-2*time.Hour), now.Add(-time.Hour)), now), "invalid", "signing.problem.expired"},
			"not yet valid":      {sealed(t, free, issue(t, ca, now.Add(time.Hour), now.Add(2*time.Hour)), now), "invalid", "signing.problem.expired"},
			"revoked":            {fine(signing.AddEvidence(signedByKey, signing.Evidence{CRLs: [][]byte{crl}}))(t), "invalid", "signing.problem.revoked"},
			"not signed":         {free, "unsigned", ""},
			"XML":                {xmlWhole, "valid", ""},
			"XML, changed":       {bytes.Replace(xmlWhole, []byte("150.000"), []byte("950.000"), 1), "invalid", ""},
			"XML, wrapped":       {wrapped(t, xmlPart), "invalid", ""},
			"XML, only a part":   {bytes.Replace(xmlPart, []byte("<hoSo>"), []byte("<hoSo><them/>"), 1), "invalid", ""},
			"XML, not signed":    {xml, "unsigned", ""},
		} {
			c, status := w.judged(t, tt.document)
			found := tt.problem == ""
			for _, s := range c.Signatures {
				found = found || slices.Contains(s.Problems, tt.problem)
			}
			if status != http.StatusOK || c.Verdict != tt.want || !found {
				t.Errorf("%s: %d %+v", name, status, c)
			}
			if name == "scripts" && !slices.Equal(c.Notes, []string{"proofs.note.scripts"}) {
				t.Errorf("scripts are not mentioned: %v", c.Notes)
			}
		}
	})
}

func TestWrongFilesAreExplained(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good, _ := w.letter(t)
		at := bytes.LastIndex(good, []byte("/Root"))
		key := issue(t, w.authority(t), w.DB.Now().Add(-time.Hour), w.DB.Now().Add(time.Hour))
		cms := fine(signing.BuildCMS(t.Context(), make([]byte, 32), key, nil))(t)
		for name, tt := range map[string]struct {
			content []byte
			code    string
			says    string
		}{
			"empty":        {nil, "proofs.empty", "Chọn tệp"},
			"broken":       {good[:len(good)/2], "pdf.malformed", "bị hỏng"},
			"encrypted":    {slices.Concat(good[:at], []byte("/Encrypt 1 0 R "), good[at:]), "pdf.encrypted", "mật khẩu"},
			"a picture":    {[]byte("\x89PNG\r\n\x1a\n...."), "proofs.is_picture", "Tệp này là ảnh"},
			"a photo":      {[]byte("\xff\xd8\xff\xe0...."), "proofs.is_picture", "Tệp này là ảnh"},
			"Word":         {archive(t, "[Content_Types].xml", "word/document.xml"), "proofs.is_office", "Word"},
			"Word of old":  {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "proofs.is_office", "Word"},
			"an archive":   {archive(t, "quyet-dinh.pdf"), "proofs.is_archive", "tệp nén"},
			"p7s":          {cms, "proofs.is_cms", ".p7s"},
			"p7s as PEM":   {pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: cms}), "proofs.is_cms", ".p7s"},
			"a web page":   {[]byte("\n<!DOCTYPE html><html></html>"), "proofs.is_html", "trang web"},
			"a text":       {[]byte("Kính gửi"), "proofs.not_pdf", "không phải PDF hay XML"},
			"another JSON": {[]byte(`{"payload":"e30","protected":"e30","signature":""}`), "proofs.not_pdf", "không phải PDF hay XML"},
			"DTD":          {[]byte(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`), "signing.xml_refused", "DTD"},
			"broken XML":   {[]byte("<a><b></a>"), "signing.xml", "XML"},
			"bomb":         {[]byte(strings.Repeat("<a>", 10_000)), "signing.xml_too_large", "XML"},
		} {
			if c, status := w.judged(t, tt.content); status != http.StatusUnprocessableEntity && status != http.StatusRequestEntityTooLarge || c.Code != tt.code {
				t.Errorf("%s: %d %s", name, status, c.Code)
			}
			page := w.drop(t, "", "/kiem-tra", tt.content)
			if wellMade(t, page); !strings.Contains(html.UnescapeString(page.body), tt.says) {
				t.Errorf("%s: the page does not say %q", name, tt.says)
			}
		}
	})
}

// One byte anywhere in what is covered, and the document is not valid; Poppler agrees.
func TestAnyByteCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	good, _ := w.letter(t)
	root := w.authority(t).Root()
	says := func(document []byte) string {
		dir := t.TempDir()
		nss, der := filepath.Join(dir, "nss"), filepath.Join(dir, "root.der")
		if err := os.WriteFile(der, root.Raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(nss, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"-N", "-d", "sql:" + nss, "--empty-password"}, {"-A", "-d", "sql:" + nss, "-n", "root", "-t", "CT,C,C", "-i", der}} {
			if out, err := pdftest.Run(t, "libnss3-tools", "certutil", args...); err != nil {
				t.Fatalf("certutil: %v\n%s", err, out)
			}
		}
		out, _ := pdftest.Run(t, "poppler-utils", "pdfsig", "-nssdir", "sql:"+nss, pdftest.Save(t, document))
		return out
	}
	said := says(good)
	for _, want := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed"} {
		if !strings.Contains(said, want) {
			t.Errorf("pdfsig does not say %q:\n%s", want, said)
		}
	}
	m := regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+)`).FindSubmatch(good)
	var r [3]int
	for i := range r {
		if _, err := fmt.Sscan(string(m[i+1]), &r[i]); err != nil {
			t.Fatal(err)
		}
	}
	if c, _ := w.judged(t, good); c.Verdict != "valid" {
		t.Fatalf("unchanged: %+v", c)
	}
	for i := range 400 {
		at := int(fine(rand.Int(rand.Reader, big.NewInt(int64(r[0]+r[2]))))(t).Int64())
		if at >= r[0] {
			at += r[1] - r[0]
		}
		bit := byte(1) << (i % 8)
		changed := bytes.Clone(good)
		changed[at] ^= bit
		if c, status := w.judged(t, changed); status == http.StatusOK && c.Verdict == "valid" {
			t.Errorf("byte %d, bit %d: %+v", at, bit, c)
		}
		if i < 5 {
			if said := says(changed); strings.Contains(said, "Signature is Valid") && strings.Contains(said, "Total document signed") {
				t.Errorf("byte %d: pdfsig says\n%s", at, said)
			}
		}
	}
}

// saved posts the result of a check back and returns the file.
func (w *world) saved(t *testing.T, result answer, as string) answer {
	t.Helper()
	form := url.Values{"as": {as}}
	for _, name := range []string{"report", "seal"} {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(result.body)
		if m == nil {
			t.Fatalf("no field %s", name)
		}
		form.Set(name, html.UnescapeString(m[1]))
	}
	return w.post(t, "", "/kiem-tra/bao-cao", form)
}

func TestResultsAreSigned(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good, _ := w.letter(t)
		result := w.drop(t, "", "/kiem-tra", good)
		paper := w.saved(t, result, "pdf")
		if paper.status != http.StatusOK || paper.header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("%d %s", paper.status, regexp.MustCompile(`(?s).*<main`).ReplaceAllString(paper.body, ""))
		}
		if dir := os.Getenv("TINHSO_LOOK"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "ket-qua.pdf"), []byte(paper.body), 0o600); err != nil {
				t.Error(err)
			}
		}
		if c, _ := w.judged(t, []byte(paper.body)); c.Verdict != "valid" || len(c.Signatures) != 1 {
			t.Errorf("the paper: %+v", c)
		}
		text := strings.Join(strings.Fields(pdftest.Text(t, []byte(paper.body))), " ")
		var rep struct {
			SHA256    string
			TrustList struct{ SHA256 string } `json:"trust_list"`
		}
		if err := json.Unmarshal([]byte(w.saved(t, result, "json").body), &rep); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Chữ ký hợp lệ", "MÔ PHỎNG", rep.SHA256, rep.TrustList.SHA256, "tinhso test"} {
			if want == "" || !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("the paper does not say %q:\n%s", want, text)
			}
		}
		changed := []byte(paper.body)
		changed[bytes.Index(changed, []byte("stream"))+40] ^= 1
		if c, _ := w.judged(t, changed); c.Verdict == "valid" {
			t.Error("a changed paper is valid")
		}

		jws := w.saved(t, result, "jws")
		if c, _ := w.judged(t, []byte(jws.body)); c.Verdict != "valid" || c.Stated == nil || c.Stated.SHA256 != rep.SHA256 {
			t.Errorf("the signed JSON: %+v", c)
		}
		var parts map[string]string
		if err := json.Unmarshal([]byte(jws.body), &parts); err != nil {
			t.Fatal(err)
		}
		parts["payload"] = parts["payload"][:40] + "A" + parts["payload"][41:]
		forged := fine(json.Marshal(parts))(t)
		if c, _ := w.judged(t, forged); c.Verdict != "invalid" || c.Stated != nil {
			t.Errorf("a forged one: %+v", c)
		}
		page := w.drop(t, "", "/kiem-tra", []byte(jws.body))
		if wellMade(t, page); !strings.Contains(page.body, rep.SHA256) || !strings.Contains(page.body, "Kết quả đã lập") {
			t.Error("the page does not show what the result says")
		}
		direct := w.send(t, "", http.MethodPost, "/api/v1/verifications", string(good), "Content-Type", "application/pdf", "Accept", "application/jose+json")
		if c, _ := w.judged(t, []byte(direct.body)); c.Verdict != "valid" || c.Stated == nil {
			t.Errorf("asked for with Accept: %d %.200s", direct.status, direct.body)
		}
		direct = w.send(t, "", http.MethodPost, "/api/v1/verifications", string(good), "Content-Type", "application/pdf", "Accept", "application/pdf")
		if !strings.HasPrefix(direct.body, "%PDF-") {
			t.Errorf("asked for with Accept: %d %.200s", direct.status, direct.body)
		}
	})
}

func TestSeveralFilesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good, free := w.letter(t)
		batch := func(files ...[]byte) answer {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			for i, content := range files {
				part := fine(form.CreateFormFile("file", fmt.Sprintf("%d.pdf", i)))(t)
				fine(part.Write(content))(t)
			}
			if err := form.Close(); err != nil {
				t.Fatal(err)
			}
			return w.send(t, "", http.MethodPost, "/api/v1/verifications/batch", body.String(), "Content-Type", form.FormDataContentType())
		}
		var out struct {
			Items []struct {
				Index   int
				Name    string
				Report  *checked
				Problem *struct{ Code, Detail string }
			}
		}
		decode(t, batch(good, []byte("\x89PNG"), free, make([]byte, 51<<20)), &out)
		if len(out.Items) != 4 || out.Items[0].Report.Verdict != "valid" || out.Items[1].Problem.Code != "proofs.is_picture" || out.Items[1].Problem.Detail == "" ||
			out.Items[2].Report.Verdict != "unsigned" || out.Items[2].Index != 2 || out.Items[2].Name != "2.pdf" || out.Items[3].Problem.Code != "proofs.too_large" {
			t.Errorf("%+v", out)
		}
		if got := batch(slices.Repeat([][]byte{free}, 21)...); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "proofs.many") {
			t.Errorf("21 files: %d %.200s", got.status, got.body)
		}
		if got := batch(); got.status != http.StatusUnprocessableEntity {
			t.Errorf("no file: %d", got.status)
		}
	})
}

// The trust list in the pages: proposed by one, confirmed by another, seen by all.
func TestTheTrustListInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		now := w.DB.Now().Time
		own := fine(signing.NewDevCA("Tổ chức mới", now.AddDate(-1, 0, 0), signing.P256))(t)
		_, free := w.letter(t)
		document := sealed(t, free, issue(t, own, now.Add(-time.Hour), now.Add(time.Hour)), now)
		send := func(who string, content []byte, fields ...string) answer {
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			for i := 0; i+1 < len(fields); i += 2 {
				if err := form.WriteField(fields[i], fields[i+1]); err != nil {
					t.Fatal(err)
				}
			}
			part := fine(form.CreateFormFile("certificate", "ca.der"))(t)
			fine(part.Write(content))(t)
			if err := form.Close(); err != nil {
				t.Fatal(err)
			}
			return w.send(t, who, http.MethodPost, "/van-hanh/tin-cay/moi", body.String(), "Content-Type", form.FormDataContentType())
		}
		const it, inspector = "cntt.tinh", "kiemtra.tinh"
		bad := send(it, []byte("x"), "uses", "agency", "valid_from", "32/13/2026", "lists", "none")
		if wellMade(t, bad); bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "#certificate") || !strings.Contains(bad.body, "#source") || !strings.Contains(bad.body, "#valid_from") {
			t.Errorf("a bad proposal: %d", bad.status)
		}
		if got := send(inspector, own.Root().Raw, "uses", "agency", "source", "x", "lists", "none"); got.status != http.StatusForbidden {
			t.Errorf("who only confirms proposes: %d", got.status)
		}
		made := send(it, own.Root().Raw, "uses", "agency", "source", "Trao tay", "lists", "none")
		path := made.header.Get("Location")
		if made.status != http.StatusSeeOther || !strings.HasPrefix(path, "/van-hanh/tin-cay/") {
			t.Fatalf("%d %.400s", made.status, made.body)
		}
		path, _, _ = strings.Cut(path, "?")
		again := send(it, own.Root().Raw, "uses", "agency", "source", "x", "lists", "none")
		if again.status != http.StatusConflict || !strings.Contains(again.body, "đã có trong danh sách") {
			t.Errorf("proposed twice: %d", again.status)
		}
		if c, _ := w.judged(t, document); c.Verdict != "unconfirmed" {
			t.Errorf("proposed only: %s", c.Verdict)
		}
		for _, who := range []string{it, inspector} {
			if got := w.send(t, who, http.MethodGet, path, ""); wellMade(t, got) == "" || strings.Contains(got.body, "xac-nhan") != (who == inspector) {
				t.Errorf("%s sees the proposal: %d", who, got.status)
			}
		}
		if got := w.post(t, inspector, path+"/xac-nhan", url.Values{"fingerprint": {"00"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#fingerprint"`) {
			t.Errorf("another fingerprint: %d", got.status)
		}
		shown := w.send(t, it, http.MethodGet, path, "").body
		m := regexp.MustCompile(`((?:[0-9A-F]{4} ){15}[0-9A-F]{4})`).FindString(shown)
		if got := w.post(t, inspector, path+"/xac-nhan", url.Values{"fingerprint": {m}}); got.status != http.StatusSeeOther {
			t.Fatalf("confirm: %d %.300s", got.status, got.body)
		}
		if c, _ := w.judged(t, document); c.Verdict != "valid" {
			t.Errorf("confirmed: %+v", c)
		}
		list := w.send(t, "", http.MethodGet, "/kiem-tra/tin-cay", "")
		if wellMade(t, list); !strings.Contains(list.body, m) {
			t.Error("the public list lacks it")
		}
		if got := w.send(t, "", http.MethodGet, "/kiem-tra/tin-cay/danh-sach.csv", ""); !strings.Contains(got.body, strings.ToLower(strings.ReplaceAll(m, " ", ""))) {
			t.Error("the CSV lacks it")
		}
		bundle := w.send(t, "", http.MethodGet, "/kiem-tra/tin-cay/danh-sach.pem", "").body
		n := strings.Count(bundle, "BEGIN CERTIFICATE")
		if got := w.post(t, it, path+"/rut", url.Values{"why": {"compromised"}, "note": {"Thông báo"}, "from": {"1/1/2020"}}); got.status != http.StatusSeeOther {
			t.Fatalf("withdraw: %d", got.status)
		}
		if c, _ := w.judged(t, document); c.Verdict != "unconfirmed" {
			t.Errorf("withdrawn: %+v", c)
		}
		if after := strings.Count(w.send(t, "", http.MethodGet, "/kiem-tra/tin-cay/danh-sach.pem", "").body, "BEGIN CERTIFICATE"); after != n-1 {
			t.Errorf("%d certificates before, %d after", n, after)
		}
		if got := w.send(t, it, http.MethodGet, "/van-hanh/tin-cay", ""); wellMade(t, got) != "Danh sách tin cậy" || !strings.Contains(got.body, "Đã rút") {
			t.Errorf("the list: %d", got.status)
		}
	})
}
