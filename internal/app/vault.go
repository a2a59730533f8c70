// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/holdings/holdingsmod"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/platform/db"
)

// purposeVault is the purpose by which people agree that the national portal sees the
// papers of their vault.
const purposeVault = "kho-cho-cong-quoc-gia"

// vaultShown reports whether somebody lets the national portal see the vault: agreed,
// and has not had the processing of data restricted.
func vaultShown(ctx context.Context, q db.Querier, rights privacymod.Offers, person string) (bool, error) {
	since, err := rights.Restricted(ctx, q, person)
	if err != nil || !since.IsZero() {
		return false, err
	}
	return rights.Given(ctx, q, person, purposeVault)
}

// sheaf opens documents of dossiers for the vault, which is built before them.
type sheaf struct{ work func() dossiersmod.Offers }

// OpenIssued implements holdingsmod's Sheaf.
func (s sheaf) OpenIssued(ctx context.Context, id dossiersmod.ID) (dossiersmod.IssuedResult, io.ReadCloser, bool, error) {
	return s.work().OpenIssued(ctx, id)
}

// ListIncoming implements holdingsmod's Sheaf.
func (s sheaf) ListIncoming(ctx context.Context, actor identity.Actor, id dossiersmod.ID) (dossiersmod.Incoming, error) {
	return s.work().ListIncoming(ctx, actor, id)
}

// OpenIncoming implements holdingsmod's Sheaf.
func (s sheaf) OpenIncoming(ctx context.Context, actor identity.Actor, id dossiersmod.ID, file string) (io.ReadCloser, string, error) {
	return s.work().OpenIncoming(ctx, actor, id, file)
}

// Codes implements holdingsmod's Codes.
func (s sheaf) Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	return s.work().Codes(ctx, q, ids)
}

// applyPaperTypes makes the types of papers of a pack those of the vault.
func (p *Program) applyPaperTypes(ctx context.Context, tx *db.Tx, set *packs.Set, plan *Plan) error {
	types := make([]holdingsmod.Type, len(set.PaperTypes))
	for i, t := range set.PaperTypes {
		types[i] = holdingsmod.Type{
			ID: t.ID, Name: i18n.Text(t.Name), Code: t.Code, Valid: holdingsmod.Validity(t.Valid), Months: t.Months, Field: t.Field, Scope: i18n.Text(t.Scope),
			Source: t.Source, Unverified: t.Status == packs.Unverified, Outside: t.Outside,
		}
	}
	changed, err := p.skeleton().Vault.ApplyTypes(ctx, tx, types)
	plan.add("loại giấy tờ của kho", "types of papers", changed)
	return err
}

// personPapers gives papers and links to another person. The module is built after
// the one that asks.
type personPapers struct{ vault func() holdingsmod.Offers }

// Pointers implements personsmod.Holder.
func (h personPapers) Pointers(ctx context.Context, q db.Querier, person string) (all []personsmod.Pointer, err error) {
	found, err := h.vault().Pointers(ctx, q, person)
	for _, f := range found {
		all = append(all, personsmod.Pointer(f))
	}
	return all, err
}

// Repoint implements personsmod.Holder.
func (h personPapers) Repoint(ctx context.Context, tx *db.Tx, p personsmod.Pointer, from, to string) (bool, error) {
	return h.vault().Repoint(ctx, tx, holdingsmod.Pointer(p), from, to)
}

// vaultHolder is the papers of somebody and the links by which they are shared.
type vaultHolder struct{ p *Program }

// Name implements privacymod.Holder.
func (vaultHolder) Name() string { return "holdings" }

// Describe implements privacymod.Holder.
func (vaultHolder) Describe() privacymod.Description {
	return privacymod.Description{
		Name: i18n.Text{VI: "Kho giấy tờ", EN: "Vault of papers"},
		What: i18n.Text{VI: "Kết quả đã cấp, giấy tờ đã số hóa, liên kết Ông/Bà đã chia sẻ và các lượt xem.", EN: "Results, digitised papers, links you have shared and who looked."},
	}
}

// Export implements privacymod.Holder.
func (h vaultHolder) Export(ctx context.Context, person string, to privacymod.Sink) error {
	return h.p.Parts.Vault.ExportPerson(ctx, person, func(v holdingsmod.Paper, shares []holdingsmod.Share) error {
		links := []map[string]any{}
		for _, s := range shares {
			links = append(links, map[string]any{"purpose": s.Purpose, "made_at": s.At, "until": s.Until, "withdrawn_at": s.Withdrawn, "opened": s.Opened, "looks": s.Looks})
		}
		return to.Record(privacymod.Record{
			Title: i18n.Text{VI: "Giấy tờ: " + v.Type.Name.VI, EN: "Paper: " + v.Type.Name.EN}, At: v.At,
			Lines: []privacymod.Line{fact("Số", "Number", v.Number), fact("Nơi cấp", "Issuer", v.Issuer), fact("Ngày cấp", "Issued", v.Issued), fact("Hết hạn", "Until", v.Until)},
			Data: map[string]any{
				"kind": "paper", "id": v.ID, "type": v.Type.ID, "number": v.Number, "issuer": v.Issuer, "issued": v.Issued, "until": v.Until, "perpetual": v.Perpetual, "summary": v.Summary,
				"officer": v.Officer, "source": v.Source, "state": v.State, "signature": v.Signed, "sha256": v.File.SHA256, "links": links,
			},
		})
	}, to.File)
}

// MustKeep implements privacymod's Eraser: what was issued and what it rests on
// belongs to the archive.
func (h vaultHolder) MustKeep(ctx context.Context, q db.Querier, person string, limit int) (all []privacymod.Kept, err error) {
	papers, err := h.p.Parts.Vault.ListKept(ctx, q, person, limit)
	for _, v := range papers {
		all = append(all, privacymod.Kept{What: v.Type.Name.VI + " " + v.Number, Rule: paperRule, Reason: i18n.Text{
			VI: "Giấy tờ trong kho thuộc tài liệu lưu trữ của cơ quan đã cấp, đã số hóa", EN: "Papers of the vault are archives of whoever issued or digitised them",
		}})
	}
	return all, err
}

// paperRule is the rule of retention of results, by which the vault keeps papers.
const paperRule = "ket-qua-da-ban-hanh"

// Erase implements privacymod's Eraser: links end.
func (h vaultHolder) Erase(ctx context.Context, tx *db.Tx, person string) (int, error) {
	return h.p.Parts.Vault.ForgetPerson(ctx, tx, person)
}
