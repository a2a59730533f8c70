// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

// Flags of annotations and fields, ISO 32000-1 tables 165, 221 and 219.
const (
	flagPrint      = 4
	flagLocked     = 128
	flagReadOnly   = 1
	flagSignatures = 1
	flagAppendOnly = 2
)

// revision is a document with a revision being appended.
type revision struct {
	*pdfread.Update
	file    *pdfread.File
	rootRef pdfread.Ref
	root    pdfread.Dict
	form    pdfread.Dict // the interactive form, a copy
	pages   []pdfread.Ref
	added   bool // a field was added to the form
}

func revise(document []byte) (*revision, error) {
	f, err := pdfread.Open(document)
	if err != nil {
		return nil, err
	}
	ref, root, err := f.Catalog()
	if err != nil {
		return nil, err
	}
	pages, err := f.Pages()
	if err != nil {
		return nil, err
	}
	r := &revision{Update: f.Update(), file: f, rootRef: ref, root: root.Clone(), pages: pages, form: pdfread.Dict{}}
	if form := f.Dict(root["AcroForm"]); form != nil {
		if form["XFA"] != nil {
			return nil, pdfread.ErrUnsupported
		}
		r.form = form.Clone()
	}
	return r, nil
}

// Reserve appends a revision with free fields, in the order given, which is the
// one readers list them in. Do it before the first signature: a certified document takes no new fields.
func Reserve(document []byte, fields []Field) ([]byte, error) {
	r, err := revise(document)
	if err != nil {
		return nil, err
	}
	if signed(r.file) {
		return nil, ErrLocked
	}
	for _, field := range fields {
		if _, err := r.addField(field); err != nil {
			return nil, err
		}
	}
	r.saveForm()
	out, _ := r.Bytes()
	return out, nil
}

// addField adds a field and its widget, one object, to form and page.
func (r *revision) addField(field Field) (pdfread.Ref, error) {
	if _, d := find(r.file, field.Name); d != nil || field.Name == "" {
		return pdfread.Ref{}, ErrField.With("field", field.Name)
	}
	if field.Rect.Page < 1 || field.Rect.Page > len(r.pages) {
		return pdfread.Ref{}, ErrPage
	}
	page := r.pages[field.Rect.Page-1]
	d := pdfread.Dict{
		"Type": pdfread.Name("Annot"), "Subtype": pdfread.Name("Widget"), "F": pdfread.Int(flagPrint | flagLocked),
		"T": pdfread.Text(field.Name), "P": page, "Rect": rectangle(field.Rect),
	}
	if field.Hint != "" {
		d["TU"] = pdfread.Text(field.Hint)
	}
	switch field.Kind {
	case SignatureField:
		d["FT"] = pdfread.Name("Sig")
	case TextField:
		d["FT"], d["Ff"] = pdfread.Name("Tx"), pdfread.Int(flagReadOnly)
		d["DA"] = pdfread.String{Bytes: []byte("/Helv 0 Tf 0 g")}
	}
	ref := r.Add(d)
	r.added = true
	r.annotate(page, ref)
	fields, ok := r.Resolve(r.form["Fields"]).(pdfread.Array)
	if !ok {
		fields = nil
	}
	fields = append(append(pdfread.Array(nil), fields...), ref)
	if at, ok := r.form["Fields"].(pdfread.Ref); ok {
		r.Set(at, fields)
	} else {
		r.form["Fields"] = fields
	}
	return ref, nil
}

func rectangle(p pdf.Rect) pdfread.Array {
	return pdfread.Array{pdfread.Float(p.X), pdfread.Float(p.Y), pdfread.Float(p.X + p.W), pdfread.Float(p.Y + p.H)}
}

// annotate appends an annotation to a page.
func (r *revision) annotate(page, annotation pdfread.Ref) {
	d, ok := r.Get(page).(pdfread.Dict)
	if !ok {
		return
	}
	list, ok := r.Resolve(d["Annots"]).(pdfread.Array)
	if !ok {
		list = nil
	}
	list = append(append(pdfread.Array(nil), list...), annotation)
	if at, ok := d["Annots"].(pdfread.Ref); ok {
		r.Set(at, list)
		return
	}
	d = d.Clone()
	d["Annots"] = list
	r.Set(page, d)
}

// saveForm writes the form back where it was.
func (r *revision) saveForm() {
	if r.form["SigFlags"] == pdfread.Int(flagSignatures|flagAppendOnly) && !r.added {
		return
	}
	r.form["SigFlags"] = pdfread.Int(flagSignatures | flagAppendOnly)
	if r.form["DR"] == nil {
		r.form["DR"] = pdfread.Dict{"Font": pdfread.Dict{"Helv": pdfread.Dict{
			"Type": pdfread.Name("Font"), "Subtype": pdfread.Name("Type1"), "BaseFont": pdfread.Name("Helvetica"),
		}}}
		r.form["DA"] = pdfread.String{Bytes: []byte("/Helv 0 Tf 0 g")}
	}
	if at, ok := r.root["AcroForm"].(pdfread.Ref); ok {
		r.Set(at, r.form)
		return
	}
	r.root["AcroForm"] = r.Add(r.form)
	r.Set(r.rootRef, r.root)
}

// entry is one terminal field of a form.
type entry struct {
	name string
	ref  pdfread.Ref
	dict pdfread.Dict
	kind pdfread.Name // FT, inherited where it is
}

// fieldsOf lists the terminal fields of a form, at most a thousand deep and wide
// enough for any paper.
func fieldsOf(f *pdfread.File) []entry {
	_, root, err := f.Catalog()
	if err != nil {
		return nil
	}
	var all []entry
	seen := map[pdfread.Ref]bool{}
	var walk func(o pdfread.Object, prefix string, kind pdfread.Name, depth int)
	walk = func(o pdfread.Object, prefix string, kind pdfread.Name, depth int) {
		ref, ok := o.(pdfread.Ref)
		d := f.Dict(o)
		if !ok || d == nil || seen[ref] || depth > 32 {
			return
		}
		seen[ref] = true
		name := prefix
		if t, ok := f.Resolve(d["T"]).(pdfread.String); ok {
			if name != "" {
				name += "."
			}
			name += t.Text()
		}
		if ft, ok := f.Resolve(d["FT"]).(pdfread.Name); ok {
			kind = ft
		}
		if kids := f.Array(d["Kids"]); len(kids) > 0 && d["V"] == nil {
			for _, kid := range kids {
				walk(kid, name, kind, depth+1)
			}
			return
		}
		all = append(all, entry{name, ref, d, kind})
	}
	for _, o := range f.Array(f.Dict(root["AcroForm"])["Fields"]) {
		walk(o, "", "", 0)
	}
	return all
}

func find(f *pdfread.File, name string) (pdfread.Ref, pdfread.Dict) {
	for _, e := range fieldsOf(f) {
		if e.name == name {
			return e.ref, e.dict
		}
	}
	return pdfread.Ref{}, nil
}

func signed(f *pdfread.File) bool {
	for _, e := range fieldsOf(f) {
		if e.kind == "Sig" && f.Dict(e.dict["V"]) != nil {
			return true
		}
	}
	return false
}

// allowed returns what the certifying signature of the document permits
// (DocMDP P: 1 nothing, 2 filling in and signing, 3 also notes), 0 when the
// document is not certified.
func allowed(f *pdfread.File) int {
	_, root, err := f.Catalog()
	if err != nil {
		return 0
	}
	sig := f.Dict(f.Dict(root["Perms"])["DocMDP"])
	if sig == nil {
		return 0
	}
	for _, o := range f.Array(sig["Reference"]) {
		ref := f.Dict(o)
		if f.Resolve(ref["TransformMethod"]) == pdfread.Name("DocMDP") {
			if p, ok := f.Resolve(f.Dict(ref["TransformParams"])["P"]).(pdfread.Number); ok {
				if n, ok := p.Int(); ok {
					return n
				}
			}
		}
	}
	return 2
}
