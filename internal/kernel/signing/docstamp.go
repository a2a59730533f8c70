// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"context"
	"fmt"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdfread"
)

const (
	stampFilter  = "ETSI.RFC3161"
	stampType    = "DocTimeStamp"
	stampPrefix  = "timestamp-"
	maxDocStamps = 1000
)

// PrepareStamp appends a revision with an empty place for a time stamp over
// the whole document (ETSI EN 319 142-1 5.4.3). It shows nothing and may follow
// any signature, also in a certified document. Do it after AddEvidence: the
// stamp then proves when that evidence was there.
func PrepareStamp(document []byte) (p Prepared, err error) {
	defer errs.Wrap(&err, "prepare document time stamp")

	r, err := revise(document)
	if err != nil {
		return p, err
	}
	name := ""
	for n := 1; name == "" && n < maxDocStamps; n++ {
		if _, d := find(r.file, fmt.Sprint(stampPrefix, n)); d == nil {
			name = fmt.Sprint(stampPrefix, n)
		}
	}
	ref, err := r.addField(Field{Name: name, Kind: SignatureField, Rect: pdf.Rect{Page: 1}})
	if err != nil {
		return p, err
	}
	field, ok := r.Get(ref).(pdfread.Dict)
	if !ok {
		return p, ErrField
	}
	sig := r.Reserve()
	r.SetRaw(sig, withPlace(pdfread.Dict{
		"Type": pdfread.Name(stampType), "Filter": pdfread.Name("Adobe.PPKLite"), "SubFilter": pdfread.Name(stampFilter),
	}, defaultSpace))
	field["V"] = sig
	r.saveForm()
	out, raw := r.Bytes()
	return seal(out, raw[sig], defaultSpace, name)
}

// EmbedStamp returns the document with the token. It refuses one over other
// bytes.
func (p Prepared) EmbedStamp(token []byte) (document []byte, err error) {
	defer errs.Wrap(&err, "embed document time stamp")

	if err := p.fits(token); err != nil {
		return nil, err
	}
	if _, err := readStamp(token, p.Document[:p.Start], p.Document[p.End:]); err != nil {
		return nil, err
	}
	return p.put(token), nil
}

// StampDocument prepares, asks and embeds in one go.
func StampDocument(ctx context.Context, document []byte, stamp Stamper) ([]byte, error) {
	p, err := PrepareStamp(document)
	if err != nil {
		return nil, err
	}
	token, err := stamp(ctx, bytes.Clone(p.Hash))
	if err != nil {
		return nil, ErrTime.Because(err)
	}
	return p.EmbedStamp(token)
}
