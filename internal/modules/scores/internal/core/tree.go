// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/store"
	"tinhso.vn/internal/platform/db"
)

// most is more units, or procedures, than any province has.
const most = 10_000

// tree is the units of a period: those of its last day, and those that ended in
// it, each where it stood.
func (s *Service) tree(ctx context.Context, p Period, at db.Time) (nodes []store.Node, kinds map[orgs.ID]orgs.Kind, err error) {
	last := min(p.lastDay(), orgs.Day(at))
	units, err := orgs.ListAll(ctx, s.db, last, "", most)
	if err != nil {
		return nil, nil, err
	}
	first, err := orgs.ListAll(ctx, s.db, p.firstDay(), "", most)
	if err != nil {
		return nil, nil, err
	}
	kinds = map[orgs.ID]orgs.Kind{}
	for i, u := range append(units, first...) {
		if _, there := kinds[u.ID]; there {
			continue
		}
		kinds[u.ID] = u.Kind
		n := store.Node{ID: u.ID, Parent: u.Parent, Name: u.Name, Counts: map[string]int64{}}
		if i >= len(units) {
			ended, err := orgs.Get(ctx, s.db, u.ID) // of a day a unit does not know its end; few end in a period
			if err != nil {
				return nil, nil, err
			}
			n.Until = ended.ValidTo
		}
		nodes = append(nodes, n)
	}
	return nodes, kinds, nil
}

// count fills the tree with what dossiers and the catalogue say, those of lower
// units in the higher ones too.
func (s *Service) count(ctx context.Context, p Period, at db.Time) ([]store.Node, error) {
	nodes, kinds, err := s.tree(ctx, p, at)
	if err != nil {
		return nil, err
	}
	counted, err := s.dossiers.CountScored(ctx, dossiers.ScoredPeriod{From: p.From(), To: p.To(), At: at})
	if err != nil {
		return nil, err
	}
	place := make(map[orgs.ID]int, len(nodes))
	for i, n := range nodes {
		place[n.ID] = i
	}
	above := func(unit orgs.ID) (all []int) {
		for len(all) < 20 { // no tree is deeper
			i, there := place[unit]
			if !there {
				return all
			}
			all = append(all, i)
			unit = nodes[i].Parent
		}
		return all
	}
	used := make([]map[procedures.ID]bool, len(nodes))
	for _, of := range counted {
		for _, i := range above(of.Unit) {
			for m, n := range of.Counts {
				nodes[i].Counts[string(m)] += n
			}
			if used[i] == nil {
				used[i] = map[procedures.ID]bool{}
			}
			for _, id := range of.Used {
				used[i][id] = true
			}
		}
	}
	if err := s.countDecisions(ctx, p, at, nodes); err != nil {
		return nil, err
	}
	if err := s.countMoney(ctx, dossiers.ScoredPeriod{From: p.From(), To: p.To(), At: at}, nodes, above); err != nil {
		return nil, err
	}
	if err := s.countRatings(ctx, p.firstDay(), min(p.lastDay(), orgs.Day(at)), nodes, above); err != nil {
		return nil, err
	}
	return nodes, s.countCatalogue(ctx, nodes, kinds, above, used)
}

// countDecisions gives the unit at the top what was decided in the period.
func (s *Service) countDecisions(ctx context.Context, p Period, at db.Time, nodes []store.Node) error {
	if s.decisions == nil {
		return nil
	}
	counts, err := s.decisions(ctx, p.firstDay(), min(p.lastDay(), orgs.Day(at)))
	if err != nil {
		return err
	}
	for i, n := range nodes {
		if n.Parent == "" && n.Until == "" {
			maps.Copy(nodes[i].Counts, counts)
		}
	}
	return nil
}

// countCatalogue counts procedures under the authority of each unit: of all units
// of a kind, for communes; of the one that the catalogue names, for others; of
// all, at the top. Where several of a kind could decide, nobody knows, and
// nothing is counted.
func (s *Service) countCatalogue(ctx context.Context, nodes []store.Node, kinds map[orgs.ID]orgs.Kind, above func(orgs.ID) []int, used []map[procedures.ID]bool) error {
	all, err := s.catalogue.Offer(ctx, "", most)
	if err != nil {
		return err
	}
	of := make([]map[procedures.ID]procedures.Version, len(nodes))
	add := func(i int, v procedures.Version) {
		if of[i] == nil {
			of[i] = map[procedures.ID]procedures.Version{}
		}
		of[i][v.ID] = v
	}
	for i, n := range nodes {
		kind := kinds[n.ID]
		commune := kind == orgs.Commune || kind == orgs.Ward || kind == orgs.SpecialZone
		for _, v := range all {
			switch {
			case n.Parent == "" && n.Until == "":
				add(i, v)
			case v.AuthorityUnit == n.ID:
				for _, up := range above(n.ID) {
					add(up, v)
				}
			case commune && v.AuthorityUnit == "" && slices.Contains(v.Authority, kind):
				add(i, v)
			}
		}
	}
	for i := range nodes {
		c := nodes[i].Counts
		for _, v := range of[i] {
			c[scores.CountProcedures]++
			if costs(v) {
				c[scores.CountFee]++
				if s.payable(v) {
					c[scores.CountFeeOnline]++
				}
			}
			if v.Online != "full" && v.Online != "partial" {
				continue
			}
			c[scores.CountOnline]++
			if v.Route == procedures.Local {
				c[scores.CountServices]++
				if used[i][v.ID] {
					c[scores.CountUsed]++
				}
			}
		}
	}
	return nil
}

// under returns a unit and those under it, as the tree of a sheet has them.
func under(nodes []store.Node, unit orgs.ID) []orgs.ID {
	in := map[orgs.ID]bool{unit: true}
	for more := true; more; {
		more = false
		for _, n := range nodes {
			if in[n.Parent] && !in[n.ID] {
				in[n.ID], more = true, true
			}
		}
	}
	return slices.Sorted(maps.Keys(in))
}
