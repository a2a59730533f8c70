// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/modules/mirrors/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// PageSize is how many dossiers a page shows.
const PageSize = 50

// again is when dossiers are looked at again that could not be handed over yet.
const again = 24 * time.Hour

const (
	minReason = 10
	maxReason = 500
)

// Flips lists the procedures whose open dossiers belong to another system than new ones
// do, today or from a day on that is known.
func (s *Service) Flips(ctx context.Context, actor identity.Actor) (all []mirrors.Flip, err error) {
	defer errs.Wrap(&err, "list flips")

	if _, err := access.Everywhere(actor, mirrors.PermDecide); err != nil {
		return nil, err
	}
	open, err := s.Dossiers.Open(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	ids := make([]procedures.ID, 0, len(open))
	for one := range open {
		ids = append(ids, one)
	}
	kept, err := s.Dossiers.KeptProcedures(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	for _, one := range kept {
		if _, known := open[one]; !known {
			ids = append(ids, one)
		}
	}
	slices.Sort(ids)
	for _, one := range ids {
		some, err := s.flipsOf(ctx, one)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// code is the agency of a route; empty: the province.
func code(route string) string {
	_, of, _ := strings.Cut(route, ":")
	return of
}

// always is the day from which a version without a first day is valid.
const always = "2000-01-01"

// flipsOf are the flips of one procedure: of today's route, where open dossiers belong to
// another, and of the next one that is known.
func (s *Service) flipsOf(ctx context.Context, procedure procedures.ID) (all []mirrors.Flip, err error) {
	v, err := s.Procedures.Get(ctx, procedure)
	if errors.Is(err, procedures.ErrNotFound) { // it is no more: its dossiers end where they are
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if v, err = s.Procedures.GetVersion(ctx, v.ID, v.SHA); err != nil {
		return nil, err
	}
	today := calendar.On(s.DB.Now().Time).String()
	now := v.RouteOn(today)
	add := func(day, from, to string, begun bool) error {
		f := mirrors.Flip{Procedure: v.ID, Name: v.Name, Day: day, From: from, To: to, Begun: begun}
		if f.Open, err = s.Dossiers.CountOpenOf(ctx, s.DB, v.ID, from); err != nil || f.Open == 0 {
			return err
		}
		f.Decision, err = store.Last(ctx, s.DB, string(v.ID), day)
		all = append(all, f)
		return err
	}
	began := cmp.Or(now.From, v.ValidFrom, always)
	others := []string{""}
	for _, m := range s.Ministries {
		others = append(others, m.Code)
	}
	for _, from := range others {
		if to := code(now.Route); from != to {
			if err := add(began, from, to, true); err != nil {
				return nil, err
			}
		}
	}
	for _, r := range v.Routes {
		if r.From <= today {
			continue
		}
		if from, to := code(now.Route), code(r.Route); from != to {
			err = add(r.From, from, to, false)
		}
		break // what comes after that is decided when that has come
	}
	return all, err
}

// Flip returns one flip of a procedure with a page of its open dossiers. That they were
// looked at is recorded; they name nobody.
func (s *Service) Flip(ctx context.Context, actor identity.Actor, procedure procedures.ID, day string, after dossiers.ID) (f mirrors.Flip, open []dossiers.OpenCase, next string, err error) {
	defer errs.Wrap(&err, "flip of procedure %s", procedure)

	if _, err := access.Everywhere(actor, mirrors.PermDecide); err != nil {
		return f, nil, "", err
	}
	if f, err = s.flip(ctx, procedure, day); err != nil {
		return f, nil, "", err
	}
	if open, err = s.Dossiers.OpenOf(ctx, s.DB, procedure, f.From, after, PageSize+1); err != nil {
		return f, nil, "", err
	}
	if len(open) > PageSize {
		open = open[:PageSize]
		next = string(open[PageSize-1].ID)
	}
	return f, open, next, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, mirrors.AuditLooked, string(procedure))
	})
}

func (s *Service) flip(ctx context.Context, procedure procedures.ID, day string) (mirrors.Flip, error) {
	all, err := s.flipsOf(ctx, procedure)
	if err != nil {
		return mirrors.Flip{}, err
	}
	i := slices.IndexFunc(all, func(f mirrors.Flip) bool { return f.Day == day })
	if i < 0 {
		return mirrors.Flip{}, mirrors.ErrNoFlip
	}
	return all[i], nil
}

// Wish is what somebody decides about a flip.
type Wish struct {
	Choice mirrors.Choice
	Reason string
	Seen   string // the decision that was there when they looked; empty: none
}

func (w Wish) check() (Wish, error) {
	var wrong []errs.Field
	if w.Choice != mirrors.Keep && w.Choice != mirrors.Hand {
		wrong = append(wrong, errs.Field{Name: "choice", Code: "form.choose"})
	}
	w.Reason = text.NFC(strings.TrimSpace(w.Reason))
	if n := utf8.RuneCountInString(w.Reason); n < minReason {
		wrong = append(wrong, errs.Field{Name: "reason", Code: "mirrors.reason", Args: map[string]any{"min": minReason}})
	} else if n > maxReason {
		wrong = append(wrong, errs.Field{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}})
	}
	return w, errs.BadInput(wrong)
}

// JobHand hands dossiers over by a decision.
const JobHand jobs.Kind = "mirrors.hand"

type handing struct {
	Decision string `json:"decision"`
	After    string `json:"after"`
}

// Decide decides what becomes of the open dossiers of a flip. Handing over begins on the
// day of the flip, or at once where that has come. Of two who decide at once the second
// is told who was faster.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, procedure procedures.ID, day string, w Wish) (err error) {
	defer errs.Wrap(&err, "decide about procedure %s", procedure)

	if _, err := access.Everywhere(actor, mirrors.PermDecide); err != nil {
		return err
	}
	if w, err = w.check(); err != nil {
		return err
	}
	f, err := s.flip(ctx, procedure, day)
	if err != nil {
		return err
	}
	for _, one := range []string{f.From, f.To} {
		if _, known := s.ministry(one); one != "" && !known && w.Choice == mirrors.Hand {
			return mirrors.ErrSystem.With("code", one)
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := store.Last(ctx, tx, string(procedure), day)
		if err != nil {
			return err
		}
		if before.ID != w.Seen {
			return mirrors.ErrDecided.With("who", s.Name(ctx, before.By))
		}
		d := mirrors.Decision{ID: id.New(), Procedure: string(procedure), Day: day, From: f.From, To: f.To, Choice: w.Choice, Reason: w.Reason, By: actor.Account}
		if err := store.Add(ctx, tx, d); err != nil {
			return err
		}
		if d.Choice == mirrors.Hand {
			due, err := calendar.ParseDate(day)
			if err != nil {
				return err
			}
			at := db.At(due.At(0))
			if at.Before(tx.Now.Time) {
				at = tx.Now
			}
			if err := jobs.EnqueueAt(ctx, tx, JobHand, handing{Decision: d.ID}, at); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, actor, mirrors.AuditDecided, string(procedure)+" "+string(d.Choice)+" "+orProvince(f.From)+" to "+orProvince(f.To))
	})
}

func orProvince(code string) string {
	if code == "" {
		return "province"
	}
	return code
}

// HandOn does JobHand: some dossiers, and then itself again for the rest. It may run
// twice: what has changed hands is not ours to hand over any more. A later decision ends
// an earlier one.
func (s *Service) HandOn(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "hand dossiers over")

	var h handing
	if err := json.Unmarshal(body, &h); err != nil {
		return err
	}
	var d mirrors.Decision
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		one, found, err := store.Get(ctx, tx, h.Decision)
		if err != nil || !found {
			return err
		}
		last, err := store.Last(ctx, tx, one.Procedure, one.Day)
		if err == nil && last.ID == one.ID {
			d = one
		}
		return err
	}); err != nil || d.ID == "" || d.Choice != mirrors.Hand {
		return err
	}
	open, err := s.Dossiers.OpenOf(ctx, s.DB, procedures.ID(d.Procedure), d.From, dossiers.ID(h.After), PageSize)
	if err != nil {
		return err
	}
	actor := identity.Program(string(JobHand))
	moved := int64(0)
	for _, one := range open {
		h.After = string(one.ID)
		if one.Stays != "" {
			continue
		}
		err := s.handOne(ctx, actor, d, one.ID)
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict { // it stays, for now
			continue
		}
		if err != nil {
			return err
		}
		moved++
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if len(open) == PageSize {
			if err := store.Count(ctx, tx, d.ID, moved, false); err != nil {
				return err
			}
			return jobs.Enqueue(ctx, tx, JobHand, h)
		}
		left, err := s.Dossiers.CountOpenOf(ctx, tx, procedures.ID(d.Procedure), d.From)
		if err != nil {
			return err
		}
		if err := store.Count(ctx, tx, d.ID, moved, left == 0); err != nil || left == 0 {
			return err
		}
		return jobs.EnqueueAt(ctx, tx, JobHand, handing{Decision: d.ID}, db.At(tx.Now.Add(again))) // what stays today may go tomorrow
	})
}

// handOne hands one dossier over, or asks for it: its owner changes in the transaction
// that says so to the other system, or in the one that keeps its answer.
func (s *Service) handOne(ctx context.Context, actor identity.Actor, d mirrors.Decision, one dossiers.ID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if d.From == "" {
			to, known := s.ministry(d.To)
			if !known {
				return mirrors.ErrSystem.With("code", d.To)
			}
			if err := s.Dossiers.HandToSystem(ctx, tx, actor, one, to.keeper()); err != nil {
				return err
			}
			return s.send(ctx, tx, to, opHandOver, one, d.ID)
		}
		from, known := s.ministry(d.From)
		if !known {
			return mirrors.ErrSystem.With("code", d.From)
		}
		return s.send(ctx, tx, from, opGiveBack, one, d.ID)
	})
}

// handed is what a system is told of a dossier that changes hands.
type handed struct {
	MaHoSo          string // theirs; empty: it is new to them
	MaHoSoTinh      string
	MaTTHC          string
	TenTTHC         string
	KenhThucHien    int
	ChuHoSo         string
	SoGiayToChuHoSo string
	SoDienThoai     string
	Email           string
	NgayNopHoSo     string
	NgayTiepNhan    string
	NgayHenTra      string
	TrangThaiHoSo   int
	ThanhPhanHoSo   []handedPaper
}

type handedPaper struct{ MaThanhPhanHoSo, TenThanhPhanHoSo string }

// send tells a system of a dossier that changes hands, once for each decision.
func (s *Service) send(ctx context.Context, tx *db.Tx, m Ministry, operation string, one dossiers.ID, decision string) error {
	r, err := s.Dossiers.RecordOf(ctx, tx, one)
	if err != nil {
		return err
	}
	k, err := s.Dossiers.KeptElsewhereOf(ctx, tx, one)
	if err != nil {
		return err
	}
	h := handed{
		MaHoSo: k.Code, MaHoSoTinh: r.Code, MaTTHC: r.ProcedureCode, TenTTHC: r.Name.VI, KenhThucHien: int(r.Channel), ChuHoSo: r.Owner.Name, SoGiayToChuHoSo: r.Owner.Number, SoDienThoai: r.Owner.Phone,
		Email: r.Owner.Email, NgayNopHoSo: stamp(r.SubmittedAt), NgayTiepNhan: stamp(r.AcceptedAt), NgayHenTra: stamp(r.Due), TrangThaiHoSo: int(r.Status), ThanhPhanHoSo: []handedPaper{},
	}
	if h.MaTTHC == "" {
		h.MaTTHC = string(r.Procedure)
	}
	if h.MaHoSoTinh == "" {
		h.MaHoSoTinh = r.Reference
	}
	for _, p := range r.Papers {
		h.ThanhPhanHoSo = append(h.ThanhPhanHoSo, handedPaper{p.Paper, p.Name})
	}
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return s.Hub.Send(ctx, tx, connectors.Message{
		Partner: m.ID, Operation: operation, Lane: string(one), Dossier: string(one), Purpose: "hand_over", Key: decision + "/" + string(one) + "/" + operation, Body: body,
	})
}

// takenBack makes a dossier ours that a system has let go. One that ended there
// meanwhile stays.
func (s *Service) takenBack(ctx context.Context, tx *db.Tx, m Ministry, one dossiers.ID) error {
	err := s.Dossiers.TakeBack(ctx, tx, identity.Program(string(JobHand)), one, m.Code)
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Conflict {
		return nil
	}
	return err
}
