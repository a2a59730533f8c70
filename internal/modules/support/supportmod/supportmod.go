// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package supportmod puts the support module together. Only internal/app imports it.
package supportmod

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/api"
	"tinhso.vn/internal/modules/support/internal/core"
	"tinhso.vn/internal/modules/support/internal/site"
	"tinhso.vn/internal/modules/support/internal/store"
	"tinhso.vn/internal/modules/support/locales"
	"tinhso.vn/internal/platform/db"
)

// Probe looks at something people depend on; its name is the text support.part.<ID>.
type Probe = core.Probe

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB     *db.DB
	Probes []Probe
	Pages  func() []string   // the routes of all pages: "/ho-so/{id}"
	Site   func() *page.Site // for the page that works without the database
	Name   func(ctx context.Context, account string) string
}

// Offers is what the module offers to the program.
type Offers interface {
	// Open reads what is announced and planned. An error is also what is wrong with
	// the help files of the module.
	Open(ctx context.Context) error
	// Gate refuses a request, that only reads or not, while the program is worked on. It never asks the database.
	Gate(reads bool, path string, actor identity.Actor, now time.Time) error
	// Notices returns what is announced now at the desk or on the public site, the worst first.
	Notices(desk bool, now time.Time) []page.Notice
	// Refresh reads announcements and windows again where they have changed.
	Refresh(ctx context.Context) error
	// Watch looks at every part once.
	Watch(ctx context.Context) error
	// Sweep deletes what has been kept long enough.
	Sweep(ctx context.Context) error
	// HasHelp reports whether the help knows a route.
	HasHelp(route string) bool
}

type offers struct {
	*core.Service
	guide  *core.Guide
	unread error // what was wrong with the help files
}

// Open implements Offers.
func (o offers) Open(ctx context.Context) error {
	if o.unread != nil {
		return o.unread
	}
	return o.Refresh(ctx)
}

// Notices implements Offers.
func (o offers) Notices(desk bool, now time.Time) (all []page.Notice) {
	to := support.Citizens
	if desk {
		to = support.Officials
	}
	for _, m := range o.Worked(now) {
		tag := "support.window.coming"
		if !now.Before(m.From.Time) {
			tag = "support.window." + string(m.Mode)
		}
		all = append(all, page.Notice{Tag: tag, Text: m.Named(), Bad: !now.Before(m.From.Time), Href: site.StatusPath, More: "support.status.title"})
	}
	for _, a := range o.News(to, now) {
		all = append(all, page.Notice{
			Tag: "support.kind." + string(a.Kind), Text: a.Text, Bad: a.Kind == support.Incident, Href: site.StatusPath, More: "support.status.title",
		})
	}
	return all
}

// HasHelp implements Offers.
func (o offers) HasHelp(route string) bool { _, found := o.guide.For(route); return found }

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	g, err := core.LoadGuide()
	svc := core.New(d.DB, d.Probes, d.Pages, g)
	now := func() time.Time { return d.DB.Now().Time }
	return module.Module{
		Name:        "support",
		Migrations:  store.Migrations(),
		Permissions: []identity.Permission{support.PermAnnounce, support.PermMaintain, support.PermFeedback},
		AuditEvents: []audit.Event{support.AuditAnnounced, support.AuditWithdrawn, support.AuditMaintenance, support.AuditReopened, support.AuditHandled},
		Routes: slices.Concat(site.Routes(site.Deps{
			Service: svc, Guide: g, Site: d.Site, Now: now, Routes: d.Pages, Name: d.Name,
		}), api.Routes(svc, now)),
		Menu: []module.MenuItem{
			{Side: module.Officials, Order: 88, Label: "support.menu.news", Path: site.NewsPath, Permissions: []identity.Permission{support.PermAnnounce, support.PermMaintain}},
			{Side: module.Officials, Order: 89, Label: "support.menu.said", Path: site.SaidPath, Permissions: []identity.Permission{support.PermFeedback}, Count: svc.Waiting},
		},
		Locales: locales.Files, Search: []search.Kind{g.SearchKind()},
	}, offers{svc, g, err}
}
