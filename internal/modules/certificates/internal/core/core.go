// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of looking after certificates: one file per use
// case. What a certificate is and may become is kernel/signing/keystore.
package core

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/db"
)

// Messenger sends short messages; kernel/notify is one.
type Messenger interface {
	SMS(ctx context.Context, tx *db.Tx, about, phone, words string) error
}

// Options is what the use cases need, by name.
type Options struct {
	DB       *db.DB
	People   *identity.Directory
	Register *keystore.Register
	Messages Messenger // nil: nobody is told
}

// Service runs the use cases.
type Service struct{ Options }

// New returns a service.
func New(o Options) *Service { return &Service{o} }

// PageSize is how many certificates or uses a page holds at most.
const PageSize = 50
