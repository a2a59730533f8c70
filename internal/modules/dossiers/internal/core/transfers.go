// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// Transferred is a dossier on its way to the unit that decides, as both sides see it.
type Transferred struct {
	ID            string
	Dossier       dossiers.Summary
	From, To      i18n.Text
	Reason, Basis string
	Sheets        int
	Sender        string
	SentAt        db.Time
	State         dossiers.TransferState
	Words         string // why it was sent back
	Ender         string
	EndedAt       db.Time
	Incoming      bool // the actor may receive it or send it back
	Mine          bool // the actor may take it back
}

// Open reports whether it waits.
func (t Transferred) Open() bool { return t.State == dossiers.TransferOpen }

// TransferPage is a transfer with what goes along: personal data.
type TransferPage struct {
	Transferred
	Owner  string
	Papers []TransferPaper
}

// TransferPaper is one paper that goes along.
type TransferPaper struct {
	Name                             i18n.Text
	Files, Original, Copy, Certified int
}

func (s *Service) transferOf(names func(orgs.ID) i18n.Text, t store.Transfer, d store.Dossier) Transferred {
	return Transferred{
		ID: t.ID, Dossier: d.Summary, From: names(t.From), To: names(t.To), Reason: t.Reason, Basis: t.Basis, Sheets: t.Sheets, Sender: t.Sender, SentAt: t.SentAt,
		State: t.State, Words: t.Words, Ender: t.Ender, EndedAt: t.EndedAt,
	}
}

// last is after every id.
const last = "g"

// ListTransfers returns what waits to be received by the actor's units, the oldest
// first, or what they have sent, the newest first.
func (s *Service) ListTransfers(ctx context.Context, actor identity.Actor, incoming bool, after string) (page Page[Transferred], err error) {
	defer errs.Wrap(&err, "list transfers")

	scope, err := s.transferrers(actor, incoming)
	if err != nil {
		return page, err
	}
	if !newid.Valid(after) {
		if after = ""; !incoming {
			after = last
		}
	}
	rows, err := s.store.ListTransfers(ctx, s.DB, scope, incoming, after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = rows[PageSize-1].ID
	}
	ids := make([]dossiers.ID, len(rows))
	for i, t := range rows {
		ids[i] = t.Dossier
	}
	about, err := s.store.ByIDs(ctx, s.DB, ids)
	if err != nil {
		return page, err
	}
	names := s.unitNames(ctx)
	for _, t := range rows {
		page.Items = append(page.Items, s.transferOf(names, t, about[t.Dossier]))
	}
	return page, nil
}

func (s *Service) transferrers(actor identity.Actor, incoming bool) (access.Scope, error) {
	if incoming {
		return access.Require(actor, dossiers.PermAccept)
	}
	return access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
}

// CountTransfers returns how many wait to be received: the number beside the menu.
func (s *Service) CountTransfers(ctx context.Context, actor identity.Actor) (_ int64, err error) {
	defer errs.Wrap(&err, "count transfers")

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return 0, nil // who receives nothing has none waiting
	}
	return s.store.CountIncoming(ctx, s.DB, scope)
}

// GetTransfer returns a transfer for either side, with whose dossier it is and what
// goes along. That it was read is recorded.
func (s *Service) GetTransfer(ctx context.Context, actor identity.Actor, transfer string) (p TransferPage, err error) {
	defer errs.Wrap(&err, "get transfer %s", transfer)

	t, d, err := s.readTransfer(ctx, actor, transfer)
	if err != nil {
		return p, err
	}
	p.Transferred, p.Owner = s.transferOf(s.unitNames(ctx), t, d), d.OwnerName
	if t.State == dossiers.TransferOpen {
		p.Incoming, p.Mine = s.sideOf(ctx, actor, true, transfer), s.sideOf(ctx, actor, false, transfer)
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return p, err
	}
	all, err := s.attachments(ctx, d.ID)
	if err != nil {
		return p, err
	}
	for _, paper := range v.Papers {
		one := TransferPaper{Name: paper.Name}
		for _, a := range all {
			if a.Paper != paper.ID {
				continue
			}
			if a.File != nil {
				one.Files++
			}
			one.Original, one.Copy, one.Certified = one.Original+a.Original, one.Copy+a.Copy, one.Certified+a.Certified
		}
		if one.Files+one.Original+one.Copy+one.Certified > 0 {
			p.Papers = append(p.Papers, one)
		}
	}
	return p, nil
}

func (s *Service) sideOf(ctx context.Context, actor identity.Actor, incoming bool, transfer string) bool {
	scope, err := s.transferrers(actor, incoming)
	if err != nil {
		return false
	}
	_, err = s.store.GetTransfer(ctx, s.DB, scope, store.Transferring(incoming), transfer)
	return err == nil
}

func (s *Service) readTransfer(ctx context.Context, actor identity.Actor, transfer string) (t store.Transfer, d store.Dossier, err error) {
	scope, err := access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return t, d, err
	}
	var row store.Transfer
	var about store.Dossier
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if row, err = s.store.GetTransfer(ctx, tx, scope, store.BothSides(), transfer); err != nil {
			return err
		}
		if about, err = s.store.Get(ctx, tx, access.All(), store.Involved(), row.Dossier); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, dossiers.AuditPersonRead, string(row.Dossier), about.OwnerID, access.Handling)
	})
	if err != nil {
		return t, d, err
	}
	return row, about, nil
}

// ListDeciders returns the units to which a dossier of this version can be sent
// on, without the one that has it.
func (s *Service) ListDeciders(ctx context.Context, v procedures.Version, without orgs.ID) (all []orgs.Unit, err error) {
	defer errs.Wrap(&err, "list units that decide %s", v.ID)

	today := calendar.On(s.DB.Now().Time)
	kinds := slices.Clone(communes())
	for _, k := range v.Authority {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	var found []orgs.Unit
	if v.AuthorityUnit != "" {
		u, err := orgs.Get(ctx, s.DB, v.AuthorityUnit)
		if err != nil {
			return nil, err
		}
		found = append(found, u)
	}
	for _, k := range kinds {
		some, err := orgs.ListKind(ctx, s.DB, k, today.String(), maxUnits)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	for _, u := range found {
		if u.ID != without && !slices.ContainsFunc(all, func(one orgs.Unit) bool { return one.ID == u.ID }) {
			all = append(all, u)
		}
	}
	return all, nil
}

// TransferSlip returns the slip that both sides sign when a dossier changes hands,
// drawn from what is stored.
func (s *Service) TransferSlip(ctx context.Context, actor identity.Actor, transfer string) (_ []byte, err error) {
	defer errs.Wrap(&err, "slip of transfer %s", transfer)

	full, err := s.GetTransfer(ctx, actor, transfer)
	if err != nil {
		return nil, err
	}
	t, d, err := s.readTransfer(ctx, actor, transfer)
	if err != nil {
		return nil, err
	}
	p, err := s.store.Personal(ctx, s.DB, access.All(), d.ID)
	if err != nil {
		return nil, err
	}
	d.Received = t.From // it is the paper of who hands over
	about, err := s.about(ctx, d, p)
	if err != nil {
		return nil, err
	}
	about.Code = codeOr(d)
	h := papers.HandOver{
		Dossier: about, Reason: t.Reason, Basis: t.Basis, Sheets: t.Sheets, Due: d.Due.Time,
		Giver:  papers.Hand{Unit: full.From.VI, Name: t.Sender, At: t.SentAt.Time},
		Taker:  papers.Hand{Unit: full.To.VI},
		Closed: t.State == dossiers.TransferReturned || t.State == dossiers.TransferDropped,
	}
	if t.State == dossiers.TransferAccepted {
		h.Taker.Name, h.Taker.At = t.Ender, t.EndedAt.Time
	}
	for _, one := range full.Papers {
		h.Papers = append(h.Papers, papers.Handed{Name: one.Name.VI, Files: one.Files, Original: one.Original, Copy: one.Copy, Certified: one.Certified})
	}
	paper, err := s.press(t.SentAt.Time).HandOver(h)
	if err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return paper.PDF, nil
}
