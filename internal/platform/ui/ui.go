// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package ui is the design system: templ components whose parameters are plain
// structs of texts that are already in the reader's language. It is not a
// translator, not a form decoder, and knows nothing of government: words,
// routes and rights come from the caller.
//
// The markup of the form and content components has the same structure as
// govuk-frontend 6 (MIT), with our own class prefix "ts-": the tests render
// every fixture of that package and compare.
package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// class joins class names and leaves out the empty ones.
func class(names ...string) string {
	kept := make([]string, 0, len(names))
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, " ")
}

// when is name if cond holds, and nothing otherwise.
func when(cond bool, name string) string {
	if cond {
		return name
	}
	return ""
}

// or is the first of the texts that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// suffix is "-n" from the second item on: the first keeps the bare id, so that
// the error summary can link to it.
func suffix(n int) string {
	if n < 2 {
		return ""
	}
	return "-" + strconv.Itoa(n)
}

// filled tells whether a piece of content has anything to show.
func filled(text string, html templ.Component) bool {
	return text != "" || html != nil
}
