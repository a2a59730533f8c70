// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package quality is what other modules may know of the catalogue of databases
// (danh mục cơ sở dữ liệu): its address and who may see it. What is measured of a
// register is kernel/registers; the work is done in internal/core, and nothing
// outside this folder can import it.
package quality

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// Path is where the pages begin.
const Path = "/co-so-du-lieu"

// PermView lets somebody see the catalogue with its numbers. They are of whole
// registers; names of fields and records are shown as the register's rights say.
const PermView identity.Permission = "quality.view"

// Outside is the register that lists the databases which are none of ours.
const Outside = "danh-muc-csdl"

// ErrUnknown says that there is no such register.
var ErrUnknown = errs.New(errs.NotFound, "quality.unknown")

// Follower is a system that is sent the changes of a register.
type Follower struct {
	Register, System string
	Sent             int // messages that arrived in the month
}

// Followers returns the systems that follow registers, with what was sent since the
// beginning of a month ("2026-11").
type Followers func(ctx context.Context, month string) ([]Follower, error)
