// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package gallery shows every component of the design system with examples,
// and a few whole pages made of them. The examples drive the checks of the
// markup and the screenshots. It is not a part of the product that citizens or
// officials see, and it holds no data of any real person or province.
package gallery

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/ui/layout"
)

// Example is one way to use a component.
type Example struct {
	Title   string
	Content templ.Component
}

// Entry is a component with its examples.
type Entry struct {
	Name     string
	Title    string
	Summary  string
	Examples []Example
}

// Sample is a whole page, in its frame.
type Sample struct {
	Name  string
	Title string
	Page  func(layout.Chrome) templ.Component
}

// Entries are all components, by title.
func Entries() []Entry {
	all := slices.Concat(formEntries(), choiceEntries(), contentEntries(), wayEntries(), deskEntries())
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Index is the content of the page that lists all components; prefix is where the gallery is mounted.
func Index(prefix string) templ.Component {
	return index(strings.TrimSuffix(prefix, "/"), Entries(), Samples())
}

// Page is the content of the page of one component, and false if there is none of this name.
func Page(name string) (templ.Component, bool) {
	for _, e := range Entries() {
		if e.Name == name {
			return page(e), true
		}
	}
	return nil, false
}

// Handler serves the whole gallery below prefix, such as "/_ui": the list, a
// page for each component, and sample pages as PREFIX/page-NAME.
func Handler(prefix string, assets *layout.Assets) http.Handler {
	prefix = strings.TrimSuffix(prefix, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, there := find(prefix, strings.Trim(strings.TrimPrefix(r.URL.Path, prefix), "/"), assets)
		if !there {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		templ.Handler(body).ServeHTTP(w, r)
	})
}

func find(prefix, name string, assets *layout.Assets) (templ.Component, bool) {
	frame := citizen(assets)
	frame.Title, frame.Wide = "Thư viện giao diện", false
	if name == "" {
		return within(layout.Citizen(frame), Index(prefix)), true
	}
	if sample, ok := strings.CutPrefix(name, "page-"); ok {
		for _, s := range Samples() {
			if s.Name == sample {
				return s.Page(layout.Chrome{Assets: assets}), true
			}
		}
		return nil, false
	}
	content, there := Page(name)
	if !there {
		return nil, false
	}
	frame.Title = name
	frame.Before = ui.BackLink(ui.BackLinkParams{Text: "Thư viện giao diện", Href: prefix + "/"})
	if strings.HasPrefix(name, "desk-") {
		desk := official(assets)
		desk.Title, desk.Before = name, frame.Before
		return within(layout.Official(desk), content), true
	}
	return within(layout.Citizen(frame), content), true
}
