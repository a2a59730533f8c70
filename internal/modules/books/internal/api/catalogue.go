// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
)

type catalogueIn struct {
	Name string `path:"name" maxLength:"100" doc:"of a register that is a shared catalogue: madantoc"`
}

// CatalogueProperty is one property of a shared catalogue, as other systems name them.
type CatalogueProperty struct {
	PropertyCode string `json:"PropertyCode"`
	PropertyName string `json:"PropertyName"`
	PropertyType string `json:"PropertyType" enum:"string,integer,decimal,date,boolean,object,array"`
}

type metadataOut struct {
	Body []CatalogueProperty
}

func (o operations) metadata(ctx context.Context, in *catalogueIn) (*metadataOut, error) {
	st, err := o.svc.Catalogue(ctx, identity.From(ctx), in.Name)
	if err != nil {
		return nil, err
	}
	out := &metadataOut{Body: []CatalogueProperty{}}
	for _, f := range st.Fields(registers.View) {
		out.Body = append(out.Body, CatalogueProperty{f.Key, f.Label.VI, propertyType(f.Type)})
	}
	return out, nil
}

func propertyType(t registers.Type) string {
	switch t { //nolint:exhaustive // the others are texts
	case registers.Integer, registers.Money:
		return "integer"
	case registers.Decimal:
		return "decimal"
	case registers.Date:
		return "date"
	case registers.Boolean:
		return "boolean"
	case registers.Org, registers.Person, registers.Address, registers.Shape:
		return "object"
	case registers.Choices, registers.Files, registers.Group:
		return "array"
	}
	return "string"
}

type categoryIn struct {
	Name  string `path:"name" maxLength:"100"`
	Day   string `query:"day" maxLength:"10" doc:"on which the entries hold: 2026-11-21; today when absent; all: whenever"`
	After string `query:"after" maxLength:"4000" doc:"as the header Link of the page before says"`
	Limit int    `query:"limit" minimum:"0" maximum:"200" doc:"entries that are looked at for one page; absent: all in one answer"`
}

type categoryOut struct {
	Link string `header:"Link" doc:"where the next page is; absent on the last"`
	Body []map[string]any
}

func (o operations) category(ctx context.Context, in *categoryIn) (*categoryOut, error) {
	rows, next, err := o.svc.Entries(ctx, identity.From(ctx), in.Name, in.Day, in.After, in.Limit)
	out := &categoryOut{Body: rows}
	if next != "" {
		q := url.Values{"after": {next}}
		if in.Day != "" {
			q.Set("day", in.Day)
		}
		q.Set("limit", strconv.Itoa(in.Limit))
		out.Link = `<?` + q.Encode() + `>; rel="next"`
	}
	return out, err
}

type addCategoryIn struct {
	Name string     `path:"name" maxLength:"100"`
	Body []valuesIn `maxItems:"1000" doc:"entries, by PropertyCode"`
}

type addCategoryOut struct {
	Body struct {
		MSG   string `json:"MSG" doc:"Done, or: Data not insert: Record 1: 01 is duplicate"`
		Count int    `json:"Count" doc:"entries that were added: all or 0"`
	}
}

func (o operations) addCategory(ctx context.Context, in *addCategoryIn) (*addCategoryOut, error) {
	var entries []map[string]any
	for _, one := range in.Body {
		values, err := one.read()
		if err != nil {
			return nil, err
		}
		entries = append(entries, values)
	}
	n, err := o.svc.AddEntries(ctx, identity.From(ctx), in.Name, entries)
	out := &addCategoryOut{}
	if wrong, ok := errors.AsType[*core.EntryError](err); ok {
		out.Body.MSG = "Data not insert: " + wrong.Error()
		return out, nil
	}
	out.Body.MSG, out.Body.Count = "Done", n
	return out, err
}
