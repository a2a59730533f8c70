// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/errs"
)

// PageSize is how many checkpoints or acts a page holds at most.
const PageSize = 20

// Log is what anybody may know of the audit log: how long it is, and its
// signed heads. They say nothing of what is in it.
type Log struct {
	Head        audit.Head
	Checkpoints []audit.Checkpoint // the newest first
	More        bool
}

// Log returns the head and a page of checkpoints, those smaller than before (0
// for the newest).
func (s *Service) Log(ctx context.Context, before int64) (l Log, err error) {
	defer errs.Wrap(&err, "describe the log")

	if l.Head, err = audit.GetHead(ctx, s.DB); err != nil {
		return l, err
	}
	l.Checkpoints, err = audit.ListCheckpoints(ctx, s.DB, before, PageSize+1)
	if len(l.Checkpoints) > PageSize {
		l.Checkpoints, l.More = l.Checkpoints[:PageSize], true
	}
	return l, err
}

// Checkpoint returns the checkpoint over size records, 0 for the newest.
func (s *Service) Checkpoint(ctx context.Context, size int64) (_ audit.Checkpoint, err error) {
	defer errs.Wrap(&err, "find checkpoint %d", size)

	if size > 0 {
		return audit.GetCheckpoint(ctx, s.DB, size)
	}
	newest, err := audit.ListCheckpoints(ctx, s.DB, 0, 1)
	if err != nil {
		return audit.Checkpoint{}, err
	}
	if len(newest) == 0 {
		return audit.Checkpoint{}, audit.ErrNoCheckpoint
	}
	return newest[0], nil
}

// Consistency proves that the log of to records (0: the newest checkpoint)
// begins with that of from records.
func (s *Service) Consistency(ctx context.Context, from, to int64) (audit.Consistency, error) {
	return audit.ConsistencyProof(ctx, s.DB, from, to)
}

// PublicKey returns the key that checkpoints are signed with.
func (s *Service) PublicKey() string { return s.Key.String() }
