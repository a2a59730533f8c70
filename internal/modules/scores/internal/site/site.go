// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows scores of units.
package site

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const (
	csvPath   = scores.Path + "/tai-ve.csv"
	xlsxPath  = scores.Path + "/tai-ve.xlsx"
	closePath = scores.Path + "/chot"
	againPath = scores.Path + "/tinh-lai"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s, view := site{svc}, web.Needs(string(scores.PermView), string(scores.PermAll))
	return []web.Route{
		{Pattern: "GET " + scores.PublicPath, Access: web.Public(), Handle: s.public},
		{Pattern: "GET " + scores.Path, Access: view, Handle: s.list},
		{Pattern: "GET " + csvPath, Access: view, Handle: s.csv},
		{Pattern: "GET " + xlsxPath, Access: view, Handle: s.xlsx},
		{Pattern: "GET " + againPath, Access: view, Handle: s.again},
		{Pattern: "POST " + closePath, Access: web.Needs(string(scores.PermClose)), Handle: s.closePeriod},
		{Pattern: "GET " + scores.Path + "/{unit}", Access: view, Handle: s.unit},
		{Pattern: "GET " + scores.Path + "/{unit}/ho-so/{measure}", Access: view, Handle: s.behind},
	}
}

func at(path string, p core.Period) string { return path + "?ky=" + p.String() }

func unitPath(unit orgs.ID) string { return scores.Path + "/" + url.PathEscape(string(unit)) }

// period reads the period that was asked for: this month where none was.
func period(p page.Page, said string) (core.Period, error) {
	if said == "" {
		return core.MonthOf(db.At(p.Now)), nil
	}
	return core.ParsePeriod(said)
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p, said, status := page.From(r.Context()), r.URL.Query().Get("ky"), 0
	of, err := period(p, said)
	wrong := errors.Is(err, scores.ErrPeriod)
	if wrong {
		of, status = core.MonthOf(db.At(p.Now)), http.StatusUnprocessableEntity
	}
	sh, lines, err := s.svc.List(r.Context(), p.Actor, of)
	if err != nil {
		return err
	}
	order := r.URL.Query().Get("sap-xep")
	sorted(lines, order)
	may, _ := p.Actor.Places(scores.PermClose)
	v := listView{Sheet: sh, Lines: lines, Order: order, Wrong: wrong, Said: said, MayClose: len(may) > 0 && sh.Closed == nil && sh.Set.ID != "" && !db.At(p.Now).Before(of.To().Time)}
	return p.Render(w, r, page.View{Title: p.T("scores.title") + " – " + called(p, of), Desk: true, Status: status, Body: listBody(p, v)})
}

func (s site) public(w http.ResponseWriter, r *http.Request) error {
	p, status := page.From(r.Context()), 0
	said := r.URL.Query().Get("ky")
	sh, lines, all, err := s.svc.Public(r.Context(), said)
	wrong := errors.Is(err, scores.ErrPeriod)
	if wrong {
		status = http.StatusUnprocessableEntity
		sh, lines, all, err = s.svc.Public(r.Context(), "")
	}
	if err != nil {
		return err
	}
	sorted(lines, r.URL.Query().Get("sap-xep"))
	v := listView{Sheet: sh, Lines: lines, Order: r.URL.Query().Get("sap-xep"), Wrong: wrong, Said: said}
	return p.Render(w, r, page.View{Title: p.T("scores.public.title"), Description: p.T("scores.public.lead"), Status: status, Body: publicBody(p, v, all)})
}

// listView is what the page of units shows.
type listView struct {
	core.Sheet
	Lines    []core.Line
	Order    string
	Wrong    bool // there is no such period as Said
	Said     string
	MayClose bool
}

// sorted orders the units under the top ones; these stay first.
func sorted(lines []core.Line, order string) {
	if order != "cao" && order != "thap" {
		return
	}
	slices.SortStableFunc(lines, func(a, b core.Line) int {
		if a.Top != b.Top {
			return cmp.Compare(boolInt(b.Top), boolInt(a.Top))
		}
		if order == "cao" {
			return cmp.Or(cmp.Compare(boolInt(a.Idle()), boolInt(b.Idle())), cmp.Compare(b.Share(), a.Share()))
		}
		return cmp.Or(cmp.Compare(boolInt(a.Idle()), boolInt(b.Idle())), cmp.Compare(a.Share(), b.Share()))
	})
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s site) unit(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	of, err := period(p, r.URL.Query().Get("ky"))
	if err != nil {
		return err
	}
	d, err := s.svc.Unit(r.Context(), p.Actor, of, orgs.ID(r.PathValue("unit")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.Text(d.Name) + " – " + p.T("scores.title"), Desk: true, Body: unitBody(p, d)})
}

func (s site) behind(w http.ResponseWriter, r *http.Request) error {
	p, m := page.From(r.Context()), dossiers.ScoreMeasure(r.PathValue("measure"))
	of, err := period(p, r.URL.Query().Get("ky"))
	if err != nil {
		return err
	}
	b, err := s.svc.Dossiers(r.Context(), p.Actor, of, orgs.ID(r.PathValue("unit")), m, dossiers.ID(r.URL.Query().Get("after")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("scores.count."+string(m)) + " – " + p.Text(b.Unit.Name), Desk: true, Body: behindBody(p, m, b)})
}

func (s site) again(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	of, err := period(p, r.URL.Query().Get("ky"))
	if err != nil {
		return err
	}
	sh, all, err := s.svc.Differences(r.Context(), p.Actor, of)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("scores.again") + " – " + called(p, of), Desk: true, Body: againBody(p, sh, all)})
}

func (s site) closePeriod(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	of, err := core.ParsePeriod(r.PostFormValue("ky"))
	if err != nil {
		return err
	}
	if err := s.svc.Close(r.Context(), p.Actor, of); err != nil {
		return err
	}
	return page.Done(w, r, at(scores.Path, of), "scores.close_done")
}

// rows are the units as a table: names, points, what they are out of, and the groups.
func (s site) rows(r *http.Request) (head []string, rows [][]any, of core.Period, err error) {
	p := page.From(r.Context())
	if of, err = period(p, r.URL.Query().Get("ky")); err != nil {
		return nil, nil, of, err
	}
	sh, lines, err := s.svc.List(r.Context(), p.Actor, of)
	if err != nil {
		return nil, nil, of, err
	}
	head = []string{"id", p.T("scores.unit"), p.T("scores.choose"), p.T("scores.score"), p.T("scores.out_of")}
	for _, g := range sh.Set.Groups {
		head = append(head, p.Text(g.Name), p.Text(g.Name)+" – "+p.T("scores.out_of"))
	}
	for _, l := range lines {
		row := []any{string(l.ID), p.Text(l.Name), of.String(), float64(l.Points) / 100, l.Of}
		for _, g := range l.Groups {
			row = append(row, float64(g.Points)/100, g.Of)
		}
		rows = append(rows, row)
	}
	return head, rows, of, nil
}

func (s site) csv(w http.ResponseWriter, r *http.Request) error {
	head, rows, of, err := s.rows(r)
	if err != nil {
		return err
	}
	taken(w, "text/csv; charset=utf-8", of, "csv")
	out, err := sheet.NewCSV(w, true)
	if err != nil {
		return err
	}
	return write(out, head, rows)
}

func (s site) xlsx(w http.ResponseWriter, r *http.Request) error {
	head, rows, of, err := s.rows(r)
	if err != nil {
		return err
	}
	taken(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", of, "xlsx")
	out, err := sheet.NewXLSX(w, of.String())
	if err != nil {
		return err
	}
	return write(out, head, rows)
}

func taken(w http.ResponseWriter, kind string, of core.Period, ext string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="cham-diem-`+of.String()+`.`+ext+`"`)
}

func write(out sheet.Writer, head []string, rows [][]any) error {
	first := make([]any, len(head))
	for i, h := range head {
		first[i] = h
	}
	for _, row := range append([][]any{first}, rows...) {
		if err := out.Write(row...); err != nil {
			return err
		}
	}
	return out.Close()
}
