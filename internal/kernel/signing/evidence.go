// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"bytes"
	"slices"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

// Evidence is what a checker needs when the authorities are gone: with it a
// signature with a time stamp becomes PAdES B-LT. All are DER.
type Evidence struct {
	Certs [][]byte
	CRLs  [][]byte
	OCSPs [][]byte
}

// AddEvidence appends a revision with a document security store (DSS, ETSI EN
// 319 142-1 5.4). Signatures stay valid: a store is not content.
func AddEvidence(document []byte, e Evidence) (out []byte, err error) {
	defer errs.Wrap(&err, "add evidence")

	r, err := revise(document)
	if err != nil {
		return nil, err
	}
	store := r.file.Dict(r.root["DSS"]).Clone()
	store["Type"] = pdfread.Name("DSS")
	own := evidence(r.file)
	r.keep(store, "Certs", own.Certs, e.Certs)
	r.keep(store, "CRLs", own.CRLs, e.CRLs)
	r.keep(store, "OCSPs", own.OCSPs, e.OCSPs)
	r.root["DSS"] = r.Add(store)
	r.Set(r.rootRef, r.root)
	out, _ = r.Bytes()
	return out, nil
}

// keep adds to a list of the store what is not there.
func (r *revision) keep(store pdfread.Dict, key pdfread.Name, have, list [][]byte) {
	if len(list) == 0 {
		return
	}
	refs := append(pdfread.Array(nil), r.file.Array(store[key])...)
	for i, der := range list {
		if slices.ContainsFunc(have, func(b []byte) bool { return bytes.Equal(b, der) }) || slices.ContainsFunc(list[:i], func(b []byte) bool { return bytes.Equal(b, der) }) {
			continue
		}
		refs = append(refs, r.Add(&pdfread.Stream{Dict: pdfread.Dict{}, Data: der}))
	}
	store[key] = refs
}

// evidence reads the store of a document; what cannot be read is left out.
func evidence(f *pdfread.File) Evidence {
	store := f.Dict(catalog(f)["DSS"])
	read := func(key pdfread.Name) (list [][]byte) {
		for _, o := range f.Array(store[key]) {
			if s, ok := f.Resolve(o).(*pdfread.Stream); ok {
				if der, err := f.Decode(s); err == nil {
					list = append(list, der)
				}
			}
		}
		return list
	}
	return Evidence{Certs: read("Certs"), CRLs: read("CRLs"), OCSPs: read("OCSPs")}
}
