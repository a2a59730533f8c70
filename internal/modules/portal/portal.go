// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package portal is what the rest of the program may know of the pages about
// the citizens' site itself.
package portal

// The pages others lead to.
const (
	AccessPath  = "/tro-nang"    // the accessibility statement
	DisplayPath = "/hien-thi"    // letter size and contrast
	MapPath     = "/so-do-trang" // all pages of the site
	OfflinePath = "/ngoai-tuyen" // what a phone shows without a line
)
