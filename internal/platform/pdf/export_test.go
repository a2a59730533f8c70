// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdf

// Whole lets documents be drawn with the fonts as they came.
func Whole(f Fonts) Fonts {
	for _, one := range f.read {
		one.common = one.all
	}
	return f
}
