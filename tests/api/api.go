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
	"sync"
	"time"
)

// ErrRefused is an answer that is no acknowledgement and does not change by
// asking again.
var ErrRefused = errors.New("refused")

// Client files as the clerk at a counter of the demo does, and reads as the
// resident for whom the clerk files.
type Client struct {
	base            string
	clerk, resident string // tokens
	client          *http.Client
}

// The people of the demo, and the procedure that is filed.
const (
	clerk     = "motcua.longxuyen"
	resident  = "dan.nguyenvanbay"
	password  = "tinhso-demo-2026"
	procedure = "xac-dinh-muc-do-khuyet-tat"
	paper     = "don-de-nghi"
)

// Connect signs both in at the program with the address base; it tries for a minute.
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
	for login, token := range map[string]*string{clerk: &a.clerk, resident: &a.resident} {
		var session struct {
			Token string `json:"token"`
		}
		if err := a.call(ctx, "", http.MethodPost, "/api/v1/sessions", "", map[string]string{"login": login, "password": password}, &session); err != nil {
			return err
		}
		*token = session.Token
	}
	return nil
}

// File files one dossier under an idempotency key and returns its id. The key
// is also one of its answers, so that Kept can find it.
func (a *Client) File(ctx context.Context, key string) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	err := a.call(ctx, a.clerk, http.MethodPost, "/api/v1/dossiers", key, application(key), &out)
	return out.ID, err
}

func application(note string) map[string]any {
	const name, number = "Nguyễn Văn Bảy", "089058000001"
	return map[string]any{
		"procedure": procedure,
		"parties":   map[string]any{"basis": "self", "owner": map[string]string{"kind": "individual", "name": name, "number": number}},
		"handed":    map[string]any{paper: map[string]int{"original": 1}},
		"answers": map[string]any{
			"applicant_name": name, "applicant_number": number, "applicant_born": "1958-03-27", "applicant_sex": "male",
			"applicant_residence": map[string]string{"commune": "phuong-long-xuyen", "detail": "Số 1, đường Giả Định"},
			"by_representative":   "no", "request_kind": "first", "disability_kinds": []string{"movement"}, "difficulties": note,
			"assessed_by_board": "no", "place_of_assessment": "office",
		},
	}
}

// readers is how many dossiers Kept reads at the same time.
const readers = 8

// Kept reads every dossier of the resident: the ids of each key.
func (a *Client) Kept(ctx context.Context) (map[string][]string, error) {
	ids, err := a.list(ctx)
	if err != nil {
		return nil, err
	}
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		found  = map[string][]string{}
		failed error
		next   = make(chan string)
	)
	for range readers {
		wg.Go(func() {
			for id := range next {
				key, err := a.note(ctx, id)
				mu.Lock()
				found[key] = append(found[key], id)
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	for _, id := range ids {
		next <- id
	}
	close(next)
	wg.Wait()
	return found, failed
}

// list returns the id of every dossier, page by page.
func (a *Client) list(ctx context.Context) (ids []string, err error) {
	for after := ""; ; {
		var page struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
			Next string `json:"next"`
		}
		if err := a.call(ctx, a.resident, http.MethodGet, "/api/v1/dossiers?after="+url.QueryEscape(after), "", nil, &page); err != nil {
			return nil, err
		}
		for _, d := range page.Items {
			ids = append(ids, d.ID)
		}
		if page.Next == "" {
			return ids, nil
		}
		after = page.Next
	}
}

// note returns the key with which a dossier was filed.
func (a *Client) note(ctx context.Context, id string) (string, error) {
	var d struct {
		Answers struct {
			Note string `json:"difficulties"`
		} `json:"answers"`
	}
	err := a.call(ctx, a.resident, http.MethodGet, "/api/v1/dossiers/"+id+"?purpose=own", "", nil, &d)
	return d.Answers.Note, err
}

func (a *Client) call(ctx context.Context, token, method, path, key string, in, out any) error {
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
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
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
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}
