// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// mirrorsPath is the list of dossiers whose status is owned by the system of another agency.
const mirrorsPath = "/ho-so-he-thong-bo"

// mirrored lists dossiers of other systems.
type mirrored interface {
	ListMirrors(ctx context.Context, actor identity.Actor, keeper, before string) (core.Page[core.MirrorItem], error)
}

func (s site) mirrors(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	found, err := s.svc.ListMirrors(r.Context(), p.Actor, q.Get("he-thong"), q.Get("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.mirrors.title"), Desk: true, Body: mirrorsBody(p, q.Get("he-thong"), found)})
}

func mirrorQuery(keeper string) string {
	if keeper == "" {
		return ""
	}
	return url.Values{"he-thong": {keeper}}.Encode() + "&"
}

func mirrorList(p page.Page, rows []core.MirrorItem) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.mirrors.title"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.procedure"), p.T("dossiers.page.mirror.system"), p.T("dossiers.page.motion.due"), p.T("dossiers.page.col.state"),
	}}
	for _, i := range rows {
		due := ui.WorkCell{Text: "–"}
		if !i.Due.IsZero() {
			due = ui.WorkCell{Text: p.Date(i.Due.Time), Numeric: true}
			if i.Late {
				due.Tone, due.Sub = ui.ToneLate, p.T("dossiers.page.bucket."+string(core.Overdue))
			}
		}
		list.Rows = append(list.Rows, ui.WorkRow{Value: string(i.ID), Cells: []ui.WorkCell{
			{Text: codeOf(i.Summary), Href: at("xu-ly", string(i.ID)), Sub: i.Owner}, {HTML: name(p, i.Name)}, {Text: p.Text(i.Keeper.NameOf())}, due, {Text: p.T(i.Status.Key())},
		}})
	}
	return list
}

func mirrorRows(p page.Page, k dossiers.KeptElsewhere) (rows []ui.SummaryRow) {
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: p.T("dossiers.page.mirror." + key)}, Value: ui.SummaryText{Text: value}})
		}
	}
	add("code", k.Code)
	add("result", k.Result)
	if !k.Since.IsZero() {
		add("since", p.DateTime(k.Since.Time))
	}
	if !k.Said.IsZero() {
		add("said", p.DateTime(k.Said.Time))
	}
	return rows
}

// keeperOf is whose system owns the status of a dossier of a list; empty: it is ours.
func keeperOf(p page.Page, s dossiers.Summary) string {
	if s.Keeper.Code == "" {
		return ""
	}
	return p.T("dossiers.page.mirror.of", "who", p.Text(s.Keeper.NameOf()))
}

func mirrorRoutes(s site, office web.Access) []web.Route {
	return []web.Route{{Pattern: "GET " + mirrorsPath, Access: office, Handle: s.mirrors}}
}
