// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// A part is slow when looking takes longer than slow, broken when it fails or takes longer than patience.
const (
	slow     = 2 * time.Second
	patience = 8 * time.Second
)

// Watch looks at every part once, beside each other, and remembers what it saw.
// It goes on when the database is gone; what it could not write, it writes later.
func (s *Service) Watch(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "look at the parts")

	type seen struct {
		id    string
		state support.State
	}
	found := make(chan seen, len(s.probes))
	for _, p := range s.probes {
		go func() { found <- seen{p.ID, s.look(ctx, p)} }()
	}
	now := s.db.Now().Time
	for range s.probes {
		one := <-found
		s.saw(one.id, one.state, now)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.keep(ctx)
}

func (s *Service) look(ctx context.Context, p Probe) support.State {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began, done := s.db.Now(), make(chan error, 1)
	go func() { done <- p.Look(within) }()
	select {
	case err := <-done:
		if err != nil {
			return support.Broken
		}
	case <-within.Done(): // a part that does not even give up is broken
		return support.Broken
	}
	if s.db.Now().Sub(began.Time) > slow {
		return support.Slow
	}
	return support.Works
}

func (s *Service) saw(part string, state support.State, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.parts[part]
	if was.State != state {
		was.Since = now
	}
	s.parts[part] = support.Part{ID: part, State: state, Since: was.Since, Seen: now}
	began, broken := s.began[part]
	switch {
	case state == support.Broken && !broken:
		s.began[part] = now
	case state != support.Broken && broken:
		delete(s.began, part)
		s.unkept = append(s.unkept, support.Outage{Part: part, Began: db.At(began.Truncate(time.Minute)), Ended: db.At(now)})
	}
}

// keep writes the outages that have ended.
func (s *Service) keep(ctx context.Context) error {
	s.mu.Lock()
	over := append([]support.Outage(nil), s.unkept...)
	s.mu.Unlock()
	if len(over) == 0 {
		return nil
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		for _, o := range over {
			if err := store.PutOutage(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	past, err := store.Outages(ctx, s.db, db.At(s.db.Now().Add(-shown)), maxNews)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unkept, s.past = s.unkept[len(over):], past
	return nil
}

// Status is what the status page shows. It comes from memory.
type Status struct {
	Parts   []support.Part // in the order of the probes
	News    []support.Announcement
	Now     support.Maintenance
	Coming  []support.Maintenance
	Outages []support.Outage
}

// Worst returns the worst state of the parts.
func (s Status) Worst() support.State {
	worst := support.Works
	for _, p := range s.Parts {
		switch {
		case p.State == support.Broken:
			return support.Broken
		case p.State == support.Slow:
			worst = support.Slow
		case p.State == support.Unknown && worst == support.Works:
			worst = support.Unknown
		}
	}
	return worst
}

// Status returns how everything fares, for everybody: what is announced to officials
// alone is not in it. It never asks the database.
func (s *Service) Status(now time.Time) Status {
	out := Status{News: s.News(support.Citizens, now), Now: s.Now(now), Coming: s.Coming(now)}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.probes {
		out.Parts = append(out.Parts, s.parts[p.ID])
	}
	out.Outages = append(out.Outages, s.past...)
	return out
}
