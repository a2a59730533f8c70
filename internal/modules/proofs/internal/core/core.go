// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core checks documents and gives proofs of the audit log, one file
// per use case. It keeps nothing and asks no network.
package core

import (
	"context"
	"crypto/x509"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
)

// Deps is what the service needs.
type Deps struct {
	DB        *db.DB
	Key       *audit.Verifier // of the log
	Roots     func(ctx context.Context) (*x509.CertPool, error)
	Simulated bool                       // a root is that of a demonstration
	Seal      func(report string) string // a keyed hash: tells our reports from others
	AtOnce    int                        // checks at the same time; each holds a document in memory
}

// Service runs the use cases.
type Service struct {
	Deps
	uploads chan struct{}
	checks  chan struct{}
}

// maxUploads is how many documents may be on their way at once; they lie on
// the disk.
const maxUploads = 32

// New returns a service.
func New(d Deps) *Service {
	return &Service{Deps: d, uploads: make(chan struct{}, maxUploads), checks: make(chan struct{}, max(1, d.AtOnce))}
}
