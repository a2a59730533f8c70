// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/errs"
)

// A story of some weeks is shown in minutes by moving the clock of a demonstration
// on. The door is a socket in the data folder: who may read the data may move the
// clock, and no browser and no other computer comes near it. serve has none.

const (
	clockFile   = "clock"
	clockSocket = "clock.sock"
	// longestSocket is how long the path of a socket may be on every system.
	longestSocket = 100
	// momentForm is how a moment is written, by the clock of Vietnam.
	momentForm = "2006-01-02T15:04"
	maxMoment  = 100 // bytes
)

// What is said where a clock cannot be had, or moved.
var (
	errClockFrom   = errs.New(errs.Invalid, "app.clock_from")
	errClockPast   = errs.New(errs.Invalid, "app.clock_past")
	errMoment      = errs.New(errs.Invalid, "app.clock_moment")
	errClockBack   = errs.New(errs.Conflict, "app.clock_back")
	errClockNobody = errs.New(errs.NotFound, "app.clock_nobody")
	errClockLong   = errs.New(errs.Invalid, "app.clock_long")
)

// ownClock returns the clock of a demonstration that keeps one; nil: the province
// has its own. Data that once had a clock keep it: otherwise they would come from
// the future.
func (d demoCommand) ownClock(cfg config.Config, set *packs.Set) (*clock.Kept, error) {
	file := filepath.Join(cfg.Data, clockFile)
	_, err := os.Stat(file)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case d.From != "" && !d.ClockControl:
		return nil, errClockFrom
	case err != nil && !d.ClockControl:
		return nil, nil
	case !set.Meta.Clock.IsZero():
		return nil, errClockPast
	}
	from := time.Time{}
	if d.From != "" {
		if from, err = momentOf(d.From); err != nil {
			return nil, err
		}
	}
	return clock.Keep(file, from)
}

func momentOf(said string) (time.Time, error) {
	t, err := time.ParseInLocation(momentForm, strings.TrimSpace(said), clock.Vietnam())
	if err != nil {
		return t, errMoment.With("said", said)
	}
	return t, nil
}

// now is what the clock of the demonstration shows.
func (d demoCommand) now() time.Time {
	if d.clock != nil {
		return d.clock.Now()
	}
	return clock.System{}.Now()
}

// began is when a demonstration begins: now, or then for a province of the past.
func (d demoCommand) began(set *packs.Set) time.Time {
	if !set.Meta.Clock.IsZero() {
		return set.Meta.Clock
	}
	return d.now()
}

// serveClock opens the door through which the clock is moved on.
func serveClock(ctx context.Context, data string, k *clock.Kept) (end func(), err error) {
	path := filepath.Join(data, clockSocket)
	if len(path) > longestSocket {
		return nil, errClockLong.With("path", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a process that was killed
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("the door of the clock: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	server := &http.Server{Handler: clockDoor(k), ReadHeaderTimeout: readHeader}
	go func() { _ = server.Serve(l) }() // it ends when the server is closed
	return func() { _ = server.Close() }, nil
}

// clockDoor shows the moment to GET, and moves on to the moment that is posted.
func clockDoor(k *clock.Kept) http.Handler {
	mux := http.NewServeMux()
	show := func(w http.ResponseWriter) { _, _ = io.WriteString(w, k.Now().In(clock.Vietnam()).Format(momentForm)) }
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { show(w) })
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		said, err := io.ReadAll(io.LimitReader(r.Body, maxMoment))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		to, err := momentOf(string(said))
		if err == nil {
			err = k.MoveTo(to)
		}
		switch {
		case errors.Is(err, clock.ErrBackwards):
			w.WriteHeader(http.StatusConflict)
		case errors.Is(err, errMoment):
			w.WriteHeader(http.StatusUnprocessableEntity)
		case err != nil:
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		show(w)
	})
	return mux
}

type clockCommand struct {
	Data string `help:"Folder of the data of the demonstration that runs." default:"data/demo" type:"path" placeholder:"DIR"`
	To   string `arg:"" optional:"" help:"Moment to move on to, 2026-11-23T07:35; without it, the clock is shown." placeholder:"MOMENT"`
}

// Run shows the clock of a demonstration that runs with --clock-control, or moves it on.
func (k clockCommand) Run(ctx context.Context, c console) error {
	method := http.MethodGet
	if k.To != "" {
		method = http.MethodPost
		if _, err := momentOf(k.To); err != nil {
			return err
		}
	}
	client := &http.Client{Timeout: smsTimeout, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(k.Data, clockSocket))
	}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, method, "http://clock/", strings.NewReader(k.To))
	if err != nil {
		return err
	}
	answer, err := client.Do(r)
	if err != nil {
		return errClockNobody.Because(err)
	}
	defer func() { _ = answer.Body.Close() }()
	shown, err := io.ReadAll(io.LimitReader(answer.Body, maxMoment))
	switch {
	case err != nil:
		return err
	case answer.StatusCode == http.StatusConflict:
		return errClockBack.With("now", string(shown))
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("move the clock: %s", answer.Status)
	}
	c.say("%s", shown)
	return nil
}
