// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/holdings/holdingsmod"
	"tinhso.vn/internal/modules/payments/paymentsmod"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/post/postmod"
	"tinhso.vn/internal/modules/privacy/privacymod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/modules/signon/signonmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui/layout"
)

// persons is what the module persons needs of the others.
func (p *Program) persons(c proceduresmod.Catalogue, work func() dossiersmod.Offers, sign func() signonmod.Offers, rights func() privacymod.Offers, vault func() holdingsmod.Offers, paid func() paymentsmod.Offers, sent func() postmod.Offers) personsmod.Deps {
	return personsmod.Deps{
		DB: p.DB, Keys: p.Keys, People: p.People, Files: p.Files, Catalogue: limits{c},
		Holders: map[string]personsmod.Holder{"dossiers": personDossiers{work}, "signon": linkHolder{sign}, "privacy": personRights{rights}, "holdings": personPapers{vault}, "payments": personPayments{paid}, "post": personParcels{sent}}, Papers: dossierPapers{work},
	}
}

// deathsOf tells dossiers who has died.
func deathsOf(people personsmod.Offers) func(context.Context, db.Querier, []string) (map[string]dossiersmod.Death, error) {
	return func(ctx context.Context, q db.Querier, ids []string) (map[string]dossiersmod.Death, error) {
		found, err := people.DeathsOf(ctx, q, ids)
		all := make(map[string]dossiersmod.Death, len(found))
		for id, d := range found {
			all[id] = dossiersmod.Death{Day: d.Day, Paper: d.Number, Issuer: d.Issuer, Known: d.Known}
		}
		return all, err
	}
}

// personDossiers gives drafts and dossiers to another person. The module is built
// after the one that asks.
type personDossiers struct{ work func() dossiersmod.Offers }

// Pointers implements personsmod.Holder.
func (h personDossiers) Pointers(ctx context.Context, q db.Querier, person string) (all []personsmod.Pointer, err error) {
	found, err := h.work().Pointers(ctx, q, person)
	for _, f := range found {
		all = append(all, personsmod.Pointer(f))
	}
	return all, err
}

// Repoint implements personsmod.Holder.
func (h personDossiers) Repoint(ctx context.Context, tx *db.Tx, p personsmod.Pointer, from, to string) (bool, error) {
	ok, err := h.work().Repoint(ctx, tx, dossiersmod.Pointer(p), from, to)
	if err == nil && ok && strings.HasPrefix(p.Kind, "dossier.") { // drafts are not found by others
		err = dossierChanged(ctx, tx, dossiersmod.ID(p.ID))
	}
	return ok, err
}

// personRights gives consents, requests, restrictions and archives to another
// person. Notices need no such holder: they belong to accounts and go with them.
type personRights struct{ rights func() privacymod.Offers }

// Pointers implements personsmod.Holder.
func (h personRights) Pointers(ctx context.Context, q db.Querier, person string) (all []personsmod.Pointer, err error) {
	found, err := h.rights().Pointers(ctx, q, person)
	for _, f := range found {
		all = append(all, personsmod.Pointer(f))
	}
	return all, err
}

// Repoint implements personsmod.Holder.
func (h personRights) Repoint(ctx context.Context, tx *db.Tx, p personsmod.Pointer, from, to string) (bool, error) {
	return h.rights().Repoint(ctx, tx, privacymod.Pointer(p), from, to)
}

// dossierPapers are papers of dossiers, of which one may be what gives a right.
type dossierPapers struct{ work func() dossiersmod.Offers }

// ListPapers implements personsmod.Papers.
func (d dossierPapers) ListPapers(ctx context.Context, actor identity.Actor, code string) (all []personsmod.GivenPaper, err error) {
	found, err := d.work().ListPapers(ctx, actor, code)
	for _, f := range found {
		all = append(all, personsmod.GivenPaper(f))
	}
	return all, err
}

// OpenPaper implements personsmod.Papers.
func (d dossierPapers) OpenPaper(ctx context.Context, actor identity.Actor, dossier, file string) (io.ReadCloser, string, error) {
	return d.work().OpenPaper(ctx, actor, dossier, file)
}

// linkHolder gives links to other providers of identities to another person.
type linkHolder struct{ sign func() signonmod.Offers }

const (
	signOnLink       = "signon.link"
	signOnDifference = "signon.difference"
)

// Pointers implements personsmod.Holder.
func (h linkHolder) Pointers(ctx context.Context, q db.Querier, person string) (all []personsmod.Pointer, err error) {
	links, differences, err := h.sign().PersonThings(ctx, q, person)
	for _, one := range links {
		all = append(all, personsmod.Pointer{Kind: signOnLink, ID: one})
	}
	for _, one := range differences {
		all = append(all, personsmod.Pointer{Kind: signOnDifference, ID: one})
	}
	return all, err
}

// Repoint implements personsmod.Holder.
func (h linkHolder) Repoint(ctx context.Context, tx *db.Tx, p personsmod.Pointer, from, to string) (bool, error) {
	return h.sign().GiveThing(ctx, tx, p.Kind == signOnLink, p.ID, from, to)
}

// limits are procedures as far as rights are limited to them.
type limits struct{ proceduresmod.Catalogue }

// Known implements personsmod.Catalogue.
func (l limits) Known(ctx context.Context, ids []string) (map[string]i18n.Text, error) {
	all := map[string]i18n.Text{}
	for _, id := range ids {
		v, err := l.Get(ctx, proceduresmod.ID(id))
		if errs.KindOf(err) == errs.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		all[id] = v.Name
	}
	return all, nil
}

// actingWays lead out of errors of who acts for somebody.
func actingWays() map[string][]page.Link {
	rights := page.Link{Text: "persons.over.rights", Href: "/dai-dien"}
	return map[string][]page.Link{"persons.over": {rights}, "dossiers.not_in_right": {rights}, "persons.not_given": {rights, {Text: "persons.over.own", Href: "/ho-so"}}}
}

// actingFor is the choice that stands on every page of a citizen who may work
// for others.
func (p *Program) actingFor(ctx context.Context, actor identity.Actor) (*layout.Acting, error) {
	if !actor.May(personsmod.PermAct) || actor.Official() {
		return nil, nil
	}
	choices, err := p.Parts.Acting.ListChoices(ctx, actor)
	if err != nil || len(choices) == 0 {
		return nil, err
	}
	a := &layout.Acting{Action: personsmod.ChoosePath, Oneself: !actor.Acts()}
	for _, c := range choices {
		a.Over = a.Over || c.Over
		a.Choices = append(a.Choices, layout.ActingChoice{Value: c.ID, Name: c.Name, Chosen: c.Chosen, Over: c.Over})
	}
	return a, nil
}
