// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Template is a version of a Word document of the province.
type Template struct {
	ID         string
	Kind       dossiers.TemplateKind
	Procedure  procedures.ID // empty: every one
	Name       i18n.Text     // of the procedure
	Version    int
	FileName   string
	Note       string
	State      dossiers.TemplateState
	ValidFrom  db.Time
	Uploader   string // name
	UploadedAt db.Time
	Decider    string // name
	DecidedAt  db.Time
	Words      string
	EndedAt    db.Time
	Mine       bool // the actor has added it: somebody else approves
}

// NewTemplate is what comes with a document. From is the day (2026-11-24) from
// which it is used; empty is when it is approved.
type NewTemplate struct {
	Kind      dossiers.TemplateKind
	Procedure procedures.ID
	From      string
	Note      string
	FileName  string
}

// templates are those that a version of a template belongs to, as files.
func templates(id string) files.Subject { return files.Subject{Kind: "template", ID: id} }

func templateReaders(actor identity.Actor) error {
	_, err := access.RequireAny(actor, dossiers.PermTemplates, dossiers.PermTemplatesApprove)
	return err
}

// ListTemplates returns the versions of all templates, the newest first.
func (s *Service) ListTemplates(ctx context.Context, actor identity.Actor, after string) (page Page[Template], err error) {
	defer errs.Wrap(&err, "list templates")

	if err := templateReaders(actor); err != nil {
		return page, err
	}
	rows, err := s.store.ListTemplates(ctx, s.DB, after, PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = rows[PageSize-1].ID
	}
	names := map[procedures.ID]i18n.Text{"": {}}
	for _, r := range rows {
		if _, known := names[r.Procedure]; !known {
			if names[r.Procedure], err = s.procedureName(ctx, r.Procedure); err != nil {
				return page, err
			}
		}
		page.Items = append(page.Items, templateOf(actor, r, names[r.Procedure]))
	}
	return page, nil
}

func templateOf(actor identity.Actor, r store.Template, name i18n.Text) Template {
	return Template{
		ID: r.ID, Kind: r.Kind, Procedure: r.Procedure, Name: name, Version: r.Version, FileName: r.FileName, Note: r.Note, State: r.State, ValidFrom: r.ValidFrom, Uploader: r.Uploader,
		UploadedAt: r.UploadedAt, Decider: r.Decider, DecidedAt: r.DecidedAt, Words: r.Words, EndedAt: r.EndedAt, Mine: sameOfficial(actor, r),
	}
}

// sameOfficial reports whether the actor has added a version, with any account.
func sameOfficial(actor identity.Actor, r store.Template) bool {
	return r.UploadedBy == actor.Account || r.UploaderPerson != "" && r.UploaderPerson == actor.Person
}

// procedureName is how a procedure is called; one that is no more has its id.
func (s *Service) procedureName(ctx context.Context, id procedures.ID) (i18n.Text, error) {
	if id == "" {
		return i18n.Text{}, nil
	}
	v, err := s.Procedures.Get(ctx, id)
	if errors.Is(err, procedures.ErrNotFound) {
		return i18n.Text{VI: string(id)}, nil
	}
	return v.Name, err
}

// TemplatePage is one version with what its PDF pages will not have.
type TemplatePage struct {
	Template
	Warnings []docx.Warning
}

// GetTemplate returns one version.
func (s *Service) GetTemplate(ctx context.Context, actor identity.Actor, id string) (t TemplatePage, err error) {
	defer errs.Wrap(&err, "get template %s", id)

	if err := templateReaders(actor); err != nil {
		return t, err
	}
	row, err := s.store.GetTemplate(ctx, s.DB, id)
	if err != nil {
		return t, err
	}
	name, err := s.procedureName(ctx, row.Procedure)
	if err != nil {
		return t, err
	}
	t.Template = templateOf(actor, row, name)
	f, err := s.openTemplate(ctx, row)
	if err != nil {
		return t, err
	}
	t.Warnings = f.Warnings()
	return t, nil
}

// openTemplate reads the document of a version.
func (s *Service) openTemplate(ctx context.Context, row store.Template) (*docx.File, error) {
	content, _, err := s.Files.Open(ctx, s.DB, templates(row.ID), files.ID(row.File))
	if err != nil {
		return nil, err
	}
	return openWords(content)
}

func openWords(content io.ReadCloser) (_ *docx.File, err error) {
	defer func() { err = errors.Join(err, content.Close()) }()
	raw, err := io.ReadAll(io.LimitReader(content, docx.MaxSize+1))
	if err != nil {
		return nil, err
	}
	return docx.Open(raw)
}

// AddTemplate adds a version, which waits for the second person. Everything that
// has to be mended in the document comes back at once, by paragraph.
func (s *Service) AddTemplate(ctx context.Context, actor identity.Actor, in NewTemplate, content io.Reader) (id string, err error) {
	defer errs.Wrap(&err, "add template")

	if _, err := access.Require(actor, dossiers.PermTemplates); err != nil {
		return "", err
	}
	from, err := s.checkTemplate(ctx, &in)
	if err != nil {
		return "", err
	}
	raw, err := readWords(content)
	if err != nil {
		return "", err
	}
	if err := s.inspect(ctx, in.Kind, in.Procedure, raw); err != nil {
		return "", err
	}
	staged, err := s.Files.Receive(ctx, strings.NewReader(string(raw)), files.Meta{Name: in.FileName, Allow: []files.Type{files.DOCX}, Limit: docx.MaxSize})
	if err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		id = newid.New()
		f, err := s.Files.Keep(ctx, tx, staged, templates(id), actor.Account)
		if err != nil {
			return err
		}
		row := store.Template{
			ID: id, Kind: in.Kind, Procedure: in.Procedure, File: string(f.ID), SHA: f.SHA256, FileName: f.Name, Note: in.Note, ValidFrom: from,
			UploadedBy: actor.Account, Uploader: actor.Name, UploaderPerson: actor.Person,
		}
		if err := s.store.AddTemplate(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditTemplateAdded, id+" sha256:"+f.SHA256)
	})
	if db.IsDuplicate(err) {
		return "", dossiers.ErrTemplateMeanwhile.Because(err)
	}
	return id, err
}

// readWords reads a document that came, no longer than one may be.
func readWords(content io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(content, docx.MaxSize+1))
	if err != nil {
		return nil, files.ErrInterrupted.Because(err)
	}
	if len(raw) == 0 {
		return nil, errs.BadInput([]errs.Field{{Name: "file", Code: "dossiers.template_file"}})
	}
	return raw, nil
}

func (s *Service) checkTemplate(ctx context.Context, in *NewTemplate) (from db.Time, err error) {
	var found []errs.Field
	add := func(name, code string, args map[string]any) {
		found = append(found, errs.Field{Name: name, Code: code, Args: args})
	}
	if !in.Kind.Known() {
		add("kind", "form.choose", nil)
	}
	if in.Kind == dossiers.ForResult && in.Procedure == "" {
		add("procedure", "form.required", nil) // results of different procedures have nothing in common
	}
	if in.Procedure != "" {
		if _, err := s.Procedures.Get(ctx, in.Procedure); errors.Is(err, procedures.ErrNotFound) {
			add("procedure", "dossiers.phrase_procedure", nil)
		} else if err != nil {
			return from, err
		}
	}
	if in.From != "" {
		day, err := calendar.ParseDate(in.From)
		if err != nil {
			add("from", "dossiers.template_day", nil)
		} else {
			from = db.At(day.At(0))
		}
	}
	if in.Note = text.Line(in.Note); utf8.RuneCountInString(in.Note) > maxLine {
		add("note", "form.too_long", map[string]any{"max": maxLine, "over": utf8.RuneCountInString(in.Note) - maxLine})
	}
	return from, errs.BadInput(found)
}

// inspect lists everything that keeps a document from being a template.
func (s *Service) inspect(ctx context.Context, kind dossiers.TemplateKind, procedure procedures.ID, raw []byte) error {
	f, err := docx.Open(raw)
	if err != nil {
		return inFile(err)
	}
	fields, err := s.templateFields(ctx, kind, procedure)
	if err != nil {
		return err
	}
	if err := faults(f, fields, kind == dossiers.ForResult); err != nil {
		return err
	}
	_, _, err = f.Draw(sampleValues(fields), s.drawing(s.DB.Now(), string(kind), ""))
	return inFile(err)
}

// inFile makes an error of a document one of the control with which it came.
func inFile(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid && len(e.Fields) == 0 {
		return &errs.Error{Kind: errs.Invalid, Code: "form.invalid", Fields: []errs.Field{{Name: "file", Code: e.Code, Args: e.Args}}, Err: err}
	}
	return err
}

// faults lists broken braces, names that nobody knows and places that are needed.
func faults(f *docx.File, fields []FieldInfo, signed bool) error {
	var known []string
	for _, one := range fields {
		known = append(known, one.Name)
		if group, _, _ := strings.Cut(one.Name, "."); one.Row && !slices.Contains(known, group) {
			known = append(known, group) // whether it has entries can be asked
		}
	}
	var found []errs.Field
	for _, p := range f.Check(known) {
		args := map[string]any{"paragraph": p.Paragraph, "part": "", "name": p.Name, "nearest": p.Nearest, "excerpt": strings.Trim(p.Excerpt, "{} ")}
		if p.Part != "" {
			args["part"] = " (" + p.Part + ")"
		}
		code := p.Code
		if p.Nearest != "" {
			code += "_near"
		}
		if len(found) < maxFaults {
			found = append(found, errs.Field{Name: "file", Code: code, Args: args})
		}
	}
	if lacks := lacking(f); signed && len(lacks) > 0 {
		found = append(found, errs.Field{Name: "file", Code: "dossiers.word_places", Args: map[string]any{"names": strings.Join(lacks, ", ")}})
	}
	return errs.BadInput(found)
}

// maxFaults is how many things are listed at once; more say no more.
const maxFaults = 50

// lacking are the places without which nobody can sign, number and date a document.
func lacking(f *docx.File) (names []string) {
	uses := map[string]bool{}
	for _, u := range f.Uses() {
		uses[u.Name] = u.Part == "" && u.Condition == 0 || uses[u.Name]
	}
	for _, name := range []string{placeNumber, placeDay, placeMonth, placeYear, placeSign} {
		if !uses[name] {
			names = append(names, name)
		}
	}
	return names
}

// DecideTemplate approves a version, which is used from its day on but not before
// this moment, or declines it with the words why. It is never who added it.
func (s *Service) DecideTemplate(ctx context.Context, actor identity.Actor, id string, v Verdict) (err error) {
	defer errs.Wrap(&err, "decide template %s", id)

	if _, err := access.Require(actor, dossiers.PermTemplatesApprove); err != nil {
		return err
	}
	if v.Words = text.NFC(v.Words); !v.Agree {
		if v.Words, err = reason(v.Words); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := s.store.LockTemplate(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.State != dossiers.TemplateWaiting {
			return dossiers.ErrTemplateOver.With("who", t.Decider).With("when", when(t.DecidedAt))
		}
		if sameOfficial(actor, t) {
			return dossiers.ErrTemplateOwn
		}
		event := dossiers.AuditTemplateApproved
		t.State, t.DecidedBy, t.Decider, t.DecidedAt, t.Words = dossiers.TemplateApproved, actor.Account, actor.Name, tx.Now, ""
		if t.ValidFrom.Before(tx.Now.Time) {
			t.ValidFrom = tx.Now // what was written before stays as it is
		}
		if !v.Agree {
			event, t.State, t.Words = dossiers.AuditTemplateDeclined, dossiers.TemplateDeclined, v.Words
		}
		if err := s.store.DecideTemplate(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, event, id)
	})
}

// EndTemplate ends the use of an approved version. What was begun with it is
// finished with it.
func (s *Service) EndTemplate(ctx context.Context, actor identity.Actor, id, words string) (err error) {
	defer errs.Wrap(&err, "end template %s", id)

	if _, err := access.Require(actor, dossiers.PermTemplatesApprove); err != nil {
		return err
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := s.store.LockTemplate(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.State != dossiers.TemplateApproved {
			return dossiers.ErrTemplateOver.With("who", t.Decider).With("when", when(t.DecidedAt))
		}
		t.State, t.Words, t.EndedAt = dossiers.TemplateEnded, words, tx.Now
		if err := s.store.DecideTemplate(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditTemplateEnded, id)
	})
}

// TemplateFile opens the document of a version as it came. The caller closes it.
func (s *Service) TemplateFile(ctx context.Context, actor identity.Actor, id string) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open template %s", id)

	if err := templateReaders(actor); err != nil {
		return nil, files.File{}, err
	}
	row, err := s.store.GetTemplate(ctx, s.DB, id)
	if err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, templates(id), files.ID(row.File))
}

// TryTemplate fills a version with a dossier that is made up: as a document of
// Word, or as the PDF pages that would be signed.
func (s *Service) TryTemplate(ctx context.Context, actor identity.Actor, id string, pages bool) (document []byte, err error) {
	defer errs.Wrap(&err, "try template %s", id)

	if err := templateReaders(actor); err != nil {
		return nil, err
	}
	row, err := s.store.GetTemplate(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	f, err := s.openTemplate(ctx, row)
	if err != nil {
		return nil, err
	}
	fields, err := s.templateFields(ctx, row.Kind, row.Procedure)
	if err != nil {
		return nil, err
	}
	if !pages {
		return f.Fill(sampleValues(fields))
	}
	document, _, err = f.Draw(sampleValues(fields), s.drawing(s.DB.Now(), fmt.Sprintf("%s %d", row.Kind, row.Version), ""))
	return document, err
}
