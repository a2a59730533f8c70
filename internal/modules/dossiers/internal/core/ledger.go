// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// LedgerFilter narrows the register of dossiers (form 07).
type LedgerFilter struct {
	From, To string           // days of acceptance, YYYY-MM-DD; empty: open
	Status   dossiers.Status  // 0: all
	Channel  dossiers.Channel // 0: all
}

// LedgerRow is a line of the register: personal data.
type LedgerRow struct {
	dossiers.Summary
	Owner       string
	Original    db.Time // as promised at acceptance
	FinishedAt  db.Time
	DeliveredAt db.Time
	Electronic  bool // handed over as a file
	Unit        i18n.Text
	Late        bool
}

func (f LedgerFilter) read() (l store.Ledger, err error) {
	var found []errs.Field
	day := func(name, value string, after int) int64 {
		if value == "" {
			return 0
		}
		d, err := calendar.ParseDate(value)
		if err != nil {
			found = append(found, errs.Field{Name: name, Code: "dossiers.ledger.day"})
			return 0
		}
		return d.AddDays(after).At(0).UnixMicro()
	}
	l.Accepted = store.Span{From: day("from", f.From, 0), To: day("to", f.To, 1)}
	if l.Accepted.To != 0 && l.Accepted.From >= l.Accepted.To {
		found = append(found, errs.Field{Name: "to", Code: "dossiers.ledger.order"})
	}
	if f.Status < 0 || f.Status > dossiers.Delivered {
		found = append(found, errs.Field{Name: "status", Code: "form.choose"})
	}
	if f.Channel < 0 || f.Channel > dossiers.Post {
		found = append(found, errs.Field{Name: "channel", Code: "form.choose"})
	}
	l.Status, l.Channel = f.Status, f.Channel
	return l, errs.BadInput(found)
}

// ledgerName is the register in the record of who has read what.
const ledgerName = "ledger"

// ListLedger returns the register of what the actor's units have accepted, in that
// order. That it was read is recorded.
func (s *Service) ListLedger(ctx context.Context, actor identity.Actor, f LedgerFilter, after string) (page Page[LedgerRow], err error) {
	defer errs.Wrap(&err, "list the register of dossiers")

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return page, err
	}
	l, err := f.read()
	if err != nil {
		return page, err
	}
	from, err := key(after)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListLedger(ctx, s.DB, scope, l, from, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = cursor(rows[PageSize-1].AcceptedAt, rows[PageSize-1].ID)
	}
	if err := s.recordList(ctx, actor, ledgerName, rows); err != nil {
		return page, err
	}
	page.Items = s.ledgerRows(ctx, rows)
	return page, nil
}

func (s *Service) ledgerRows(ctx context.Context, rows []store.Dossier) []LedgerRow {
	names, all := s.unitNames(ctx), make([]LedgerRow, len(rows))
	for i, d := range rows {
		all[i] = LedgerRow{
			Summary: d.Summary, Owner: d.OwnerName, Original: d.Original, FinishedAt: d.FinishedAt, DeliveredAt: d.DeliveredAt,
			Electronic: d.DeliveryMode == asFile, Unit: names(d.Authority), Late: late(d, s.DB.Now()),
		}
	}
	return all
}

// ExportLedger is ListLedger without pages, at most 5,000 rows. That it left, and
// whose names were in it, is recorded before.
func (s *Service) ExportLedger(ctx context.Context, actor identity.Actor, f LedgerFilter) (all []LedgerRow, err error) {
	defer errs.Wrap(&err, "export the register of dossiers")

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return nil, err
	}
	l, err := f.read()
	if err != nil {
		return nil, err
	}
	rows, err := s.store.ListLedger(ctx, s.DB, scope, l, store.Key{At: math.MinInt64}, maxExport)
	if err != nil {
		return nil, err
	}
	for begin := 0; begin < len(rows); begin += PageSize {
		if err := s.recordList(ctx, actor, ledgerName+" export", rows[begin:min(begin+PageSize, len(rows))]); err != nil {
			return nil, err
		}
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, dossiers.AuditExported, ledgerName+" "+strconv.Itoa(len(rows))+" rows")
	}); err != nil {
		return nil, err
	}
	return s.ledgerRows(ctx, rows), nil
}

// LedgerHead are the columns of form 07.
func LedgerHead() []string {
	return []string{"TT", "Mã hồ sơ", "Thủ tục", "Chủ hồ sơ", "Cách nộp", "Ngày nhận", "Hẹn trả", "Hẹn ban đầu", "Ngày xong", "Ngày trả", "Nơi giải quyết", "Trạng thái", "Kết quả"}
}

// Line is a row of the register as it is printed.
func (r LedgerRow) Line(n int, said i18n.Printer) []string {
	ended := "Đang giải quyết"
	switch {
	case r.Late && r.FinishedAt.IsZero():
		ended = "Đang quá hạn"
	case r.Late:
		ended = "Quá hạn"
	case !r.FinishedAt.IsZero() && (r.Status == dossiers.Finished || r.Status == dossiers.Delivered):
		ended = "Đúng hạn"
	case r.Status.Ended():
		ended = "Kết thúc"
	}
	day := func(t db.Time) string {
		if t.IsZero() {
			return ""
		}
		return said.Date(t.Time)
	}
	given := day(r.DeliveredAt)
	if given != "" && r.Electronic {
		given += " (điện tử)"
	}
	return []string{
		strconv.Itoa(n), r.Code, r.Name.VI, r.Owner, said.T(r.Channel.Key()), day(r.AcceptedAt), day(r.Due), day(r.Original), day(r.FinishedAt), given,
		r.Unit.VI, said.T(r.Status.Key()), ended,
	}
}

// LedgerPaper draws the register (mẫu 07) as PDF. said speaks Vietnamese.
func (s *Service) LedgerPaper(ctx context.Context, actor identity.Actor, f LedgerFilter, said i18n.Printer) (_ []byte, err error) {
	all, err := s.ExportLedger(ctx, actor, f)
	if err != nil {
		return nil, err
	}
	now := s.DB.Now().Time
	list := papers.Listing{
		Author: s.unitNames(ctx)(orgs.ID(actor.Unit)).VI, Title: "Sổ theo dõi hồ sơ (mẫu số 07)", Head: LedgerHead(),
		Note: fmt.Sprintf("Từ ngày %s đến ngày %s; %d hồ sơ; in lúc %s, người in: %s", orDash(f.From, said), orDash(f.To, said), len(all), said.DateTime(now), actor.Name),
	}
	if list.Author == "" {
		list.Author = actor.Name
	}
	for i, r := range all {
		list.Rows = append(list.Rows, r.Line(i+1, said))
	}
	paper, err := s.press(now).Listing(list)
	return paper.PDF, err
}

func orDash(day string, said i18n.Printer) string {
	d, err := calendar.ParseDate(day)
	if err != nil {
		return "…"
	}
	return said.Date(d.At(0))
}
