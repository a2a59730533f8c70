// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package axis speaks with the systems of other agencies over the integration axis
// of the province (LGSP): a service of a partner is PARTNER/SERVICE below one address,
// JSON goes both ways, a bearer token says who asks. The bearer, and the codes of
// errors, are those that the published services of civil status use; the envelope
// around an answer is not published and stands here alone. What is said and when is
// for kernel/connectors and its adapters.
package axis

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/platform/fetch"
)

// maxAnswer is how much a partner may answer.
const maxAnswer = 1 << 20

// Settings are where the axis is; without URL there is none.
type Settings struct{ URL, Token string }

// Axis speaks with partners.
type Axis struct {
	settings Settings
	client   *fetch.Client
}

// New returns an axis.
func New(s Settings) *Axis {
	return &Axis{settings: s, client: fetch.New(fetch.Options{Configured: true, Limit: maxAnswer})}
}

// On reports whether there is an axis.
func (a *Axis) On() bool { return a.settings.URL != "" }

// Address is where a partner is, for people.
func (a *Axis) Address(partner string) string {
	if !a.On() {
		return ""
	}
	return a.settings.URL + "/" + partner
}

// Reply is what a partner answers.
type Reply struct {
	Code      string          `json:"code"`    // "0": it is well
	Message   string          `json:"message"` // to people; it may name somebody
	Reference string          `json:"reference"`
	Data      json.RawMessage `json:"data"`
}

// Codes of the civil-status service that are about us and not about what was said:
// an operator has to look, and the same words may be right later.
func ours(code string) bool {
	return code == "100" || code == "101" || code == "106" || code == "108"
}

// NotFound is the code for something that the partner does not have.
const NotFound = "201"

// Call returns the function with which a partner is called.
func (a *Axis) Call(partner string) func(ctx context.Context, s connectors.Saying) connectors.Answer {
	return func(ctx context.Context, s connectors.Saying) connectors.Answer {
		if !a.On() {
			return connectors.Answer{Outcome: connectors.Failed, Error: "unset"}
		}
		raw, err := a.client.Ask(ctx, fetch.Question{
			URL: a.settings.URL + "/" + partner + "/" + s.Operation, Body: s.Body, Type: "application/json",
			Header: map[string]string{"Authorization": "Bearer " + a.settings.Token, "Idempotency-Key": s.Key},
		})
		var r Reply
		switch {
		case errors.Is(err, fetch.ErrSilent):
			return connectors.Answer{Outcome: connectors.Silent, Error: "silent"}
		case errors.Is(err, fetch.ErrAddress):
			return connectors.Answer{Outcome: connectors.Failed, Error: "address"}
		case err != nil:
			return connectors.Answer{Outcome: connectors.Failed, Error: "status"}
		case json.Unmarshal(raw, &r) != nil || r.Code == "":
			return connectors.Answer{Outcome: connectors.Failed, Error: "answer"}
		case r.Code == "0":
			return connectors.Answer{Outcome: connectors.OK, Reference: r.Reference, Body: raw}
		case ours(r.Code):
			return connectors.Answer{Outcome: connectors.Failed, Error: "code-" + r.Code, Body: raw}
		}
		return connectors.Answer{Outcome: connectors.Refused, Error: "code-" + r.Code, Body: raw}
	}
}

// Read opens an answer; nothing where it is not one.
func Read(a connectors.Answer) (r Reply) {
	_ = json.Unmarshal(a.Body, &r) // an empty one says nothing
	return r
}
