// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package proofsmod puts the proofs module together. Only internal/app imports
// it; it holds no rules.
package proofsmod

import (
	"context"
	"crypto/x509"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/api"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/modules/proofs/internal/site"
	"tinhso.vn/internal/modules/proofs/internal/store"
	"tinhso.vn/internal/modules/proofs/locales"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
)

// Deps is what the module needs.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keys
	Log     *audit.Verifier // the public key of the audit log
	Version string          // name and version of the program, for reports
	Demo    bool            // whatever is printed says so
	Fonts   pdf.Fonts       // of papers
	Address string          // where people reach the site
	// Signer returns the key with which this installation signs reports; nil: there is none.
	Signer func(ctx context.Context) (signing.Signer, error)
	// Name returns the name of whose account it is; "" where nobody knows.
	Name func(ctx context.Context, account string) string
	// Issued says whether this installation has issued the very file; nil: nobody knows.
	Issued func(ctx context.Context, sha256 string) (number string, at time.Time, agency string, found bool, err error)
	// Revoked says whether such a file was taken back, when, and the number of what replaces it; nil: nobody knows.
	Revoked func(ctx context.Context, sha256 string) (at time.Time, newer string, found bool, err error)
	// Fetch reads an address of a list of revoked certificates, at most so many
	// bytes; nil: nothing is ever fetched.
	Fetch func(ctx context.Context, address string, most int64) ([]byte, error)
}

// Offers is what the rest of the program may use.
type Offers struct {
	// Check checks a document against the trust list, as anybody's is checked.
	Check func(ctx context.Context, document []byte) (signing.Report, error)
	// Stamping returns the authorities of the list that may give time stamps now.
	Stamping func(ctx context.Context) (*x509.CertPool, error)
	// ListSimulated puts the authority of a demonstration on the list, unless it was ever there.
	ListSimulated func(ctx context.Context, cert *x509.Certificate) error
	// ProposeFrom proposes the authorities of a pack that were never there, and returns how many.
	ProposeFrom func(ctx context.Context, tx *db.Tx, set *packs.Set) (int, error)
	// FetchLists fetches the lists of revoked certificates that are due.
	FetchLists func(ctx context.Context) (fetched int, err error)
}

// checksAtOnce bounds the memory: each holds a document of up to proofs.MaxSize.
const checksAtOnce = 3

// New returns the module.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(core.Deps{
		DB: d.DB, Key: d.Log, AtOnce: checksAtOnce, Fetch: d.Fetch,
		Version: d.Version, Demo: d.Demo, Fonts: d.Fonts, Address: d.Address, Signer: d.Signer, Issued: d.Issued, Revoked: d.Revoked, Name: d.Name,
		Seal: func(report string) string { return d.Keys.Index("proofs.report", report) },
	})
	uploads := api.Uploads{One: site.Checker(svc), Many: site.Batcher(svc), Paper: site.Printer(svc), Explain: site.Explain}
	trust := []identity.Permission{proofs.PermTrust, proofs.PermConfirm}
	return module.Module{
		Name:        "proofs",
		Migrations:  store.Migrations(),
		Permissions: trust,
		AuditEvents: []audit.Event{proofs.AuditProposed, proofs.AuditConfirmed, proofs.AuditRefused, proofs.AuditWithdrawn, proofs.AuditLoaded},
		Routes:      slices.Concat(site.Routes(svc), api.Routes(svc, uploads, site.MaxBody)),
		Menu: []module.MenuItem{
			{Side: module.Citizens, Foot: true, Order: 40, Label: "proofs.menu", Path: "/kiem-tra"},
			{Side: module.Officials, Order: 73, Label: "proofs.menu.trust", Path: "/van-hanh/tin-cay", Permissions: trust, Count: svc.CountProposals},
		},
		Locales: locales.Files,
	}, Offers{Check: svc.Check, Stamping: svc.Stamping, ListSimulated: svc.ListSimulated, FetchLists: svc.FetchLists, ProposeFrom: svc.ProposeFrom}
}
