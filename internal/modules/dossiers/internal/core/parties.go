// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// How long what is said of a party may be, in characters.
const (
	maxPartyName = 200
	maxPartyLine = 300
)

// digits is a number without what people put between its digits.
func digits(v string) string { return strings.NewReplacer(" ", "", ".", "").Replace(text.Line(v)) }

// clean brings what was typed into the form it is kept in.
func (p Party) clean() Party {
	if p.Kind == "" {
		p.Kind = identity.Individual
	}
	p.Name, p.Email, p.Address = text.Line(p.Name), strings.ToLower(text.Line(p.Email)), text.Line(p.Address)
	p.Number, p.Phone = digits(p.Number), digits(p.Phone)
	p.Born, p.Sex = text.Line(p.Born), text.Line(p.Sex)
	return p
}

// numeric reports whether v is nothing but so many figures: from least to most.
func numeric(v string, least, most int) bool {
	return len(v) >= least && len(v) <= most && strings.Trim(v, "0123456789") == ""
}

func (p Party) empty() bool { return p.Name == "" && p.Number == "" && p.Phone == "" }

// check reports every problem, in the order of the form.
func (p Party) check(prefix string) (found []errs.Field) {
	add := func(name, code string) { found = append(found, errs.Field{Name: prefix + name, Code: code}) }
	switch {
	case p.Name == "":
		add("name", "form.required")
	case utf8.RuneCountInString(p.Name) > maxPartyName:
		found = append(found, errs.Field{Name: prefix + "name", Code: "form.too_long", Args: map[string]any{
			"max": maxPartyName, "over": utf8.RuneCountInString(p.Name) - maxPartyName,
		}})
	}
	_, tax := forms.ParseTaxCode(p.Number)
	switch {
	case p.Number == "":
		add("number", "form.required")
	case p.Kind == identity.Individual && !numeric(p.Number, 12, 12):
		add("number", "form.person_number")
	case p.Kind == identity.Organisation && !tax:
		add("number", "form.tax_code")
	}
	if p.Phone != "" && (p.Phone[0] != '0' || !numeric(p.Phone, 10, 11)) {
		add("phone", "form.phone")
	}
	if p.Email != "" && !regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`).MatchString(p.Email) {
		add("email", "form.email")
	}
	if n := utf8.RuneCountInString(p.Address); n > maxPartyLine {
		found = append(found, errs.Field{Name: prefix + "address", Code: "form.too_long", Args: map[string]any{"max": maxPartyLine, "over": n - maxPartyLine}})
	}
	if p.Born != "" && !regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`).MatchString(p.Born) {
		add("born", "form.not_a_date")
	}
	if p.Sex != "" && p.Sex != "male" && p.Sex != "female" {
		add("sex", "form.choose")
	}
	if p.Kind != identity.Individual && p.Kind != identity.Organisation {
		add("kind", "form.choose")
	}
	return found
}

func (p Parties) clean() Parties {
	p.Owner, p.Submitter, p.BasisNote = p.Owner.clean(), p.Submitter.clean(), text.Line(p.BasisNote)
	if p.Basis == "" {
		p.Basis = dossiers.Self
	}
	return p
}

// check reports every problem; at the counter also who stands there.
func (p Parties) check(c dossiers.Channel) (found []errs.Field) {
	found = p.Owner.check("owner.")
	if !slices.Contains([]dossiers.Basis{dossiers.Self, dossiers.Parent, dossiers.Guardian, dossiers.Authorised, dossiers.Legal}, p.Basis) {
		found = append(found, errs.Field{Name: "basis", Code: "form.choose"})
	}
	if p.Basis == dossiers.Authorised && p.BasisNote == "" {
		found = append(found, errs.Field{Name: "basis_note", Code: "form.required"})
	}
	if n := utf8.RuneCountInString(p.BasisNote); n > maxPartyLine {
		found = append(found, errs.Field{Name: "basis_note", Code: "form.too_long", Args: map[string]any{"max": maxPartyLine, "over": n - maxPartyLine}})
	}
	if c.OnPaper() && p.Basis != dossiers.Self {
		found = append(found, p.Submitter.check("submitter.")...)
	}
	if c == dossiers.Post { // nobody stands there to whom the receipt could be given
		who, prefix := p.Owner, "owner."
		if p.Basis != dossiers.Self && p.Basis != "" {
			who, prefix = p.Submitter, "submitter."
		}
		if who.Phone == "" && who.Email == "" && who.Address == "" {
			found = append(found, errs.Field{Name: prefix + "phone", Code: "dossiers.reach_missing"})
		}
	}
	return found
}

// SaveParties saves for whom the dossier is. On the web the owner is oneself,
// as the directory knows one, unless another right is stated. What makes no
// sense is not kept.
func (s *Service) SaveParties(ctx context.Context, actor identity.Actor, id dossiers.ID, p Parties) (_ Draft, err error) {
	defer errs.Wrap(&err, "save parties of draft %s", id)

	before, err := s.GetDraft(ctx, actor, id)
	if err != nil {
		return Draft{}, err
	}
	if p, err = s.settle(ctx, actor, before.Procedure.ID, before.Channel, p); err != nil {
		return Draft{}, err
	}
	if err := errs.BadInput(p.check(before.Channel)); err != nil {
		return Draft{}, err
	}
	err = s.change(ctx, actor, id, func(tx *db.Tx, row *store.Draft) error {
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		row.Parties = string(text)
		return s.leave(ctx, tx, actor, before, p)
	})
	if err != nil {
		return Draft{}, err
	}
	return s.GetDraft(ctx, actor, id)
}

// settle fills in what is not for the actor to say: on the web who submits,
// and who that is when it is for oneself.
func (s *Service) settle(ctx context.Context, actor identity.Actor, id procedures.ID, c dossiers.Channel, p Parties) (Parties, error) {
	p = p.clean()
	if c.OnPaper() {
		if p.Basis == dossiers.Self {
			p.Submitter = Party{}
		}
		for _, party := range []*Party{&p.Owner, &p.Submitter} {
			if party.Source != FromCard || c == dossiers.Post {
				party.Source = "" // nobody at the counter is signed in but the clerk, and no card comes in an envelope
			}
		}
		return p, nil
	}
	if actor.Acts() {
		return s.represent(ctx, actor, id, p)
	}
	own, err := s.Directory.GetPerson(ctx, s.DB, actor.Person)
	if err != nil {
		return p, err
	}
	p.Submitter = Party{}
	if p.Basis == dossiers.Self {
		contact := p.Owner
		p.Owner = partyOf(own)
		if contact.Phone != "" {
			p.Owner.Phone = contact.Phone
		}
		if contact.Email != "" {
			p.Owner.Email = contact.Email
		}
		p.Owner.Address, p.BasisNote = contact.Address, ""
		p.Owner.Source = FromAccount
	} else {
		p.Owner.Source = ""
	}
	return p, nil
}

// person returns the person that a party is: the one of that number, or a new
// one. An individual who comes with a number that is known with another name is
// not taken for the other. Organisations are called by many names.
func (s *Service) person(ctx context.Context, tx *db.Tx, actor identity.Actor, p Party) (string, error) {
	said := identity.Person{Kind: p.Kind, Name: p.Name, Number: p.Number, Phone: p.Phone, Email: p.Email, Born: p.Born}
	known, ok, err := s.Directory.FindByNumber(ctx, tx, p.Kind, p.Number)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return s.Directory.SavePerson(ctx, tx, said)
	case s.Claims != nil && p.Kind == identity.Individual && text.Fold(known.Name) != text.Fold(p.Name):
		return s.Claims.ClaimNumber(ctx, tx, actor, known, said)
	}
	return known.ID, nil
}
