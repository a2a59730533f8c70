// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/post/postmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/platform/db"
)

// personParcels gives wishes and parcels to another person, when two are found to be one.
type personParcels struct{ sent func() postmod.Offers }

// Pointers implements personsmod.Holder.
func (h personParcels) Pointers(ctx context.Context, q db.Querier, person string) (all []personsmod.Pointer, err error) {
	found, err := h.sent().Pointers(ctx, q, person)
	for _, p := range found {
		all = append(all, personsmod.Pointer(p))
	}
	return all, err
}

// Repoint implements personsmod.Holder.
func (h personParcels) Repoint(ctx context.Context, tx *db.Tx, p personsmod.Pointer, from, to string) (bool, error) {
	return h.sent().Repoint(ctx, tx, postmod.Pointer(p), from, to)
}

// parcelHolder is what was sent to somebody by post, or shall be.
type parcelHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (parcelHolder) Name() string { return "post" }

// Describe implements privacymod.Holder.
func (parcelHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Bưu chính", EN: "Post"},
		What: i18n.Text{VI: "Kết quả gửi qua bưu chính: gửi tới đâu, ai đã nhận.", EN: "Results that went by post: where to, and who has taken them."},
	}
}

// Export implements privacymod.Holder.
func (h parcelHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	return h.p.Parts.Sent.ExportPerson(ctx, person, func(w postmod.Wish) error {
		return to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Đăng ký nhận qua bưu chính", EN: "Wish to have a result sent"}, At: w.At,
			Lines: []privacymod.Line{fact("Hồ sơ", "Dossier", w.Code), fact("Người nhận", "Receiver", w.To.Name), fact("Địa chỉ", "Address", w.To.Address)},
			Data:  map[string]any{"kind": "wish", "dossier": w.Dossier, "code": w.Code, "state": w.State, "name": w.To.Name, "phone": w.To.Phone, "address": w.To.Address},
		})
	}, func(one postmod.Parcel) error {
		return to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Bưu gửi " + one.Waybill, EN: "Parcel " + one.Waybill}, At: one.At,
			Lines: []privacymod.Line{fact("Hồ sơ", "Dossier", one.Code), fact("Địa chỉ", "Address", one.To.Address), fact("Người đã ký nhận", "Signed for by", one.Receiver)},
			Data: map[string]any{
				"kind": "parcel", "id": one.ID, "waybill": one.Waybill, "dossier": one.Dossier, "code": one.Code, "state": string(one.State), "name": one.To.Name, "phone": one.To.Phone, "address": one.To.Address, "receiver": one.Receiver, "ended_at": one.EndedAt,
			},
		})
	})
}
