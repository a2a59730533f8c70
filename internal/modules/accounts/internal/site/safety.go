// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/qr"
	"tinhso.vn/internal/platform/web"
)

const (
	passwordPath = "/tai-khoan/mat-khau" //nolint:gosec // an address
	safetyPath   = "/tai-khoan/bao-mat"
	totpPath     = safetyPath + "/ung-dung"
	keyPath      = safetyPath + "/khoa"
	sessionsPath = "/tai-khoan/phien"
	logPath      = "/tai-khoan/dang-nhap"
)

// fresh is how new a proof must be to change what protects an account.
const fresh = 10 * time.Minute

// safetyRoutes are the pages on which people look after their own account. Those
// marked Partial are where somebody who must do something first does it.
func (s site) safetyRoutes() []web.Route {
	in := web.SignedIn()
	return []web.Route{
		{Pattern: "GET " + passwordPath, Access: in, Partial: true, Handle: s.askPassword},
		{Pattern: "POST " + passwordPath, Access: in, Partial: true, Door: web.Narrow, Handle: s.changePassword},
		{Pattern: "GET " + safetyPath, Access: in, Partial: true, Handle: s.safety},
		{Pattern: "GET " + totpPath, Access: in, Partial: true, Fresh: fresh, Handle: s.askTOTP},
		{Pattern: "POST " + totpPath, Access: in, Partial: true, Door: web.Narrow, Fresh: 2 * fresh, Handle: s.confirmTOTP},
		{Pattern: "POST " + totpPath + "/xoa", Access: in, Fresh: fresh, Handle: s.removeTOTP},
		{Pattern: "POST " + safetyPath + "/ma-du-phong", Access: in, Fresh: fresh, Handle: s.makeCodes},
		{Pattern: "GET " + keyPath, Access: in, Partial: true, Fresh: fresh, Handle: s.newKey},
		{Pattern: "POST " + keyPath + "/hoi", Access: in, Partial: true, Fresh: 2 * fresh, Handle: s.askNewKey},
		{Pattern: "POST " + keyPath, Access: in, Partial: true, Fresh: 2 * fresh, Handle: s.addKey},
		{Pattern: "POST " + keyPath + "/{key}/ten", Access: in, Handle: s.nameKey},
		{Pattern: "POST " + keyPath + "/{key}/xoa", Access: in, Fresh: fresh, Handle: s.removeKey},
		{Pattern: "POST " + keyPath + "/{key}/hoan-tac", Access: in, Fresh: fresh, Handle: s.restoreKey},
		{Pattern: "GET " + sessionsPath, Access: in, Handle: s.sessions},
		{Pattern: "POST " + sessionsPath + "/khac", Access: in, Handle: s.endOthers},
		{Pattern: "POST " + sessionsPath + "/{session}/ket-thuc", Access: in, Handle: s.endSession},
		{Pattern: "GET " + sessionsPath + "/con-lai", Access: in, Quiet: true, Handle: s.remaining},
		{Pattern: "POST " + sessionsPath + "/tiep", Access: in, Handle: s.stay},
		{Pattern: "GET " + logPath, Access: in, Handle: s.log},
		{Pattern: "POST " + logPath + "/da-biet", Access: in, Handle: s.known},
	}
}

func (s site) askPassword(w http.ResponseWriter, r *http.Request) error {
	return s.renderPassword(w, r, http.StatusOK, nil)
}

func (s site) renderPassword(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Safety(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.password.title"), Status: status, Desk: p.Actor.Official(), Body: passwordForm(p, v, problem)})
}

func (s site) changePassword(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	n := core.NewPassword{Old: r.PostForm.Get("old"), New: r.PostForm.Get("new"), Again: r.PostForm.Get("again"), From: source(r)}
	c, err := s.svc.ChangePassword(r.Context(), page.From(r.Context()).Actor, n)
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderPassword(w, r, status, problem) })
	}
	s.keep(w, c.Token)
	return page.Done(w, r, safetyPath, "accounts.password.done_"+string(c.Strength))
}

func (s site) safety(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Safety(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.safety.title"), Desk: p.Actor.Official(), Body: safetyPage(p, v, s.Lenient)})
}

func (s site) askTOTP(w http.ResponseWriter, r *http.Request) error {
	return s.renderTOTP(w, r, http.StatusOK, nil)
}

func (s site) renderTOTP(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	secret, err := s.svc.BeginTOTP(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	code, err := qr.Encode(secret.Address)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("accounts.totp.title"), Status: status, Desk: p.Actor.Official(), Body: totpForm(p, secret, code, problem)})
}

func (s site) confirmTOTP(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	c, err := s.svc.ConfirmTOTP(r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("code"))
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderTOTP(w, r, status, problem) })
	}
	return s.added(w, r, c, "accounts.totp.done")
}

// added shows recovery codes where the first factor came with some.
func (s site) added(w http.ResponseWriter, r *http.Request, c core.Changed, message string) error {
	s.keep(w, c.Token)
	if len(c.Codes) == 0 {
		return page.Done(w, r, safetyPath, message)
	}
	return s.showCodes(w, r, c.Codes)
}

// showCodes shows codes this once: they are kept only as hashes.
func (s site) showCodes(w http.ResponseWriter, r *http.Request, codes []string) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{Title: p.T("accounts.codes.title"), Desk: p.Actor.Official(), Body: codesPage(p, codes)})
}

func (s site) removeTOTP(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.RemoveTOTP(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, safetyPath, "accounts.totp.removed")
}

func (s site) makeCodes(w http.ResponseWriter, r *http.Request) error {
	codes, err := s.svc.MakeCodes(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return s.showCodes(w, r, codes)
}

func (s site) newKey(w http.ResponseWriter, r *http.Request) error {
	return s.renderKey(w, r, http.StatusOK, nil)
}

func (s site) renderKey(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Safety(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.key.title"), Status: status, Desk: p.Actor.Official(), Body: keyForm(p, v, problem)})
}

func (s site) askNewKey(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.svc.BeginPasskey(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return answer(w, asked)
}

func (s site) addKey(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	c, err := s.svc.AddPasskey(r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("step"), r.PostForm.Get("name"), []byte(r.PostForm.Get("answer")))
	if err != nil {
		return s.again(w, r, err, func(status int, problem *web.ProblemError) error { return s.renderKey(w, r, status, problem) })
	}
	return s.added(w, r, c, "accounts.key.done")
}

func (s site) nameKey(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if err := s.svc.NamePasskey(r.Context(), page.From(r.Context()).Actor, r.PathValue("key"), r.PostForm.Get("name")); err != nil {
		return err
	}
	return page.Done(w, r, safetyPath, "accounts.key.named")
}

func (s site) removeKey(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.RemovePasskey(r.Context(), page.From(r.Context()).Actor, r.PathValue("key")); err != nil {
		return err
	}
	return page.Done(w, r, safetyPath, "accounts.key.removed")
}

func (s site) restoreKey(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.RestorePasskey(r.Context(), page.From(r.Context()).Actor, r.PathValue("key")); err != nil {
		return err
	}
	return page.Done(w, r, safetyPath, "accounts.key.restored")
}

func (s site) sessions(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Sessions(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.sessions.title"), Desk: p.Actor.Official(), Body: sessionsPage(p, found)})
}

func (s site) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.EndSession(r.Context(), page.From(r.Context()).Actor, r.PathValue("session")); err != nil {
		return err
	}
	return page.Done(w, r, sessionsPath, "accounts.sessions.ended")
}

func (s site) endOthers(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.svc.EndOthers(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return page.Done(w, r, sessionsPath, "accounts.sessions.ended_others")
}

// remaining answers the script of the warning; asking is no use of the session.
func (s site) remaining(w http.ResponseWriter, r *http.Request) error {
	seconds, err := s.svc.Remaining(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(map[string]int{"seconds": seconds})
}

// stay is a use of the session like any other: being asked for is enough.
func (s site) stay(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.Stay(r.Context(), page.From(r.Context()).Actor); err != nil {
		return err
	}
	return s.remaining(w, r)
}

func (s site) log(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	before := r.FormValue("before")
	found, err := s.svc.SignIns(r.Context(), p.Actor, before)
	if err != nil {
		return err
	}
	v, err := s.svc.Safety(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("accounts.log.title"), Desk: p.Actor.Official(), Body: logTable(p, found, v.New, before == "")})
}

func (s site) known(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if err := s.svc.KnowDevices(r.Context(), page.From(r.Context()).Actor, r.PostForm.Get("up_to")); err != nil {
		return err
	}
	return page.Done(w, r, logPath, "accounts.new_device.done")
}
