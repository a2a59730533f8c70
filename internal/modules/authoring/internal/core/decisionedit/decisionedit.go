// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package decisionedit edits a decision table of a pack as a sheet, with its
// examples beside it. Every edit gives a whole item or says what is wrong with
// it; gaps, overlaps and examples that come out wrong are for the list of
// problems, so that a table can be written piece by piece.
package decisionedit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// The edits. Places: "r2" the third row, "i0" the first input, "o0" the first
// output, "c1" the second example. What was typed into cells is taken with
// every edit.
const (
	Save       = "save"
	AddRow     = "add_row"
	AddInput   = "add_input"
	AddOutput  = "add_output"
	SetColumn  = "set_column"
	AddCase    = "add_case"
	CopyRow    = "copy"
	RemoveThis = "remove"
	MoveUp     = "up"
	MoveDown   = "down"
)

// Limits of a table, as kernel/decisions has them.
const (
	maxRows    = 2_000
	maxColumns = 20
	maxCases   = 500
)

// Types are what a column may hold.
func Types() []decisions.Type {
	return []decisions.Type{decisions.Choice, decisions.Number, decisions.Money, decisions.YesNo, decisions.Text}
}

// Hits are the hit policies.
func Hits() []decisions.Hit {
	return []decisions.Hit{decisions.Unique, decisions.First, decisions.Sum}
}

// Modes are the ways to round.
func Modes() []decisions.Mode {
	return []decisions.Mode{decisions.Up, decisions.Down, decisions.Nearest}
}

// Read returns the table; the error is tree.ErrShape where its parts are of the
// wrong kind.
func Read(item tree.Item) (decisions.Decision, error) {
	d, found := decisions.Decode(item.Root())
	for _, f := range found {
		if f.Code == "decisions.shape" {
			return d, fmt.Errorf("%w: %v", tree.ErrShape, f.Args["cause"])
		}
	}
	return d, nil
}

// Done is what an edit came to.
type Done struct {
	Item    tree.Item
	At      string
	Renamed *formedit.Renamed // an input that is called otherwise now
}

// Apply makes one edit. The item given stays as it is. The error is
// *errs.Error with the problems of the inputs.
func Apply(item tree.Item, op tree.Op) (Done, error) {
	before, err := Read(item)
	if err != nil {
		return Done{}, err
	}
	e := &edit{item: item.Clone(), op: op, before: before, done: Done{At: op.At}}
	e.cells()
	if len(e.wrong) == 0 {
		if err := e.do(); err != nil {
			return Done{}, err
		}
	}
	if len(e.wrong) == 0 {
		e.check()
	}
	if err := errs.BadInput(e.wrong); err != nil {
		return Done{}, err
	}
	e.done.Item = e.item
	return e.done, nil
}

type edit struct {
	item   tree.Item
	op     tree.Op
	before decisions.Decision
	wrong  []errs.Field
	done   Done
}

func (e *edit) say(name, code string, args ...any) {
	e.wrong = append(e.wrong, tree.Wrong(name, code, args...))
}

func (e *edit) do() error {
	switch e.op.Do {
	case Save:
		return nil
	case AddRow:
		return e.addRow()
	case AddInput, AddOutput:
		return e.addColumn()
	case SetColumn:
		return e.setColumn()
	case AddCase:
		return e.addCase()
	case CopyRow, RemoveThis, MoveUp, MoveDown:
		return e.arrange()
	}
	return tree.Refuse("do", tree.CodeUnknown)
}

// check refuses cells that cannot be read, where they are new. What is moved or
// taken away breaks formulas elsewhere: that is for the list of problems.
func (e *edit) check() {
	if slices.Contains([]string{RemoveThis, MoveUp, MoveDown}, e.op.Do) && len(e.op.Values) == 0 {
		return
	}
	after, err := Read(e.item)
	if err != nil {
		e.say("do", "authoring.edit.shape")
		return
	}
	known := map[string]bool{}
	for _, f := range decisions.Check(e.before) {
		known[f.Name+" "+f.Code+" "+written(e.before, f.Name)] = true
	}
	if _, found := decisions.Draft(after); len(found) > 0 {
		for _, f := range found {
			if slices.Contains([]string{"decisions.cell", "decisions.formula", "decisions.key", "decisions.options", "decisions.range"}, f.Code) && !known[f.Name+" "+f.Code+" "+written(after, f.Name)] {
				f.Name = Input(f.Name)
				e.wrong = append(e.wrong, f)
			}
		}
	}
}

// written is what stands in a cell that a problem names.
func written(d decisions.Decision, name string) string {
	var row, column int
	if n, _ := fmt.Sscanf(name, "rows[%d].when[%d]", &row, &column); n == 2 && row < len(d.Rows) && column < len(d.Rows[row].When) {
		return d.Rows[row].When[column]
	}
	if n, _ := fmt.Sscanf(name, "rows[%d].then[%d]", &row, &column); n == 2 && row < len(d.Rows) && column < len(d.Rows[row].Then) {
		return d.Rows[row].Then[column]
	}
	return ""
}

// Input is the name of the input in which a mistake is mended: rows[2].when[0]
// is r2.when.0.
func Input(name string) string {
	for long, short := range map[string]string{"rows": "r", "inputs": "i", "outputs": "o", "cases": "c", "bounds": "b"} {
		if rest, ok := strings.CutPrefix(name, long+"["); ok {
			n, part, _ := strings.Cut(rest, "]")
			part = strings.NewReplacer("[", ".", "]", "").Replace(part)
			return short + n + part
		}
	}
	return name
}

// cells takes everything that was typed: the head, cells, bounds and examples.
func (e *edit) cells() {
	root := e.item.Root()
	if e.op.Has("title_vi") {
		if w := e.op.Words("title"); w.VI == "" {
			e.say("title_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(root, "title", w)
		}
	}
	if e.op.Has("hit") {
		if !slices.Contains(Hits(), decisions.Hit(e.op.Line("hit"))) {
			e.say("hit", tree.CodeChoice)
		} else {
			tree.PutText(root, "hit", e.op.Line("hit"))
		}
	}
	if e.op.Has("legal") {
		tree.PutText(root, "legal", e.op.Line("legal"))
	}
	if e.op.Has("version") {
		if n, err := strconv.Atoi(e.op.Line("version")); err != nil || n < 1 || n > 100_000 {
			e.say("version", tree.CodeNumber)
		} else {
			tree.PutWhole(root, "version", e.op.Line("version"))
		}
	}
	for i, n := range tree.List(root, "rows") {
		at := "r" + strconv.Itoa(i) + "."
		e.line(n, "when", at+"when.", len(e.before.Inputs))
		e.line(n, "then", at+"then.", len(e.before.Outputs))
		if e.op.Has(at + "note_vi") {
			w := e.op.Words(at + "note")
			if now := tree.GetWords(n, "note"); !e.op.Has(at+"note_en") && now.VI == w.VI {
				w.EN = now.EN
			}
			if w.VI == "" {
				w.EN = ""
			}
			tree.PutWords(n, "note", w)
		}
		if e.op.Has(at + "legal") {
			tree.PutText(n, "legal", e.op.Line(at+"legal"))
		}
	}
	for j, c := range e.before.Outputs {
		e.bound("b"+strconv.Itoa(j)+".", c)
	}
	for i, n := range tree.List(root, "cases") {
		e.example(n, "c"+strconv.Itoa(i)+".")
	}
}

// line takes the cells of a row.
func (e *edit) line(n *tree.Node, name, at string, columns int) {
	sent := false
	now := tree.Texts(n, name)
	all := make([]*tree.Node, columns)
	old := tree.List(n, name)
	for j := range columns {
		was := ""
		if j < len(now) {
			was = now[j]
		}
		value := was
		if e.op.Has(at + strconv.Itoa(j)) {
			if value = e.op.Line(at + strconv.Itoa(j)); len(value) > 1000 {
				e.say(at+strconv.Itoa(j), tree.CodeMany)
				continue
			}
		}
		if value != was || j >= len(old) {
			all[j], sent = quoted(value), true
		} else {
			all[j] = old[j]
		}
	}
	if sent && len(e.wrong) == 0 {
		list := tree.Ensure(n, name)
		list.Content = all
	}
}

// quoted is a cell, which is a text also where it looks like a number.
func quoted(s string) *tree.Node {
	n := tree.Scalar(s)
	n.Style = yaml.DoubleQuotedStyle
	return n
}

// bound takes how an output is rounded and kept.
func (e *edit) bound(at string, c decisions.Column) {
	if !e.op.Has(at + "round_to") {
		return
	}
	list := tree.Get(e.item.Root(), "bounds")
	var n *tree.Node
	i := -1
	for k, one := range tree.List(e.item.Root(), "bounds") {
		if tree.Text(one, "output") == c.Key {
			n, i = one, k
		}
	}
	empty := true
	for _, name := range []string{"round_to", "least", "most"} {
		v := strings.ReplaceAll(e.op.Line(at+name), ".", "") // 150.000
		if v == "" {
			continue
		}
		empty = false
		if _, err := strconv.ParseInt(v, 10, 64); err != nil {
			e.say(at+name, tree.CodeNumber)
		}
	}
	if len(e.wrong) > 0 {
		return
	}
	if empty {
		if n != nil {
			tree.Take(list, i)
			if len(list.Content) == 0 {
				tree.Put(e.item.Root(), "bounds", nil)
			}
		}
		return
	}
	if n == nil {
		n = tree.Mapping()
		tree.PutText(n, "output", c.Key)
		list = tree.Ensure(e.item.Root(), "bounds")
		tree.Insert(list, len(list.Content), n)
	}
	for _, name := range []string{"round_to", "least", "most"} {
		tree.PutWhole(n, name, strings.ReplaceAll(e.op.Line(at+name), ".", ""))
	}
	if mode := e.op.Line(at + "mode"); mode != "" && tree.Text(n, "round_to") != "" {
		if !slices.Contains(Modes(), decisions.Mode(mode)) {
			e.say(at+"mode", tree.CodeChoice)
		}
		tree.PutText(n, "mode", mode)
	} else if tree.Text(n, "round_to") == "" {
		tree.PutText(n, "mode", "")
	}
}

// example takes what was typed of an example.
func (e *edit) example(n *tree.Node, at string) {
	if e.op.Has(at + "name") {
		tree.PutText(n, "name", e.op.Line(at+"name"))
	}
	for name, columns := range map[string][]decisions.Column{"given": e.before.Inputs, "want": e.before.Outputs} {
		for j, c := range columns {
			input := at + name + "." + strconv.Itoa(j)
			if !e.op.Has(input) {
				continue
			}
			values := tree.Get(n, name)
			if values == nil {
				values = tree.Mapping()
				values.Style = yaml.FlowStyle
				tree.Put(n, name, values)
			}
			v := strings.TrimSpace(e.op.Line(input))
			if v == tree.Text(values, c.Key) {
				continue
			}
			tree.Put(values, c.Key, nil)
			if v != "" {
				tree.Put(values, c.Key, quoted(v))
			}
		}
	}
}

func (e *edit) addRow() error {
	list := tree.Ensure(e.item.Root(), "rows")
	if len(list.Content) >= maxRows {
		return tree.Refuse("at", tree.CodeMany)
	}
	n := tree.Mapping()
	n.Style = yaml.FlowStyle
	when, then := tree.Sequence(), tree.Sequence()
	for range e.before.Inputs {
		when.Content = append(when.Content, quoted("-"))
	}
	for _, c := range e.before.Outputs {
		then.Content = append(then.Content, quoted(first(c)))
	}
	when.Style, then.Style = yaml.FlowStyle, yaml.FlowStyle
	tree.Put(n, "when", when)
	tree.Put(n, "then", then)
	tree.Insert(list, len(list.Content), n)
	e.done.At = "r" + strconv.Itoa(len(list.Content)-1)
	return nil
}

// first is a value that an output can have.
func first(c decisions.Column) string {
	switch c.Type {
	case decisions.Number, decisions.Money:
		return "0"
	case decisions.YesNo:
		return "không"
	case decisions.Choice:
		if len(c.Options) > 0 {
			return c.Options[0].Value
		}
	case decisions.Text:
	}
	return "–"
}

func (e *edit) addCase() error {
	if len(tree.List(e.item.Root(), "cases")) >= maxCases {
		return tree.Refuse("new_case", tree.CodeMany)
	}
	name := e.op.Line("new_case")
	if name == "" {
		return tree.Refuse("new_case", tree.CodeNeeded)
	}
	n := tree.Mapping()
	tree.PutText(n, "name", name)
	for part, columns := range map[string][]decisions.Column{"given": e.before.Inputs, "want": e.before.Outputs} {
		values := tree.Mapping()
		values.Style = yaml.FlowStyle
		for j, c := range columns {
			if v := e.op.Line("new_case." + part + "." + strconv.Itoa(j)); v != "" {
				tree.Put(values, c.Key, quoted(v))
			}
		}
		tree.Put(n, part, values)
	}
	list := tree.Ensure(e.item.Root(), "cases")
	tree.Insert(list, len(list.Content), n)
	e.done.At = "c" + strconv.Itoa(len(list.Content)-1)
	return nil
}

// arrange copies, removes and moves rows, columns and examples.
func (e *edit) arrange() error {
	if e.op.At == "" {
		return tree.Refuse("at", tree.CodeGone)
	}
	at, err := strconv.Atoi(e.op.At[1:])
	name := map[byte]string{'r': "rows", 'i': "inputs", 'o': "outputs", 'c': "cases"}[e.op.At[0]]
	list := tree.Get(e.item.Root(), name)
	if err != nil || name == "" || list == nil || at < 0 || at >= len(list.Content) {
		return tree.Refuse("at", tree.CodeGone)
	}
	by := map[string]int{MoveUp: -1, MoveDown: 1}[e.op.Do]
	switch {
	case e.op.Do == CopyRow && (name == "rows" || name == "cases"):
		if len(list.Content) >= maxRows || name == "cases" && len(list.Content) >= maxCases {
			return tree.Refuse("at", tree.CodeMany)
		}
		tree.Insert(list, at+1, tree.Copy(list.Content[at]))
		e.done.At = e.op.At[:1] + strconv.Itoa(at+1)
	case e.op.Do == CopyRow:
		return tree.Refuse("do", tree.CodeUnknown)
	case e.op.Do == RemoveThis:
		if len(list.Content) == 1 && (name == "rows" || name == "outputs" || name == "inputs") {
			return tree.Refuse("at", "authoring.edit.last")
		}
		gone := tree.Take(list, at)
		e.column(name, func(cells *tree.Node) { tree.Take(cells, at) })
		e.forget(name, tree.Text(gone, "key"))
		if name == "cases" && len(list.Content) == 0 {
			tree.Put(e.item.Root(), "cases", nil)
		}
		e.done.At = ""
	default:
		if !tree.Move(list, at, by) {
			return tree.Refuse("at", "authoring.edit.edge")
		}
		e.column(name, func(cells *tree.Node) { tree.Move(cells, at, by) })
		e.done.At = e.op.At[:1] + strconv.Itoa(at+by)
	}
	return nil
}

// column does something to the cells of a column in every row.
func (e *edit) column(name string, do func(cells *tree.Node)) {
	part := map[string]string{"inputs": "when", "outputs": "then"}[name]
	if part == "" {
		return
	}
	for _, r := range tree.List(e.item.Root(), "rows") {
		if cells := tree.Get(r, part); cells != nil && cells.Kind == yaml.SequenceNode {
			do(cells)
		}
	}
}

// forget takes a column out of examples and bounds.
func (e *edit) forget(name, key string) {
	part := map[string]string{"inputs": "given", "outputs": "want"}[name]
	if part == "" {
		return
	}
	for _, c := range tree.List(e.item.Root(), "cases") {
		if values := tree.Get(c, part); values != nil {
			tree.Put(values, key, nil)
		}
	}
	for i, b := range tree.List(e.item.Root(), "bounds") {
		if name == "outputs" && tree.Text(b, "output") == key {
			list := tree.Get(e.item.Root(), "bounds")
			tree.Take(list, i)
			if len(list.Content) == 0 {
				tree.Put(e.item.Root(), "bounds", nil)
			}
			return
		}
	}
}
