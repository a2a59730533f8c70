// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// openPath is where everybody finds what registers publish.
const openPath = "/du-lieu-mo/so"

func (s site) opened(anybody web.Access) []web.Route {
	return []web.Route{
		{Pattern: "GET " + openPath, Access: anybody, Handle: s.datasets},
		{Pattern: "GET " + openPath + "/{register}", Access: anybody, Handle: s.dataset},
	}
}

func datasetPath(d core.Dataset) string { return openPath + "/" + url.PathEscape(d.Definition.ID) }

// dataPath is the operation that sends the records: one address, for people and programs.
func dataPath(d core.Dataset, format string) string {
	return "/api/v1/open-data/" + url.PathEscape(d.Definition.ID) + "/data?format=" + format
}

func (s site) datasets(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.Datasets(r.Context())
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("books.open.title"), Body: datasetsPage(p, all)})
}

func (s site) dataset(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	d, err := s.svc.Dataset(r.Context(), r.PathValue("register"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.Text(d.Definition.Dataset.Title) + " · " + p.T("books.open.title"), Body: datasetPage(p, d)})
}
