// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package errs defines the one error type that carries meaning from one floor
// to another. It is not a logger and knows nothing of HTTP.
//
// An error has two audiences: the person at the screen gets Code, which names a
// translated message, and the operator gets the cause. A plain error is always
// Internal, so that no detail reaches a person by accident.
package errs

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Kind says what the caller can do about an error.
type Kind uint8

// The kinds of error. Internal is zero on purpose: what nobody classified is ours to mend.
const (
	Internal        Kind = iota
	Malformed            // the request cannot be read at all
	Invalid              // the request can be read and makes no sense
	Unauthenticated      // nobody is signed in
	Forbidden            // this person may not do it
	NotFound             // it does not exist, or not for this person
	Conflict             // somebody was faster, or the state does not allow it
	TooLarge             // more than this door takes
	TooMany              // too often
	Unavailable          // try again later; nothing was lost
)

// Error is an error that can be shown to a person.
type Error struct {
	Kind   Kind
	Code   string         // "permits.already_issued": also the translation key
	Args   map[string]any // values for the translated message; never personal data
	Fields []Field        // set only for Invalid and Malformed
	Err    error          // the cause, for operators; may be nil
}

// Field is one problem with one input, in the order in which the form shows them.
type Field struct {
	Name string         `json:"name"` // of the form control, so that a page can link to it
	Code string         `json:"code"` // the translation key
	Args map[string]any `json:"args,omitempty"`
}

// Error implements error. It is for logs, never for people.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Code)
	for _, f := range e.Fields {
		text.WriteString(" [" + f.Name + " " + f.Code + "]")
	}
	if e.Err != nil {
		text.WriteString(": " + e.Err.Error())
	}
	return text.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an *Error of the same code, however much has
// been wrapped around or added to either.
func (e *Error) Is(target error) bool {
	t, ok := errors.AsType[*Error](target)
	return ok && t.Code == e.Code
}

// New returns an error to declare once in a package and compare with errors.Is.
func New(k Kind, code string) *Error { return &Error{Kind: k, Code: code} }

// BadInput returns the error of input that makes no sense, with all its
// problems; nil when there are none.
func BadInput(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "form.invalid", Fields: fields}
}

// Because returns a copy of e with its cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// With returns a copy of e with a value for the translated message.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Args = maps.Clone(e.Args)
	if c.Args == nil {
		c.Args = map[string]any{}
	}
	c.Args[name] = value
	return &c
}

// KindOf returns the kind of err; Internal when it has none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Wrap says what was being done when *errp happened. Call it deferred, on a
// named result:
//
//	defer errs.Wrap(&err, "issue permit %s", id)
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *errp)
	}
}
