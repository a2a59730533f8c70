// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vneid

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/openid"
)

// recorded is an answer before it leaves.
type recorded struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (r *recorded) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorded) Write(b []byte) (int, error) { return r.body.Write(b) }

// back answers clients, and spoils the ID token where it was told to.
func (p *Provider) back(w http.ResponseWriter, r *http.Request) {
	seen := &recorded{ResponseWriter: w, status: http.StatusOK}
	p.op.Serve(seen, r)
	body := seen.body.Bytes()
	f := p.told()
	if f.nonce || f.expired || f.kid || f.ahead != 0 {
		body = p.spoil(body, f)
	}
	w.WriteHeader(seen.status)
	_, _ = w.Write(body) // the caller has gone: nobody to tell
}

// spoil signs the ID token of an answer anew, with what is wrong in it.
func (p *Provider) spoil(body []byte, f faults) []byte {
	var doc map[string]any
	if json.Unmarshal(body, &doc) != nil {
		return body
	}
	token, _ := doc["id_token"].(string)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return body
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return body
	}
	now := p.clock.Now().Add(f.ahead)
	if f.nonce {
		claims["nonce"] = "another"
	}
	if f.ahead != 0 {
		claims["iat"], claims["exp"] = now.Unix(), now.Add(openid.IDLife).Unix()
	}
	if f.expired {
		claims["iat"], claims["exp"] = now.Add(-time.Hour).Unix(), now.Add(-time.Minute).Unix()
	}
	key := p.key
	if f.kid {
		if key, err = openid.NewKey(); err != nil {
			return body
		}
	}
	if doc["id_token"], err = key.Sign(claims, "JWT"); err != nil {
		return body
	}
	spoiled, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return spoiled
}
