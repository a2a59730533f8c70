// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/web"
)

// The last parts of the addresses of the editors, by list.
const (
	formPath     = "bieu-mau"
	flowPath     = "quy-trinh"
	decisionPath = "bang-quyet-dinh"
	templatePath = "mau-ket-qua"
	registerPath = "so"
)

// editorBody is how much a page of an editor may send: a table of 2,000 rows.
const editorBody = 4 << 20

func listPath(list authoring.List) string {
	switch list {
	case authoring.Forms:
		return formPath
	case authoring.Flows:
		return flowPath
	case authoring.Decisions:
		return decisionPath
	case authoring.Templates:
		return templatePath
	case authoring.Registers:
		return registerPath
	case authoring.Procedures: // has pages of its own
	}
	return ""
}

// editorRoutes are the pages of forms, tables of steps, decision tables, templates
// of results and registers.
func (h pages) editorRoutes() []web.Route {
	var all []web.Route
	for _, editor := range []struct {
		list authoring.List
		show func(*editing) error
	}{{authoring.Forms, h.formPage}, {authoring.Flows, h.flowPage}, {authoring.Decisions, h.decisionPage}, {authoring.Templates, h.templatePage}, {authoring.Registers, h.registerPage}} {
		list, show := editor.list, editor.show
		at := Path + "/{change}/" + listPath(list) + "/{item}"
		all = append(all,
			web.Route{Pattern: "GET " + at, Access: mayRead(), Handle: h.openEditor(list, show)},
			web.Route{Pattern: "POST " + at, Access: mayEdit(), MaxBody: editorBody, Handle: h.sendEditor(list, show)},
			web.Route{Pattern: "POST " + at + "/hoan-tac", Access: mayEdit(), Handle: h.undoEditor(list, show)},
			web.Route{Pattern: "GET " + at + "/tep/{as}", Access: mayRead(), Handle: h.editorFile(list)},
		)
		if list == authoring.Flows || list == authoring.Decisions {
			all = append(all,
				web.Route{Pattern: "POST " + at + "/tep", Access: mayEdit(), MaxBody: editorBody, Handle: h.readEditorFile(list, show)},
				web.Route{Pattern: "POST " + at + "/thay", Access: mayEdit(), MaxBody: editorBody, Handle: h.replaceFromFile(list, show)},
			)
		}
	}
	return all
}
