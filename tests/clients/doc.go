// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package clients lets OpenID clients that others have written sign people in
// through the built program, unmodified: openid-client of npm, and zitadel/oidc,
// which has a Go module of its own so that the product does not need it.
package clients
