// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows registers and lets people write in them.
package site

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const booksPath = "/so"

// Routes returns the pages. They let in anybody: who may do what is said by the
// rights of each register.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	anybody := web.Public()
	return slices.Concat(s.importRoutes(), s.visiting(), s.signing(), s.looking(), s.atOnce(), s.counting(), s.mapped(), s.printing(), s.proposalRoutes(anybody), s.lifeRoutes(anybody), s.historyRoutes(anybody), s.fileRoutes(anybody), s.duplicateRoutes(anybody), s.destroying(anybody), s.opened(anybody), []web.Route{
		{Pattern: "GET " + booksPath, Access: anybody, Handle: s.books},
		{Pattern: "GET " + booksPath + "/{register}", Access: anybody, Handle: s.records},
		{Pattern: "GET " + booksPath + "/{register}/tai-ve", Access: anybody, Handle: s.take},
		{Pattern: "GET " + booksPath + "/{register}/tai-ve/chon", Access: anybody, Handle: s.askTake},
		{Pattern: "POST " + booksPath + "/{register}/tai-ve/chon", Access: anybody, Handle: s.takeChosen},
		{Pattern: "GET " + booksPath + "/{register}/moi", Access: anybody, Handle: s.newRecord},
		{Pattern: "POST " + booksPath + "/{register}/moi", Access: anybody, MaxBody: core.MaxFormSize + maxText, Handle: s.create},
		{Pattern: "GET " + booksPath + "/{register}/{record}", Access: anybody, Handle: s.record},
		{Pattern: "GET " + booksPath + "/{register}/{record}/quyen", Access: anybody, Handle: s.why},
		{Pattern: "POST " + booksPath + "/{register}/{record}/du-lieu-ca-nhan", Access: anybody, Handle: s.personal},
		{Pattern: "GET " + booksPath + "/{register}/{record}/sua", Access: anybody, Handle: s.editRecord},
		{Pattern: "POST " + booksPath + "/{register}/{record}/sua", Access: anybody, Handle: s.change},
		{Pattern: "GET " + booksPath + "/{register}/{record}/an", Access: anybody, Handle: s.askHide},
		{Pattern: "POST " + booksPath + "/{register}/{record}/an", Access: anybody, Handle: s.hide},
	})
}

// who is a login, or the program that acted by itself.
func who(p page.Page, login string) string {
	if name, ok := strings.CutPrefix(login, "program:"); ok {
		return p.T("books.program", "name", name)
	}
	return login
}

func fact(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}
