// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// asked is the page that asks for whom a dossier is and who brings it.
type asked struct {
	draft   core.Draft
	parties core.Parties
	scanned bool
	editing bool
	wrong   *problem
	now     []forms.Candidate // what the commune on the card is today, where it is an old one
}

func (s site) parties(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	a := asked{draft: d, parties: d.Parties, editing: r.FormValue("sua") != ""}
	if b := dossiers.Basis(r.FormValue("basis")); b != "" && b != a.parties.Basis {
		a.parties.Basis = b
		if !atCounter(d) {
			a.parties.Owner = core.Party{Kind: identity.Individual} // it was the person who is signed in
		}
	}
	return s.partiesPage(w, r, a)
}

func (s site) partiesPage(w http.ResponseWriter, r *http.Request, a asked) error {
	p := page.From(r.Context())
	a.draft.Parties.Basis = a.parties.Basis
	way := routeOf(p, a.draft)
	return show(w, r, page.View{
		Title: p.T("dossiers.page.parties.title"), Desk: atCounter(a.draft), Before: back(p, way.before("nguoi-nop")), Form: true, Body: partiesBody(p, way, a),
	}, a.wrong)
}

func (s site) saveParties(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	d, err := s.draftOf(w, r)
	if err != nil {
		return unless(err)
	}
	p := page.From(r.Context())
	a := asked{draft: d, parties: partiesFrom(form), editing: form.Get("sua") != ""}
	if code := form.Get(page.LanguageInput); code != "" { // what was typed stays, saved or not
		r = r.WithContext(page.With(r.Context(), p.Speak(w, code)))
		return s.partiesPage(w, r, a)
	}
	if code := form.Get("qr"); code != "" {
		party, ok := cardOf(code)
		if !ok {
			a.parties, a.wrong = d.Parties, invalid()
			a.wrong.add("qr", p.T("dossiers.page.parties.qr_unreadable"))
			return s.partiesPage(w, r, a)
		}
		a.parties, a.scanned = d.Parties, true
		party.Phone, party.Email = d.Parties.Owner.Phone, d.Parties.Owner.Email
		a.parties.Owner = party
		if a.now, err = s.svc.CalledNow(r.Context(), party.Address, p.Lang()); err != nil {
			return err
		}
		return s.partiesPage(w, r, a)
	}
	after, err := s.svc.SaveParties(r.Context(), p.Actor, d.ID, a.parties)
	if err != nil {
		if a.wrong, err = wrongWith(r, err, "owner.name"); err != nil {
			return unless(s.led(w, r, d.ID, err))
		}
		if form.Get("later") != "" {
			return page.Done(w, r, later(d), "dossiers.page.draft.saved_before")
		}
		a.wrong.named(func(name string) string { return partyLabel(p, name) })
		return s.partiesPage(w, r, a)
	}
	if form.Get("later") != "" {
		return page.Done(w, r, later(after), "dossiers.page.draft.saved")
	}
	return web.SeeOther(w, r, onward(p, after, "nguoi-nop", form))
}

func partiesFrom(form url.Values) core.Parties {
	party := func(who string) core.Party {
		is := core.Party{
			Kind: identity.PersonKind(form.Get(who + ".kind")), Name: form.Get(who + ".name"), Number: form.Get(who + ".number"),
			Phone: form.Get(who + ".phone"), Email: form.Get(who + ".email"), Address: form.Get(who + ".address"),
		}
		if card := form.Get(who + ".card"); card != "" && card == is.Number { // else another person was typed over it
			is.Born, is.Sex, is.Source = form.Get(who+".born"), form.Get(who+".sex"), core.FromCard
		}
		return is
	}
	return core.Parties{
		Basis: dossiers.Basis(form.Get("basis")), BasisNote: form.Get("basis_note"), Owner: party("owner"), Submitter: party("submitter"),
	}
}

// What the code of an identity card says, in its order: number, old number,
// name, born, sex, residence, issued.
const (
	cardNumber = iota
	_
	cardName
	cardBorn
	cardSex
	cardAddress
	cardFields
)

// cardOf reads what the scanner types when it sees the code of an identity card.
func cardOf(code string) (core.Party, bool) {
	part := strings.Split(strings.TrimSpace(code), "|")
	if len(part) < cardFields || len(part[cardNumber]) != 12 || part[cardName] == "" {
		return core.Party{}, false
	}
	born, err := time.Parse("02012006", part[cardBorn])
	if err != nil {
		return core.Party{}, false
	}
	sex := map[string]string{"nam": "male", "nữ": "female"}[text.NFC(strings.ToLower(part[cardSex]))]
	return core.Party{
		Kind: identity.Individual, Number: part[cardNumber], Name: part[cardName], Address: part[cardAddress],
		Born: born.Format(time.DateOnly), Sex: sex, Source: core.FromCard,
	}, true
}

// hiddenCard carries what a card says and no control asks for, with the number
// it belongs to.
func hiddenCard(who string, is core.Party) []ui.HiddenField {
	if is.Source != core.FromCard {
		return nil
	}
	return []ui.HiddenField{
		{Name: who + ".card", Value: is.Number}, {Name: who + ".born", Value: is.Born}, {Name: who + ".sex", Value: is.Sex},
	}
}

// partyLabel is what the control of a party is called: "Họ và tên".
func partyLabel(p page.Page, control string) string {
	if control == "basis_note" {
		return p.T("dossiers.page.parties.note")
	}
	label := p.T("dossiers.page.parties." + afterDot(control))
	if strings.HasPrefix(control, "submitter.") {
		label = p.T("dossiers.page.parties.submitter") + ", " + label
	}
	return label
}
