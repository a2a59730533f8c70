// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Alert is an alert with the words for it. Of a person who was read only the id
// is said: to look into the readings is one more reading.
type Alert struct {
	oversight.Alert
	Name i18n.Text // of the rule, as it is now; none where it was dropped
	Who  Who       // the official; of ManyReaders nobody
}

// About is somebody's reading as lists show it.
type About struct {
	Who     Who
	At      time.Time
	Event   audit.Event
	Purpose access.Purpose
	Subject string
	Code    string // what people call the dossier; empty where it is none
	Person  string // an id; empty where the log does not say
	Record  string
}

// Note is one thing that was said about an alert.
type Note struct {
	Who   Who
	At    time.Time
	State oversight.State // since then
	Words string
}

// Detail is an alert with all that belongs to it.
type Detail struct {
	Alert
	Notes    []Note
	Readings Page[About] // behind it
}

// ListAlerts returns alerts in a state, the newest first, and how many there are
// in each.
func (s *Service) ListAlerts(ctx context.Context, actor identity.Actor, state oversight.State, before string) (page Page[Alert], counts map[oversight.State]int64, err error) {
	defer errs.Wrap(&err, "list alerts")

	if _, err := access.Require(actor, oversight.PermAlerts); err != nil {
		return page, nil, err
	}
	if !slices.Contains(oversight.States(), state) {
		return page, nil, errs.BadInput([]errs.Field{{Name: "state", Code: "form.choose"}})
	}
	if counts, err = s.store.Counts(ctx, s.DB); err != nil {
		return page, nil, err
	}
	rows, err := s.store.List(ctx, s.DB, state, before, PageSize+1)
	if err != nil {
		return page, nil, err
	}
	page, err = s.alerts(ctx, rows)
	return page, counts, err
}

// CountAlerts returns how many alerts nobody has looked at, or that were
// explained since: the number beside the menu.
func (s *Service) CountAlerts(ctx context.Context, actor identity.Actor) (n int64, err error) {
	defer errs.Wrap(&err, "count alerts")

	if _, err := access.Require(actor, oversight.PermAlerts); err != nil {
		return 0, err
	}
	counts, err := s.store.Counts(ctx, s.DB)
	return counts[oversight.New] + counts[oversight.Explained], err
}

func (s *Service) alerts(ctx context.Context, rows []oversight.Alert) (page Page[Alert], err error) {
	rules, err := s.store.Rules(ctx, s.DB)
	if err != nil {
		return page, err
	}
	who, all := s.names(ctx), make([]Alert, len(rows))
	for i, a := range rows {
		all[i] = Alert{Alert: a}
		for _, r := range rules {
			if r.ID == a.Rule {
				all[i].Name = r.Name
			}
		}
		if a.Kind == oversight.ManyReaders {
			continue
		}
		if all[i].Who, err = who.of(a.Subject, ""); err != nil {
			return page, err
		}
	}
	return cut(all, PageSize, func(a Alert) string { return string(a.ID) }), nil
}

// GetAlert returns an alert with a page of the readings behind it, older than
// the record before. That the auditor saw it is recorded first.
func (s *Service) GetAlert(ctx context.Context, actor identity.Actor, alert oversight.ID, before string) (d Detail, err error) {
	defer errs.Wrap(&err, "get alert %s", alert)

	if _, err := access.Require(actor, oversight.PermAlerts); err != nil {
		return d, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.Get(ctx, tx, alert); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, actor, oversight.AuditRead, string(alert), access.Inspection)
	}); err != nil {
		return d, err
	}
	return s.detail(ctx, alert, before)
}

func (s *Service) detail(ctx context.Context, alert oversight.ID, before string) (d Detail, err error) {
	row, err := s.store.Get(ctx, s.DB, alert)
	if err != nil {
		return d, err
	}
	one, err := s.alerts(ctx, []oversight.Alert{row})
	if err != nil {
		return d, err
	}
	d.Alert = one.Items[0]
	who := s.names(ctx)
	notes, err := s.store.Notes(ctx, s.DB, alert)
	if err != nil {
		return d, err
	}
	for _, n := range notes {
		by, err := who.of(n.Account, "")
		if err != nil {
			return d, err
		}
		d.Notes = append(d.Notes, Note{by, n.At.Time, n.State, n.Words})
	}
	records, err := s.store.Evidence(ctx, s.DB, alert, before, PageSize+1)
	if err != nil {
		return d, err
	}
	ids := cut(records, PageSize, func(r string) string { return r })
	entries, err := audit.ListByID(ctx, s.DB, ids.Items...)
	if err != nil {
		return d, err
	}
	d.Readings.Next = ids.Next
	d.Readings.Items, err = s.about(ctx, who, entries)
	return d, err
}

// about puts entries into words.
func (s *Service) about(ctx context.Context, who *names, entries []audit.Entry) ([]About, error) {
	subjects := make([]string, len(entries))
	for i, e := range entries {
		subjects[i] = e.Subject
	}
	codes, err := s.Dossiers.Codes(ctx, s.DB, subjects)
	if err != nil {
		return nil, err
	}
	all := make([]About, len(entries))
	for i, e := range entries {
		by, err := who.of(e.Actor, e.Unit)
		if err != nil {
			return nil, err
		}
		all[i] = About{
			Who: by, At: e.At, Event: e.Event, Purpose: access.Purpose(e.Purpose), Subject: e.Subject, Code: codes[e.Subject], Person: e.About, Record: e.ID,
		}
	}
	return all, nil
}
