// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package registeredit edits the file of a register: fields, who may see and
// change what, list, map and states. Every edit gives a whole item or says what
// is wrong with its inputs; whether the register as a whole can be made is said
// by kernel/registers. It keeps nothing.
package registeredit

import (
	"slices"
	"strconv"

	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
)

// The edits. Places are a letter and a number: "f2" the third field, "f2.0" the
// first field of its rows, "r0" a right, "l0" a column of the list, "s0" a state,
// "m0" a move, "o0" a column of what is published, "t0" a measure, "t0.1" the
// second of its targets; a letter alone is the part of the page.
const (
	SetHead    = "set_head"
	AddField   = "add_field"
	SetField   = "set_field"
	ShowField  = "show"  // a hidden field is shown again
	SameField  = "same"  // the field called value "to" is the former one called "from"
	ApartField = "apart" // the former field called "from" is kept hidden: "to" is a new one
	AddRight   = "add_right"
	SetRight   = "set_right"
	SetList    = "set_list"
	SetMap     = "set_map"
	BeginLife  = "begin_life"
	EndLife    = "end_life"
	AddState   = "add_state"
	SetState   = "set_state"
	AddMove    = "add_move"
	SetMove    = "set_move"
	SetPurpose = "set_purpose"
	SetKept    = "set_retention"
	EndKept    = "end_retention"
	SetOpen    = "set_open_data"
	EndOpen    = "end_open_data"
	AddMeasure = "add_measure"
	SetMeasure = "set_measure"
	AddTarget  = "add_target"
	SetTarget  = "set_target"
	SetText    = "set_text" // the whole file, value "text"
	MoveUp     = "up"
	MoveDown   = "down"
	RemoveThis = "remove"
)

// The letters of the parts of a register.
const (
	PartFields   = "f"
	PartRights   = "r"
	PartList     = "l"
	PartStates   = "s"
	PartMoves    = "m"
	PartKept     = "d" // what personal data is for, how long records are kept, what is published, what plans ask for
	PartOpen     = "o" // of that the columns that are published
	PartMeasures = "t" // and the measures
	PartText     = "y"
	PartPreview  = "p"
	PartPlan     = "k"
)

// The limits of kernel/registers.
const (
	maxFields = 200
	maxRights = 8
	maxStates = 20
	maxRows   = 30 // fields of a group

	maxMeasures = 20
	maxTargets  = 20
)

// Field is a field as it stands.
type Field struct {
	Key, Type                                                            string
	Label, Hint                                                          tree.Words
	Max, Scale, Personal, Measure, Pattern, Compute, Catalogue, Register string
	Required, Unique, Searchable, Hidden                                 bool
	Options                                                              []Option
	Fields                                                               []Field // of a group
}

// Option is one value to choose.
type Option struct {
	Value string
	Label tree.Words
}

// Line is how an option stands in the input of all of them.
func (o Option) Line() string {
	line := o.Value + " | " + o.Label.VI
	if o.Label.EN != "" {
		line += " | " + o.Label.EN
	}
	return line
}

// Who says for whom a right is.
const (
	Roles  = "roles"
	Owner  = "owner"
	Public = "public"
)

// Right is who may do what, as it stands.
type Right struct {
	ID, Who, Owner, Way              string // Way: all, only, except
	Name                             tree.Words
	Roles, Units, May, Named, States []string
	Everywhere                       bool
}

// State is a state of the life cycle, and Move a way between two.
type State struct {
	ID, Kind string
	Name     tree.Words
	Locked   bool
}

// Move is a way from states to a state.
type Move struct {
	ID, To        string
	Name          tree.Words
	From, May     []string
	Reason, Other bool
}

// Register is the file as it stands.
type Register struct {
	ID, Version                   string
	Title                         tree.Words
	Key                           []string
	Approval                      bool
	Fields                        []Field
	Rights                        []Right
	Columns, Sorts, Filters       []string
	Sort                          string
	MapPlace, MapLabel, MapColour string
	Life                          bool
	LifeName                      tree.Words
	States                        []State
	Moves                         []Move
	Purpose                       *Purpose  // nil: the file does not say it
	Kept                          *Kept     // nil: for ever
	Open                          *OpenData // nil: nothing is published
	Measures                      []Measure
}

// Field returns the field called key.
func (r Register) Field(key string) (Field, bool) {
	i := slices.IndexFunc(r.Fields, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return r.Fields[i], true
}

// Shown returns the fields that are not hidden.
func (r Register) Shown() []Field {
	return slices.DeleteFunc(slices.Clone(r.Fields), func(f Field) bool { return f.Hidden })
}

// Read returns the register of an item.
func Read(item tree.Item) Register {
	root := item.Root()
	list, layer, life := tree.Get(root, "list"), tree.Get(root, "map"), tree.Get(root, "life")
	r := Register{
		ID: tree.Text(root, "id"), Version: tree.Text(root, "version"), Title: tree.GetWords(root, "title"), Key: tree.Texts(root, "key"),
		Approval: tree.True(root, "approval"), Columns: tree.Texts(list, "columns"), Sort: tree.Text(list, "sort"), Sorts: tree.Texts(list, "sorts"),
		Filters: tree.Texts(list, "filters"), MapPlace: tree.Text(layer, "place"), MapLabel: tree.Text(layer, "label"), MapColour: tree.Text(layer, "colour"),
		Life: life != nil, LifeName: tree.GetWords(life, "name"), Purpose: readPurpose(root), Kept: readKept(root), Open: readOpen(root), Measures: readMeasures(root),
	}
	for _, n := range tree.List(root, "fields") {
		r.Fields = append(r.Fields, readField(n))
	}
	for _, n := range tree.List(root, "rights") {
		r.Rights = append(r.Rights, readRight(n))
	}
	for _, n := range tree.List(life, "states") {
		r.States = append(r.States, State{tree.Text(n, "id"), tree.Text(n, "kind"), tree.GetWords(n, "name"), tree.True(n, "locked")})
	}
	for _, n := range tree.List(life, "moves") {
		r.Moves = append(r.Moves, Move{
			tree.Text(n, "id"), tree.Text(n, "to"), tree.GetWords(n, "name"), tree.Texts(n, "from"), tree.Texts(n, "may"),
			tree.True(n, "reason"), tree.True(n, "other_person"),
		})
	}
	return r
}

func readField(n *tree.Node) Field {
	f := Field{
		Key: tree.Text(n, "key"), Type: tree.Text(n, "type"), Label: tree.GetWords(n, "label"), Hint: tree.GetWords(n, "hint"),
		Max: tree.Text(n, "max"), Scale: tree.Text(n, "scale"), Personal: tree.Text(n, "personal"), Measure: tree.Text(n, "measure"),
		Pattern: tree.Text(n, "pattern"), Compute: tree.Text(n, "compute"), Catalogue: tree.Text(n, "catalogue"), Register: tree.Text(n, "register"),
		Required: tree.True(n, "required"), Unique: tree.True(n, "unique"), Searchable: tree.True(n, "searchable"), Hidden: tree.True(n, "hidden"),
	}
	if len(f.Type) == len("decimal(0)") && f.Type[:8] == "decimal(" {
		f.Type, f.Scale = "decimal", f.Type[8:9]
	}
	for _, o := range tree.List(n, "options") {
		f.Options = append(f.Options, Option{tree.Text(o, "value"), tree.GetWords(o, "label")})
	}
	for _, inner := range tree.List(n, "fields") {
		f.Fields = append(f.Fields, readField(inner))
	}
	return f
}

func readRight(n *tree.Node) Right {
	r := Right{
		ID: tree.Text(n, "id"), Name: tree.GetWords(n, "name"), Roles: tree.Texts(n, "roles"), Owner: tree.Text(n, "owner"), Units: tree.Texts(n, "units"),
		May: tree.Texts(n, "may"), States: tree.Texts(n, "states"), Everywhere: tree.True(n, "everywhere"), Who: Roles, Way: "all",
	}
	switch {
	case tree.True(n, "public"):
		r.Who = Public
	case r.Owner != "":
		r.Who = Owner
	}
	if only := tree.Texts(n, "only"); len(only) > 0 {
		r.Way, r.Named = "only", only
	} else if except := tree.Texts(n, "except"); len(except) > 0 {
		r.Way, r.Named = "except", except
	}
	return r
}

// Done is what an edit came to.
type Done struct {
	Item tree.Item
	At   string // where the edited part is now
}

// Apply makes one edit. Base is the item as it is in force, without a root where
// the register is new: what is in force is hidden where it is taken away. The
// item given stays as it is. The error is *errs.Error with the problems of the
// inputs.
func Apply(item, base tree.Item, op tree.Op) (Done, error) {
	e := &edit{item: item.Clone(), op: op, before: Read(item), at: op.At}
	if base.Root() != nil {
		r := Read(base)
		e.base, e.baseItem = &r, base
	}
	do, ok := map[string]func() error{
		SetHead: e.setHead, AddField: e.addField, SetField: e.setField, ShowField: e.showField, SameField: e.same, ApartField: e.apart,
		AddRight: e.addRight, SetRight: e.setRight, SetList: e.setList, SetMap: e.setMap,
		BeginLife: e.beginLife, EndLife: e.endLife, AddState: e.addState, SetState: e.setState, AddMove: e.addMove, SetMove: e.setMove,
		SetPurpose: e.setPurpose, SetKept: e.setKept, EndKept: e.end("retention"), SetOpen: e.setOpen, EndOpen: e.end("open_data"),
		AddMeasure: e.addMeasure, SetMeasure: e.setMeasure, AddTarget: e.addTarget, SetTarget: e.setTarget,
		SetText: e.setText, MoveUp: func() error { return e.move(-1) }, MoveDown: func() error { return e.move(1) }, RemoveThis: e.remove,
	}[op.Do]
	if !ok {
		return Done{}, tree.Refuse("do", tree.CodeUnknown)
	}
	err := do()
	if err == nil {
		err = errs.BadInput(e.wrong)
	}
	if err != nil {
		return Done{}, err
	}
	raise(e.item, base)
	return Done{e.item, e.at}, nil
}

// raise gives a changed register the version after that in force: the same
// version may not say two things.
func raise(item, base tree.Item) {
	if base.Root() == nil {
		return
	}
	was, err := strconv.Atoi(tree.Text(base.Root(), "version"))
	now, wrong := strconv.Atoi(tree.Text(item.Root(), "version"))
	if err == nil && (wrong != nil || now <= was) && !tree.Same(item.Root(), base.Root()) {
		tree.PutWhole(item.Root(), "version", strconv.Itoa(was+1))
	}
}

type edit struct {
	item   tree.Item
	op     tree.Op
	before Register
	base   *Register // nil: the register is new
	wrong  []errs.Field
	at     string

	baseItem tree.Item
}

func (e *edit) say(name, code string, args ...any) {
	e.wrong = append(e.wrong, tree.Wrong(name, code, args...))
}

// here returns the node at the place of the edit, the list it lies in and its
// number there; nil where it is gone.
func (e *edit) here(part string) (n, list *tree.Node, at int) {
	if len(e.op.At) < 2 || e.op.At[:1] != part {
		return nil, nil, 0
	}
	list = e.list(part)
	outer, inner, deep := cut(e.op.At[1:])
	if outer < 0 || list == nil || outer >= len(list.Content) {
		return nil, nil, 0
	}
	if !deep {
		return list.Content[outer], list, outer
	}
	list = tree.Get(list.Content[outer], map[string]string{PartFields: "fields", PartMeasures: "targets"}[part])
	if list == nil || inner < 0 || inner >= len(list.Content) {
		return nil, nil, 0
	}
	return list.Content[inner], list, inner
}

// cut reads "2" and "2.0".
func cut(s string) (outer, inner int, deep bool) {
	i := slices.Index([]byte(s), '.')
	if i < 0 {
		return number(s), 0, false
	}
	return number(s[:i]), number(s[i+1:]), true
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// list is the list of nodes of a part.
func (e *edit) list(part string) *tree.Node {
	root := e.item.Root()
	switch part {
	case PartFields:
		return tree.Get(root, "fields")
	case PartRights:
		return tree.Get(root, "rights")
	case PartList:
		return tree.Get(tree.Get(root, "list"), "columns")
	case PartStates:
		return tree.Get(tree.Get(root, "life"), "states")
	case PartMoves:
		return tree.Get(tree.Get(root, "life"), "moves")
	case PartOpen:
		return tree.Get(tree.Get(root, "open_data"), "fields")
	case PartMeasures:
		return tree.Get(root, "measures")
	}
	return nil
}

// move changes the place of a part among its like.
func (e *edit) move(by int) error {
	if e.op.At == "" {
		return tree.Refuse("at", tree.CodeGone)
	}
	part := e.op.At[:1]
	n, list, at := e.here(part)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	if !tree.Move(list, at, by) {
		return nil // it stands at the end already
	}
	e.at = part
	return nil
}

// remove takes a part away; a field that is in force is hidden.
func (e *edit) remove() error {
	if e.op.At == "" {
		return tree.Refuse("at", tree.CodeGone)
	}
	part := e.op.At[:1]
	n, list, at := e.here(part)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	e.at = part
	switch _, _, deep := cut(e.op.At[1:]); {
	case part == PartFields && deep && len(list.Content) == 1:
		return tree.Refuse("at", "authoring.register.last_inner")
	case part == PartFields && !deep:
		return e.removeField(n, list, at)
	case part == PartStates:
		return e.removeState(n, list, at)
	case part == PartOpen && len(list.Content) == 1:
		return tree.Refuse("at", "authoring.register.open_last")
	case part == PartMeasures:
		e.removeMeasure(list, at, deep)
		return nil
	}
	tree.Take(list, at)
	return nil
}

// setHead says what the register is called and what names a record.
func (e *edit) setHead() error {
	root := e.item.Root()
	if e.op.Has("title_vi") {
		if w := e.op.Words("title"); w.VI == "" {
			e.say("title_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(root, "title", w)
		}
	}
	if e.op.Has("approval") {
		tree.PutTrue(root, "approval", e.op.Line("approval") != "")
	}
	if e.op.Has("key") {
		tree.PutTexts(root, "key", e.known("key"))
	}
	return nil
}

// known returns the values of an input that are keys of fields, or of the state, in
// their order.
func (e *edit) known(name string) (all []string) {
	fields := e.before.Known()
	for _, key := range e.op.Values[name] {
		if slices.ContainsFunc(fields, func(f Field) bool { return f.Key == key }) && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}
