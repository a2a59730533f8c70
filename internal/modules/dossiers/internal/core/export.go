// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Subject = (*Service)(nil)

// scopeOf is what is a person's own.
func scopeOf(person string) (access.Scope, error) {
	if person == "" {
		return access.Scope{}, access.ErrNotAllowed
	}
	return access.Require(identity.NewActor("program:dossiers.export", person).Grant(dossiers.PermOwn, identity.Place{}), dossiers.PermOwn)
}

// ExportPerson implements dossiers.Subject.
func (s *Service) ExportPerson(ctx context.Context, person string, record func(dossiers.Exported) error, file func(name string, content io.Reader) error) (err error) {
	defer errs.Wrap(&err, "export dossiers of a person")

	scope, err := scopeOf(person)
	if err != nil {
		return err
	}
	if err := s.eachDraft(ctx, scope, person, func(row store.Draft) error {
		v, err := s.exportDraft(ctx, scope, person, row)
		if err != nil {
			return err
		}
		return record(v)
	}); err != nil {
		return err
	}
	if err := s.eachOwned(ctx, scope, func(d store.Dossier) error {
		v, err := s.exportDossier(ctx, scope, person, d)
		if err != nil {
			return err
		}
		return record(v)
	}); err != nil {
		return err
	}
	return s.eachOwned(ctx, scope, func(d store.Dossier) error {
		if d.OwnerID != person {
			return nil // the papers are somebody else's
		}
		return s.exportFiles(ctx, d, file)
	})
}

// eachDraft calls f with the drafts of a person, but not with those that a clerk
// fills in for others.
func (s *Service) eachDraft(ctx context.Context, scope access.Scope, person string, f func(store.Draft) error) error {
	for before := ""; ; {
		rows, err := s.store.ListDrafts(ctx, s.DB, scope, person, before, PageSize)
		if err != nil {
			return err
		}
		for _, row := range rows {
			before = string(row.ID)
			if row.Desk != "" {
				continue
			}
			if err := f(row); err != nil {
				return err
			}
		}
		if len(rows) < PageSize {
			return nil
		}
	}
}

func (s *Service) eachOwned(ctx context.Context, scope access.Scope, f func(store.Dossier) error) error {
	for before := ""; ; {
		rows, err := s.store.Mine(ctx, s.DB, scope, before, PageSize)
		if err != nil {
			return err
		}
		for _, d := range rows {
			before = string(d.ID)
			if err := f(d); err != nil {
				return err
			}
		}
		if len(rows) < PageSize {
			return nil
		}
	}
}

func (s *Service) exportDraft(ctx context.Context, scope access.Scope, person string, row store.Draft) (v dossiers.Exported, err error) {
	v = dossiers.Exported{ID: row.ID, Draft: true, Name: i18n.Text{VI: row.NameVI, EN: row.NameEN}, Role: "submitter", At: row.SavedAt}
	full, err := s.store.GetDraft(ctx, s.DB, scope, person, row.ID)
	if errors.Is(err, dossiers.ErrDraftNotFound) {
		return v, nil // sent or discarded meanwhile
	}
	if err != nil {
		return v, err
	}
	d, err := s.open(ctx, full)
	if err != nil {
		return v, err
	}
	if d.Parties.Basis != dossiers.Self && d.Parties.Basis != "" {
		return v, nil
	}
	v.Role = "self"
	v.Facts = append(partyFacts(d.Parties.Owner), answerFacts(d.Form.Summarise(d.Answers, vietnamese(), d.World))...)
	return v, nil
}

func (s *Service) exportDossier(ctx context.Context, scope access.Scope, person string, d store.Dossier) (v dossiers.Exported, err error) {
	v = dossiers.Exported{ID: d.ID, Code: codeOr(d), Name: d.Name, Status: d.Status, At: d.SubmittedAt}
	p, err := s.store.Personal(ctx, s.DB, scope, d.ID)
	if err != nil {
		return v, err
	}
	var own Party
	switch {
	case d.OwnerID == person && d.SubmitterID == person:
		v.Role, err = "self", json.Unmarshal([]byte(p.Owner), &own)
	case d.OwnerID == person:
		v.Role, err = "owner", json.Unmarshal([]byte(p.Owner), &own)
	default:
		v.Role, err = "submitter", json.Unmarshal([]byte(p.Submitter), &own)
	}
	if err != nil {
		return v, err
	}
	v.Facts = partyFacts(own)
	if v.Role == "submitter" {
		return v, nil // the answers are about somebody else
	}
	filed, err := s.filedUnder(ctx, d)
	if err != nil {
		return v, err
	}
	form, err := s.forms.get(filed)
	if err != nil {
		return v, err
	}
	world, err := s.world(ctx)
	if err != nil {
		return v, err
	}
	answers, err := form.DecodeJSON([]byte(p.Answers))
	if err != nil {
		return v, err
	}
	v.Facts = append(v.Facts, answerFacts(form.Summarise(answers, vietnamese(), world))...)
	annex, err := s.store.GetAnnex(ctx, s.DB, d.ID)
	if err != nil {
		return v, err
	}
	for _, a := range annex {
		v.Facts = append(v.Facts, dossiers.ExportedFact{Label: i18n.Text{VI: a.Name, EN: a.Name}, Value: a.Value})
	}
	motions, err := s.store.Motions(ctx, s.DB, d.ID)
	for _, m := range motions {
		if m.State == dossiers.MotionAgreed { // what the person was told
			v.Facts = append(v.Facts, dossiers.ExportedFact{Label: agreedLabel(m.Kind), Value: m.Reason})
		}
	}
	if err != nil {
		return v, err
	}
	back, err := s.store.Revocations(ctx, s.DB, d.ID)
	for _, m := range back {
		if m.State == dossiers.MotionAgreed {
			v.Facts = append(v.Facts, dossiers.ExportedFact{Label: i18n.Text{VI: "Lý do thu hồi kết quả số " + m.Number, EN: "Why result " + m.Number + " was taken back"}, Value: m.Reason})
		}
	}
	return v, err
}

func agreedLabel(k dossiers.MotionKind) i18n.Text {
	if k == dossiers.Extend {
		return i18n.Text{VI: "Lý do xin lỗi và hẹn lại ngày trả", EN: "Why another day was promised"}
	}
	return i18n.Text{VI: "Lý do dừng giải quyết", EN: "Why it was stopped"}
}

func vietnamese() i18n.Printer { return new(i18n.Catalogue).Printer(i18n.VI) }

func answerFacts(rows []forms.Row) (all []dossiers.ExportedFact) {
	for _, r := range rows {
		if r.Value != "" {
			all = append(all, dossiers.ExportedFact{Label: i18n.Text{VI: r.Label}, Value: r.Value})
		}
	}
	return all
}

func partyFacts(p Party) (all []dossiers.ExportedFact) {
	for _, f := range []struct{ vi, en, value string }{
		{"Họ tên", "Name", p.Name},
		{"Số định danh hoặc mã số thuế", "Number", p.Number},
		{"Ngày sinh", "Born", p.Born},
		{"Giới tính", "Sex", p.Sex},
		{"Điện thoại", "Phone", p.Phone},
		{"Thư điện tử", "E-mail", p.Email},
		{"Địa chỉ", "Address", p.Address},
	} {
		if f.value != "" {
			all = append(all, dossiers.ExportedFact{Label: i18n.Text{VI: f.vi, EN: f.en}, Value: f.value})
		}
	}
	return all
}

// exportFiles hands over the papers of a dossier and the result, if it was issued.
func (s *Service) exportFiles(ctx context.Context, d store.Dossier, file func(name string, content io.Reader) error) error {
	give := func(id string) error {
		content, f, err := s.Files.Open(ctx, s.DB, subject(d.ID), files.ID(id))
		if errors.Is(err, files.ErrErased) || errors.Is(err, files.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(file(codeOr(d)+" "+f.Name, content), content.Close())
	}
	papers, err := s.store.Papers(ctx, s.DB, d.ID)
	if err != nil {
		return err
	}
	for _, p := range papers {
		if p.File == "" {
			continue
		}
		if err := give(p.File); err != nil {
			return err
		}
	}
	r, found, err := s.store.FindResult(ctx, s.DB, d.ID)
	if err != nil || !found || r.IssuedFile == "" {
		return err
	}
	return give(r.IssuedFile)
}

// ListBound implements dossiers.Subject.
func (s *Service) ListBound(ctx context.Context, q db.Querier, person string, limit int) (all []dossiers.Bound, err error) {
	defer errs.Wrap(&err, "list what binds")

	scope, err := scopeOf(person)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Mine(ctx, q, scope, "", limit)
	if err != nil {
		return nil, err
	}
	for _, d := range rows {
		b := dossiers.Bound{Code: codeOr(d)}
		switch {
		case d.Status == dossiers.Delivered:
			b.Kept, b.Began = dossiers.KeptDelivered, d.DeliveredAt
		case d.Status.Ended():
			b.Kept, b.Began = dossiers.KeptClosed, d.FinishedAt
		}
		holds, err := files.Holds(ctx, q, subject(d.ID))
		if err != nil {
			return nil, err
		}
		for _, h := range holds {
			b.Holds = append(b.Holds, h.Reason)
		}
		all = append(all, b)
	}
	return all, nil
}

// ForgetPerson implements dossiers.Subject.
func (s *Service) ForgetPerson(ctx context.Context, tx *db.Tx, person string) (forgotten int, err error) {
	defer errs.Wrap(&err, "forget drafts of a person")

	scope, err := scopeOf(person)
	if err != nil {
		return 0, err
	}
	rows, err := s.store.ListDrafts(ctx, tx, scope, person, "", maxForgotten)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		if row.Desk != "" {
			continue
		}
		if _, err := s.store.LockDraft(ctx, tx, scope, person, row.ID); errors.Is(err, dossiers.ErrDraftNotFound) {
			continue
		} else if err != nil {
			return 0, err
		}
		held, err := files.Holds(ctx, tx, subject(row.ID))
		if err != nil {
			return 0, err
		}
		if len(held) > 0 {
			continue
		}
		if err := s.discard(ctx, tx, row.ID); err != nil {
			return 0, err
		}
		forgotten++
	}
	return forgotten, nil
}

// maxForgotten bounds how many drafts one deletion takes: nobody has as many.
const maxForgotten = 1000
