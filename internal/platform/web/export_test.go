// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import "reflect"

// Names returns how types are named in the description, in this order.
func Names(types ...reflect.Type) (names []string) {
	n := newNamer()
	for _, t := range types {
		names = append(names, n.name(t, "Hint"))
	}
	return names
}

// Owner is what a type is named after whose name is taken.
var Owner = owner
