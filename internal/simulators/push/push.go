// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package push plays a push service and one browser: it hands out a
// subscription, takes what is sent to it, opens it, and misbehaves when told to.
package push

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/platform/webpush"
)

// Message is what the browser would show.
type Message struct {
	Title string `json:"title"`
	Link  string `json:"link"`
	Tag   string `json:"tag"`
}

// Server is the simulator.
type Server struct {
	key  *ecdh.PrivateKey
	auth string

	mu    sync.Mutex
	kept  []Message
	down  int
	gone  int
	slow  time.Duration
	topic map[string]bool
}

// New returns a service with one browser.
func New() (*Server, error) {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 16)
	_, _ = rand.Read(secret) // it never fails
	return &Server{key: key, auth: base64.RawURLEncoding.EncodeToString(secret), topic: map[string]bool{}}, nil
}

// Handler answers GET /subscription with what a browser says about itself, POST
// /send as a push service, GET /messages with what the browser has read, and POST
// /faults?down=N&gone=N&slow=2s.
func (s *Server) Handler(address string) http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // the caller has gone: nobody to tell
	}
	mux.HandleFunc("GET /subscription", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"endpoint": address + "/send", "keys": map[string]string{"p256dh": base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes()), "auth": s.auth}})
	})
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, slices.Clone(s.kept))
	})
	mux.HandleFunc("POST /send", s.take)
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		count := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
		slow, _ := time.ParseDuration(r.FormValue("slow"))
		s.mu.Lock()
		s.down, s.gone, s.slow = count("down"), count("gone"), min(slow, time.Minute)
		s.mu.Unlock()
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 5000))
	if err != nil || !strings.HasPrefix(r.Header.Get("Authorization"), "vapid t=") || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	slow, status := s.slow, 0
	switch {
	case s.down > 0:
		s.down--
		status = http.StatusServiceUnavailable
	case s.gone > 0:
		s.gone--
		status = http.StatusGone
	}
	s.mu.Unlock()
	time.Sleep(slow)
	if status != 0 {
		w.WriteHeader(status)
		return
	}
	plain, err := webpush.Decrypt(s.key, s.auth, body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var m Message
	if err := json.Unmarshal(plain, &m); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	if topic := r.Header.Get("Topic"); topic == "" || !s.topic[topic] {
		s.topic[topic] = true
		s.kept = append(s.kept, m)
	}
	s.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
}
