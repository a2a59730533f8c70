// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package formedit edits a form of a pack, question by question. Every edit
// gives a whole item or says what is wrong with it; whether the form as a whole
// can be asked is said by kernel/forms. It keeps nothing.
package formedit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// The edits. Places are "1" for the second page, "1.0" for its first question,
// "1.0.2" for a question of its rows, "k0" for a check between answers.
const (
	SetForm     = "set_form"
	AddPage     = "add_page"
	SetPage     = "set_page"
	AddField    = "add_field"
	SetField    = "set_field"
	AddCheck    = "add_check"
	SetCheck    = "set_check"
	MoveUp      = "up"
	MoveDown    = "down"
	MoveTo      = "move_to" // another page, or the rows of a group: value "to"
	CopyThis    = "copy"
	RemoveThis  = "remove"
	maxQuestion = 500 // of a form, as kernel/forms allows
)

// Types are the kinds of questions, in the order in which they are offered.
func Types() []forms.Type {
	return []forms.Type{
		forms.Line, forms.Paragraphs, forms.YesNo, forms.Radios, forms.Select, forms.Checkboxes, forms.Code, forms.Day, forms.PartialDay, forms.Year,
		forms.Number, forms.Money, forms.PersonNumber, forms.Phone, forms.Email, forms.Address, forms.Unit, forms.TaxCode, forms.Insurance, forms.Card,
		forms.Person, forms.Organisation, forms.Document, forms.File, forms.Group,
	}
}

// Personal are the classes of personal data.
func Personal() []string {
	return []string{"identity", "contact", "health", "family", "finance", "general"}
}

// Prefills are what is known of people and may be offered as an answer.
func Prefills() (all []string) {
	for _, who := range []string{"owner.", "submitter."} {
		for _, what := range []string{"name", "number", "born", "sex", "phone", "email", "residence"} {
			all = append(all, who+what)
		}
	}
	return all
}

// Parts are those of an answer that may stay empty.
func Parts(t forms.Type) []string {
	switch t {
	case forms.Person:
		return []string{"name", "number", "born", "sex"}
	case forms.Organisation:
		return []string{"tax_code", "name"}
	case forms.Document:
		return []string{"kind", "number", "issued", "issuer"}
	default: // the others have one part
	}
	return nil
}

// Done is what an edit came to.
type Done struct {
	Item    tree.Item
	At      string   // where the edited part is now; empty for the form
	Renamed *Renamed // a key that is called otherwise now
}

// Renamed is a key that others may name: results as {form.key}, tables as input.
type Renamed struct{ From, To string }

// Read returns the form; the error is tree.ErrShape where its parts are of the
// wrong kind.
func Read(item tree.Item) (d forms.Definition, err error) {
	if err := item.Decode(&d); err != nil {
		return d, fmt.Errorf("%w: %w", tree.ErrShape, err)
	}
	return d, nil
}

// Apply makes one edit. The item given stays as it is. The error is
// *errs.Error with the problems of the inputs.
func Apply(item tree.Item, op tree.Op) (Done, error) {
	item = item.Clone()
	before, err := Read(item)
	if err != nil {
		return Done{}, err
	}
	e := &edit{item: item, op: op, before: before}
	do, ok := map[string]func() error{
		SetForm: e.setForm, AddPage: e.addPage, SetPage: e.setPage, AddField: e.addField, SetField: e.setField, AddCheck: e.addCheck, SetCheck: e.setCheck,
		MoveUp: func() error { return e.move(-1) }, MoveDown: func() error { return e.move(1) }, MoveTo: e.moveTo, CopyThis: e.copy, RemoveThis: e.remove,
	}[op.Do]
	if !ok {
		return Done{}, tree.Refuse("do", tree.CodeUnknown)
	}
	e.done.At = op.At
	if err := do(); err != nil {
		return Done{}, err
	}
	if len(e.wrong) == 0 {
		e.check()
	}
	if err := errs.BadInput(e.wrong); err != nil {
		return Done{}, err
	}
	e.done.Item = item
	return e.done, nil
}

type edit struct {
	item   tree.Item
	op     tree.Op
	before forms.Definition
	done   Done
	wrong  []errs.Field
}

func (e *edit) add(name, code string, args ...any) {
	e.wrong = append(e.wrong, tree.Wrong(name, code, args...))
}

// check refuses what is newly wrong with the part that was edited; what is wrong
// elsewhere is for the list of problems.
func (e *edit) check() {
	at := Path(e.done.At)
	if at == "" || !slices.Contains([]string{SetPage, AddField, SetField, AddCheck, SetCheck}, e.op.Do) {
		return
	}
	after, err := Read(e.item)
	if err != nil {
		e.add("at", tree.CodeUnknown)
		return
	}
	known := map[string]bool{}
	for _, f := range e.before.Check() {
		known[f.Name+" "+f.Code] = true
	}
	for _, f := range after.Check() {
		part, under := strings.CutPrefix(f.Name, at+".")
		if !under || known[f.Name+" "+f.Code] || strings.Contains(part, "fields") {
			continue
		}
		f.Name = Input(part)
		e.wrong = append(e.wrong, f)
	}
}

// Input is the name of the input of a part: options[1].value is written in the
// input of all options.
func Input(part string) string {
	part, _, _ = strings.Cut(part, "[")
	switch part {
	case "label", "title", "message", "why", "hint", "row":
		return part + "_vi"
	}
	return part
}

// Path turns a place into the path of the item: "1.0" is steps[1].fields[0].
func Path(at string) string {
	if n, ok := strings.CutPrefix(at, "k"); ok {
		return "checks[" + n + "]"
	}
	if at == "" {
		return ""
	}
	var b strings.Builder
	for i, n := range strings.Split(at, ".") {
		b.WriteString([]string{"steps", ".fields", ".fields", ".fields"}[min(i, 3)] + "[" + n + "]")
	}
	return b.String()
}

// Place turns a path of a problem into the place of a page: steps[1].fields[0].label
// is "1.0".
func Place(path string) string {
	var parts []string
	for part := range strings.SplitSeq(path, ".") {
		name, rest, indexed := strings.Cut(part, "[")
		n := strings.TrimSuffix(rest, "]")
		switch {
		case !indexed:
			return strings.Join(parts, ".")
		case name == "checks":
			return "k" + n
		case name == "steps" || name == "fields":
			parts = append(parts, n)
		default:
			return strings.Join(parts, ".")
		}
	}
	return strings.Join(parts, ".")
}

// numbers returns the indexes of a place.
func numbers(at string) (all []int, ok bool) {
	if at == "" {
		return nil, true
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(at, "k"), ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, false
		}
		all = append(all, n)
	}
	return all, len(all) <= 3
}

func place(all []int) string {
	parts := make([]string, len(all))
	for i, n := range all {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ".")
}

// here returns the part that the place names and the list it stands in.
func (e *edit) here() (part, list *tree.Node, at int, err error) {
	all, ok := numbers(e.op.At)
	if !ok || len(all) == 0 {
		return nil, nil, 0, tree.Refuse("at", tree.CodeGone)
	}
	part = e.item.At(Path(e.op.At))
	if part == nil || part.Kind != yaml.MappingNode {
		return nil, nil, 0, tree.Refuse("at", tree.CodeGone)
	}
	at = all[len(all)-1]
	if strings.HasPrefix(e.op.At, "k") {
		return part, tree.Get(e.item.Root(), "checks"), at, nil
	}
	return part, e.holder(all), at, nil
}

// holder is the list in which the last of the indexes counts.
func (e *edit) holder(all []int) *tree.Node {
	if len(all) == 1 {
		return tree.Get(e.item.Root(), "steps")
	}
	return tree.Get(e.item.At(Path(place(all[:len(all)-1]))), "fields")
}

// keys returns all keys of questions; ids those of pages.
func keys(d forms.Definition) (all []string) {
	for _, s := range d.Steps {
		for _, f := range s.Fields {
			all = append(all, f.Key)
			for _, one := range f.Fields {
				all = append(all, one.Key)
			}
		}
	}
	return all
}

func ids(d forms.Definition) (all []string) {
	for _, s := range d.Steps {
		all = append(all, s.ID)
	}
	return all
}

func (e *edit) setForm() error {
	root := e.item.Root()
	e.done.At = ""
	if e.op.Has("title_vi") {
		if e.op.Words("title").VI == "" {
			return tree.Refuse("title_vi", tree.CodeNeeded)
		}
		tree.PutWords(root, "title", e.op.Words("title"))
	}
	if e.op.Has("version") {
		if n, err := strconv.Atoi(e.op.Line("version")); err != nil || n < 1 || n > 100_000 {
			return tree.Refuse("version", tree.CodeNumber)
		}
		tree.PutWhole(root, "version", e.op.Line("version"))
	}
	return nil
}

// move changes the order within a list.
func (e *edit) move(by int) error {
	_, list, at, err := e.here()
	if err != nil {
		return err
	}
	if !tree.Move(list, at, by) {
		return tree.Refuse("at", "authoring.edit.edge")
	}
	e.done.At = sibling(e.op.At, at+by)
	return nil
}

func sibling(at string, n int) string {
	if strings.HasPrefix(at, "k") {
		return "k" + strconv.Itoa(n)
	}
	all, _ := numbers(at)
	all[len(all)-1] = n
	return place(all)
}

// moveTo brings a question to the end of another page or of the rows of a group.
func (e *edit) moveTo() error {
	part, list, at, err := e.here()
	if err != nil {
		return err
	}
	from, _ := numbers(e.op.At)
	to, ok := numbers(e.op.Line("to"))
	target := e.item.At(Path(e.op.Line("to")))
	switch {
	case !ok || len(to) == 0 || len(to) > 2 || len(from) < 2 || strings.HasPrefix(e.op.At, "k") || strings.HasPrefix(e.op.Line("to"), "k") || target == nil:
		return tree.Refuse("to", tree.CodeGone)
	case len(to) == 2 && (tree.Text(target, "type") != string(forms.Group) || target == part):
		return tree.Refuse("to", tree.CodeChoice)
	case len(to) == 2 && slices.Contains([]string{string(forms.Group), string(forms.File)}, tree.Text(part, "type")):
		return tree.Refuse("to", "form.not_in_rows")
	}
	into := tree.Ensure(target, "fields")
	if into == list {
		return nil
	}
	tree.Insert(into, len(into.Content), tree.Take(list, at))
	if len(to) == 2 && len(from) == 2 && to[0] == from[0] && to[1] > from[1] {
		to[1]-- // the group has moved up by the question that left the page
	}
	e.done.At = place(append(to, len(into.Content)-1))
	return nil
}

// copy puts a copy behind a part, with keys of its own.
func (e *edit) copy() error {
	part, list, at, err := e.here()
	if err != nil {
		return err
	}
	twin := tree.Copy(part)
	taken := keys(e.before)
	switch {
	case strings.HasPrefix(e.op.At, "k"):
	case !strings.Contains(e.op.At, "."):
		tree.PutText(twin, "id", unique(tree.Text(part, "id"), "-", ids(e.before)))
		e.rename(twin, tree.List(twin, "fields"), taken)
	default:
		e.rename(twin, append([]*tree.Node{twin}, tree.List(twin, "fields")...), taken)
	}
	tree.Insert(list, at+1, twin)
	e.done.At = sibling(e.op.At, at+1)
	if d, err := Read(e.item); err == nil && len(keys(d)) > maxQuestion {
		return tree.Refuse("at", tree.CodeMany)
	}
	return nil
}

// rename gives new keys to copied questions and to what they say of each other.
func (e *edit) rename(within *tree.Node, fields []*tree.Node, taken []string) {
	all := slices.Clone(fields)
	for _, f := range fields {
		if f != within {
			all = append(all, tree.List(f, "fields")...)
		}
	}
	for _, f := range all {
		from := tree.Text(f, "key")
		to := unique(from, "_", taken)
		taken = append(taken, to)
		tree.PutText(f, "key", to)
		for _, other := range append([]*tree.Node{within}, all...) {
			renameIn(other, from, to)
		}
	}
}

// renameIn renames a key in what a page, a question or a check says of others.
func renameIn(n *tree.Node, from, to string) {
	for _, name := range []string{"show_when", "compute", "holds"} {
		if was := tree.Text(n, name); was != "" {
			if now := Rename(was, from, to); now != was {
				tree.PutText(n, name, now)
			}
		}
	}
	for _, name := range []string{"sex", "birth", "field"} {
		if tree.Text(n, name) == from {
			tree.PutText(n, name, to)
		}
	}
}

func (e *edit) remove() error {
	_, list, at, err := e.here()
	if err != nil {
		return err
	}
	if list == tree.Get(e.item.Root(), "steps") && len(list.Content) == 1 {
		return tree.Refuse("at", "authoring.edit.last")
	}
	tree.Take(list, at)
	e.done.At = ""
	if all, _ := numbers(e.op.At); len(all) > 1 {
		e.done.At = place(all[:len(all)-1])
	}
	if strings.HasPrefix(e.op.At, "k") && len(list.Content) == 0 {
		tree.Put(e.item.Root(), "checks", nil)
	}
	return nil
}

// Problem is one mistake of a form at the place where it is mended.
type Problem struct {
	At    string // place; empty for the form
	Input string // of the place
	errs.Field
}

// Problems returns every mistake of a form.
func Problems(d forms.Definition) (all []Problem) {
	for _, f := range d.Check() {
		at := Place(f.Name)
		part := strings.TrimPrefix(strings.TrimPrefix(f.Name, Path(at)), ".")
		all = append(all, Problem{At: at, Input: Input(part), Field: f})
	}
	return all
}
