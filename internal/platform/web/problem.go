// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// ProblemError is an error as it leaves the program (RFC 9457), with our code.
// It never holds the cause, nor what the caller sent.
type ProblemError struct {
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Code   string         `json:"code"`          // as in errs.Error
	Detail string         `json:"detail"`        // in the reader's language
	Ref    string         `json:"ref,omitempty"` // of a 5xx: find it in the log
	Fields []ProblemField `json:"fields,omitempty"`

	Args     map[string]any `json:"-"`
	cause    error
	answered bool // the response has been written
}

// ProblemField is one problem with one input.
type ProblemField struct {
	Name   string         `json:"name"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Args   map[string]any `json:"-"`
}

// Problem returns how err leaves the program. The same error asked twice keeps
// its reference.
func Problem(err error) *ProblemError {
	if p, ok := errors.AsType[*ProblemError](err); ok {
		return p
	}
	p := &ProblemError{Status: status(errs.KindOf(err)), Code: "internal", cause: err}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = ErrTooLarge.With("max", tooLarge.Limit>>20).Because(err)
		p.Status = http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, ErrWrongVerb) {
		p.Status = http.StatusMethodNotAllowed
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		p.Code, p.Args = e.Code, e.Args
		for _, f := range e.Fields {
			p.Fields = append(p.Fields, ProblemField{Name: f.Name, Code: f.Code, Args: f.Args})
		}
	}
	if p.Status >= http.StatusInternalServerError {
		p.Ref = id.Code(8)
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// What the doors refuse.
var (
	ErrTooLarge   = errs.New(errs.TooLarge, "web.too_large")
	ErrTooOften   = errs.New(errs.TooMany, "web.too_often")
	ErrMalformed  = errs.New(errs.Malformed, "web.malformed")
	ErrNoSuchPage = errs.New(errs.NotFound, "web.no_such_page")
	ErrCrossSite  = errs.New(errs.Forbidden, "web.cross_site")
	ErrWrongVerb  = errs.New(errs.Invalid, "web.wrong_method")
)

// status is the one place where kinds of errors and HTTP meet.
func status(k errs.Kind) int {
	switch k {
	case errs.Internal:
		return http.StatusInternalServerError
	case errs.Malformed:
		return http.StatusBadRequest
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Unauthenticated:
		return http.StatusUnauthorized
	case errs.Forbidden:
		return http.StatusForbidden
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict:
		return http.StatusConflict
	case errs.TooLarge:
		return http.StatusRequestEntityTooLarge
	case errs.TooMany:
		return http.StatusTooManyRequests
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Error is for logs, never for people.
func (p *ProblemError) Error() string {
	if p.cause == nil {
		return p.Code
	}
	return p.cause.Error()
}

// Unwrap returns the cause.
func (p *ProblemError) Unwrap() error { return p.cause }

// Answered reports whether the problem has been written to the caller.
func (p *ProblemError) Answered() bool { return p.answered }

// GetStatus makes huma answer with a ProblemError as it is.
func (p *ProblemError) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (*ProblemError) ContentType(string) string { return "application/problem+json" }

// Write answers with the problem as JSON.
func (p *ProblemError) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller has gone: nobody to tell
}
