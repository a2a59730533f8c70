// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package year

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// session is somebody who is signed in.
type session struct {
	token string
	since time.Time
}

// fresh is how long a session stays young enough for acts that want a proof.
const fresh = 8 * time.Minute

// refused is an answer that is not a success.
type refused struct {
	status int
	text   string
}

// Error implements error.
func (r refused) Error() string { return fmt.Sprintf("%d %s", r.status, r.text) }

// ask speaks to the program as other programs do. The session of somebody is used
// until it has ended; young: not longer than for minutes.
func (w *World) ask(ctx context.Context, login string, young bool, method, path, kind string, body []byte, out any) error {
	for again := false; ; again = true {
		now := w.Clock.Now()
		s, ok := w.tokens[login]
		if !ok || again || young && now.Sub(s.since) > fresh {
			token, err := w.Session(ctx, login)
			if err != nil {
				return err
			}
			s = session{token, now}
			w.tokens[login] = s
		}
		r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+s.token)
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		w.calls++
		if method == http.MethodPost && path == "/api/v1/dossiers" {
			r.Header.Set("Idempotency-Key", fmt.Sprintf("year %d %d", now.UnixMicro(), w.calls))
		}
		answer := &reply{header: http.Header{}}
		w.Handler.ServeHTTP(answer, r)
		switch {
		case answer.status == http.StatusUnauthorized && !again:
			continue // the session is over
		case answer.status/100 != 2:
			return fmt.Errorf("%s %s as %s at %s: %w", method, path, login, now, refused{answer.status, answer.body.String()})
		case out == nil:
			return nil
		}
		return json.Unmarshal(answer.body.Bytes(), out)
	}
}

// call is ask with JSON.
func (w *World) call(ctx context.Context, login, method, path string, body, out any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return w.ask(ctx, login, false, method, path, "application/json", raw, out)
}

// reply keeps an answer.
type reply struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *reply) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *reply) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *reply) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}
