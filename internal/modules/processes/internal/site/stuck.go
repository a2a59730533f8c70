// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/platform/web"
)

func (s site) stuck(w http.ResponseWriter, r *http.Request) error {
	return s.stuckPage(w, r, core.Kind(r.URL.Query().Get("kind")), nil)
}

func (s site) stuckPage(w http.ResponseWriter, r *http.Request, kind core.Kind, wrong []web.ProblemField) error {
	if kind != core.Overdue && kind != core.Idle {
		kind = core.Failed
	}
	p := page.From(r.Context())
	found, err := s.svc.ListStuck(r.Context(), p.Actor, kind, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	code := http.StatusOK
	if len(wrong) > 0 {
		code = http.StatusConflict
	}
	return p.Render(w, r, page.View{Title: p.T("processes.stuck.title"), Desk: true, Status: code, Body: stuckBody(p, kind, found, wrong)})
}

// mended answers an act on the board: done, or the board with the reason why not.
func (s site) mended(w http.ResponseWriter, r *http.Request, kind core.Kind, err error, said string) error {
	if fields, ours := problems(err, "main"); ours {
		return s.stuckPage(w, r, kind, fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, StuckPath+"?kind="+string(kind), said)
}

func (s site) retry(w http.ResponseWriter, r *http.Request) error {
	return s.mended(w, r, core.Failed, s.svc.RetryTask(r.Context(), page.From(r.Context()).Actor, r.PathValue("job")), "processes.stuck.retried")
}

func (s site) ring(w http.ResponseWriter, r *http.Request) error {
	return s.mended(w, r, core.Overdue, s.svc.RingTimer(r.Context(), page.From(r.Context()).Actor, r.PathValue("timer")), "processes.stuck.rung")
}

func (s site) rouse(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.mended(w, r, core.Idle, s.svc.RouseCase(r.Context(), page.From(r.Context()).Actor, workflow.ID(r.PathValue("case")), r.PostForm.Get("reason")), "processes.stuck.roused")
}

func (s site) byHand(w http.ResponseWriter, r *http.Request) error {
	return s.byHandPage(w, r, core.Hand{}, nil)
}

func (s site) byHandPage(w http.ResponseWriter, r *http.Request, form core.Hand, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	b, err := s.svc.GetByHand(r.Context(), p.Actor, r.PathValue("token"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("processes.hand.title"), Desk: true, Status: status(wrong), Body: byHandBody(p, b, form, wrong)})
}

func (s site) answer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	form := core.Hand{Values: map[string]string{}, Error: r.PostForm.Get("error"), Reason: r.PostForm.Get("reason")}
	for key, values := range r.PostForm {
		if name, ok := strings.CutPrefix(key, "var-"); ok && len(values) > 0 {
			form.Values[name] = values[0]
		}
	}
	err := s.svc.AnswerTask(r.Context(), page.From(r.Context()).Actor, r.PathValue("token"), form)
	if fields, ours := problems(err, "reason"); ours {
		return s.byHandPage(w, r, form, fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, StuckPath, "processes.stuck.answered")
}
