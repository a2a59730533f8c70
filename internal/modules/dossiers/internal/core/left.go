// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
)

// TimeLeft returns how much working time a unit has up to a deadline, or how
// far it is past it.
func (s *Service) TimeLeft(unit orgs.ID, now, due time.Time) (calendar.Left, error) {
	return s.Calendar(string(unit)).Left(now, due)
}
