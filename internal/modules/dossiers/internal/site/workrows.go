// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/ui"
)

// work is a list of work with these columns; nil: the usual ones.
func (s site) work(ctx context.Context, p page.Page, items []core.Item, show []core.Column) (ui.WorkListParams, error) {
	if show == nil {
		show = core.UsualColumns()
	}
	list := ui.WorkListParams{Caption: p.T("dossiers.page.menu.work"), Head: []string{p.T("dossiers.page.col.dossier")}}
	for _, c := range show {
		list.Head = append(list.Head, columnText(p, c))
	}
	units := s.svc.UnitNames(ctx)
	for _, i := range items {
		row := ui.WorkRow{
			Value: string(i.ID), PickLabel: p.T("dossiers.page.desk.pick", "code", codeOf(i.Summary)),
			Cells: []ui.WorkCell{{Text: codeOf(i.Summary), Href: caseHref(i), Sub: ownerText(p, i)}},
		}
		for _, c := range show {
			cell, err := s.cell(p, i, c, show, units)
			if err != nil {
				return list, err
			}
			row.Cells = append(row.Cells, cell)
		}
		list.Rows = append(list.Rows, row)
	}
	return list, nil
}

// ownerText names the owner, and says where they have died.
func ownerText(p page.Page, i core.Item) string {
	if i.Died == "" {
		return i.Owner
	}
	return i.Owner + " · " + p.T("dossiers.page.died.list", "day", dayText(p, i.Died))
}

// caseHref is the page of a case, at the step of the row.
func caseHref(i core.Item) string { return at("xu-ly", string(i.ID)) }

// cell is one column of a row. What has a column of its own does not stand
// small under another.
func (s site) cell(p page.Page, i core.Item, c core.Column, show []core.Column, units func(orgs.ID) i18n.Text) (ui.WorkCell, error) {
	small := func(c core.Column, text string) string {
		if slices.Contains(show, c) {
			return ""
		}
		return text
	}
	switch c {
	case core.ColProcedure:
		return ui.WorkCell{HTML: clipped(p, i.Name), Sub: small(core.ColChannel, p.T(i.Channel.Key()))}, nil
	case core.ColStep:
		return ui.WorkCell{HTML: clipped(p, i.Step), Sub: small(core.ColHolder, whoHas(p, i))}, nil
	case core.ColLeft:
		return s.leftCell(p, i)
	case core.ColDue:
		return s.wholeCell(p, i)
	case core.ColState:
		if i.Signing {
			return ui.WorkCell{HTML: ui.Tag(ui.TagParams{Text: p.T("dossiers.page.signing.tag"), Classes: "ts-tag--soon"})}, nil
		}
		return ui.WorkCell{HTML: ui.DeadlineTag(bucketDeadline(p, i.Bucket))}, nil
	case core.ColField:
		return ui.WorkCell{HTML: name(p, i.Field)}, nil
	case core.ColChannel:
		return ui.WorkCell{Text: p.T(i.Channel.Key())}, nil
	case core.ColSubmitted:
		return ui.WorkCell{Text: p.Date(i.SubmittedAt.Time), Numeric: true}, nil
	case core.ColHolder:
		return ui.WorkCell{Text: whoHas(p, i)}, nil
	case core.ColUnit:
		return ui.WorkCell{HTML: name(p, units(i.Handler))}, nil
	case core.ColBasis:
		return ui.WorkCell{Text: basisText(p, i.Basis)}, nil
	}
	return ui.WorkCell{}, nil
}

// whoHas says in whose hands a step is.
func whoHas(p page.Page, i core.Item) string {
	switch {
	case i.Mine:
		return p.T("dossiers.page.desk.my_step")
	case i.Assignee == "":
		return p.T("dossiers.page.desk.nobody")
	case i.StandIn:
		return p.T("dossiers.page.desk.for", "who", i.Assignee)
	}
	return i.Assignee
}

func columnText(p page.Page, c core.Column) string {
	if c == core.ColProcedure {
		return p.T("dossiers.page.procedure")
	}
	return p.T("dossiers.page.col." + string(c))
}

func basisText(p page.Page, b dossiers.Basis) string {
	if b == "" {
		return ""
	}
	return p.T("dossiers.basis." + string(b))
}

// postText names a role of a unit; one that has no name here stands as it is.
func postText(p page.Page, post string) string {
	if key := "dossiers.page.post." + post; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return post
}

func facetText(p page.Page, all []core.Facet, value string) string {
	for _, f := range all {
		if f.Value == value && f.Name.VI != "" {
			return p.Text(f.Name)
		}
	}
	return value
}

func dayText(p page.Page, day string) string {
	d, err := calendar.ParseDate(day)
	if err != nil {
		return day
	}
	return p.Date(d.At(0))
}
