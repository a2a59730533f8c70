// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// traces is the right of the module connections to see what was said outside about a
// dossier; its page is beside this one.
const traces identity.Permission = "connections.trace"

// opened is the page of one case.
type opened struct {
	full    core.Full
	signers []core.SignerChoice
	mention []core.Colleague  // whom a note can mention
	left    *ui.WorkCell      // of the step
	whole   *ui.WorkCell      // of the dossier
	phrases []core.Phrase     // of a refusal
	panels  []templ.Component // of other modules
	word    core.WordDraft    // by which document its result is written
	form    url.Values        // what was sent and refused, to be shown again
	wrong   *problem
}

// value is what a control shows: what was sent, otherwise what is kept.
func (o opened) value(name, kept string) string {
	if o.form != nil && o.form.Has(name) {
		return o.form.Get(name)
	}
	return kept
}

func (s site) open(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	return s.casePage(w, r, id, nil, nil)
}

func (s site) casePage(w http.ResponseWriter, r *http.Request, id dossiers.ID, form url.Values, wrong *problem) (err error) {
	p := page.From(r.Context())
	o := opened{form: form, wrong: wrong}
	if o.full, err = s.svc.GetStep(r.Context(), p.Actor, id, dossiers.TaskID(r.FormValue("buoc")), access.Handling); err != nil {
		return err
	}
	if o.panels, err = s.panels(r.Context(), p, id, false); err != nil {
		return err
	}
	if o.full.Can.SendToSign {
		if o.signers, err = s.svc.ListSigners(r.Context(), p.Actor, id); err != nil {
			return err
		}
	}
	if o.full.Can.Draft {
		if err := s.wordDraft(r, &o); err != nil {
			return err
		}
	}
	if o.full.Can.Refuse {
		if o.phrases, err = s.svc.ListPhrases(r.Context(), p.Actor); err != nil {
			return err
		}
	}
	if o.full.Inside {
		if o.mention, err = s.svc.ListMentionable(r.Context(), p.Actor, id); err != nil {
			return err
		}
	}
	if !o.full.Step.Due.IsZero() && o.full.Step.Action != "" && !waitsForPeople(o.full.Status) {
		cell, err := s.leftCell(p, core.Item{Summary: o.full.Summary, StepDue: o.full.Step.Due})
		if err != nil {
			return err
		}
		o.left = &cell
	}
	if !o.full.Due.IsZero() && o.full.Step.Action != "" && !waitsForPeople(o.full.Status) && o.full.FinishedAt.IsZero() {
		whole := o.full.Summary
		whole.Handler = whole.Received // whose receipt has promised it
		cell, err := s.leftCell(p, core.Item{Summary: whole, StepDue: o.full.Due})
		if err != nil {
			return err
		}
		o.whole = &cell
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.case.title", "code", codeOf(o.full.Summary), "name", o.full.Name), Desk: true, Body: caseBody(p, o),
	}, wrong)
}

// did answers a post about a case: with the fresh case and what was done, or
// with the fresh case and why it was not done.
func (s site) did(w http.ResponseWriter, r *http.Request, main, done string, do func(id dossiers.ID, form url.Values) error) error {
	return s.signed(w, r, main, done, func(id dossiers.ID, form url.Values) (core.Signing, error) { return core.Signing{}, do(id, form) })
}

// signed is did for what may wait for an approval elsewhere: then the page that
// waits comes next.
func (s site) signed(w http.ResponseWriter, r *http.Request, main, done string, do func(id dossiers.ID, form url.Values) (core.Signing, error)) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	waits, err := do(id, form)
	if err != nil {
		wrong, err := wrongWith(r, err, main)
		if err != nil {
			return err
		}
		if wrong.Status == http.StatusConflict { // about the case, not about what was typed
			wrong.Items, form = []ui.ErrorItem{{Text: wrong.Items[0].Text}}, nil
		}
		return s.casePage(w, r, id, form, wrong)
	}
	if waits.Request != "" {
		return web.SeeOther(w, r, at("ky", "cho", waits.Request))
	}
	return page.Done(w, r, at("xu-ly", string(id)), done)
}

func (s site) accept(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "", "dossiers.page.done.accepted", func(id dossiers.ID, _ url.Values) error {
		_, err := s.svc.Accept(r.Context(), page.From(r.Context()).Actor, id)
		return err
	})
}

func (s site) refuse(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "reason", "dossiers.page.done.refused", func(id dossiers.ID, form url.Values) error {
		return s.svc.Refuse(r.Context(), page.From(r.Context()).Actor, id, withPhrase(form))
	})
}

func (s site) claim(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "", "dossiers.page.done.claimed", func(id dossiers.ID, form url.Values) error {
		return s.svc.Claim(r.Context(), page.From(r.Context()).Actor, id, stepIn(form))
	})
}

func (s site) finish(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "choice", "dossiers.page.done.finished", func(id dossiers.ID, form url.Values) error {
		return s.svc.Finish(r.Context(), page.From(r.Context()).Actor, id, core.Done{Step: stepIn(form), Note: form.Get("note"), Choice: form.Get("choice")})
	})
}

// stepIn is the open step that a form speaks of.
func stepIn(form url.Values) dossiers.TaskID { return dossiers.TaskID(form.Get("buoc")) }

// fieldPrefix tells the fields of the result from other controls.
const fieldPrefix = "f."

// draft keeps what the officer writes into the result, and goes where the
// pressed button says.
func (s site) draft(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	fields := map[string]string{}
	for name := range form {
		if len(name) > len(fieldPrefix) && name[:len(fieldPrefix)] == fieldPrefix {
			fields[name[len(fieldPrefix):]] = form.Get(name)
		}
	}
	if _, err := s.svc.SaveResultDraft(r.Context(), p.Actor, id, fields); err != nil {
		wrong, err := wrongWith(r, err, "")
		if err != nil {
			return err
		}
		wrong.prefixed(fields)
		return s.casePage(w, r, id, form, wrong)
	}
	if form.Get("do") == "preview" {
		return web.SeeOther(w, r, at("xu-ly", string(id), "du-thao.pdf"))
	}
	return page.Done(w, r, at("xu-ly", string(id))+"#trinh-ky", "dossiers.page.done.drafted")
}

// prefixed makes problems of fields of the result lead to their controls.
func (w *problem) prefixed(fields map[string]string) {
	for i, item := range w.Items {
		if len(item.Href) < 2 {
			continue
		}
		if _, ours := fields[item.Href[1:]]; ours {
			w.fields[fieldPrefix+item.Href[1:]] = item.Text
			w.Items[i].Href = "#" + fieldPrefix + item.Href[1:]
		}
	}
}

func (s site) toSign(w http.ResponseWriter, r *http.Request) error {
	return s.signed(w, r, "signer", "dossiers.page.done.to_sign", func(id dossiers.ID, form url.Values) (core.Signing, error) {
		return s.svc.SendToSign(r.Context(), page.From(r.Context()).Actor, id, form.Get("signer"))
	})
}

func (s site) sign(w http.ResponseWriter, r *http.Request) error {
	return s.signed(w, r, "", "dossiers.page.done.signed", func(id dossiers.ID, _ url.Values) (core.Signing, error) {
		return s.svc.Sign(r.Context(), page.From(r.Context()).Actor, id)
	})
}

func (s site) giveBack(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "reason", "dossiers.page.done.returned", func(id dossiers.ID, form url.Values) error {
		return s.svc.Return(r.Context(), page.From(r.Context()).Actor, id, stepIn(form), form.Get("reason"))
	})
}

func (s site) issue(w http.ResponseWriter, r *http.Request) error {
	return s.signed(w, r, "", "dossiers.page.done.issued", func(id dossiers.ID, _ url.Values) (core.Signing, error) {
		done, err := s.svc.Issue(r.Context(), page.From(r.Context()).Actor, id)
		return core.Signing{Request: done.Request}, err
	})
}

func (s site) deliver(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "receiver", "dossiers.page.done.delivered", func(id dossiers.ID, form url.Values) error {
		h := core.Handover{
			Receiver: form.Get("receiver"), Electronic: form.Get("electronic") != "", By: form.Get("taken_by"),
			Number: form.Get("receiver_number"), Paper: form.Get("receiver_paper"), Date: isoDay(form.Get("receiver_date")),
		}
		return s.svc.Deliver(r.Context(), page.From(r.Context()).Actor, id, h)
	})
}

// idle reports whether there is nothing for the actor to do.
func (o opened) idle() bool {
	c := o.full.Can
	return !slices.Contains([]bool{c.Accept, c.Refuse, c.Claim, c.Finish, c.Draft, c.SendToSign, c.Sign, c.Return, c.Issue, c.Deliver, c.Ask, c.Supply, c.Demand, c.ShowPaid, c.Release, c.Assign, c.Consult, c.Extend, c.Stop, c.Decide, c.Revoke, c.DecideRevocation}, true)
}

func (o opened) path(do string) string { return at("xu-ly", string(o.full.ID), do) }

// step is the open step that the page speaks of, where there are several.
func (o opened) step() string {
	if len(o.full.Beside) == 0 {
		return ""
	}
	return string(o.full.Step.Task)
}

func (o opened) query() string {
	if step := o.step(); step != "" {
		return "?buoc=" + url.QueryEscape(step)
	}
	return ""
}

// waits reports whether the actor's step waits for opinions.
func (o opened) waits() bool {
	return o.full.Can.Consult && slices.ContainsFunc(o.full.Opinions, func(one core.Opinion) bool { return one.Open() && one.Task == o.full.Step.Task })
}

// headOf is the head of the page of a case: whose it is, its code, what it asks for.
func headOf(p page.Page, f core.Full) ui.DeskBarParams {
	if f.Owner.Name == "" {
		return ui.DeskBarParams{Title: codeOf(f.Summary), Sub: p.Text(f.Name)}
	}
	return ui.DeskBarParams{Title: f.Owner.Name, Sub: codeOf(f.Summary) + " · " + p.Text(f.Name)}
}

// placeIn is the how manieth step of how many a dossier is at; zero where no
// step is open. A step that was given back counts once.
func placeIn(f core.Full) (n, of int) {
	if f.Step.Action == "" || f.Status.Ended() {
		return 0, 0
	}
	open := map[i18n.Text]bool{f.Step.Name: true}
	for _, a := range f.Ahead {
		open[a.Step] = true
	}
	n = 1
	for _, e := range f.Timeline {
		if e.Kind == core.KindStep && !open[e.Step] {
			open[e.Step] = true
			n++
		}
	}
	return n, n + len(f.Ahead)
}

// toSignRows is what who signs must know before they do: for whom, and what the
// paper will say.
func toSignRows(p page.Page, f core.Full) []ui.SummaryRow {
	rows := []ui.SummaryRow{row(p.T("dossiers.page.parties.owner"), f.Owner.Name)}
	for _, field := range f.Result.Template.Fields {
		if value := fieldWords(p, field, f.Result.Fields[field.Key]); value != "" {
			rows = append(rows, ui.SummaryRow{Key: ui.SummaryText{Text: p.Text(field.Label)}, Value: ui.SummaryText{HTML: lines(value)}})
		}
	}
	return rows
}

// away says who stands in for whom.
func away(p page.Page, s core.Step) string {
	if s.StandIn {
		return p.T("dossiers.page.case.you_stand_in", "who", s.Assignee)
	}
	return p.T("dossiers.page.case.stands_in", "deputy", s.Deputy, "who", s.Assignee)
}

// besideText says whose another open step is, and until when.
func besideText(p page.Page, o opened, s core.Step) string {
	return p.Text(o.full.Units[s.Unit].Name) + " · " + holder(p, s) + " · " + p.DateTime(s.Due.Time)
}

// holder says who has a step in hands.
func holder(p page.Page, s core.Step) string {
	switch {
	case s.Mine:
		return p.T("dossiers.page.desk.my_step")
	case s.Assignee != "":
		return s.Assignee
	}
	return p.T("dossiers.page.desk.nobody")
}

// idleText says why there is nothing to do here.
func idleText(p page.Page, f core.Full) string {
	if f.Status.Ended() {
		return p.T("dossiers.page.case.over")
	}
	if f.Waits != nil {
		return p.T("dossiers.page.signing.locked")
	}
	return p.T("dossiers.page.case.not_yours")
}

// claimClass makes taking a step the smaller button where it can be done at once.
func claimClass(c core.Can) string {
	if c.Finish || c.Draft || c.SendToSign || c.Sign || c.Issue || c.Deliver {
		return "ts-button--secondary"
	}
	return ""
}

// lastLine is the post of somebody who signs for another: "PHÓ CHỦ TỊCH".
func lastLine(post string) string {
	lines := strings.Split(strings.TrimSpace(post), "\n")
	return lines[len(lines)-1]
}

// fieldWords is what was written into a field of the result, for people.
func fieldWords(p page.Page, f procedures.TemplateField, value string) string {
	for _, option := range f.Options {
		if option.Value == value {
			return p.Text(option.Label)
		}
	}
	if amount, err := strconv.ParseInt(value, 10, 64); err == nil && f.Type == "money" {
		return p.Number(amount)
	}
	return value
}

func upper(key string) string { return strings.ToUpper(key) }

// trackingOf is what the public would see of a dossier.
func trackingOf(f core.Full) core.Tracking {
	t := core.Tracking{Status: f.Status, Due: f.Due, Steps: f.Timeline, Ahead: f.Ahead, Place: core.Place{Name: f.Units[f.Received].Name}}
	if f.Step.Action != "" {
		t.Turn = &core.Event{Step: f.Step.Name, Unit: f.Units[f.Step.Unit].Name}
	}
	return t
}

func resultKey(s core.ResultState) string {
	if s == core.Issued {
		return "dossiers.page.result.issued_state"
	}
	return "dossiers.page.result." + string(s)
}
