// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/apidocs/apidocsmod"
	"tinhso.vn/internal/modules/books/booksmod"
)

func (p *Program) describer() booksmod.Describer {
	return booksmod.NewDescriber(booksmod.Deps{DB: p.DB, People: p.People, Keeper: p.Registers})
}

// registerTitles lets the documentation of the API name the registers that its
// reader sees.
func (p *Program) registerTitles(ctx context.Context, reader identity.Actor) ([]apidocsmod.Register, error) {
	ids, titles, err := p.describer().Titles(ctx, reader)
	all := make([]apidocsmod.Register, len(ids))
	for i, id := range ids {
		all[i] = apidocsmod.Register{ID: id, Title: titles[id]}
	}
	return all, err
}

// registerAPI lets it show the operations of one.
func (p *Program) registerAPI(ctx context.Context, reader identity.Actor, id string, lang i18n.Lang) ([]byte, error) {
	return p.describer().OpenAPI(ctx, reader, id, lang)
}
