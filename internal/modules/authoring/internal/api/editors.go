// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import "tinhso.vn/internal/platform/web"

// editorRoutes are the operations of the editors of forms, flows, decisions and templates.
func (o operations) editorRoutes() []web.Route { return nil }
