// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// place is an entry of the start page: a page that the reader may open.
type place struct {
	label, href, count string
}

// shelf is the places of one group of the menu.
type shelf struct {
	title  string
	places []place
}

// start is the one place of administration: what needs attention, how much there
// is, everything there is to open.
func (s site) start(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	o, err := s.svc.Overview(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	shelves, waiting, err := places(r.Context(), p)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.start.title"), Desk: true, Body: startBody(p, o, shelves, waiting)})
}

// places are the pages of the desk that the reader may open, by the groups of
// the menu, and those of them where something waits.
func places(ctx context.Context, p page.Page) (shelves []shelf, waiting []place, err error) {
	for _, m := range p.Site.Menu {
		if m.Side != module.Officials || !m.Shown(p.Actor) || m.Path == startPath {
			continue
		}
		one := place{label: p.T(m.Label), href: m.Path}
		if m.Count != nil {
			n, err := m.Count(ctx, p.Actor)
			if err != nil {
				return nil, nil, err
			}
			if n > 0 {
				one.count = p.Number(n)
				waiting = append(waiting, one)
			}
		}
		title := p.T("console.start.own")
		if key := page.GroupOf(m.Order); key != "" {
			title = p.T(key)
		}
		at := slices.IndexFunc(shelves, func(s shelf) bool { return s.title == title })
		if at < 0 {
			shelves, at = append(shelves, shelf{title: title}), len(shelves)
		}
		shelves[at].places = append(shelves[at].places, one)
	}
	return shelves, waiting, nil
}

func (s site) search(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	f, err := s.svc.Search(r.Context(), p.Actor, core.SearchQuery{Words: r.FormValue("tim"), AfterPerson: r.FormValue("nguoi"), AfterUnit: r.FormValue("don-vi")})
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.search.title"), Desk: true, Body: searchBody(p, f)})
}

func (s site) roles(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListRoles(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("console.roles.title"), Desk: true, Body: rolesBody(p, all)})
}

func (s site) role(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	f, err := s.svc.GetRole(r.Context(), p.Actor, r.PathValue("role"), r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.Text(f.Name), Desk: true, Body: roleBody(p, f)})
}

func (s site) faults(w http.ResponseWriter, r *http.Request) error { return s.faultsPage(w, r, nil) }

func (s site) faultsPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	all, err := s.svc.ListSimulators(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("console.faults.title"), Desk: true, Body: faultsBody(p, all, problem)}
	if problem != nil {
		view.Status = http.StatusUnprocessableEntity
	}
	return p.Render(w, r, view)
}

func (s site) orderFault(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	err := s.svc.OrderFault(r.Context(), p.Actor, r.PathValue("simulator"), r.FormValue("fault"), strings.TrimSpace(r.FormValue("value")))
	if errs.KindOf(err) == errs.Conflict {
		problem := web.Problem(err)
		p.Site.Explain(r, problem)
		return s.faultsPage(w, r, problem)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, faultsPath, "console.faults.ordered")
}

// roleNames names other roles.
func roleNames(p page.Page, names map[access.RoleID]access.Role, row core.RoleRow) (all []string) {
	for _, pair := range row.Apart {
		other := pair.A
		if other == row.ID {
			other = pair.B
		}
		all = append(all, p.Text(names[other].Name))
	}
	return all
}

func kindNames(p page.Page, row core.RoleRow) string {
	if len(row.Kinds) == 0 {
		return p.T("console.roles.all_kinds")
	}
	var all []string
	for _, k := range row.Kinds {
		name := string(k)
		if key := "personnel.unit_kind." + name; p.Site.Catalogue.Has(key) {
			name = p.T(key)
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}

// permissionName is what offices call a permission.
func permissionName[T ~string](p page.Page, permission T) string {
	if key := "personnel.permission." + string(permission); p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return string(permission)
}

// since says when something began, where that is known.
func since(p page.Page, at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return p.DateTime(at.In(calendar.Zone()))
}

// faultName says what a fault does; its name at the door where nobody has put it
// into words.
func faultName(p page.Page, simulator, fault string) string {
	for _, key := range []string{"console.fault." + simulator + "." + fault, "console.fault." + fault} {
		if p.Site.Catalogue.Has(key) {
			return p.T(key)
		}
	}
	return fault
}

// usual is what switches a fault on: how often, how long, or that.
func usual(fault string) string {
	switch fault {
	case "slow", "hang", "late":
		return "3s"
	case "clock", "ahead":
		return "10m"
	case "method":
		return http.MethodGet
	case "fail", "lose", "refuse", "forget", "later", "drop", "full", "cut", "lie", "hangs":
		return "3"
	}
	return "1"
}

func onTag(p page.Page, f core.Fault) ui.TagParams {
	if f.Value == "" {
		return ui.TagParams{Text: p.T("console.faults.off"), Classes: "ts-tag--ok"}
	}
	return ui.TagParams{Text: p.T("console.faults.on", "value", f.Value), Classes: "ts-tag--late"}
}
