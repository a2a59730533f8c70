// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core announces, closes for maintenance, watches the parts of the
// program and takes feedback. One file per use case.
package core

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Probe looks at something people depend on.
type Probe struct {
	ID   string // its name is the text support.part.<id>
	Look func(ctx context.Context) error
}

// Service runs the use cases. What pages show at once is kept in memory.
type Service struct {
	db     *db.DB
	probes []Probe
	pages  func() []string // the routes of all pages
	guide  *Guide

	mu       sync.Mutex
	revision int64
	news     []support.Announcement
	windows  []support.Maintenance
	parts    map[string]support.Part
	began    map[string]time.Time // of what is broken now
	past     []support.Outage
	unkept   []support.Outage // ended while they could not be written
}

// New returns a service. Pages lists the routes of all pages: "/ho-so/{id}".
func New(d *db.DB, probes []Probe, pages func() []string, g *Guide) *Service {
	s := &Service{db: d, probes: probes, pages: pages, guide: g, parts: map[string]support.Part{}, began: map[string]time.Time{}}
	for _, p := range probes {
		s.parts[p.ID] = support.Part{ID: p.ID, State: support.Unknown}
	}
	return s
}

// shown is for how long outages and what was announced stay on the status page.
const shown = 90 * 24 * time.Hour

// maxNews is how many announcements or windows are kept in memory.
const maxNews = 100

// Refresh reads announcements, windows and outages again where they have changed.
func (s *Service) Refresh(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "read announcements")

	n, err := store.Revision(ctx, s.db)
	if err != nil {
		return err
	}
	s.mu.Lock()
	same := n == s.revision
	s.mu.Unlock()
	if same {
		return nil
	}
	since := db.At(s.db.Now().Add(-shown))
	news, err := store.Announcements(ctx, s.db, since, s.db.Now(), maxNews)
	if err != nil {
		return err
	}
	windows, err := store.Windows(ctx, s.db, since, s.db.Now(), maxNews)
	if err != nil {
		return err
	}
	past, err := store.Outages(ctx, s.db, since, maxNews)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision, s.news, s.windows, s.past = n, news, windows, past
	return nil
}

// News returns what is announced now to an audience, the worst first.
func (s *Service) News(to support.Audience, now time.Time) (all []support.Announcement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.news {
		if (a.Audience == to || a.Audience == support.Everyone) && !now.Before(a.From.Time) && now.Before(a.Until.Time) {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b support.Announcement) int { return rank(a.Kind) - rank(b.Kind) })
	return all
}

func rank(k support.Kind) int {
	return slices.Index([]support.Kind{support.Incident, support.Planned, support.Info}, k)
}

// text1 is how long an announcement may be, in characters.
const text1 = 400

// texts checks a text in both languages: Vietnamese is needed.
func texts(t i18n.Text) (i18n.Text, []errs.Field) {
	t.VI, t.EN = text.Line(t.VI), text.Line(t.EN)
	var wrong []errs.Field
	if t.VI == "" {
		wrong = append(wrong, errs.Field{Name: "text", Code: "support.text"})
	}
	for name, words := range map[string]string{"text": t.VI, "text_en": t.EN} {
		if utf8.RuneCountInString(words) > text1 {
			wrong = append(wrong, errs.Field{Name: name, Code: "support.long"})
		}
	}
	return t, wrong
}

// span checks a time from now on and not longer than most.
func span(from, until, now db.Time, most time.Duration) (wrong []errs.Field) {
	switch {
	case from.IsZero():
		wrong = append(wrong, errs.Field{Name: "from", Code: "support.time"})
	case until.IsZero():
	case !until.After(from.Time):
		wrong = append(wrong, errs.Field{Name: "until", Code: "support.until"})
	case !until.After(now.Time):
		wrong = append(wrong, errs.Field{Name: "until", Code: "support.past"})
	case until.Sub(from.Time) > most:
		wrong = append(wrong, errs.Field{Name: "until", Code: "support.too_long"})
	}
	if until.IsZero() {
		wrong = append(wrong, errs.Field{Name: "until", Code: "support.time"})
	}
	return wrong
}

func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
