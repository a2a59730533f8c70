// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package apidocsmod puts the documentation of the API together. Only
// internal/app imports it.
package apidocsmod

import (
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/apidocs/internal/site"
	"tinhso.vn/internal/modules/apidocs/locales"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = site.Deps

// Register is a register that has operations of its own.
type Register = site.Register

// New returns the module.
func New(d Deps) module.Module {
	return module.Module{Name: "apidocs", Routes: site.Routes(d), Locales: locales.Files}
}
