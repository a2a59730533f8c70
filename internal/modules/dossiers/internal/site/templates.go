// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const templatesPath = "/mau-van-ban"

// wording are the Word documents of the province, and what is written by them.
type wording interface {
	ListTemplates(ctx context.Context, actor identity.Actor, after string) (core.Page[core.Template], error)
	GetTemplate(ctx context.Context, actor identity.Actor, template string) (core.TemplatePage, error)
	AddTemplate(ctx context.Context, actor identity.Actor, in core.NewTemplate, content io.Reader) (string, error)
	DecideTemplate(ctx context.Context, actor identity.Actor, template string, v core.Verdict) error
	EndTemplate(ctx context.Context, actor identity.Actor, template, words string) error
	TemplateFile(ctx context.Context, actor identity.Actor, template string) (files.Content, files.File, error)
	TryTemplate(ctx context.Context, actor identity.Actor, template string, pages bool) ([]byte, error)
	ListTemplateFields(ctx context.Context, actor identity.Actor, k dossiers.TemplateKind, p procedures.ID) ([]core.FieldInfo, error)
	GetWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.WordDraft, error)
	FillWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]byte, error)
	AddWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID, name string, content io.Reader) error
	DropWordDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) error
}

func templateRoutes(s site, need func(...identity.Permission) web.Access) []web.Route {
	get := func(path string, a web.Access, h web.Handler) web.Route {
		return web.Route{Pattern: "GET " + path, Access: a, Handle: h}
	}
	post := func(path string, a web.Access, h web.Handler) web.Route {
		return web.Route{Pattern: "POST " + path, Access: a, Handle: h}
	}
	write, either := need(dossiers.PermTemplates), need(dossiers.PermTemplates, dossiers.PermTemplatesApprove)
	approve, process := need(dossiers.PermTemplatesApprove), need(dossiers.PermProcess)
	add, draft := post(templatesPath, write, s.addTemplate), post("/xu-ly/{id}/du-thao-word", process, s.addWords)
	add.MaxBody, draft.MaxBody = docx.MaxSize+1<<20, docx.MaxSize+1<<20
	return []web.Route{
		get(templatesPath, either, s.templates), add, get(templatesPath+"/truong", either, s.templateFields),
		get(templatesPath+"/{template}", either, s.template), get(templatesPath+"/{template}/tep", either, s.templateFile),
		get(templatesPath+"/{template}/thu.docx", either, s.tryTemplate(false)), get(templatesPath+"/{template}/thu.pdf", either, s.tryTemplate(true)),
		post(templatesPath+"/{template}/duyet", approve, s.decideTemplate), post(templatesPath+"/{template}/ngung", approve, s.endTemplate),
		get("/xu-ly/{id}/du-thao.docx", process, s.fillWords), draft, post("/xu-ly/{id}/du-thao-word/bo", process, s.dropWords),
	}
}

// templated is the page of all templates.
type templated struct {
	found core.Page[core.Template]
	form  url.Values
	wrong *problem
}

func (s site) templates(w http.ResponseWriter, r *http.Request) error {
	return s.templatesPage(w, r, templated{form: url.Values{}})
}

func (s site) templatesPage(w http.ResponseWriter, r *http.Request, v templated) (err error) {
	p := page.From(r.Context())
	if v.found, err = s.svc.ListTemplates(r.Context(), p.Actor, r.FormValue("after")); err != nil {
		return err
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.template.title"), Desk: true, Body: templatesBody(p, v)}, v.wrong)
}

func (s site) addTemplate(w http.ResponseWriter, r *http.Request) error {
	form, name, file, err := answerIn(r)
	if err != nil {
		return err
	}
	template, err := s.svc.AddTemplate(r.Context(), page.From(r.Context()).Actor, core.NewTemplate{
		Kind: dossiers.TemplateKind(form.Get("kind")), Procedure: procedures.ID(strings.TrimSpace(form.Get("procedure"))), From: form.Get("from"), Note: form.Get("note"), FileName: name,
	}, bytes.NewReader(file))
	if err != nil {
		wrong, err := wrongWith(r, err, "file")
		if err != nil {
			return err
		}
		return s.templatesPage(w, r, templated{form: form, wrong: wrong})
	}
	return page.Done(w, r, templatesPath+"/"+template, "dossiers.page.template.added")
}

// templateOf returns the version that a path names.
func templateOf(r *http.Request) (string, error) {
	template := r.PathValue("template")
	if !id.Valid(template) {
		return "", dossiers.ErrNoTemplate
	}
	return template, nil
}

func (s site) template(w http.ResponseWriter, r *http.Request) error {
	return s.templatePage(w, r, url.Values{}, nil)
}

func (s site) templatePage(w http.ResponseWriter, r *http.Request, form url.Values, wrong *problem) error {
	template, err := templateOf(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	t, err := s.svc.GetTemplate(r.Context(), p.Actor, template)
	if err != nil {
		return err
	}
	return show(w, r, page.View{Title: templateName(p, t.Template), Desk: true, Before: back(p, templatesPath), Body: templateBody(p, t, form, wrong)}, wrong)
}

// templateName says what is written by a template.
func templateName(p page.Page, t core.Template) string {
	name := p.T("dossiers.template." + string(t.Kind))
	if t.Procedure != "" {
		name += ": " + p.Text(t.Name)
	}
	return p.T("dossiers.page.template.version", "name", name, "n", t.Version)
}

// templateDid does one thing to a version, and shows it again where it cannot be done.
func (s site) templateDid(w http.ResponseWriter, r *http.Request, done string, do func(template string, form url.Values) error) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	template, err := templateOf(r)
	if err != nil {
		return err
	}
	if err := do(template, form); err != nil {
		wrong, err := wrongWith(r, err, wordsOf(err))
		if err != nil {
			return err
		}
		return s.templatePage(w, r, form, wrong)
	}
	return page.Done(w, r, templatesPath+"/"+template, done)
}

func (s site) decideTemplate(w http.ResponseWriter, r *http.Request) error {
	return s.templateDid(w, r, "dossiers.page.template.decided", func(template string, form url.Values) error {
		return s.svc.DecideTemplate(r.Context(), page.From(r.Context()).Actor, template, core.Verdict{Agree: form.Get("do") == "approve", Words: form.Get("words")})
	})
}

func (s site) endTemplate(w http.ResponseWriter, r *http.Request) error {
	return s.templateDid(w, r, "dossiers.page.template.ended", func(template string, form url.Values) error {
		return s.svc.EndTemplate(r.Context(), page.From(r.Context()).Actor, template, form.Get("words"))
	})
}

func (s site) templateFile(w http.ResponseWriter, r *http.Request) error {
	template, err := templateOf(r)
	if err != nil {
		return err
	}
	content, f, err := s.svc.TemplateFile(r.Context(), page.From(r.Context()).Actor, template)
	if err != nil {
		return err
	}
	return give(w, r, content, f)
}

func (s site) tryTemplate(pages bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		template, err := templateOf(r)
		if err != nil {
			return err
		}
		document, err := s.svc.TryTemplate(r.Context(), page.From(r.Context()).Actor, template, pages)
		if err != nil {
			return err
		}
		if pages {
			return givePDF(w, "dien-thu.pdf", document)
		}
		return giveWord(w, "dien-thu.docx", document)
	}
}

func giveWord(w http.ResponseWriter, name string, body []byte) error {
	headers(w, files.DOCX, name, int64(len(body)))
	_, err := w.Write(body)
	return err
}

func (s site) templateFields(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := url.Values{"kind": {r.FormValue("kind")}, "procedure": {strings.TrimSpace(r.FormValue("procedure"))}}
	if q.Get("kind") == "" {
		q.Set("kind", string(dossiers.ForResult))
	}
	all, err := s.svc.ListTemplateFields(r.Context(), p.Actor, dossiers.TemplateKind(q.Get("kind")), procedures.ID(q.Get("procedure")))
	var wrong *problem
	if err != nil {
		if wrong, err = wrongWith(r, err, "procedure"); err != nil {
			return err
		}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.template.fields"), Desk: true, Before: back(p, templatesPath), Body: fieldsBody(p, all, q, wrong)}, wrong)
}

// fieldWhat says what a field is.
func fieldWhat(p page.Page, f core.FieldInfo) string {
	if f.Label.VI != "" {
		return p.Text(f.Label)
	}
	return p.T("dossiers.field." + f.Name)
}

// kindItems are the kinds of templates.
func kindItems(p page.Page) (items []ui.SelectItem) {
	for _, k := range dossiers.TemplateKinds() {
		items = append(items, ui.SelectItem{Value: string(k), Text: p.T("dossiers.template." + string(k))})
	}
	return items
}

// templateTag says how far a version is.
func templateTag(p page.Page, t core.Template) ui.TagParams {
	tag := ui.TagParams{Text: p.T("dossiers.page.template.state." + string(t.State))}
	if t.State == dossiers.TemplateDeclined || t.State == dossiers.TemplateEnded {
		tag.Classes = "ts-tag--done"
	}
	return tag
}

func (s site) fillWords(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	document, err := s.svc.FillWordDraft(r.Context(), page.From(r.Context()).Actor, id)
	if err != nil {
		return err
	}
	return giveWord(w, "du-thao.docx", document)
}

func (s site) addWords(w http.ResponseWriter, r *http.Request) error {
	id, err := idOf(r, "id")
	if err != nil {
		return err
	}
	_, name, file, err := answerIn(r)
	if err != nil {
		return err
	}
	if err := s.svc.AddWordDraft(r.Context(), page.From(r.Context()).Actor, id, name, bytes.NewReader(file)); err != nil {
		return s.caseAgain(w, r, id, err, "file")
	}
	return page.Done(w, r, at("xu-ly", string(id)), "dossiers.page.word.added")
}

// caseAgain shows a case with why something was not done.
func (s site) caseAgain(w http.ResponseWriter, r *http.Request, id dossiers.ID, why error, main string) error {
	wrong, err := wrongWith(r, why, main)
	if err != nil {
		return err
	}
	if wrong.Status == http.StatusConflict {
		wrong.Items = []ui.ErrorItem{{Text: wrong.Items[0].Text}}
	}
	return s.casePage(w, r, id, nil, wrong)
}

func (s site) dropWords(w http.ResponseWriter, r *http.Request) error {
	return s.did(w, r, "", "dossiers.page.word.dropped", func(id dossiers.ID, _ url.Values) error {
		return s.svc.DropWordDraft(r.Context(), page.From(r.Context()).Actor, id)
	})
}

// wordDraft adds to a case by which document its result is written. Somebody who
// was faster changes nothing here: the page says it by itself.
func (s site) wordDraft(r *http.Request, o *opened) error {
	draft, err := s.svc.GetWordDraft(r.Context(), page.From(r.Context()).Actor, o.full.ID)
	if errors.Is(err, dossiers.ErrNotYourTurn) {
		return nil
	}
	o.word = draft
	return err
}
