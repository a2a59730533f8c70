// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// Draft begins a draft of the resident and returns its id.
func (a *Client) Draft(ctx context.Context) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	err := a.call(ctx, a.resident, http.MethodPost, "/api/v1/drafts", "", map[string]string{"procedure": procedure, "unit": "phuong-long-xuyen"}, &out)
	return out.ID, err
}

// Attach sends a file of a size in one piece and returns the id of the attachment.
func (a *Client) Attach(ctx context.Context, draft, name string, size int64, content io.Reader) (string, error) {
	return a.attach(ctx, draft, "?name="+url.QueryEscape(name), size, content)
}

func (a *Client) attach(ctx context.Context, draft, query string, size int64, content io.Reader) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	err := a.stream(ctx, http.MethodPost, "/api/v1/drafts/"+draft+"/papers/"+paper+query, 0, size, content, &out)
	return out.ID, err
}

// AttachParts sends a file in parts, and returns the id of the attachment and the
// hash that the program found when everything had come.
func (a *Client) AttachParts(ctx context.Context, draft, name string, size, part int64, content io.Reader) (attachment, sha string, err error) {
	var u struct {
		ID       string `json:"id"`
		Received int64  `json:"received"`
		SHA256   string `json:"sha256"`
	}
	if err := a.call(ctx, a.resident, http.MethodPost, "/api/v1/uploads", "", map[string]any{"name": name, "length": size}, &u); err != nil {
		return "", "", err
	}
	for u.Received < size {
		next := min(part, size-u.Received)
		if err := a.stream(ctx, http.MethodPatch, "/api/v1/uploads/"+u.ID, u.Received, next, io.LimitReader(content, next), &u); err != nil {
			return "", "", err
		}
	}
	attachment, err = a.attach(ctx, draft, "?upload="+u.ID, 0, http.NoBody)
	return attachment, u.SHA256, err
}

// Download opens an attachment of a draft from an offset. The caller closes it.
func (a *Client) Download(ctx context.Context, draft, attachment string, from int64) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"/api/v1/drafts/"+draft+"/attachments/"+attachment, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+a.resident)
	want := http.StatusOK
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		want = http.StatusPartialContent
	}
	res, err := a.patient().Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != want {
		_ = res.Body.Close()
		return nil, fmt.Errorf("%w: download: %d", ErrRefused, res.StatusCode)
	}
	return res.Body, nil
}

// patient is the client without a limit of time: large files take theirs.
func (a *Client) patient() *http.Client { return &http.Client{Transport: a.client.Transport} }

func (a *Client) stream(ctx context.Context, method, path string, offset, size int64, content io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, io.NopCloser(content))
	if err != nil {
		return err
	}
	req.ContentLength = size
	if size == 0 {
		req.Body = http.NoBody
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/offset+octet-stream")
		req.Header.Set("Upload-Offset", strconv.FormatInt(offset, 10))
	}
	req.Header.Set("Authorization", "Bearer "+a.resident)
	res, err := a.patient().Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%w: %s %s: %d %s", ErrRefused, method, path, res.StatusCode, raw)
	}
	return json.Unmarshal(raw, out)
}
