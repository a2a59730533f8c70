// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core measures registers and says what is in the catalogue of databases. It
// knows no HTTP and no pages.
package core

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/quality"
	"tinhso.vn/internal/modules/quality/internal/store"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Score is what was measured of a register in a month, in thousandths.
type Score = store.Score

// Service runs the use cases.
type Service struct {
	db        *db.DB
	keeper    *registers.Keeper
	followers quality.Followers // nil: nobody follows
}

// New returns a service.
func New(d *db.DB, k *registers.Keeper, f quality.Followers) *Service {
	return &Service{db: d, keeper: k, followers: f}
}

const (
	again       = 24 * time.Hour // after which a register is measured anew
	months      = 24             // of the trend
	outsideMost = 1000
	exportsMost = 2000 // that are counted
	// FailingMost is how many records that fail are shown of an aspect.
	FailingMost = 200
)

func month(now db.Time) string { return now.In(clock.Vietnam()).Format("2006-01") }

// Tick measures the next register that was not measured for a day, and reports
// whether there was one. Several servers may call it.
func (s *Service) Tick(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "measure registers")

	all, err := s.keeper.Registers(ctx, s.db)
	if err != nil {
		return false, err
	}
	latest, err := store.Latest(ctx, s.db)
	if err != nil {
		return false, err
	}
	now := s.db.Now()
	for _, id := range all {
		if last, there := latest[id]; there && now.Sub(last.At.Time) < again {
			continue
		}
		m, err := s.keeper.Measure(ctx, s.db, id, now)
		if err != nil {
			return false, err
		}
		return true, s.db.Write(ctx, func(tx *db.Tx) error { return store.Put(ctx, tx, id, month(now), m) })
	}
	return false, nil
}

// Own is a register of ours, by its file, with its last score.
type Own struct {
	registers.Profile

	Score    Score
	Measured bool
}

// Elsewhere is a database that is none of ours, as the register of the catalogue
// shows it to the reader.
type Elsewhere struct {
	ID, Code, Name, English, Owner, Kind, Sharing, Personal, Score string
}

// Catalogue is all that is known of databases.
type Catalogue struct {
	Own     []Own
	Outside []Elsewhere
}

// Databases returns the catalogue.
func (s *Service) Databases(ctx context.Context, actor identity.Actor) (c Catalogue, err error) {
	defer errs.Wrap(&err, "list databases")

	if _, err := access.Require(actor, quality.PermView); err != nil {
		return Catalogue{}, err
	}
	profiles, err := s.keeper.Profiles(ctx, s.db)
	if err != nil {
		return Catalogue{}, err
	}
	latest, err := store.Latest(ctx, s.db)
	if err != nil {
		return Catalogue{}, err
	}
	for _, p := range profiles {
		one := Own{Profile: p}
		one.Score, one.Measured = latest[p.Definition.ID]
		c.Own = append(c.Own, one)
	}
	c.Outside, err = s.outside(ctx, actor)
	return c, err
}

func (s *Service) outside(ctx context.Context, actor identity.Actor) (all []Elsewhere, err error) {
	st, err := s.keeper.Stand(ctx, s.db, actor, quality.Outside)
	if unseen(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for ask := (registers.Ask{Limit: 200}); len(all) < outsideMost; {
		p, err := s.keeper.Find(ctx, s.db, st, ask)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Records {
			said := func(key string) string { v, _ := r.Values[key].(string); return v }
			all = append(all, Elsewhere{
				ID: r.ID, Code: said("code"), Name: said("name"), English: said("english"), Owner: said("owner"), Kind: said("kind"),
				Sharing: said("sharing"), Personal: said("personal"), Score: said("score"),
			})
		}
		if ask.After = p.Next; p.Next == "" {
			break
		}
	}
	slices.SortFunc(all, func(a, b Elsewhere) int { return strings.Compare(a.Code, b.Code) })
	return all, nil
}

func unseen(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.NotFound || kind == errs.Forbidden || kind == errs.Unauthenticated)
}

// Detail is what is known of one register.
type Detail struct {
	Own

	Sees   bool                     // the reader sees something of the register
	Fields []registers.FieldQuality // those that the reader's rights show
	Fails  map[string]int64
	Trend  []Score // the latest month first

	Followers []quality.Follower
	Exports   int // in this month
}

// Database returns what is known of a register.
func (s *Service) Database(ctx context.Context, actor identity.Actor, register string) (d Detail, err error) {
	defer errs.Wrap(&err, "database %s", register)

	if _, err := access.Require(actor, quality.PermView); err != nil {
		return Detail{}, err
	}
	all, err := s.keeper.Profiles(ctx, s.db)
	if err != nil {
		return Detail{}, err
	}
	i := slices.IndexFunc(all, func(p registers.Profile) bool { return p.Definition.ID == register })
	if i < 0 {
		return Detail{}, quality.ErrUnknown
	}
	d.Profile = all[i]
	if d.Trend, err = store.Trend(ctx, s.db, register, months); err != nil {
		return Detail{}, err
	}
	if d.Measured = len(d.Trend) > 0; d.Measured {
		d.Score = d.Trend[0]
	}
	if d.Fails, err = store.Fails(ctx, s.db, register); err != nil {
		return Detail{}, err
	}
	st, err := s.keeper.Stand(ctx, s.db, actor, register)
	if err == nil {
		d.Sees = true
		if d.Fields, err = store.Fields(ctx, s.db, register); err == nil {
			d.Fields = slices.DeleteFunc(d.Fields, func(f registers.FieldQuality) bool { return !st.Reaches(registers.View, f.Field) })
		}
	}
	if err != nil && !unseen(err) {
		return Detail{}, err
	}
	return d, s.used(ctx, &d)
}

// used tells who uses a register in this month, by what is recorded: systems that
// are sent its changes, and exports.
func (s *Service) used(ctx context.Context, d *Detail) error {
	now := s.db.Now()
	if s.followers != nil {
		all, err := s.followers(ctx, month(now))
		if err != nil {
			return err
		}
		for _, f := range all {
			if f.Register == d.Definition.ID {
				d.Followers = append(d.Followers, f)
			}
		}
	}
	local := now.In(clock.Vietnam())
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, clock.Vietnam())
	taken, err := audit.List(ctx, s.db, audit.Filter{Event: registers.AuditTaken, From: first}, "", exportsMost)
	for _, e := range taken {
		if register, n, ok := strings.Cut(e.Subject, " "); ok && register == d.Definition.ID {
			if _, err := strconv.Atoi(n); err == nil {
				d.Exports++
			}
		}
	}
	return err
}

// FailingPage is records that fail, those that the reader sees.
type FailingPage struct {
	registers.Standing

	Records []registers.Record
}

// FailingRecords returns the records that failed an aspect when the register was
// measured, as far as the reader's rights in the register show them.
func (s *Service) FailingRecords(ctx context.Context, actor identity.Actor, register, aspect string) (p FailingPage, err error) {
	defer errs.Wrap(&err, "failing records of %s", register)

	if _, err := access.Require(actor, quality.PermView); err != nil {
		return FailingPage{}, err
	}
	if !slices.Contains(registers.Aspects(), aspect) {
		return FailingPage{}, quality.ErrUnknown
	}
	if p.Standing, err = s.keeper.Stand(ctx, s.db, actor, register); err != nil {
		return FailingPage{}, err
	}
	ids, err := store.Failing(ctx, s.db, register, aspect)
	if err != nil {
		return FailingPage{}, err
	}
	p.Records, err = s.keeper.ReadSome(ctx, s.db, p.Standing, ids)
	return p, err
}
