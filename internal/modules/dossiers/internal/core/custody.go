// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// Sheaf is the paper of a dossier and who has it in hand.
type Sheaf struct {
	Dossier dossiers.ID
	Code    string
	Name    i18n.Text
	Step    i18n.Text // that is open
	Next    string    // name of who has that step in hand
	Sheets  int
	Holder  string // name
	Since   db.Time
	To      string // name; empty: it is not on its way
	Slip    string
}

// PaperList says which paper a list holds.
type PaperList = store.Custodies

// The lists of paper of an official.
const (
	PaperInHand  = store.InHand
	PaperComing  = store.Coming
	PaperLeaving = store.Leaving
)

// handlers of paper are all who work on dossiers.
func paperPeople(actor identity.Actor) (access.Scope, error) {
	return access.RequireAny(actor, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver)
}

// ListPaper returns the paper that the actor has in hand, that is on its way to the
// actor, or that the actor has handed on and nobody has taken yet.
func (s *Service) ListPaper(ctx context.Context, actor identity.Actor, of PaperList, after string) (p Page[Sheaf], err error) {
	defer errs.Wrap(&err, "list paper")

	if _, err := paperPeople(actor); err != nil {
		return p, err
	}
	rows, err := s.store.ListCustody(ctx, s.DB, of, actor.Account, after, PageSize+1)
	if err != nil {
		return p, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		p.Next = string(rows[PageSize-1].Dossier)
	}
	for _, r := range rows {
		p.Items = append(p.Items, s.sheafOf(ctx, r))
	}
	return p, nil
}

func (s *Service) sheafOf(ctx context.Context, r store.Sheaf) Sheaf {
	if r.Custody.Name == "" { // counted when there were no names yet
		r.Custody.Name = s.accountName(ctx, s.DB, r.Account)
	}
	return Sheaf{r.Dossier, r.Code, r.Name, r.Step, r.Next, r.Sheets, r.Custody.Name, r.Since, r.ToName, r.Slip}
}

// ListPaperPeople returns to whom the actor can hand paper: the people of the own unit.
func (s *Service) ListPaperPeople(ctx context.Context, actor identity.Actor) (all []Colleague, err error) {
	defer errs.Wrap(&err, "list who takes paper")

	if _, err := paperPeople(actor); err != nil {
		return nil, err
	}
	if actor.Unit == "" {
		return nil, nil
	}
	all, err = s.membersOf(ctx, []orgs.Unit{{ID: orgs.ID(actor.Unit)}})
	return slices.DeleteFunc(all, func(c Colleague) bool { return c.Account == actor.Account }), err
}

// HandPaper hands the paper of dossiers to a colleague of the unit, each by itself.
// Whoever hands it over answers for it until the other has taken it. Slip names what
// was handed over together; empty: nothing was.
func (s *Service) HandPaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID, to string) (slip string, all []Outcome, err error) {
	defer errs.Wrap(&err, "hand paper over")

	people, err := s.ListPaperPeople(ctx, actor)
	if err != nil {
		return "", nil, err
	}
	i := slices.IndexFunc(people, func(c Colleague) bool { return c.Account == to })
	if i < 0 {
		return "", nil, errs.BadInput([]errs.Field{{Name: "to", Code: "dossiers.no_colleague"}})
	}
	taker := people[i]
	made := newid.New()
	all, err = s.eachPaper(ctx, actor, ids, func(tx *db.Tx, c store.Custody) error {
		switch {
		case c.Account != actor.Account:
			return dossiers.ErrNoSheets
		case c.To != "":
			return dossiers.ErrSheetsMoved.With("who", c.ToName)
		}
		h := store.Handing{ID: newid.New(), Slip: made, Dossier: c.Dossier, From: actor.Account, FromName: actor.Name, To: taker.Account, ToName: taker.Name, Sheets: c.Sheets}
		if err := s.store.AddHanding(ctx, tx, h); err != nil {
			return err
		}
		c.To, c.ToName, c.Handing = taker.Account, taker.Name, h.ID
		if err := s.store.PutCustody(ctx, tx, c); err != nil {
			return err
		}
		slip = made
		return audit.Record(ctx, tx, actor, dossiers.AuditPaperGiven, string(c.Dossier)+" to "+taker.Account)
	})
	return slip, all, err
}

// TakePaper says that the actor has what a colleague has handed over.
func (s *Service) TakePaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID) (all []Outcome, err error) {
	defer errs.Wrap(&err, "take paper")

	return s.eachPaper(ctx, actor, ids, func(tx *db.Tx, c store.Custody) error {
		if err := comesTo(c, actor); err != nil {
			return err
		}
		if err := s.store.EndHanding(ctx, tx, c.Handing, store.HandingTaken, ""); err != nil {
			return err
		}
		c.Account, c.Name, c.Since, c.To, c.ToName, c.Handing = actor.Account, actor.Name, tx.Now, "", "", ""
		if err := s.store.PutCustody(ctx, tx, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditPaperTaken, string(c.Dossier))
	})
}

func comesTo(c store.Custody, actor identity.Actor) error {
	switch {
	case c.To == actor.Account && c.To != "":
		return nil
	case c.Account == actor.Account:
		return dossiers.ErrSheetsMoved.With("who", c.Name)
	}
	return dossiers.ErrNoSheets
}

// DeclinePaper says that it did not come, or not all of it; TakePaperBack that the
// actor keeps it after all. Words are needed to decline.
func (s *Service) DeclinePaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID, words string) (all []Outcome, err error) {
	defer errs.Wrap(&err, "decline paper")

	if words, err = reason(words); err != nil {
		return nil, err
	}
	return s.eachPaper(ctx, actor, ids, func(tx *db.Tx, c store.Custody) error {
		if err := comesTo(c, actor); err != nil {
			return err
		}
		return s.stays(ctx, tx, actor, c, store.HandingDeclined, words, dossiers.AuditPaperDeclined)
	})
}

// TakePaperBack is DeclinePaper of whoever has handed it over.
func (s *Service) TakePaperBack(ctx context.Context, actor identity.Actor, ids []dossiers.ID) (all []Outcome, err error) {
	defer errs.Wrap(&err, "take paper back")

	return s.eachPaper(ctx, actor, ids, func(tx *db.Tx, c store.Custody) error {
		switch {
		case c.Account != actor.Account:
			return dossiers.ErrNoSheets
		case c.To == "":
			return dossiers.ErrSheetsMoved.With("who", c.Name)
		}
		return s.stays(ctx, tx, actor, c, store.HandingBack, "", dossiers.AuditPaperBack)
	})
}

// stays leaves paper with whoever had it.
func (s *Service) stays(ctx context.Context, tx *db.Tx, actor identity.Actor, c store.Custody, state, words string, event audit.Event) error {
	if err := s.store.EndHanding(ctx, tx, c.Handing, state, words); err != nil {
		return err
	}
	c.To, c.ToName, c.Handing = "", "", ""
	if err := s.store.PutCustody(ctx, tx, c); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, event, string(c.Dossier))
}

// eachPaper does something with the locked paper of each dossier; what is refused is
// told and stops nothing. They are locked in the order of their ids, the dossier before
// its paper: what another system works on stays where it is.
func (s *Service) eachPaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID, do func(tx *db.Tx, c store.Custody) error) (all []Outcome, err error) {
	if _, err := paperPeople(actor); err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > maxHandOver {
		return nil, dossiers.ErrTooManySteps.With("max", maxHandOver)
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		all = nil
		for _, id := range ids {
			err := s.movePaper(ctx, tx, id, do)
			if err != nil && !definite(err) {
				return fmt.Errorf("paper of %s: %w", id, err)
			}
			all = append(all, Outcome{ID: id, Err: err})
		}
		return nil
	})
	return all, err
}

func (s *Service) movePaper(ctx context.Context, tx *db.Tx, id dossiers.ID, do func(tx *db.Tx, c store.Custody) error) error {
	_, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), id)
	if errors.Is(err, dossiers.ErrNotFound) {
		return dossiers.ErrNoSheets
	}
	if err != nil {
		return err
	}
	c, found, err := s.store.FindCustody(ctx, tx, id)
	if err != nil {
		return err
	}
	if !found {
		return dossiers.ErrNoSheets
	}
	return do(tx, c)
}

// PaperSlip is what both sides sign when paper changes hands.
func (s *Service) PaperSlip(ctx context.Context, actor identity.Actor, slip string) (_ []byte, err error) {
	defer errs.Wrap(&err, "slip %s", slip)

	if _, err := paperPeople(actor); err != nil {
		return nil, err
	}
	rows, err := s.store.ListSlip(ctx, s.DB, slip)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || rows[0].From != actor.Account && rows[0].To != actor.Account {
		return nil, dossiers.ErrNoHanding
	}
	said, sheets := i18n.Printer{}, 0
	list := papers.Listing{
		Author: s.unitNames(ctx)(orgs.ID(actor.Unit)).VI, Title: "Phiếu giao nhận hồ sơ giấy", Head: []string{"STT", "Mã hồ sơ", "Thủ tục", "Số tờ", "Tình trạng"},
	}
	for i, h := range rows {
		state := map[string]string{store.HandingOpen: "Chờ nhận", store.HandingTaken: "Đã nhận", store.HandingDeclined: "Không nhận", store.HandingBack: "Giữ lại"}[h.State]
		if !h.EndedAt.IsZero() {
			state += ", " + said.DateTime(h.EndedAt.Time)
		}
		list.Rows = append(list.Rows, []string{strconv.Itoa(i + 1), h.Code, h.Name.VI, strconv.Itoa(h.Sheets), state})
		sheets += h.Sheets
	}
	list.Note = fmt.Sprintf("Người giao: %s, lúc %s. Người nhận: %s. Tổng số: %d hồ sơ, %d tờ. Ký giao: ........................ Ký nhận: ........................",
		rows[0].FromName, said.DateTime(rows[0].SentAt.Time), rows[0].ToName, len(rows), sheets)
	if list.Author == "" {
		list.Author = actor.Name
	}
	paper, err := s.press(s.DB.Now().Time).Listing(list)
	return paper.PDF, err
}
