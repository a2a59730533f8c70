// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import "time"

// Cost lets a directory of a test compute cheaper than the product does.
func (d *Directory) Cost(passes, memory uint32) { d.hash.cost = cost{passes, memory} }

// Code is what an authenticator shows at a time.
func Code(secret []byte, at time.Time) string { return totpCode(secret, at.Unix()/30) }
