// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package locales holds the messages of mirrors, in Vietnamese and English.
package locales

import "embed"

// Files are vi.json and en.json.
//
//go:embed vi.json en.json
var Files embed.FS
