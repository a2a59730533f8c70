// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

// dayTick is how often it is asked whether the day has begun.
const dayTick = 30 * time.Second

// day tells officials of their work once a working day, when it has begun. Each
// server may: what was told is not told again.
func (p *Program) day() func(context.Context) (bool, error) {
	var done calendar.Date
	after := ""
	return func(ctx context.Context) (more bool, err error) {
		now := p.DB.Now().Time
		today := calendar.On(now)
		day := p.Parts.Calendars.For("").Day(today)
		if done == today || !day.Works() || now.Before(today.At(int(day.Spans[0].From))) || !now.Before(today.At(int(day.Spans[len(day.Spans)-1].To))) {
			return false, nil
		}
		if after, err = p.Parts.day(ctx, after); err != nil {
			return false, err
		}
		if after == "" {
			done = today
		}
		return after != "", nil
	}
}
