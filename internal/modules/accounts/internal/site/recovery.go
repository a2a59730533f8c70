// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/web"
)

const recoveriesPath = "/khoi-phuc"

// recoveryRoutes are the pages of those who look after accounts of others.
func (s site) recoveryRoutes() []web.Route {
	secure := web.Needs(string(accounts.PermSecure), string(accounts.PermSecureAll))
	return []web.Route{
		{Pattern: "GET " + recoveriesPath, Access: secure, Handle: s.recoveries},
		{Pattern: "POST " + recoveriesPath, Access: secure, Fresh: fresh, Handle: s.askRecovery},
		{Pattern: "POST " + recoveriesPath + "/{request}/dong-y", Access: secure, Fresh: fresh, Handle: s.approveRecovery},
		{Pattern: "POST " + recoveriesPath + "/{request}/rut", Access: secure, Handle: s.withdrawRecovery},
		{Pattern: "POST " + recoveriesPath + "/ket-thuc-phien", Access: secure, Fresh: fresh, Handle: s.endSessionsOf},
	}
}

func (s site) recoveries(w http.ResponseWriter, r *http.Request) error {
	return s.renderRecoveries(w, r, http.StatusOK, nil)
}

func (s site) renderRecoveries(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, next, err := s.svc.Recoveries(r.Context(), p.Actor, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("accounts.recovery.title"), Status: status, Desk: true,
		Body: recoveriesPage(p, found, next, r.PostForm.Get("login"), r.PostForm.Get("reason"), problem),
	})
}

func (s site) askRecovery(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if _, err := s.svc.AskRecovery(r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("login"), r.PostForm.Get("reason")); err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderRecoveries(w, r, status, problem) })
	}
	return page.Done(w, r, recoveriesPath, "accounts.recovery.asked")
}

func (s site) approveRecovery(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	code, err := s.svc.ApproveRecovery(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("accounts.recovery.code_title"), Desk: true, Body: recoveryCode(p, code)})
}

func (s site) withdrawRecovery(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.WithdrawRecovery(r.Context(), page.From(r.Context()).Actor, r.PathValue("request")); err != nil {
		return err
	}
	return page.Done(w, r, recoveriesPath, "accounts.recovery.withdrawn")
}

func (s site) endSessionsOf(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if _, err := s.svc.EndSessionsOf(r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("login")); err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderRecoveries(w, r, status, problem) })
	}
	return page.Done(w, r, recoveriesPath, "accounts.recovery.sessions_ended")
}
