// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package province keeps what an installation is: which province, from which
// pack, with which working time, on which clock. What it has (units, procedures)
// is kept by its owners.
package province

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var files embed.FS

// Migrations creates the table of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "province", Files: files} }

// ErrNotApplied means that no pack has been applied yet.
var ErrNotApplied = errs.New(errs.NotFound, "province.not_applied")

// ErrOther means that the database belongs to another province.
var ErrOther = errs.New(errs.Conflict, "province.other")

// Settings is what an installation is.
type Settings struct {
	Pack        string
	Fingerprint string
	Name        i18n.Text
	Banner      i18n.Text
	Demo        bool
	Starts      time.Time // what the clock of a province of the past showed at first; zero: today's province
	Started     time.Time // when that was by the wall clock
	Applied     time.Time // when the pack was applied last; Apply sets it
	Calendar    calendar.Config
	Units       map[string]calendar.Config // what differs in the calendar of single units, by id
}

// Shift returns how far the clock of this province is from the wall clock.
func (s Settings) Shift() time.Duration {
	if s.Starts.IsZero() {
		return 0
	}
	return s.Starts.Sub(s.Started)
}

// Get returns the settings; ErrNotApplied before the first Apply.
func Get(ctx context.Context, q db.Querier) (s Settings, err error) {
	defer errs.Wrap(&err, "read the settings of the province")

	var demo int
	var starts, started, applied db.Time
	var text, units string
	err = q.QueryRow(ctx, `SELECT pack, fingerprint, name_vi, name_en, banner_vi, banner_en, demo, starts_at, started_at, calendar, unit_calendars, applied_at
		FROM province_settings WHERE one = 1`).Scan(&s.Pack, &s.Fingerprint, &s.Name.VI, &s.Name.EN, &s.Banner.VI, &s.Banner.EN,
		&demo, &starts, &started, &text, &units, &applied)
	if errors.Is(err, db.ErrNoRows) {
		return s, ErrNotApplied
	}
	if err != nil {
		return s, err
	}
	s.Demo, s.Starts, s.Started, s.Applied = demo == 1, starts.Time, started.Time, applied.Time
	return s, errors.Join(json.Unmarshal([]byte(text), &s.Calendar), json.Unmarshal([]byte(units), &s.Units))
}

// Apply keeps the settings and reports whether they changed. A database stays
// with its pack: another is refused. The first start of a clock stays as it was.
func Apply(ctx context.Context, tx *db.Tx, s Settings) (changed bool, err error) {
	defer errs.Wrap(&err, "apply the settings of the province")

	if problems := s.Calendar.Check(); len(problems) > 0 {
		return false, fmt.Errorf("calendar: %v", problems)
	}
	for unit, own := range s.Units {
		if problems := s.Calendar.Merge(own).Check(); len(problems) > 0 {
			return false, fmt.Errorf("calendar of %s: %v", unit, problems)
		}
	}
	old, err := Get(ctx, tx)
	switch {
	case errors.Is(err, ErrNotApplied):
	case err != nil:
		return false, err
	case old.Pack != s.Pack:
		return false, ErrOther.With("is", old.Pack).With("wanted", s.Pack)
	case old.Fingerprint == s.Fingerprint:
		return false, nil
	default:
		s.Started = old.Started
	}
	text, err := json.Marshal(s.Calendar)
	if err != nil {
		return false, err
	}
	units, err := json.Marshal(s.Units)
	if err != nil {
		return false, err
	}
	demo := 0
	if s.Demo {
		demo = 1
	}
	_, err = tx.Exec(ctx, `INSERT INTO province_settings (one, pack, fingerprint, name_vi, name_en, banner_vi, banner_en, demo,
		starts_at, started_at, calendar, applied_at, unit_calendars) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (one) DO UPDATE SET pack = excluded.pack, fingerprint = excluded.fingerprint, name_vi = excluded.name_vi,
		name_en = excluded.name_en, banner_vi = excluded.banner_vi, banner_en = excluded.banner_en, demo = excluded.demo,
		starts_at = excluded.starts_at, started_at = excluded.started_at, calendar = excluded.calendar, applied_at = excluded.applied_at,
		unit_calendars = excluded.unit_calendars`,
		s.Pack, s.Fingerprint, s.Name.VI, s.Name.EN, s.Banner.VI, s.Banner.EN, demo, db.At(s.Starts), db.At(s.Started), string(text), tx.Now, string(units))
	return true, err
}
