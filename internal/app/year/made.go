// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import "fmt"

// Made returns the n-th (below 100,000) person who stands in the registers of a
// demonstration, and nowhere else: the last six of the twelve figures begin with 7.
func Made(seed uint64, n int) Resident { return person(throw(seed, "made", fmt.Sprint(n)), n, 7) }
