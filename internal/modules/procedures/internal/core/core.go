// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of the catalogue of procedures: how a pack
// becomes versions, which version holds on a day, what a search finds. One file
// per use case. Everything here is public: no actor, no scope.
package core

import (
	"context"
	"errors"
	"sync"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// Service runs the use cases.
type Service struct {
	// Finds is the search of the house; nil: the catalogue looks itself.
	Finds func(ctx context.Context, question string, limit int) (ids []string, words []string, ok bool, err error)

	// Calendar is when a unit works, empty for offices in general; nil: nobody knows.
	Calendar func(unit string) *calendar.Calendar

	db *db.DB

	mu       sync.Mutex
	versions map[string]procedures.Version // by checksum; they never change
	seen     overviewOn
	cited    citedOn
}

// maxVersions is how many versions are kept decoded: some twenty megabytes.
const maxVersions = 800

// New returns a service.
func New(d *db.DB) *Service {
	return &Service{db: d, versions: map[string]procedures.Version{}}
}

// today is the day on which the province reads this, on its own clock.
func today(t db.Time) string { return t.In(clock.Vietnam()).Format("2006-01-02") }

// version returns a version, decoded once as long as it is remembered.
func (s *Service) version(ctx context.Context, id, sha string) (procedures.Version, error) {
	s.mu.Lock()
	v, ok := s.versions[sha]
	s.mu.Unlock()
	if ok && string(v.ID) == id {
		return v, nil
	}
	body, err := store.Body(ctx, s.db, id, sha)
	if err != nil {
		if errors.Is(err, db.ErrNoRows) {
			err = procedures.ErrNotFound
		}
		return procedures.Version{}, err
	}
	if v, err = decode(body, sha); err != nil {
		return v, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for other := range s.versions {
		if len(s.versions) < maxVersions {
			break
		}
		delete(s.versions, other)
	}
	s.versions[sha] = v
	return v, nil
}

// all returns versions as they are received today.
func (s *Service) all(ctx context.Context, found []store.Found) ([]procedures.Version, error) {
	out, day := make([]procedures.Version, len(found)), today(s.db.Now())
	for i, f := range found {
		v, err := s.version(ctx, f.ID, f.SHA)
		if err != nil {
			return nil, err
		}
		out[i] = v.On(day)
	}
	return out, nil
}
