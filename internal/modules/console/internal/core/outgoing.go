// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/errs"
)

// Outgoing is what has not left yet.
type Outgoing struct {
	Messages []notify.Unsent // the oldest PageSize
	Unsent   int64           // how many there are
	Events   []events.Waiting
	Waiting  int64
}

// ShowOutgoing returns the messages to people that have not left and the events
// that have not been handed on. It tells neither words nor numbers of phones.
func (s *Service) ShowOutgoing(ctx context.Context, actor identity.Actor) (o Outgoing, err error) {
	defer errs.Wrap(&err, "list what has not left")

	if _, err := access.Require(actor, console.PermOperate); err != nil {
		return o, err
	}
	if o.Messages, o.Unsent, err = notify.ListUnsent(ctx, s.db, PageSize); err != nil {
		return o, err
	}
	if o.Waiting, err = events.Count(ctx, s.db); err != nil || o.Waiting == 0 {
		return o, err
	}
	o.Events, err = events.List(ctx, s.db, PageSize)
	return o, err
}
