// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// number writes what is chosen; nothing where it is 0.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// kept is what the form of a look has no field for.
func (l worklist) kept() (all []ui.HiddenField) {
	q := valuesOf(l.look)
	for _, name := range []string{inBucket, inAction, inMine, inStep, inHolder} {
		if v := q.Get(name); v != "" {
			all = append(all, ui.HiddenField{Name: name, Value: v})
		}
	}
	return all
}

// laidOut are all columns: first those that are shown, in their order.
func laidOut(l core.Look) []core.Column {
	all := slices.Clone(columns(l))
	for _, c := range core.Columns() {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

func (l worklist) items(p page.Page, all []core.Facet, now string, text func(f core.Facet) string) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.filter.any")}}
	found := now == ""
	for _, f := range all {
		items = append(items, ui.SelectItem{Value: f.Value, Text: text(f) + " (" + p.Number(int64(f.Count)) + ")"})
		found = found || f.Value == now
	}
	if !found { // it was chosen, and there is nothing of it any more
		items = append(items, ui.SelectItem{Value: now, Text: text(core.Facet{Value: now})})
	}
	return items
}

func (l worklist) procedureItems(p page.Page) []ui.SelectItem {
	return l.items(p, l.found.Facets.Procedures, string(l.look.Filter.Procedure), func(f core.Facet) string { return facetName(p, f) })
}

func (l worklist) fieldItems(p page.Page) []ui.SelectItem {
	return l.items(p, l.found.Facets.Fields, l.look.Filter.Field, func(f core.Facet) string { return facetName(p, f) })
}

func (l worklist) unitItems(p page.Page) []ui.SelectItem {
	return l.items(p, l.found.Facets.Units, string(l.look.Filter.Unit), func(f core.Facet) string { return l.units(orgs.ID(f.Value)) })
}

func (l worklist) postItems(p page.Page) []ui.SelectItem {
	return l.items(p, l.found.Facets.Posts, l.look.Filter.Post, func(f core.Facet) string { return postText(p, f.Value) })
}

func facetName(p page.Page, f core.Facet) string {
	if f.Name.VI == "" {
		return f.Value
	}
	return p.Text(f.Name)
}

func statusItems(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.filter.any")}}
	for _, s := range []dossiers.Status{dossiers.Accepted, dossiers.Processing, dossiers.Supplement, dossiers.Paying, dossiers.Finished} {
		items = append(items, ui.SelectItem{Value: strconv.Itoa(int(s)), Text: p.T(s.Key())})
	}
	return items
}

func channelItems(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.filter.any")}}
	for _, c := range []dossiers.Channel{dossiers.Counter, dossiers.Online, dossiers.Post} {
		items = append(items, ui.SelectItem{Value: strconv.Itoa(int(c)), Text: p.T(c.Key())})
	}
	return items
}

func bringerItems(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.filter.any")}}
	for _, b := range []dossiers.Basis{dossiers.Self, dossiers.Parent, dossiers.Guardian, dossiers.Authorised, dossiers.Legal} {
		items = append(items, ui.SelectItem{Value: string(b), Text: basisText(p, b)})
	}
	return items
}

func orderItems(p page.Page) (items []ui.SelectItem) {
	for _, o := range core.Orders() {
		items = append(items, ui.SelectItem{Value: string(o), Text: p.T("dossiers.page.order." + orderKey(o))})
	}
	return items
}

// joint goes on with an address that may have a query already.
func joint(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}
