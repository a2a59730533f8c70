// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) moves(w http.ResponseWriter, r *http.Request) error { return s.movesPage(w, r, nil) }

func (s site) movesPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.ListMoves(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	may := p.Actor.May(personnel.PermMove) || p.Actor.May(personnel.PermAll)
	l := listing{
		title: p.T("personnel.moves.title"), none: p.T("personnel.moves.none"), noneText: p.T("personnel.moves.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.moves.title"), Head: head(p, "name", "decision", "from_to", "from_day", "by", "state")},
	}
	if may {
		l.actions = []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("personnel.moves.new"), Href: newPath}}}
	}
	if found.Next != "" {
		l.next = with(movesPath, "before", found.Next)
	}
	for _, m := range found.Items {
		state := ui.WorkCell{Text: p.T("personnel.move_state.done")}
		switch {
		case !m.Withdrawn.IsZero():
			state.Text = p.T("personnel.move_state.withdrawn")
		case m.Open && may:
			state = ui.WorkCell{HTML: press(movesPath+"/"+m.ID+"/rut", nil, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("personnel.withdraw"), Classes: "ts-button--secondary ts-button--small"}})}
		case m.Open:
			state.Text = p.T("personnel.state.coming")
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: m.Who.Name, Sub: p.T("personnel.move." + m.Kind), Href: peoplePath + "/" + m.Who.Account},
			{Text: m.Number, Sub: shownDay(m.Date)},
			{Text: or(p.Text(m.FromUnit), "–") + " → " + or(p.Text(m.ToUnit), "–")},
			{Text: shownDay(m.From)},
			{Text: m.By.Name, Sub: shownAt(p, m.Entered)},
			state,
		}})
	}
	return s.show(w, r, l, problem)
}

func decisionOf(r *http.Request) core.Decision {
	f := r.FormValue
	return core.Decision{
		Login: f("login"), Kind: f("kind"), Number: f("number"), Date: day(f("date")), From: day(f("from")), Until: day(f("until")), Unit: f("unit"), Position: f("position"),
		Role: f("role"), Title: f("title"), SignsAs: f("signs_as"), Subtree: f("subtree") == "1", Holding: f("holding"),
	}
}

func (s site) askMove(w http.ResponseWriter, r *http.Request) error {
	return s.moveForm(w, r, decisionOf(r), nil)
}

func (s site) moveForm(w http.ResponseWriter, r *http.Request, d core.Decision, problem *web.ProblemError) error {
	p := page.From(r.Context())
	c, err := s.svc.Choices(r.Context(), p.Actor, d.Login, d.Unit)
	if err != nil {
		return err
	}
	roles, positions, held := []ui.SelectItem{{Text: p.T("personnel.choose")}}, []ui.SelectItem{{Text: p.T("personnel.no_position")}}, []ui.SelectItem{{Text: p.T("personnel.choose")}}
	for _, role := range c.Roles {
		roles = append(roles, ui.SelectItem{Value: string(role.ID), Text: p.Text(role.Name)})
	}
	for _, one := range c.Positions {
		positions = append(positions, ui.SelectItem{Value: one.ID, Text: p.Text(one.Title) + " (" + p.T("personnel.seats", "count", one.Seats) + ")"})
	}
	for _, h := range c.Held {
		held = append(held, ui.SelectItem{Value: h.ID, Text: titleOf(p, h) + ", " + p.Text(h.UnitName)})
	}
	f := asking{action: newPath, button: p.T("personnel.moves.preview"), cancel: movesPath, controls: []control{
		{name: "login", label: p.T("personnel.field.login"), hint: p.T("personnel.field.login_hint"), value: d.Login},
		{kind: "select", name: "kind", label: p.T("personnel.field.kind"), value: d.Kind, items: choose(p, "personnel.move.", core.MoveKinds()...)},
		{name: "number", label: p.T("personnel.field.number"), value: d.Number},
		{kind: "day", name: "date", label: p.T("personnel.field.date"), value: shownDay(d.Date)},
		{kind: "day", name: "from", label: p.T("personnel.field.from"), hint: p.T("personnel.field.from_hint"), value: shownDay(d.From)},
		{kind: "day", name: "until", label: p.T("personnel.field.until"), hint: p.T("personnel.field.until_hint"), value: shownDay(d.Until)},
		{name: "unit", label: p.T("personnel.field.to_unit"), hint: p.T("personnel.field.unit_hint"), value: d.Unit},
	}}
	if len(positions) > 1 {
		f.controls = append(f.controls, control{kind: "select", name: "position", label: p.T("personnel.field.position"), hint: p.T("personnel.field.position_hint"), value: d.Position, items: positions})
	}
	f.controls = append(f.controls,
		control{kind: "select", name: "role", label: p.T("personnel.field.role"), value: d.Role, items: roles},
		control{name: "title", label: p.T("personnel.field.title"), hint: p.T("personnel.field.title_hint"), value: d.Title},
		control{name: "signs_as", label: p.T("personnel.field.signs_as"), hint: p.T("personnel.field.signs_as_hint"), value: d.SignsAs},
		control{kind: "check", name: "subtree", label: p.T("personnel.field.subtree"), value: map[bool]string{true: "1"}[d.Subtree]},
	)
	if len(held) > 1 {
		f.controls = append(f.controls, control{kind: "select", name: "holding", label: p.T("personnel.field.holding"), hint: p.T("personnel.field.holding_hint"), value: d.Holding, items: held})
	}
	return s.ask(w, r, p.T("personnel.moves.new"), p.T("personnel.moves.lead"), f, problem)
}

func (s site) enterMove(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	d := decisionOf(r)
	if r.PostForm.Get("confirm") == "1" {
		if _, err := s.svc.EnterMove(r.Context(), p.Actor, d); err != nil {
			problem, err := problemOf(r, err)
			if err != nil {
				return err
			}
			return s.moveForm(w, r, d, problem)
		}
		return page.Done(w, r, movesPath, "personnel.moves.entered")
	}
	e, err := s.svc.PreviewMove(r.Context(), p.Actor, d)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.moveForm(w, r, d, problem)
	}
	rows := []ui.SummaryRow{
		row(p.T("personnel.head.name"), e.Who.Name), row(p.T("personnel.field.kind"), p.T("personnel.move."+d.Kind)), row(p.T("personnel.field.number"), d.Number+", "+shownDay(d.Date)),
		row(p.T("personnel.field.from"), shownDay(d.From)),
	}
	for _, h := range e.Ends {
		rows = append(rows, row(p.T("personnel.ends"), titleOf(p, h)+", "+p.Text(h.UnitName)+" ("+p.Text(h.RoleName)+")"))
	}
	if e.Gives != nil {
		rows = append(rows, row(p.T("personnel.begins"), titleOf(p, *e.Gives)+", "+p.Text(e.Gives.UnitName)+" ("+p.Text(e.Gives.RoleName)+")"))
	}
	rows = append(rows, row(p.T("personnel.work_left"), p.T("personnel.pieces", "count", p.Number(int64(e.Held)))))
	hidden := []ui.HiddenField{{Name: "confirm", Value: "1"}}
	for name := range r.PostForm {
		if name != "confirm" {
			hidden = append(hidden, ui.HiddenField{Name: name, Value: r.PostForm.Get(name)})
		}
	}
	c := ui.ConfirmParams{
		Title: p.T("personnel.moves.confirm"), Facts: &ui.SummaryListParams{Rows: rows}, Action: newPath, Hidden: hidden,
		Button: ui.ButtonParams{Text: p.T("personnel.moves.enter"), PreventDoubleClick: "true"}, CancelText: p.T("personnel.cancel"), CancelHref: movesPath,
	}
	if len(e.Ends) > 0 {
		c.Warning = &ui.WarningTextParams{Text: p.T("personnel.moves.warning", "day", shownDay(d.From)), IconFallbackText: p.T("personnel.warning")}
	}
	return p.Render(w, r, page.View{Title: c.Title, Desk: true, Body: ui.Confirm(c)})
}

func (s site) withdrawMove(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.WithdrawMove(r.Context(), page.From(r.Context()).Actor, r.PathValue("move"))
	if err != nil {
		return err
	}
	return page.Done(w, r, movesPath, "personnel.moves.withdrawn")
}

func (s site) handovers(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListHandovers(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.hands.title"), lead: p.T("personnel.hands.lead"), none: p.T("personnel.hands.none"), noneText: p.T("personnel.hands.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.hands.title"), Head: head(p, "name", "unit", "from_day", "pieces", "overdue")},
	}
	if found.Next != "" {
		l.next = with(handsPath, "after", found.Next)
	}
	for _, h := range found.Items {
		late := ui.WorkCell{Text: p.Number(int64(h.Overdue)), Numeric: true}
		if h.Overdue > 0 {
			late.Tone = ui.ToneLate
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: h.Who.Name, Sub: h.Who.Login, Href: handsPath + "/" + h.ID}, {Text: p.Text(h.UnitName)}, {Text: shownDay(h.From)}, {Text: p.Number(int64(h.Count)), Numeric: true}, late,
		}})
	}
	return s.show(w, r, l, nil)
}

func (s site) handover(w http.ResponseWriter, r *http.Request) error {
	return s.pile(w, r, nil, core.Handed{})
}

func (s site) pile(w http.ResponseWriter, r *http.Request, problem *web.ProblemError, done core.Handed) error {
	p := page.From(r.Context())
	pile, err := s.svc.GetHandover(r.Context(), p.Actor, r.PathValue("handover"))
	if err != nil {
		return err
	}
	why := map[string]string{}
	for _, f := range done.Failed {
		one := web.Problem(f.Err)
		p.Site.Explain(r, one)
		why[f.ID] = one.Detail
	}
	takers := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	for _, t := range pile.Takes {
		text := t.Name
		if until := pile.Away[t.Account]; until != "" {
			text = p.T("personnel.away_until", "name", t.Name, "day", shownDay(until))
		}
		takers = append(takers, ui.SelectItem{Value: t.Login, Text: text})
	}
	path := handsPath + "/" + pile.ID
	l := ui.WorkListParams{
		Caption: p.T("personnel.hands.title"), PickName: "piece", PickLabel: p.T("personnel.pick_label"), Head: head(p, "case", "step", "due"),
	}
	for _, h := range pile.Work {
		due := ui.WorkCell{Text: or(shownAt(p, h.Due), "–")}
		if !h.Due.IsZero() && h.Due.Before(p.Now) {
			due.Tone, due.Sub = ui.ToneLate, p.T("personnel.late")
		}
		sub := p.Text(h.Name)
		if text := why[h.ID]; text != "" {
			sub = p.T("personnel.not_handed", "why", text)
		}
		l.Rows = append(l.Rows, ui.WorkRow{Value: h.ID, PickLabel: h.Code, Picked: true, Cells: []ui.WorkCell{{Text: h.Code, Sub: sub, Href: "/xu-ly/" + h.Dossier}, {Text: p.Text(h.Step)}, due}})
	}
	title := p.T("personnel.hands.of", "name", pile.Who.Name)
	said := ""
	if done.Done > 0 || len(done.Failed) > 0 {
		said = p.T("personnel.hands.result", "done", p.Number(int64(done.Done)), "failed", p.Number(int64(len(done.Failed))), "left", p.Number(int64(done.Left)))
	}
	return p.Render(w, r, page.View{Title: title, Desk: true, Status: status(problem), Body: pilePage(p, title, p.Text(pile.UnitName)+" · "+shownDay(pile.From), path, said, takers, l, problem)})
}

func (s site) handOver(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	done, err := s.svc.HandOver(r.Context(), p.Actor, r.PathValue("handover"), r.PostForm["piece"], r.PostForm.Get("to"))
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.pile(w, r, problem, done)
	}
	if done.Left == 0 {
		return page.Done(w, r, handsPath, "personnel.hands.done")
	}
	return s.pile(w, r, nil, done)
}
