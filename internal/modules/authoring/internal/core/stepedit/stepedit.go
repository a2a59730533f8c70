// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package stepedit edits a flow of a pack as the table of steps in which a
// decision sets it out. Every edit gives a whole item or says what is wrong with
// it; whether a case can run through the table is said by kernel/workflow.
package stepedit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/yaml"
)

// The edits. A place is the number of a step from 0. Values of rows are called
// "0.name_vi"; they are taken with every edit, so that nothing typed is lost.
const (
	Save       = "save"
	AddStep    = "add"
	RemoveStep = "remove"
	MoveUp     = "up"
	MoveDown   = "down"
	maxSteps   = 200
)

// Actions are what can be done in a step, in the order in which a case meets them.
func Actions() []string {
	return []string{"accept", "appraise", "consult", "draft", "sign", "issue", "deliver"}
}

// Units are the rules that find where a step is done.
func Units() []string {
	return []string{
		"received", "authority", "parent", "province", "department", "public_unit", "central_agency", "district",
		"commune", "ward", "township", "special_zone", "division", "one_stop",
	}
}

// Row is one step as it stands, right or wrong.
type Row struct {
	ID      string
	Name    tree.Words
	Post    string
	Unit    string
	Hours   string
	Product tree.Words
	Action  string
	Next    []string
	Back    string
}

// Flow is the table as it stands.
type Flow struct {
	ID      string
	Title   tree.Words
	Basis   tree.Words
	Version string
	Rows    []Row
}

// Read returns the table of an item.
func Read(item tree.Item) Flow {
	root := item.Root()
	f := Flow{ID: tree.Text(root, "id"), Title: tree.GetWords(root, "title"), Basis: tree.GetWords(root, "basis"), Version: tree.Text(root, "version")}
	for _, n := range tree.List(root, "steps") {
		f.Rows = append(f.Rows, Row{
			ID: tree.Text(n, "id"), Name: tree.GetWords(n, "name"), Post: tree.Text(n, "post"), Unit: tree.Text(n, "unit"), Hours: tree.Text(n, "hours"),
			Product: tree.GetWords(n, "product"), Action: tree.Text(n, "action"), Next: tree.Texts(n, "next"), Back: tree.Text(n, "back"),
		})
	}
	return f
}

// Table is the flow as the engine takes it.
func (f Flow) Table() workflow.Table {
	version, _ := strconv.Atoi(f.Version)
	t := workflow.Table{ID: f.ID, Title: i18n.Text(f.Title), Version: version, Basis: f.Basis.VI}
	for _, r := range f.Rows {
		hours, _ := strconv.Atoi(r.Hours)
		t.Steps = append(t.Steps, workflow.Step{
			ID: r.ID, Name: i18n.Text(r.Name), Post: r.Post, Unit: r.Unit, Hours: hours, Product: i18n.Text(r.Product), Action: r.Action, Next: r.Next, Back: r.Back,
		})
	}
	return t
}

// Drawable is the table without what leads nowhere, so that it can be drawn while it is written.
func (f Flow) Drawable() workflow.Table {
	t := f.Table()
	known := map[string]bool{}
	t.Steps = slices.DeleteFunc(t.Steps, func(s workflow.Step) bool {
		twice := known[s.ID]
		known[s.ID] = true
		return twice || s.ID == ""
	})
	for i := range t.Steps {
		s := &t.Steps[i]
		s.Next = slices.DeleteFunc(slices.Clone(s.Next), func(to string) bool { return !known[to] })
		if !known[s.Back] {
			s.Back = ""
		}
		if s.Name.VI == "" {
			s.Name.VI = s.ID
		}
	}
	return t
}

// Number returns the number under which people know a step, from 1; empty where
// there is no such step.
func (f Flow) Number(id string) string {
	for i, r := range f.Rows {
		if r.ID == id {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// Numbers writes the steps that follow as people do: "3; 4".
func (f Flow) Numbers(ids []string) string {
	var all []string
	for _, id := range ids {
		if n := f.Number(id); n != "" {
			all = append(all, n)
		} else {
			all = append(all, id) // a step that is not there: said by the check
		}
	}
	return strings.Join(all, "; ")
}

// Longest returns the working hours of the longest way through the table, each
// step once.
func (f Flow) Longest() int {
	at := map[string]int{}
	for i, r := range f.Rows {
		at[r.ID] = i
	}
	memo := map[int]int{}
	var walk func(i int, on map[int]bool) int
	walk = func(i int, on map[int]bool) int {
		if on[i] {
			return 0
		}
		if v, known := memo[i]; known {
			return v
		}
		on[i] = true
		longest := 0
		for _, to := range f.Rows[i].Next {
			if j, ok := at[to]; ok {
				longest = max(longest, walk(j, on))
			}
		}
		on[i] = false
		hours, _ := strconv.Atoi(f.Rows[i].Hours)
		memo[i] = hours + longest
		return memo[i]
	}
	if len(f.Rows) == 0 {
		return 0
	}
	return walk(0, map[int]bool{})
}

// Problem is one mistake at its row and input; Row is -1 for the whole table.
type Problem struct {
	Row   int
	Input string
	errs.Field
}

// Problems returns every mistake of the table. known tells whether a role exists.
func (f Flow) Problems(known func(role string) bool) (all []Problem) {
	for _, wrong := range f.Table().Check(known) {
		p := Problem{Row: -1, Field: wrong}
		var part string
		if n, _ := scan(wrong.Name); n >= 0 && n < len(f.Rows) {
			p.Row, part = scan(wrong.Name)
			p.Input = map[string]string{"name": "name_vi", "id": "name_vi"}[part]
			if p.Input == "" {
				p.Input = part
			}
		}
		all = append(all, p)
	}
	for i, r := range f.Rows {
		if len(r.Next) == 0 && r.Action != "deliver" {
			all = append(all, Problem{Row: i, Input: "next", Field: errs.Field{Code: "authoring.flow.ends_early"}})
		}
	}
	return all
}

// scan reads steps[2].next.
func scan(name string) (row int, part string) {
	m := regexp.MustCompile(`^steps\[(\d+)\]\.(\w+)`).FindStringSubmatch(name)
	if m == nil {
		return -1, ""
	}
	row, _ = strconv.Atoi(m[1]) // the expression matched digits
	return row, m[2]
}

// Done is what an edit came to.
type Done struct {
	Item tree.Item
	Row  int // the step that was edited, as it stands now; -1: none
}

// Apply makes one edit. The item given stays as it is. The error is
// *errs.Error with the problems of the inputs.
func Apply(item tree.Item, op tree.Op) (Done, error) {
	e := &edit{item: item.Clone(), op: op, before: Read(item)}
	e.head()
	for i, n := range tree.List(e.item.Root(), "steps") {
		if n.Kind != yaml.MappingNode {
			return Done{}, tree.Refuse("at", tree.CodeGone)
		}
		e.row(i, n)
	}
	if err := errs.BadInput(e.wrong); err != nil {
		return Done{}, err
	}
	done := Done{Item: e.item, Row: -1}
	var err error
	switch op.Do {
	case Save:
	case AddStep:
		done.Row, err = e.add()
	case RemoveStep:
		err = e.remove()
	case MoveUp:
		done.Row, err = e.move(-1)
	case MoveDown:
		done.Row, err = e.move(1)
	default:
		err = tree.Refuse("do", tree.CodeUnknown)
	}
	return done, err
}

type edit struct {
	item   tree.Item
	op     tree.Op
	before Flow
	wrong  []errs.Field
}

func (e *edit) say(name, code string, args ...any) {
	e.wrong = append(e.wrong, tree.Wrong(name, code, args...))
}

func (e *edit) head() {
	root := e.item.Root()
	if e.op.Has("title_vi") {
		w := e.op.Words("title")
		if w.VI == "" {
			e.say("title_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(root, "title", w)
		}
	}
	if e.op.Has("basis_vi") {
		w := e.op.Words("basis")
		if !e.op.Has("basis_en") {
			w.EN = tree.GetWords(root, "basis").EN
		}
		if w.VI == "" {
			w.EN = ""
		}
		tree.PutWords(root, "basis", w)
	}
	if e.op.Has("version") {
		if n, err := strconv.Atoi(e.op.Line("version")); err != nil || n < 1 || n > 100_000 {
			e.say("version", tree.CodeNumber)
		} else {
			tree.PutWhole(root, "version", e.op.Line("version"))
		}
	}
}

// row takes what was sent of a row; what was not sent stays.
func (e *edit) row(i int, n *tree.Node) {
	at := strconv.Itoa(i) + "."
	for _, name := range []string{"name", "product"} {
		if !e.op.Has(at + name + "_vi") {
			continue
		}
		w := e.op.Words(at + name)
		if !e.op.Has(at + name + "_en") {
			w.EN = tree.GetWords(n, name).EN
			if tree.GetWords(n, name).VI != w.VI {
				w.EN = "" // the English of other words
			}
		}
		if w.VI == "" && name == "name" {
			e.say(at+"name_vi", tree.CodeNeeded)
			continue
		}
		if w.VI == "" {
			w.EN = ""
		}
		tree.PutWords(n, name, w)
	}
	if e.op.Has(at + "post") {
		tree.PutText(n, "post", e.op.Line(at+"post"))
	}
	for name, values := range map[string][]string{"unit": Units(), "action": Actions()} {
		if v := e.op.Line(at + name); e.op.Has(at + name) {
			if !slices.Contains(values, v) {
				e.say(at+name, tree.CodeChoice)
				continue
			}
			tree.PutText(n, name, v)
		}
	}
	if e.op.Has(at + "hours") {
		if h, err := strconv.Atoi(e.op.Line(at + "hours")); err != nil || h < 1 || h > 10_000 {
			e.say(at+"hours", "authoring.flow.hours")
		} else {
			tree.PutWhole(n, "hours", e.op.Line(at+"hours"))
		}
	}
	if e.op.Has(at + "next") {
		if ids, ok := e.steps(at + "next"); ok && !slices.Equal(ids, tree.Texts(n, "next")) {
			if len(ids) == 1 {
				tree.PutText(n, "next", ids[0])
			} else {
				tree.PutTexts(n, "next", ids)
			}
		}
	}
	if e.op.Has(at + "back") {
		if ids, ok := e.steps(at + "back"); ok && len(ids) > 1 {
			e.say(at+"back", "authoring.flow.one_back")
		} else if ok {
			tree.PutText(n, "back", strings.Join(ids, ""))
		}
	}
}

// steps reads the numbers of steps as offices write them: "3; 4", "Bước 3 hoặc 4".
func (e *edit) steps(name string) (ids []string, ok bool) {
	said := e.op.Line(name)
	for _, one := range strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune(";,/+ ", r) }) {
		switch text.Fold(one) {
		case "buoc", "hoac", "va", "b":
			continue
		}
		n, err := strconv.Atoi(strings.TrimPrefix(text.Fold(one), "b"))
		var id string
		switch {
		case err == nil && n >= 1 && n <= len(e.before.Rows):
			id = e.before.Rows[n-1].ID
		case slices.ContainsFunc(e.before.Rows, func(r Row) bool { return r.ID == one }):
			id = one
		default:
			e.say(name, "authoring.flow.no_step", "found", one)
			return nil, false
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, true
}

func (e *edit) at() (*tree.Node, int, error) {
	list := tree.Get(e.item.Root(), "steps")
	i, err := strconv.Atoi(e.op.At)
	if err != nil || list == nil || i < 0 || i >= len(list.Content) {
		return nil, 0, tree.Refuse("at", tree.CodeGone)
	}
	return list, i, nil
}

func (e *edit) move(by int) (int, error) {
	list, i, err := e.at()
	if err != nil {
		return -1, err
	}
	if !tree.Move(list, i, by) {
		return -1, tree.Refuse("at", "authoring.edit.edge")
	}
	return i + by, nil
}
