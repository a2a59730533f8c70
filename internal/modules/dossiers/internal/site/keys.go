// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/ui"
)

// keysPath is the page of all keys, for who has no script.
const keysPath = deskPath + "/phim-tat"

func (s site) keys(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.keys.title"), Desk: true, Before: back(p, deskPath), Body: keysBody(p)})
}

func keyHints(p page.Page, intake bool) []ui.KeyHint {
	hints := []ui.KeyHint{
		{Keys: []string{"J", "K"}, Text: p.T("dossiers.page.key.move")},
		{Keys: []string{"Enter"}, Text: p.T("dossiers.page.key.open")},
		{Keys: []string{"/"}, Text: p.T("dossiers.page.key.find")},
	}
	if intake {
		hints = append(hints, ui.KeyHint{Keys: []string{"N"}, Text: p.T("dossiers.page.inbox.counter")})
	}
	return hints
}

// keyGroup are the keys of one kind of page.
type keyGroup struct {
	title string
	keys  []ui.KeyHint
}

// allKeys are the keys of the desk that the reader has a use for.
func allKeys(p page.Page) []keyGroup {
	key := func(text string, keys ...string) ui.KeyHint { return ui.KeyHint{Keys: keys, Text: p.T(text)} }
	list := []ui.KeyHint{
		key("dossiers.page.key.move", "J", "K"), key("dossiers.page.key.pick", "X"), key("dossiers.page.key.open", "Enter"),
		key("dossiers.page.key.find", "/"), key("dossiers.page.look.open", "F"),
	}
	if p.Actor.May(dossiers.PermAccept) {
		list = append(list, key("dossiers.page.inbox.counter", "N"))
	}
	many := []ui.KeyHint{key("dossiers.page.many.claim", "C"), key("dossiers.page.many.finish", "E"), key("dossiers.page.many.release", "L")}
	if p.Actor.May(dossiers.PermAssign) {
		many = append(many, key("dossiers.page.many.assign", "G"), key("dossiers.page.many.remind", "R"))
	}
	one := []ui.KeyHint{
		key("dossiers.page.do.accept", "A"), key("dossiers.page.do.claim", "C"), key("dossiers.page.do.sign", "S"), key("dossiers.page.do.issue", "I"),
		key("dossiers.page.do.release", "L"), key("dossiers.page.beside.title", "V"), key("dossiers.page.notes.title", "T"),
		key("dossiers.page.key.files", "[", "]"), key("dossiers.page.key.pages", "P", "N"),
	}
	return []keyGroup{
		{p.T("dossiers.page.keys.list"), list},
		{p.T("dossiers.page.keys.many"), many},
		{p.T("dossiers.page.keys.case"), one},
		{p.T("dossiers.page.keys.always"), []ui.KeyHint{key("dossiers.page.keys.title", "?"), key("dossiers.page.keys.close", "Esc")}},
	}
}
