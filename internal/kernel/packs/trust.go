// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"crypto/x509"
	"encoding/pem"
)

// Authority is a certificate authority that a province may believe. A pack
// proposes it; a person confirms it.
type Authority struct {
	Item
	Name        Text
	Uses        []string // personal, agency, stamps
	Certificate string   // PEM; empty only where it is unverified
	Lists       string   // needed: it publishes what it has revoked; none
	ListURL     string
	Valid       Period
}

func readAuthority(r *record) Authority {
	a := Authority{
		Item: r.item(), Name: r.text("name", required), Uses: r.someOf("uses", "personal", "agency", "stamps"), Certificate: r.str("certificate"),
		Lists: r.oneOf("lists", required, "needed", "none"), ListURL: r.str("list_url"), Valid: r.period(),
	}
	switch {
	case a.Certificate == "" && a.Status == Unverified:
	case a.Source == "":
		r.problem("certificate", "authority.source")
	case !issues(a.Certificate):
		r.problem("certificate", "authority.certificate")
	}
	if len(a.Uses) == 0 {
		r.problem("uses", "field.required", "uses")
	}
	return a
}

// issues reports whether a text is one certificate that may issue others.
func issues(text string) bool {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return false
	}
	if more, _ := pem.Decode(rest); more != nil {
		return false
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	return err == nil && cert.IsCA && cert.BasicConstraintsValid
}
