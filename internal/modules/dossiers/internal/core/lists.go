// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// cursor writes where a list goes on; it means nothing to people.
func cursor(at db.Time, id dossiers.ID) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at.UnixMicro(), 10) + " " + string(id)))
}

func key(after string) (store.Key, error) {
	if after == "" {
		return store.Key{At: math.MinInt64}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return store.Key{}, badCursor()
	}
	at, id, _ := strings.Cut(string(raw), " ")
	micro, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return store.Key{}, badCursor()
	}
	return store.Key{At: micro, ID: id}, nil
}

func badCursor() error {
	return &errs.Error{Kind: errs.Malformed, Code: "form.malformed", Fields: []errs.Field{{Name: "after", Code: "form.wrong_shape"}}}
}

// Inbox lists what waits to be accepted in the actor's units, the oldest first.
func (s *Service) Inbox(ctx context.Context, actor identity.Actor, after string) (page Page[Item], err error) {
	defer errs.Wrap(&err, "inbox")

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return page, err
	}
	from, err := key(after)
	if err != nil {
		return page, err
	}
	rows, err := s.store.Inbox(ctx, s.DB, scope, from, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = cursor(rows[PageSize-1].SubmittedAt, rows[PageSize-1].ID)
	}
	for _, d := range rows {
		page.Items = append(page.Items, Item{Summary: d.Summary, Owner: d.OwnerName, Action: actAccept, Bucket: Other})
	}
	if err := s.markDead(ctx, rows, page.Items); err != nil {
		return page, err
	}
	return page, s.recordList(ctx, actor, "inbox", rows)
}

// recordList records that a page with names was read, and for the owners that
// theirs was among them, before it leaves.
func (s *Service) recordList(ctx context.Context, actor identity.Actor, list string, rows []store.Dossier) error {
	if len(rows) == 0 {
		return nil
	}
	shown := make([]dossiers.ID, len(rows))
	for i, d := range rows {
		shown[i] = d.ID
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		day := calendar.On(tx.Now.Time)
		if err := s.store.See(ctx, tx, actor.Account, actor.Unit, day.Year*10000+int(day.Month)*100+day.Day, shown); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, actor, dossiers.AuditPersonRead, list, access.Handling)
	})
}

// CountInbox returns how many dossiers wait to be accepted: the number beside the menu.
func (s *Service) CountInbox(ctx context.Context, actor identity.Actor) (_ int64, err error) {
	defer errs.Wrap(&err, "count inbox")

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return 0, err
	}
	return s.store.CountInbox(ctx, s.DB, scope)
}

// seats are what the actor may do after acceptance, and where.
func seats(actor identity.Actor) (all []store.Seat, err error) {
	if _, err = access.RequireAny(actor, dossiers.PermView, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver); err != nil {
		return nil, err
	}
	for _, duty := range duties() {
		if scope, err := access.Require(actor, duty.perm); err == nil {
			all = append(all, store.Seat{Scope: scope, Actions: duty.actions})
		}
	}
	return all, nil // who may only look has an empty desk
}

// hands are the actor's, and those for whom the actor stands in today.
func (s *Service) hands(ctx context.Context, actor identity.Actor) ([]string, error) {
	absent, err := workflow.AbsentFor(ctx, s.DB, actor.Account, s.DB.Now())
	return append([]string{actor.Account}, absent...), err
}

// limits are the ends of the buckets for this moment, in the working time of the
// actor's unit.
func (s *Service) limits(actor identity.Actor) limits {
	return limitsOf(s.Calendar(actor.Unit), s.DB.Now().Time)
}

// limitsOf are now, the end of the day, and the moment up to which two working days are
// left, as pages count what is left: to the minute.
func limitsOf(cal *calendar.Calendar, now time.Time) limits {
	l := limits{now: now, today: calendar.On(now).AddDays(1).At(0)}
	soon, err := cal.Due(now, calendar.Duration{Amount: 2, Unit: calendar.WorkingDay})
	if err != nil { // the calendar knows no working day ahead: then nothing can be near
		soon = l.today
	}
	if l.soon = soon.Add(time.Minute); l.soon.Before(l.today) {
		l.soon = l.today
	}
	return l
}

func bucket(d store.Dossier, now, today, soon time.Time) Bucket {
	switch {
	case stands(d.Status):
		return Waiting
	case d.WorkDue.Before(now):
		return Overdue
	case d.WorkDue.Before(today):
		return Today
	case d.WorkDue.Before(soon):
		return Soon
	}
	return Other
}

// CountDesk returns how many dossiers wait for the actor: the number beside the menu.
func (s *Service) CountDesk(ctx context.Context, actor identity.Actor) (_ int64, err error) {
	defer errs.Wrap(&err, "count desk")

	places, err := seats(actor)
	if err != nil {
		return 0, err
	}
	hands, err := s.hands(ctx, actor)
	if err != nil {
		return 0, err
	}
	c, err := s.store.CountWork(ctx, s.DB, store.Work{Seats: places, Accounts: hands}, 0, 0, 0)
	return int64(c.All), err
}

// Mine lists what the actor has sent or owns, the newest first.
func (s *Service) Mine(ctx context.Context, actor identity.Actor, after string) (page Page[Own], err error) {
	defer errs.Wrap(&err, "list own dossiers")

	scope, err := s.own(ctx, s.DB, actor, access.See, dossiers.PermOwn)
	if err != nil {
		return page, err
	}
	rows, err := s.store.Mine(ctx, s.DB, scope, after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = string(rows[PageSize-1].ID)
	}
	names := s.unitNames(ctx)
	for _, d := range rows {
		page.Items = append(page.Items, Own{Summary: d.Summary, Unit: names(d.Received), Overdue: late(d, s.DB.Now()), DaysLeft: s.daysLeft(d)})
	}
	return page, nil
}

// late reports whether a dossier is, or was finished, after it was due.
func late(d store.Dossier, now db.Time) bool {
	switch {
	case d.Due.IsZero() || stands(d.Status) || d.Status == dossiers.Submitted || d.Status == dossiers.Withdrawn || d.Status == dossiers.Refused:
		return false
	case !d.FinishedAt.IsZero():
		return d.FinishedAt.After(d.Due.Time)
	}
	return now.After(d.Due.Time)
}
