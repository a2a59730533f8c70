// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/core/stepedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// editing is a page of an editor: the item, what was sent and refused, and what
// is open.
type editing struct {
	page.Page
	w       http.ResponseWriter
	r       *http.Request
	s       core.Sheet
	list    authoring.List
	path    string
	open    string            // the part that is open: "0.2"
	op      tree.Op           // sent and refused; zero otherwise
	problem *web.ProblemError // why, in words
	read    *reading          // a file that was read and not taken yet
}

// reading is a table that was read from a file.
type reading struct {
	Text string // YAML of the item as it would be
	Tree tree.Item
}

// write reports whether the reader may change the item.
func (e *editing) write() bool {
	return e.s.Change.State.Open() && e.Actor.May(authoring.PermEdit)
}

func (e *editing) rev() string { return strconv.Itoa(e.s.Item.Rev) }

// load opens the item that the address names.
func (h pages) load(w http.ResponseWriter, r *http.Request, list authoring.List) (*editing, error) {
	p := page.From(r.Context())
	id, err := authoring.ParseID(r.PathValue("change"))
	if err != nil {
		return nil, err
	}
	// A script only goes on; the next full page looks at the whole province again.
	s, err := h.svc.OpenItem(r.Context(), p.Actor, id, list, r.PathValue("item"), r.Header.Get("HX-Request") != "")
	if err != nil {
		return nil, err
	}
	return &editing{
		Page: p, w: w, r: r, s: s, list: list, open: r.URL.Query().Get("o"),
		path: at(id, listPath(list), url.PathEscape(s.Item.ID)),
	}, nil
}

func (h pages) openEditor(list authoring.List, show func(*editing) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := h.load(w, r, list)
		if err != nil {
			return err
		}
		return show(e)
	}
}

// opOf reads an edit from what a page sent. A button may say where: "up:2".
func opOf(sent url.Values) (op tree.Op, rev int) {
	op = tree.Op{Do: sent.Get("do"), At: sent.Get("at"), Values: map[string][]string{}}
	if do, at, ok := strings.Cut(op.Do, ":"); ok {
		op.Do, op.At = do, at
	}
	for name, values := range sent {
		if name != "do" && name != "at" && name != "rev" {
			op.Values[name] = values
		}
	}
	rev, err := strconv.Atoi(sent.Get("rev"))
	if err != nil {
		rev = -1 // nobody has seen it
	}
	return op, rev
}

func (h pages) sendEditor(list authoring.List, show func(*editing) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return web.ErrMalformed.Because(err)
		}
		p := page.From(r.Context())
		op, rev := opOf(r.PostForm)
		change := authoring.ID(r.PathValue("change"))
		done, err := h.svc.EditItem(r.Context(), p.Actor, change, list, r.PathValue("item"), rev, op)
		if err != nil {
			return h.refused(w, r, list, show, op, err)
		}
		to := at(change, listPath(list), url.PathEscape(r.PathValue("item")))
		query := url.Values{}
		if done.At != "" {
			query.Set("o", done.At)
		}
		if len(done.Also) > 0 {
			query.Set("cung", strings.Join(done.Also, " "))
		}
		if len(done.Breaks) > 0 {
			query.Set("vuong", strings.Join(done.Breaks, " "))
		}
		if len(query) > 0 {
			to += "?" + query.Encode()
		}
		return web.SeeOther(w, r, to+"#sua")
	}
}

// refused shows the page again with what was typed and what is wrong. Who comes
// second sees who was first, and both texts.
func (h pages) refused(w http.ResponseWriter, r *http.Request, list authoring.List, show func(*editing) error, op tree.Op, err error) error {
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
		return err
	}
	e, loadErr := h.load(w, r, list)
	if loadErr != nil {
		return loadErr
	}
	e.Site.Explain(r, problem)
	e.op, e.problem, e.open = op, problem, op.At
	if errors.Is(err, authoring.ErrMeanwhile) {
		return e.render(e.T("authoring.edit.meanwhile_title"), conflictBody(e))
	}
	return show(e)
}

// status is that of the answer. A script does not show a conflict, so it is told
// of one as of wrong input.
func (e *editing) status() int {
	switch {
	case e.problem == nil:
		return http.StatusOK
	case e.r.Header.Get("HX-Request") != "":
		return http.StatusUnprocessableEntity
	}
	return e.problem.Status
}

func (e *editing) render(title string, body templ.Component) error {
	e.w.Header().Set("Cache-Control", "no-store")
	return e.Render(e.w, e.r, page.View{
		Title: title, Desk: true, HTMX: true, Status: e.status(), Body: body,
		Before: ui.BackLink(ui.BackLinkParams{Text: e.T("authoring.edit.back"), Href: at(e.s.Change.ID)}),
	})
}

func (h pages) undoEditor(list authoring.List, show func(*editing) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return web.ErrMalformed.Because(err)
		}
		_, rev := opOf(r.PostForm)
		change := authoring.ID(r.PathValue("change"))
		if _, err := h.svc.UndoItem(r.Context(), page.From(r.Context()).Actor, change, list, r.PathValue("item"), rev); err != nil {
			return h.refused(w, r, list, show, tree.Op{}, err)
		}
		return web.SeeOther(w, r, at(change, listPath(list), url.PathEscape(r.PathValue("item")))+"#sua")
	}
}

func (h pages) editorFile(list authoring.List) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := authoring.ParseID(r.PathValue("change"))
		if err != nil {
			return err
		}
		f, err := h.svc.ItemFile(r.Context(), page.From(r.Context()).Actor, id, list, r.PathValue("item"), r.PathValue("as"))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", f.Type)
		way := "attachment"
		if r.PathValue("as") == core.AsPDF {
			way = "inline"
		}
		w.Header().Set("Content-Disposition", way+`; filename="`+f.Name+`"`)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(f.Data) // the reader has gone: nobody to tell
		return nil
	}
}

// readEditorFile reads the table that an office sends and shows what was read;
// nothing is kept yet.
func (h pages) readEditorFile(list authoring.List, show func(*editing) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		data, err := sentFile(r)
		if err != nil {
			return err
		}
		id := authoring.ID(r.PathValue("change"))
		text, err := h.svc.ReadItemFile(r.Context(), page.From(r.Context()).Actor, id, list, r.PathValue("item"), data)
		if err != nil {
			return h.refused(w, r, list, show, tree.Op{Do: "file"}, err)
		}
		e, err := h.load(w, r, list)
		if err != nil {
			return err
		}
		item, err := tree.Parse(text)
		if err != nil {
			return err
		}
		e.read = &reading{string(text), item}
		return show(e)
	}
}

func sentFile(r *http.Request) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, web.ErrMalformed.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, web.ErrMalformed.Because(err)
		}
		if part.FormName() == "file" {
			data, err := io.ReadAll(io.LimitReader(part, stepedit.MaxFile+1))
			if err != nil {
				return nil, web.ErrMalformed.Because(err)
			}
			return data, nil
		}
	}
}

func (h pages) replaceFromFile(list authoring.List, show func(*editing) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return web.ErrMalformed.Because(err)
		}
		_, rev := opOf(r.PostForm)
		change := authoring.ID(r.PathValue("change"))
		if _, err := h.svc.ReplaceItem(r.Context(), page.From(r.Context()).Actor, change, list, r.PathValue("item"), []byte(r.PostForm.Get("text")), rev); err != nil {
			return h.refused(w, r, list, show, tree.Op{Do: "replace"}, err)
		}
		return web.SeeOther(w, r, at(change, listPath(list), url.PathEscape(r.PathValue("item")))+"#sua")
	}
}

// box is one form of a page: its inputs keep what was typed when it was refused.
type box struct {
	e      *editing
	do, at string
	prefix string // of the ids of its inputs
	here   bool   // this form was sent and refused
	first  string // the input at which one goes on, after an edit
}

// form returns the box of an edit.
func (e *editing) form(prefix, do, at string) box {
	return box{e: e, do: do, at: at, prefix: prefix, here: e.problem != nil && e.op.Do == do && e.op.At == at}
}

// table returns the box of a page that is one form, whatever button was pressed.
func (e *editing) table() box {
	b := box{e: e, prefix: "x-", here: e.problem != nil && len(e.op.Values) > 0}
	switch {
	case e.open == "":
	case e.list == authoring.Flows:
		b.first = e.open + ".name_vi"
	case e.open[0] == 'r':
		b.first = e.open + ".when.0"
	case e.open[0] == 'c':
		b.first = e.open + ".name"
	default:
		b.first = e.open
	}
	return b
}

// opened is a panel that was opened: one goes on at its first input.
func (b box) opened(first string) box {
	b.first = first
	return b
}

// focus leads the keyboard to an input; where something is wrong, the summary has it.
func (b box) focus(name string) templ.Attributes {
	if b.e.problem != nil || b.first != name || b.e.r.URL.Query().Get("o") == "" {
		return nil
	}
	return templ.Attributes{"autofocus": true}
}

func (b box) id(name string) string { return b.prefix + strings.ReplaceAll(name, ".", "-") }

// value is what was typed, or what is kept.
func (b box) value(name, kept string) string {
	if b.here && b.e.op.Has(name) {
		return b.e.op.Raw(name)
	}
	return kept
}

func (b box) wrong(name string) *ui.ErrorMessage {
	if !b.here {
		return nil
	}
	for _, f := range b.e.problem.Fields {
		if f.Name == name {
			return &ui.ErrorMessage{Text: f.Detail, VisuallyHiddenText: b.e.T("form.error")}
		}
	}
	return nil
}

func (b box) hint(key string) *ui.Hint {
	if key == "" {
		return nil
	}
	return &ui.Hint{Text: b.e.T(key)}
}

func (b box) label(key string) ui.Label { return ui.Label{Text: b.e.T(key)} }

// line is an input of one line.
func (b box) line(name, label, kept, hint, classes string) templ.Component {
	return ui.Input(ui.InputParams{
		ID: b.id(name), Name: name, Value: b.value(name, kept), Label: b.label(label), Hint: b.hint(hint), ErrorMessage: b.wrong(name), Classes: classes, Autocomplete: "off",
		Attributes: b.focus(name),
	})
}

// code is an input of one line for keys and expressions.
func (b box) code(name, label, kept, hint string) templ.Component {
	return ui.Input(ui.InputParams{
		ID: b.id(name), Name: name, Value: b.value(name, kept), Label: b.label(label), Hint: b.hint(hint), ErrorMessage: b.wrong(name), Classes: "ts-input--code",
		Autocomplete: "off", Spellcheck: "false", Autocapitalize: "none", Attributes: b.focus(name),
	})
}

func (b box) area(name, label, kept, hint string, rows int) templ.Component {
	return ui.Textarea(ui.TextareaParams{
		ID: b.id(name), Name: name, Value: b.value(name, kept), Label: b.label(label), Hint: b.hint(hint), ErrorMessage: b.wrong(name), Rows: rows,
		Attributes: b.focus(name),
	})
}

// choiceOf is one line of a list.
func choiceOf(value, text string) ui.SelectItem { return ui.SelectItem{Value: value, Text: text} }

func (b box) choose(name, label, kept, hint string, items []ui.SelectItem) templ.Component {
	v := b.value(name, kept)
	for i := range items {
		items[i].Selected = items[i].Value == v
		if items[i].Value == "" {
			items[i].TextIsValue = false
		}
	}
	return ui.Select(ui.SelectParams{ID: b.id(name), Name: name, Items: items, Label: b.label(label), Hint: b.hint(hint), ErrorMessage: b.wrong(name)})
}

// tick is one box; an empty value before it says that it was asked.
func (b box) tick(name, label string, kept bool) templ.Component {
	on := kept
	if b.here && b.e.op.Has(name) {
		on = b.e.op.Raw(name) != ""
	}
	return templ.Join(
		ui.HiddenFields([]ui.HiddenField{{Name: name}}),
		ui.Checkboxes(ui.CheckboxesParams{IDPrefix: b.id(name), Name: name, Classes: "ts-checkboxes--small", Items: []ui.CheckboxItem{
			{ID: b.id(name), Value: "1", Text: b.e.T(label), Checked: on},
		}}),
	)
}

// hidden are what every form carries.
func (b box) hidden() []ui.HiddenField {
	return []ui.HiddenField{{Name: "rev", Value: b.e.rev()}, {Name: "at", Value: b.at}}
}

// summary lists what is wrong with the form that was sent; each line leads to
// its input.
func (e *editing) summary(prefix string) []ui.ErrorItem {
	if e.problem == nil {
		return nil
	}
	if len(e.problem.Fields) == 0 {
		return []ui.ErrorItem{{Text: e.problem.Detail}}
	}
	var items []ui.ErrorItem
	for _, f := range e.problem.Fields {
		item := ui.ErrorItem{Text: f.Detail}
		if f.Name != "" && f.Name != "at" && f.Name != "do" {
			item.Href = "#" + prefix + strings.ReplaceAll(f.Name, ".", "-")
		}
		items = append(items, item)
	}
	return items
}

// say puts a problem into the reader's words.
func (e *editing) say(f errs.Field) string { return e.Named(f.Code, f.Args) }

// words is a text of an item as the reader reads it.
func (e *editing) words(w tree.Words) string { return e.Text(i18n.Text(w)) }

// typed are the texts that were sent, for who has to put two versions together.
func (e *editing) typed() (all []ui.SummaryRow) {
	for name, values := range e.op.Values {
		v := strings.TrimSpace(strings.Join(values, " "))
		if v == "" || name == "text" {
			continue
		}
		all = append(all, ui.SummaryRow{Key: ui.SummaryText{Text: name}, Value: ui.SummaryText{Text: v}})
	}
	return all
}

// state says how the item stands: when it was saved, by whom, or that it is as
// it is in force.
func (e *editing) state() string {
	switch {
	case !e.s.Change.State.Open():
		return e.T("authoring.edit.closed")
	case e.s.Item.Rev == 0:
		return e.T("authoring.edit.in_force")
	}
	return e.T("authoring.edit.saved", "at", e.DateTime(e.s.Item.Saved.At.Time), "who", e.s.Who)
}

// beside are the ids of other items that an edit told about.
func (e *editing) beside(name string) string {
	var known []string
	for id := range strings.FieldsSeq(e.r.URL.Query().Get(name)) {
		_, template := e.s.Set.Template(id)
		if _, decision := e.s.Set.Decision(id); template || decision {
			known = append(known, id)
		}
	}
	return strings.Join(known, ", ")
}

// fileMistakes are what is wrong with a file, each at its cell, row or element.
func (e *editing) fileMistakes() (items []ui.ErrorItem) {
	for _, f := range e.problem.Fields {
		text := f.Detail
		if f.Name != "" && f.Name != "file" && !strings.Contains(text, f.Name) {
			text = f.Name + ": " + text
		}
		items = append(items, ui.ErrorItem{Text: text, Href: "#tep"})
	}
	if len(items) == 0 {
		items = append(items, ui.ErrorItem{Text: e.problem.Detail, Href: "#tep"})
	}
	return items
}

// setMistakes are what the province as it would be says of the item, without
// the codes that the editor names at their places.
func (e *editing) setMistakes(without ...string) (items []ui.ErrorItem) {
	for _, p := range e.s.Wrong {
		skip := false
		for _, prefix := range without {
			skip = skip || strings.HasPrefix(p.Code, prefix)
		}
		if !skip {
			items = append(items, ui.ErrorItem{Text: e.Text(i18n.Text(p.Message))})
		}
	}
	return items
}
