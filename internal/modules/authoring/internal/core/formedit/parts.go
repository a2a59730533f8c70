// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formedit

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
)

func (e *edit) addPage() error {
	title := e.op.Words("title")
	if title.VI == "" {
		return tree.Refuse("title_vi", tree.CodeNeeded)
	}
	list := tree.Ensure(e.item.Root(), "steps")
	if len(list.Content) >= 50 {
		return tree.Refuse("title_vi", tree.CodeMany)
	}
	p := tree.Mapping()
	tree.PutText(p, "id", Slug(title.VI, ids(e.before)))
	tree.PutWords(p, "title", title)
	tree.Put(p, "fields", tree.Sequence())
	tree.Insert(list, len(list.Content), p)
	e.done.At = place([]int{len(list.Content) - 1})
	return nil
}

func (e *edit) setPage() error {
	n, _, at, err := e.here()
	if err != nil || strings.Contains(e.op.At, ".") || strings.HasPrefix(e.op.At, "k") {
		return tree.Refuse("at", tree.CodeGone)
	}
	e.words(n, "title", true)
	e.words(n, "hint", false)
	e.condition(n, at-1, "", "")
	if e.op.Has("id") && e.op.Line("id") != tree.Text(n, "id") {
		switch id := e.op.Line("id"); {
		case !isID(id):
			e.add("id", tree.CodeKey)
		case slices.Contains(ids(e.before), id):
			e.add("id", tree.CodeTaken, "key", id)
		default:
			tree.PutText(n, "id", id)
		}
	}
	return nil
}

// words sets a text in two languages where it was sent.
func (e *edit) words(n *tree.Node, name string, needed bool) {
	if !e.op.Has(name+"_vi") && !e.op.Has(name+"_en") {
		return
	}
	w := e.op.Words(name)
	if !e.op.Has(name + "_en") {
		w.EN = tree.GetWords(n, name).EN
	}
	switch {
	case w.VI == "" && (needed || w.EN != ""):
		e.add(name+"_vi", tree.CodeNeeded)
	case len(w.VI) > 4000 || len(w.EN) > 4000:
		e.add(name+"_vi", tree.CodeMany)
	default:
		tree.PutWords(n, name, w)
	}
}

// The ways to say when something is asked.
const (
	Always  = "always"
	WhenIs  = "is"
	WhenNot = "not"
	WhenCEL = "cel"
)

// condition sets show_when: cond says how, pair is one of Choices, show_when the
// expression.
func (e *edit) condition(n *tree.Node, upTo int, group, self string) {
	switch way := e.op.Line("cond"); {
	case way == "" && e.op.Has("show_when"), way == WhenCEL:
		tree.PutText(n, "show_when", strings.TrimSpace(e.op.Raw("show_when")))
		if way == WhenCEL && e.op.Line("show_when") == "" {
			e.add("show_when", tree.CodeNeeded)
		}
	case way == "":
	case way == Always:
		tree.PutText(n, "show_when", "")
	case way == WhenIs || way == WhenNot:
		for _, c := range Choices(e.before, upTo, group, self) {
			if c.CEL() == e.op.Line("cond_pair") {
				c.Not = way == WhenNot
				if was, same := ParsePick(tree.Text(n, "show_when"), []Choice{c}); !same || was.Not != c.Not {
					tree.PutText(n, "show_when", c.CEL())
				}
				return
			}
		}
		e.add("cond_pair", tree.CodeChoice)
	default:
		e.add("cond", tree.CodeChoice)
	}
}

// addField adds a question to a page or to the rows of a group.
func (e *edit) addField() error {
	n, _, _, err := e.here()
	all, _ := numbers(e.op.At)
	inRows := len(all) == 2
	if err != nil || len(all) > 2 || strings.HasPrefix(e.op.At, "k") || inRows && tree.Text(n, "type") != string(forms.Group) {
		return tree.Refuse("at", tree.CodeGone)
	}
	label, kind := e.op.Words("label"), forms.Type(e.op.Line("type"))
	if kind == "" {
		kind = forms.Line
	}
	if label.VI == "" {
		e.add("label_vi", tree.CodeNeeded)
	}
	switch {
	case !slices.Contains(Types(), kind):
		e.add("type", tree.CodeChoice)
	case inRows && (kind == forms.Group || kind == forms.File):
		e.add("type", "form.not_in_rows")
	}
	taken := keys(e.before)
	if len(taken) >= maxQuestion {
		e.add("label_vi", tree.CodeMany)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	f := tree.Mapping()
	tree.PutText(f, "key", Key(label.VI, taken))
	tree.PutText(f, "type", string(kind))
	tree.PutWords(f, "label", label)
	tree.PutTrue(f, "required", e.op.Line("required") != "")
	switch kind { // what a kind cannot be without is there to be changed
	case forms.Radios, forms.Select, forms.Checkboxes:
		e.options(f)
		if len(tree.List(f, "options")) == 0 {
			tree.Put(f, "options", tree.Sequence(option("lua_chon_1", tree.Words{VI: "Lựa chọn 1", EN: "Choice 1"}), option("lua_chon_2", tree.Words{VI: "Lựa chọn 2", EN: "Choice 2"})))
		}
	case forms.Code:
		e.options(f)
		tree.PutText(f, "catalogue", e.op.Line("catalogue"))
	case forms.Group:
		first := tree.Mapping()
		name := tree.Words{VI: "Họ và tên", EN: "Name"}
		tree.PutText(first, "key", Key(label.VI+" "+name.VI, append(taken, tree.Text(f, "key"))))
		tree.PutText(first, "type", string(forms.Line))
		tree.PutWords(first, "label", name)
		tree.Put(f, "fields", tree.Sequence(first))
	default: // the others need nothing more
	}
	list := tree.Ensure(n, "fields")
	at := len(list.Content)
	tree.Insert(list, at, f)
	e.done.At = place(append(all, at))
	return nil
}

func option(value string, label tree.Words) *tree.Node {
	o := tree.Mapping()
	tree.PutText(o, "value", value)
	tree.PutWords(o, "label", label)
	return o
}

// OptionLine is how an option stands in the input of all of them.
func OptionLine(o forms.Option) string {
	line := o.Value + " | " + o.Label.VI
	if o.Label.EN != "" {
		line += " | " + o.Label.EN
	}
	return line
}

// options reads one option a line: "value | Vietnamese | English", or the words
// alone, for which a value is proposed.
func (e *edit) options(f *tree.Node) {
	if !e.op.Has("options") {
		return
	}
	old := map[string]*tree.Node{}
	var taken []string
	for _, o := range tree.List(f, "options") {
		old[tree.Text(o, "value")] = o
		taken = append(taken, tree.Text(o, "value"))
	}
	var all []*tree.Node
	seen := map[string]bool{}
	for _, line := range e.op.Lines("options") {
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		value, label := parts[0], tree.Words{}
		if len(parts) == 1 {
			label.VI = parts[0]
			value = Key(label.VI, taken)
			for v, o := range old { // the same words keep their value
				if tree.GetWords(o, "label").VI == label.VI && !seen[v] {
					value = v
				}
			}
		} else {
			label.VI = parts[1]
		}
		if len(parts) > 2 {
			label.EN = parts[2]
		}
		if value == "" || seen[value] || label.VI == "" || len(parts) > 3 || len(value) > 100 {
			e.add("options", "authoring.edit.option_line", "line", line)
			return
		}
		seen[value] = true
		taken = append(taken, value)
		o := old[value]
		if o == nil {
			o = option(value, label)
		} else {
			tree.PutWords(o, "label", label)
		}
		all = append(all, o)
	}
	if len(all) > 1000 {
		e.add("options", tree.CodeMany)
		return
	}
	if len(all) == 0 {
		tree.Put(f, "options", nil)
		return
	}
	list := tree.Ensure(f, "options")
	list.Content = all
}

func (e *edit) addCheck() error {
	list := tree.Ensure(e.item.Root(), "checks")
	e.op.At = place([]int{len(list.Content)})
	e.op.At, e.done.At = "k"+e.op.At, "k"+e.op.At
	tree.Insert(list, len(list.Content), tree.Mapping())
	return e.setCheck()
}

func (e *edit) setCheck() error {
	n, _, _, err := e.here()
	if err != nil || !strings.HasPrefix(e.op.At, "k") {
		return tree.Refuse("at", tree.CodeGone)
	}
	if e.op.Has("field") || tree.Text(n, "field") == "" {
		if !slices.Contains(keys(e.before), e.op.Line("field")) {
			e.add("field", tree.CodeChoice)
		}
		tree.PutText(n, "field", e.op.Line("field"))
	}
	if e.op.Has("holds") || tree.Text(n, "holds") == "" {
		if e.op.Line("holds") == "" {
			e.add("holds", tree.CodeNeeded)
		}
		tree.PutText(n, "holds", strings.TrimSpace(e.op.Raw("holds")))
	}
	e.words(n, "message", true)
	if tree.GetWords(n, "message").VI == "" && !e.op.Has("message_vi") {
		e.add("message_vi", tree.CodeNeeded)
	}
	if e.op.Has("level") {
		level := e.op.Line("level")
		if !slices.Contains([]string{forms.Block, forms.Warn}, level) {
			e.add("level", tree.CodeChoice)
		} else if level != forms.Block || tree.Text(n, "level") != "" {
			tree.PutText(n, "level", level)
		}
	}
	if e.op.Has("when_empty") {
		tree.PutTrue(n, "when_empty", e.op.Line("when_empty") != "")
	}
	return nil
}
