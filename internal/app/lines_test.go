// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// line is a line on which the server tells a screen what is new.
type line struct{ lines *bufio.Scanner }

// listen opens a line as a browser does that has heard last, or nothing yet.
func listen(t *testing.T, h http.Handler, path, last string) line {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return listenAt(t, server.URL+path, last)
}

func listenAt(t *testing.T, address, last string) line {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Body.Close() })
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	return line{bufio.NewScanner(a.Body)}
}

// event waits for the next event and returns its data.
func (l line) event(t *testing.T) string {
	t.Helper()
	for l.lines.Scan() {
		if data, is := strings.CutPrefix(l.lines.Text(), "data: "); is {
			return data
		}
	}
	t.Fatalf("the line is closed: %v", l.lines.Err())
	return ""
}

// A server that is told to stop does not wait for screens that listen.
func TestAServerStopsAlthoughAScreenListens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.takesPeople(t)
	w.Config.Listen = "127.0.0.1:0"
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	at, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- w.Serve(ctx, func(a net.Addr) { at <- a.String() }) }()
	screen := listenAt(t, "http://"+<-at+"/man-hinh-goi/"+visitWard+"/tin-moi", "")
	screen.event(t)
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it stopped with %v", err)
		}
	case <-time.After(15 * time.Second): // it gives others twenty
		t.Error("it waits for the screen")
	}
}
