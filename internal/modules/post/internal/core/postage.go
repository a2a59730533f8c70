// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// PostageRow is what parcels of a unit and a month cost.
type PostageRow struct {
	store.Postage

	Name i18n.Text // of the unit
}

// Ledger is the postage of some months.
type Ledger struct {
	From, Until string // YYYY-MM, both included
	Rows        []PostageRow
}

// maxLedger is how many rows a ledger has.
const maxLedger = 5000

// ListPostage adds up, by unit and month, what carrying results of the actor's units
// costs and who has paid it. Without months it is this one.
func (s *Service) ListPostage(ctx context.Context, actor identity.Actor, from, until string) (l Ledger, err error) {
	defer errs.Wrap(&err, "postage")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return l, err
	}
	now := zoned(s.DB.Now().Time).Format("2006-01")
	if from == "" {
		from = now
	}
	if until == "" {
		until = now
	}
	l.From, l.Until = from, until
	var wrong []errs.Field
	if _, err := time.Parse("2006-01", from); err != nil {
		wrong = append(wrong, errs.Field{Name: "from", Code: "post.bad_month"})
	}
	if _, err := time.Parse("2006-01", until); err != nil || until < from {
		wrong = append(wrong, errs.Field{Name: "until", Code: "post.bad_month"})
	}
	if err := errs.BadInput(wrong); err != nil {
		return l, err
	}
	sums, err := s.store.ListPostage(ctx, s.DB, sc, from, until, maxLedger)
	if err != nil || len(sums) == 0 {
		return l, err
	}
	names := map[string]i18n.Text{}
	for after := orgs.ID(""); ; {
		all, err := orgs.ListAll(ctx, s.DB, orgs.Day(s.DB.Now()), after, 500)
		if err != nil {
			return l, err
		}
		for _, u := range all {
			names[string(u.ID)], after = u.Name, u.ID
		}
		if len(all) < 500 {
			break
		}
	}
	for _, one := range sums {
		name, known := names[one.Unit]
		if !known {
			name = i18n.Text{VI: one.Unit}
		}
		l.Rows = append(l.Rows, PostageRow{one, name})
	}
	return l, nil
}

// PostageRows returns that ledger as rows of text, with its head.
func (s *Service) PostageRows(ctx context.Context, actor identity.Actor, from, until string) (rows [][]string, err error) {
	l, err := s.ListPostage(ctx, actor, from, until)
	if err != nil {
		return nil, err
	}
	rows = [][]string{{"Đơn vị", "Tháng", "Số bưu gửi", "Đã báo trước", "Bưu điện tính", "Bưu tá đã thu", "Chưa ai trả", "Chưa có cước", "Khác mức đã báo"}}
	for _, r := range l.Rows {
		rows = append(rows, []string{
			r.Name.VI, r.Month, fmt.Sprint(r.Parcels), fmt.Sprint(r.Told), fmt.Sprint(r.Charged), fmt.Sprint(r.Collected), fmt.Sprint(r.Unpaid), fmt.Sprint(r.Unknown), fmt.Sprint(r.Different),
		})
	}
	return rows, s.record(ctx, actor, post.AuditExported, fmt.Sprintf("postage %d rows", len(l.Rows)))
}

// CountPast returns how many parcels and wishes ended before a moment, for the rules of retention.
func (s *Service) CountPast(ctx context.Context, before db.Time) (n int, oldest db.Time, err error) {
	return s.store.CountPast(ctx, s.DB, before)
}

// ForgetPast erases at most limit of them; what was paid for them stays, and names nobody.
func (s *Service) ForgetPast(ctx context.Context, tx *db.Tx, before db.Time, limit int) (int, error) {
	return s.store.ForgetPast(ctx, tx, before, limit)
}
