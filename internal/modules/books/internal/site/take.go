// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	contract "tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

// take sends the records that are asked for as a file, without personal fields.
func (s site) take(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	book, err := s.svc.Book(r.Context(), p.Actor, r.PathValue("register"))
	if err != nil {
		return err
	}
	t, err := s.svc.Take(r.Context(), p.Actor, book.Definition.ID, query(book.Register, r.Form))
	if err != nil {
		return err
	}
	return send(w, r, t)
}

// taking is what the page offers on which people choose how records leave.
type taking struct {
	core.Book

	Kept     url.Values // what narrows the list
	Places   bool
	Personal bool
	Sent     url.Values
	Problem  *web.ProblemError
}

func (s site) askTake(w http.ResponseWriter, r *http.Request) error {
	return s.renderTake(w, r, nil)
}

func (s site) renderTake(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	book, err := s.svc.Book(r.Context(), p.Actor, r.PathValue("register"))
	if err != nil {
		return err
	}
	if !book.Can(registers.Export) {
		return access.ErrNotAllowed
	}
	fields := book.Fields(registers.Export)
	view := page.View{Title: p.T("books.take.title", "register", book.Definition.Title), Desk: p.Actor.Official(), Body: takeForm(p, taking{
		Book: book, Kept: kept(book.Register, r.Form), Sent: r.Form, Problem: problem,
		Places:   slices.ContainsFunc(fields, func(f registers.Field) bool { return f.Type == registers.Place || f.Type == registers.Shape }),
		Personal: p.Actor.Official() && slices.ContainsFunc(fields, registers.Field.Withheld),
	})}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

// takeChosen sends the file. It is a post: personal fields leave for a purpose,
// and an address that is opened again takes nothing.
func (s site) takeChosen(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	why := access.Purpose(r.PostForm.Get("purpose"))
	if why == "" {
		return s.take(w, r)
	}
	book, err := s.svc.Book(r.Context(), p.Actor, r.PathValue("register"))
	if err != nil {
		return err
	}
	t, err := s.svc.TakePersonal(r.Context(), p.Actor, why, book.Definition.ID, query(book.Register, r.Form))
	if err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		problem.Fields = []web.ProblemField{{Name: "purpose", Code: problem.Code}}
		return s.renderTake(w, r, problem)
	}
	return send(w, r, t)
}

// send writes records as they are read.
func send(w http.ResponseWriter, r *http.Request, t core.Taken) error {
	p, kind := page.From(r.Context()), r.FormValue(askKind)
	if kind == "geojson" {
		places := t.Places()
		if len(places) == 0 {
			return web.ErrMalformed.With("kind", kind)
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/geo+json")
		w.Header().Set("Content-Disposition", `attachment; filename="`+t.Definition.ID+`.geojson"`)
		return t.WriteGeoJSON(r.Context(), w, places[0], spelled)
	}
	if kind != "csv" && t.More {
		return contract.ErrTooMany.With("most", t.Count)
	}
	var out sheet.Writer
	var err error
	if kind == "csv" && r.FormValue("dau") == "khong" {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+t.Definition.ID+`.csv"`)
		out, err = sheet.NewCSV(w, false)
	} else {
		out, err = begin(w, kind, t.Definition.ID)
	}
	if err != nil {
		return err
	}
	unit, fields := values(r.Context(), p), t.Fields()
	var head []any
	for _, f := range fields {
		head = append(head, measured(p, f))
	}
	if err := out.Write(append(head, p.T("books.records.unit"))...); err != nil {
		return err
	}
	named := map[string]string{}
	if err := t.Each(r.Context(), func(rec registers.Record) error {
		var row []any
		for _, f := range fields {
			row = append(row, bare(p, f, rec.Values[f.Key], unit))
		}
		if _, known := named[rec.Unit]; !known {
			named[rec.Unit] = unit(rec.Unit)
		}
		return out.Write(append(row, named[rec.Unit])...)
	}); err != nil {
		return err
	}
	return out.Close()
}

// spelled writes places within properties as they are read.
func spelled(values map[string]any) map[string]any {
	said := map[string]any{}
	for key, v := range values {
		if at, ok := v.(registers.Point); ok {
			v = fmt.Sprintf("%.6f, %.6f", float64(at.Lat)/1e6, float64(at.Lon)/1e6)
		}
		said[key] = v
	}
	return said
}
