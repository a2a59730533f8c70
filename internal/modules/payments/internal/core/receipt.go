// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// receiptJob is the body of JobReceipt.
type receiptJob struct {
	Order string `json:"order"`
}

func receiptSubject(receipt string) files.Subject {
	return files.Subject{Kind: "payments.receipt", ID: receipt}
}

// ReceiptNumber writes the number of a receipt.
func ReceiptNumber(p Receipt) string { return fmt.Sprintf("%07d", p.Number) }

// MakeReceipt does JobReceipt.
func (s *Service) MakeReceipt(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "make a receipt")

	var j receiptJob
	if err := json.Unmarshal(body, &j); err != nil {
		return err
	}
	err = s.makeReceipt(ctx, program(), j.Order)
	if errors.Is(err, payments.ErrNoForm) || errors.Is(err, payments.ErrNotPaid) {
		return nil // it is made when somebody has stated the form, or the money is there
	}
	return err
}

// makeReceipt numbers the receipt of a paid order, draws it and seals it. Where it
// was broken off it goes on: a number that was given stays with its order.
func (s *Service) makeReceipt(ctx context.Context, actor identity.Actor, order string) error {
	var p store.Receipt
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.store.GetOrder(ctx, tx, access.All(), order)
		if err != nil {
			return err
		}
		if o.State != payments.Paid && o.State != payments.Refunding {
			return payments.ErrNotPaid
		}
		last, ok, err := s.store.ReceiptOf(ctx, tx, order)
		if err != nil {
			return err
		}
		if p = last; ok && (p.State == store.Numbered || p.State == store.Issued) {
			return nil
		}
		p, err = s.number(ctx, tx, actor, o, "")
		return err
	}); err != nil || p.State == store.Issued {
		return err
	}
	document, signed, err := s.drawReceipt(ctx, p)
	if err != nil {
		return err
	}
	st, err := s.Files.Receive(ctx, bytes.NewReader(document), files.Meta{Name: "bien-lai.pdf", Allow: []files.Type{files.PDF}, Limit: int64(len(document)), Own: true})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.GetReceipt(ctx, tx, p.ID)
		if err != nil || now.State != store.Numbered {
			return err // somebody else was faster, or it was cancelled meanwhile
		}
		f, err := s.Files.Keep(ctx, tx, st, receiptSubject(p.ID), actor.Account)
		if err != nil {
			return err
		}
		now.State, now.Signed, now.File = store.Issued, signed, string(f.ID)
		if err := s.store.PutReceipt(ctx, tx, now); err != nil {
			return err
		}
		if err := s.tellTax(ctx, tx, now, store.TaxIssue); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditReceipt, p.Order)
	})
}

// number gives an order its receipt with the next number of its unit, form, series
// and year: in the transaction that keeps it, so that none is left out.
func (s *Service) number(ctx context.Context, tx *db.Tx, actor identity.Actor, o store.Order, replaces string) (p store.Receipt, err error) {
	payee, _, err := s.store.FindPayee(ctx, tx, o.Unit)
	if err != nil {
		return p, err
	}
	if payee.Form == "" {
		return p, payments.ErrNoForm
	}
	year := zoned(tx.Now.Time).Year()
	n, err := sequence.Next(ctx, tx, "payments "+o.Unit+" "+payee.Form+" "+payee.Series, fmt.Sprint(year))
	if err != nil {
		return p, err
	}
	p = store.Receipt{
		ID: id.New(), Order: o.ID, Unit: o.Unit, Form: payee.Form, Series: payee.Series, Year: year, Number: n, Amount: o.Amount, Payer: o.Payer,
		State: store.Numbered, Replaces: replaces, At: tx.Now, By: actor.Account,
	}
	return p, s.store.AddReceipt(ctx, tx, p)
}

// drawReceipt draws a receipt, with the seal of the agency where its key is here.
func (s *Service) drawReceipt(ctx context.Context, p store.Receipt) (document []byte, signed bool, err error) {
	o, err := s.store.GetOrder(ctx, s.DB, access.All(), p.Order)
	if err != nil {
		return nil, false, err
	}
	agency, err := agencyOf(ctx, s.DB, orgs.ID(p.Unit))
	if err != nil {
		return nil, false, err
	}
	lines, err := s.store.ListLines(ctx, s.DB, p.Order)
	if err != nil {
		return nil, false, err
	}
	r := papers.Paid{
		Agency: papers.Agency{Name: agency.Authority().VI}, Form: p.Form, Series: p.Series, Number: ReceiptNumber(p), Payer: p.Payer, Dossier: o.DossierCode,
		Amount: p.Amount, Way: map[string]string{WayCash: "Tiền mặt", WayTransfer: "Chuyển khoản", WayGateway: "Thanh toán trực tuyến"}[o.Way], On: p.At.Time, Address: s.Address + "/bien-lai/" + p.ID,
	}
	for _, l := range lines {
		r.Lines = append(r.Lines, papers.Pair{Label: map[string]string{"fee": "Khoản thu", "reduction": "Giảm"}[l.Kind], Value: l.Name + ": " + dong(l.Amount)})
	}
	if cash, err := s.store.CashOf(ctx, s.DB, p.Order); err != nil {
		return nil, false, err
	} else if len(cash) > 0 && cash[0].UndoneBy == "" {
		r.Cashier = s.Name(ctx, cash[0].By)
	}
	if p.Replaces != "" {
		old, err := s.store.GetReceipt(ctx, s.DB, p.Replaces)
		if err != nil {
			return nil, false, err
		}
		r.Replaces = ReceiptNumber(old)
	}
	at := zoned(p.At.Time)
	press := papers.Press{Fonts: s.Fonts, Made: at, Zone: calendar.Zone(), Mark: s.Mark}
	drawn, err := press.Paid(r)
	if err != nil {
		return nil, false, err
	}
	signer, err := s.Seal(ctx, agency.ID)
	if err != nil { // the seal is elsewhere, or there is none: the receipt says that it is not sealed
		return drawn.PDF, false, nil //nolint:nilerr // see above
	}
	place := drawn.Areas[papers.AreaSeal]
	look, err := appearance.Page(s.Fonts, place, at, nil, []string{"Ký bởi: " + r.Agency.Name, at.Format("02/01/2006 15:04:05 -07:00")})
	if err != nil {
		return nil, false, err
	}
	document, err = signing.Sign(ctx, drawn.PDF, signing.Request{
		Field: string(papers.AreaSeal), Rect: &place, Appearance: look, At: zoned(s.DB.Now().Time), Name: r.Agency.Name, Reason: "Biên lai thu phí, lệ phí", Certify: true,
	}, signer, s.Stamp)
	return document, err == nil, err
}

func dong(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	raw := fmt.Sprint(n)
	for i := len(raw) - 3; i > 0; i -= 3 {
		raw = raw[:i] + "." + raw[i:]
	}
	return sign + raw + " đồng"
}

// agencyOf is the authority that a unit belongs to: a one-stop office has no seal.
func agencyOf(ctx context.Context, q db.Querier, unit orgs.ID) (orgs.Unit, error) {
	u, err := orgs.Get(ctx, q, unit)
	for err == nil && u.Kind == orgs.OneStop && u.Parent != "" {
		u, err = orgs.Get(ctx, q, u.Parent)
	}
	return u, err
}

// IssueReceipt makes the receipt of a paid order now, for a printer that waits.
func (s *Service) IssueReceipt(ctx context.Context, actor identity.Actor, order string) (err error) {
	defer errs.Wrap(&err, "issue the receipt of order %s", order)

	sc, err := office(actor)
	if err != nil {
		return err
	}
	if _, err := s.store.GetOrder(ctx, s.DB, sc, order); err != nil {
		return err
	}
	return s.makeReceipt(ctx, actor, order)
}

// OpenReceipt opens the document of the last receipt of an order that is the
// actor's own, or of the actor's units. The caller closes it.
func (s *Service) OpenReceipt(ctx context.Context, actor identity.Actor, order string) (content io.ReadCloser, size int64, err error) {
	defer errs.Wrap(&err, "open the receipt of order %s", order)

	sc, err := office(actor)
	if err != nil {
		if sc, err = s.own(ctx, s.DB, actor, access.See); err != nil {
			return nil, 0, err
		}
	}
	o, err := s.store.GetOrder(ctx, s.DB, sc, order)
	if err != nil {
		return nil, 0, err
	}
	p, ok, err := s.store.ReceiptOf(ctx, s.DB, order)
	switch {
	case err != nil:
		return nil, 0, err
	case !ok:
		return nil, 0, payments.ErrNoReceipt
	case p.File == "":
		return nil, 0, payments.ErrUnready
	}
	why := access.Own
	if actor.Official() {
		why = access.Handling
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, payments.AuditLooked, order, o.Owner, why)
	}); err != nil {
		return nil, 0, err
	}
	c, f, err := s.Files.Open(ctx, s.DB, receiptSubject(p.ID), files.ID(p.File))
	return c, f.Size, err
}

// endReceipt cancels the receipt of an order whose money is not there any more.
func (s *Service) endReceipt(ctx context.Context, tx *db.Tx, actor identity.Actor, order, reason string) error {
	p, ok, err := s.store.ReceiptOf(ctx, tx, order)
	if err != nil || !ok || p.State != store.Numbered && p.State != store.Issued {
		return err
	}
	p.State, p.EndedAt, p.EndedBy, p.Why = store.Cancelled, tx.Now, actor.Account, reason
	if err := s.store.PutReceipt(ctx, tx, p); err != nil {
		return err
	}
	if err := s.tellTax(ctx, tx, p, store.TaxCancel); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, payments.AuditRevoked, order)
}

// ReplaceReceipt replaces a receipt that says something wrong with one of the next
// number; the old one stays in the register.
func (s *Service) ReplaceReceipt(ctx context.Context, actor identity.Actor, order, reason string) (err error) {
	defer errs.Wrap(&err, "replace the receipt of order %s", order)

	sc, err := access.Require(actor, payments.PermAccount)
	if err != nil {
		return err
	}
	var a asked
	if reason = a.line("reason", reason, maxReason, true); a.err() != nil {
		return a.err()
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.store.GetOrder(ctx, tx, sc, order)
		if err != nil {
			return err
		}
		old, ok, err := s.store.ReceiptOf(ctx, tx, order)
		switch {
		case err != nil:
			return err
		case !ok || old.State != store.Issued:
			return payments.ErrUnready
		case o.State != payments.Paid:
			return payments.ErrNotPaid
		}
		old.State, old.EndedAt, old.EndedBy, old.Why = store.Replaced, tx.Now, actor.Account, reason
		if err := s.store.PutReceipt(ctx, tx, old); err != nil {
			return err
		}
		if _, err := s.number(ctx, tx, actor, o, old.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditReplaced, order)
	}); err != nil {
		return err
	}
	return s.makeReceipt(ctx, actor, order)
}

// ListReceipts returns the register of receipts of the actor's units, the newest
// first, before one.
func (s *Service) ListReceipts(ctx context.Context, actor identity.Actor, before string) (all []Receipt, next string, err error) {
	defer errs.Wrap(&err, "list receipts")

	sc, err := office(actor)
	if err != nil {
		return nil, "", err
	}
	if all, err = s.store.ListReceipts(ctx, s.DB, sc, before, PageSize+1); err != nil {
		return nil, "", err
	}
	all, next = cut(all, func(p Receipt) string { return p.ID })
	return all, next, s.record(ctx, actor, payments.AuditLooked, "receipts") // names of payers stand in it
}

// maxExport is how many rows an export has at most.
const maxExport = 20_000

// ExportReceipts returns the register as rows of text, with its head.
func (s *Service) ExportReceipts(ctx context.Context, actor identity.Actor) (rows [][]string, err error) {
	defer errs.Wrap(&err, "export receipts")

	sc, err := office(actor)
	if err != nil {
		return nil, err
	}
	rows = [][]string{{"Mẫu số", "Ký hiệu", "Số", "Ngày lập", "Người nộp", "Số tiền", "Trạng thái", "Ký số", "Lý do hủy, thay thế"}}
	states := map[string]string{store.Numbered: "Đang lập", store.Issued: "Đã lập", store.Cancelled: "Đã hủy", store.Replaced: "Đã thay thế"}
	for before := ""; len(rows) < maxExport; {
		all, err := s.store.ListReceipts(ctx, s.DB, sc, before, 500)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			signed := "Chưa"
			if p.Signed {
				signed = "Có"
			}
			rows = append(rows, []string{p.Form, p.Series, ReceiptNumber(p), zoned(p.At.Time).Format("02/01/2006"), p.Payer, fmt.Sprint(p.Amount), states[p.State], signed, p.Why})
			before = p.ID
		}
		if len(all) < 500 {
			break
		}
	}
	return rows, s.record(ctx, actor, payments.AuditExported, fmt.Sprintf("receipts %d rows", len(rows)-1))
}

// Checked is what everybody may know of a receipt who has its address: nothing about people.
type Checked struct {
	Form, Series, Number string
	Agency               string
	At                   db.Time
	Amount               int64
	State                string
	Signed               bool
}

// CheckReceipt says what a receipt says, to whoever holds it.
func (s *Service) CheckReceipt(ctx context.Context, receipt string) (c Checked, err error) {
	defer errs.Wrap(&err, "check receipt %s", receipt)

	p, err := s.store.GetReceipt(ctx, s.DB, receipt)
	if err != nil {
		return c, err
	}
	agency, err := agencyOf(ctx, s.DB, orgs.ID(p.Unit))
	return Checked{p.Form, p.Series, ReceiptNumber(p), agency.Authority().VI, p.At, p.Amount, p.State, p.Signed}, err
}
