// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/notify/channel"
	"tinhso.vn/internal/platform/web"
)

// reportDoors are where gateways say later what became of messages. Who says it
// shows a token, or signs; of what they say only the end of a message counts.
func (p *Program) reportDoors(n *notify.Notifier) []web.Route {
	return []web.Route{
		{Pattern: "POST " + smsDoor, Access: web.Public(), Door: web.Narrow, MaxBody: maxNotice, Handle: func(w http.ResponseWriter, r *http.Request) error {
			token := p.Config.SMS.Webhook
			given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if token == "" || !bearer || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
				return web.ErrNoSuchPage
			}
			var said struct {
				Key    string `json:"key"`
				State  string `json:"state"` // delivered, failed
				Reason string `json:"reason"`
			}
			if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
				return web.ErrMalformed.Because(err)
			}
			if said.State != "delivered" && said.State != "failed" { // on its way: nothing has ended
				return taken(w, nil)
			}
			news := notify.News{Channel: notify.SMS, Key: said.Key, Delivered: said.State == "delivered"}
			if said.Reason == "number" {
				news.Reason = notify.ByAddress
			}
			return taken(w, n.Report(r.Context(), news))
		}},
		{Pattern: "POST " + znsDoor, Access: web.Public(), Door: web.Narrow, MaxBody: maxNotice, Handle: func(w http.ResponseWriter, r *http.Request) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return web.ErrMalformed.Because(err)
			}
			var said struct {
				Event     string `json:"event_name"`
				Timestamp string `json:"timestamp"`
				Message   struct {
					Tracking string `json:"tracking_id"`
					ID       string `json:"msg_id"`
				} `json:"message"`
			}
			if err := json.Unmarshal(body, &said); err != nil {
				return web.ErrMalformed.Because(err)
			}
			c := p.Config.ZNS
			if !channel.Signed(r.Header.Get("X-ZEvent-Signature"), c.App, c.Secret, said.Timestamp, body) {
				return web.ErrNoSuchPage
			}
			// The names of events are recalled and unverified: what is neither says nothing to us.
			switch said.Event {
			case "user_received_message", "zns_delivered":
				return taken(w, n.Report(r.Context(), notify.News{Channel: notify.ZNS, Key: said.Message.Tracking, Ref: said.Message.ID, Delivered: true}))
			case "zns_failed":
				return taken(w, n.Report(r.Context(), notify.News{Channel: notify.ZNS, Key: said.Message.Tracking, Ref: said.Message.ID}))
			}
			return taken(w, nil)
		}},
	}
}

// taken answers a gateway. What we do not know it need not say again.
func taken(w http.ResponseWriter, err error) error {
	if err != nil && !errors.Is(err, notify.ErrUnknown) {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
