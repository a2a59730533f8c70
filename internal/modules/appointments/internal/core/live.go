// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"tinhso.vn/internal/platform/errs"
)

// markFor is how long what a screen shows is taken for unchanged: all screens of a hall
// ask the database once in that time, however many they are.
const markFor = time.Second

// mostMarks is how many halls are remembered; a province has fewer.
const mostMarks = 5000

// marks remembers what screens show.
type marks struct {
	mu  sync.Mutex
	all map[string]mark
}

type mark struct {
	text  string
	until time.Time
}

// HallMark returns a text that is another one as soon as the screen of a hall shows
// something else: a number, how often it was called, how many wait, the minute. It says
// nothing itself. Several servers may call numbers of one hall, so that the database is
// asked and not the memory.
func (s *Service) HallMark(ctx context.Context, unit string) (text string, err error) {
	defer errs.Wrap(&err, "look at the hall of %s", unit)

	now := s.DB.Now().Time
	s.marks.mu.Lock()
	known, ok := s.marks.all[unit]
	s.marks.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.text, nil
	}
	h, err := s.GetHall(ctx, unit)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Append(nil, h.Calls, h.Waiting, h.Now.Truncate(time.Minute)))
	text = hex.EncodeToString(sum[:8])
	s.marks.mu.Lock()
	defer s.marks.mu.Unlock()
	if len(s.marks.all) >= mostMarks {
		clear(s.marks.all)
	}
	s.marks.all[unit] = mark{text, now.Add(markFor)}
	return text, nil
}
