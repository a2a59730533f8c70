// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"embed"
	"io/fs"
)

//go:embed locales
var locales embed.FS

// Locales holds the messages of the platform and the kernel.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }
