// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/registers"
	contract "tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// signing is the sign with the code of a record that hangs at the place.
func (s site) signing() []web.Route {
	return []web.Route{{Pattern: "GET " + booksPath + "/{register}/in/bang/{record}", Access: web.Public(), Handle: s.sign}}
}

// sign prints the sign of a record whose page everybody can open.
func (s site) sign(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Record(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"))
	if err != nil {
		return err
	}
	path, ok := visitPath(v.Definition, v.Record)
	if !ok {
		return contract.ErrNoPublic
	}
	unit := s.names(r.Context(), p)
	title, lead := foundName(p, v.Standing, v.Record, unit, string(p.Lang()))
	sign := papers.Sign{Author: unit(v.Record.Unit), Title: title, Lead: lead, Address: s.svc.Address(path), Caption: p.T("books.visit.scan"), Language: string(p.Lang())}
	for _, one := range v.Definition.Public.Speaking {
		if one.ID == "en" {
			sign.Second = "Scan to read in English"
		}
	}
	paper, err := s.svc.Press().Sign(sign)
	return sendPaper(w, v.Definition.ID+"-qr", paper, err)
}

// visitActions lead from a record to its page for visitors and to its sign.
func visitActions(p page.Page, d registers.Definition, r registers.Record) []ui.DeskAction {
	path, ok := visitPath(d, r)
	if !ok {
		return nil
	}
	return []ui.DeskAction{
		{ButtonParams: ui.ButtonParams{Text: p.T("books.visit.open"), Href: path, Classes: "ts-button--secondary"}},
		{ButtonParams: ui.ButtonParams{Text: p.T("books.visit.sign"), Href: bookPath(d) + "/in/bang/" + r.ID, Classes: "ts-button--secondary"}},
	}
}
