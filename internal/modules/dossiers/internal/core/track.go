// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// maxTrack is longer than any code or reference, and than what QR codes of older systems say.
const maxTrack = 300

// Track says where a dossier stands to anybody who has its reference or code.
// It reads no column with personal data, and opens nothing.
func (s *Service) Track(ctx context.Context, key string) (t Tracking, err error) {
	defer errs.Wrap(&err, "track dossier")

	key = trackWord(key)
	if key == "" {
		return t, errs.BadInput([]errs.Field{{Name: "code", Code: "form.required"}})
	}
	if len(key) > maxTrack {
		return t, dossiers.ErrTrackNotFound
	}
	d, err := s.store.Track(ctx, s.DB, key)
	if errors.Is(err, dossiers.ErrNotFound) {
		d, err = s.trackFormerly(ctx, key)
	}
	if errors.Is(err, dossiers.ErrNotFound) {
		return t, dossiers.ErrTrackNotFound
	}
	if err != nil {
		return t, err
	}
	u, err := orgs.Get(ctx, s.DB, d.Received)
	if err != nil {
		return t, err
	}
	t = Tracking{
		Code: d.Code, Name: d.Name, Status: d.Status, Delivery: d.Delivery, SubmittedAt: d.SubmittedAt, AcceptedAt: d.AcceptedAt, Due: d.Due,
		Overdue: late(d, s.DB.Now()), Place: Place{Name: u.Name, Address: u.Address, Phone: u.Phone},
	}
	if key == d.Reference || d.Code == "" { // without a code the old one does not lead on
		t.Reference = d.Reference
	}
	t.DaysLeft, t.FinishedAt, t.DaysEarly = s.daysLeft(d), d.FinishedAt, s.daysEarly(d)
	if d.Task != "" {
		names := s.unitNames(ctx)
		t.Turn = &Event{Status: d.Status, Step: d.StepName, Unit: names(d.Handler)}
	}
	if t.Steps, err = s.timeline(ctx, d.ID, false); err != nil {
		return t, err
	}
	if t.Revoked, err = s.revoked(ctx, d); err != nil {
		return t, err
	}
	if d.Keeper.Code != "" {
		t.Elsewhere, err = s.keptElsewhere(ctx, s.DB, d)
		return t, err
	}
	v, err := s.follows(ctx, d)
	if err != nil {
		return t, err
	}
	t.Ahead, err = s.ahead(v, d)
	return t, err
}

// trackFormerly finds a dossier by what an older system called it.
func (s *Service) trackFormerly(ctx context.Context, word string) (store.Dossier, error) {
	id, err := s.store.Formerly(ctx, s.DB, word)
	if err != nil {
		return store.Dossier{}, err
	}
	d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), id)
	if err != nil {
		return store.Dossier{}, err
	}
	return s.store.Track(ctx, s.DB, cmp.Or(d.Code, d.Reference))
}

// TrackOwn is Track for who also knows the telephone number in the dossier: it
// adds what is asked of its owner. It opens nothing, and a wrong number gets the
// answer of a wrong code.
func (s *Service) TrackOwn(ctx context.Context, key, phone string) (t Tracking, err error) {
	defer errs.Wrap(&err, "track own dossier")

	if t, err = s.Track(ctx, key); err != nil {
		return t, err
	}
	d, err := s.store.Track(ctx, s.DB, cmp.Or(t.Code, t.Reference))
	if err != nil {
		return Tracking{}, err
	}
	has, err := s.store.HasPhone(ctx, s.DB, d.ID, digits(phone))
	if err != nil {
		return Tracking{}, err
	}
	if !has {
		return Tracking{}, dossiers.ErrTrackNotFound
	}
	t.Own = true
	if t.Status == dossiers.Supplement {
		t.AskedUntil, err = s.store.AskedUntil(ctx, s.DB, d.ID)
	}
	return t, err
}

// daysLeft counts the working days until a dossier is due.
func (s *Service) daysLeft(d store.Dossier) int {
	if d.Due.IsZero() || late(d, s.DB.Now()) {
		return 0
	}
	return workingDays(s.Calendar(string(d.Received)), s.DB.Now().Time, d.Due.Time)
}

// daysEarly counts the working days from the result up to the day that was promised;
// of a result that came later, those from the promised day on, below zero.
func (s *Service) daysEarly(d store.Dossier) int {
	if !decided(d.Status) || d.Due.IsZero() || d.FinishedAt.IsZero() {
		return 0
	}
	c := s.Calendar(string(d.Received))
	if d.Due.Before(d.FinishedAt.Time) {
		return -max(1, workingDays(c, d.Due.Time, d.FinishedAt.Time))
	}
	return workingDays(c, d.FinishedAt.Time, d.Due.Time)
}

// workingDays counts the working days after the day of from up to the day of to.
func workingDays(c *calendar.Calendar, from, to time.Time) (n int) {
	end := calendar.On(to)
	for d := calendar.On(from).AddDays(1); !end.Before(d) && n < 1000; d = d.AddDays(1) {
		if c.Day(d).Works() {
			n++
		}
	}
	return n
}
