// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/docx/docxtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

func resultTemplate() core.NewTemplate {
	return core.NewTemplate{Kind: dossiers.ForResult, Procedure: "xac-nhan-cu-tru", FileName: "mẫu xác nhận.docx", Note: "Theo quyết định mới"}
}

// One uploads a template, somebody else approves it, and what is wrong in it is told
// by paragraph before anything is kept.
func TestATemplateIsUploadedAndApproved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		good := docxtest.Letter(t, "Xác nhận ông (bà) {{to_khai.full_name}}: {{ket_qua.finding}}")
		add := func(a identity.Actor, in core.NewTemplate, raw []byte) (string, error) {
			return s.AddTemplate(ctx, a, in, bytes.NewReader(raw))
		}
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "officer": w.Officer, "nobody": {}} {
			if _, err := add(a, resultTemplate(), good); err == nil {
				t.Errorf("%s uploads", name)
			}
			if _, err := s.ListTemplates(ctx, a, ""); err == nil {
				t.Errorf("%s lists", name)
			}
		}
		for _, one := range []struct {
			change func(*core.NewTemplate)
			raw    []byte
			says   string
		}{
			{func(n *core.NewTemplate) { n.Kind = "letter" }, good, "kind form.choose"},
			{func(n *core.NewTemplate) { n.Procedure = "" }, good, "procedure form.required"},
			{func(n *core.NewTemplate) { n.Procedure = "khong-co" }, good, "procedure dossiers.phrase_procedure"},
			{func(n *core.NewTemplate) { n.From = "hôm nay" }, good, "from dossiers.template_day"},
			{func(*core.NewTemplate) {}, nil, "file dossiers.template_file"},
			{func(*core.NewTemplate) {}, []byte("Kính gửi"), "file docx.not_docx"},
			{func(*core.NewTemplate) {}, make([]byte, docx.MaxSize+1), "file docx.too_large"},
			{func(*core.NewTemplate) {}, docxtest.Letter(t, "{{chu_ho_so.te}} và {{chưa đóng"), "[file docx.broken_braces] [file docx.unknown_field_near]"},
			{func(*core.NewTemplate) {}, docxtest.Document(t, docxtest.Paragraphs("{{chu_ho_so.ten}}")), "file dossiers.word_places"},
			{func(*core.NewTemplate) {}, docxtest.Letter(t, "chữ lạ \U0001F600"), "file docx.unreadable"},
			{func(*core.NewTemplate) {}, docxtest.Document(t, "", "word/vbaProject.bin", "x"), "file docx.macro"},
		} {
			in := resultTemplate()
			one.change(&in)
			if _, err := add(w.Author, in, one.raw); err == nil || !strings.Contains(err.Error(), one.says) {
				t.Errorf("want %q, got %v", one.says, err)
			}
		}
		if page := must[core.Page[core.Template]](t)(s.ListTemplates(ctx, w.Author, "")); len(page.Items) != 0 {
			t.Errorf("what was refused is kept: %+v", page.Items)
		}
		id := must[string](t)(add(w.Author, resultTemplate(), good))
		if got := must[core.TemplatePage](t)(s.GetTemplate(ctx, w.Approver, id)); got.Version != 1 || got.State != dossiers.TemplateWaiting || got.Mine || len(got.Warnings) != 0 {
			t.Errorf("got %+v", got)
		}
		tried := must[[]byte](t)(s.TryTemplate(ctx, w.Author, id, true))
		if text := pdftest.Text(t, tried); !strings.Contains(text, "«Họ và tên»") || !strings.Contains(text, "«Nội dung xác nhận»") {
			t.Errorf("tried out: %s", text)
		}
		if _, err := docx.Open(must[[]byte](t)(s.TryTemplate(ctx, w.Author, id, false))); err != nil {
			t.Errorf("tried out: %v", err)
		}
		own := must[string](t)(add(w.Approver, resultTemplate(), good))
		refused(t, "one's own", s.DecideTemplate(ctx, w.Approver, own, core.Verdict{Agree: true}), dossiers.ErrTemplateOwn)
		refused(t, "without the right", s.DecideTemplate(ctx, w.Author, id, core.Verdict{Agree: true}), access.ErrNotAllowed)
		refused(t, "without words", s.DecideTemplate(ctx, w.Approver, id, core.Verdict{}), dossiers.ErrReasonNeeded)
		var group sync.WaitGroup
		results := make([]error, 3)
		for i := range results {
			group.Go(func() { results[i] = s.DecideTemplate(ctx, w.Approver, id, core.Verdict{Agree: true}) })
		}
		group.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, dossiers.ErrTemplateOver) {
				t.Errorf("at once: %v", err)
			}
		}
		if done != 1 || w.Audited(t, dossiers.AuditTemplateApproved, id) != 1 {
			t.Errorf("approved %d times", done)
		}
		refused(t, "ended without words", s.EndTemplate(ctx, w.Approver, id, ""), dossiers.ErrReasonNeeded)
		ok(t, s.EndTemplate(ctx, w.Approver, id, "Có biểu mẫu mới của bộ"))
		refused(t, "ended twice", s.EndTemplate(ctx, w.Approver, id, "Có biểu mẫu mới của bộ"), dossiers.ErrTemplateOver)
	})
}

// Two who upload at once get two versions, or one is told; none is lost silently.
func TestTwoUploadATemplateAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		good := docxtest.Letter(t)
		var group sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			group.Go(func() {
				_, results[i] = w.Service.AddTemplate(t.Context(), w.Author, resultTemplate(), bytes.NewReader(good))
			})
		}
		group.Wait()
		kept := 0
		for _, err := range results {
			if err == nil {
				kept++
			} else if !errors.Is(err, dossiers.ErrTemplateMeanwhile) {
				t.Errorf("at once: %v", err)
			}
		}
		if n := w.Count(t, `SELECT COUNT(DISTINCT version) FROM dossiers_templates`); n != kept || kept == 0 {
			t.Errorf("%d versions for %d uploads", n, kept)
		}
	})
}

// A result is written by the version of the day on which it was begun: a new one
// changes neither it nor what was issued.
func TestAResultIsWrittenByItsTemplate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, clock *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		first := w.UseTemplate(t, dossiers.ForResult, "xac-nhan-cu-tru", docxtest.Letter(t, "BẢN MỘT: {{to_khai.full_name}}, {{ket_qua.finding}}, {{chu_ho_so.ten_hoa}}, {{nguoi_nop.ten}}"))
		id := w.Accepted(t)
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		must[core.Result](t)(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú tại phường"}))
		clock.Advance(time.Hour)
		w.UseTemplate(t, dossiers.ForResult, "xac-nhan-cu-tru", docxtest.Letter(t, "BẢN HAI"))
		if got := must[core.WordDraft](t)(s.GetWordDraft(ctx, w.Officer, id)); got.Template != first || got.Version != 1 {
			t.Errorf("written by %+v", got)
		}
		text := pdftest.Text(t, must[[]byte](t)(s.PreviewResult(ctx, w.Officer, id)))
		for _, want := range []string{"BẢN MỘT: Nguyễn Văn Bảy, Thường trú tại phường", "NGUYỄN VĂN BẢY"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		if w.Audited(t, dossiers.AuditPersonRead, string(id)) == 0 {
			t.Error("that it was read is not recorded")
		}

		_, err := s.FillWordDraft(ctx, w.OtherOfficer, id)
		refused(t, "filled from elsewhere", err, dossiers.ErrNotFound)
		filled := must[[]byte](t)(s.FillWordDraft(ctx, w.Officer, id))
		refused(t, "taken from elsewhere", s.AddWordDraft(ctx, w.OtherOfficer, id, "sửa.docx", bytes.NewReader(filled)), dossiers.ErrNotFound)
		if err := s.AddWordDraft(ctx, w.Officer, id, "sửa.docx", strings.NewReader("x")); err == nil || !strings.Contains(err.Error(), "file docx.not_docx") {
			t.Errorf("no document: %v", err)
		}
		if err := s.AddWordDraft(ctx, w.Officer, id, "sửa.docx", bytes.NewReader(docxtest.Document(t, docxtest.Paragraphs("không có chỗ ký")))); err == nil || !strings.Contains(err.Error(), "dossiers.word_places") {
			t.Errorf("without places: %v", err)
		}
		ok(t, s.AddWordDraft(ctx, w.Officer, id, "sửa.docx", bytes.NewReader(filled)))
		ok(t, s.AddWordDraft(ctx, w.Officer, id, "sửa lại.docx", bytes.NewReader(docxtest.Letter(t, "ĐÃ SỬA TRONG WORD"))))
		ok(t, s.DropWordDraft(ctx, w.Officer, id))
		refused(t, "dropped twice", s.DropWordDraft(ctx, w.Officer, id), dossiers.ErrNoWords)
		ok(t, s.AddWordDraft(ctx, w.Officer, id, "sửa lại.docx", bytes.NewReader(docxtest.Letter(t, "ĐÃ SỬA TRONG WORD"))))

		must[core.Signing](t)(s.SendToSign(ctx, w.Officer, id, w.Leader.Account))
		must[core.Signing](t)(s.Sign(ctx, w.Leader, id))
		must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, id))
		content, f, err := s.ResultFile(ctx, w.Citizen, id, access.Own)
		ok(t, err)
		raw := must[[]byte](t)(io.ReadAll(content))
		ok(t, content.Close())
		if text := pdftest.Text(t, raw); !strings.Contains(text, "ĐÃ SỬA TRONG WORD") || !strings.Contains(text, "01") {
			t.Errorf("issued: %s", text)
		}
		report, err := w.Deps.Signatures(ctx, raw)
		ok(t, err)
		if !report.Valid() || len(report.Signatures) != 3 {
			t.Errorf("signatures %+v", report)
		}
		w.UseTemplate(t, dossiers.ForResult, "xac-nhan-cu-tru", docxtest.Letter(t, "BẢN BA"))
		_, again, err := s.ResultFile(ctx, w.Citizen, id, access.Own)
		ok(t, err)
		if again.SHA256 != f.SHA256 {
			t.Error("an issued file has changed")
		}
	})
}

// Without a template everything is as before; one of the form is used from its day on.
func TestFormsFollowTheirTemplates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, clock *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Waiting(t)
		before := must[[]byte](t)(s.SupplementSlip(ctx, w.Citizen, id, access.Own))
		clock.Advance(time.Hour)
		table := `<w:tbl><w:tblGrid><w:gridCol w:w="600"/><w:gridCol w:w="8000"/></w:tblGrid><w:tr><w:tc>` + docxtest.Paragraphs("{{thieu.tt}}") + `</w:tc><w:tc>` + docxtest.Paragraphs("THIẾU {{thieu.ten}}: {{thieu.ly_do}}") + `</w:tc></w:tr></w:tbl>`
		w.UseTemplate(t, dossiers.ForRequest, "", docxtest.Document(t, docxtest.Paragraphs("PHIẾU CỦA TỈNH {{ho_so.ma}}")+table))
		if after := must[[]byte](t)(s.SupplementSlip(ctx, w.Citizen, id, access.Own)); !bytes.Equal(before, after) {
			t.Error("a slip from before the template has changed")
		}
		clock.Advance(time.Hour)
		later := must[[]byte](t)(s.SupplementSlip(ctx, w.Citizen, w.Waiting(t), access.Own))
		if text := pdftest.Text(t, later); !strings.Contains(text, "PHIẾU CỦA TỈNH") || !strings.Contains(text, "THIẾU Ghi rõ nơi ở: Tờ khai bỏ trống") {
			t.Errorf("the slip: %s", text)
		}
		refused(t, "no word template", func() error { _, err := s.FillWordDraft(ctx, w.Officer, withDraft(t, w)); return err }(), dossiers.ErrNoWords)
	})
}

func withDraft(t *testing.T, w *dossierstest.World) dossiers.ID {
	t.Helper()
	id := w.Accepted(t)
	ok(t, w.Service.Finish(t.Context(), w.Officer, id, core.Done{}))
	return id
}
