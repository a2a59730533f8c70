// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// tellOfficial tells an official of work; nobody is told of what they did themselves.
func (s *Service) tellOfficial(ctx context.Context, tx *db.Tx, by identity.Actor, d store.Dossier, event, key, account string, due db.Time) error {
	if s.Messages == nil || account == "" || account == by.Account {
		return nil
	}
	when := i18n.Text{VI: "–"}
	if !due.IsZero() {
		when = notify.Plain((i18n.Printer{}).DateTime(due.In(calendar.Zone())))
	}
	return s.Messages.Tell(ctx, tx, notify.Notice{
		Event: event, About: string(d.ID), Key: key, Link: "/xu-ly/" + string(d.ID), Unit: string(d.Handler), To: notify.To{Account: account},
		Words: map[string]i18n.Text{"code": notify.Plain(codeOr(d)), "step": d.StepName, "due": when, "by": notify.Plain(by.Name)},
	})
}

// tellAdvisers tells those of a unit who may answer a question about a dossier.
func (s *Service) tellAdvisers(ctx context.Context, tx *db.Tx, by identity.Actor, d store.Dossier, t Target, task string, due db.Time) error {
	holders, err := s.allowedIn(ctx, t.Unit, dossiers.PermAdvise)
	if err != nil {
		return err
	}
	holders = slices.DeleteFunc(holders, func(h access.Holder) bool { return t.Post != "" && string(h.Role) != t.Post })
	for _, h := range holders {
		if err := s.tellOfficial(ctx, tx, by, d, dossiers.NoticeOpinion, task, h.Account, due); err != nil {
			return err
		}
	}
	return nil
}

// busyBatch is how many officials are told of their day in one go.
const busyBatch = 20

// mostHeld is how many pieces of work are counted for somebody.
const mostHeld = 500

// TellDay tells everybody with work in hand how much is overdue, due today and
// due within two days. It goes on after the given account; told again on the same
// day, nothing happens. Whose work has time is not told.
func (s *Service) TellDay(ctx context.Context, after string) (next string, err error) {
	defer errs.Wrap(&err, "tell of the day")

	if s.Messages == nil {
		return "", nil
	}
	accounts, err := s.store.ListBusy(ctx, s.DB, after, busyBatch)
	if err != nil {
		return "", err
	}
	for _, account := range accounts {
		if err := s.tellDay(ctx, account); err != nil {
			return "", err
		}
		next = account
	}
	if len(accounts) < busyBatch {
		next = ""
	}
	return next, nil
}

func (s *Service) tellDay(ctx context.Context, account string) error {
	held, _, err := s.ListHeld(ctx, s.DB, account, "", "", mostHeld)
	if err != nil {
		return err
	}
	now := s.DB.Now()
	today := calendar.On(now.Time)
	var late, due, soon int64
	for _, h := range held {
		switch day := calendar.On(h.Due.Time); {
		case h.Due.IsZero():
		case h.Due.Before(now.Time):
			late++
		case day == today:
			due++
		case day.Before(today.AddDays(3)):
			soon++
		}
	}
	if late+due+soon == 0 {
		return nil
	}
	number := func(n int64) i18n.Text { return notify.Plain(strconv.FormatInt(n, 10)) }
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return s.Messages.Tell(ctx, tx, notify.Notice{
			Event: dossiers.NoticeDay, About: today.String(), Link: "/xu-ly", Unit: string(held[0].Unit), To: notify.To{Account: account},
			Words: map[string]i18n.Text{"late": number(late), "today": number(due), "soon": number(soon)},
		})
	})
}
