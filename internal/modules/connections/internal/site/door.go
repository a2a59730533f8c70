// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/platform/web"
)

// DoorPath is where partners call us; each signs with its own secret.
const DoorPath = "/goi-vao/{partner}"

// maxCall is how large a call of a partner may be.
const maxCall = 1 << 20

// door is open to everybody, so that partners find it; who does not sign finds no page.
func (s site) door() web.Route {
	return web.Route{Pattern: "POST " + DoorPath, Access: web.Public(), Door: web.Wide, MaxBody: maxCall, Handle: s.called}
}

func (s site) called(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	signed := connectors.Signed{Key: r.Header.Get(connectors.HeaderKey), Stamp: r.Header.Get(connectors.HeaderStamp), Signature: r.Header.Get(connectors.HeaderSignature)}
	reply, _, err := s.svc.Hub.Called(r.Context(), r.PathValue("partner"), signed, body)
	if errors.Is(err, connectors.ErrForged) {
		return web.ErrNoSuchPage
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(reply.Status)
	_, err = w.Write(reply.Body)
	return err
}
