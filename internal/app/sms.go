// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/config"
)

// smsGateway speaks to a gateway of short messages over HTTP.
type smsGateway struct {
	config.SMS
	client *http.Client
}

const smsTimeout = 15 * time.Second

// newGateway returns the configured gateway; nil where none is.
func newGateway(c config.SMS) notify.Gateway {
	if !c.Enabled {
		return nil
	}
	return smsGateway{SMS: c, client: &http.Client{Timeout: smsTimeout}}
}

// Send implements notify.Gateway.
func (g smsGateway) Send(ctx context.Context, key, to, text string) error {
	body, err := json.Marshal(map[string]string{"key": key, "to": to, "text": text})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.Token)
	answer, err := g.client.Do(r)
	if err != nil {
		return fmt.Errorf("the gateway did not answer: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // so that the connection can be used again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the gateway answered %s", answer.Status)
	}
	return nil
}
