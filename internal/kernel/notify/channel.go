// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"
	"errors"
)

// ChannelID names a way to people.
type ChannelID string

// The channels.
const (
	App  ChannelID = "app" // the bell; nothing leaves the house
	ZNS  ChannelID = "zns"
	SMS  ChannelID = "sms"
	Mail ChannelID = "mail"
	Push ChannelID = "push"
)

// Outside are the channels that leave the house, in the order of pages.
func Outside() []ChannelID { return []ChannelID{ZNS, SMS, Mail, Push} }

// Letter is a message as a channel gets it.
type Letter struct {
	Key    string            // sent again under the same key, it is taken once
	Event  string            // what it tells of
	To     string            // a number, an address, the subscription of a browser
	Title  string            // of a mail and a push
	Text   string            // of a mail and a short message
	Link   string            // address of this site; empty: none
	Lang   string            // vi, en
	Params map[string]string // of a template
}

// Receipt is what a channel says when it has taken a letter.
type Receipt struct {
	Ref string // what the gateway calls it; empty: our key
}

// Channel carries letters one way. It keeps nothing and may be used by many at once.
type Channel interface {
	// Carries reports whether the channel can carry such an event: one that
	// sends only approved templates cannot carry all.
	Carries(event string) bool
	// Send hands a letter over. A *RefusedError says that it will never be
	// taken; any other error may pass.
	Send(ctx context.Context, l Letter) (Receipt, error)
}

// RefusedError says that a letter will never be taken as it is.
type RefusedError struct {
	Reason Reason
	Err    error
}

// Error names the reason; it never repeats addresses.
func (e *RefusedError) Error() string {
	if e.Err != nil {
		return "refused (" + string(e.Reason) + "): " + e.Err.Error()
	}
	return "refused (" + string(e.Reason) + ")"
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

// Reason is why a message is where it is.
type Reason string

// The reasons.
const (
	NoReason  Reason = ""
	ByGateway Reason = "refused"      // the gateway does not take it
	ByAddress Reason = "address"      // the number or address does not exist
	ByQuota   Reason = "quota"        // the gateway takes no more today
	ByTime    Reason = "expired"      // it was worth nothing any more
	GivenUp   Reason = "given_up"     // tried as often as it makes sense
	NoChannel Reason = "unconfigured" // nobody carries it
	ByChoice  Reason = "off"          // the person has switched it off
	ByBounce  Reason = "bounced"      // mail to the address came back before
	Waits     Reason = "unavailable"  // the gateway did not take it now
	Held      Reason = "quiet"        // quiet hours
)

// refusal returns why a letter was refused for good.
func refusal(err error) (Reason, bool) {
	if r, ok := errors.AsType[*RefusedError](err); ok {
		return r.Reason, true
	}
	return NoReason, false
}

// Line is a channel and what a message on it costs.
type Line struct {
	Channel
	Price int64 // đồng
}
