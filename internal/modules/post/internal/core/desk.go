// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// ListReady returns wishes whose results can be packed at the actor's units, the
// oldest first. It shows where they go: that it was looked at is recorded.
func (s *Service) ListReady(ctx context.Context, actor identity.Actor, after string) (all []Wish, next string, err error) {
	defer errs.Wrap(&err, "list results to be packed")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.ListReady(ctx, s.DB, sc, after, PageSize+1)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	all, next = cut(rows, func(w Wish) string { return w.Dossier })
	return all, next, s.record(ctx, actor, post.AuditLooked, "ready")
}

// ListParcels returns parcels of the actor's units, the newest first; state empty: all.
func (s *Service) ListParcels(ctx context.Context, actor identity.Actor, state post.State, before string) (all []Parcel, next string, err error) {
	defer errs.Wrap(&err, "list parcels")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return nil, "", err
	}
	if state != "" && !slices.Contains(post.States(), state) {
		state = ""
	}
	rows, err := s.store.ListParcels(ctx, s.DB, sc, state, before, PageSize+1)
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	all, next = cut(rows, func(p Parcel) string { return p.ID })
	return all, next, s.record(ctx, actor, post.AuditLooked, "parcels")
}

// Find returns the newest parcel with a waybill, or of the dossier with a code.
func (s *Service) Find(ctx context.Context, actor identity.Actor, code string) (parcel string, err error) {
	defer errs.Wrap(&err, "find parcel")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return "", err
	}
	code = strings.ToUpper(text.Line(code))
	of := ""
	if found, ok, err := s.Dossiers.FindCase(ctx, s.DB, code); err != nil {
		return "", err
	} else if ok {
		of = string(found.ID)
	}
	parcel, err = s.store.FindParcel(ctx, s.DB, sc, code, of)
	if errors.Is(err, post.ErrNotFound) {
		err = errs.BadInput([]errs.Field{{Name: "q", Code: "post.not_found"}})
	}
	return parcel, err
}

// Shown is a parcel with what happened to it.
type Shown struct {
	Parcel
	Events []Event
	Names  map[string]string // of accounts
	Number string            // of the list
	On     bool              // the post is asked by the program
}

// Get returns a parcel. It is personal data: that it was looked at is recorded.
func (s *Service) Get(ctx context.Context, actor identity.Actor, parcel string) (v Shown, err error) {
	defer errs.Wrap(&err, "parcel %s", parcel)

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return v, err
	}
	v.On = s.On()
	if v.Parcel, err = s.store.GetParcel(ctx, s.DB, sc, parcel); err != nil {
		return v, err
	}
	if v.Events, err = s.store.Events(ctx, s.DB, parcel); err != nil {
		return v, err
	}
	if v.List != "" {
		l, err := s.store.GetList(ctx, s.DB, sc, v.List)
		if err != nil {
			return v, err
		}
		v.Number = l.Number
	}
	v.Names = map[string]string{v.By: s.Name(ctx, v.By)}
	return v, s.record(ctx, actor, post.AuditLooked, parcel)
}

// Packing is what a clerk packs: the dossier of a wish, or one of which somebody at
// the counter says where it goes.
type Packing struct {
	Dossier string // its id, or its code
	To      *To    // nil: as it was wished
}

// Pack makes a parcel of the result of a dossier.
func (s *Service) Pack(ctx context.Context, actor identity.Actor, in Packing) (parcel string, err error) {
	defer errs.Wrap(&err, "pack")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return "", err
	}
	if in.To != nil {
		to, err := tidy(*in.To)
		if err != nil {
			return "", err
		}
		in.To = &to
	}
	wrong := errs.BadInput([]errs.Field{{Name: "dossier", Code: "post.no_dossier"}})
	found, ok, err := s.Dossiers.FindCase(ctx, s.DB, text.Line(in.Dossier))
	if err != nil {
		return "", err
	}
	if !ok {
		return "", wrong
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, ok, err := s.Dossiers.Posting(ctx, tx, found.ID)
		if err != nil {
			return err
		}
		sees := false
		if ok {
			if sees, err = sc.Sees(ctx, tx, p.Unit); err != nil {
				return err
			}
		}
		switch {
		case !sees:
			return wrong
		case p.Delivery == dossiers.Posted:
			return post.ErrOpen
		case p.Status != dossiers.Finished || p.Result == "":
			return post.ErrNotReady
		}
		w, err := s.store.FindWish(ctx, tx, access.All(), string(p.Dossier))
		if err != nil {
			return err
		}
		if in.To == nil && w.State != WishReady {
			return post.ErrNotReady
		}
		w.Of, w.State, w.By, w.At = about(p), WishTaken, actor.Account, tx.Now
		if in.To != nil {
			w.To = *in.To
		}
		if err := s.store.PutWish(ctx, tx, w); err != nil {
			return err
		}
		one := Parcel{Of: about(p), ID: id.New(), Result: p.Result, To: w.To, By: actor.Account, At: tx.Now}
		added, err := s.store.AddParcel(ctx, tx, one)
		if err != nil {
			return err
		}
		if !added {
			return post.ErrOpen
		}
		parcel = one.ID
		if s.On() {
			if err := jobs.Enqueue(ctx, tx, JobSend, subject{Parcel: parcel}); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, post.AuditPacked, parcel)
	})
	return parcel, err
}

// SetWaybill writes down a waybill by hand: where the post is not asked, or has not answered.
func (s *Service) SetWaybill(ctx context.Context, actor identity.Actor, parcel, waybill string) (err error) {
	defer errs.Wrap(&err, "waybill of parcel %s", parcel)

	waybill = strings.ToUpper(text.Line(waybill))
	if n := utf8.RuneCountInString(waybill); n == 0 || n > 40 {
		return errs.BadInput([]errs.Field{{Name: "waybill", Code: "form.required"}})
	}
	return s.change(ctx, actor, parcel, post.AuditPacked, func(_ *db.Tx, p *Parcel) error {
		if p.State != post.Packed || p.Waybill != "" {
			return post.ErrState
		}
		p.Waybill, p.Problem = waybill, ""
		return nil
	})
}

// Cancel unpacks a parcel that still lies at the counter: the wish waits again.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, parcel string) (err error) {
	defer errs.Wrap(&err, "cancel parcel %s", parcel)

	return s.change(ctx, actor, parcel, post.AuditCancelled, func(tx *db.Tx, p *Parcel) error {
		if p.State != post.Packed {
			return post.ErrState
		}
		p.State, p.EndedAt = post.Cancelled, tx.Now
		return s.again(ctx, tx, actor, p.Dossier, WishReady)
	})
}

// again puts a wish back to where it was before it was packed.
func (s *Service) again(ctx context.Context, tx *db.Tx, actor identity.Actor, dossier, state string) error {
	w, err := s.store.FindWish(ctx, tx, access.All(), dossier)
	if err != nil || w.Version == 0 {
		return err
	}
	w.State, w.By, w.At = state, actor.Account, tx.Now
	return s.store.PutWish(ctx, tx, w)
}

// TakeBack says that the post has brought a parcel back: the result is at the counter
// again, to be fetched, or to be sent once more.
func (s *Service) TakeBack(ctx context.Context, actor identity.Actor, parcel string) (err error) {
	defer errs.Wrap(&err, "take parcel %s back", parcel)

	return s.change(ctx, actor, parcel, post.AuditBack, func(tx *db.Tx, p *Parcel) error {
		if !p.State.MayBecome(post.Back) {
			return post.ErrState
		}
		p.State, p.EndedAt = post.Back, tx.Now
		if err := s.again(ctx, tx, actor, p.Dossier, WishWithdrawn); err != nil {
			return err
		}
		return s.Dossiers.CameBack(ctx, tx, actor, dossiers.ID(p.Dossier))
	})
}

// change changes a parcel of the actor's units.
func (s *Service) change(ctx context.Context, actor identity.Actor, parcel string, e audit.Event, do func(tx *db.Tx, p *Parcel) error) error {
	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.store.GetParcel(ctx, tx, sc, parcel)
		if err != nil {
			return err
		}
		if err := do(tx, &p); err != nil {
			return err
		}
		if err := s.store.PutParcel(ctx, tx, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, e, parcel)
	})
}

// Handing is what is given to a postman.
type Handing struct {
	Courier string // name of the postman
	Parcels []string
}

// HandOver gives parcels to a postman, all or none, and makes the list that both sign.
func (s *Service) HandOver(ctx context.Context, actor identity.Actor, in Handing) (list string, err error) {
	defer errs.Wrap(&err, "hand over")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return "", err
	}
	unit, err := unitOf(actor)
	if err != nil {
		return "", err
	}
	in.Courier = text.Line(in.Courier)
	var wrong []errs.Field
	switch n := utf8.RuneCountInString(in.Courier); {
	case n == 0:
		wrong = append(wrong, errs.Field{Name: "courier", Code: "form.required"})
	case n > maxName:
		wrong = append(wrong, errs.Field{Name: "courier", Code: "form.too_long", Args: map[string]any{"max": maxName, "over": n - maxName}})
	}
	slices.Sort(in.Parcels)
	in.Parcels = slices.Compact(in.Parcels)
	if len(in.Parcels) == 0 || len(in.Parcels) > PageSize {
		wrong = append(wrong, errs.Field{Name: "parcel", Code: "post.nothing"})
	}
	if err := errs.BadInput(wrong); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := sequence.Next(ctx, tx, "post/"+unit, zoned(tx.Now.Time).Format("2006"))
		if err != nil {
			return err
		}
		l := List{ID: id.New(), Unit: unit, Number: fmt.Sprintf("%02d/%d", n, zoned(tx.Now.Time).Year()), Courier: in.Courier, Parcels: len(in.Parcels), By: actor.Account, At: tx.Now}
		list = l.ID
		if err := s.store.AddList(ctx, tx, l); err != nil {
			return err
		}
		for _, one := range in.Parcels {
			p, err := s.store.GetParcel(ctx, tx, sc, one)
			switch {
			case err != nil:
				return err
			case p.State != post.Packed || p.Unit != unit || p.Waybill == "":
				return post.ErrState
			}
			p.State, p.List, p.HandedAt = post.Handed, l.ID, tx.Now
			if err := s.store.PutParcel(ctx, tx, p); err != nil {
				return err
			}
			if err := s.Dossiers.Hand(ctx, tx, actor, dossiers.ID(p.Dossier)); err != nil {
				return err
			}
			if s.On() {
				if err := jobs.EnqueueAt(ctx, tx, JobTrack, subject{Parcel: p.ID}, db.At(tx.Now.Add(trackEvery))); err != nil {
					return err
				}
			}
		}
		return audit.Record(ctx, tx, actor, post.AuditHanded, l.ID)
	})
	return list, err
}

// ListLists returns what was handed over at the actor's units, the newest first.
func (s *Service) ListLists(ctx context.Context, actor identity.Actor, before string) (all []List, next string, err error) {
	defer errs.Wrap(&err, "list of hand-overs")

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.Lists(ctx, s.DB, sc, before, PageSize+1)
	all, next = cut(rows, func(l List) string { return l.ID })
	return all, next, err
}

// Handover is a list with what is on it.
type Handover struct {
	List
	All   []Parcel
	Clerk string // name
}

// GetList returns what was handed over at once.
func (s *Service) GetList(ctx context.Context, actor identity.Actor, list string) (h Handover, err error) {
	defer errs.Wrap(&err, "hand-over %s", list)

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return h, err
	}
	if h.List, err = s.store.GetList(ctx, s.DB, sc, list); err != nil {
		return h, err
	}
	if h.All, err = s.store.ParcelsOn(ctx, s.DB, list); err != nil {
		return h, err
	}
	h.Clerk = s.Name(ctx, h.By)
	return h, s.record(ctx, actor, post.AuditLooked, list)
}

// Paper draws a list for both to sign: phiếu bàn giao kết quả, with the columns of
// domain facts C.
func (s *Service) Paper(ctx context.Context, actor identity.Actor, list string) (raw []byte, err error) {
	defer errs.Wrap(&err, "paper of hand-over %s", list)

	h, err := s.GetList(ctx, actor, list)
	if err != nil {
		return nil, err
	}
	rows := [][]string{}
	for i, p := range h.All {
		fee := ""
		if p.Fee != nil {
			fee = fmt.Sprint(*p.Fee)
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), p.Code, p.Name.VI, p.Result, p.To.Name, p.To.Address, fee, p.Waybill})
	}
	unit, err := orgs.Get(ctx, s.DB, orgs.ID(h.Unit))
	if err != nil {
		return nil, err
	}
	p, err := (papers.Press{Fonts: s.Fonts, Made: zoned(h.At.Time), Zone: calendar.Zone(), Mark: s.Mark}).Listing(papers.Listing{
		Author: unit.Name.VI, Title: "Phiếu bàn giao kết quả cho bưu chính, số " + h.Number,
		Note: fmt.Sprintf("Ngày %s. Bên giao: %s. Bên nhận: %s. Số bưu gửi: %d.", zoned(h.At.Time).Format("02/01/2006 15:04"), h.Clerk, h.Courier, len(h.All)),
		Head: []string{"TT", "Mã HS", "Nội dung", "Kết quả", "Họ tên", "Địa chỉ", "Cước (đồng)", "Mã vận đơn"}, Rows: rows,
	})
	if err != nil {
		return nil, err
	}
	return p.PDF, s.record(ctx, actor, post.AuditExported, list)
}

// OfDossier returns the parcels of a dossier, for who may see them.
func (s *Service) OfDossier(ctx context.Context, actor identity.Actor, dossier string) (all []Parcel, err error) {
	defer errs.Wrap(&err, "parcels of dossier %s", dossier)

	sc, err := access.Require(actor, post.PermSend)
	if err != nil {
		return nil, err
	}
	return s.store.ParcelsOf(ctx, s.DB, sc, dossier)
}

// Pointers returns what points to a person, for a merge.
func (s *Service) Pointers(ctx context.Context, q db.Querier, person string) ([]post.Pointer, error) {
	return s.store.Pointers(ctx, q, person)
}

// Repoint makes what points to a person point to another.
func (s *Service) Repoint(ctx context.Context, tx *db.Tx, p post.Pointer, from, to string) (bool, error) {
	return s.store.Repoint(ctx, tx, p, from, to)
}

// ExportPerson hands over what was sent to a person, or shall be.
func (s *Service) ExportPerson(ctx context.Context, person string, wish func(Wish) error, parcel func(Parcel) error) error {
	wishes, err := s.store.WishesFor(ctx, s.DB, person)
	for _, w := range wishes {
		if err == nil {
			err = wish(w)
		}
	}
	if err != nil {
		return err
	}
	parcels, err := s.store.ParcelsFor(ctx, s.DB, person)
	for _, p := range parcels {
		if err == nil {
			err = parcel(p)
		}
	}
	return err
}
