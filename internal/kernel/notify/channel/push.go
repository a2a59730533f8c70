// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/webpush"
)

// PushOptions say which push services are asked, and in whose name.
type PushOptions struct {
	// Services are origins, https://HOST; *. before a name takes all names under
	// it. Browsers name other addresses in vain.
	Services []string
	Contact  string // mailto: or https:, for the services
	Sender   func(ctx context.Context) (*webpush.Sender, error)
	Clock    clock.Clock
}

// Push writes to browsers by their push services. What is written is the title
// and an address of this site: it names nobody.
type Push struct {
	o   PushOptions
	ask *fetch.Client
}

// NewPush returns the channel.
func NewPush(o PushOptions) *Push { return &Push{o: o, ask: asker()} }

// Carries implements notify.Channel.
func (*Push) Carries(string) bool { return true }

// Known reports whether an endpoint belongs to a service that is asked.
func (p *Push) Known(endpoint string) bool { return KnownService(p.o.Services, endpoint) }

// KnownService reports whether an endpoint belongs to one of the services.
func KnownService(services []string, endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	origin := u.Scheme + "://" + u.Host
	return slices.ContainsFunc(services, func(s string) bool {
		if before, after, wild := strings.Cut(s, "*."); wild {
			return strings.HasPrefix(origin, before) && strings.HasSuffix(origin, "."+after)
		}
		return s == origin
	})
}

// secondsKept is how long a service keeps what a browser that is off has not taken.
const secondsKept = "86400"

// Send implements notify.Channel. To is a notify.Subscription as JSON.
func (p *Push) Send(ctx context.Context, l notify.Letter) (r notify.Receipt, err error) {
	var s notify.Subscription
	if err := json.Unmarshal([]byte(l.To), &s); err != nil || !p.Known(s.Endpoint) {
		return r, refuse(notify.ByAddress, nil)
	}
	content, err := json.Marshal(map[string]string{"title": l.Title, "link": l.Link, "tag": l.Key, "lang": l.Lang})
	if err != nil {
		return r, err
	}
	body, err := webpush.Encrypt(webpush.Browser{P256DH: s.Keys.P256DH, Auth: s.Keys.Auth}, content)
	if err != nil {
		return r, refuse(notify.ByAddress, err)
	}
	sender, err := p.o.Sender(ctx)
	if err != nil {
		return r, err
	}
	authorization, err := sender.Authorization(s.Endpoint, p.o.Contact, p.o.Clock.Now())
	if err != nil {
		return r, refuse(notify.ByAddress, err)
	}
	topic := strings.ReplaceAll(l.Key, "-", "") // the service keeps one message of a topic: sent again it replaces itself
	a, err := p.ask.Call(ctx, fetch.Question{URL: s.Endpoint, Body: body, Type: "application/octet-stream", Header: map[string]string{
		"Authorization": authorization, "Content-Encoding": "aes128gcm", "TTL": secondsKept, "Topic": topic[:min(len(topic), 32)],
	}})
	if err != nil {
		return r, fmt.Errorf("the push service did not answer: %w", err)
	}
	switch {
	case a.Status/100 == 2:
		return r, nil
	case a.Status == 404 || a.Status == 410:
		return r, refuse(notify.ByAddress, fmt.Errorf("the push service answered %d", a.Status))
	case a.Status == 400 || a.Status == 401 || a.Status == 403 || a.Status == 413:
		return r, refuse(notify.ByGateway, fmt.Errorf("the push service answered %d", a.Status))
	}
	return r, fmt.Errorf("the push service answered %d", a.Status)
}
