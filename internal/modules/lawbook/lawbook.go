// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lawbook is what other modules may know of the library of legal
// documents: how a rule says what it rests on. The documents themselves are
// kept by kernel/law; the work is done in internal/core, and nothing outside
// this folder can import it.
package lawbook

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/platform/errs"
)

// Kind says what kind of rule rests on a document.
type Kind string

// The kinds of rules.
const (
	Procedure Kind = "procedure"
	Fee       Kind = "fee"
	Form      Kind = "form"
	Flow      Kind = "flow"
	Holiday   Kind = "holiday"   // of the calendar
	Retention Kind = "retention" // how long something is kept
)

// Citation is a rule that rests on a document.
type Citation struct {
	Kind Kind
	Name i18n.Text
	Path string // of its page; empty: it has none
	On   law.ID
}

// Citer returns the rules of today that rest on documents, in any order. It is
// asked on every page and should remember its answer.
type Citer func(ctx context.Context) ([]Citation, error)

// ErrDay means that what was given is no day such as 2026-07-01 or 01/07/2026.
var ErrDay = errs.New(errs.Invalid, "lawbook.day")
