// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Kind says what is kept.
type Kind string

// The kinds.
const (
	Asked Kind = "request" // what a client asks for, until it is answered
	Grant Kind = "grant"   // what was agreed to
)

// Handle is what something is found by besides its id. All are secrets, and are
// kept as hashes.
type Handle string

// The handles.
const (
	ByCode     Handle = "code"
	ByRefresh  Handle = "refresh"
	ByPushed   Handle = "pushed"
	ByDevice   Handle = "device"
	ByUserCode Handle = "user_code" // short: it is typed
	ByRequest  Handle = "request"   // no secret: the id of the request a grant came of
)

// Kept is a request or a grant as it is kept.
type Kept struct {
	Kind    Kind
	ID      string
	Client  string
	Account string // of a grant; of a client's own grant the client
	Session string
	Scopes  []string
	Body    []byte // JSON for this package; holds no code and no token
	Revoked bool   // of a grant
	Version int64  // 0: new
	// Life is how long it is kept, from now.
	Life time.Duration
	// Found are new handles. One of ByRefresh takes the place of those before it,
	// which from then on are found as used.
	Found map[Handle]string
}

// What a store answers.
var (
	ErrNone  = errors.New("openid: there is no such thing")
	ErrStale = errors.New("openid: somebody else was faster")
)

// Store keeps requests and grants, and knows clients and keys. Its methods write
// in transactions of their own.
type Store interface {
	// Save adds or changes. ErrStale where Version is not the one that is kept; a
	// grant that is to be revoked is revoked whatever its version.
	Save(ctx context.Context, k Kept) error
	// Get returns what has an id; ErrNone.
	Get(ctx context.Context, kind Kind, id string) (Kept, error)
	// Find returns what has a handle, and whether another has taken its place; ErrNone.
	Find(ctx context.Context, h Handle, value string) (k Kept, used bool, err error)
	// Client returns a client that may be used now; ErrNone.
	Client(ctx context.Context, id string) (Client, error)
	// Keys returns the keys of this provider, the one that signs first.
	Keys(ctx context.Context) ([]Key, error)
	// Poll notes that a device asks for its tokens, and reports whether it may by
	// now: every is how long it waits between two questions, and each that comes
	// too early makes it wait as long again (RFC 8628, 3.5).
	Poll(ctx context.Context, device string, every time.Duration) (ok bool, err error)
	// Consume takes an identifier that may be seen once.
	Consume(ctx context.Context, once string) error
}

// Digest is how secrets are kept: they are random, so that a plain hash is enough.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
