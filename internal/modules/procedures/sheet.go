// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package procedures

import (
	"strconv"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/papers"
)

// OnPaper is a sheet as it is drawn.
func OnPaper(s forms.Sheet) papers.Form {
	out := papers.Form{Title: s.Title, ID: s.Form, Version: strconv.Itoa(s.Version)}
	for _, part := range s.Parts {
		p := papers.FormPart{Title: part.Title}
		for _, line := range part.Lines {
			p.Lines = append(p.Lines, papers.FormLine(line))
		}
		out.Parts = append(out.Parts, p)
	}
	return out
}
