// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"embed"
	"io/fs"
)

//go:embed locales
var locales embed.FS

// Locales holds the messages of this package.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }
