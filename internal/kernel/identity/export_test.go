// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

// Cost lets a directory of a test compute cheaper than the product does.
func (d *Directory) Cost(passes, memory uint32) { d.hash.cost = cost{passes, memory} }
