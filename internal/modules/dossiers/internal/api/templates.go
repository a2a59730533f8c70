// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"net/http"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

func (o operations) templates() []web.Route {
	write, approve := needs(dossiers.PermTemplates), needs(dossiers.PermTemplatesApprove)
	either, process := needs(dossiers.PermTemplates, dossiers.PermTemplatesApprove), needs(dossiers.PermProcess)
	add := web.RawOperation("POST /api/v1/templates", "Add a version of a Word template, which waits for the second person; what is wrong in it is listed by paragraph", write, web.Raw{
		Query: []web.Param{
			{Name: "kind", Doc: "result, or form01 to form06", Required: true},
			{Name: "procedure", Doc: "empty: every one"},
			{Name: "from", Doc: "the day from which it is used: 2026-11-24; empty: when it is approved"},
			{Name: "note", Doc: "what is new in it"},
			{Name: "name", Doc: "of the file, where the body is the file itself"},
		},
		Takes: []string{"multipart/form-data", "application/octet-stream", string(files.DOCX)}, Gives: []string{"application/json"}, JSON: addedTemplate{}, Status: http.StatusCreated,
	}, o.addTemplate)
	draft := web.RawOperation("POST /api/v1/dossiers/{id}/word-draft", "Take a document that was changed in Word as the draft of the result", process, web.Raw{
		Query: []web.Param{{Name: "name", Doc: "of the file, where the body is the file itself"}},
		Takes: []string{"multipart/form-data", "application/octet-stream", string(files.DOCX)}, Gives: []string{"application/json"}, JSON: wordDraft{}, Status: http.StatusCreated,
	}, o.addWordDraft)
	add.MaxBody, draft.MaxBody = docx.MaxSize+1<<20, docx.MaxSize+1<<20
	words := web.Raw{Gives: []string{string(files.DOCX)}, Status: http.StatusOK}
	return []web.Route{
		web.Operation("GET /api/v1/templates", "The versions of all Word templates, the newest first", either, o.listTemplates), add,
		web.Operation("GET /api/v1/template-fields", "The fields that a template of a kind may have, with examples", either, o.listTemplateFields),
		web.Operation("GET /api/v1/templates/{template}", "One version, with what its PDF pages will not have", either, o.getTemplate),
		web.RawOperation("GET /api/v1/templates/{template}/file", "The document as it came", either, givesFile([]string{string(files.DOCX)}), o.templateFile),
		web.RawOperation("GET /api/v1/templates/{template}/try-out", "The document filled with a dossier that is made up", either, words, o.tryTemplate(false)),
		web.RawOperation("GET /api/v1/templates/{template}/try-out/pages", "The same as the PDF pages that would be signed", either, givesPDF(), o.tryTemplate(true)),
		web.Operation("POST /api/v1/templates/{template}/decision", "Approve a version, which is used from its day on, or decline it with words; never one's own", approve, o.decideTemplate),
		web.Operation("POST /api/v1/templates/{template}/end", "Use a version no more; what was begun with it is finished with it", approve, o.endTemplate),
		web.RawOperation("GET /api/v1/dossiers/{id}/word-draft", "The result as a document of Word with the facts of the dossier", process, words, o.fillWordDraft), draft,
		web.Operation("DELETE /api/v1/dossiers/{id}/word-draft", "Throw the changed document away: the template is filled in again", process, o.dropWordDraft),
	}
}

// WordTemplate is a version of a Word document of the province.
type WordTemplate struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind" enum:"result,form01,form02,form03,form04,form05,form06"`
	Procedure  string    `json:"procedure,omitempty"`
	Version    int       `json:"version"`
	FileName   string    `json:"file_name"`
	Note       string    `json:"note,omitempty"`
	State      string    `json:"state" enum:"waiting,approved,declined,ended"`
	ValidFrom  db.Time   `json:"valid_from"`
	Uploader   string    `json:"uploader"`
	UploadedAt db.Time   `json:"uploaded_at"`
	Decider    string    `json:"decider,omitempty"`
	DecidedAt  db.Time   `json:"decided_at"`
	Words      string    `json:"words,omitempty" doc:"why it was declined, or is used no more"`
	EndedAt    db.Time   `json:"ended_at"`
	Name       i18n.Text `json:"name" doc:"of the procedure"`
}

func toTemplate(t core.Template) WordTemplate {
	return WordTemplate{
		t.ID, string(t.Kind), string(t.Procedure), t.Version, t.FileName, t.Note, string(t.State), t.ValidFrom, t.Uploader, t.UploadedAt, t.Decider, t.DecidedAt, t.Words, t.EndedAt, t.Name,
	}
}

type templatesOut struct {
	Body struct {
		Items []WordTemplate `json:"items"`
		Next  string         `json:"next,omitempty"`
	}
}

type templatesIn struct {
	After string `query:"after" maxLength:"36" doc:"next of the page before"`
}

func (o operations) listTemplates(ctx context.Context, in *templatesIn) (*templatesOut, error) {
	found, err := o.svc.ListTemplates(ctx, identity.From(ctx), in.After)
	out := &templatesOut{}
	out.Body.Items, out.Body.Next = []WordTemplate{}, found.Next
	for _, t := range found.Items {
		out.Body.Items = append(out.Body.Items, toTemplate(t))
	}
	return out, err
}

// OneTemplate is in the path of what is about one version.
type OneTemplate struct {
	Template string `path:"template" maxLength:"36"`
}

func (t OneTemplate) id() (string, error) { return templateID(t.Template) }

func templateID(s string) (string, error) {
	if !id.Valid(s) {
		return "", dossiers.ErrNoTemplate
	}
	return s, nil
}

type templateOut struct {
	Body struct {
		WordTemplate
		Warnings []templateWarning `json:"warnings"`
	}
}

type templateWarning struct {
	Code      string `json:"code"`
	Paragraph int    `json:"paragraph,omitempty"`
	Excerpt   string `json:"excerpt,omitempty"`
}

func toWarnings(all []docx.Warning) []templateWarning {
	out := []templateWarning{}
	for _, w := range all {
		out = append(out, templateWarning{w.Code, w.Paragraph, w.Excerpt})
	}
	return out
}

func (o operations) getTemplate(ctx context.Context, in *OneTemplate) (*templateOut, error) {
	template, err := in.id()
	if err != nil {
		return nil, err
	}
	t, err := o.svc.GetTemplate(ctx, identity.From(ctx), template)
	out := &templateOut{}
	out.Body.WordTemplate, out.Body.Warnings = toTemplate(t.Template), toWarnings(t.Warnings)
	return out, err
}

type templateFieldsIn struct {
	Kind      string `query:"kind" required:"true" enum:"result,form01,form02,form03,form04,form05,form06"`
	Procedure string `query:"procedure" maxLength:"100"`
}

type templateField struct {
	Name    string `json:"name"`
	Example string `json:"example,omitempty"`
	Row     bool   `json:"row,omitempty" doc:"the row of a table is there once for each entry"`
	Place   bool   `json:"place,omitempty" doc:"kept free for a signature, a number, a date"`
}

type templateFieldsOut struct {
	Body struct {
		Items []templateField `json:"items"`
	}
}

func (o operations) listTemplateFields(ctx context.Context, in *templateFieldsIn) (*templateFieldsOut, error) {
	all, err := o.svc.ListTemplateFields(ctx, identity.From(ctx), dossiers.TemplateKind(in.Kind), procedures.ID(in.Procedure))
	out := &templateFieldsOut{}
	out.Body.Items = []templateField{}
	for _, f := range all {
		out.Body.Items = append(out.Body.Items, templateField{f.Name, f.Example, f.Row, f.Place})
	}
	return out, err
}

type addedTemplate struct {
	ID string `json:"id"`
}

func (o operations) addTemplate(w http.ResponseWriter, r *http.Request) error {
	name, content, err := upload(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	template, err := o.svc.AddTemplate(r.Context(), identity.From(r.Context()), core.NewTemplate{
		Kind: dossiers.TemplateKind(q.Get("kind")), Procedure: procedures.ID(q.Get("procedure")), From: q.Get("from"), Note: q.Get("note"), FileName: name,
	}, content)
	if err != nil {
		return err
	}
	return created(w, addedTemplate{template})
}

func created(w http.ResponseWriter, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(body) // the caller has gone: nobody to tell
	return nil
}

func (o operations) templateFile(w http.ResponseWriter, r *http.Request) error {
	template, err := templateID(r.PathValue("template"))
	if err != nil {
		return err
	}
	content, f, err := o.svc.TemplateFile(r.Context(), identity.From(r.Context()), template)
	if err != nil {
		return err
	}
	return send(w, r, content, f)
}

func (o operations) tryTemplate(pages bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		template, err := templateID(r.PathValue("template"))
		if err != nil {
			return err
		}
		document, err := o.svc.TryTemplate(r.Context(), identity.From(r.Context()), template, pages)
		if err != nil {
			return err
		}
		if pages {
			return sendBytes(w, "dien-thu.pdf", document)
		}
		return sendWord(w, "dien-thu.docx", document)
	}
}

func sendWord(w http.ResponseWriter, name string, document []byte) error {
	headers(w, name, string(files.DOCX), int64(len(document)))
	_, err := w.Write(document) //nolint:gosec // a document that is saved, which no browser shows as a page: see headers
	return err
}

type templateDecisionIn struct {
	OneTemplate
	Body struct {
		Agree bool   `json:"agree"`
		Words string `json:"words,omitempty" maxLength:"2000" doc:"why not"`
	}
}

func (o operations) decideTemplate(ctx context.Context, in *templateDecisionIn) (*nothing, error) {
	template, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DecideTemplate(ctx, identity.From(ctx), template, core.Verdict{Agree: in.Body.Agree, Words: in.Body.Words})
}

type templateEndIn struct {
	OneTemplate
	Body struct {
		Words string `json:"words" maxLength:"2000"`
	}
}

func (o operations) endTemplate(ctx context.Context, in *templateEndIn) (*nothing, error) {
	template, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, o.svc.EndTemplate(ctx, identity.From(ctx), template, in.Body.Words)
}

func (o operations) fillWordDraft(w http.ResponseWriter, r *http.Request) error {
	dossier, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	document, err := o.svc.FillWordDraft(r.Context(), identity.From(r.Context()), dossier)
	if err != nil {
		return err
	}
	return sendWord(w, "du-thao.docx", document)
}

type wordDraft struct {
	Version  int               `json:"version" doc:"of the template"`
	File     string            `json:"file"`
	Warnings []templateWarning `json:"warnings"`
}

func (o operations) addWordDraft(w http.ResponseWriter, r *http.Request) error {
	dossier, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	name, content, err := upload(r)
	if err != nil {
		return err
	}
	actor := identity.From(r.Context())
	if err := o.svc.AddWordDraft(r.Context(), actor, dossier, name, content); err != nil {
		return err
	}
	draft, err := o.svc.GetWordDraft(r.Context(), actor, dossier)
	if err != nil {
		return err
	}
	return created(w, wordDraft{draft.Version, draft.File, toWarnings(draft.Warnings)})
}

func (o operations) dropWordDraft(ctx context.Context, in *One) (*nothing, error) {
	dossier, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DropWordDraft(ctx, identity.From(ctx), dossier)
}
