// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package channel

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/fetch"
)

// ZNSOptions are the official account of Zalo that sends. What Zalo does not
// publish is said by the operator: codes of errors, and whether its notices are
// signed as recalled.
type ZNSOptions struct {
	URL       string // of POST /message/template
	Token     func(ctx context.Context) (string, error)
	Templates map[string]string // id of the approved template, by event
	// NoZalo, Quota and Never are codes of errors: the number has no Zalo, no more
	// is taken today, and it will never be taken.
	NoZalo, Quota, Never []int
}

// ZNS sends approved templates by Zalo. Numbers are written with 84 before them.
type ZNS struct {
	o   ZNSOptions
	ask *fetch.Client
}

// NewZNS returns the channel.
func NewZNS(o ZNSOptions) *ZNS { return &ZNS{o: o, ask: asker()} }

// Carries implements notify.Channel: what has no approved template is not carried.
func (z *ZNS) Carries(event string) bool { return z.o.Templates[event] != "" }

// Send implements notify.Channel.
func (z *ZNS) Send(ctx context.Context, l notify.Letter) (r notify.Receipt, err error) {
	phone, ok := notify.ParsePhone(l.To)
	if !ok {
		return r, refuse(notify.ByAddress, nil)
	}
	token, err := z.o.Token(ctx)
	if err != nil {
		return r, err
	}
	if l.Params == nil {
		l.Params = map[string]string{}
	}
	body, err := json.Marshal(map[string]any{
		"phone": "84" + phone[1:], "template_id": z.o.Templates[l.Event], "template_data": l.Params, "tracking_id": l.Key,
	})
	if err != nil {
		return r, err
	}
	a, err := z.ask.Call(ctx, fetch.Question{URL: z.o.URL, Body: body, Type: "application/json", Header: map[string]string{"access_token": token}})
	if err != nil {
		return r, fmt.Errorf("zalo did not answer: %w", err)
	}
	if a.Status != 200 {
		return r, fmt.Errorf("zalo answered %d", a.Status)
	}
	var said struct {
		Error int `json:"error"`
		Data  struct {
			ID string `json:"msg_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(a.Body, &said); err != nil {
		return r, fmt.Errorf("zalo answered what cannot be read: %w", err)
	}
	code := fmt.Errorf("zalo answered error %d", said.Error)
	switch {
	case said.Error == 0:
		return notify.Receipt{Ref: said.Data.ID}, nil
	case slices.Contains(z.o.NoZalo, said.Error):
		return r, refuse(notify.ByAddress, code)
	case slices.Contains(z.o.Quota, said.Error):
		return r, refuse(notify.ByQuota, code)
	case slices.Contains(z.o.Never, said.Error):
		return r, refuse(notify.ByGateway, code)
	}
	return r, code
}

// Signed reports whether a notice of Zalo is signed by whoever knows the secret:
// SHA-256 of application, body, time and secret in hex (recalled, not verified).
func Signed(signature, app, secret, timestamp string, body []byte) bool {
	sum := sha256.Sum256([]byte(app + string(body) + timestamp + secret))
	given := strings.TrimPrefix(signature, "mac=")
	return secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(hex.EncodeToString(sum[:]))) == 1
}
