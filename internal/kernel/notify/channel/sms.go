// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"encoding/json"
	"fmt"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/fetch"
)

// SMSOptions are the gateway of short messages.
type SMSOptions struct {
	URL   string
	Token string
	// Callback is where the gateway says later what became of a message; empty: nowhere.
	Callback string
}

// SMS speaks to a gateway of short messages over HTTP.
type SMS struct {
	o   SMSOptions
	ask *fetch.Client
}

// NewSMS returns the channel.
func NewSMS(o SMSOptions) *SMS { return &SMS{o: o, ask: asker()} }

// Carries implements notify.Channel.
func (*SMS) Carries(string) bool { return true }

// Send implements notify.Channel. The gateway takes a key once.
func (s *SMS) Send(ctx context.Context, l notify.Letter) (r notify.Receipt, err error) {
	body, err := json.Marshal(map[string]string{"key": l.Key, "to": l.To, "text": l.Text, "callback": s.o.Callback})
	if err != nil {
		return r, err
	}
	a, err := s.ask.Call(ctx, fetch.Question{URL: s.o.URL, Body: body, Type: "application/json", Header: map[string]string{"Authorization": "Bearer " + s.o.Token}})
	if err != nil {
		return r, fmt.Errorf("the gateway did not answer: %w", err)
	}
	var said struct {
		Ref    string `json:"ref"`
		Reason string `json:"reason"`
	}
	_ = json.Unmarshal(a.Body, &said) // an answer without words is one too
	switch {
	case a.Status/100 == 2:
		return notify.Receipt{Ref: said.Ref}, nil
	case a.Status == 422 && said.Reason == "number":
		return r, refuse(notify.ByAddress, nil)
	case a.Status == 400 || a.Status == 422:
		return r, refuse(notify.ByGateway, fmt.Errorf("the gateway answered %d", a.Status))
	}
	return r, fmt.Errorf("the gateway answered %d", a.Status)
}
