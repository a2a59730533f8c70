// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core checks documents, keeps the list of those who are believed, and
// gives proofs of the audit log, one file per use case. It keeps no document,
// and a check asks no network.
package core

import (
	"context"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/pdf"
)

// Deps is what the service needs.
type Deps struct {
	DB     *db.DB
	Key    *audit.Verifier            // of the log
	Seal   func(report string) string // a keyed hash: tells our reports from others
	AtOnce int                        // checks at the same time; each holds a document in memory
	// Version is the name and version of the program, for reports.
	Version string
	Demo    bool      // a demonstration: whatever is printed says so
	Fonts   pdf.Fonts // of papers
	Address string    // where people reach the site: "https://dichvucong.example.vn"
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

// Service runs the use cases.
type Service struct {
	Deps
	uploads chan struct{}
	checks  chan struct{}

	mu    sync.Mutex
	known *beliefs // a cache: what the list was when it was read
}

// maxUploads is how many documents may be on their way at once; they lie on
// the disk.
const maxUploads = 32

// New returns a service.
func New(d Deps) *Service {
	return &Service{Deps: d, uploads: make(chan struct{}, maxUploads), checks: make(chan struct{}, max(1, d.AtOnce))}
}
