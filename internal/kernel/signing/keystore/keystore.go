// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package keystore is the register of certificates: who signs with what, until
// when, and where the key is. It does not sign documents, and it keeps no key
// that a card or a service of somebody else keeps.
package keystore

import (
	"crypto/x509"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
)

// Kind says where a key is, and so how a signature is asked for.
type Kind string

// The kinds of keys.
const (
	Soft   Kind = "soft"   // here, in a file: of a development, or imported (PKCS#12)
	Remote Kind = "remote" // at a service that asks the owner's phone (SmartCA-shaped)
	Local  Kind = "local"  // on a card at the owner's computer, reached through a local service (VGCA-shaped)
)

// State is where a certificate stands.
type State string

// The states of a certificate.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Revoked   State = "revoked"
)

// Holder is whom a certificate names: an official's account, or a unit, whose seal it is. One is set.
type Holder struct {
	Account string
	Unit    orgs.ID
}

// Certificate is one row of the register. What has run out is not active, whatever its State says.
type Certificate struct {
	ID        string
	Holder    Holder
	Kind      Kind
	Provider  string // name of the service of a Remote key, empty for others
	Reference string // what the service calls the key, such as a credential id
	State     State
	Serial    string // hexadecimal
	Cert      *x509.Certificate
	Chain     []*x509.Certificate // issuer first
	NotBefore db.Time
	NotAfter  db.Time
}
