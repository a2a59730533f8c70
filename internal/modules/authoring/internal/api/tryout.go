// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import "tinhso.vn/internal/platform/web"

// tryoutRoutes are the operations of trying a change out.
func (o operations) tryoutRoutes() []web.Route { return nil }
