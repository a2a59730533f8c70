// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"slices"
	"strings"

	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/text"
)

// named calls do for each place of the file, beside the fields themselves, that
// names fields: lists with their mapping and key, then single names.
func named(root *tree.Node, lists, single func(n *tree.Node, key string)) {
	lists(root, "key")
	if list := tree.Get(root, "list"); list != nil {
		for _, key := range []string{"columns", "sorts", "filters"} {
			lists(list, key)
		}
		single(list, "sort")
	}
	for _, r := range tree.List(root, "rights") {
		for _, key := range []string{"only", "except", "units"} {
			lists(r, key)
		}
		single(r, "owner")
	}
	if life := tree.Get(root, "life"); life != nil {
		for _, s := range tree.List(life, "states") {
			lists(s, "locks")
		}
		for _, m := range tree.List(life, "moves") {
			lists(m, "asks")
		}
	}
	for _, p := range tree.List(root, "prints") {
		lists(p, "fields")
	}
	for _, r := range tree.List(root, "reports") {
		for _, key := range []string{"rows", "columns", "of"} {
			single(r, key)
		}
	}
	for _, name := range []string{"map", "codes", "valid"} {
		if n := tree.Get(root, name); n != nil {
			for _, key := range []string{"place", "label", "colour", "code", "name", "from", "until"} {
				single(n, key)
			}
		}
	}
	for _, c := range tree.List(root, "checks") {
		single(c, "field")
	}
	if kept := tree.Get(root, "retention"); kept != nil {
		if from := tree.Get(kept, "from"); from != nil {
			single(from, "field")
		}
	}
	if open := tree.Get(root, "open_data"); open != nil {
		lists(open, "fields")
		for _, w := range tree.List(open, "where") {
			single(w, "field")
		}
	}
	for _, m := range tree.List(root, "measures") {
		single(m, "of")
		single(m, "against")
		for _, w := range tree.List(m, "where") {
			single(w, "field")
		}
	}
}

// rename puts a new key wherever the file names a field: in lists, rights and
// expressions.
func (e *edit) rename(from, to string) {
	root := e.item.Root()
	named(root, func(n *tree.Node, key string) {
		all := tree.Texts(n, key)
		if i := slices.Index(all, from); i >= 0 {
			all = slices.Clone(all)
			all[i] = to
			tree.PutTexts(n, key, all)
		}
	}, func(n *tree.Node, key string) {
		if was := tree.Text(n, key); was == from {
			tree.PutText(n, key, to)
		} else if part, ok := strings.CutPrefix(was, from+"."); ok { // a part of a date
			tree.PutText(n, key, to+"."+part)
		}
	})
	for _, f := range tree.List(root, "fields") {
		expression(f, "compute", from, to)
	}
	for _, c := range tree.List(root, "checks") {
		expression(c, "holds", from, to)
	}
}

// expression renames a key in an expression, with the mark that it has a value.
func expression(n *tree.Node, name, from, to string) {
	was := tree.Text(n, name)
	if was == "" {
		return
	}
	tree.PutText(n, name, formedit.Rename(formedit.Rename(was, from, to), "has_"+from, "has_"+to))
}

// unname takes a key out of the lists that name it. Single names stay, for the
// list of mistakes to show: nobody can guess what should stand there instead.
func (e *edit) unname(key string) {
	named(e.item.Root(), func(n *tree.Node, name string) {
		all := tree.Texts(n, name)
		if slices.Contains(all, key) {
			tree.PutTexts(n, name, slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == key }))
		}
	}, func(n *tree.Node, name string) {
		if name == "sort" && tree.Text(n, name) == key {
			tree.Put(n, name, nil)
		}
	})
}

// Question asks whether a field that is gone and one that is new are the same
// under another name. The key is the name of a column: what is renamed by
// mistake would leave its values behind.
type Question struct{ From, To Field }

// Questions returns what has to be asked of a register that is in force: each
// field that the file no longer names, with the new field of its type that is
// most like it.
func Questions(base, now tree.Item) (all []Question) {
	if base.Root() == nil {
		return nil
	}
	was, is := Read(base), Read(now)
	var fresh []Field
	for _, f := range is.Shown() {
		if _, known := was.Field(f.Key); !known {
			fresh = append(fresh, f)
		}
	}
	for _, f := range was.Shown() {
		if _, there := is.Field(f.Key); there {
			continue
		}
		best := -1
		for i, one := range fresh {
			if one.Type == f.Type && (best < 0 || alike(f, one) > alike(f, fresh[best])) {
				best = i
			}
		}
		if best >= 0 {
			all = append(all, Question{f, fresh[best]})
			fresh = slices.Delete(fresh, best, best+1)
		}
	}
	return all
}

// alike says how much two fields are the same to people.
func alike(a, b Field) (n int) {
	if text.Fold(a.Label.VI) == text.Fold(b.Label.VI) {
		n += 2
	}
	if a.Required == b.Required && a.Max == b.Max {
		n++
	}
	return n
}

// asked returns the question that an edit answers.
func (e *edit) asked() (from Field, to string, ok bool) {
	if e.base == nil {
		return from, "", false
	}
	from, ok = e.base.Field(e.op.Line("from"))
	if _, there := e.before.Field(from.Key); there {
		ok = false
	}
	return from, e.op.Line("to"), ok
}

// same keeps the key of a field that was renamed: the new label stays.
func (e *edit) same() error {
	from, to, ok := e.asked()
	if f, there := e.before.Field(to); !ok || !there || f.Type != from.Type {
		return tree.Refuse("at", tree.CodeGone)
	}
	for _, n := range tree.List(e.item.Root(), "fields") {
		if tree.Text(n, "key") == to {
			tree.PutText(n, "key", from.Key)
			e.rename(to, from.Key)
		}
	}
	e.at = PartFields
	return nil
}

// apart keeps the former field, hidden, beside the new one.
func (e *edit) apart() error {
	from, _, ok := e.asked()
	if !ok {
		return tree.Refuse("at", tree.CodeGone)
	}
	for _, n := range tree.List(e.baseItem.Root(), "fields") {
		if tree.Text(n, "key") != from.Key {
			continue
		}
		n = tree.Copy(n)
		hide(n)
		list := tree.Ensure(e.item.Root(), "fields")
		tree.Insert(list, len(list.Content), n)
	}
	e.at = PartFields
	return nil
}

// hide marks a field as one that is no longer shown.
func hide(n *tree.Node) {
	tree.PutTrue(n, "hidden", true)
	for _, name := range []string{"required", "unique", "searchable"} {
		tree.Put(n, name, nil)
	}
}
