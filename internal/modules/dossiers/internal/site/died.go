// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// heirStop is the page on which a dossier goes on whose owner has died.
const heirStop = "chu-ho-so"

func (s site) succession(w http.ResponseWriter, r *http.Request) error {
	return s.successionPage(w, r, url.Values{}, nil)
}

func (s site) successionPage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	f, err := s.svc.Get(r.Context(), p.Actor, id, access.Handling)
	if err != nil {
		return err
	}
	if f.Died == nil || !f.Died.Decide {
		return web.SeeOther(w, r, at("xu-ly", string(id)))
	}
	return show(w, r, page.View{
		Title: p.T("dossiers.page.died.title"), Desk: true, Before: back(p, at("xu-ly", string(id))), Body: successionBody(p, f, form, wrong),
	}, wrong)
}

func (s site) succeed(w http.ResponseWriter, r *http.Request) error {
	form, fileName, file, err := answerIn(r)
	if err != nil {
		return err
	}
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	in := core.Succession{
		Outcome: form.Get("outcome"), Words: form.Get("words"),
		Heir:     core.Party{Kind: identity.Individual, Name: form.Get("owner.name"), Number: form.Get("owner.number"), Phone: form.Get("owner.phone"), Address: form.Get("owner.address")},
		Evidence: core.Evidence{Name: form.Get("evidence.name"), Number: form.Get("evidence.number"), Date: isoDay(form.Get("evidence.date")), Issuer: form.Get("evidence.issuer")},
	}
	if len(file) > 0 {
		in.FileName, in.File = fileName, bytes.NewReader(file)
	}
	if err := s.svc.Succeed(r.Context(), page.From(r.Context()).Actor, id, in); err != nil {
		wrong, err := wrongWith(r, err, "outcome")
		if err != nil {
			return err
		}
		return s.successionPage(w, r, form, wrong)
	}
	return page.Done(w, r, at("xu-ly", string(id)), "dossiers.page.died.done."+in.Outcome)
}

// isoDay reads a day as people write it; what is none stays as it is.
func isoDay(value string) string {
	value = strings.TrimSpace(value)
	for _, layout := range []string{"02/01/2006", "2/1/2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return value
}

// diedText is what an official reads first about an owner who has died.
func diedText(p page.Page, d *core.OwnerDied) string {
	day := d.Day
	if t, err := time.Parse(time.DateOnly, d.Day); err == nil {
		day = p.Date(t)
	}
	text := p.T("dossiers.page.died.mark", "day", day) + " "
	switch {
	case d.Death.Paper != "":
		text += p.T("dossiers.page.died.source", "paper", d.Death.Paper, "issuer", d.Death.Issuer, "known", p.Date(d.Death.Known.Time)) + " "
	case !d.Death.Known.IsZero():
		text += p.T("dossiers.page.died.known", "known", p.Date(d.Death.Known.Time)) + " "
	}
	switch {
	case d.GoesOn:
		return text + p.T("dossiers.page.died.goes_on", "who", d.Who)
	case d.Rule != nil && d.Rule.Outcome == procedures.DeathEnds:
		return text + p.T("dossiers.page.died.ends") + " " + ruleText(p, d)
	case d.Rule != nil && d.Rule.Outcome == procedures.DeathHeirs:
		return text + p.T("dossiers.page.died.may_not") + " " + ruleText(p, d)
	case d.Rule != nil:
		return text + p.T("dossiers.page.died.may") + " " + ruleText(p, d)
	}
	return text + p.T("dossiers.page.died.may_not")
}

func ruleText(p page.Page, d *core.OwnerDied) string {
	text := p.Text(d.Rule.Note)
	if !d.Rule.Verified {
		text += " (" + p.T("dossiers.page.died.unverified") + ")"
	}
	return text
}

func outcomeItems(p page.Page, d *core.OwnerDied) (items []ui.RadioItem) {
	if mayGoOn(d) {
		items = append(items, ui.RadioItem{Value: core.GoesOn, Text: p.T("dossiers.page.died.outcome.goes_on"), Hint: &ui.Hint{Text: ruleText(p, d)}})
	}
	return append(items, ui.RadioItem{Value: core.HasHeir, Text: p.T("dossiers.page.died.outcome.heir"), Hint: &ui.Hint{Text: p.T("dossiers.page.died.outcome.heir_hint")}})
}

// mayGoOn reports whether the dossier may go on as it is.
func mayGoOn(d *core.OwnerDied) bool {
	return d.Rule != nil && d.Rule.Outcome == procedures.DeathGoesOn && !d.GoesOn
}

func stopAt(id dossiers.ID) string { return at("xu-ly", string(id), "dung") }
