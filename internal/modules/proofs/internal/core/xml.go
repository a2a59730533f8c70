// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
)

// judgeXML reports on an XML document (XMLDSig, XAdES). It is valid when all of
// it is signed: what stands beside a signed part is what an attacker adds.
func (b *beliefs) judgeXML(document []byte, at time.Time) (rep proofs.Report, err error) {
	found, err := signing.VerifyXML(document, b.trust, at)
	if err != nil {
		return rep, err
	}
	plain := signing.Report{Revisions: 1}
	for _, x := range found.Signatures {
		f := signing.Signature{
			Field: x.ID, Cert: x.Cert, Chain: x.Chain, Claimed: x.Claimed, Stamped: x.Stamped, Intact: x.Intact, Trusted: x.Trusted, Whole: true,
			Problems: x.Problems, Revocation: x.Revocation, Standing: x.Standing, Level: x.Level,
		}
		b.doubt(&f)
		plain.Signatures = append(plain.Signatures, f)
	}
	rep = b.report(plain)
	rep.Kind = proofs.XML
	for i, x := range found.Signatures {
		s := &rep.Signatures[i]
		s.Whole, s.Covers, s.Element, s.Roles = x.Whole, len(x.Content), x.Element, x.Roles
	}
	if len(rep.Signatures) == 0 {
		return rep, nil
	}
	rep.Unsigned = append(rep.Unsigned, found.Unsigned...)
	if len(rep.Unsigned) > 0 && rep.Verdict == proofs.Valid {
		rep.Verdict = proofs.Invalid
		rep.Reasons = append(rep.Reasons, proofs.ReasonParts)
	}
	return rep, nil
}
