// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
)

const deskPath = "/viec"

func (s site) desk(w http.ResponseWriter, r *http.Request) error {
	return s.workPage(w, r, core.OwnWork, nil, nil)
}

// looked is what the reader asks to see of a list: what the address says, or
// else the view with which the list opens.
func (s site) looked(ctx context.Context, p page.Page, list core.WorkList, q url.Values) (l worklist, err error) {
	l = worklist{list: list, named: map[string]string{}}
	names := s.svc.UnitNames(ctx)
	l.units = func(id orgs.ID) string { return p.Text(names(id)) }
	if l.views, err = s.svc.ListViews(ctx, p.Actor, list); err != nil {
		return l, err
	}
	var says bool
	if l.look, says = lookOf(q); !says && q.Get(inAll) == "" {
		if i := slices.IndexFunc(l.views, func(v core.View) bool { return v.First || v.ID == q.Get(inView) }); i >= 0 {
			l.look = l.views[i].Look
		}
	}
	for _, v := range l.views {
		if v.ID == q.Get(inView) && same(l.look, v.Look) || q.Get(inView) == "" && v.First && same(l.look, v.Look) {
			l.view = v
		}
	}
	return l, nil
}

func (s site) workPage(w http.ResponseWriter, r *http.Request, list core.WorkList, outcomes []told, wrong *problem) error {
	p := page.From(r.Context())
	q := r.URL.Query()
	if r.Method == http.MethodPost { // back to what was looked at
		q, _ = url.ParseQuery(r.PostForm.Get(inBack))
	}
	l, err := s.looked(r.Context(), p, list, q)
	if err != nil {
		return err
	}
	ask := s.svc.Desk
	if list == core.UnitsWork {
		ask = s.svc.UnitWork
	}
	if l.found, err = ask(r.Context(), p.Actor, l.look.Filter, q.Get("after")); err != nil {
		return err
	}
	for _, i := range l.found.Items {
		l.named[i.Holder] = i.Assignee
	}
	rows, err := s.work(r.Context(), p, l.found.Items, columns(l.look))
	if err != nil {
		return err
	}
	rows.Caption = l.title(p)
	if list == core.UnitsWork || len(actions(p)) > 0 {
		s.picks(p, l, &rows)
	}
	return show(w, r, page.View{Title: l.title(p), Desk: true, Body: workBody(p, l, rows, outcomes, wrong)}, wrong)
}

func (l worklist) title(p page.Page) string {
	if l.list == core.UnitsWork {
		return p.T("dossiers.page.menu.assign")
	}
	return p.T("dossiers.page.menu.work")
}

func (l worklist) buckets(p page.Page) (items []ui.Bucket) {
	n := l.found.Counts
	counts := map[core.Bucket]int{core.Overdue: n.Overdue, core.Today: n.Today, core.Soon: n.Soon, core.Waiting: n.Waiting, core.Other: n.Other}
	now := l.look.Filter.Bucket
	for _, b := range buckets() {
		href := l.with(func(f *core.DeskFilter) {
			if f.Bucket = b; now == b {
				f.Bucket = ""
			}
		})
		item := ui.Bucket{Count: p.Number(int64(counts[b])), Text: p.T("dossiers.page.bucket." + string(b)), Href: href, Current: now == b}
		switch {
		case counts[b] == 0:
		case b == core.Overdue:
			item.Tone = ui.ToneLate
		case b == core.Today:
			item.Tone = ui.ToneSoon
		}
		items = append(items, item)
	}
	return items
}

// viewChips lead to the views; the first shows everything.
func (l worklist) viewChips(p page.Page) ui.ChipsParams {
	on := p.T("dossiers.page.views.shown")
	all := ui.ChipsParams{Label: p.T("dossiers.page.views.label")}
	all.Items = append(all.Items, ui.Chip{Text: p.T("dossiers.page.views.all"), Href: l.address(core.Look{}), On: !l.narrowed() && l.view.ID == "", OnText: on})
	for _, v := range l.views {
		text := v.Name
		if v.Of.VI != "" {
			text = p.T("dossiers.page.views.of", "name", v.Name, "unit", p.Text(v.Of))
		}
		q := valuesOf(v.Look)
		q.Set(inView, v.ID)
		all.Items = append(all.Items, ui.Chip{Text: text, Href: l.path() + "?" + q.Encode(), On: v.ID == l.view.ID, OnText: on})
	}
	return all
}

// quick are the filters that are one press away, and those that are on.
func (l worklist) quick(p page.Page) ui.ChipsParams {
	f, on := l.look.Filter, p.T("dossiers.page.desk.on")
	all := ui.ChipsParams{Label: p.T("dossiers.page.desk.filters"), Note: p.T("dossiers.page.order." + orderKey(f.Order))}
	if l.list == core.OwnWork {
		for _, a := range actions(p) {
			href := l.with(func(f *core.DeskFilter) {
				if f.Action == a {
					f.Action = ""
				} else {
					f.Action = a
				}
			})
			all.Items = append(all.Items, ui.Chip{Text: p.T("dossiers.page.action." + a), Href: href, On: f.Action == a, OnText: on})
		}
		all.Items = append(all.Items, ui.Chip{Text: p.T("dossiers.page.desk.mine"), Href: l.with(func(f *core.DeskFilter) { f.Mine = !f.Mine }), On: f.Mine, OnText: on})
	}
	for _, one := range l.chosen(p) {
		all.Items = append(all.Items, ui.Chip{Text: one.text, Href: l.with(one.drop), On: true, OnText: p.T("dossiers.page.filter.drop")})
	}
	return all
}

func orderKey(o core.Order) string {
	if o == core.ByWork {
		return "work"
	}
	return string(o)
}

// one is something the list is narrowed to, and how to go without it.
type one struct {
	text string
	drop func(f *core.DeskFilter)
}

// chosen is what the list is narrowed to, other than by chips of its own.
func (l worklist) chosen(p page.Page) (all []one) {
	f := l.look.Filter
	add := func(on bool, key, text string, drop func(f *core.DeskFilter)) {
		if on {
			all = append(all, one{p.T("dossiers.page.filter.is", "what", p.T("dossiers.page.filter."+key), "value", text), drop})
		}
	}
	add(f.Action != "" && l.list == core.UnitsWork, "action", p.T("dossiers.page.action."+f.Action), func(f *core.DeskFilter) { f.Action = "" })
	add(f.Procedure != "", "procedure", facetText(p, l.found.Facets.Procedures, string(f.Procedure)), func(f *core.DeskFilter) { f.Procedure = "" })
	add(f.Field != "", "field", facetText(p, l.found.Facets.Fields, f.Field), func(f *core.DeskFilter) { f.Field = "" })
	add(f.Unit != "", "unit", l.units(f.Unit), func(f *core.DeskFilter) { f.Unit = "" })
	add(f.Post != "", "post", postText(p, f.Post), func(f *core.DeskFilter) { f.Post = "" })
	add(f.Step != "", "step", f.Step, func(f *core.DeskFilter) { f.Step = "" })
	add(f.Holder != "", "holder", l.holder(p, f.Holder), func(f *core.DeskFilter) { f.Holder = "" })
	add(f.Status != 0, "status", p.T(f.Status.Key()), func(f *core.DeskFilter) { f.Status = 0 })
	add(f.Channel != 0, "channel", p.T(f.Channel.Key()), func(f *core.DeskFilter) { f.Channel = 0 })
	add(f.Basis != "", "basis", basisText(p, f.Basis), func(f *core.DeskFilter) { f.Basis = "" })
	add(f.From != "", "from", dayText(p, f.From), func(f *core.DeskFilter) { f.From = "" })
	add(f.To != "", "to", dayText(p, f.To), func(f *core.DeskFilter) { f.To = "" })
	add(f.Words != "", "words", f.Words, func(f *core.DeskFilter) { f.Words = "" })
	return all
}

func (l worklist) holder(p page.Page, account string) string {
	if account == core.Nobody {
		return p.T("dossiers.page.desk.nobody")
	}
	if name := l.named[account]; name != "" {
		return name
	}
	return account
}
