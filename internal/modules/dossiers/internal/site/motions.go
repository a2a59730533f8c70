// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const motionsPath = "/de-nghi"

// motionKinds are the pages on which motions are made.
func motionKinds() map[string]dossiers.MotionKind {
	return map[string]dossiers.MotionKind{"gia-han": dossiers.Extend, "dung": dossiers.Stop}
}

// moving is the page that asks a leader.
type moving struct {
	full  core.Full
	kind  dossiers.MotionKind
	path  string
	form  url.Values
	wrong *problem

	phrases []core.Phrase // of another day
}

func (s site) motion(path string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := idOf(r, "id")
		if err != nil {
			return err
		}
		return s.motionPage(w, r, id, moving{kind: motionKinds()[path], path: path, form: url.Values{"buoc": {r.FormValue("buoc")}}})
	}
}

func (s site) motionPage(w http.ResponseWriter, r *http.Request, id dossiers.ID, m moving) (err error) {
	p := page.From(r.Context())
	if m.full, err = s.svc.GetStep(r.Context(), p.Actor, id, stepIn(m.form), access.Handling); err != nil {
		return err
	}
	can := m.full.Can.Stop
	if m.kind == dossiers.Extend {
		can = m.full.Can.Extend
	}
	if !can && m.wrong == nil {
		return web.SeeOther(w, r, at("xu-ly", string(id)))
	}
	if m.kind == dossiers.Extend {
		if m.phrases, err = s.svc.ListPhrases(r.Context(), p.Actor); err != nil {
			return err
		}
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.motion." + string(m.kind)), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: motionBody(p, m),
	}, m.wrong)
}

func (s site) moved(path string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := formOf(r)
		if err != nil {
			return err
		}
		id, err := idOf(r, "id")
		if err != nil {
			return err
		}
		days, err := strconv.Atoi(strings.TrimSpace(form.Get("days")))
		if err != nil {
			days = -1 // not a number: told like one that is too small
		}
		kind := motionKinds()[path]
		if _, err := s.svc.Move(r.Context(), page.From(r.Context()).Actor, id, core.Wish{
			Kind: kind, Step: stepIn(form), Days: days, Reason: withPhrase(form), Basis: form.Get("basis"), Money: dossiers.Money(form.Get("money")),
		}); err != nil {
			wrong, err := wrongWith(r, err, "")
			if err != nil {
				return err
			}
			return s.motionPage(w, r, id, moving{kind: kind, path: path, form: form, wrong: wrong})
		}
		return page.Done(w, r, at("xu-ly", string(id))+"#de-nghi", "dossiers.page.motion.made")
	}
}

// motionOf returns the motion that a path names.
func motionOf(r *http.Request) (string, error) {
	motion := r.PathValue("motion")
	if !id.Valid(motion) {
		return "", dossiers.ErrNoMotion
	}
	return motion, nil
}

func (s site) decided(w http.ResponseWriter, r *http.Request) error {
	motion, err := motionOf(r)
	if err != nil {
		return err
	}
	words := "words-" + motion
	return s.did(w, r, words, "dossiers.page.motion.decided", func(id dossiers.ID, form url.Values) error {
		return s.svc.DecideMotion(r.Context(), page.From(r.Context()).Actor, id, motion, core.Verdict{Agree: form.Get("do") == "agree", Words: form.Get(words)})
	})
}

func (s site) motionDropped(w http.ResponseWriter, r *http.Request) error {
	motion, err := motionOf(r)
	if err != nil {
		return err
	}
	return s.did(w, r, "", "dossiers.page.motion.dropped", func(id dossiers.ID, _ url.Values) error {
		return s.svc.DropMotion(r.Context(), page.From(r.Context()).Actor, id, motion)
	})
}

// paperOf answers with a paper about a dossier.
func (s site) paperOf(name string, draw func(context.Context, identity.Actor, dossiers.ID, access.Purpose) ([]byte, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := idOf(r, "id")
		if err != nil {
			return err
		}
		p := page.From(r.Context())
		paper, err := draw(r.Context(), p.Actor, id, purpose(p))
		if err != nil {
			return err
		}
		return givePDF(w, name, paper)
	}
}

func (s site) motions(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.ListMotions(r.Context(), p.Actor, r.FormValue("after"))
	if err != nil {
		return err
	}
	back, err := s.svc.ListRevocations(r.Context(), p.Actor, r.FormValue("thu-hoi"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.menu.motions"), Desk: true, Body: motionsBody(p, found, back)})
}

// motionList is the list of those who decide.
func motionList(p page.Page, items []core.MotionItem) ui.WorkListParams {
	list := ui.WorkListParams{Caption: p.T("dossiers.page.menu.motions"), Head: []string{
		p.T("dossiers.page.col.dossier"), p.T("dossiers.page.motion.asks"), p.T("dossiers.page.motion.reason"), p.T("dossiers.page.motion.from"), p.T("dossiers.page.motion.due"),
	}}
	for _, i := range items {
		due := ui.WorkCell{Text: "–"}
		if !i.OldDue.IsZero() {
			due = ui.WorkCell{Text: p.Date(i.OldDue.Time), Numeric: true}
			if i.OldDue.Before(p.Now) {
				due.Tone = ui.ToneLate
			}
		}
		if i.Kind == dossiers.Extend && !i.NewDue.IsZero() {
			due.Sub = p.T("dossiers.page.motion.becomes", "date", p.Date(i.NewDue.Time))
		}
		list.Rows = append(list.Rows, ui.WorkRow{Value: i.ID, Cells: []ui.WorkCell{
			{Text: codeOf(i.Dossier), Href: at("xu-ly", string(i.Dossier.ID)) + "#de-nghi", Sub: p.Text(i.Dossier.Name)},
			{Text: motionAsks(p, i.Motion)},
			{Text: short(i.Reason)},
			{Text: i.Asker, Sub: p.Text(i.Unit)},
			due,
		}})
	}
	return list
}

// motionAsks says what is asked for in a few words.
func motionAsks(p page.Page, m core.Motion) string {
	if m.Kind == dossiers.Extend {
		return p.T("dossiers.page.motion.asks_days", "n", m.Days)
	}
	return p.T("dossiers.page.motion.stop")
}

// motionState is the colour of a motion with its word.
func motionState(p page.Page, m core.Motion) ui.Deadline {
	d := ui.Deadline{Text: p.T("dossiers.page.motion.state." + string(m.State))}
	switch m.State {
	case dossiers.MotionOpen:
		d.State = ui.DeadlineSoon
	case dossiers.MotionAgreed:
		d.State = ui.DeadlineOK
	case dossiers.MotionDeclined:
		d.State = ui.DeadlineLate
	case dossiers.MotionDropped:
		d.State = ui.DeadlineHold
	}
	return d
}

// tooLate reports whether the promised day has passed already.
func (m moving) tooLate(p page.Page) bool { return !m.full.Due.IsZero() && m.full.Due.Before(p.Now) }
