// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package templateedit edits the layout of a result of a pack: heading, bases,
// paragraphs, what the officer fills in. Every edit gives a whole item or says
// what is wrong with it. It draws nothing.
package templateedit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The edits. Places: "b2" the third paragraph of the body, "f0" the first thing
// that the officer fills in. What was typed is taken with every edit.
const (
	Save       = "save"
	AddText    = "add_text" // behind the paragraph at, or at the end
	AddField   = "add_field"
	SetField   = "set_field"
	PutName    = "put" // a placeholder at the end of a text: values "into" and "name"
	RemoveThis = "remove"
	MoveUp     = "up"
	MoveDown   = "down"
	maxTexts   = 200
	maxFields  = 50
)

// Single are the texts of one line, and Several those of one line each.
func Single() []string {
	return []string{"heading", "subject", "authority", "resolves", "place"}
}

// Several are lists of texts that are written one a line; the body has
// paragraphs of its own.
func Several() []string {
	return []string{"agency_lines", "legal_bases", "signer_lines", "recipients"}
}

// Types are what an officer can fill in.
func Types() []string {
	return []string{"text", "textarea", "radios", "select", "date", "number", "money", "yes_no"}
}

// Field is something the officer fills in, as it stands.
type Field struct {
	Key, Type string
	Label     tree.Words
	Required  bool
	Options   []Option
}

// Option is one value to choose.
type Option struct {
	Value string
	Label tree.Words
}

// Template is the layout as it stands.
type Template struct {
	ID, Version, DocType, NumberSuffix string
	Title                              tree.Words
	Single                             map[string]string   // by name
	Several                            map[string][]string // by name
	Body                               []string
	Fields                             []Field
}

// Read returns the layout of an item. Results are Vietnamese; what is written
// in English beside stays in the item.
func Read(item tree.Item) Template {
	root := item.Root()
	t := Template{
		ID: tree.Text(root, "id"), Version: tree.Text(root, "version"), DocType: tree.Text(root, "doc_type"), NumberSuffix: tree.Text(root, "number_suffix"),
		Title: tree.GetWords(root, "title"), Single: map[string]string{}, Several: map[string][]string{},
	}
	for _, name := range Single() {
		t.Single[name] = tree.GetWords(root, name).VI
	}
	for _, name := range Several() {
		for _, n := range tree.List(root, name) {
			t.Several[name] = append(t.Several[name], tree.ReadWords(n).VI)
		}
	}
	for _, n := range tree.List(root, "body") {
		t.Body = append(t.Body, tree.ReadWords(n).VI)
	}
	for _, n := range tree.List(root, "fields") {
		f := Field{Key: tree.Text(n, "key"), Type: tree.Text(n, "type"), Label: tree.GetWords(n, "label"), Required: tree.True(n, "required")}
		for _, o := range tree.List(n, "options") {
			f.Options = append(f.Options, Option{tree.Text(o, "value"), tree.GetWords(o, "label")})
		}
		t.Fields = append(t.Fields, f)
	}
	return t
}

// Line is how an option stands in the input of all of them.
func (o Option) Line() string {
	line := o.Value + " | " + o.Label.VI
	if o.Label.EN != "" {
		line += " | " + o.Label.EN
	}
	return line
}

// Done is what an edit came to.
type Done struct {
	Item tree.Item
	At   string
}

// Apply makes one edit. The item given stays as it is. The error is
// *errs.Error with the problems of the inputs.
func Apply(item tree.Item, op tree.Op) (Done, error) {
	e := &edit{item: item.Clone(), op: op, before: Read(item), at: op.At}
	e.texts()
	if err := errs.BadInput(e.wrong); err != nil {
		return Done{}, err
	}
	err := e.do()
	if err == nil {
		err = errs.BadInput(e.wrong)
	}
	return Done{e.item, e.at}, err
}

type edit struct {
	item   tree.Item
	op     tree.Op
	before Template
	wrong  []errs.Field
	at     string
}

func (e *edit) say(name, code string, args ...any) {
	e.wrong = append(e.wrong, tree.Wrong(name, code, args...))
}

// texts takes everything that was typed.
func (e *edit) texts() {
	root := e.item.Root()
	if e.op.Has("title_vi") {
		if w := e.op.Words("title"); w.VI == "" {
			e.say("title_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(root, "title", w)
		}
	}
	if e.op.Has("version") {
		if n, err := strconv.Atoi(e.op.Line("version")); err != nil || n < 1 || n > 100_000 {
			e.say("version", tree.CodeNumber)
		} else {
			tree.PutWhole(root, "version", e.op.Line("version"))
		}
	}
	for _, name := range []string{"doc_type", "number_suffix"} {
		if e.op.Has(name) {
			if e.op.Line(name) == "" && name == "number_suffix" {
				e.say(name, tree.CodeNeeded)
				continue
			}
			tree.PutText(root, name, e.op.Line(name))
		}
	}
	for _, name := range Single() {
		if !e.op.Has(name) {
			continue
		}
		v := e.op.Line(name)
		switch {
		case v == "" && slices.Contains([]string{"heading", "subject", "place"}, name):
			e.say(name, tree.CodeNeeded)
		case v == "":
			tree.Put(root, name, nil)
		default:
			tree.PutWords(root, name, tree.Words{VI: v, EN: tree.GetWords(root, name).EN})
		}
	}
	for _, name := range Several() {
		if !e.op.Has(name) {
			continue
		}
		lines := e.op.Lines(name)
		if len(lines) == 0 && (name == "agency_lines" || name == "signer_lines") {
			e.say(name, tree.CodeNeeded)
			continue
		}
		if len(lines) > maxTexts {
			e.say(name, tree.CodeMany)
			continue
		}
		e.lines(name, lines)
	}
	if e.op.Has("b0") {
		var all []string
		for i := range e.before.Body {
			v := e.before.Body[i]
			if name := "b" + strconv.Itoa(i); e.op.Has(name) {
				if v = paragraph(e.op.Raw(name)); v == "" {
					e.say(name, tree.CodeNeeded)
				}
			}
			all = append(all, v)
		}
		if len(e.wrong) == 0 {
			e.lines("body", all)
		}
	}
}

// paragraph is one paragraph: the break of a line is a space.
func paragraph(s string) string { return strings.Join(strings.Fields(text.NFC(s)), " ") }

// lines sets a list of texts; the same words keep their English.
func (e *edit) lines(name string, lines []string) {
	old := tree.List(e.item.Root(), name)
	words := make([]tree.Words, len(lines))
	for i, line := range lines {
		words[i].VI = line
		if i < len(old) && len(lines) == len(old) {
			words[i].EN = tree.ReadWords(old[i]).EN
		}
		for _, n := range old {
			if tree.ReadWords(n).VI == line {
				words[i] = tree.ReadWords(n)
			}
		}
	}
	tree.PutPhrases(e.item.Root(), name, words)
}

func (e *edit) do() error {
	switch e.op.Do {
	case Save:
		return nil
	case AddText:
		return e.addText()
	case AddField:
		return e.addField()
	case SetField:
		return e.setField()
	case PutName:
		return e.put()
	case RemoveThis, MoveUp, MoveDown:
		return e.arrange()
	}
	return tree.Refuse("do", tree.CodeUnknown)
}

func (e *edit) addText() error {
	list := tree.Ensure(e.item.Root(), "body")
	v := paragraph(e.op.Raw("new_text"))
	switch {
	case v == "":
		return tree.Refuse("new_text", tree.CodeNeeded)
	case len(list.Content) >= maxTexts:
		return tree.Refuse("new_text", tree.CodeMany)
	}
	tree.Insert(list, len(list.Content), tree.Scalar(v))
	e.at = "b" + strconv.Itoa(len(list.Content)-1)
	return nil
}

func (e *edit) keys() []string {
	all := packs.Placeholders()
	for _, f := range e.before.Fields {
		all = append(all, f.Key)
	}
	return all
}

func (e *edit) addField() error {
	label, kind := e.op.Words("new_label"), e.op.Line("new_type")
	if label.VI == "" {
		e.say("new_label_vi", tree.CodeNeeded)
	}
	if !slices.Contains(Types(), kind) {
		e.say("new_type", tree.CodeChoice)
	}
	list := tree.Ensure(e.item.Root(), "fields")
	if len(list.Content) >= maxFields {
		e.say("new_label_vi", tree.CodeMany)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	n := tree.Mapping()
	tree.PutText(n, "key", formedit.Key(label.VI, e.keys()))
	tree.PutWords(n, "label", label)
	tree.PutText(n, "type", kind)
	tree.PutTrue(n, "required", e.op.Line("new_required") != "")
	if listed(kind) {
		e.options(n, "new_options")
	}
	tree.Insert(list, len(list.Content), n)
	e.at = "f" + strconv.Itoa(len(list.Content)-1)
	return nil
}

func listed(kind string) bool {
	return slices.Contains([]string{"radios", "select", "checkboxes"}, kind)
}

// options reads one option a line, "value | words" or the words alone.
func (e *edit) options(n *tree.Node, input string) {
	old := map[string]*tree.Node{}
	for _, o := range tree.List(n, "options") {
		old[tree.Text(o, "value")] = o
	}
	var taken []string
	var all []*tree.Node
	for _, line := range e.op.Lines(input) {
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		value, label := parts[0], tree.Words{VI: parts[0]}
		if len(parts) == 1 {
			value = formedit.Key(parts[0], taken)
		} else {
			label.VI = parts[1]
		}
		if len(parts) == 3 {
			label.EN = parts[2]
		}
		if value == "" || label.VI == "" || len(parts) > 3 || slices.Contains(taken, value) || len(value) > 100 || len(all) >= 200 {
			e.say(input, "authoring.edit.option_line", "line", line)
			return
		}
		taken = append(taken, value)
		o := old[value]
		if o == nil {
			o = tree.Mapping()
			tree.PutText(o, "value", value)
		}
		tree.PutWords(o, "label", label)
		all = append(all, o)
	}
	if len(all) == 0 {
		e.say(input, tree.CodeNeeded)
		return
	}
	tree.Ensure(n, "options").Content = all
}

func (e *edit) place(letter string) (*tree.Node, int, error) {
	list := tree.Get(e.item.Root(), map[string]string{"b": "body", "f": "fields"}[letter])
	rest, ok := strings.CutPrefix(e.op.At, letter)
	at, err := strconv.Atoi(rest)
	if !ok || err != nil || list == nil || at < 0 || at >= len(list.Content) {
		return nil, 0, tree.Refuse("at", tree.CodeGone)
	}
	return list, at, nil
}

func (e *edit) setField() error {
	list, at, err := e.place("f")
	if err != nil {
		return err
	}
	n := list.Content[at]
	if e.op.Has("label_vi") {
		if w := e.op.Words("label"); w.VI == "" {
			e.say("label_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(n, "label", w)
		}
	}
	if e.op.Has("type") {
		if !slices.Contains(Types(), e.op.Line("type")) && e.op.Line("type") != tree.Text(n, "type") {
			e.say("type", tree.CodeChoice)
		} else {
			tree.PutText(n, "type", e.op.Line("type"))
		}
	}
	if e.op.Has("required") {
		tree.PutTrue(n, "required", e.op.Line("required") != "")
	}
	if !listed(tree.Text(n, "type")) {
		tree.Put(n, "options", nil)
	} else if e.op.Has("options") {
		e.options(n, "options")
	}
	from, to := tree.Text(n, "key"), e.op.Line("key")
	if !e.op.Has("key") || from == to {
		return nil
	}
	switch {
	case !regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).MatchString(to) || len(to) > 60:
		e.say("key", tree.CodeKey)
	case slices.Contains(e.keys(), to):
		e.say("key", tree.CodeTaken, "key", to)
	default:
		tree.PutText(n, "key", to)
		RenamePlaceholder(e.item, from, to)
	}
	return nil
}

// RenamePlaceholder writes {to} for {from} in every text and reports whether it
// stood anywhere.
func RenamePlaceholder(item tree.Item, from, to string) (found bool) {
	replace := func(n *tree.Node) {
		var walk func(n *tree.Node)
		walk = func(n *tree.Node) {
			if now := strings.ReplaceAll(n.Value, "{"+from+"}", "{"+to+"}"); now != n.Value {
				n.Value, found = now, true
			}
			for _, child := range n.Content {
				walk(child)
			}
		}
		walk(n)
	}
	for _, name := range slices.Concat(Single(), Several(), []string{"body", "number_suffix"}) {
		if n := tree.Get(item.Root(), name); n != nil {
			replace(n)
		}
	}
	return found
}

// put writes a placeholder at the end of a text.
func (e *edit) put() error {
	name, into := e.op.Line("name"), e.op.Line("into")
	if !regexp.MustCompile(`^(form\.)?[a-z][a-z0-9_]*$`).MatchString(name) {
		return tree.Refuse("name", tree.CodeChoice)
	}
	add := func(n *tree.Node) *tree.Node {
		w := tree.ReadWords(n)
		w.VI = strings.TrimSpace(w.VI + " {" + name + "}")
		return tree.Phrase(w)
	}
	root := e.item.Root()
	switch {
	case slices.Contains(Single(), into):
		n := tree.Get(root, into)
		if n == nil {
			n = tree.Scalar("")
		}
		tree.Put(root, into, add(n))
	case slices.Contains(Several(), into):
		list := tree.Ensure(root, into)
		if len(list.Content) == 0 {
			tree.Insert(list, 0, tree.Scalar(""))
		}
		last := len(list.Content) - 1
		list.Content[last] = add(list.Content[last])
	default:
		e.op.At = into
		list, at, err := e.place("b")
		if err != nil {
			return tree.Refuse("into", tree.CodeChoice)
		}
		list.Content[at] = add(list.Content[at])
	}
	e.at = into
	return nil
}

func (e *edit) arrange() error {
	letter := "b"
	if strings.HasPrefix(e.op.At, "f") {
		letter = "f"
	}
	list, at, err := e.place(letter)
	if err != nil {
		return err
	}
	by := map[string]int{MoveUp: -1, MoveDown: 1}[e.op.Do]
	if e.op.Do != RemoveThis {
		if !tree.Move(list, at, by) {
			return tree.Refuse("at", "authoring.edit.edge")
		}
		e.at = letter + strconv.Itoa(at+by)
		return nil
	}
	if letter == "b" && len(list.Content) == 1 {
		return tree.Refuse("at", "authoring.edit.last")
	}
	tree.Take(list, at)
	if len(list.Content) == 0 {
		tree.Put(e.item.Root(), "fields", nil)
	}
	e.at = ""
	return nil
}
