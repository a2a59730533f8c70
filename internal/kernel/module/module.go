// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package module defines what a module gives to the program that runs it.
package module

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Module is a value, not an interface: what a module contributes is data that
// tests and generators list without starting anything.
type Module struct {
	Name        string // the folder, and the prefix of its codes, tables and events
	Migrations  db.Migrations
	Permissions []identity.Permission
	AuditEvents []audit.Event
	Routes      []web.Route // pages and API operations alike
	Jobs        map[jobs.Kind]jobs.Handler
	Tasks       map[string]workflow.Handler // service tasks of processes: "<module>.<verb>"
	Consumes    map[events.Name]jobs.Kind
	Notices     []notify.Kind // what people are told of; each has its texts in packs
	Menu        []MenuItem
	Sealed      []crypt.Sealed // where it keeps sealed texts
	Search      []search.Kind  // what people can find of it
	Locales     fs.FS          // vi.json and en.json
}

// Side says who sees a menu entry.
type Side uint8

// The sides.
const (
	Citizens  Side = iota + 1 // the public site
	Officials                 // the desk
)

// MenuItem is an entry of a menu. It is shown to those who may reach its page.
type MenuItem struct {
	Side        Side
	Order       int    // small numbers first
	Label       string // translation key
	Path        string
	Permissions []identity.Permission // one of them is needed; none: anyone
	Family      string                // or any permission that begins so: "registers."
	Divided     bool                  // a new group begins here
	Foot        bool                  // on the public site it stands at the foot: few need it
	// Count, where given, is shown beside the entry. It is one indexed query.
	Count func(ctx context.Context, actor identity.Actor) (int64, error)
}

// Shown reports whether the entry is for the actor.
func (i MenuItem) Shown(a identity.Actor) bool {
	return len(i.Permissions) == 0 || slices.ContainsFunc(i.Permissions, a.May) ||
		i.Family != "" && slices.ContainsFunc(a.Permissions(), func(p identity.Permission) bool { return strings.HasPrefix(string(p), i.Family) })
}

// Check reports everything wrong with m. Known are the permissions of all modules.
func (m Module) Check(known []identity.Permission) (err error) {
	wrong := func(format string, args ...any) {
		err = errors.Join(err, fmt.Errorf("module %s: "+format, append([]any{m.Name}, args...)...))
	}
	for _, r := range m.Routes {
		if r.Flaw() != "" {
			wrong("route %q: %s", r.Pattern, r.Flaw())
		}
		if !r.Access.Declared() {
			wrong("route %q does not say who may reach it", r.Pattern)
		}
		for _, p := range r.Access.Permissions() {
			if !slices.Contains(known, identity.Permission(p)) {
				wrong("route %q needs the unknown permission %q", r.Pattern, p)
			}
		}
		method, path, ok := strings.Cut(r.Pattern, " ")
		switch {
		case !ok || method == "" || !strings.HasPrefix(path, "/"):
			wrong("route %q is not METHOD /path", r.Pattern)
		case r.API != strings.HasPrefix(path, "/api/"):
			wrong("route %q: operations, and only they, are under /api/", r.Pattern)
		}
	}
	for _, p := range m.Permissions {
		if !strings.HasPrefix(string(p), m.Name+".") {
			wrong("permission %q does not begin with its name", p)
		}
	}
	for _, e := range m.AuditEvents {
		if !strings.HasPrefix(string(e), m.Name+".") {
			wrong("audit event %q does not begin with its name", e)
		}
	}
	for name := range m.Tasks {
		if !strings.HasPrefix(name, m.Name+".") {
			wrong("service task %q does not begin with its name", name)
		}
	}
	for _, k := range m.Search {
		if k.Name == "" || k.Label == "" || k.Own == nil && (k.List == nil || k.Load == nil || k.Count == nil) {
			wrong("the search kind %q lacks its name, its label or a function", k.Name)
		}
	}
	if m.Migrations.Files != nil && m.Migrations.Namespace != m.Name {
		wrong("its tables begin with %q", m.Migrations.Namespace)
	}
	return err
}
