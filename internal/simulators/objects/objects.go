// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package objects plays a store of objects that speaks the protocol of Amazon
// S3. It keeps everything in memory, asks nobody who they are, and misbehaves
// when told to. It is nothing to keep files in.
package objects

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"tinhso.vn/internal/simulators/door"
)

// Bucket is the bucket that is there.
const Bucket = "tinhso"

// faults is how the store misbehaves, each as often as its number says.
type faults struct {
	method string        // only requests of this method; empty: all
	fail   int           // answers with 500
	full   int           // answers that there is no room
	cut    int           // breaks the connection in the middle of an answer
	drop   int           // does what is asked and breaks the connection before the answer
	lie    int           // sends an answer with one byte changed
	slow   time.Duration // waits before each answer
}

type store struct {
	s3 http.Handler

	mu     sync.Mutex
	faults faults
}

// New returns the store: objects at /tinhso/, POST /faults-s3?fail=N&full=N&cut=N&drop=N&lie=N&slow=2s&method=GET
// makes it misbehave.
func New() (http.Handler, error) {
	backend := s3mem.New()
	if err := backend.CreateBucket(Bucket); err != nil {
		return nil, err
	}
	s := &store{s3: gofakes3.New(backend, gofakes3.WithTimeSkewLimit(0)).Server()}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /faults-s3", s.misbehave)
	mux.HandleFunc("GET /faults-s3", s.told)
	mux.HandleFunc("/", s.serve)
	return mux, nil
}

func (s *store) misbehave(w http.ResponseWriter, r *http.Request) {
	number := func(name string) int { n, _ := strconv.Atoi(r.FormValue(name)); return n }
	slow, _ := time.ParseDuration(r.FormValue("slow"))
	s.mu.Lock()
	s.faults = faults{
		method: r.FormValue("method"), fail: number("fail"), full: number("full"), cut: number("cut"),
		drop: number("drop"), lie: number("lie"), slow: min(slow, time.Minute),
	}
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func (s *store) told(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	door.Show(w, map[string]string{
		"method": f.method, "fail": door.Number(f.fail), "full": door.Number(f.full), "cut": door.Number(f.cut), "drop": door.Number(f.drop), "lie": door.Number(f.lie),
		"slow": door.Length(f.slow),
	})
}

// fault is what is done about one request.
type fault struct{ fail, full, cut, drop, lie bool }

func (s *store) next(method string) (f fault, slow time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.method != "" && s.faults.method != method {
		return fault{}, 0
	}
	for _, k := range []struct {
		left *int
		set  *bool
	}{{&s.faults.fail, &f.fail}, {&s.faults.full, &f.full}, {&s.faults.cut, &f.cut}, {&s.faults.drop, &f.drop}, {&s.faults.lie, &f.lie}} {
		if *k.left > 0 {
			*k.left--
			*k.set = true
			break
		}
	}
	return f, s.faults.slow
}

const refusal = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>made to fail</Message></Error>`

func (s *store) serve(w http.ResponseWriter, r *http.Request) {
	f, slow := s.next(r.Method)
	if slow > 0 {
		select {
		case <-time.After(slow):
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case f.fail:
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = fmt.Fprintf(w, refusal, "InternalError") // the caller has gone: nobody to tell
		return
	case f.full:
		w.WriteHeader(http.StatusInsufficientStorage)
		_, _ = fmt.Fprintf(w, refusal, "XMinioStorageFull") // as above
		return
	case f == fault{}:
		s.s3.ServeHTTP(w, r)
		return
	}
	held := &answer{header: w.Header(), status: http.StatusOK}
	s.s3.ServeHTTP(held, r)
	body := held.body.Bytes()
	switch {
	case f.drop:
		panic(http.ErrAbortHandler)
	case f.lie && len(body) > 0:
		body[len(body)/2] ^= 1
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(held.status)
	if f.cut {
		_, _ = w.Write(body[:len(body)/2]) // as above
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(body) // as above
}

// answer holds an answer back.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
