// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package books is what other modules may know of the pages and operations that
// every register has (sổ), made of its file. What a register is and who may do
// what with it is kernel/registers; the work is done in internal/core.
package books

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/errs"
)

// What the audit log tells of the pages of registers. The subject begins with
// the register.
const (
	AuditViewSaved   audit.Event = "books.view_saved"
	AuditViewRemoved audit.Event = "books.view_removed"
	AuditMany        audit.Event = "books.many_changed" // one field of many records; each has a row of its own
	AuditManyUndone  audit.Event = "books.many_undone"

	AuditCertified        audit.Event = "books.certified" // a certificate was issued
	AuditCertificateEnded audit.Event = "books.certificate_withdrawn"

	AuditHeld     audit.Event = "books.record_held" // nothing of a record is destroyed until the hold is lifted
	AuditReleased audit.Event = "books.record_released"
)

// AuditEvents lists them.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditViewSaved, AuditViewRemoved, AuditMany, AuditManyUndone, AuditCertified, AuditCertificateEnded, AuditHeld, AuditReleased}
}

// What can go wrong.
var (
	ErrNoUnit  = errs.New(errs.Forbidden, "books.no_unit_to_write_for")
	ErrNoView  = errs.New(errs.NotFound, "books.no_view")
	ErrTooMany = errs.New(errs.Invalid, "books.too_many_to_export") // most

	ErrNothing       = errs.New(errs.Invalid, "books.nothing_changed")
	ErrTooManyAtOnce = errs.New(errs.Invalid, "books.too_many_at_once") // most
	ErrNoPrint       = errs.New(errs.NotFound, "books.no_print")
	ErrNoCertificate = errs.New(errs.NotFound, "books.no_certificate")
	ErrWithdrawn     = errs.New(errs.Conflict, "books.certificate_ended")
	ErrNotHeld       = errs.New(errs.Conflict, "books.certificate_not_held")
	ErrNoPublic      = errs.New(errs.NotFound, "books.no_public_page")
	ErrNotYet        = errs.New(errs.Conflict, "books.not_yet_printed")
	ErrNoMap         = errs.New(errs.NotFound, "books.no_map")
	ErrNoBatch       = errs.New(errs.NotFound, "books.no_batch")
	ErrTooManyPicked = errs.New(errs.Invalid, "books.too_many_picked") // max
	ErrTooManyViews  = errs.New(errs.Conflict, "books.too_many_views") // max

	ErrNoDataset      = errs.New(errs.NotFound, "books.no_dataset")
	ErrSameHolder     = errs.New(errs.Forbidden, "books.hold_own")        // who placed a hold does not lift it
	ErrTooManyUploads = errs.New(errs.Conflict, "books.too_many_uploads") // max
)

// What can go wrong with tables that people bring.
var (
	ErrFileOld      = errs.New(errs.Invalid, "books.import.file_old")       // .xls, or one with a password
	ErrFileTooLarge = errs.New(errs.Invalid, "books.import.file_too_large") // rows, columns, unpacked
	ErrFileUnread   = errs.New(errs.Invalid, "books.import.file_unread")
	ErrFileNotText  = errs.New(errs.Invalid, "books.import.file_not_text")
	ErrFileGone     = errs.New(errs.Conflict, "books.import.file_gone")
	ErrColumns      = errs.New(errs.Invalid, "books.import.columns")     // no column is a field
	ErrColumnTwice  = errs.New(errs.Invalid, "books.import.columns_two") // field
	ErrNothingRight = errs.New(errs.Conflict, "books.import.nothing_right")
	ErrNotAuthor    = errs.New(errs.Forbidden, "books.import.not_author")
)

// JobImport moves an import on.
const JobImport jobs.Kind = "books.import"
