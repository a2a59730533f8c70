// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/workflow/picture"
	"tinhso.vn/internal/modules/dossiers/internal/core"
)

// standsAt says in words where a case stands, for those who do not see it.
func standsAt(p page.Page, f core.Full, drawn picture.Picture) string {
	if len(f.Standing) == 0 {
		return ""
	}
	return p.T("dossiers.page.case.stands_at", "where", strings.Join(drawn.At(), "; "))
}

// flowPicture draws the process of a case with the step at which it stands.
func flowPicture(p page.Page, f core.Full) (picture.Picture, bool) {
	m, drawn, err := core.Process(f.Version)
	if err != nil || len(m.Nodes) == 0 {
		return picture.Picture{}, false // a version without a process has no picture
	}
	return picture.Draw(m, drawn, f.Standing, picture.Words{
		Title: p.T("dossiers.page.case.flow"), About: p.T("dossiers.page.case.flow_about"), Here: p.T("dossiers.page.case.flow_here"),
		Post: func(role string) string {
			if slices.Contains([]string{"clerk", "officer", "leader", "records"}, role) {
				return p.T("dossiers.page.post." + role)
			}
			return role
		},
	}), true
}
