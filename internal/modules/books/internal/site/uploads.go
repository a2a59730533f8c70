// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// The form of a new record brings its files along. Each is kept when it comes, and
// the form names those that were kept: whatever else is wrong, none is sent twice.

// maxText bounds what a form with files says beside them, in bytes.
const maxText = web.DefaultMaxBody

// waiting names the inputs that say which files of a field were kept.
func waiting(f registers.Field) string { return control(f) + "-has" }

// receive reads what was sent, and keeps the files that came with it.
func (s site) receive(r *http.Request, f *form) error {
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		if err := r.ParseForm(); err != nil {
			return web.ErrMalformed.Because(err)
		}
		return s.heldBefore(r, f)
	}
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	r.PostForm = url.Values{}
	text, brought := 0, 0
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && part.FileName() != "" {
			brought++
			err = s.bring(r, f, part, brought)
		} else if err == nil {
			var said []byte
			said, err = io.ReadAll(io.LimitReader(part, int64(maxText-text)+1))
			if text += len(said); text > maxText {
				return web.ErrTooLarge.With("max", maxText>>20)
			}
			r.PostForm.Add(part.FormName(), string(said))
		}
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge && f.tooMuch() {
			break // what came before it is kept
		}
		if err != nil {
			return interrupted(err)
		}
	}
	r.Form = r.PostForm
	return s.heldBefore(r, f)
}

// interrupted is what went wrong while a form was read. What the program says of
// itself stays.
func interrupted(err error) error {
	if _, said := errors.AsType[*errs.Error](err); said {
		return err
	}
	return files.ErrInterrupted.Because(err)
}

// bring keeps one file. What is wrong with it stands at its field, and keeps
// nothing else from being read.
func (s site) bring(r *http.Request, f *form, part *multipart.Part, nth int) error {
	i := slices.IndexFunc(f.Fields, func(field registers.Field) bool {
		return field.Type == registers.Files && control(field) == part.FormName()
	})
	if i < 0 || f.Record != "" {
		return nil
	}
	p, field, name := page.From(r.Context()), f.Fields[i], files.CleanName(part.FileName())
	x := f.extra(field.Key)
	if nth > core.MaxFormFiles {
		x.Refused = append(x.Refused, web.ProblemField{Name: control(field), Code: "books.files.too_many_sent", Args: map[string]any{"file": name, "max": core.MaxFormFiles}})
		return nil
	}
	kept, err := s.svc.UploadFile(r.Context(), p.Actor, f.Definition.ID, field.Key, part.FileName(), part)
	if err == nil {
		f.hold(core.Upload{File: kept, Field: field.Key})
		return nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return err
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.TooLarge, errs.TooMany, errs.Conflict, errs.Unavailable: // of the scanner, the store
	default: // it is not about the file
		return err
	}
	told := web.Problem(err)
	p.Site.Explain(r, told)
	x.Refused = append(x.Refused, web.ProblemField{Name: control(field), Code: "books.files.refused", Args: map[string]any{"file": name, "why": told.Detail}})
	return nil
}

// tooMuch says at the files that they are too large together; false where the form
// has none.
func (f *form) tooMuch() bool {
	i := slices.IndexFunc(f.Fields, func(field registers.Field) bool { return field.Type == registers.Files })
	if i < 0 {
		return false
	}
	x := f.extra(f.Fields[i].Key)
	x.Refused = append(x.Refused, web.ProblemField{Name: control(f.Fields[i]), Code: "books.files.too_much", Args: map[string]any{"max": core.MaxFormSize >> 20}})
	return true
}

func (f *form) hold(u core.Upload) {
	if f.Held == nil {
		f.Held = map[string][]core.Upload{}
	}
	f.Held[u.Field] = append(f.Held[u.Field], u)
}

// heldBefore adds the files that the form names to those that came with it, the older
// ones first, and removes the one that a button names.
func (s site) heldBefore(r *http.Request, f *form) error {
	p, came := page.From(r.Context()), f.Held
	f.Held = nil
	act, key, row := does(r.PostForm)
	for _, field := range f.Fields {
		if field.Type != registers.Files || f.Record != "" {
			continue
		}
		named := r.PostForm[waiting(field)]
		found, err := s.svc.Uploads(r.Context(), p.Actor, f.Definition.ID, named)
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(u core.Upload) bool { return u.Field != field.Key })
		if len(found) < len(named) {
			x := f.extra(field.Key)
			x.Refused = append(x.Refused, web.ProblemField{Name: control(field), Code: "books.files.gone"})
		}
		for _, u := range found {
			if act == "drop" && key == field.Key && row < len(named) && named[row] == string(u.ID) {
				if err := s.svc.DropUpload(r.Context(), p.Actor, f.Definition.ID, field.Key, named[row]); err != nil && !errors.Is(err, files.ErrNotFound) { // out already: pressed twice
					return err
				}
				continue
			}
			f.hold(u)
		}
		for _, u := range came[field.Key] {
			f.hold(u)
		}
	}
	return nil
}

// takeFiles are the files of a field of a new record, as the register takes them.
func (f *form) takeFiles(field registers.Field) any {
	if len(f.extra(field.Key).Refused) > 0 {
		return "?" // no list of files: the register says so with all else that is wrong
	}
	var all []registers.File
	for _, u := range f.Held[field.Key] {
		all = append(all, registers.File{ID: string(u.ID), Name: u.Name})
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// refused are the problems of files that came with the form.
func (f form) refused() (all []web.ProblemField) {
	for _, field := range f.Fields {
		if x := f.Extra[field.Key]; x != nil {
			all = append(all, x.Refused...)
		}
	}
	return all
}

// brings reports whether a form takes files: that of a new record with a field for them.
func (f form) brings() bool { return f.Record == "" && len(f.filed()) > 0 }

// filed are the fields of files, which stand at the end of the form: browsers send
// what stands before them first, so that nothing typed is lost behind a file that
// is too large.
func (f form) filed() (fields []registers.Field) {
	for _, field := range f.Fields {
		if field.Type == registers.Files {
			fields = append(fields, field)
		}
	}
	return fields
}

// openProposedFile shows a file that a proposal to add a record brings.
func (s site) openProposedFile(w http.ResponseWriter, r *http.Request) error {
	return s.giveProposedFile(w, r, "")
}

func (s site) openPersonalProposedFile(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.giveProposedFile(w, r, access.Purpose(r.PostForm.Get("purpose")))
}

func (s site) giveProposedFile(w http.ResponseWriter, r *http.Request, why access.Purpose) error {
	content, file, err := s.svc.OpenProposedFile(r.Context(), page.From(r.Context()).Actor, why,
		r.PathValue("register"), r.PathValue("proposal"), r.PathValue("field"), r.PathValue("file"))
	if err != nil {
		return err
	}
	return shownFile(w, r, content, file)
}
