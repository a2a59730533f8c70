// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/errs"
)

// PaperCampaign prints the record of a review as PDF: the rights in the scope of who
// asks, with who has answered for them and when. Whoever may read a review may.
func (s *Service) PaperCampaign(ctx context.Context, actor identity.Actor, campaign string) (_ []byte, err error) {
	defer errs.Wrap(&err, "print review %s", campaign)

	r := papers.Review{Printed: or(actor.Name, actor.Login), At: s.DB.Now().Time, Scope: "Các đơn vị mà người in biên bản phụ trách"}
	if actor.May(personnel.PermAll) || actor.May(personnel.PermInspect) {
		r.Scope = "Toàn tỉnh"
	}
	for after := ""; ; {
		sheet, err := s.GetCampaign(ctx, actor, campaign, false, after)
		if err != nil {
			return nil, err
		}
		r.Name, r.OpenedBy, r.Opened, r.Closed, r.Suspends = sheet.Name, sheet.By.Name, sheet.Opened.Time, sheet.Closed.Time, sheet.Suspends
		if day, err := time.Parse(time.DateOnly, sheet.Ends); err == nil {
			r.Ends = day.Format("02/01/2006")
		}
		for _, i := range sheet.Items {
			one := papers.ReviewedRight{Name: i.Who.Name, Login: i.Who.Login, Role: i.RoleName.VI, Unit: i.UnitName.VI, Verdict: papers.Verdict(i.Verdict), By: i.By.Name, At: i.At.Time}
			if i.Verdict == Suspended || i.Verdict == Unanswered {
				one.By = "Hệ thống"
			}
			r.Rights = append(r.Rights, one)
		}
		if after = sheet.Next; after == "" {
			break
		}
	}
	if r.Agency, err = s.agency(ctx, orgs.ID(actor.Unit)); err != nil {
		return nil, err
	}
	press := papers.Press{Fonts: s.Fonts, Made: r.At, Zone: calendar.Zone()}
	if s.Lenient {
		press.Mark = papers.Simulated
	}
	p, err := press.Review(r)
	return p.PDF, err
}

// agency is the head of a paper of a unit: its authority, and that above it.
func (s *Service) agency(ctx context.Context, unit orgs.ID) (a papers.Agency, err error) {
	above, err := orgs.Above(ctx, s.DB, unit)
	if err != nil {
		return a, err
	}
	if len(above) > 0 {
		a.Name = above[0].Authority().VI
	}
	if len(above) > 1 {
		a.Parent = above[1].Authority().VI
	}
	a.Name = or(a.Name, string(unit))
	return a, nil
}
