// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formedit

import (
	"slices"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
)

// setField changes what is said of a question; what was not sent stays.
func (e *edit) setField() error {
	n, _, _, err := e.here()
	all, _ := numbers(e.op.At)
	if err != nil || len(all) < 2 {
		return tree.Refuse("at", tree.CodeGone)
	}
	group := ""
	if len(all) == 3 {
		group = tree.Text(e.item.At(Path(place(all[:2]))), "key")
	}
	self := tree.Text(n, "key")
	e.words(n, "label", true)
	e.words(n, "hint", false)
	if err := e.kind(n, group); err != nil {
		return err
	}
	e.condition(n, all[0], group, self)
	e.options(n)
	for _, name := range []string{"required"} {
		if e.op.Has(name) {
			tree.PutTrue(n, name, e.op.Line(name) != "")
		}
	}
	for _, name := range []string{"min", "max", "width", "decimals"} {
		if e.op.Has(name) {
			tree.PutWhole(n, name, e.op.Line(name))
		}
	}
	for _, name := range []string{"width", "decimals"} {
		if v := tree.Get(n, name); v != nil && v.ShortTag() != "!!int" {
			e.add(name, tree.CodeNumber)
			tree.Put(n, name, nil)
		}
	}
	for _, name := range []string{"pattern", "compute", "catalogue", "sex", "birth"} {
		if e.op.Has(name) {
			tree.PutText(n, name, e.op.Line(name))
		}
	}
	e.words(n, "why", false)
	e.words(n, "row", false)
	e.among(n, "personal", Personal())
	e.among(n, "prefill", Prefills())
	if e.op.Has("optional") {
		var parts []string
		for _, p := range e.op.Values["optional"] {
			if slices.Contains(Parts(forms.Type(tree.Text(n, "type"))), p) {
				parts = append(parts, p)
			}
		}
		tree.PutTexts(n, "optional", parts)
	}
	e.key(n, self)
	return nil
}

func (e *edit) among(n *tree.Node, name string, values []string) {
	if !e.op.Has(name) {
		return
	}
	v := e.op.Line(name)
	if v != "" && !slices.Contains(values, v) {
		e.add(name, tree.CodeChoice)
		return
	}
	tree.PutText(n, name, v)
}

// kind changes the type and takes away what only the former one had.
func (e *edit) kind(n *tree.Node, group string) error {
	kind := forms.Type(e.op.Line("type"))
	if !e.op.Has("type") || string(kind) == tree.Text(n, "type") {
		return nil
	}
	switch {
	case !slices.Contains(Types(), kind):
		return tree.Refuse("type", tree.CodeChoice)
	case group != "" && (kind == forms.Group || kind == forms.File):
		return tree.Refuse("type", "form.not_in_rows")
	case len(tree.List(n, "fields")) > 0 && kind != forms.Group:
		return tree.Refuse("type", "authoring.edit.group_has_questions")
	}
	tree.PutText(n, "type", string(kind))
	for name, stays := range map[string]bool{
		"options":   slices.Contains([]forms.Type{forms.Radios, forms.Checkboxes, forms.Select, forms.Code}, kind),
		"catalogue": kind == forms.Code,
		"pattern":   kind == forms.Line || kind == forms.Paragraphs,
		"decimals":  kind == forms.Number,
		"sex":       kind == forms.PersonNumber,
		"birth":     kind == forms.PersonNumber,
		"optional":  len(Parts(kind)) > 0,
		"row":       kind == forms.Group,
		"fields":    kind == forms.Group,
		"compute":   slices.Contains([]forms.Type{forms.Line, forms.Money, forms.Number}, kind),
		"min":       bounded(kind), "max": bounded(kind),
	} {
		if !stays {
			tree.Put(n, name, nil)
			delete(e.op.Values, name)
		}
	}
	if tree.Get(n, "compute") == nil {
		tree.Put(n, "why", nil)
	}
	if kind == forms.Group && len(tree.List(n, "fields")) == 0 {
		first := tree.Mapping()
		tree.PutText(first, "key", Key(tree.GetWords(n, "label").VI+" ten", keys(e.before)))
		tree.PutText(first, "type", string(forms.Line))
		tree.PutWords(first, "label", tree.Words{VI: "Họ và tên", EN: "Name"})
		tree.Put(n, "fields", tree.Sequence(first))
	}
	return nil
}

// bounded reports whether a kind of question has a least and a most.
func bounded(t forms.Type) bool {
	return slices.Contains([]forms.Type{
		forms.Line, forms.Paragraphs, forms.File, forms.Checkboxes, forms.Day, forms.PartialDay, forms.Group, forms.Year, forms.Number, forms.Money,
	}, t)
}

// key renames a question, everywhere the form names it.
func (e *edit) key(n *tree.Node, from string) {
	to := e.op.Line("key")
	if !e.op.Has("key") || to == from {
		return
	}
	switch {
	case !isKey(to) || reserved(to):
		e.add("key", tree.CodeKey)
		return
	case slices.Contains(keys(e.before), to):
		e.add("key", tree.CodeTaken, "key", to)
		return
	}
	tree.PutText(n, "key", to)
	for _, page := range tree.List(e.item.Root(), "steps") {
		renameIn(page, from, to)
		for _, f := range tree.List(page, "fields") {
			renameIn(f, from, to)
			for _, one := range tree.List(f, "fields") {
				renameIn(one, from, to)
			}
		}
	}
	for _, c := range tree.List(e.item.Root(), "checks") {
		renameIn(c, from, to)
	}
	e.done.Renamed = &Renamed{from, to}
}

// Uses says where a form names a key: places of pages, questions and checks.
func Uses(item tree.Item, key string) (places []string) {
	uses := func(n *tree.Node) bool {
		for _, name := range []string{"show_when", "compute", "holds"} {
			if Reads(tree.Text(n, name), key) {
				return true
			}
		}
		return tree.Text(n, "sex") == key || tree.Text(n, "birth") == key || tree.Text(n, "field") == key
	}
	for i, page := range tree.List(item.Root(), "steps") {
		if uses(page) {
			places = append(places, place([]int{i}))
		}
		for j, f := range tree.List(page, "fields") {
			if uses(f) {
				places = append(places, place([]int{i, j}))
			}
			for k, one := range tree.List(f, "fields") {
				if uses(one) {
					places = append(places, place([]int{i, j, k}))
				}
			}
		}
	}
	for i, c := range tree.List(item.Root(), "checks") {
		if uses(c) {
			places = append(places, "k"+place([]int{i}))
		}
	}
	return places
}
