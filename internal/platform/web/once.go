// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// OnceHeader is the header in which a program says that a call is the same call
// again: a text of its choice, for one call.
const OnceHeader = "Idempotency-Key"

// MaxOnceKey is how long such a key may be, in bytes.
const MaxOnceKey = 200

// maxAnswer is how many bytes of an answer are kept.
const maxAnswer = 256 << 10

// ErrOnceKey refuses a key that is too long.
var ErrOnceKey = errs.New(errs.Malformed, "web.once_key")

// Answer is what a call was answered; the zero Answer means that it had no effect.
type Answer struct {
	Status int
	Kind   string // media type
	Body   []byte // nil: too large to be kept
}

// Calls remembers the calls of programs by the keys they came with.
type Calls interface {
	// Begin notes a call of a caller. Where the key came before, it returns the
	// answer of that time, or the reason why there is none; otherwise the name of
	// the call.
	Begin(ctx context.Context, caller, key, sum string) (call string, first Answer, err error)
	// End keeps what was answered; the zero Answer forgets the call.
	End(ctx context.Context, call string, a Answer) error
}

// repeatable reports whether an answer of the route can be kept and given again:
// a JSON operation that makes something and does not look after its own key.
func (r Route) repeatable() bool {
	return r.register != nil && !r.raw && !r.keyed && !r.Access.IsPublic() && strings.HasPrefix(r.Pattern, http.MethodPost+" ")
}

// once makes a call, or gives the answer of the first time again. The answers
// of refusals are kept as well; what a limit or a fault of ours has undone is not.
func (s *Server) once(w http.ResponseWriter, r *http.Request, route Route) error {
	key := r.Header.Get(OnceHeader)
	if len(key) > MaxOnceKey {
		return ErrOnceKey.With("max", MaxOnceKey)
	}
	body, err := io.ReadAll(r.Body) // bounded by the route
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	call, first, err := s.Calls.Begin(r.Context(), s.Caller(r), key, summed(route.Pattern, r.URL.RequestURI(), string(body)))
	if err != nil {
		return err
	}
	if call == "" {
		w.Header().Set("Content-Type", first.Kind)
		w.Header().Set("Idempotent-Replayed", "true")
		w.WriteHeader(first.Status)
		_, _ = w.Write(first.Body) // the caller has gone: nobody to tell
		return nil
	}
	seen := &copied{ResponseWriter: w}
	failed := route.Handle(seen, r)
	answer := Answer{Status: seen.status, Kind: seen.Header().Get("Content-Type"), Body: seen.body.Bytes()}
	switch {
	case seen.status == 0, seen.status == http.StatusTooManyRequests, seen.status >= http.StatusInternalServerError:
		answer = Answer{}
	case seen.body.Len() > maxAnswer:
		answer.Body = nil
	case answer.Body == nil:
		answer.Body = []byte{}
	}
	// Whoever has hung up meanwhile asks again.
	return errors.Join(failed, s.Calls.End(context.WithoutCancel(r.Context()), call, answer))
}

func summed(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// copied passes an answer on and keeps a copy.
type copied struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (w *copied) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *copied) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if w.body.Len() <= maxAnswer {
		w.body.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *copied) Unwrap() http.ResponseWriter { return w.ResponseWriter }
