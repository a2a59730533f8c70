// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package areas is what the rest of the program may know of the pages about
// administrative units and the map. The tables themselves are kernel/geo's.
package areas

import "tinhso.vn/internal/platform/errs"

// What can go wrong.
var (
	ErrDay   = errs.New(errs.Invalid, "areas.day")   // no day such as 2026-07-01 or 1/7/2026
	ErrPlace = errs.New(errs.Invalid, "areas.place") // neither a commune, nor a Plus Code, nor coordinates
)
