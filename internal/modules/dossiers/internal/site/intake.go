// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// offered is how many procedures the counter shows at once.
const offered = 12

func (s site) inbox(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Inbox(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	drafts, err := s.svc.ListDrafts(r.Context(), p.Actor, "")
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.inbox.title"), Desk: true, Body: inboxBody(p, found, drafts.Items)})
}

func inboxList(p page.Page, items []core.Item) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.inbox.title"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.procedure"), p.T("dossiers.page.col.channel"), p.T("dossiers.page.col.submitted"),
	}}
	for _, i := range items {
		list.Rows = append(list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: codeOf(i.Summary), Href: at("xu-ly", string(i.ID)), Sub: ownerText(p, i)},
			{HTML: name(p, i.Name)},
			{Text: p.T(i.Channel.Key())},
			{Text: p.DateTime(i.SubmittedAt.Time), Numeric: true},
		}})
	}
	return list
}

// counter begins a dossier for the person in front: first, which procedure.
func (s site) counter(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	question := r.FormValue("q")
	found, err := s.Catalogue.Offer(r.Context(), question, offered)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("dossiers.page.inbox.counter"), Desk: true, Before: back(p, "/tiep-nhan"), Body: counterBody(p, question, found),
	})
}

// received tells the clerk what to tell the person: the code, the day, the paper.
func (s site) received(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	f, err := s.svc.Get(r.Context(), p.Actor, id, access.Handling)
	if err != nil {
		return err
	}
	return s.receivedPage(w, r, f, "", nil)
}

func (s site) receivedPage(w http.ResponseWriter, r *http.Request, f core.Full, letter string, wrong *problem) error {
	p := page.From(r.Context())
	return show(w, r, page.View{
		Title: p.T("dossiers.page.received.title", "code", codeOf(f.Summary)), Desk: true, Body: receivedBody(p, f, letter, wrong),
	}, wrong)
}
