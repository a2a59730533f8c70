// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import "testing"

// A right without words is shown by the name it has in the program, which tells
// nobody who grants it what is granted.
func TestEveryRightHasWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for _, m := range w.Parts.All() {
		for _, right := range m.Permissions {
			if key := "personnel.permission." + string(right); !w.Site.Catalogue.Has(key) {
				t.Errorf("%s: write %s in internal/modules/personnel/locales", right, key)
			}
		}
	}
}
