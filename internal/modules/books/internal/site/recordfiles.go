// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// fileRoutes are the pages of the files of a record, field by field.
func (s site) fileRoutes(anybody web.Access) []web.Route {
	const at = booksPath + "/{register}/{record}/tep/{field}"
	return []web.Route{
		{Pattern: "GET " + at, Access: anybody, Handle: s.recordFiles},
		{Pattern: "POST " + at, Access: anybody, MaxBody: core.MaxRecordFile + 1<<20, Handle: s.addFile},
		{Pattern: "POST " + at + "/xem", Access: anybody, Handle: s.personalFiles},
		{Pattern: "GET " + at + "/{file}", Access: anybody, Handle: s.openFile},
		{Pattern: "POST " + at + "/{file}/xem", Access: anybody, Handle: s.openPersonalFile},
		{Pattern: "POST " + at + "/{file}/bo", Access: anybody, Handle: s.dropFile},
	}
}

func filesPath(register, record, field string) string {
	return recordPath(register, record) + "/tep/" + url.PathEscape(field)
}

// fileView is the page of the files of a field.
type fileView struct {
	core.Papers
	Why     access.Purpose
	Problem *web.ProblemError
}

func (s site) recordFiles(w http.ResponseWriter, r *http.Request) error {
	return s.filesPage(w, r, "", nil)
}

func (s site) filesPage(w http.ResponseWriter, r *http.Request, why access.Purpose, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.RecordFiles(r.Context(), p.Actor, why, r.PathValue("register"), r.PathValue("record"), r.PathValue("field"))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if problem != nil {
		status = problem.Status
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.Text(v.Field.Label) + " · " + p.Text(v.Definition.Title), Desk: p.Actor.Official(), Status: status,
		Body: filesBody(p, fileView{v, why, problem}, s.names(r.Context(), p)),
	})
}

// personalFiles shows personal files once, for a purpose that is written down.
func (s site) personalFiles(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	err := s.filesPage(w, r, access.Purpose(r.PostForm.Get("purpose")), nil)
	if errs.KindOf(err) != errs.Invalid {
		return err
	}
	problem := web.Problem(err)
	problem.Fields = []web.ProblemField{{Name: "purpose", Code: problem.Code}}
	return s.filesPage(w, r, "", problem)
}

// addFile takes a file that was sent: it is streamed, and looked at before
// anything is written.
func (s site) addFile(w http.ResponseWriter, r *http.Request) error {
	register, record, field := r.PathValue("register"), r.PathValue("record"), r.PathValue("field")
	name, content, err := sent(r)
	if err == nil {
		_, err = s.svc.AddRecordFile(r.Context(), page.From(r.Context()).Actor, register, record, field, name, content)
	}
	if err == nil {
		return page.Done(w, r, filesPath(register, record, field), s.filesSaid(r, "books.files.added"))
	}
	return s.filesFailed(w, r, err)
}

// filesFailed shows the files again with what was wrong.
func (s site) filesFailed(w http.ResponseWriter, r *http.Request, err error) error {
	problem := web.Problem(err)
	switch problem.Status {
	case http.StatusUnprocessableEntity, http.StatusConflict, http.StatusRequestEntityTooLarge:
	default:
		return err
	}
	page.From(r.Context()).Site.Explain(r, problem)
	if len(problem.Fields) == 0 {
		problem.Fields = []web.ProblemField{{Name: "file", Code: problem.Code, Args: problem.Args}}
	}
	for i := range problem.Fields {
		problem.Fields[i].Name = "file"
	}
	return s.filesPage(w, r, "", problem)
}

// sent is the first file of a form. It is not kept in memory.
func sent(r *http.Request) (name string, content io.Reader, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil, files.ErrEmpty
		case err != nil:
			return "", nil, web.ErrMalformed.Because(err)
		case part.FormName() == "file" && part.FileName() != "":
			return part.FileName(), part, nil
		}
	}
}

func (s site) dropFile(w http.ResponseWriter, r *http.Request) error {
	register, record, field := r.PathValue("register"), r.PathValue("record"), r.PathValue("field")
	err := s.svc.RemoveRecordFile(r.Context(), page.From(r.Context()).Actor, register, record, field, r.PathValue("file"))
	if err != nil {
		return s.filesFailed(w, r, err)
	}
	return page.Done(w, r, filesPath(register, record, field), s.filesSaid(r, "books.files.dropped"))
}

// filesSaid is what is told of a change of files: that it is made, or proposed.
func (s site) filesSaid(r *http.Request, made string) string {
	v, err := s.svc.RecordFiles(r.Context(), page.From(r.Context()).Actor, "", r.PathValue("register"), r.PathValue("record"), r.PathValue("field"))
	if err == nil && v.Definition.Approval {
		return "books.files.wished"
	}
	return made
}

func (s site) openFile(w http.ResponseWriter, r *http.Request) error { return s.giveFile(w, r, "") }

func (s site) openPersonalFile(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return s.giveFile(w, r, access.Purpose(r.PostForm.Get("purpose")))
}

func (s site) giveFile(w http.ResponseWriter, r *http.Request, why access.Purpose) error {
	content, f, err := s.svc.OpenRecordFile(r.Context(), page.From(r.Context()).Actor, why, r.PathValue("register"), r.PathValue("record"), r.PathValue("field"), r.PathValue("file"))
	if err != nil {
		return err
	}
	return shownFile(w, r, content, f)
}

// shownFile sends a file and closes it. A browser shows PDF and pictures itself; all
// else is saved.
func shownFile(w http.ResponseWriter, r *http.Request, content files.Content, f files.File) (err error) {
	defer func() {
		if closed := content.Close(); err == nil {
			err = closed
		}
	}()
	how := "attachment"
	if shownByBrowser(f.Type) {
		how = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", string(f.Type))
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	return web.SendBytes(w, r, f.Size, f.SHA256, content, content.Part)
}

func shownByBrowser(t files.Type) bool { return t == files.PDF || t == files.PNG || t == files.JPEG }

// fileFields are the fields of files that a reader sees of a record.
func fileFields(v core.RecordView) (fields []registers.Field) {
	for _, f := range v.Fields(registers.View) {
		if f.Type == registers.Files {
			fields = append(fields, f)
		}
	}
	return fields
}
