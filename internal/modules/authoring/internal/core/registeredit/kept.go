// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/yaml"
)

// Purpose is what personal data is for, as it stands.
type Purpose struct {
	Text  tree.Words
	Basis []string // ids of laws
}

// Kept is how long records are kept, as it stands.
type Kept struct {
	Amount, Unit, Field, State, Then, Basis string
}

// Since is from when the time counts, as its input says it: "field:KEY", "state:ID".
func (k Kept) Since() string {
	switch {
	case k.Field != "":
		return sinceField + k.Field
	case k.State != "":
		return sinceState + k.State
	}
	return ""
}

// The beginnings of what an input says of from when a time counts.
const (
	sinceField = "field:"
	sinceState = "state:"
)

// OpenData is what is published, as it stands.
type OpenData struct {
	Title, About       tree.Words
	Licence, Refreshed string
	Fields             []string
	Where              []Filter
}

// Filter is a condition of lists and of what is published, as it stands.
type Filter struct {
	Field, Op string
	Values    []string
}

// TimeUnits are in what a time is said.
func TimeUnits() []string { return []string{"years", "months", "days"} }

// longest is the longest time of a unit, as kernel/registers has it.
func longest(unit string) int {
	return map[string]int{"days": 3_660, "months": 1_200, "years": 100}[unit]
}

// Ends are what can happen to a record whose time is over.
func Ends() []string { return []string{"review", "destroy", "archive"} }

// Refreshings are how often a dataset can be refreshed.
func Refreshings() []string {
	return []string{"continual", "daily", "weekly", "monthly", "quarterly", "annual", "irregular"}
}

func readPurpose(root *tree.Node) *Purpose {
	n := tree.Get(root, "purpose")
	if n == nil {
		return nil
	}
	return &Purpose{Text: tree.GetWords(n, "text"), Basis: tree.Texts(n, "basis")}
}

func readKept(root *tree.Node) *Kept {
	n := tree.Get(root, "retention")
	if n == nil {
		return nil
	}
	after, from := tree.Get(n, "after"), tree.Get(n, "from")
	k := Kept{Field: tree.Text(from, "field"), State: tree.Text(from, "state"), Then: tree.Text(n, "then"), Basis: tree.Text(n, "basis")}
	for _, unit := range TimeUnits() {
		if amount := tree.Text(after, unit); amount != "" {
			k.Amount, k.Unit = amount, unit
		}
	}
	return &k
}

func readOpen(root *tree.Node) *OpenData {
	n := tree.Get(root, "open_data")
	if n == nil {
		return nil
	}
	o := OpenData{
		Title: tree.GetWords(n, "title"), About: tree.GetWords(n, "about"), Licence: tree.Text(n, "licence"), Refreshed: tree.Text(n, "refreshed"),
		Fields: tree.Texts(n, "fields"),
	}
	for _, w := range tree.List(n, "where") {
		o.Where = append(o.Where, Filter{tree.Text(w, "field"), tree.Text(w, "op"), tree.Texts(w, "values")})
	}
	return &o
}

// lifeKey is how files call the state of a record where they name fields.
const lifeKey = "life"

// Known returns the fields that are not hidden, and behind them the state of a
// record as the choice that it is.
func (r Register) Known() []Field {
	all := r.Shown()
	if !r.Life {
		return all
	}
	f := Field{Key: lifeKey, Type: "choice", Label: r.LifeName}
	if f.Label.VI == "" {
		f.Label = tree.Words{VI: "Trạng thái", EN: "State"}
	}
	for _, s := range r.States {
		f.Options = append(f.Options, Option{s.ID, s.Name})
	}
	return append(all, f)
}

// Private reports whether a field, or one of its rows, is personal data.
func (f Field) Private() bool {
	return f.Personal != "" && f.Personal != "none" || slices.Contains([]string{"person", "person_number", "phone", "email"}, f.Type) ||
		slices.ContainsFunc(f.Fields, Field.Private)
}

// Why a field is not published.
const (
	ClosedPersonal = "personal"
	ClosedFiles    = "files"
	ClosedHidden   = "hidden" // not everybody sees it in the register
)

// Closed says why a field cannot be published; empty: it can.
func (r Register) Closed(f Field) string {
	switch {
	case f.Private():
		return ClosedPersonal
	case f.Type == "file":
		return ClosedFiles
	case !slices.ContainsFunc(r.Rights, func(one Right) bool { return one.Who == Public && slices.Contains(one.May, "view") && one.Shows(f.Key) }):
		return ClosedHidden
	}
	return ""
}

// Shows reports whether a right is one with a field.
func (r Right) Shows(key string) bool {
	return r.Way == "all" || (r.Way == "only") == slices.Contains(r.Named, key)
}

// Ticked reports whether the values of a field are few and known: records are
// chosen by ticking them.
func (f Field) Ticked() bool {
	return !f.Private() && (f.Type == "boolean" || f.Type == "choice" && len(f.Options) > 0)
}

// Values are what a field that is ticked can be.
func (f Field) Values() []string {
	if f.Type == "boolean" {
		return []string{"true", "false"}
	}
	var all []string
	for _, o := range f.Options {
		all = append(all, o.Value)
	}
	return all
}

// OpenBy returns the fields by whose values it can be ticked which records are
// published.
func (r Register) OpenBy() []Field {
	return slices.DeleteFunc(r.Known(), func(f Field) bool {
		return !f.Ticked() || r.Closed(f) != "" || f.Key != lifeKey && !slices.Contains(r.Filters, f.Key)
	})
}

// Ticks reports whether a condition of what is published is one of those that are ticked.
func (r Register) Ticks(w Filter) bool {
	return w.Op == "is" && slices.ContainsFunc(r.OpenBy(), func(f Field) bool { return f.Key == w.Field })
}

// Tick is the name of the input of the values of a field.
func Tick(key string) string { return "is." + key }

// end takes a part of the file away.
func (e *edit) end(key string) func() error {
	return func() error {
		tree.Put(e.item.Root(), key, nil)
		e.at = PartKept
		return nil
	}
}

// both says what is missing of words that are needed in both languages.
func (e *edit) both(name string) tree.Words {
	w := e.op.Words(name)
	if w.VI == "" {
		e.say(name+"_vi", tree.CodeNeeded)
	}
	if w.EN == "" {
		e.say(name+"_en", tree.CodeNeeded)
	}
	return w
}

// setPurpose says what personal data is for. Without words it is said no longer.
func (e *edit) setPurpose() error {
	e.at = PartKept
	if e.op.Has("text_vi") && e.op.Words("text") == (tree.Words{}) {
		return e.end("purpose")()
	}
	if !slices.ContainsFunc(e.before.Shown(), Field.Private) {
		e.say("text_vi", "authoring.register.purpose_of_nothing")
	}
	words := e.both("text")
	if len(e.wrong) > 0 {
		return nil
	}
	n := e.part("purpose")
	tree.PutWords(n, "text", words)
	if e.op.Has("basis") || e.op.Has("basis_more") {
		basis := nonEmpty(append(slices.Clone(e.op.Values["basis"]), e.op.Line("basis_more")))
		slices.Sort(basis)
		kept := slices.DeleteFunc(tree.Texts(n, "basis"), func(id string) bool { return !slices.Contains(basis, id) })
		for _, id := range slices.Compact(basis) {
			if !slices.Contains(kept, id) {
				kept = append(kept, id)
			}
		}
		tree.PutTexts(n, "basis", kept)
	}
	return nil
}

// setKept says how long records are kept.
func (e *edit) setKept() error {
	e.at = PartKept
	amount, unit, since := e.op.Line("amount"), e.op.Line("unit"), e.op.Line("since")
	if n, err := strconv.Atoi(amount); err != nil || n < 1 {
		e.say("amount", tree.CodeNumber)
	} else if most := longest(unit); most > 0 && n > most {
		e.say("amount", "authoring.register.kept_most", "n", most)
	}
	if !slices.Contains(TimeUnits(), unit) {
		e.say("unit", tree.CodeChoice)
	}
	if !slices.Contains(e.before.Sinces(), since) {
		e.say("since", "authoring.register.kept_since_needed")
	}
	if !slices.Contains(Ends(), e.op.Line("then")) {
		e.say("then", tree.CodeChoice)
	}
	if e.op.Line("basis") == "" {
		e.say("basis", "authoring.register.kept_basis_needed")
	}
	if len(e.wrong) > 0 {
		return nil
	}
	n := e.part("retention")
	after, from := within(n, "after"), within(n, "from")
	for _, other := range TimeUnits() {
		if other != unit {
			tree.Put(after, other, nil)
		}
	}
	tree.PutWhole(after, unit, amount)
	if state, ok := strings.CutPrefix(since, sinceState); ok {
		tree.Put(from, "field", nil)
		tree.PutText(from, "state", state)
	} else {
		tree.Put(from, "state", nil)
		tree.PutText(from, "field", since[len(sinceField):])
	}
	tree.PutText(n, "then", e.op.Line("then"))
	tree.PutText(n, "basis", e.op.Line("basis"))
	return nil
}

// Sinces are from when the time of records can count: the date of a field that
// is not personal, or the day on which a state was reached.
func (r Register) Sinces() (all []string) {
	for _, f := range r.Shown() {
		if f.Type == "date" && !f.Private() {
			all = append(all, sinceField+f.Key)
		}
	}
	for _, s := range r.States {
		all = append(all, sinceState+s.ID)
	}
	return all
}

// setOpen says what is published. Columns that were there keep their order; new
// ones come behind them. A column that was there and cannot be published stays
// where it is ticked: the list of mistakes names it.
func (e *edit) setOpen() error {
	e.at = PartKept
	title, about, licence, refreshed := e.both("title"), e.both("about"), e.op.Line("licence"), e.op.Line("refreshed")
	if licence == "" {
		e.say("licence", tree.CodeNeeded)
	}
	if !slices.Contains(Refreshings(), refreshed) {
		e.say("refreshed", tree.CodeChoice)
	}
	var was []string
	if e.before.Open != nil {
		was = e.before.Open.Fields
	}
	chosen := e.op.Values["fields"]
	fields := slices.DeleteFunc(slices.Clone(was), func(key string) bool { return !slices.Contains(chosen, key) })
	for _, f := range e.before.Known() {
		if slices.Contains(chosen, f.Key) && !slices.Contains(fields, f.Key) && e.before.Closed(f) == "" {
			fields = append(fields, f.Key)
		}
	}
	if len(fields) == 0 {
		e.say("fields", "authoring.register.open_fields")
	}
	if len(e.wrong) > 0 {
		return nil
	}
	n := e.part("open_data")
	tree.PutWords(n, "title", title)
	tree.PutWords(n, "about", about)
	tree.PutText(n, "licence", licence)
	tree.PutText(n, "refreshed", refreshed)
	tree.PutTexts(n, "fields", fields)
	e.ticked(n, "", e.before.OpenBy(), "values")
	return nil
}

// within is a mapping in another one, made where there is none.
func within(n *tree.Node, key string) *tree.Node {
	if v := tree.Get(n, key); v != nil && v.Kind == yaml.MappingNode {
		return v
	}
	v := tree.Mapping()
	v.Style = yaml.FlowStyle
	tree.Put(n, key, v)
	return v
}
