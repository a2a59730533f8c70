// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search

// Written returns a question as both databases are asked, for tests.
func Written(asked string) []string {
	m := parse(asked, true).match(false)
	return m.Written()
}
