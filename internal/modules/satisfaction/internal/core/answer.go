// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Sheet is what somebody answers about.
type Sheet struct {
	Unit, About i18n.Text
}

// Open returns what a link asks about; ErrAnswered and ErrOver where it no longer does.
func (s *Service) Open(ctx context.Context, token string) (sh Sheet, err error) {
	defer errs.Wrap(&err, "open a page of answers")

	a, err := s.store.GetAsked(ctx, s.DB, s.hash(token))
	if err != nil {
		return sh, err
	}
	if err := open(a, s.DB.Now()); err != nil {
		return sh, err
	}
	return s.sheet(ctx, a.Unit, a.Procedure)
}

func open(a store.Asked, now db.Time) error {
	switch {
	case a.Used:
		return satisfaction.ErrAnswered
	case calendar.On(now.Time).String() > a.Until:
		return satisfaction.ErrOver
	}
	return nil
}

func (s *Service) sheet(ctx context.Context, unit, procedure string) (sh Sheet, err error) {
	u, err := orgs.Get(ctx, s.DB, orgs.ID(unit))
	if err != nil {
		return sh, err
	}
	sh.Unit = u.Authority()
	if sh.About, err = s.procedure(ctx, procedure); err != nil {
		return sh, err
	}
	return sh, nil
}

// procedure is the name of a procedure; empty where there is none today.
func (s *Service) procedure(ctx context.Context, procedure string) (i18n.Text, error) {
	if procedure == "" {
		return i18n.Text{}, nil
	}
	v, err := s.Procedures.Get(ctx, procedures.ID(procedure))
	if errors.Is(err, procedures.ErrNotFound) {
		return i18n.Text{}, nil
	}
	return v.Name, err
}

func scored(score int) error {
	if score < 1 || score > satisfaction.Best {
		return errs.BadInput([]errs.Field{{Name: "score", Code: "form.required"}})
	}
	return nil
}

// Answer takes the answer of who has a link: one for each dossier. It returns the
// id of the answer in the box, which nothing connects with the dossier: with it,
// reasons can be added until the box is emptied.
func (s *Service) Answer(ctx context.Context, token string, score int) (boxed string, err error) {
	defer errs.Wrap(&err, "answer")

	if err := scored(score); err != nil {
		return "", err
	}
	return boxed, s.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := s.store.GetAsked(ctx, tx, s.hash(token))
		if err != nil {
			return err
		}
		if err := open(a, tx.Now); err != nil {
			return err
		}
		if err := s.store.Use(ctx, tx, a.Hash); err != nil {
			return err
		}
		boxed, err = s.put(ctx, tx, store.Answer{Unit: a.Unit, Procedure: a.Procedure, Channel: "link", Score: score})
		return err
	})
}

// put puts an answer into the box. The first of them lets the box be emptied in the
// evening, or in the next one.
func (s *Service) put(ctx context.Context, tx *db.Tx, a store.Answer) (string, error) {
	n, err := s.store.CountBox(ctx, tx)
	if err != nil {
		return "", err
	}
	if n == 0 {
		due := calendar.On(tx.Now.Time).At(emptied)
		if !due.After(tx.Now.Time) {
			due = due.AddDate(0, 0, 1)
		}
		if err := jobs.EnqueueAt(ctx, tx, JobGather, "", db.At(due)); err != nil {
			return "", err
		}
	}
	a.ID, a.Month = id.Code(idSize), monthOf(tx.Now)
	if err := s.store.Put(ctx, tx, a); err != nil {
		return "", err
	}
	return a.ID, audit.Record(ctx, tx, program(), satisfaction.AuditAnswered, a.Unit)
}

// More is what somebody adds to an answer.
type More struct {
	Reasons []string
	Words   string
	May     bool // they may be contacted
	Contact string
}

// Add adds reasons and words to an answer that is in the box.
func (s *Service) Add(ctx context.Context, boxed string, in More) (err error) {
	defer errs.Wrap(&err, "add to an answer")

	var a asked
	for _, r := range in.Reasons {
		if !slices.Contains(satisfaction.Reasons(), r) {
			a.add("reasons", "satisfaction.bad_reason")
			break
		}
	}
	in.Words = a.words("words", in.Words, false)
	if in.May {
		in.Contact = a.words("contact", in.Contact, true)
	} else {
		in.Contact = ""
	}
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		b, err := s.store.Boxed(ctx, tx, boxed)
		if errors.Is(err, satisfaction.ErrNotFound) {
			return satisfaction.ErrTaken
		}
		if err != nil {
			return err
		}
		b.Reasons, b.Words, b.Contact = in.Reasons, in.Words, in.Contact
		return s.store.Put(ctx, tx, b) // a draft of the answer until the box is emptied: no act of its own
	})
}

// Kiosk is what the kiosk of a unit asks about.
type Kiosk struct {
	Unit  i18n.Text
	Path  string
	Turns []Turn // who can answer now
}

// mostTurns is how many numbers a kiosk offers: more counters than a tablet shows.
const mostTurns = 8

// KioskPath is the address of the kiosk of a unit.
func (s *Service) KioskPath(unit string) string {
	return "/danh-gia/ki-ot/" + unit + "/" + s.kioskKey(unit)
}

func (s *Service) kioskKey(unit string) string {
	return s.Keys.Index("satisfaction.kiosk", unit)[:24]
}

func (s *Service) atKiosk(unit, key string) error {
	if subtle.ConstantTimeCompare([]byte(key), []byte(s.kioskKey(unit))) != 1 {
		return satisfaction.ErrNotFound
	}
	return nil
}

// GetKiosk returns who can answer at the kiosk of a unit now.
func (s *Service) GetKiosk(ctx context.Context, unit, key string) (k Kiosk, err error) {
	defer errs.Wrap(&err, "open a kiosk")

	if err := s.atKiosk(unit, key); err != nil {
		return k, err
	}
	sh, err := s.sheet(ctx, unit, "")
	if err != nil {
		return k, err
	}
	k.Unit, k.Path = sh.Unit, s.KioskPath(unit)
	k.Turns, err = s.store.Turns(ctx, s.DB, unit, s.DB.Now(), mostTurns)
	return k, err
}

// AnswerKiosk takes the answer of who was just served: one for each number.
func (s *Service) AnswerKiosk(ctx context.Context, unit, key, ticket string, score int) (boxed string, err error) {
	defer errs.Wrap(&err, "answer at a kiosk")

	if err := s.atKiosk(unit, key); err != nil {
		return "", err
	}
	if err := scored(score); err != nil {
		return "", err
	}
	return boxed, s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := s.store.GetTurn(ctx, tx, ticket)
		if errors.Is(err, satisfaction.ErrNotFound) || err == nil && (t.Unit != unit || !tx.Now.Before(t.Until.Time)) {
			return satisfaction.ErrOver
		}
		if err != nil {
			return err
		}
		if t.Used {
			return satisfaction.ErrAnswered
		}
		if err := s.store.UseTurn(ctx, tx, ticket); err != nil {
			return err
		}
		boxed, err = s.put(ctx, tx, store.Answer{Unit: unit, Procedure: t.Procedure, Channel: "kiosk", Score: score})
		return err
	})
}

// Gather does JobGather: all answers are taken out of the box at once, with other
// ids, so that nothing of the moment at which one was given is left. Low scores
// become follow-ups, which do not know their answer.
func (s *Service) Gather(ctx context.Context, _ []byte) (err error) {
	defer errs.Wrap(&err, "empty the box of answers")

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := s.store.Empty(ctx, tx)
		if err != nil || len(all) == 0 {
			return err
		}
		for i := range all {
			all[i].ID = id.Code(idSize)
		}
		slices.SortFunc(all, func(a, b store.Answer) int { return cmpText(a.ID, b.ID) }) // by chance
		for _, a := range all {
			if err := s.store.Keep(ctx, tx, a); err != nil {
				return err
			}
			if a.Score > satisfaction.Low && a.Words == "" && a.Contact == "" {
				continue
			}
			if err := s.store.PutFollow(ctx, tx, store.FollowUp{
				ID: id.Code(idSize), Unit: a.Unit, Month: a.Month, Score: a.Score, Reasons: a.Reasons, Words: a.Words, Contact: a.Contact, State: store.Open,
			}); err != nil {
				return err
			}
		}
		if err := s.store.DropTurns(ctx, tx, tx.Now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, program(), satisfaction.AuditGathered, monthOf(tx.Now))
	})
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}
