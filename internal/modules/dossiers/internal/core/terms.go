// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
)

// ApologySlip returns the apology (mẫu 04) for the day that was moved last, as PDF:
// the letter that was issued, otherwise a note without signature, drawn from what is
// stored, the same each time.
func (s *Service) ApologySlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ []byte, err error) {
	defer errs.Wrap(&err, "apology of dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditReceiptRead)
	if err != nil {
		return nil, err
	}
	m, found, err := s.agreed(ctx, id, dossiers.Extend)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, dossiers.ErrNoApology
	}
	if issued, err := s.issuedLetter(ctx, id, m.ID); err != nil || issued != nil {
		return issued, err
	}
	a, err := s.apology(ctx, d, p, m)
	if err != nil {
		return nil, err
	}
	if paper, found, err := s.byTemplate(ctx, dossiers.ForApology, d, p, m.EndedAt.Time, apologyValues(a)); err != nil || found {
		return paper.PDF, err
	}
	paper, err := s.press(m.EndedAt.Time).Apology(a)
	return paper.PDF, err
}

// StopSlip returns the notice (mẫu 05) that a dossier is stopped, or was taken back.
func (s *Service) StopSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ []byte, err error) {
	defer errs.Wrap(&err, "notice of stop of dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditReceiptRead)
	if err != nil {
		return nil, err
	}
	if d.Status != dossiers.Stopped && (d.Status != dossiers.Withdrawn || d.AcceptedAt.IsZero()) {
		return nil, dossiers.ErrNotStopped
	}
	about, err := s.about(ctx, d, p)
	if err != nil {
		return nil, err
	}
	n := papers.Stopped{Dossier: about, Received: d.AcceptedAt.Time, Wished: d.Status == dossiers.Withdrawn, Reason: d.Reason, On: d.FinishedAt.Time}
	m, found, err := s.agreed(ctx, id, dossiers.Stop)
	if err != nil {
		return nil, err
	}
	if found {
		n.Basis = m.Basis
		n.Money = moneyWords(m.Money)
		if issued, err := s.issuedLetter(ctx, id, m.ID); err != nil || issued != nil {
			return issued, err
		}
		if n.Signer, err = s.decider(ctx, m); err != nil {
			return nil, err
		}
	}
	if paper, found, err := s.byTemplate(ctx, dossiers.ForStop, d, p, d.FinishedAt.Time, stopValues(n)); err != nil || found {
		return paper.PDF, err
	}
	paper, err := s.press(d.FinishedAt.Time).Stopped(n)
	return paper.PDF, err
}

// apologyValues are the facts of form 04 as a template has them.
func apologyValues(a papers.Apology) docx.Values {
	said := new(i18n.Catalogue).Printer(i18n.VI)
	return docx.Values{Texts: map[string]string{
		"xin_loi.ly_do": a.Reason, "xin_loi.can_cu": a.Basis, "xin_loi.hen_cu": said.DateTime(a.Promised), "xin_loi.hen_moi": said.DateTime(a.Now), "xin_loi.don_vi_cham": a.Late,
		"nguoi_ky.ten": a.Signer.Name, "nguoi_ky.chuc_vu": a.Signer.Post,
	}}
}

// stopValues are the facts of form 05 as a template has them.
func stopValues(n papers.Stopped) docx.Values {
	return docx.Values{Texts: map[string]string{
		"dung.ly_do": n.Reason, "dung.can_cu": n.Basis, "dung.tien": n.Money, "nguoi_ky.ten": n.Signer.Name, "nguoi_ky.chuc_vu": n.Signer.Post,
	}}
}

// agreed is the last motion of a kind that was agreed to.
func (s *Service) agreed(ctx context.Context, id dossiers.ID, k dossiers.MotionKind) (m store.Motion, found bool, err error) {
	all, err := s.store.Motions(ctx, s.DB, id)
	for _, one := range slices.Backward(all) {
		if one.Kind == k && one.State == dossiers.MotionAgreed {
			return one, true, nil
		}
	}
	return m, false, err
}

// decider is who agreed, as it is printed.
func (s *Service) decider(ctx context.Context, m store.Motion) (by papers.Signer, err error) {
	by.Name = m.Ender
	if s.Posts != nil {
		by.Post, err = s.Posts.Post(ctx, s.DB, m.EndedBy)
	}
	return by, err
}

// ControlSlip returns the slip (mẫu 06) that says who had a dossier in hand, from when
// and until when. It is for the office.
func (s *Service) ControlSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ []byte, err error) {
	defer errs.Wrap(&err, "control slip of dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditReceiptRead)
	if err != nil {
		return nil, err
	}
	if _, err := s.inside(ctx, s.DB, actor, id); err != nil {
		return nil, err
	}
	if d.AcceptedAt.IsZero() {
		return nil, dossiers.ErrNoReceipt
	}
	about, err := s.about(ctx, d, p)
	if err != nil {
		return nil, err
	}
	c := papers.Control{Dossier: about, Received: d.AcceptedAt.Time, Due: d.Due.Time, Ended: d.FinishedAt.Time, Printed: actor.Name, At: s.DB.Now().Time}
	stays, err := workflow.Turns(ctx, s.DB, caseOf(id))
	if err != nil {
		return nil, err
	}
	names := s.unitNames(ctx)
	steps := map[string]*workflow.Definition{}
	for _, one := range stays {
		flow := fmt.Sprint(one.Flow, " ", one.Version)
		if steps[flow] == nil {
			if steps[flow], err = s.flow.Definition(ctx, s.DB, one.Flow, one.Version); err != nil {
				return nil, err
			}
		}
		name, _ := steps[flow].Named(one.Step)
		station := papers.Station{Unit: names(orgs.ID(one.Unit)).VI, Step: name.VI, Who: one.Claimer, Taken: one.Opened.Time, Due: one.Due.Time, Done: one.Ended.Time}
		if one.Ender != "" {
			station.Who = one.Ender
		}
		switch {
		case one.State == "returned":
			station.Note = "Trả lại"
		case one.State == "cancelled":
			station.Note = "Dừng, không thực hiện"
		case one.AskedBy != "":
			station.Note = "Lấy ý kiến"
		}
		c.Stations = append(c.Stations, station)
	}
	if c.Notes, err = s.moves(ctx, d); err != nil {
		return nil, err
	}
	said := new(i18n.Catalogue).Printer(i18n.VI)
	hour := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return said.DateTime(t)
	}
	more := docx.Values{Texts: map[string]string{"can_bo.ten": actor.Name}, Groups: map[string][]map[string]string{"chang": {}}}
	for i, one := range c.Stations {
		more.Groups["chang"] = append(more.Groups["chang"], map[string]string{
			"tt": strconv.Itoa(i + 1), "don_vi": one.Unit, "buoc": one.Step, "nguoi": one.Who, "nhan": hour(one.Taken), "giao": hour(one.Done), "ghi_chu": one.Note,
		})
	}
	if paper, found, err := s.byTemplate(ctx, dossiers.ForControl, d, p, c.At, more); err != nil || found {
		return paper.PDF, err
	}
	paper, err := s.press(c.At).Control(c)
	return paper.PDF, err
}

// moves are what moved the promised day of a dossier, in sentences.
func (s *Service) moves(ctx context.Context, d store.Dossier) (all []string, err error) {
	asked, err := s.store.Supplements(ctx, s.DB, d.ID)
	if err != nil {
		return nil, err
	}
	said := new(i18n.Catalogue).Printer(i18n.VI)
	for i, u := range asked {
		line := fmt.Sprintf("Chờ bổ sung lần %d: từ %s", i+1, said.DateTime(u.AskedAt.Time))
		if !u.EndedAt.IsZero() {
			line += " đến " + said.DateTime(u.EndedAt.Time)
		}
		if !u.NewDue.IsZero() {
			line += "; hạn trả kết quả chuyển sang " + said.DateTime(u.NewDue.Time)
		}
		all = append(all, line+".")
	}
	motions, err := s.store.Motions(ctx, s.DB, d.ID)
	for _, m := range motions {
		if m.Kind == dossiers.Extend && m.State == dossiers.MotionAgreed {
			all = append(all, fmt.Sprintf("Gia hạn, xin lỗi ngày %s: hạn trả kết quả chuyển từ %s sang %s.", said.Date(m.EndedAt.Time), said.DateTime(m.OldDue.Time), said.DateTime(m.NewDue.Time)))
		}
	}
	return all, err
}
