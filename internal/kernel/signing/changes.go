// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"maps"
	"slices"

	"tinhso.vn/internal/platform/pdfread"
)

// ChangeKind says what a later revision did.
type ChangeKind string

// The kinds of changes.
const (
	ChangeSigned   ChangeKind = "signed"   // a free signature field was signed
	ChangeFilled   ChangeKind = "filled"   // a text field got a value
	ChangeField    ChangeKind = "field"    // a signature field was added
	ChangeNote     ChangeKind = "note"     // an annotation was added: it can hide what was signed
	ChangeStamped  ChangeKind = "stamped"  // a time stamp over the document was added
	ChangeEvidence ChangeKind = "evidence" // certificates and revocation data (DSS)
	ChangeMetadata ChangeKind = "metadata" // title, author, dates
	ChangeContent  ChangeKind = "content"  // anything else: what is shown may differ
)

// Change is one thing a later revision did.
type Change struct {
	Kind   ChangeKind
	Field  string // for signed, filled and field
	Object int    // number of the object
}

// allowed reports whether c may follow a signature in a document certified
// with P p (0: not certified). Without certification new signatures may bring
// their fields. Notes may follow none: the format lets P 3 have them, but they
// show whatever their maker likes, over what was signed.
func (c Change) allowed(p int) bool {
	switch c.Kind {
	case ChangeEvidence, ChangeMetadata, ChangeStamped:
		return true
	case ChangeSigned, ChangeFilled:
		return p != 1
	case ChangeField:
		return p == 0 || p == 3
	case ChangeNote, ChangeContent:
		return false
	default:
		return false
	}
}

// changes compares the objects of an old revision with the newest. New objects
// matter only where an old one leads to them, so every object that differs is
// judged by what may differ in it.
func changes(old, now *pdfread.File) []Change {
	fields := map[pdfread.Ref]entry{}
	for _, e := range fieldsOf(old) {
		fields[e.ref] = e
	}
	names := map[pdfread.Ref]string{}
	for _, e := range fieldsOf(now) {
		names[e.ref] = e.name
	}
	c := comparison{old: old, now: now, names: names, lists: lists(old)}
	if old.Trailer["Root"] != now.Trailer["Root"] {
		c.add(ChangeContent, "", 0)
	}
	for _, n := range slices.Sorted(maps.Keys(old.Entries)) {
		a, b := old.Entries[n], now.Entries[n]
		if a == b || a.Free {
			continue
		}
		if a.Gen != b.Gen { // what pointed to the old one points nowhere now
			c.add(ChangeContent, "", n)
			continue
		}
		c.object(pdfread.Ref{Num: n, Gen: a.Gen}, pdfread.Ref{Num: n, Gen: b.Gen}, fields)
	}
	c.awakened()
	return c.found
}

type comparison struct {
	old, now *pdfread.File
	names    map[pdfread.Ref]string
	lists    map[pdfread.Ref]pdfread.Name // arrays that may grow
	found    []Change
}

func (c *comparison) add(kind ChangeKind, field string, object int) {
	c.found = append(c.found, Change{kind, field, object})
}

// lists returns the objects that stand for the list of fields and of annotations.
func lists(f *pdfread.File) map[pdfread.Ref]pdfread.Name {
	all := map[pdfread.Ref]pdfread.Name{}
	if r, ok := f.Dict(catalog(f)["AcroForm"])["Fields"].(pdfread.Ref); ok {
		all[r] = "Fields"
	}
	pages, err := f.Pages()
	if err != nil {
		return all
	}
	for _, p := range pages {
		if r, ok := f.Dict(p)["Annots"].(pdfread.Ref); ok {
			all[r] = "Annots"
		}
	}
	return all
}

func (c *comparison) object(was, is pdfread.Ref, fields map[pdfread.Ref]entry) {
	a, b := c.old.Resolve(was), c.now.Resolve(is)
	if same(a, b) {
		return
	}
	if info, ok := c.old.Trailer["Info"].(pdfread.Ref); ok && was == info && plain(a) && plain(b) {
		c.add(ChangeMetadata, "", was.Num)
		return
	}
	if _, isList := c.lists[was]; isList {
		before, ok1 := a.(pdfread.Array)
		after, ok2 := b.(pdfread.Array)
		if ok1 && ok2 {
			c.grown(before, after, was.Num)
			return
		}
	}
	before, ok1 := a.(pdfread.Dict)
	after, ok2 := b.(pdfread.Dict)
	if !ok1 || !ok2 {
		c.add(ChangeContent, "", was.Num)
		return
	}
	root, _ := c.old.Trailer["Root"].(pdfread.Ref)
	form, isRef := catalog(c.old)["AcroForm"].(pdfread.Ref)
	field, isField := fields[was]
	switch {
	case was == root:
		c.catalog(before, after, was.Num)
	case isRef && was == form:
		c.form(before, after, was.Num)
	case isField:
		c.field(field, before, after, was.Num)
	case before["Type"] == pdfread.Name("Page"):
		c.dict(before, after, was.Num, func(key pdfread.Name) bool {
			if key != "Annots" {
				return false
			}
			c.grown(c.old.Array(before[key]), c.now.Array(after[key]), was.Num)
			return true
		})
	default:
		c.add(ChangeContent, "", was.Num)
	}
}

// dict reports a change of content for every key that differs and that judge
// does not take.
func (c *comparison) dict(before, after pdfread.Dict, object int, judge func(key pdfread.Name) bool) {
	keys := map[pdfread.Name]bool{}
	for k := range before {
		keys[k] = true
	}
	for k := range after {
		keys[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if !same(before[k], after[k]) && !judge(k) {
			c.add(ChangeContent, "", object)
			return
		}
	}
}

func (c *comparison) catalog(before, after pdfread.Dict, object int) {
	c.dict(before, after, object, func(key pdfread.Name) bool {
		switch key {
		case "AcroForm":
			c.form(c.old.Dict(before[key]), c.now.Dict(after[key]), object)
		case "DSS", "Extensions":
			c.add(ChangeEvidence, "", object)
		case "Perms": // a certification after an approval is refused, rights are not
			return before[key] == nil && c.now.Dict(c.now.Dict(after[key])["DocMDP"]) == nil
		default:
			return false
		}
		return true
	})
}

func (c *comparison) form(before, after pdfread.Dict, object int) {
	c.dict(before, after, object, func(key pdfread.Name) bool {
		switch key {
		case "Fields":
			c.grown(c.old.Array(before[key]), c.now.Array(after[key]), object)
		case "SigFlags":
		case "DR":
			return before[key] == nil || c.extends(before[key], after[key], 0)
		case "DA":
			return before[key] == nil
		default:
			return false
		}
		return true
	})
}

// grown judges a list of fields or annotations: what was there stays, in its
// order; what is new is a field or a note.
func (c *comparison) grown(before, after pdfread.Array, object int) {
	if len(after) < len(before) {
		c.add(ChangeContent, "", object)
		return
	}
	for i, o := range before {
		if !same(o, after[i]) {
			c.add(ChangeContent, "", object)
			return
		}
	}
	for _, o := range after[len(before):] {
		ref, ok := o.(pdfread.Ref)
		d := c.now.Dict(o)
		name, isField := c.names[ref]
		switch {
		case !ok || d == nil:
			c.add(ChangeContent, "", object)
		case isField && invisible(c.now, d) && d["FT"] == pdfread.Name("Sig") && isStamp(c.now.Dict(d["V"])):
			c.add(ChangeStamped, name, ref.Num)
		case isField && invisible(c.now, d) && d["FT"] == pdfread.Name("Sig") && d["V"] != nil:
			c.add(ChangeSigned, name, ref.Num)
		case isField && d["FT"] == pdfread.Name("Sig"):
			c.add(ChangeField, name, ref.Num)
		default:
			c.add(ChangeNote, "", ref.Num)
		}
	}
}

// isStamp reports whether a signature is a time stamp over the document, as
// Verify takes it.
func isStamp(sig pdfread.Dict) bool { return sig["SubFilter"] == pdfread.Name(stampFilter) }

// invisible reports whether a widget has no area: a signature that shows
// nothing hides nothing.
func invisible(f *pdfread.File, d pdfread.Dict) bool {
	r := f.Array(d["Rect"])
	if len(r) != 4 {
		return false
	}
	var n [4]float64
	for i := range r {
		number, ok := f.Resolve(r[i]).(pdfread.Number)
		if !ok {
			return false
		}
		n[i] = number.Float()
	}
	return n[0] == n[2] || n[1] == n[3]
}

func (c *comparison) field(e entry, before, after pdfread.Dict, object int) {
	kind := ChangeFilled
	switch e.kind {
	case "Sig":
		kind = ChangeSigned
		if c.old.Resolve(before["V"]) != nil { // a signature is not replaced
			c.add(ChangeContent, e.name, object)
			return
		}
	case "Tx": // a value that was signed is not written over: a number, a date
		if c.old.Resolve(before["V"]) != nil {
			c.add(ChangeContent, e.name, object)
			return
		}
	case "Ch", "Btn":
	default:
		c.add(ChangeContent, e.name, object)
		return
	}
	count := len(c.found)
	c.dict(before, after, object, func(key pdfread.Name) bool {
		return key == "V" || key == "AP" || key == "AS" || key == "M"
	})
	if len(c.found) == count {
		c.add(kind, e.name, object)
	}
}

func same(a, b pdfread.Object) bool {
	var x, y bytes.Buffer
	pdfread.Write(&x, a)
	pdfread.Write(&y, b)
	return bytes.Equal(x.Bytes(), y.Bytes())
}
