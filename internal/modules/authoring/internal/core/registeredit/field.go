// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
)

// Types are what a field can hold, in the order in which they are offered.
func Types() []string {
	return []string{
		"text", "longtext", "integer", "decimal", "money", "date", "date_partial", "boolean", "choice", "choices", "code", "unit", "person", "person_number",
		"phone", "email", "organisation", "address", "point", "shape", "file", "reference", "group",
	}
}

// InnerTypes are what a field of a group can hold.
func InnerTypes() []string {
	return []string{"text", "longtext", "integer", "decimal", "money", "date", "date_partial", "boolean", "choice", "choices", "unit"}
}

// Classes say how personal a field is.
func Classes() []string { return []string{"none", "basic", "sensitive"} }

// reserved are the names that every record has already, and endings those of
// columns that are made from a field's value, as kernel/registers keeps them.
func reserved(key string) bool {
	if slices.Contains([]string{"id", "unit_id", "version", "state", "life", "created_at", "updated_at", "created_by", "updated_by"}, key) {
		return true
	}
	return slices.ContainsFunc([]string{
		"_folded", "_sort", "_sealed", "_index", "_lat", "_lon", "_code", "_commune", "_west", "_south", "_east", "_north",
	}, func(end string) bool { return strings.HasSuffix(key, end) })
}

// maxKey is how long a key may be.
const maxKey = 40

func isKey(s string) bool {
	if s == "" || len(s) > maxKey || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// keyOf proposes a key for a label.
func keyOf(label string, taken []string) string {
	key := formedit.Key(label, taken)
	for n := 2; reserved(key); n++ {
		key = formedit.Key(label+" "+strconv.Itoa(n), taken)
		key = strings.TrimSuffix(key, "_"+strconv.Itoa(n)) + strconv.Itoa(n) // so_code ends as a column does, so_code2 does not
	}
	return key
}

func (e *edit) keys() (all []string) {
	for _, f := range e.before.Fields {
		all = append(all, f.Key)
	}
	if e.base != nil {
		for _, f := range e.base.Fields {
			all = append(all, f.Key)
		}
	}
	return all
}

// addField adds a field behind the others, or to the rows of a group.
func (e *edit) addField() error {
	label, kind := e.op.Words("new_label"), e.op.Line("new_type")
	list, types, most, taken := tree.Ensure(e.item.Root(), "fields"), Types(), maxFields, e.keys()
	inner := e.op.At != "" && e.op.At != PartFields
	if inner {
		group, _, _ := e.here(PartFields)
		if group == nil || tree.Text(group, "type") != "group" {
			return tree.Refuse("at", tree.CodeGone)
		}
		list, types, most, taken = tree.Ensure(group, "fields"), InnerTypes(), maxRows, nil
		for _, n := range list.Content {
			taken = append(taken, tree.Text(n, "key"))
		}
	}
	if label.VI == "" {
		e.say("new_label_vi", tree.CodeNeeded)
	}
	if !slices.Contains(types, kind) {
		e.say("new_type", tree.CodeChoice)
	}
	if len(list.Content) >= most {
		e.say("new_label_vi", tree.CodeMany)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	n := tree.Mapping()
	tree.PutText(n, "key", keyOf(label.VI, taken))
	tree.PutWords(n, "label", label)
	tree.PutText(n, "type", kind)
	tree.PutTrue(n, "required", e.op.Line("new_required") != "")
	begin(n, kind)
	tree.Insert(list, len(list.Content), n)
	if inner {
		e.at = e.op.At + "." + strconv.Itoa(len(list.Content)-1)
		return nil
	}
	e.at = PartFields + strconv.Itoa(len(list.Content)-1)
	e.column(tree.Text(n, "key"), kind)
	return nil
}

// begin gives a field what its type cannot be without.
func begin(n *tree.Node, kind string) {
	switch kind {
	case "choice", "choices":
		if len(tree.List(n, "options")) > 0 {
			return
		}
		list := tree.Ensure(n, "options")
		for _, o := range []Option{{"mot", tree.Words{VI: "Lựa chọn một", EN: "First choice"}}, {"hai", tree.Words{VI: "Lựa chọn hai", EN: "Second choice"}}} {
			one := tree.Mapping()
			tree.PutText(one, "value", o.Value)
			tree.PutWords(one, "label", o.Label)
			tree.Insert(list, len(list.Content), one)
		}
	case "group":
		if len(tree.List(n, "fields")) > 0 {
			return
		}
		one := tree.Mapping()
		tree.PutText(one, "key", "noi_dung")
		tree.PutWords(one, "label", tree.Words{VI: "Nội dung", EN: "Content"})
		tree.PutText(one, "type", "text")
		tree.Put(n, "fields", tree.Sequence(one))
	}
}

// column puts a new field into the list while that has few columns.
func (e *edit) column(key, kind string) {
	if len(e.before.Columns) >= 5 || slices.Contains([]string{"longtext", "group", "file", "shape", "person", "person_number", "phone", "email"}, kind) {
		return
	}
	tree.PutTexts(e.part("list"), "columns", append(slices.Clone(e.before.Columns), key))
}

// part returns a mapping of the register, made where there is none.
func (e *edit) part(name string) *tree.Node {
	root := e.item.Root()
	if tree.Get(root, name) == nil {
		tree.Put(root, name, tree.Mapping())
	}
	return tree.Get(root, name)
}

// setField changes what is said of a field; what was not sent stays.
func (e *edit) setField() error {
	n, _, _ := e.here(PartFields)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	_, _, deep := cut(e.op.At[1:])
	self := tree.Text(n, "key")
	if e.op.Has("label_vi") {
		if w := e.op.Words("label"); w.VI == "" {
			e.say("label_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(n, "label", w)
		}
	}
	if e.op.Has("hint_vi") {
		w := e.op.Words("hint")
		tree.PutWords(n, "hint", w)
	}
	e.kind(n, deep)
	for _, name := range []string{"required", "unique", "searchable"} {
		if e.op.Has(name) {
			tree.PutTrue(n, name, e.op.Line(name) != "")
		}
	}
	for _, name := range []string{"max", "scale"} {
		if !e.op.Has(name) {
			continue
		}
		tree.PutWhole(n, name, e.op.Line(name))
		if v := tree.Get(n, name); v != nil && v.ShortTag() != "!!int" {
			e.say(name, tree.CodeNumber)
		}
	}
	for _, name := range []string{"measure", "pattern", "compute", "catalogue", "register"} {
		if e.op.Has(name) {
			tree.PutText(n, name, e.op.Line(name))
		}
	}
	if e.op.Has("personal") {
		v := e.op.Line("personal")
		if v != "" && !slices.Contains(Classes(), v) {
			e.say("personal", tree.CodeChoice)
		}
		tree.PutText(n, "personal", v)
	}
	if e.op.Has("options") && slices.Contains([]string{"choice", "choices"}, tree.Text(n, "type")) {
		e.options(n)
	}
	e.key(n, self, deep)
	return nil
}

// kind changes the type and takes away what only the former one had. What is in
// force keeps its type, except where kernel/registers can widen it: the plan says.
func (e *edit) kind(n *tree.Node, deep bool) {
	kind := e.op.Line("type")
	if !e.op.Has("type") || kind == readField(n).Type {
		return
	}
	types := Types()
	if deep {
		types = InnerTypes()
	}
	if !slices.Contains(types, kind) {
		e.say("type", tree.CodeChoice)
		return
	}
	tree.PutText(n, "type", kind)
	for name, stays := range map[string]bool{
		"options": kind == "choice" || kind == "choices", "fields": kind == "group", "catalogue": kind == "code", "register": kind == "reference",
		"scale": kind == "decimal", "searchable": kind == "text" || kind == "longtext", "pattern": kind == "text",
		"measure": kind == "integer" || kind == "decimal", "max": slices.Contains([]string{"text", "longtext", "integer", "decimal", "money", "file", "group"}, kind),
	} {
		if !stays {
			tree.Put(n, name, nil)
			delete(e.op.Values, name)
		}
	}
	begin(n, kind)
}

// options reads one option a line: "value | words | English", or the words alone.
func (e *edit) options(n *tree.Node) {
	old := map[string]*tree.Node{}
	for _, o := range tree.List(n, "options") {
		old[tree.Text(o, "value")] = o
	}
	var taken []string
	var all []*tree.Node
	for _, line := range e.op.Lines("options") {
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		value, label := parts[0], tree.Words{VI: parts[0]}
		switch len(parts) {
		case 1:
			value = formedit.Key(parts[0], taken)
		case 2:
			label.VI = parts[1]
		default:
			label.VI, label.EN = parts[1], parts[2]
		}
		if value == "" || label.VI == "" || slices.Contains(taken, value) {
			e.say("options", "authoring.register.option", "line", line)
			continue
		}
		taken = append(taken, value)
		o := tree.Copy(old[value])
		if o == nil {
			o = tree.Mapping()
			tree.PutText(o, "value", value)
		}
		tree.PutWords(o, "label", label)
		all = append(all, o)
	}
	if len(all) == 0 {
		e.say("options", tree.CodeNeeded)
		return
	}
	tree.Put(n, "options", tree.Sequence(all...))
}

// key calls a field otherwise, everywhere the file names it. The key of a field
// that is in force is the name of its column and stays: people read the label.
func (e *edit) key(n *tree.Node, from string, deep bool) {
	to := e.op.Line("key")
	if !e.op.Has("key") || to == from {
		return
	}
	if e.base != nil && !deep {
		if _, in := e.base.Field(from); in {
			e.say("key", "authoring.register.key_in_force", "key", from)
			return
		}
	}
	taken := e.keys()
	if deep {
		taken = nil
	}
	switch {
	case reserved(to):
		e.say("key", "authoring.register.reserved", "key", to)
	case !isKey(to):
		e.say("key", tree.CodeKey)
	case slices.Contains(taken, to):
		e.say("key", tree.CodeTaken, "key", to)
	default:
		tree.PutText(n, "key", to)
		if !deep {
			e.rename(from, to)
		}
	}
}

// removeField hides a field that is in force, and forgets one that is new.
func (e *edit) removeField(n, list *tree.Node, at int) error {
	key := tree.Text(n, "key")
	for _, r := range e.before.Rights {
		if r.Way == "only" && len(r.Named) == 1 && r.Named[0] == key {
			return tree.Refuse("at", "authoring.register.only_field", "right", r.Name.VI)
		}
	}
	if len(e.before.Shown()) == 1 && !tree.True(n, "hidden") {
		return tree.Refuse("at", "authoring.register.last_field")
	}
	if e.base != nil {
		if _, in := e.base.Field(key); in {
			hide(n)
			e.unname(key)
			return nil
		}
	}
	tree.Take(list, at)
	e.unname(key)
	return nil
}

// showField shows a hidden field again. Rights for all fields but some do not
// show it: who they held it back from is no longer known.
func (e *edit) showField() error {
	n, _, _ := e.here(PartFields)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	tree.Put(n, "hidden", nil)
	for _, r := range tree.List(e.item.Root(), "rights") {
		if except := tree.Texts(r, "except"); len(except) > 0 {
			tree.PutTexts(r, "except", append(slices.Clone(except), tree.Text(n, "key")))
		}
	}
	return nil
}
