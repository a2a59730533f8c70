// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package clock

import "time"

// Back is the beginning of the day in Vietnam that lies so many days, months or
// years before now: what began before it has lasted for longer. Days are whole:
// nothing ends within one. Zero for another unit.
func Back(now time.Time, amount int, unit string) time.Time {
	y, m, d := now.In(Vietnam()).Date()
	switch unit {
	case "days":
		d -= amount
	case "months":
		m -= time.Month(amount)
	case "years":
		y -= amount
	default:
		return time.Time{}
	}
	return time.Date(y, m, d, 0, 0, 0, 0, Vietnam())
}
