// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisionedit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
)

func (e *edit) keys() (all []string) {
	for _, c := range slices.Concat(e.before.Inputs, e.before.Outputs) {
		all = append(all, c.Key)
	}
	return all
}

// addColumn adds an input or an output; every row gets a cell that changes nothing.
func (e *edit) addColumn() error {
	name, part, letter := "inputs", "when", "i"
	if e.op.Do == AddOutput {
		name, part, letter = "outputs", "then", "o"
	}
	label, kind := e.op.Words("new_label"), decisions.Type(e.op.Line("new_type"))
	if label.VI == "" {
		e.say("new_label_vi", tree.CodeNeeded)
	}
	if !slices.Contains(Types(), kind) {
		e.say("new_type", tree.CodeChoice)
	}
	key := e.op.Line("new_key")
	switch {
	case key == "":
		key = formedit.Key(label.VI, e.keys())
	case !isKey(key):
		e.say("new_key", tree.CodeKey)
	case slices.Contains(e.keys(), key):
		e.say("new_key", tree.CodeTaken, "key", key)
	}
	list := tree.Ensure(e.item.Root(), name)
	if len(list.Content) >= maxColumns {
		e.say("new_label_vi", tree.CodeMany)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	n := tree.Mapping()
	tree.PutText(n, "key", key)
	tree.PutWords(n, "label", label)
	tree.PutText(n, "type", string(kind))
	c := decisions.Column{Key: key, Type: kind}
	if kind == decisions.Choice {
		e.options(n, "new_options")
		if len(tree.List(n, "options")) == 0 {
			e.say("new_options", tree.CodeNeeded)
			return nil
		}
		c.Options = []decisions.Option{{Value: tree.Text(tree.List(n, "options")[0], "value")}}
	}
	tree.Insert(list, len(list.Content), n)
	for _, r := range tree.List(e.item.Root(), "rows") {
		cells := tree.Ensure(r, part)
		value := "-"
		if part == "then" {
			value = first(c)
		}
		cells.Content = append(cells.Content, quoted(value))
	}
	e.done.At = letter + strconv.Itoa(len(list.Content)-1)
	return nil
}

func isKey(s string) bool {
	return len(s) <= 40 && regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).MatchString(s)
}

// options reads one option a line: "value | Vietnamese | English" or the words alone.
func (e *edit) options(n *tree.Node, input string) {
	if !e.op.Has(input) {
		return
	}
	old := map[string]*tree.Node{}
	var taken []string
	for _, o := range tree.List(n, "options") {
		old[tree.Text(o, "value")] = o
	}
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
		if value == "" || label.VI == "" || len(parts) > 3 || slices.Contains(taken, value) || len(value) > 100 {
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
	if len(all) > 200 {
		e.say(input, tree.CodeMany)
		return
	}
	if len(all) == 0 {
		tree.Put(n, "options", nil)
		return
	}
	tree.Ensure(n, "options").Content = all
}

// setColumn changes what a column is; a new key goes into formulas and examples.
func (e *edit) setColumn() error {
	name := "inputs"
	if strings.HasPrefix(e.op.At, "o") {
		name = "outputs"
	}
	all := tree.List(e.item.Root(), name)
	at, err := strconv.Atoi(strings.TrimLeft(e.op.At, "io"))
	if err != nil || at < 0 || at >= len(all) || e.op.At == "" || !strings.ContainsAny(e.op.At[:1], "io") {
		return tree.Refuse("at", tree.CodeGone)
	}
	n := all[at]
	if e.op.Has("label_vi") {
		w := e.op.Words("label")
		if w.VI == "" {
			e.say("label_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(n, "label", w)
		}
	}
	if e.op.Has("type") {
		kind := decisions.Type(e.op.Line("type"))
		if !slices.Contains(Types(), kind) {
			e.say("type", tree.CodeChoice)
		}
		tree.PutText(n, "type", string(kind))
		if kind != decisions.Choice {
			tree.Put(n, "options", nil)
			delete(e.op.Values, "options")
		}
		if kind != decisions.Number && kind != decisions.Money {
			tree.Put(n, "least", nil)
			tree.Put(n, "most", nil)
			delete(e.op.Values, "least")
			delete(e.op.Values, "most")
		}
	}
	e.options(n, "options")
	for _, bound := range []string{"least", "most"} {
		if !e.op.Has(bound) {
			continue
		}
		v := strings.ReplaceAll(e.op.Line(bound), ".", "")
		if _, err := strconv.ParseInt(v, 10, 64); v != "" && err != nil {
			e.say(bound, tree.CodeNumber)
			continue
		}
		tree.PutWhole(n, bound, v)
	}
	from, to := tree.Text(n, "key"), e.op.Line("key")
	if !e.op.Has("key") || from == to {
		return nil
	}
	switch {
	case !isKey(to):
		e.say("key", tree.CodeKey)
		return nil
	case slices.Contains(e.keys(), to):
		e.say("key", tree.CodeTaken, "key", to)
		return nil
	}
	RenameColumn(e.item, from, to)
	if name == "inputs" {
		e.done.Renamed = &formedit.Renamed{From: from, To: to}
	}
	return nil
}

// RenameColumn gives a column another key, everywhere the table names it, and
// reports whether there was such a column.
func RenameColumn(item tree.Item, from, to string) (found bool) {
	root := item.Root()
	for _, name := range []string{"inputs", "outputs"} {
		for _, c := range tree.List(root, name) {
			if tree.Text(c, "key") == from {
				tree.PutText(c, "key", to)
				found = true
			}
		}
	}
	if !found {
		return false
	}
	for _, r := range tree.List(root, "rows") {
		for _, part := range []string{"when", "then"} {
			for _, cell := range tree.List(r, part) {
				if strings.HasPrefix(strings.TrimSpace(cell.Value), "=") {
					cell.Value = formedit.Rename(cell.Value, from, to)
				}
			}
		}
	}
	for _, b := range tree.List(root, "bounds") {
		if tree.Text(b, "output") == from {
			tree.PutText(b, "output", to)
		}
	}
	for _, c := range tree.List(root, "cases") {
		for _, part := range []string{"given", "want"} {
			values := tree.Get(c, part)
			if v := tree.Get(values, from); v != nil {
				tree.Put(values, from, nil)
				tree.Put(values, to, v)
			}
		}
	}
	return true
}
