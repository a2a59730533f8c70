// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// tagged serves an answer with a tag that changes when its bytes do, and 304
// without a body to a caller that has them (RFC 9110, 13.1.2). What was read was
// read: the use case has run, and its record is written, all the same.
func tagged(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter)) {
	kept := &keeper{ResponseWriter: w}
	serve(kept)
	if kept.status == http.StatusOK {
		sum := sha256.Sum256(kept.body.Bytes())
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "private, no-cache") // kept by the caller, asked about each time
		w.Header().Add("Vary", "Accept-Language, Authorization")
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if kept.status != 0 {
		w.WriteHeader(kept.status)
	}
	_, _ = w.Write(kept.body.Bytes()) // the caller has gone: nobody to tell
}

// matches reports whether a list of tags names one. Weak ones count: nothing is
// put together from parts.
func matches(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

// keeper holds an answer back until it is whole.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

// Write implements http.ResponseWriter.
func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}
