// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package apidocs is the documentation of the API for people: what there is,
// and calls to try. It keeps nothing. The description for programs is
// /openapi.json, from which everything here is made.
package apidocs
