// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/apidocs/internal/core"
	"tinhso.vn/internal/platform/errs"
)

// registers lists the registers of which the reader sees something.
func (s *site) registers(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.Registers(r.Context(), p.Actor)
	if kind := errs.KindOf(err); err != nil && kind != errs.Forbidden && kind != errs.Unauthenticated {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("apidocs.registers"), Body: registersPage(p, all)})
}

// register shows the operations of one as the reader may use them.
func (s *site) register(w http.ResponseWriter, r *http.Request) error {
	p, id := page.From(r.Context()), r.PathValue("register")
	raw, err := s.Register(r.Context(), p.Actor, id, p.Lang())
	if err != nil {
		return err
	}
	doc, err := core.Read(raw)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: doc.Title + " · " + p.T("apidocs.registers"), Body: registerPage(p, id, doc)})
}
