// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const askedPath = "/y-kien"

// targets is how many units a page can ask at once.
const targets = 4

// consulting is the page that asks other units.
type consulting struct {
	full  core.Full
	units []orgs.Unit
	form  url.Values
	wrong *problem
}

func (s site) consultForm(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	return s.consultPage(w, r, id, url.Values{"days": {"3"}, "buoc": {r.FormValue("buoc")}}, nil)
}

func (s site) consultPage(w http.ResponseWriter, r *http.Request, id dossiers.ID, form url.Values, wrong *problem) (err error) {
	p := page.From(r.Context())
	c := consulting{form: form, wrong: wrong}
	if c.full, err = s.svc.GetStep(r.Context(), p.Actor, id, stepIn(form), access.Handling); err != nil {
		return err
	}
	if !c.full.Can.Consult && wrong == nil {
		return web.SeeOther(w, r, at("xu-ly", string(id)))
	}
	if c.units, err = s.svc.ListConsultable(r.Context(), p.Actor); err != nil {
		return err
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.opinion.ask"), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: consultBody(p, c)}, wrong)
}

func (s site) consult(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	c := core.Consultation{Step: stepIn(form), Question: form.Get("question")}
	c.Days, _ = strconv.Atoi(strings.TrimSpace(form.Get("days"))) // what is no number is refused as too few
	var places []int                                              // of the targets in the form
	for i := range targets {
		if unit := form.Get(fmt.Sprintf("unit-%d", i+1)); unit != "" {
			c.Targets = append(c.Targets, core.Target{Unit: orgs.ID(unit), Post: form.Get(fmt.Sprintf("post-%d", i+1))})
			places = append(places, i+1)
		}
	}
	if _, err := s.svc.Consult(r.Context(), page.From(r.Context()).Actor, id, c); err != nil {
		wrong, err := wrongWith(r, err, "")
		if err != nil {
			return err
		}
		wrong.rename("units", "unit-1")
		for i, place := range places {
			wrong.rename(fmt.Sprintf("units[%d]", i), fmt.Sprintf("unit-%d", place))
		}
		return s.consultPage(w, r, id, form, wrong)
	}
	return page.Done(w, r, at("xu-ly", string(id))+"#y-kien", "dossiers.page.opinion.asked")
}

// rename makes what is wrong with a field lead to the control that shows it.
func (w *problem) rename(from, to string) {
	if text, ok := w.fields[from]; ok {
		delete(w.fields, from)
		w.fields[to] = text
	}
	for i, item := range w.Items {
		if item.Href == "#"+from {
			w.Items[i].Href = "#" + to
		}
	}
}

func (s site) closeOpinion(w http.ResponseWriter, r *http.Request) error {
	opinion := r.PathValue("opinion")
	return s.did(w, r, "reason-"+opinion, "dossiers.page.opinion.closed", func(_ dossiers.ID, form url.Values) error {
		if !id.Valid(opinion) {
			return dossiers.ErrNoOpinion
		}
		return s.svc.CloseOpinion(r.Context(), page.From(r.Context()).Actor, opinion, form.Get("reason-"+opinion))
	})
}

func (s site) asks(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListAsked(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	list, err := s.askedList(p, found.Items)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.menu.asked"), Desk: true, Body: asksBody(p, found, list)})
}

// askedList is the list of those who are asked.
func (s site) askedList(p page.Page, items []core.AskedItem) (ui.WorkListParams, error) {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.menu.asked"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.procedure"), p.T("dossiers.page.opinion.question"), p.T("dossiers.page.opinion.from"),
		p.T("dossiers.page.opinion.left"), p.T("dossiers.page.col.state"),
	}}
	for _, i := range items {
		l, err := s.svc.TimeLeft(i.To, p.Now, i.Due.Time)
		if err != nil {
			return list, err
		}
		remaining := ui.WorkCell{Text: left(p, l), Numeric: true, Sub: p.Date(i.Due.Time)}
		switch {
		case l.Late:
			remaining.Tone = ui.ToneLate
		case l.Days == 0:
			remaining.Tone = ui.ToneSoon
		}
		list.Rows = append(list.Rows, ui.WorkRow{Value: i.ID, Cells: []ui.WorkCell{
			{Text: codeOf(i.Dossier), Href: at("y-kien", i.ID)},
			{HTML: name(p, i.Dossier.Name)},
			{Text: short(i.Question)},
			{Text: p.Text(i.From), Sub: i.Asker},
			remaining,
			{HTML: ui.DeadlineTag(opinionDeadline(p, i.Opinion))},
		}})
	}
	return list, nil
}

// short is the beginning of a question.
func short(question string) string {
	r := []rune(question)
	if len(r) <= 90 {
		return question
	}
	return strings.TrimSpace(string(r[:88])) + "…"
}

// opinionDeadline is the colour of an opinion with its word.
func opinionDeadline(p page.Page, o core.Opinion) ui.Deadline {
	switch {
	case o.Open() && o.Late:
		return ui.Deadline{State: ui.DeadlineLate, Text: p.T("dossiers.page.opinion.late")}
	case o.Open():
		return ui.Deadline{State: ui.DeadlineSoon, Text: p.T("dossiers.page.opinion.state.open")}
	case o.State == "agreed":
		return ui.Deadline{State: ui.DeadlineOK, Text: p.T("dossiers.page.opinion.state.agreed")}
	case o.State == "disagreed":
		return ui.Deadline{State: ui.DeadlineLate, Text: p.T("dossiers.page.opinion.state.disagreed")}
	}
	return ui.Deadline{State: ui.DeadlineHold, Text: p.T("dossiers.page.opinion.state." + o.State)}
}

func (s site) askedCase(w http.ResponseWriter, r *http.Request) error {
	return s.askedPage(w, r, url.Values{}, nil)
}

func (s site) askedPage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	opinion := r.PathValue("opinion")
	if !id.Valid(opinion) {
		return dossiers.ErrNoOpinion
	}
	p := page.From(r.Context())
	c, err := s.svc.GetAsked(r.Context(), p.Actor, opinion)
	if err != nil {
		return err
	}
	l, err := s.svc.TimeLeft(c.To, p.Now, c.Due.Time)
	if err != nil {
		return err
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.opinion.title", "code", codeOf(c.Dossier)), Desk: true, Before: back(p, askedPath), Body: askedBody(p, c, left(p, l), form, wrong),
	}, wrong)
}

// fullOf is as much of a dossier as the list of its papers shows.
func fullOf(c core.AskedCase) core.Full {
	return core.Full{Summary: c.Dossier, Version: c.Version, Papers: c.Papers, Ticket: c.Ticket}
}

// answer takes an opinion: words, and a file where there is one.
func (s site) answer(w http.ResponseWriter, r *http.Request) error {
	form, fileName, file, err := answerIn(r)
	if err != nil {
		return err
	}
	opinion := r.PathValue("opinion")
	if !id.Valid(opinion) {
		return dossiers.ErrNoOpinion
	}
	a := core.Advice{Outcome: form.Get("outcome"), Words: form.Get("words"), FileName: fileName}
	if len(file) > 0 {
		a.File = bytes.NewReader(file)
	}
	if err := s.svc.AnswerOpinion(r.Context(), page.From(r.Context()).Actor, opinion, a); err != nil {
		wrong, err := wrongWith(r, err, "file")
		if err != nil {
			return err
		}
		return s.askedPage(w, r, form, wrong)
	}
	return page.Done(w, r, askedPath, "dossiers.page.opinion.answered")
}

// answerIn reads the form of an answer: with a file it comes in parts.
func answerIn(r *http.Request) (form url.Values, name string, file []byte, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		form, err = formOf(r)
		return form, "", nil, err
	}
	form = url.Values{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, name, file, nil
		}
		if err != nil {
			return nil, "", nil, broken(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, "", nil, broken(err)
		}
		if part.FormName() == "file" {
			name, file = part.FileName(), content
			continue
		}
		form.Set(part.FormName(), string(content))
	}
}

func (s site) opinionFile(w http.ResponseWriter, r *http.Request) error {
	opinion := r.PathValue("opinion")
	if !id.Valid(opinion) {
		return dossiers.ErrNoOpinion
	}
	p := page.From(r.Context())
	content, f, err := s.svc.OpenOpinionFile(r.Context(), p.Actor, opinion, access.Handling)
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}
