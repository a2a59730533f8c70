// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/platform/web"
)

func (s site) messages(w http.ResponseWriter, r *http.Request) error {
	return s.messagesPage(w, r, nil)
}

func (s site) messagesPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	pile := notify.Pile{State: notify.State(r.FormValue("state")), Channel: notify.ChannelID(r.FormValue("channel"))}
	found, err := s.svc.ListMessages(r.Context(), p.Actor, pile, r.FormValue("before"))
	if err != nil {
		wrong, err := problemOf(r, err)
		if err != nil {
			return err
		}
		problem = wrong
	}
	return p.Render(w, r, page.View{Title: p.T("notices.op.title"), Desk: true, Status: status(problem), Body: messagesPage(p, found, pile, problem)})
}

func (s site) again(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.SendAgain(r.Context(), page.From(r.Context()).Actor, r.PathValue("message")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.messagesPage(w, r, problem)
	}
	return page.Done(w, r, operatePath, "notices.op.again_done")
}

func (s site) test(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Test(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, operatePath, "notices.op.tested")
}

func (s site) texts(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListTemplates(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("notices.op.texts"), Desk: true, Body: textsPage(p, found)})
}

func againPath(message string) string {
	return operatePath + "/" + url.PathEscape(message) + "/gui-lai"
}
