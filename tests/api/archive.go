// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// Archive is how far an archive of the resident's data is.
type Archive struct {
	ID    string `json:"id"`
	State string `json:"state"` // making, ready, gone
	Done  int    `json:"done"`  // holders that have handed over what they keep
	Total int    `json:"total"`
	Again bool   `json:"again"` // it was cut off and begun anew
}

// AskArchive asks for an archive of the resident's data and returns its id. It
// signs the resident in anew: such an act wants a fresh proof.
func (a *Client) AskArchive(ctx context.Context) (string, error) {
	if err := a.signIn(ctx); err != nil {
		return "", err
	}
	var out struct {
		ID string `json:"id"`
	}
	err := a.call(ctx, a.resident, http.MethodPost, "/api/v1/me/data/archives", "", struct{}{}, &out)
	return out.ID, err
}

// Archives returns the resident's last archives, the newest first.
func (a *Client) Archives(ctx context.Context) ([]Archive, error) {
	var out struct {
		Items []Archive `json:"items"`
	}
	err := a.call(ctx, a.resident, http.MethodGet, "/api/v1/me/data/archives", "", nil, &out)
	return out.Items, err
}

// maxArchive bounds an archive of a test, in bytes.
const maxArchive = 256 << 20

// OpenArchive fetches an archive and returns its files by name; all of them were
// read to the end and compared with their sums.
func (a *Client) OpenArchive(ctx context.Context, id string) (map[string][]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"/api/v1/privacy/archives/"+id, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+a.resident)
	res, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxArchive))
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch an archive: %d %w", res.StatusCode, err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(io.LimitReader(r, maxArchive)) // at its end the sum is compared
		_ = r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		all[f.Name] = content
	}
	return all, nil
}
