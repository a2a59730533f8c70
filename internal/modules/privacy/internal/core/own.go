// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/store"
	"tinhso.vn/internal/platform/db"
)

// own is this module as a holder of data: consents and requests.
type own struct{ s *Service }

// Name implements privacy.Holder.
func (own) Name() string { return "privacy" }

// Describe implements privacy.Holder.
func (own) Describe() privacy.Description {
	return privacy.Description{
		Name: i18n.Text{VI: "Sự đồng ý và yêu cầu", EN: "Consents and requests"},
		What: i18n.Text{VI: "Những gì Ông/Bà đã đồng ý, rút lại, yêu cầu về dữ liệu của mình và câu trả lời.", EN: "What you agreed to, withdrew and asked for, and the answers."},
	}
}

// Export implements privacy.Holder: also what stayed with persons that were found
// to be this one.
func (o own) Export(ctx context.Context, person string, to privacy.Sink) error {
	merged, err := o.s.People.ListMerged(ctx, o.s.DB, person)
	for _, one := range append([]string{person}, merged...) {
		if err == nil {
			err = o.export(ctx, one, to)
		}
	}
	return err
}

func (o own) export(ctx context.Context, person string, to privacy.Sink) error {
	for before := ""; ; {
		found, err := o.s.store.Consents(ctx, o.s.DB, person, before, PageSize)
		if err != nil {
			return err
		}
		for _, c := range found {
			if err := to.Record(consentRecord(c)); err != nil {
				return err
			}
			before = c.ID
		}
		if len(found) < PageSize {
			break
		}
	}
	for before := ""; ; {
		found, err := o.s.store.ListOf(ctx, o.s.DB, person, before, PageSize)
		if err != nil {
			return err
		}
		for _, q := range found {
			if err := to.Record(requestRecord(q)); err != nil {
				return err
			}
			before = q.ID
		}
		if len(found) < PageSize {
			return nil
		}
	}
}

func line(vi, en, value string) privacy.Line {
	return privacy.Line{Label: i18n.Text{VI: vi, EN: en}, Value: value}
}

func consentRecord(c store.Consent) privacy.Record {
	r := privacy.Record{
		Title: i18n.Text{VI: "Đồng ý: " + c.Name.VI, EN: "Consent: " + c.Name.EN}, At: c.Given,
		Lines: []privacy.Line{line("Lời đồng ý", "Text", c.Text.VI), line("Mã băm SHA-256", "SHA-256", c.SHA)},
		Data: map[string]any{
			"kind": "consent", "id": c.ID, "purpose": c.Purpose, "version": c.Version, "text": c.Text, "sha256": c.SHA, "given_at": c.Given,
			"channel": c.Channel, "withdrawn_at": stamp(c.Withdrawn),
		},
	}
	if !c.Withdrawn.IsZero() {
		r.Lines = append(r.Lines, line("Đã rút lại", "Withdrawn", (i18n.Printer{}).DateTime(c.Withdrawn.Time)))
	}
	return r
}

func requestRecord(q store.Request) privacy.Record {
	r := privacy.Record{
		Title: i18n.Text{VI: "Yêu cầu " + q.Code, EN: "Request " + q.Code}, At: q.Received,
		Lines: []privacy.Line{line("Loại", "Kind", kindWords()[q.Kind]), line("Nội dung", "Words", q.Words)},
	}
	data := map[string]any{"kind": "request", "code": q.Code, "request": q.Kind, "state": q.State, "words": q.Words, "received_at": q.Received, "due_at": q.Due}
	if q.State == privacy.Decided || q.State == privacy.Answered {
		r.Lines = append(r.Lines, line("Quyết định", "Decision", outcomeWords()[q.Outcome]), line("Lý do", "Reason", q.Reason), line("Căn cứ", "Basis", q.Legal))
		data["outcome"], data["reason"], data["basis"] = q.Outcome, q.Reason, q.Legal
	}
	r.Data = data
	return r
}

// kindWords are the kinds as the archive calls them.
func kindWords() map[privacy.Kind]string {
	return map[privacy.Kind]string{
		privacy.See: "xem dữ liệu", privacy.Correct: "chỉnh sửa dữ liệu", privacy.Delete: "xóa dữ liệu", privacy.Restrict: "hạn chế xử lý",
		privacy.Object: "phản đối xử lý", privacy.Withdraw: "rút lại sự đồng ý", privacy.Complain: "khiếu nại",
	}
}

// outcomeWords are the outcomes as the archive calls them.
func outcomeWords() map[privacy.Outcome]string {
	return map[privacy.Outcome]string{privacy.Granted: "chấp nhận", privacy.Partly: "chấp nhận một phần", privacy.Refused: "không chấp nhận"}
}

// stamp is a time for programs; nothing where there is none.
func stamp(t db.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
