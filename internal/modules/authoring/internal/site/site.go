// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site is where procedures and registers are written: the list of changes, each
// change with its sections, the check before publishing and the approval.
// Everything works without JavaScript.
package site

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/web"
)

// Path is where the pages are.
const Path = "/soan-thu-tuc"

// Preview shows a register as its pages would be: its list, its form or a record
// with made-up values, as those see it whose standing is given.
type Preview func(p page.Page, st registers.Standing, part string) templ.Component

type pages struct {
	svc     *core.Service
	preview Preview
}

// mayEdit and mayRead say who reaches a page.
func mayEdit() web.Access { return web.Needs(string(authoring.PermEdit)) }

func mayRead() web.Access {
	return web.Needs(string(authoring.PermEdit), string(authoring.PermApprove))
}

// Routes returns the pages.
func Routes(s *core.Service, preview Preview) []web.Route {
	h := pages{s, preview}
	return slices.Concat(h.changeRoutes(), h.editorRoutes(), h.tryoutRoutes(), h.bookRoutes(), h.tableRoutes(), h.clockRoutes())
}

// at is the address of a page of a change.
func at(change authoring.ID, parts ...string) string {
	return strings.Join(append([]string{Path, string(change)}, parts...), "/")
}

// change returns the change that a request names.
func (h pages) change(r *http.Request) (authoring.Change, error) {
	id, err := authoring.ParseID(r.PathValue("change"))
	if err != nil {
		return authoring.Change{}, err
	}
	return h.svc.Get(r.Context(), page.From(r.Context()).Actor, id)
}
