// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package portalmod puts the portal module together. Only internal/app imports it.
package portalmod

import (
	"context"

	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/portal"
	"tinhso.vn/internal/modules/portal/internal/site"
	"tinhso.vn/internal/modules/portal/locales"
)

// Hotline is a number that people can call.
type Hotline = site.Hotline

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	// Privacy is the page that says how personal data is handled.
	Privacy string
	// Hotlines are numbers to call where the site cannot be reached; nil: none are known.
	Hotlines func(ctx context.Context) ([]Hotline, error)
}

// New returns the module.
func New(d Deps) module.Module {
	m := module.Module{
		Name: "portal", Routes: site.Routes(site.Deps{Hotlines: d.Hotlines}), Locales: locales.Files,
		Menu: []module.MenuItem{
			{Side: module.Citizens, Foot: true, Order: 90, Label: "portal.display.menu", Path: portal.DisplayPath},
			{Side: module.Citizens, Foot: true, Order: 91, Label: "portal.access.menu", Path: portal.AccessPath},
			{Side: module.Citizens, Foot: true, Order: 93, Label: "portal.map.menu", Path: portal.MapPath},
		},
	}
	if d.Privacy != "" {
		m.Menu = append(m.Menu, module.MenuItem{Side: module.Citizens, Foot: true, Order: 92, Label: "portal.privacy.menu", Path: d.Privacy})
	}
	return m
}
