// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ListNotices returns the actor's notices, the newest first.
func (s *Service) ListNotices(ctx context.Context, actor identity.Actor, shelf notify.Shelf, before string) (p Page[notify.Item], err error) {
	defer errs.Wrap(&err, "list notices")

	account, err := own(actor)
	if err != nil {
		return p, err
	}
	rows, err := s.Notify.ListItems(ctx, s.DB, account, shelf, before, PageSize+1)
	return cut(rows, func(i notify.Item) string { return i.ID }), err
}

// Count returns how many notices the actor has not read.
func (s *Service) Count(ctx context.Context, actor identity.Actor) (int64, error) {
	if actor.Anonymous() {
		return 0, nil
	}
	return notify.CountUnread(ctx, s.DB, actor.Account)
}

// OpenNotice returns a notice of the actor's and notes that it was read.
func (s *Service) OpenNotice(ctx context.Context, actor identity.Actor, id string) (i notify.Item, err error) {
	defer errs.Wrap(&err, "open notice %s", id)

	account, err := own(actor)
	if err != nil {
		return i, err
	}
	if i, err = s.Notify.GetItem(ctx, s.DB, account, id); err != nil || !i.Read.IsZero() {
		return i, err
	}
	return i, s.MarkNotice(ctx, actor, id, true)
}

// MarkNotice notes that a notice was read, or that it was not.
func (s *Service) MarkNotice(ctx context.Context, actor identity.Actor, id string, read bool) (err error) {
	defer errs.Wrap(&err, "mark notice %s", id)

	account, err := own(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return notify.Mark(ctx, tx, account, id, read) })
}

// MarkAll notes that all notices were read. What it returns undoes it.
func (s *Service) MarkAll(ctx context.Context, actor identity.Actor) (undo int64, err error) {
	defer errs.Wrap(&err, "mark all notices")

	account, err := own(actor)
	if err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		at, err := notify.MarkAll(ctx, tx, account)
		undo = at.UnixMicro()
		return err
	})
	return undo, err
}

// UnmarkAll undoes MarkAll: what was unread before is unread again.
func (s *Service) UnmarkAll(ctx context.Context, actor identity.Actor, undo int64) (err error) {
	defer errs.Wrap(&err, "unmark notices")

	account, err := own(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return notify.UnmarkAll(ctx, tx, account, micro(undo)) })
}
