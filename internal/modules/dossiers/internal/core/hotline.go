// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Call is what an official may say on the telephone about a dossier. It holds no
// personal data and names no paper.
type Call struct {
	Tracking
	Next  Next
	Say   i18n.Text // to be read aloud: where it stands, what to do, where to go
	Sends bool      // there is a number a short message can go to
}

// Bounds of guessing: after so many wrong pairs an official waits.
const (
	wrongCalls = 10
	wrongTime  = 10 * time.Minute
)

// AnswerCall finds the dossier of somebody who telephones: who gives its code
// and the telephone number in it, or both its codes. That is what the public page
// asks for, so that no unit is too far away to answer. A wrong code and a wrong
// number get the same answer, and both are recorded; the owner sees who looked.
func (s *Service) AnswerCall(ctx context.Context, actor identity.Actor, code, proof string) (c Call, err error) {
	defer errs.Wrap(&err, "answer a call")

	c, _, _, err = s.call(ctx, actor, code, proof)
	return c, err
}

// SendCall sends what was said to the number in the dossier, never to another:
// once a day, unless something has moved.
func (s *Service) SendCall(ctx context.Context, actor identity.Actor, code, proof string) (err error) {
	defer errs.Wrap(&err, "send the answer to a call")

	c, d, number, err := s.call(ctx, actor, code, proof)
	if err != nil {
		return err
	}
	if !c.Sends {
		return dossiers.ErrNoNumber
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		words := s.words(d)
		words["state"], words["next"] = c.short()
		if c.Next != NextWait { // the day has passed, or moves
			delete(words, "promise")
		}
		day := calendar.On(tx.Now.Time).String()
		if err := s.Messages.Tell(ctx, tx, notify.Notice{
			Event: dossiers.NoticeCall, About: string(d.ID), Key: strings.Join([]string{string(d.ID), "call", day, words["state"].VI}, "/"),
			Unit: string(d.Received), Words: words, To: notify.To{Phone: number},
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditCallSent, string(d.ID))
	})
}

// call finds, judges and records. The number is the one in the dossier that a
// message goes to.
func (s *Service) call(ctx context.Context, actor identity.Actor, code, proof string) (c Call, d store.Dossier, number string, err error) {
	if _, err = access.Require(actor, dossiers.PermAnswer); err != nil {
		return c, d, "", err
	}
	code, proof = text.Line(code), text.Line(proof)
	var wrong []errs.Field
	for _, f := range []struct{ name, value string }{{"code", code}, {"proof", proof}} {
		if f.value == "" {
			wrong = append(wrong, errs.Field{Name: f.name, Code: "form.required"})
		}
	}
	if wrong != nil {
		return c, d, "", errs.BadInput(wrong)
	}
	if err = s.mayGuess(ctx, actor); err != nil {
		return c, d, "", err
	}
	t, err := s.Track(ctx, code)
	if err == nil {
		d, number, err = s.caller(ctx, t, code, proof)
	}
	if errors.Is(err, dossiers.ErrTrackNotFound) {
		if failed := s.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.Record(ctx, tx, actor, dossiers.AuditCallUnknown, actor.Account)
		}); failed != nil {
			return c, d, "", failed
		}
		return c, d, "", dossiers.ErrCallNotFound
	}
	if err != nil {
		return c, d, "", err
	}
	c = Call{Tracking: t, Next: nextOf(t), Sends: number != "" && s.Messages != nil}
	c.Own, c.Reference = true, ""
	if t.Status == dossiers.Supplement {
		if c.AskedUntil, err = s.store.AskedUntil(ctx, s.DB, d.ID); err != nil {
			return Call{}, d, "", err
		}
	}
	c.Say = c.say()
	return c, d, number, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, dossiers.AuditCallAnswered, string(d.ID), d.OwnerID, access.Handling)
	})
}

// mayGuess refuses who was wrong too often just now.
func (s *Service) mayGuess(ctx context.Context, actor identity.Actor) error {
	since := s.DB.Now().Add(-wrongTime)
	tries, err := audit.List(ctx, s.DB, audit.Filter{Event: dossiers.AuditCallUnknown, Subject: actor.Account, Actor: actor.Account, From: since}, "", wrongCalls)
	if err == nil && len(tries) >= wrongCalls {
		return dossiers.ErrTooManyCalls.With("minutes", int(wrongTime.Minutes()))
	}
	return err
}

// caller returns the dossier of who also knows a telephone number in it, or its
// other code, with the number a message goes to.
func (s *Service) caller(ctx context.Context, t Tracking, code, proof string) (d store.Dossier, number string, err error) {
	found, err := s.store.Track(ctx, s.DB, cmp.Or(t.Code, t.Reference))
	if err != nil {
		return d, "", err
	}
	if d, err = s.store.Get(ctx, s.DB, access.All(), store.Involved(), found.ID); err != nil {
		return d, "", err
	}
	personal, err := s.store.Personal(ctx, s.DB, access.All(), d.ID)
	if err != nil {
		return d, "", err
	}
	known := false
	for _, sealed := range []string{personal.Owner, personal.Submitter} {
		var p Party
		if sealed == "" { // erased, or nobody else brought it
			continue
		}
		if err := json.Unmarshal([]byte(sealed), &p); err != nil {
			return d, "", err
		}
		if match := p.Phone != "" && p.Phone == digits(proof); match || number == "" {
			number, known = p.Phone, known || match
		}
	}
	if !known && !otherCode(d, code, proof) {
		return store.Dossier{}, "", dossiers.ErrTrackNotFound
	}
	return d, number, nil
}

// otherCode reports whether two different codes of a dossier were given.
func otherCode(d store.Dossier, code, proof string) bool {
	plain := func(v string) string { return strings.ToUpper(strings.ReplaceAll(v, " ", "")) }
	code, proof = plain(code), plain(proof)
	return d.Code != "" && (code == d.Code && proof == d.Reference || code == d.Reference && proof == d.Code)
}
