// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons/personsmod"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui/layout"
)

// persons is what the module persons needs of the others.
func (p *Program) persons(c proceduresmod.Catalogue) personsmod.Deps {
	return personsmod.Deps{DB: p.DB, Keys: p.Keys, People: p.People, Files: p.Files, Catalogue: limits{c}}
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
