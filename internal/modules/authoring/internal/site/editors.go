// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import "tinhso.vn/internal/platform/web"

// editorRoutes are the pages of forms, tables of steps, decision tables and
// templates of results.
func (h pages) editorRoutes() []web.Route { return nil }
