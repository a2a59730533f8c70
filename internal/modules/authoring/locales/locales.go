// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package locales holds the messages of authoring, in Vietnamese and English:
// those of changes and procedures here, of the editors, of registers and of trying
// out in folders of their own.
package locales

import "embed"

// Files are vi.json and en.json, and those of the parts.
//
//go:embed vi.json en.json editors registers tryout
var Files embed.FS
