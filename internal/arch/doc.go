// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package arch holds the rules of the house as tests, and nothing that runs in
// the product. What each rule means and why is written in docs/house.md.
//
// When a test here stops you, change the code; or change the rule, in the same
// commit as the decision record (docs/adr) that says why.
package arch
