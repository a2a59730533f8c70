// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/errs"
)

// Receipt returns the receipt of something the actor has done itself; of others'
// acts there is none.
func (s *Service) Receipt(ctx context.Context, actor identity.Actor, record string) (_ audit.Receipt, err error) {
	defer errs.Wrap(&err, "receipt of %s", record)

	if actor.Anonymous() {
		return audit.Receipt{}, access.ErrSignInNeeded
	}
	return audit.GetReceipt(ctx, s.DB, record, actor.Account)
}

// Acts returns what the actor has done, the newest first, older than the record
// before ("" for the newest), and whether there is more.
func (s *Service) Acts(ctx context.Context, actor identity.Actor, before string) (_ []audit.Entry, more bool, err error) {
	defer errs.Wrap(&err, "list own acts")

	if actor.Anonymous() {
		return nil, false, access.ErrSignInNeeded
	}
	found, err := audit.List(ctx, s.DB, audit.Filter{Actor: actor.Account}, before, PageSize+1)
	if len(found) > PageSize {
		return found[:PageSize], true, err
	}
	return found, false, err
}

// Checked is a receipt that holds.
type Checked struct {
	Record audit.Entry
	Size   int64 // of the log under its checkpoint
}

// CheckReceipt reports what is wrong with a receipt. The key is the one that
// the asker has kept; "" for ours.
func (s *Service) CheckReceipt(text []byte, key string) (c Checked, err error) {
	defer errs.Wrap(&err, "check a receipt")

	if len(bytes.TrimSpace(text)) == 0 {
		return c, proofs.ErrNoReceipt
	}
	with := s.Key
	if strings.TrimSpace(key) != "" {
		if with, err = audit.ParseVerifier(key); err != nil {
			return c, err
		}
	}
	r, err := audit.ParseReceipt(text)
	if err != nil {
		return c, err
	}
	c.Size = r.Proof.Size
	c.Record, err = r.Check(with)
	return c, err
}
