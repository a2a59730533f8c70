// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/docx"
)

// reserved gives a paper all its free places as fields, since the first signature
// allows no new ones.
func reserved(paper papers.Paper) ([]byte, error) {
	var fields []signing.Field
	for _, a := range paper.Order() {
		switch a {
		case papers.AreaNumber, papers.AreaDay, papers.AreaMonth, papers.AreaYear:
			fields = append(fields, signing.Field{Name: string(a), Kind: signing.TextField, Rect: paper.Areas[a]})
		case papers.AreaInitial, papers.AreaSignature, papers.AreaSeal:
			fields = append(fields, signing.Field{Name: string(a), Kind: signing.SignatureField, Rect: paper.Areas[a]})
		case papers.AreaFingerprint: // on paper only
		}
	}
	return signing.Reserve(paper.PDF, fields)
}

// apology are the facts of form 04, as they are stored.
func (s *Service) apology(ctx context.Context, d store.Dossier, p store.Personal, m store.Motion) (a papers.Apology, err error) {
	about, err := s.about(ctx, d, p)
	if err != nil {
		return a, err
	}
	a = papers.Apology{
		Dossier: about, Received: d.AcceptedAt.Time, Promised: m.OldDue.Time, Now: m.NewDue.Time, Reason: m.Reason, Basis: m.Basis, On: m.EndedAt.Time,
	}
	if unit, err := orgs.Get(ctx, s.DB, d.Handler); err == nil { // that has gone meanwhile: the paper says less
		a.Late = unit.Name.VI
	}
	a.Signer, err = s.decider(ctx, m)
	return a, err
}

// moneyWords says what becomes of what was paid for a dossier that is stopped.
func moneyWords(m dossiers.Money) string {
	return map[dossiers.Money]string{
		dossiers.NothingPaid: "Hồ sơ không phát sinh phí, lệ phí.",
		dossiers.KeepPaid:    "Phí, lệ phí đã nộp không được hoàn lại theo quy định.",
		dossiers.PayBack:     "Phí, lệ phí đã nộp được hoàn lại; cơ quan sẽ liên hệ với Ông/Bà để hoàn trả.",
	}[m]
}

// drawLetter draws a letter with all places of the chain: by the template of the
// province where it has them, otherwise in the frame of NĐ 30/2020/NĐ-CP.
func (s *Service) drawLetter(ctx context.Context, l store.Letter, d store.Dossier, p store.Personal, m store.Motion) (papers.Paper, error) {
	a, err := s.apology(ctx, d, p, m)
	if err != nil {
		return papers.Paper{}, err
	}
	if a.Signer.Post == "" {
		a.Signer.Post = "NGƯỜI CÓ THẨM QUYỀN"
	}
	values := apologyValues(a)
	if l.Form == dossiers.ForStop {
		values = stopValues(papers.Stopped{Reason: m.Reason, Basis: m.Basis, Money: moneyWords(m.Money), Signer: a.Signer})
	}
	now := s.DB.Now().Time
	paper, found, err := s.signedTemplate(ctx, l.Form, d, p, values)
	if err != nil || found {
		return paper, err
	}
	above, err := orgs.Above(ctx, s.DB, d.Authority)
	if err != nil {
		return papers.Paper{}, err
	}
	letter := papers.Letter{
		Place: placeName(above), Recipients: []string{"Như trên", "Bộ phận Một cửa", "Lưu: VT, hồ sơ"}, Signer: papers.Signer{Post: a.Signer.Post, Name: a.Signer.Name}, Tracking: s.trackingAddress(d.Code),
	}
	if len(above) > 0 {
		letter.Agency.Name, letter.Notation = agencyName(above[0]), letterNotation(l, short(above[0]))
	}
	if len(above) > 1 {
		letter.Agency.Parent = agencyName(above[1])
	}
	said := new(i18n.Catalogue).Printer(i18n.VI)
	text := func(lines ...string) {
		for _, line := range lines {
			if line != "" {
				letter.Body = append(letter.Body, papers.Block{Text: line})
			}
		}
	}
	basis := ""
	if m.Basis != "" {
		basis = "Căn cứ: " + m.Basis + "."
	}
	came := fmt.Sprintf("Ngày %s, %s tiếp nhận hồ sơ đề nghị %s của Ông/Bà %s, mã hồ sơ %s.", said.Date(d.AcceptedAt.Time), a.Agency.Name, a.Procedure, a.Owner.Name, d.Code)
	if l.Form == dossiers.ForStop {
		letter.Kind, letter.Subject = "THÔNG BÁO", "Dừng giải quyết hồ sơ "+d.Code
		text(came, "Qua xem xét, cơ quan thông báo dừng giải quyết hồ sơ này với lý do: "+m.Reason, basis, moneyWords(m.Money), "Xin thông báo để Ông/Bà được biết./.")
	} else {
		letter.Subject, letter.To = "xin lỗi và hẹn lại ngày trả kết quả hồ sơ "+d.Code, []string{"Ông/Bà " + a.Owner.Name}
		text(came, fmt.Sprintf("Thời gian hẹn trả kết quả: %s. Đến nay, hồ sơ chưa giải quyết xong với lý do: %s", said.DateTime(m.OldDue.Time), m.Reason), basis,
			"Cơ quan xin lỗi Ông/Bà vì sự chậm trễ này và hẹn Ông/Bà thời gian trả kết quả: "+said.DateTime(m.NewDue.Time)+".", "Mong nhận được sự thông cảm của Ông/Bà./.")
	}
	return s.press(now).Letter(letter)
}

// signedTemplate draws a letter by the template of now, where that has the places
// of signature, number and date.
func (s *Service) signedTemplate(ctx context.Context, k dossiers.TemplateKind, d store.Dossier, p store.Personal, values docx.Values) (papers.Paper, bool, error) {
	t, found, err := s.store.FindTemplate(ctx, s.DB, k, d.Procedure, s.DB.Now())
	if err != nil || !found {
		return papers.Paper{}, false, err
	}
	f, err := s.openTemplate(ctx, t)
	if err != nil || len(lacking(f)) > 0 {
		return papers.Paper{}, false, err
	}
	return s.byTemplate(ctx, k, d, p, s.DB.Now().Time, values)
}
