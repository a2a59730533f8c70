// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the search: its page, suggestions, and the page on which
// operators look after the index.
package site

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/finder"
	"tinhso.vn/internal/modules/finder/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// ManagePath is the page on which operators look after the index.
const ManagePath = "/van-hanh/tim-kiem"

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	manage := web.Needs(string(finder.PermManage))
	return []web.Route{
		{Pattern: "GET " + finder.Path, Access: web.Public(), Handle: s.find},
		{Pattern: "GET " + finder.Path + "/goi-y", Access: web.Public(), Handle: s.suggest},
		{Pattern: "POST " + finder.Path + "/xoa-gan-day", Access: web.SignedIn(), Handle: s.clear},
		{Pattern: "POST " + finder.Path + "/luu", Access: web.SignedIn(), Handle: s.save},
		{Pattern: "POST " + finder.Path + "/luu/{id}/xoa", Access: web.SignedIn(), Handle: s.unsave},
		{Pattern: "GET " + ManagePath, Access: manage, Handle: s.manage},
		{Pattern: "POST " + ManagePath + "/dung-lai", Access: manage, Handle: s.rebuild},
		{Pattern: "POST " + ManagePath + "/kiem-tra", Access: manage, Handle: s.check},
		{Pattern: "POST " + ManagePath + "/doc-lai", Access: manage, Handle: s.retry},
	}
}

type site struct{ svc *core.Service }

// filterPrefix begins the parameters that are facets, so that none is taken for
// one of the page.
const filterPrefix = "f."

// maxFilters is more facets than any kind has.
const maxFilters = 8

func askOf(q url.Values) search.Ask {
	ask := search.Ask{Question: q.Get("q"), Kind: q.Get("loai"), After: q.Get("after"), Sort: search.Sort(q.Get("xep")), Values: map[string]string{}}
	for name := range q {
		if facet, ok := strings.CutPrefix(name, filterPrefix); ok && q.Get(name) != "" && len(ask.Values) < maxFilters {
			ask.Values[facet] = q.Get(name)
		}
	}
	return ask
}

// href is the address of the page that answers a question.
func href(ask search.Ask) string {
	q := url.Values{}
	if ask.Question != "" {
		q.Set("q", ask.Question)
	}
	if ask.Kind != "" {
		q.Set("loai", ask.Kind)
	}
	for facet, value := range ask.Values {
		q.Set(filterPrefix+facet, value)
	}
	if ask.Sort != search.Best {
		q.Set("xep", string(ask.Sort))
	}
	if ask.After != "" {
		q.Set("after", ask.After)
	}
	if len(q) == 0 {
		return finder.Path
	}
	return finder.Path + "?" + q.Encode()
}

// view is everything the page shows.
type view struct {
	page.Page
	ask     search.Ask
	answer  search.Answer
	recent  []string
	saved   []core.Saved
	problem *web.ProblemError
	name    string // of a search that could not be saved
	shared  bool   // it was to be shared
}

func (s site) find(w http.ResponseWriter, r *http.Request) error {
	v := view{Page: page.From(r.Context()), ask: s.known(askOf(r.URL.Query()))}
	if id, err := finder.ParseID(r.URL.Query().Get("luu")); err == nil && v.ask.After == "" {
		// One that was removed meanwhile still finds what it asks for.
		if err := s.svc.Look(r.Context(), v.Actor, id); err != nil && errs.KindOf(err) != errs.NotFound && !errors.Is(err, access.ErrSignInNeeded) {
			return err
		}
	}
	return s.show(w, r, v)
}

// known leaves out what an old address asks for and nothing has any more.
func (s site) known(ask search.Ask) search.Ask {
	for _, wrong := range s.svc.Problems(ask) {
		switch wrong.Name {
		case "kind":
			ask.Kind, ask.Values = "", map[string]string{}
		case "value":
			ask.Values = map[string]string{}
		case "sort":
			ask.Sort = search.Best
		}
	}
	return ask
}

func (s site) show(w http.ResponseWriter, r *http.Request, v view) (err error) {
	ctx := r.Context()
	v.ask.Question = search.Asked(v.ask.Question)
	if v.answer, err = s.svc.Find(ctx, v.Actor, v.ask); err != nil {
		return err
	}
	if v.recent, err = s.svc.ListRecent(ctx, v.Actor); err != nil {
		return err
	}
	if v.saved, err = s.svc.ListSaved(ctx, v.Actor); err != nil {
		return err
	}
	status := http.StatusOK
	if v.problem != nil {
		status = v.problem.Status
	}
	title := v.T("finder.title")
	if v.ask.Question != "" && !v.answer.Personal {
		title = v.T("finder.title_of", "question", v.ask.Question)
	}
	if v.problem != nil {
		title = v.T("finder.error_title", "title", title)
	}
	return v.Render(w, r, page.View{Title: title, Desk: v.Actor.Official(), Status: status, Body: findPage(v)})
}

// maxLately is how many questions of before stand under an empty box.
const maxLately = 5

func (s site) suggest(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Query().Get("q") == "" {
		recent, err := s.svc.ListRecent(r.Context(), p.Actor)
		if err != nil {
			return err
		}
		return lately(p, recent[:min(len(recent), maxLately)]).Render(r.Context(), w)
	}
	a, err := s.svc.Suggest(r.Context(), p.Actor, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	a.Items = slices.DeleteFunc(a.Items, func(h search.Hit) bool { return h.Path == "" }) // nothing to go to
	w.Header().Set("Cache-Control", "private, max-age=30")
	return suggestions(p, a).Render(r.Context(), w)
}

func (s site) clear(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.ClearRecent(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, finder.Path, "finder.recent.cleared")
}

func (s site) save(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return err
	}
	ask := s.known(askOf(r.PostForm))
	name, shared := r.PostFormValue("name"), r.PostFormValue("chung") == "1"
	_, err := s.svc.Save(r.Context(), p.Actor, core.Saved{Name: name, Question: ask.Question, Kind: ask.Kind, Values: ask.Values, Sort: ask.Sort, Shared: shared})
	if err != nil {
		problem := web.Problem(err)
		if problem.Status >= http.StatusInternalServerError {
			return err
		}
		p.Site.Explain(r, problem)
		return s.show(w, r, view{Page: p, ask: ask, problem: problem, name: name, shared: shared})
	}
	return page.Done(w, r, href(ask), "finder.saved.done")
}

func (s site) unsave(w http.ResponseWriter, r *http.Request) error {
	id, err := finder.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.svc.Unsave(r.Context(), page.From(r.Context()).Actor, id); err != nil {
		return err
	}
	return page.Done(w, r, finder.Path, "finder.saved.gone")
}

func (s site) manage(w http.ResponseWriter, r *http.Request) error { return s.managed(w, r, nil) }

func (s site) managed(w http.ResponseWriter, r *http.Request, c *search.Checked) error {
	p := page.From(r.Context())
	h, err := s.svc.Health(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("finder.manage.title"), Desk: true, Body: managePage(p, h, c)})
}

func (s site) rebuild(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Rebuild(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, ManagePath, "finder.manage.rebuilding")
}

// check answers with the page itself: what was found is not kept.
func (s site) check(w http.ResponseWriter, r *http.Request) error {
	c, err := s.svc.Check(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return s.managed(w, r, &c)
}

func (s site) retry(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Retry(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, ManagePath, "finder.manage.retrying")
}

// kindChips are the kinds that have hits, with their counts.
func (v view) kindChips() []ui.Chip {
	all := search.Ask{Question: v.ask.Question, Sort: v.ask.Sort}
	chips := []ui.Chip{{Text: v.T("finder.all"), Href: href(all), On: v.ask.Kind == "", OnText: v.T("finder.on")}}
	for _, k := range v.answer.Kinds {
		one := all
		one.Kind, one.Sort = k.Kind.Name, v.ask.Sort
		chips = append(chips, ui.Chip{Text: v.T(k.Kind.Label), Count: v.count(k), Href: href(one), On: v.ask.Kind == k.Kind.Name, OnText: v.T("finder.on")})
	}
	return chips
}

func (v view) count(k search.KindCount) string {
	if k.More {
		return v.T("finder.more_than", "count", v.Number(search.Most))
	}
	return v.Number(int64(k.N))
}

// total says how many hits the chosen kind has, or all together.
func (v view) total() string {
	n, more := 0, false
	for _, k := range v.answer.Kinds {
		if v.ask.Kind == "" || v.ask.Kind == k.Kind.Name {
			n, more = n+k.N, more || k.More
		}
	}
	if more {
		return v.T("finder.found_more", "count", v.Number(search.Most))
	}
	return v.T("finder.found", "count", n)
}

// valueText is a value of a facet in words.
func valueText(p page.Page, f search.Facet, c search.Value) string {
	if c.Label.VI != "" {
		return p.Text(c.Label)
	}
	if f.Values != "" && p.Site.Catalogue.Has(f.Values+c.Value) {
		return p.T(f.Values + c.Value)
	}
	return c.Value
}

// maxValues is how many values of a facet are offered: the most frequent.
const maxValues = 30

// facetSelects are the filters of the chosen kind.
func (v view) facetSelects() (all []ui.SelectParams) {
	for _, f := range v.answer.Facets {
		chosen := v.ask.Values[f.Name]
		if len(f.Counts) < 2 && chosen == "" {
			continue
		}
		items := []ui.SelectItem{{Text: v.T("finder.any")}}
		for _, c := range f.Counts[:min(len(f.Counts), maxValues)] {
			items = append(items, ui.SelectItem{Value: c.Value.Value, Text: valueText(v.Page, f.Facet, c.Value) + " (" + v.Number(int64(c.N)) + ")", Selected: c.Chosen})
		}
		all = append(all, ui.SelectParams{ID: "f-" + f.Name, Name: filterPrefix + f.Name, Label: ui.Label{Text: v.T(f.Label)}, Items: items})
	}
	return all
}

// sorts are the orders of the hits, as a filter beside the others.
func (v view) sorts() ui.SelectParams {
	return ui.SelectParams{ID: "xep", Name: "xep", Label: ui.Label{Text: v.T("finder.sort")}, Items: []ui.SelectItem{
		{Text: v.T("finder.sort.best"), Selected: v.ask.Sort == search.Best},
		{Value: string(search.Latest), Text: v.T("finder.sort.newest"), Selected: v.ask.Sort == search.Latest},
	}}
}

// partly reports whether filters count the newest hits alone.
func (v view) partly() bool {
	return slices.ContainsFunc(v.answer.Kinds, func(k search.KindCount) bool { return k.More && k.Kind.Name == v.ask.Kind })
}

// narrowed reports whether a filter or a kind may be why nothing is found.
func (v view) narrowed() bool { return v.ask.Kind != "" || len(v.ask.Values) > 0 }

// again is the address of a saved search; what it finds is no longer new then.
func again(one core.Saved) string {
	return href(one.Ask()) + "&luu=" + url.QueryEscape(string(one.ID))
}

// facts stand under a title: its line, its code, where it stands.
func (v view) facts(h search.Hit) (all []i18n.Text) {
	for _, value := range h.Values {
		if slices.ContainsFunc(h.Kind.Facets, func(f search.Facet) bool { return f.Name == value.Facet && f.Beside }) {
			all = append(all, value.Label)
		}
	}
	if h.Line.VI != "" {
		all = append(all, h.Line)
	}
	for _, value := range h.Values {
		i := slices.IndexFunc(h.Kind.Facets, func(f search.Facet) bool { return f.Name == value.Facet })
		if i == 0 && h.Kind.Facets[0].Values != "" {
			all = append(all, i18n.Text{VI: valueText(v.Page, h.Kind.Facets[0], value), EN: valueText(v.Page, h.Kind.Facets[0], value)})
		}
	}
	return all
}

func (v view) hidden(ask search.Ask) (fields []ui.HiddenField) {
	fields = append(fields, ui.HiddenField{Name: "q", Value: ask.Question})
	if ask.Kind != "" {
		fields = append(fields, ui.HiddenField{Name: "loai", Value: ask.Kind})
	}
	for facet, value := range ask.Values {
		fields = append(fields, ui.HiddenField{Name: filterPrefix + facet, Value: value})
	}
	if ask.Sort != search.Best {
		fields = append(fields, ui.HiddenField{Name: "xep", Value: string(ask.Sort)})
	}
	slices.SortFunc(fields, func(a, b ui.HiddenField) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

func (v view) wrong() *ui.ErrorMessage {
	if v.problem == nil {
		return nil
	}
	for _, f := range v.problem.Fields {
		if f.Name == "name" {
			return &ui.ErrorMessage{Text: f.Detail}
		}
	}
	return &ui.ErrorMessage{Text: v.problem.Detail}
}
