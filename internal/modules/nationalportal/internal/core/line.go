// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/platform/fetch"
)

// maxAnswer is how much the portal may answer: the list of all procedures is large.
const maxAnswer = 16 << 20

// line speaks with the portal: it signs in for a session and posts JSON. How the
// session travels is not published; the simulated portal and this adapter agree on a
// header, which is the one place to change.
type line struct {
	settings Settings
	client   *fetch.Client

	mu      sync.Mutex
	session string
}

// said is what every answer of the portal begins with.
type said struct {
	Code      string `json:"error_code"` // "0" or "00": it is well
	Session   string `json:"session"`
	Reference string `json:"reference"`
}

func (s said) ok() bool { return s.Code == "0" || s.Code == "00" }

// signedOut is the code of the portal for a session that has ended.
const signedOut = "401"

// call says one thing to the portal, signing in again where the session has ended.
func (l *line) call(ctx context.Context, s connectors.Saying) connectors.Answer {
	if l.settings.URL == "" {
		return connectors.Answer{Outcome: connectors.Failed, Error: "unset"}
	}
	for attempt := range 2 {
		session, failed := l.signIn(ctx)
		if failed != nil {
			return *failed
		}
		a, body, failed := l.post(ctx, "/"+s.Operation, s.Body, map[string]string{"Session": session, "Idempotency-Key": s.Key})
		switch {
		case failed != nil:
			return *failed
		case a.ok():
			return connectors.Answer{Outcome: connectors.OK, Reference: a.Reference, Body: body}
		case a.Code == signedOut && attempt == 0:
			l.forget(session)
			continue
		}
		return connectors.Answer{Outcome: connectors.Refused, Error: "code-" + a.Code, Body: body}
	}
	return connectors.Answer{Outcome: connectors.Failed, Error: "login"}
}

// signIn returns the session, a new one where there is none.
func (l *line) signIn(ctx context.Context) (session string, failed *connectors.Answer) {
	l.mu.Lock()
	session = l.session
	l.mu.Unlock()
	if session != "" {
		return session, nil
	}
	body, err := json.Marshal(map[string]string{"username": l.settings.User, "password": l.settings.Password})
	if err != nil {
		return "", &connectors.Answer{Outcome: connectors.Failed, Error: "login"}
	}
	a, _, failed := l.post(ctx, "/login", body, nil)
	if failed != nil {
		return "", failed
	}
	if !a.ok() || a.Session == "" {
		return "", &connectors.Answer{Outcome: connectors.Failed, Error: "login"}
	}
	l.mu.Lock()
	l.session = a.Session
	l.mu.Unlock()
	return a.Session, nil
}

func (l *line) forget(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == session {
		l.session = ""
	}
}

// post returns the answer, or what became of the call where there is none that can be read.
func (l *line) post(ctx context.Context, path string, body []byte, header map[string]string) (a said, raw []byte, failed *connectors.Answer) {
	raw, err := l.client.Ask(ctx, fetch.Question{URL: l.settings.URL + path, Body: body, Type: "application/json", Header: header})
	switch {
	case errors.Is(err, fetch.ErrSilent):
		return a, nil, &connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
	case errors.Is(err, fetch.ErrAddress):
		return a, nil, &connectors.Answer{Outcome: connectors.Failed, Error: "address"}
	case err != nil:
		return a, nil, &connectors.Answer{Outcome: connectors.Failed, Error: "status"}
	}
	if err := json.Unmarshal(raw, &a); err != nil || a.Code == "" {
		return a, nil, &connectors.Answer{Outcome: connectors.Failed, Error: "answer"}
	}
	return a, raw, nil
}
