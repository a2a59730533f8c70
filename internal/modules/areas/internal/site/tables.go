// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/areas"
	"tinhso.vn/internal/platform/errs"
)

// tables shows what the table in force says of a day.
func (h pages) tables(w http.ResponseWriter, r *http.Request) error {
	p, text := page.From(r.Context()), r.URL.Query().Get("day")
	status, wrong := http.StatusOK, ""
	day, err := h.svc.Day(text)
	switch {
	case errs.KindOf(err) == errs.Invalid:
		day, status, wrong = h.svc.Today(), http.StatusUnprocessableEntity, p.T(areas.ErrDay.Code)
	case err != nil:
		return err
	}
	_, provinces, counts, err := h.svc.Provinces(r.Context(), day)
	if err != nil {
		return err
	}
	entered, err := h.svc.Tables(r.Context())
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("areas.tables.title"), Description: p.T("areas.tables.lead"), Status: status, Before: crumbs(p),
		Body: tablesPage(p, text, day, wrong, provinces, counts, entered),
	})
}
