// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

// UnsentMessage is a message that has not left.
type UnsentMessage struct {
	ID      string  `json:"id"`
	Channel string  `json:"channel" enum:"sms"`
	About   string  `json:"about" doc:"id of what it is about"`
	At      db.Time `json:"at"`
}

// WaitingEvent is an event that has not been handed on.
type WaitingEvent struct {
	ID   string  `json:"id"`
	Name string  `json:"name"`
	At   db.Time `json:"at"`
}

type outgoingOut struct {
	Body struct {
		Messages []UnsentMessage `json:"messages" doc:"the oldest 50"`
		Unsent   int64           `json:"unsent"`
		Events   []WaitingEvent  `json:"events" doc:"the oldest 50"`
		Waiting  int64           `json:"waiting"`
	}
}

func (o operations) outgoing(ctx context.Context, _ *nothing) (*outgoingOut, error) {
	found, err := o.svc.ShowOutgoing(ctx, identity.From(ctx))
	out := &outgoingOut{}
	b := &out.Body
	b.Unsent, b.Waiting, b.Messages, b.Events = found.Unsent, found.Waiting, []UnsentMessage{}, []WaitingEvent{}
	for _, m := range found.Messages {
		b.Messages = append(b.Messages, UnsentMessage(m))
	}
	for _, e := range found.Events {
		b.Events = append(b.Events, WaitingEvent{e.ID, string(e.Name), e.At})
	}
	return out, err
}

// SettingInForce is one value of the configuration.
type SettingInForce struct {
	Key      string `json:"key"`
	Variable string `json:"variable" doc:"of the environment"`
	Value    string `json:"value" doc:"of a secret: [hidden] or nothing"`
	Default  string `json:"default"`
	Secret   bool   `json:"secret"`
	Set      bool   `json:"set" doc:"it differs from the default"`
}

// OutsideSystem is a system that the program speaks to.
type OutsideSystem struct {
	ID        string `json:"id"`
	Address   string `json:"address"`
	Simulated bool   `json:"simulated"`
	Faults    string `json:"faults,omitempty" doc:"page on which it is made to misbehave"`
}

type settingsOut struct {
	Body struct {
		Settings []SettingInForce `json:"settings"`
		Outside  []OutsideSystem  `json:"outside"`
	}
}

func (o operations) settings(ctx context.Context, _ *nothing) (*settingsOut, error) {
	found, err := o.svc.ShowSettings(ctx, identity.From(ctx))
	out := &settingsOut{}
	out.Body.Settings, out.Body.Outside = []SettingInForce{}, []OutsideSystem{}
	for _, s := range found.All {
		out.Body.Settings = append(out.Body.Settings, SettingInForce(s))
	}
	for _, s := range found.Outside {
		out.Body.Outside = append(out.Body.Outside, OutsideSystem(s))
	}
	return out, err
}
