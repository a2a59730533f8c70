// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Supply is what people say and hand over when they add what was missing.
type Supply struct {
	Message string
	Handed  map[string]Handed // by paper; at the counter
}

// supplier is a dossier that waits, for one who may answer: its people, and the
// officials who take what they bring. official tells which.
func (s *Service) supplier(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID, get func(access.Scope, store.Part) (store.Dossier, error)) (d store.Dossier, official bool, err error) {
	scope, err := s.own(ctx, q, actor, access.Send, dossiers.PermOwn, dossiers.PermAccept, dossiers.PermProcess)
	if err != nil {
		return d, false, err
	}
	if d, err = get(scope, store.Involved()); err != nil {
		return d, false, err
	}
	official, found := s.standsFor(ctx, q, actor, id)
	if !found {
		return d, false, dossiers.ErrNotFound
	}
	if d.Status != dossiers.Supplement {
		return d, official, dossiers.ErrNotAsked
	}
	return d, official, nil
}

// standsFor tells whether an actor answers for a dossier as an official or as one of its people;
// found is false for who does neither.
func (s *Service) standsFor(ctx context.Context, q db.Querier, actor identity.Actor, id dossiers.ID) (official, found bool) {
	for _, way := range []struct {
		perm     identity.Permission
		columns  store.Part
		official bool
	}{
		{dossiers.PermOwn, store.Owners(), false}, {dossiers.PermAccept, store.Receivers(), true}, {dossiers.PermProcess, store.Handlers(), true},
	} {
		scope, err := s.own(ctx, q, actor, access.Send, way.perm)
		if err != nil {
			continue
		}
		if _, err := s.store.Get(ctx, q, scope, way.columns, id); err == nil { // otherwise not by this right
			return way.official, true
		}
	}
	return false, false
}

// AttachSupplement adds a file to a paper of a dossier that waits for it.
func (s *Service) AttachSupplement(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, name string, content io.Reader) (a Attachment, err error) {
	defer errs.Wrap(&err, "attach to dossier %s", id)

	d, _, err := s.supplier(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return a, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return a, err
	}
	if paper != ExtraPaper && !slices.ContainsFunc(v.Papers, func(p procedures.Paper) bool { return p.ID == paper }) {
		return a, dossiers.ErrNoPaper
	}
	staged, err := s.Files.Receive(ctx, content, files.Meta{Name: name, Allow: AllowedFiles(), Limit: s.Largest()})
	if err != nil {
		return a, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		_, _, err := s.supplier(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		})
		if err != nil {
			return err
		}
		there, err := s.store.Papers(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(there) >= 2*maxFiles {
			return dossiers.ErrTooManyFiles.With("max", 2*maxFiles)
		}
		f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
		if err != nil {
			return err
		}
		p := store.Paper{ID: newid.New(), Dossier: id, Paper: paper, File: string(f.ID), AddedBy: actor.Account}
		if err := s.store.AddPaper(ctx, tx, p); err != nil {
			return err
		}
		a = Attachment{ID: p.ID, Paper: paper, File: info(f), AddedAt: tx.Now}
		return audit.Record(ctx, tx, actor, dossiers.AuditAdded, string(id))
	})
	if err != nil {
		return Attachment{}, err
	}
	return a, nil
}

// SupplyMissing ends the waiting: what was asked for has come, as files before,
// as sheets at the counter, or in words. The clock runs again, later by the
// time that was waited.
func (s *Service) SupplyMissing(ctx context.Context, actor identity.Actor, id dossiers.ID, in Supply) (err error) {
	defer errs.Wrap(&err, "supplement dossier %s", id)

	in.Message = text.NFC(in.Message)
	if n := utf8.RuneCountInString(in.Message); n > maxMessage {
		return errs.BadInput([]errs.Field{{Name: "message", Code: "form.too_long", Args: map[string]any{"max": maxMessage, "over": n - maxMessage}}})
	}
	before, official, err := s.supplier(ctx, s.DB, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
		return s.store.Get(ctx, s.DB, sc, c, id)
	})
	if err != nil {
		return err
	}
	if len(in.Handed) > 0 && !official {
		return access.ErrNotAllowed // nobody was there to take them
	}
	v, err := s.follows(ctx, before)
	if err != nil {
		return err
	}
	sheets, err := handedPapers(actor, store.Draft{ID: id, Channel: dossiers.Counter}, v, in.Handed)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, _, err := s.supplier(ctx, tx, actor, id, func(sc access.Scope, c store.Part) (store.Dossier, error) {
			return s.store.Lock(ctx, tx, sc, c, id)
		})
		if err != nil {
			return err
		}
		return s.supply(ctx, tx, actor, d, in.Message, sheets)
	})
}

func (s *Service) supply(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, message string, sheets []store.Paper) error {
	all, err := s.store.Supplements(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 || !all[len(all)-1].EndedAt.IsZero() {
		return dossiers.ErrNotAsked
	}
	u := all[len(all)-1]
	there, err := s.store.Papers(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	added := slices.ContainsFunc(there[min(u.Papers, len(there)):], func(p store.Paper) bool { return p.File != "" })
	if !added && message == "" && len(sheets) == 0 {
		return dossiers.ErrNothingAdded
	}
	if err := s.confirmMissing(ctx, tx, actor, d, there[min(u.Papers, len(there)):]); err != nil {
		return err
	}
	for _, p := range sheets {
		for _, old := range there { // what was handed over before stays counted
			if old.Paper == p.Paper && old.File == "" {
				p.Original, p.Copy, p.Certified = min(p.Original+old.Original, maxSheet), min(p.Copy+old.Copy, maxSheet), min(p.Certified+old.Certified, maxSheet)
			}
		}
		if err := s.store.AddPaper(ctx, tx, p); err != nil {
			return err
		}
	}
	d.Status = u.Status
	if running(d) {
		if err := s.resume(ctx, tx, actor, &d, &u); err != nil {
			return err
		}
	}
	u.Answer, u.AnsweredBy = message, actor.Account
	if err := s.store.EndSupplement(ctx, tx, u); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindSupplied, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditSupplied, string(d.ID))
}

// resume lets a dossier go on whose supplement has come; the way there is kept.
func (s *Service) resume(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, u *store.Supplement) error {
	if err := s.goOnAfter(ctx, tx, actor, d, u.AskedAt); err != nil {
		return err
	}
	u.NewDue = d.Due
	u.Basis = "Tạm dừng tính thời hạn theo Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (mẫu số 02) ngày " + u.AskedAt.In(calendar.Zone()).Format("02/01/2006")
	return nil
}

// endSupplement closes a request when the dossier is over.
func (s *Service) endSupplement(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID) error {
	all, err := s.store.Supplements(ctx, tx, id)
	if err != nil || len(all) == 0 || !all[len(all)-1].EndedAt.IsZero() {
		return err
	}
	u := all[len(all)-1]
	u.AnsweredBy = actor.Account
	return s.store.EndSupplement(ctx, tx, u)
}
