// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/platform/db"
)

// personPayments gives what is to be paid to another person, when two are found to be one.
type personPayments struct{ paid func() paymentsmod.Offers }

// Pointers implements personsmod.Holder.
func (h personPayments) Pointers(ctx context.Context, q db.Querier, person string) (all []personsmod.Pointer, err error) {
	found, err := h.paid().Pointers(ctx, q, person)
	for _, p := range found {
		all = append(all, personsmod.Pointer(p))
	}
	return all, err
}

// Repoint implements personsmod.Holder.
func (h personPayments) Repoint(ctx context.Context, tx *db.Tx, p personsmod.Pointer, from, to string) (bool, error) {
	return h.paid().Repoint(ctx, tx, paymentsmod.Pointer(p), from, to)
}

// payerHolder is what somebody had to pay, and the receipts.
type payerHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (payerHolder) Name() string { return "payments" }

// Describe implements privacymod.Holder.
func (payerHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Phí, lệ phí", EN: "Fees and charges"},
		What: i18n.Text{VI: "Các khoản phải nộp của hồ sơ, đã nộp khi nào, biên lai số nào.", EN: "What dossiers cost, when it was paid, the numbers of receipts."},
	}
}

// Export implements privacymod.Holder.
func (h payerHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	return h.p.Parts.Paid.ExportPerson(ctx, person, func(o paymentsmod.Order, r *paymentsmod.Receipt) error {
		number := ""
		if r != nil {
			number = paymentsmod.ReceiptNumber(*r)
		}
		return to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Khoản thu " + o.Code, EN: "Order " + o.Code}, At: o.At,
			Lines: []privacymod.Line{fact("Hồ sơ", "Dossier", o.DossierCode), fact("Số tiền", "Amount", i18n.Printer{}.Money(o.Amount)), fact("Biên lai số", "Receipt", number)},
			Data: map[string]any{
				"kind": "order", "id": o.ID, "code": o.Code, "dossier": o.DossierCode, "payer": o.Payer, "state": o.State, "amount": o.Amount, "refunded": o.Refunded, "way": o.Way,
				"paid_at": o.PaidAt, "receipt": number,
			},
		})
	})
}
