// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api speaks to a running tinhso as another system does, for the tests
// and measurements that file dossiers. It knows addresses and JSON, nothing else
// of the program.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ErrRefused is an answer that is no acknowledgement and does not change by
// asking again.
var ErrRefused = errors.New("refused")

// Client is signed in as a citizen of the demo.
type Client struct {
	base, token, procedure string
	client                 *http.Client
}

// The account of the demo that files, and the procedure it files for.
const (
	login    = "dan.nguyenvanbay"
	password = "tinhso-demo-2026"
)

// Connect signs in at the program with the address base; it tries for a minute.
func Connect(ctx context.Context, base string) (*Client, error) {
	a := &Client{base: base, client: &http.Client{
		Timeout:   20 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}}
	deadline := time.After(time.Minute)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := a.signIn(ctx)
		if err == nil {
			return a, nil
		}
		select {
		case <-again.C:
		case <-deadline:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (a *Client) signIn(ctx context.Context) error {
	var session struct {
		Token string `json:"token"`
	}
	if err := a.call(ctx, http.MethodPost, "/api/v1/sessions", "", map[string]string{"login": login, "password": password}, &session); err != nil {
		return err
	}
	a.token = session.Token
	var list struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := a.call(ctx, http.MethodGet, "/api/v1/procedures", "", nil, &list); err != nil {
		return err
	}
	if len(list.Items) == 0 {
		return errors.New("no procedure to file for")
	}
	a.procedure = list.Items[0].ID
	return nil
}

// File files one dossier under an idempotency key and returns its id. The key
// is also the note of the dossier, so that Kept can find it.
func (a *Client) File(ctx context.Context, key string) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	err := a.call(ctx, http.MethodPost, "/api/v1/dossiers", key, map[string]any{
		"procedure": a.procedure,
		"answers":   map[string]string{"note": key},
	}, &out)
	return out.ID, err
}

// Kept reads every dossier of the account, page by page: the ids of each key.
func (a *Client) Kept(ctx context.Context) (map[string][]string, error) {
	found := map[string][]string{}
	for after := ""; ; {
		var page struct {
			Items []struct {
				ID   string `json:"id"`
				Note string `json:"note"`
			} `json:"items"`
			Next string `json:"next"`
		}
		if err := a.call(ctx, http.MethodGet, "/api/v1/dossiers?after="+url.QueryEscape(after), "", nil, &page); err != nil {
			return nil, err
		}
		for _, d := range page.Items {
			found[d.Note] = append(found[d.Note], d.ID)
		}
		if page.Next == "" {
			return found, nil
		}
		after = page.Next
	}
}

func (a *Client) call(ctx context.Context, method, path, key string, in, out any) error {
	var body io.Reader = http.NoBody
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	switch {
	case err != nil:
		return err
	case res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("%s %s: %d", method, path, res.StatusCode)
	case res.StatusCode >= 400:
		return fmt.Errorf("%w: %s %s: %d %s", ErrRefused, method, path, res.StatusCode, strings.TrimSpace(string(raw)))
	}
	return json.Unmarshal(raw, out)
}
