// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

func (s site) books(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	found, err := s.svc.Registers(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("books.books.title"), Desk: p.Actor.Official(), Body: books(p, found)})
}

func (s site) records(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	register := r.PathValue("register")
	book, err := s.svc.Book(r.Context(), p.Actor, register)
	if err != nil {
		return err
	}
	l := list{Units: book.Units, unit: s.names(r.Context(), p)}
	l.Register = book.Register
	if l.Views, err = s.svc.ListViews(r.Context(), p.Actor, register); err != nil {
		return err
	}
	l.opened(r.Form)
	asked := query(book.Register, l.Sent)
	found, err := s.svc.Records(r.Context(), p.Actor, register, asked)
	view := page.View{Title: p.Text(book.Definition.Title), Desk: p.Actor.Official()}
	l.RecordPage = found
	if err == nil {
		l.Facets, err = s.svc.Facets(r.Context(), p.Actor, register, asked)
	}
	if err == nil {
		l.States, err = s.svc.States(r.Context(), p.Actor, l.Standing, asked, l.Facets)
	}
	var unlisted error
	if l.Picks, unlisted = s.picks(r.Context(), p, filtered(book.Register)); unlisted != nil {
		return unlisted
	}
	if err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity {
			return err
		}
		view.Status, l.Problem, l.Register = problem.Status, inForm(book.Definition, problem), book.Register
	}
	l.unit = s.names(r.Context(), p, coded(l))
	view.Body = records(p, l)
	return p.Render(w, r, view)
}

// units returns the names of units, as every page knows them; an id without a
// name stays an id.
func units(ctx context.Context, p page.Page) unitName {
	return func(id string) string {
		if id == "" || p.Site.Unit == nil {
			return id
		}
		name, err := p.Site.Unit(ctx, id)
		if err != nil {
			return id
		}
		return p.Text(name)
	}
}

func (s site) record(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Record(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"))
	if err != nil {
		return ledOn(w, r, err)
	}
	return s.renderRecord(w, r, http.StatusOK, v, nil)
}

func (s site) renderRecord(w http.ResponseWriter, r *http.Request, status int, v core.RecordView, problem *web.ProblemError) error {
	p := page.From(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	names := s.names(r.Context(), p)
	place, err := s.placeOf(r.Context(), p, v, names)
	if err != nil {
		return err
	}
	related, err := s.svc.Relations(r.Context(), p.Actor, v)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: name(p, v, names) + " · " + p.Text(v.Definition.Title), Desk: p.Actor.Official(), Status: status, Body: record(p, v, related, names, problem, place),
	})
}

// personal shows a record once with its personal data. It is a post: reading
// them is written down, and an address that is opened again shows nothing.
func (s site) personal(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	register, one := r.PathValue("register"), r.PathValue("record")
	v, err := s.svc.PersonalRecord(r.Context(), p.Actor, access.Purpose(r.PostForm.Get("purpose")), register, one)
	if err == nil {
		return s.renderRecord(w, r, http.StatusOK, v, nil)
	}
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity {
		return err
	}
	if v, err = s.svc.Record(r.Context(), p.Actor, register, one); err != nil {
		return err
	}
	problem.Fields = []web.ProblemField{{Name: "purpose", Code: problem.Code}}
	return s.renderRecord(w, r, problem.Status, v, problem)
}

func recordPath(register, record string) string {
	return booksPath + "/" + url.PathEscape(register) + "/" + url.PathEscape(record)
}

func (s site) newRecord(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	f, err := s.svc.Form(r.Context(), p.Actor, r.PathValue("register"), registers.Add)
	if err != nil {
		return err
	}
	prepared := form{Form: f, Unit: p.Actor.Unit}
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	prepared.begin(r.Form)
	return s.renderForm(w, r, http.StatusOK, prepared)
}

func (s site) renderForm(w http.ResponseWriter, r *http.Request, status int, f form) error {
	p := page.From(r.Context())
	if err := s.lookUp(r.Context(), p, &f); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	title := p.T(ownWords(f.Standing, "books.record.new"), "register", f.Definition.Title)
	picks, err := s.picks(r.Context(), p, f.Fields)
	if err != nil {
		return err
	}
	f.Picks = picks
	if f.Record != "" {
		title = p.T("books.record.edit", "register", f.Definition.Title)
	}
	return p.Render(w, r, page.View{Title: title, Desk: p.Actor.Official(), Status: status, Body: recordForm(p, f, title, s.names(r.Context(), p))})
}

func (s site) create(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	prepared, err := s.svc.Form(r.Context(), p.Actor, r.PathValue("register"), registers.Add)
	if err != nil {
		return err
	}
	f := form{Form: prepared}
	if err := s.receive(r, &f); err != nil {
		return err
	}
	f.Unit = r.PostForm.Get("unit")
	values := f.take(r.PostForm)
	if r.PostForm.Has(doing) {
		return s.again(w, r, f)
	}
	if len(f.refused()) == 0 { // else nothing is saved, and all that is wrong is said at once
		if ask, err := s.asked(r, &f, values); err != nil {
			return err
		} else if ask {
			return s.renderForm(w, r, http.StatusUnprocessableEntity, f)
		}
	}
	if f.Definition.Approval {
		if err := s.wish(w, r, f.Definition.ID, core.Wish{Act: registers.Add, Unit: f.Unit, Values: values}); err != nil {
			return s.failedForm(w, r, f, err)
		}
		return nil
	}
	added, err := s.svc.CreateRecord(r.Context(), p.Actor, f.Definition.ID, f.Unit, values)
	if err != nil {
		return s.failedForm(w, r, f, err)
	}
	return page.Done(w, r, recordPath(f.Definition.ID, added.ID), ownWords(f.Standing, "books.record.added"))
}

// failedForm shows the form again with what was typed and all that is wrong.
func (s site) failedForm(w http.ResponseWriter, r *http.Request, f form, err error) error {
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
		return err
	}
	page.From(r.Context()).Site.Explain(r, problem)
	f.fail(problem)
	return s.renderForm(w, r, problem.Status, f)
}

func (s site) editRecord(w http.ResponseWriter, r *http.Request) error {
	f, _, err := s.formOf(r)
	if err != nil {
		return err
	}
	return s.renderForm(w, r, http.StatusOK, f)
}

// formOf is the form of a record as it is now.
func (s site) formOf(r *http.Request) (form, core.RecordView, error) {
	p := page.From(r.Context())
	prepared, err := s.svc.Form(r.Context(), p.Actor, r.PathValue("register"), registers.Amend)
	if err != nil {
		return form{}, core.RecordView{}, err
	}
	v, err := s.svc.Record(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"))
	if err != nil {
		return form{}, core.RecordView{}, err
	}
	prepared.Fields = prepared.Definition.Open(v.Record, prepared.Fields)
	f := form{Form: prepared, Record: v.Record.ID, Unit: v.Record.Unit, Seen: v.Record.Version, Typed: map[string]string{}}
	for _, field := range f.Fields {
		f.Typed[field.Key] = fill(field, v.Record.Values[field.Key])
		if field.Type == registers.Group {
			f.fillRows(field, v.Record.Values[field.Key])
		}
	}
	return f, v, nil
}

func (s site) change(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	f, now, err := s.formOf(r)
	if err != nil {
		return err
	}
	f.Extra = nil // what was sent, not what is there
	values := f.take(r.PostForm)
	if r.PostForm.Has(doing) {
		f.Seen = seen(r.PostForm)
		return s.again(w, r, f)
	}
	if ask, err := s.asked(r, &f, values); err != nil {
		return err
	} else if ask {
		f.Seen = seen(r.PostForm)
		return s.renderForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if f.Definition.Approval {
		err = s.wish(w, r, f.Definition.ID, core.Wish{Act: registers.Amend, Record: f.Record, Seen: seen(r.PostForm), Values: f.unchanged(values, now.Record.Values)})
		if err == nil {
			return nil
		}
		if errs.KindOf(err) == errs.Conflict {
			f.Now = now.Record.Values
		}
		return s.failedForm(w, r, f, err)
	}
	_, err = s.svc.ChangeRecord(r.Context(), p.Actor, f.Definition.ID, f.Record, seen(r.PostForm), values)
	if errs.KindOf(err) == errs.Conflict {
		f.Now = now.Record.Values // the next saving is against what is there now, and says so
	} else {
		f.Seen = seen(r.PostForm)
	}
	if err != nil {
		return s.failedForm(w, r, f, err)
	}
	return page.Done(w, r, recordPath(f.Definition.ID, f.Record), "books.record.changed")
}

func (s site) askHide(w http.ResponseWriter, r *http.Request) error {
	return s.renderHide(w, r, http.StatusOK, nil)
}

func (s site) renderHide(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Record(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("books.record.hide"), Desk: true, Status: status, Body: confirmHide(p, v, s.names(r.Context(), p), problem),
	})
}

func (s site) hide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	register := r.PathValue("register")
	v, err := s.svc.Record(r.Context(), p.Actor, register, r.PathValue("record"))
	if err != nil {
		return err
	}
	if v.Definition.Approval {
		if err = s.wish(w, r, register, core.Wish{Act: registers.Hide, Record: v.Record.ID, Seen: seen(r.PostForm)}); err == nil {
			return nil
		}
	} else {
		err = s.svc.HideRecord(r.Context(), p.Actor, register, v.Record.ID, seen(r.PostForm))
	}
	switch {
	case errs.KindOf(err) == errs.Conflict:
		return s.renderHide(w, r, http.StatusConflict, web.Problem(err))
	case err != nil:
		return err
	}
	return page.Done(w, r, booksPath+"/"+url.PathEscape(register), "books.record.hidden")
}

// columns are the fields that a list shows its reader.
func columns(st registers.Standing) (fields []registers.Field) {
	for _, key := range st.Definition.List.Columns {
		if f, ok := st.Definition.Field(key); ok && !f.Hidden && st.Reaches(registers.View, key) {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		fields = st.Fields(registers.View)
		fields = fields[:min(len(fields), 5)]
	}
	return fields
}
