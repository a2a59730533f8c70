// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package systems

// Following is a subscription of a system to a register that stands.
type Following struct {
	Register, System string // System: its name
	Sent             int    // messages that arrived in the time that was asked about
}
