// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions

import "tinhso.vn/internal/platform/errs"

// Draft makes a table ready that is still being written: it may have gaps,
// overlaps and cases that come out wrong, which are returned beside it. Where
// cells cannot be read there is no table.
func Draft(d Decision) (*Table, []errs.Field) {
	t, found := compile(d)
	if len(found) > 0 {
		return nil, found
	}
	return t, append(t.complete(), t.wrongCases()...)
}

// Written is a value as it stands in a cell of the column.
func (c Column) Written(value any) string { return write(value, c) }
