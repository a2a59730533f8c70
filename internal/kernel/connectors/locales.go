// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"embed"
	"io/fs"
)

//go:embed locales
var messages embed.FS

// Locales returns the messages of this package.
func Locales() (fs.FS, error) { return fs.Sub(messages, "locales") }
