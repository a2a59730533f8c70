// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package proofsmod puts the proofs module together. Only internal/app imports
// it; it holds no rules.
package proofsmod

import (
	"context"
	"crypto/x509"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/proofs/internal/api"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/modules/proofs/internal/site"
	"tinhso.vn/internal/modules/proofs/locales"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Deps is what the module needs.
type Deps struct {
	DB   *db.DB
	Keys *crypt.Keys
	Log  *audit.Verifier // the public key of the audit log
	// Roots are the authorities whose signatures are believed.
	Roots func(ctx context.Context) (*x509.CertPool, error)
	// Simulated says that one of them is that of a demonstration.
	Simulated bool
}

// checksAtOnce bounds the memory: each holds a document of up to proofs.MaxSize.
const checksAtOnce = 3

// New returns the module.
func New(d Deps) module.Module {
	svc := core.New(core.Deps{
		DB: d.DB, Key: d.Log, Roots: d.Roots, Simulated: d.Simulated, AtOnce: checksAtOnce,
		Seal: func(report string) string { return d.Keys.Index("proofs.report", report) },
	})
	return module.Module{
		Name:    "proofs",
		Routes:  slices.Concat(site.Routes(svc), api.Routes(svc, site.Checker(svc), site.MaxBody)),
		Menu:    []module.MenuItem{{Side: module.Citizens, Order: 40, Label: "proofs.menu", Path: "/kiem-tra"}},
		Locales: locales.Files,
	}
}
