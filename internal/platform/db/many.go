// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package db

import (
	"strconv"
	"strings"
)

// In returns the placeholders of a list of values, from the n-th on, and the values, as
// Padded. No value at all is a list in which nothing is.
func In(n int, values []string) (marks string, args []any) {
	if len(values) == 0 {
		return "(NULL)", nil
	}
	var b strings.Builder
	for i, v := range Padded(values) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(n+i))
		args = append(args, v)
	}
	return "(" + b.String() + ")", args
}
