// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"crypto/x509"
	"time"

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
	r.keep(store, "Certs", e.Certs)
	r.keep(store, "CRLs", e.CRLs)
	r.keep(store, "OCSPs", e.OCSPs)
	r.root["DSS"] = r.Add(store)
	r.Set(r.rootRef, r.root)
	out, _ = r.Bytes()
	return out, nil
}

func (r *revision) keep(store pdfread.Dict, key pdfread.Name, list [][]byte) {
	if len(list) == 0 {
		return
	}
	refs := append(pdfread.Array(nil), r.file.Array(store[key])...)
	for _, der := range list {
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

// Revocation is what is known about the withdrawal of a certificate.
type Revocation string

// What can be known without asking the network.
const (
	RevocationUnknown Revocation = "unknown" // no list covers the time
	RevocationGood    Revocation = "good"
	RevocationRevoked Revocation = "revoked"
)

// revocation looks for every certificate of a chain, the root aside, in the
// lists of its issuer. A list counts when its issuer signed it; it speaks for
// the time when it is from that time or later.
func revocation(chain []*x509.Certificate, lists [][]byte, when time.Time) Revocation {
	state := RevocationGood
	for i := 0; i+1 < len(chain); i++ {
		switch listed(chain[i], chain[i+1], lists, when) {
		case RevocationRevoked:
			return RevocationRevoked
		case RevocationUnknown:
			state = RevocationUnknown
		case RevocationGood:
		}
	}
	return state
}

func listed(cert, issuer *x509.Certificate, lists [][]byte, when time.Time) Revocation {
	state := RevocationUnknown
	for _, der := range lists {
		list, err := x509.ParseRevocationList(der)
		if err != nil || list.CheckSignatureFrom(issuer) != nil {
			continue
		}
		if !list.NextUpdate.Before(when) {
			state = RevocationGood
		}
		for _, e := range list.RevokedCertificateEntries {
			if e.SerialNumber.Cmp(cert.SerialNumber) == 0 && !e.RevocationTime.After(when) {
				return RevocationRevoked
			}
		}
	}
	return state
}
