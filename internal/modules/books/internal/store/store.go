// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps how people look at registers and what was done with many
// records at once. The records themselves are kept by kernel/registers.
package store

import (
	"embed"

	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "books", Files: files} }

// Store has no state: the caller says on which DB or Tx a method works.
type Store struct{}
