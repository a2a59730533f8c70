// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
)

// history shows the versions of a procedure, the last first.
func (s site) history(w http.ResponseWriter, r *http.Request) error {
	p, id := page.From(r.Context()), procedures.ID(r.PathValue("id"))
	all, err := s.svc.History(r.Context(), id)
	if err != nil {
		return err
	}
	var approvals []procedures.Approval
	if s.Approvals != nil && p.Actor.Official() {
		if approvals, err = s.Approvals(r.Context(), id); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{
		Title: p.T("procedures.history.title", "name", all[0].Name), Description: p.T("procedures.history.title", "name", all[0].Name),
		Before: crumbs(p, p.Text(all[0].Name)), Body: historyBody(p, id, all, approvals),
	})
}

// version shows a procedure as it was, or will be.
func (s site) version(w http.ResponseWriter, r *http.Request) error {
	return s.versionPage(w, r, r.PathValue("version"))
}

// ended shows the last version of a procedure that is no more, or not yet.
func (s site) ended(w http.ResponseWriter, r *http.Request) error {
	all, err := s.svc.History(r.Context(), procedures.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return s.versionPage(w, r, all[0].SHA)
}

func (s site) versionPage(w http.ResponseWriter, r *http.Request, sha string) error {
	p, id := page.From(r.Context()), procedures.ID(r.PathValue("id"))
	d, err := s.svc.DescribeVersion(r.Context(), id, sha)
	if err != nil {
		return err
	}
	note := p.T("procedures.history.other")
	if d.ValidTo != "" {
		note = p.T("procedures.history.ended", "day", day(d.ValidTo))
	}
	doors := s.Doors
	doors.File = "" // nobody files under it
	return p.Render(w, r, page.View{
		Title: p.Text(d.Name), Description: note, Before: crumbs(p, p.Text(d.Name)), Body: procedure(p, doors, d, core.Where{}, note),
	})
}
