// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package geo

import (
	"embed"
	"io/fs"
)

//go:embed locales
var locales embed.FS

// Locales holds the messages of this package: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }
