// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"io/fs"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packcheck"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Ground is the pack in force with the local layer over it. Nobody changes it.
type Ground struct {
	Pack  string     // of the province
	Set   *packs.Set // everything in force
	Print string     // changes when anything in it does

	files map[string][]byte
	fsys  fs.FS
	top   string // the pack to read: the layer where there is one
}

// InForce returns what is in force now; province.ErrNotApplied, province.ErrNoFiles.
func (s *Service) InForce(ctx context.Context) (*Ground, error) { return s.inForce(ctx, s.DB) }

func (s *Service) inForce(ctx context.Context, q db.Querier) (_ *Ground, err error) {
	defer errs.Wrap(&err, "read what is in force")

	settings, err := province.Get(ctx, q)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	known := s.ground
	s.mu.Unlock()
	if known != nil && known.Print == settings.Fingerprint {
		return known, nil
	}
	files, err := province.Files(ctx, q)
	if err != nil {
		return nil, err
	}
	g := &Ground{Pack: settings.Pack, Print: settings.Fingerprint, files: files, top: packs.Top(files, settings.Pack)}
	if g.fsys, err = packs.FromFiles(files); err != nil {
		return nil, err
	}
	if g.Set, err = packs.Load(g.fsys, g.top); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.ground = g
	s.mu.Unlock()
	return g, nil
}

// made is what a change made of the ground.
type made struct {
	print    string
	rev      int
	set      *packs.Set
	problems []packs.Problem
}

// maxMade is how many changes are remembered with the province they would make.
const maxMade = 8

// Set returns the province as it would be with a change, and every mistake in
// it. Mistakes in items of the change carry List, ID and Path. The set is
// shared: nobody changes it.
func (s *Service) Set(ctx context.Context, actor identity.Actor, change authoring.ID) (_ *packs.Set, _ []packs.Problem, err error) {
	defer errs.Wrap(&err, "put together change %s", change)

	if err := mayRead(actor); err != nil {
		return nil, nil, err
	}
	return s.set(ctx, s.DB, change)
}

func (s *Service) set(ctx context.Context, q db.Querier, change authoring.ID) (*packs.Set, []packs.Problem, error) {
	c, err := store.Get(ctx, q, change)
	if err != nil {
		return nil, nil, err
	}
	g, err := s.inForce(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	known, there := s.made[change]
	s.mu.Unlock()
	if there && known.print == g.Print && known.rev == c.Rev {
		return known.set, known.problems, nil
	}
	items, err := store.Items(ctx, q, change)
	if err != nil {
		return nil, nil, err
	}
	set, problems, err := s.with(g, items)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.made) >= maxMade {
		clear(s.made)
	}
	s.made[change] = made{g.Print, c.Rev, set, problems}
	return set, problems, nil
}

// with returns the ground with some items as somebody would have them.
func (s *Service) with(g *Ground, items []authoring.Item) (*packs.Set, []packs.Problem, error) {
	drafts, lists := make([]packs.Draft, len(items)), map[string]string{}
	for i, item := range items {
		drafts[i] = draftOf(item)
		lists[drafts[i].File()] = drafts[i].List
	}
	set, problems, err := packcheck.CheckWith(g.fsys, g.top, drafts)
	if err != nil || len(problems) > 0 {
		return set, problems, err
	}
	for id, why := range s.Unusable(set) {
		p, _ := set.Procedure(id)
		m := packs.Mistake(p.Origin, id, "procedure.unusable", why.Error())
		m.List = lists[m.File]
		problems = append(problems, m)
	}
	return set, packs.Sort(problems), nil
}

func draftOf(i authoring.Item) packs.Draft {
	return packs.Draft{List: string(i.List), ID: i.ID, Text: i.Whole}
}
