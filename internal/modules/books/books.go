// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package books is what other modules may know of the pages and operations that
// every register has (sổ), made of its file. What a register is and who may do
// what with it is kernel/registers; the work is done in internal/core.
package books

import "tinhso.vn/internal/platform/errs"

// What can go wrong.
var (
	ErrNoUnit  = errs.New(errs.Forbidden, "books.no_unit_to_write_for")
	ErrTooMany = errs.New(errs.Invalid, "books.too_many_to_export") // most

	ErrNothing       = errs.New(errs.Invalid, "books.nothing_changed")
	ErrTooManyAtOnce = errs.New(errs.Invalid, "books.too_many_at_once") // most
)
