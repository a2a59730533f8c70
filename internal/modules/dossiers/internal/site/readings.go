// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// readings answers "who has looked at my dossier?".
func (s site) readings(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	found, err := s.svc.ListReadings(r.Context(), p.Actor, id, r.FormValue("after"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("dossiers.page.readings.title"), Before: back(p, at("ho-so", string(id))), Body: readingsBody(p, at("ho-so", string(id), "ai-da-xem"), found),
	})
}

// reader is what somebody is, and where: "Chuyên viên · Phường Long Xuyên".
func reader(p page.Page, r core.Reading) string {
	post, unit := p.Text(r.Post), p.Text(r.Unit)
	if post != "" && unit != "" {
		return post + " · " + unit
	}
	return post + unit
}
