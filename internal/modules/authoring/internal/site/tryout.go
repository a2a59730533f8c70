// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import "tinhso.vn/internal/platform/web"

// tryoutRoutes are the pages on which made-up cases run through a change.
func (h pages) tryoutRoutes() []web.Route { return nil }
