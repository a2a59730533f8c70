// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package web holds the built style sheets, scripts and fonts. It only embeds:
// layout.Assets reads the manifest and serves the files.
package web

import "embed"

// Dist is the folder dist as npm run build made it; without a build it holds only ".keep".
//
//go:embed all:dist
var Dist embed.FS
