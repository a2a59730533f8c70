// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

const (
	defaultSpace = 16384
	rangePlace   = "[0 0000000000 0000000000 0000000000]"
)

// Prepare appends a revision that signs req.Field, with an empty place for the
// signature. The same document and request give the same bytes and hash.
func Prepare(document []byte, req Request) (p Prepared, err error) {
	defer errs.Wrap(&err, "prepare signature %s", req.Field)

	r, err := revise(document)
	if err != nil {
		return p, err
	}
	if found := active(r.file); len(found) > 0 {
		return p, ErrActive.With("what", strings.Join(found, ", "))
	}
	permits := allowed(r.file)
	if permits == 1 || (req.Certify && signed(r.file)) {
		return p, ErrLocked
	}
	for _, name := range slices.Sorted(maps.Keys(req.Fill)) {
		if err := r.fill(name, req.Fill[name]); err != nil {
			return p, err
		}
	}
	field, ref, err := r.signatureField(req, permits)
	if err != nil {
		return p, err
	}
	space := req.Space
	if space == 0 {
		space = defaultSpace
	}
	sig := r.Reserve()
	r.SetRaw(sig, signatureDict(req, space))
	field["V"] = sig
	if req.Appearance != nil {
		form, err := r.look(req.Appearance)
		if err != nil {
			return p, err
		}
		field["AP"] = pdfread.Dict{"N": form}
	}
	r.Set(ref, field)
	if req.Certify {
		r.root["Perms"] = pdfread.Dict{"DocMDP": sig}
		r.Set(r.rootRef, r.root)
	}
	r.saveForm()
	out, raw := r.Bytes()
	return seal(out, raw[sig], space, req.Field)
}

// signatureField returns the free field to sign, a copy, or makes one.
func (r *revision) signatureField(req Request, permits int) (pdfread.Dict, pdfread.Ref, error) {
	ref, d := find(r.file, req.Field)
	if d == nil {
		if req.Rect == nil {
			return nil, ref, ErrField.With("field", req.Field)
		}
		if permits == 2 {
			return nil, ref, ErrLocked
		}
		ref, err := r.addField(Field{Name: req.Field, Kind: SignatureField, Rect: *req.Rect})
		if err != nil {
			return nil, ref, err
		}
		d, ok := r.Get(ref).(pdfread.Dict)
		if !ok {
			return nil, ref, ErrField
		}
		return d, ref, nil
	}
	if r.file.Resolve(d["FT"]) != pdfread.Name("Sig") || d["Kids"] != nil {
		return nil, ref, ErrField.With("field", req.Field)
	}
	if r.file.Resolve(d["V"]) != nil {
		return nil, ref, ErrSigned.With("field", req.Field)
	}
	return d.Clone(), ref, nil
}

// fill gives a free text field its value. A value is given once: a number or a
// date is not written over.
func (r *revision) fill(name string, value Fill) error {
	ref, d := find(r.file, name)
	if d == nil || r.file.Resolve(d["FT"]) != pdfread.Name("Tx") || d["Kids"] != nil {
		return ErrField.With("field", name)
	}
	if r.file.Resolve(d["V"]) != nil {
		return ErrFilled.With("field", name)
	}
	d = d.Clone()
	d["V"] = pdfread.Text(value.Value)
	form, err := r.look(value.Appearance)
	if err != nil {
		return err
	}
	d["AP"] = pdfread.Dict{"N": form}
	r.Set(ref, d)
	return nil
}

// look turns a document of one page into the appearance of a field: fonts and
// pictures come along, so that Vietnamese looks right everywhere.
func (r *revision) look(page []byte) (pdfread.Ref, error) {
	f, err := pdfread.Open(page)
	if err != nil {
		return pdfread.Ref{}, ErrAppearance.Because(err)
	}
	pages, err := f.Pages()
	if err != nil || len(pages) != 1 {
		return pdfread.Ref{}, ErrAppearance.Because(err)
	}
	d := f.Dict(pages[0])
	content, ok := f.Resolve(d["Contents"]).(*pdfread.Stream)
	box := inherited(f, d, "MediaBox")
	if !ok || len(f.Array(box)) != 4 {
		return pdfread.Ref{}, ErrAppearance
	}
	form := pdfread.Dict{
		"Type": pdfread.Name("XObject"), "Subtype": pdfread.Name("Form"), "BBox": r.Import(f, box),
		"Resources": r.Import(f, f.Resolve(inherited(f, d, "Resources"))),
	}
	if filter := content.Dict["Filter"]; filter != nil {
		form["Filter"] = r.Import(f, filter)
	}
	return r.Add(&pdfread.Stream{Dict: form, Data: content.Data}), nil
}

func inherited(f *pdfread.File, d pdfread.Dict, key pdfread.Name) pdfread.Object {
	for range 32 {
		if v, ok := d[key]; ok || d == nil {
			return v
		}
		d = f.Dict(d["Parent"])
	}
	return nil
}

func signatureDict(req Request, space int) []byte {
	d := pdfread.Dict{
		"Type": pdfread.Name("Sig"), "Filter": pdfread.Name("Adobe.PPKLite"), "SubFilter": pdfread.Name("ETSI.CAdES.detached"),
		"M": pdfread.String{Bytes: []byte(pdfTime(req.At))},
	}
	for key, value := range map[pdfread.Name]string{"Name": req.Name, "Reason": req.Reason, "Location": req.Location} {
		if value != "" {
			d[key] = pdfread.Text(value)
		}
	}
	if req.Certify {
		d["Reference"] = pdfread.Array{pdfread.Dict{
			"Type": pdfread.Name("SigRef"), "TransformMethod": pdfread.Name("DocMDP"),
			"TransformParams": pdfread.Dict{"Type": pdfread.Name("TransformParams"), "P": pdfread.Int(2), "V": pdfread.Name("1.2")},
		}}
	}
	return withPlace(d, space)
}

// withPlace writes a signature dictionary with room for its value.
func withPlace(d pdfread.Dict, space int) []byte {
	var out bytes.Buffer
	pdfread.Write(&out, d)
	out.Truncate(out.Len() - len(" >>"))
	fmt.Fprintf(&out, " /ByteRange %s /Contents <%s> >>", rangePlace, strings.Repeat("0", 2*space))
	return out.Bytes()
}

func pdfTime(t time.Time) string {
	_, offset := t.Zone()
	mark := '+'
	if offset < 0 {
		mark, offset = '-', -offset
	}
	return fmt.Sprintf("D:%s%c%02d'%02d'", t.Format("20060102150405"), mark, offset/3600, offset/60%60)
}

// seal writes the byte range and takes the hash. dict is where the signature
// dictionary begins.
func seal(document []byte, dict, space int, field string) (Prepared, error) {
	at := dict + bytes.Index(document[dict:], []byte(rangePlace))
	start := dict + bytes.Index(document[dict:], []byte("/Contents <")) + len("/Contents ")
	end := start + 2*space + 2
	exact := fmt.Sprintf("[0 %d %d %d]", start, end, len(document)-end)
	exact += strings.Repeat(" ", len(rangePlace)-len(exact))
	copy(document[at:], exact)
	sum := sha256.New()
	sum.Write(document[:start])
	sum.Write(document[end:])
	return Prepared{Document: document, Hash: sum.Sum(nil), Start: start, End: end, Field: field}, nil
}

// Embed returns the signed document. It refuses a CMS that was made for other
// bytes, so that answers that come in disorder cannot be mixed up.
func (p Prepared) Embed(cms []byte) (document []byte, err error) {
	defer errs.Wrap(&err, "embed signature %s", p.Field)

	if err := p.fits(cms); err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(p.Document[:p.Start])
	sum.Write(p.Document[p.End:])
	checked, err := checkCMS(cms, sum.Sum(nil))
	if err != nil {
		return nil, err
	}
	if !checked.digest {
		return nil, ErrMismatch
	}
	if !checked.signature || !checked.bound { // without its certificate's name it is no PAdES
		return nil, ErrSignature
	}
	return p.put(cms), nil
}

func (p Prepared) fits(value []byte) error {
	if p.Start < 0 || p.End > len(p.Document) || p.End-p.Start < 2 {
		return ErrMismatch
	}
	if 2*len(value) > p.End-p.Start-2 {
		return ErrTooLong
	}
	return nil
}

func (p Prepared) put(value []byte) []byte {
	document := bytes.Clone(p.Document)
	hex.Encode(document[p.Start+1:], value)
	return document
}
