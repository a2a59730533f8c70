// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/modules/satisfaction/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

func body(raw []byte, to any) error {
	var e events.Event
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	return json.Unmarshal(e.Body, to)
}

// AskFor does JobAsk: whoever brought a dossier gets a link, once.
func (s *Service) AskFor(ctx context.Context, raw []byte) (err error) {
	defer errs.Wrap(&err, "ask how somebody was served")

	var m dossiers.Moved
	if err := body(raw, &m); err != nil {
		return err
	}
	r, err := s.Dossiers.RecordOf(ctx, s.DB, m.Dossier)
	if errors.Is(err, dossiers.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.ask(ctx, r, true)
}

// ask lets the people of a dossier answer and tells them, where it was not done.
func (s *Service) ask(ctx context.Context, r dossiers.Record, tell bool) error {
	token := s.token(string(r.ID))
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		fresh, err := s.store.Ask(ctx, tx, store.Asked{
			Hash: s.hash(token), Dossier: string(r.ID), Unit: string(r.Received), Procedure: string(r.Procedure), Until: calendar.On(tx.Now.Time).AddDays(askDays).String(),
		})
		if err != nil || !fresh {
			return err
		}
		if err := audit.Record(ctx, tx, program(), satisfaction.AuditAsked, string(r.ID)); err != nil || !tell || s.Messages == nil {
			return err
		}
		to := notify.To{Phone: cmp.Or(r.Submitter.Phone, r.Owner.Phone)}
		if to.Phone == "" {
			return nil
		}
		path := "/danh-gia/" + token
		return s.Messages.Tell(ctx, tx, notify.Notice{
			Event: satisfaction.NoticeAsk, About: string(r.ID), Link: path, Unit: string(r.Received), To: to,
			Words: map[string]i18n.Text{"code": notify.Plain(r.Code), "link": notify.Plain(s.Address + path)},
		})
	})
}

// Ask opens the page of answers for whoever knows the code of a dossier that has
// ended and a telephone number in it, and returns what stands in its link. A wrong
// code and a wrong number get the same answer.
func (s *Service) Ask(ctx context.Context, code, phone string) (token string, err error) {
	defer errs.Wrap(&err, "open a page of answers")

	var a asked
	code, phone = strings.ToUpper(strings.ReplaceAll(text.Line(code), " ", "")), digits(phone)
	if code == "" {
		a.add("code", "form.required")
	}
	if phone == "" {
		a.add("phone", "form.required")
	}
	if err := a.err(); err != nil {
		return "", err
	}
	c, ok, err := s.Dossiers.FindCase(ctx, s.DB, code)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", satisfaction.ErrUnknown
	}
	r, err := s.Dossiers.RecordOf(ctx, s.DB, c.ID)
	if err != nil {
		return "", err
	}
	if r.Delivered.IsZero() || phone != digits(r.Owner.Phone) && phone != digits(r.Submitter.Phone) {
		return "", satisfaction.ErrUnknown
	}
	if err := s.ask(ctx, r, false); err != nil {
		return "", err
	}
	return s.token(string(r.ID)), nil
}

func digits(phone string) string {
	n := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if rest, ok := strings.CutPrefix(n, "84"); ok && len(rest) == 9 {
		return "0" + rest
	}
	return n
}

// TakeTurn does JobTurn: who was served may answer at the kiosk for a while.
func (s *Service) TakeTurn(ctx context.Context, raw []byte) (err error) {
	defer errs.Wrap(&err, "let somebody answer at the kiosk")

	var m appointments.Served
	if err := body(raw, &m); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		until := db.At(m.At.Add(kioskTime))
		if !tx.Now.Before(until.Time) {
			return nil
		}
		return s.store.AddTurn(ctx, tx, store.Turn{Ticket: m.Ticket, Unit: string(m.Unit), Number: m.Number, Procedure: string(m.Procedure), Until: until})
	})
}
