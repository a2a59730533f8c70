// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Sending is what somebody may wish for a dossier, and what became of it.
type Sending struct {
	Wish
	Cost    *int64 // đồng, what it will cost as far as is known; nil: the post says it
	Source  string // by which tariff
	Result  bool   // it is issued already
	May     bool   // it can still be wished, or changed
	Parcels []Parcel
	Events  []Event // of the newest parcel
}

func about(p dossiers.Posting) store.Of {
	return store.Of{
		Dossier: string(p.Dossier), Code: p.Code, Unit: string(p.Unit), Owner: p.Owner, Bringer: p.Bringer, Procedure: string(p.Procedure), Name: p.Name,
	}
}

// Own returns what somebody wishes for a dossier of their own. Where nothing was
// wished, To is the owner as the dossier knows them. Who may not see it is told that
// there is none.
func (s *Service) Own(ctx context.Context, actor identity.Actor, dossier string) (v Sending, err error) {
	defer errs.Wrap(&err, "post of dossier %s", dossier)

	p, err := s.ofOwn(ctx, s.DB, actor, dossier)
	if err != nil {
		return v, err
	}
	if v.Wish, err = s.store.FindWish(ctx, s.DB, access.All(), dossier); err != nil {
		return v, err
	}
	if v.Version == 0 {
		v.Of, v.To = about(p), To{Name: p.To.Name, Phone: p.To.Phone, Address: p.To.Address}
	}
	if v.Parcels, err = s.store.ParcelsOf(ctx, s.DB, access.All(), dossier); err != nil {
		return v, err
	}
	if len(v.Parcels) > 0 {
		if v.Events, err = s.store.Events(ctx, s.DB, v.Parcels[0].ID); err != nil {
			return v, err
		}
	}
	v.Cost, v.Source = s.postage(), s.Settings.Source
	v.Result, v.May = p.Status == dossiers.Finished, v.State != WishTaken && !p.Status.Ended()
	return v, nil
}

// ofOwn is what is known of a dossier of the actor, or of whom the actor acts for.
func (s *Service) ofOwn(ctx context.Context, q db.Querier, actor identity.Actor, dossier string) (p dossiers.Posting, err error) {
	sc, err := s.own(ctx, q, actor)
	if err != nil {
		return p, err
	}
	id, err := dossiers.ParseID(dossier)
	if err != nil {
		return p, post.ErrNotFound
	}
	p, ok, err := s.Dossiers.Posting(ctx, q, id)
	if err != nil {
		return p, err
	}
	if ok {
		ok, err = s.store.Holds(ctx, q, sc, about(p))
	}
	if err == nil && !ok {
		err = post.ErrNotFound
	}
	return p, err
}

// Wanting is what somebody wishes.
type Wanting struct {
	Version int // as it was read; 0: there was none
	To      To
}

// Wish says that the result of a dossier shall come by post. It may be changed until
// it is packed.
func (s *Service) Wish(ctx context.Context, actor identity.Actor, dossier string, in Wanting) (err error) {
	defer errs.Wrap(&err, "wish by post of dossier %s", dossier)

	to, err := tidy(in.To)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.ofOwn(ctx, tx, actor, dossier)
		if err != nil {
			return err
		}
		return s.wish(ctx, tx, actor, p, Wanting{in.Version, to})
	})
}

func (s *Service) wish(ctx context.Context, tx *db.Tx, actor identity.Actor, p dossiers.Posting, in Wanting) error {
	if p.Status.Ended() {
		return post.ErrEnded
	}
	w, err := s.store.FindWish(ctx, tx, access.All(), string(p.Dossier))
	switch {
	case err != nil:
		return err
	case w.State == WishTaken:
		return post.ErrOpen
	case w.Version != in.Version:
		return post.ErrChanged
	}
	w.Of, w.To, w.State, w.By, w.At, w.Postage = about(p), in.To, WishWanted, actor.Account, tx.Now, s.postage()
	if p.Status == dossiers.Finished {
		w.State = WishReady
	}
	if err := s.store.PutWish(ctx, tx, w); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, post.AuditWished, string(p.Dossier))
}

// postage is what people are told that it costs; nil: nobody has stated it.
func (s *Service) postage() *int64 {
	if s.Settings.Postage <= 0 {
		return nil
	}
	return &s.Settings.Postage
}

// Withdraw says that the result is fetched at the counter after all.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, dossier string) (err error) {
	defer errs.Wrap(&err, "withdraw wish of dossier %s", dossier)

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.ofOwn(ctx, tx, actor, dossier); err != nil {
			return err
		}
		w, err := s.store.FindWish(ctx, tx, access.All(), dossier)
		switch {
		case err != nil:
			return err
		case w.Version == 0 || w.State == WishWithdrawn:
			return nil
		case w.State == WishTaken:
			return post.ErrOpen
		}
		w.State, w.By, w.At = WishWithdrawn, actor.Account, tx.Now
		if err := s.store.PutWish(ctx, tx, w); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, post.AuditWithdrawn, dossier)
	})
}

// Issued does JobIssued: what is wished for the dossier can be packed.
func (s *Service) Issued(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "a result to be sent is issued")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var m dossiers.Moved
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.store.FindWish(ctx, tx, access.All(), string(m.Dossier))
		if err != nil || w.State != WishWanted {
			return err
		}
		p, ok, err := s.Dossiers.Posting(ctx, tx, m.Dossier)
		if err != nil || !ok || p.Status != dossiers.Finished {
			return err
		}
		w.Of, w.State = about(p), WishReady
		return s.store.PutWish(ctx, tx, w)
	})
}
