// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// hookRoutes are the pages of subscriptions.
func (s site) hookRoutes() []web.Route {
	manage, both := web.Needs(string(systems.PermManage)), web.Needs(string(systems.PermManage), string(systems.PermConfirm))
	const all, one = Path + "/{id}/nhan-tin", Path + "/{id}/nhan-tin/{hook}"
	return []web.Route{
		{Pattern: "GET " + all, Access: both, Handle: s.hooks},
		{Pattern: "POST " + all, Access: manage, Handle: s.subscribe},
		{Pattern: "GET " + one, Access: both, Handle: s.hook},
		{Pattern: "POST " + one + "/khoa-bi-mat", Access: manage, Handle: s.hookSecret},
		{Pattern: "POST " + one + "/dung", Access: manage, Handle: s.stopHook},
		{Pattern: "POST " + one + "/tiep", Access: manage, Handle: s.startHook},
		{Pattern: "POST " + one + "/gui-lai", Access: manage, Handle: s.replayHook},
		{Pattern: "POST " + one + "/bo", Access: manage, Handle: s.unsubscribe},
	}
}

func hooksPath(id systems.ID) string { return Path + "/" + url.PathEscape(string(id)) + "/nhan-tin" }

func hookPath(h systems.Hook) string { return hooksPath(h.System) + "/" + url.PathEscape(h.ID) }

// hookForm is a subscription as it was typed.
type hookForm struct{ Register, URL string }

func (s site) hooks(w http.ResponseWriter, r *http.Request) error {
	return s.listHooks(w, r, hookForm{}, nil)
}

func (s site) listHooks(w http.ResponseWriter, r *http.Request, typed hookForm, problem *web.ProblemError) error {
	p, id := page.From(r.Context()), systems.ID(r.PathValue("id"))
	d, err := s.svc.Get(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	all, err := s.svc.Hooks(r.Context(), p.Actor, id)
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("systems.hooks") + " · " + d.Name, Desk: true, Body: hooksPage(p, d.System, all, typed, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) subscribe(w http.ResponseWriter, r *http.Request) error {
	p, typed := page.From(r.Context()), hookForm{r.PostFormValue("register"), r.PostFormValue("url")}
	made, err := s.svc.Subscribe(r.Context(), p.Actor, systems.ID(r.PathValue("id")), typed.Register, typed.URL)
	if err == nil {
		return s.showHook(w, r, made.ID, made.Secret, nil)
	}
	problem, err := said(p, r, err)
	if err != nil {
		return err
	}
	return s.listHooks(w, r, typed, problem)
}

func (s site) hook(w http.ResponseWriter, r *http.Request) error {
	return s.showHook(w, r, r.PathValue("hook"), "", nil)
}

// showHook shows a subscription; with a secret that was made, or what was refused.
func (s site) showHook(w http.ResponseWriter, r *http.Request, hook, secret string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // nonsense is the first page
	d, err := s.svc.Hook(r.Context(), p.Actor, systems.ID(r.PathValue("id")), hook, before)
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("systems.hook") + " · " + d.Name, Desk: true, Body: hookPage(p, d, secret, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

func (s site) hookSecret(w http.ResponseWriter, r *http.Request) error {
	secret, err := s.svc.ChangeHookSecret(r.Context(), page.From(r.Context()).Actor, systems.ID(r.PathValue("id")), r.PathValue("hook"))
	if err != nil {
		return s.hookDone(w, r, err, "")
	}
	return s.showHook(w, r, r.PathValue("hook"), secret, nil)
}

// hookDone goes back to the page of a subscription.
func (s site) hookDone(w http.ResponseWriter, r *http.Request, err error, done string) error {
	id, hook := systems.ID(r.PathValue("id")), r.PathValue("hook")
	if err == nil {
		return page.Done(w, r, hookPath(systems.Hook{System: id, ID: hook}), done)
	}
	problem, err := said(page.From(r.Context()), r, err)
	if err != nil {
		return err
	}
	return s.showHook(w, r, hook, "", problem)
}

func (s site) stopHook(w http.ResponseWriter, r *http.Request) error {
	return s.hookDone(w, r, s.svc.StopHook(r.Context(), page.From(r.Context()).Actor, systems.ID(r.PathValue("id")), r.PathValue("hook")), "systems.done.hook_stopped")
}

func (s site) startHook(w http.ResponseWriter, r *http.Request) error {
	return s.hookDone(w, r, s.svc.StartHook(r.Context(), page.From(r.Context()).Actor, systems.ID(r.PathValue("id")), r.PathValue("hook")), "systems.done.hook_started")
}

func (s site) replayHook(w http.ResponseWriter, r *http.Request) error {
	place, _ := strconv.ParseInt(r.PostFormValue("place"), 10, 64) // nonsense is a place that is not there
	return s.hookDone(w, r, s.svc.ReplayHook(r.Context(), page.From(r.Context()).Actor, systems.ID(r.PathValue("id")), r.PathValue("hook"), place), "systems.done.hook_replayed")
}

func (s site) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	id := systems.ID(r.PathValue("id"))
	if err := s.svc.Unsubscribe(r.Context(), page.From(r.Context()).Actor, id, r.PathValue("hook")); err != nil {
		return s.hookDone(w, r, err, "")
	}
	return page.Done(w, r, hooksPath(id), "systems.done.hook_ended")
}

func hookTag(p page.Page, h systems.Hook) ui.TagParams {
	t := ui.TagParams{Text: p.T("systems.hook.state." + string(h.State))}
	switch {
	case h.State == systems.HookDead:
		t.Classes = "ts-tag--late"
	case h.State == systems.HookStopped:
		t.Classes = "ts-tag--hold"
	case h.Attempt > 0:
		t.Text, t.Classes = p.T("systems.hook.state.failing"), "ts-tag--soon"
	default:
		t.Classes = "ts-tag--ok"
	}
	return t
}

func hookRows(p page.Page, all []systems.Hook) (rows []ui.WorkRow) {
	for _, h := range all {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: h.Register, Href: hookPath(h)}, {Text: h.URL}, {HTML: ui.Tag(hookTag(p, h))},
		}})
	}
	return rows
}

func hookFacts(p page.Page, d core.HookDetail) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		row(p.T("systems.hook.register"), d.Register), row(p.T("systems.hook.url"), d.URL),
		{Key: ui.SummaryText{Text: p.T("systems.state")}, Value: ui.SummaryText{HTML: ui.Tag(hookTag(p, d.Hook))}},
		row(p.T("systems.hook.place"), p.Number(d.Place)),
	}
	if d.Error != "" {
		rows = append(rows, row(p.T("systems.hook.error"), p.T("systems.hook.error."+d.Error)))
	}
	if d.Attempt > 0 && d.State == systems.HookActive {
		rows = append(rows, row(p.T("systems.hook.again"), p.T("systems.hook.again.at", "n", d.Attempt, "most", core.MaxSends, "at", p.DateTime(d.Due.Time))))
	}
	return rows
}

func deliveryRows(p page.Page, d core.HookDetail) (rows []ui.WorkRow) {
	for _, m := range d.Deliveries {
		state := ui.TagParams{Text: p.T("systems.hook.arrived"), Classes: "ts-tag--ok"}
		if !m.Arrived {
			state = ui.TagParams{Text: p.T("systems.hook.error." + m.Error), Classes: "ts-tag--late"}
		}
		answer := "–"
		if m.Status != 0 {
			answer = strconv.Itoa(m.Status)
		}
		do := ui.WorkCell{Text: "–"}
		if p.Actor.May(systems.PermManage) && m.Place <= d.Place+1 {
			do = ui.WorkCell{HTML: replayForm(p, d.Hook, m.Place)}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Number(m.Place), Sub: m.Kind},
			{HTML: ui.Tag(state)},
			{Text: answer, Sub: p.T("systems.hook.took", "ms", m.Took)},
			{Text: p.DateTime(m.Last.Time), Sub: p.T("systems.hook.attempts", "n", m.Attempts)},
			do,
		}})
	}
	return rows
}
