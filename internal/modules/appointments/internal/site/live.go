// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"fmt"
	"net/http"
	"time"
)

// How screens are told.
const (
	liveLook = time.Second      // how often somebody looks whether a screen shows something else
	liveBeat = 15 * time.Second // something is said in that time, or what is between takes the line for dead
	liveFor  = 10 * time.Minute // then the browser asks again, by itself
	liveMost = 500              // screens at once; more of them ask for the page as those without a script do
)

// live tells the screen of a hall that it shows something else (server-sent events): an
// event is a mark and nothing more, and the screen asks for its page then. Whoever has no
// script, or no such line, has the page that is asked for every few seconds.
func (s site) live(w http.ResponseWriter, r *http.Request) error {
	ctx, unit := r.Context(), r.PathValue("unit")
	now, err := s.svc.HallMark(ctx, unit)
	if err != nil {
		return err
	}
	select {
	case s.screens <- struct{}{}:
		defer func() { <-s.screens }()
	default:
		w.WriteHeader(http.StatusNoContent) // the browser does not ask again
		return nil
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // a proxy in between passes it on at once
	line := http.NewResponseController(w)
	say := func(text string) bool {
		if _, err := w.Write([]byte(text)); err != nil {
			return false // the screen is off
		}
		return line.Flush() == nil
	}
	if !say("retry: 2000\n\n") || r.Header.Get("Last-Event-ID") != now && !say(changed(now)) {
		return nil
	}
	look, beat, end := time.NewTicker(liveLook), time.NewTicker(liveBeat), time.NewTimer(liveFor)
	defer look.Stop()
	defer beat.Stop()
	defer end.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.svc.Ending:
			return nil
		case <-end.C:
			return nil
		case <-beat.C:
			if !say(": .\n\n") {
				return nil
			}
		case <-look.C:
			next, err := s.svc.HallMark(ctx, unit)
			if err != nil {
				return err // it is in the log; the browser asks again
			}
			if next == now {
				continue
			}
			if now = next; !say(changed(now)) {
				return nil
			}
		}
	}
}

// changed is the event that a screen shows something else.
func changed(mark string) string { return fmt.Sprintf("event: hall\nid: %s\ndata: %s\n\n", mark, mark) }
