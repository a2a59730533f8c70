// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/search/internal/store"
)

func (of reach) hit(c store.Candidate) Hit {
	return Hit{Kind: of.kind, ID: c.Doc, Closed: c.Closed, At: c.At, facets: c.Facets, num: c.Num}
}

// answer counts, orders and cuts what was found.
func (x *Index) answer(ctx context.Context, actor identity.Actor, r run, all []found, after key, a *Answer) error {
	var hits []Hit
	for _, f := range all {
		if len(f.hits) > 0 {
			a.Kinds = append(a.Kinds, KindCount{Kind: f.kind, N: len(f.hits), More: f.more})
		}
		if r.ask.Kind == "" || r.ask.Kind == f.kind.Name {
			hits = append(hits, f.hits...)
		}
		if r.ask.Kind == f.kind.Name {
			a.Facets = facets(f, r.ask.Values)
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return a.key().compare(b.key()) })
	if r.ask.After != "" {
		i, same := slices.BinarySearchFunc(hits, after, func(h Hit, k key) int { return h.key().compare(k) })
		if same {
			i++
		}
		hits = hits[i:]
	}
	limit := r.ask.Limit
	if limit <= 0 {
		limit = PageSize
	}
	if len(hits) > limit {
		hits = hits[:limit]
		a.Next = hits[limit-1].key().String()
	}
	var nums []int64
	for _, h := range hits {
		if !h.read {
			nums = append(nums, h.num)
		}
	}
	shown, err := store.Show(ctx, x.db, r.state.Active, nums)
	if err != nil {
		return err
	}
	lines := map[string][]string{}
	for _, h := range hits {
		if !h.read {
			s, still := shown[h.num]
			if !still {
				continue // taken out this very moment
			}
			h.Title, h.Line = i18n.Text{VI: s.TitleVI, EN: s.TitleEN}, i18n.Text{VI: s.LineVI, EN: s.LineEN}
			h.Code = s.Code
		}
		h.Values = values(h.facets)
		if h.Kind.Path != nil {
			h.Path = h.Kind.Path(actor, h.ID)
		}
		if len(h.Kind.Permissions) > 0 && r.ask.Typing {
			h.Line = i18n.Text{} // suggestions name nobody
		} else if h.Kind.Shown != nil {
			lines[h.Kind.Name] = append(lines[h.Kind.Name], h.ID)
		}
		a.Items = append(a.Items, h)
	}
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		k, _ := x.kind(name)
		if err := k.Shown(ctx, actor, lines[name]); err != nil {
			return err
		}
	}
	return nil
}

// facets counts the values that hits of a kind have.
func facets(f found, chosen map[string]string) (all []FacetCount) {
	counts, labels := map[[2]string]int{}, map[[2]string]i18n.Text{}
	for _, h := range f.hits {
		for _, v := range values(h.facets) {
			of := [2]string{v.Facet, v.Value}
			counts[of]++
			labels[of] = v.Label
		}
	}
	for _, facet := range f.kind.Facets {
		n, label := map[string]int{}, map[string]i18n.Text{}
		for of, count := range counts {
			if of[0] == facet.Name {
				n[of[1]], label[of[1]] = count, labels[of]
			}
		}
		one := FacetCount{Facet: facet}
		for _, value := range slices.Sorted(maps.Keys(n)) {
			one.Counts = append(one.Counts, ValueCount{
				Value: Value{Facet: facet.Name, Value: value, Label: label[value]}, N: n[value], Chosen: chosen[facet.Name] == value,
			})
		}
		slices.SortStableFunc(one.Counts, func(a, b ValueCount) int { return b.N - a.N })
		if len(one.Counts) > 0 {
			all = append(all, one)
		}
	}
	return all
}

// key is the place of a hit in the list: best first, then newest.
type key struct {
	points int64
	num    int64
	kind   string
}

func (h Hit) key() key { return key{h.points, h.num, h.Kind.Name} }

func (k key) compare(o key) int {
	switch {
	case k.points != o.points:
		return cmp.Compare(o.points, k.points)
	case k.num > o.num:
		return -1
	case k.num < o.num:
		return 1
	}
	return 0
}

// String writes where a list goes on; it means nothing to people.
func (k key) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d", k.points, k.num))
}

func place(s string) (k key, err error) {
	if s == "" {
		return k, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return k, errAfter()
	}
	points, num, _ := strings.Cut(string(raw), " ")
	if k.points, err = strconv.ParseInt(points, 10, 64); err != nil {
		return k, errAfter()
	}
	if k.num, err = strconv.ParseInt(num, 10, 64); err != nil {
		return k, errAfter()
	}
	return k, nil
}
