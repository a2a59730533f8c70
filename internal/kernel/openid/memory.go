// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"sync"
	"time"
)

// Memory is a store that forgets everything when its process ends: for simulated
// providers and for tests.
type Memory struct {
	Known   []Client
	Signing []Key

	mu      sync.Mutex
	kept    map[Kind]map[string]Kept
	handles map[Handle]map[string]held
	once    map[string]bool
	polls   map[string]poll
}

type poll struct {
	last  time.Time
	every time.Duration
}

type held struct {
	kind Kind
	id   string
	used bool
}

// Save implements Store.
func (m *Memory) Save(_ context.Context, k Kept) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[Kind]map[string]Kept{Asked: {}, Grant: {}}
		m.handles = make(map[Handle]map[string]held)
	}
	if before := m.kept[k.Kind][k.ID]; before.Version != k.Version && !k.Revoked {
		return ErrStale
	} else if before.Revoked {
		k.Revoked = true
	}
	for h, value := range k.Found {
		if m.handles[h] == nil {
			m.handles[h] = map[string]held{}
		}
		if h == ByRefresh {
			for at, old := range m.handles[h] {
				if old.id == k.ID && at != value {
					old.used = true
					m.handles[h][at] = old
				}
			}
		}
		m.handles[h][value] = held{kind: k.Kind, id: k.ID}
	}
	k.Version++
	k.Found = nil
	m.kept[k.Kind][k.ID] = k
	return nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, kind Kind, id string) (Kept, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.kept[kind][id]
	if !ok {
		return Kept{}, ErrNone
	}
	return k, nil
}

// Find implements Store.
func (m *Memory) Find(ctx context.Context, h Handle, value string) (Kept, bool, error) {
	m.mu.Lock()
	at, ok := m.handles[h][value]
	m.mu.Unlock()
	if !ok {
		return Kept{}, false, ErrNone
	}
	k, err := m.Get(ctx, at.kind, at.id)
	return k, at.used, err
}

// Client implements Store.
func (m *Memory) Client(_ context.Context, id string) (Client, error) {
	for _, c := range m.Known {
		if c.ID == id {
			return c, nil
		}
	}
	return Client{}, ErrNone
}

// Keys implements Store.
func (m *Memory) Keys(context.Context) ([]Key, error) { return m.Signing, nil }

// Poll implements Store.
func (m *Memory) Poll(_ context.Context, device string, every time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.polls == nil {
		m.polls = map[string]poll{}
	}
	p, known := m.polls[device]
	ok := !known || Timely(wall().Sub(p.last), p.every)
	switch {
	case !known:
		p.every = every
	case !ok:
		p.every += every
	}
	p.last = wall()
	m.polls[device] = p
	return ok, nil
}

// Consume implements Store.
func (m *Memory) Consume(_ context.Context, once string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.once[once] {
		return ErrStale
	}
	if m.once == nil {
		m.once = map[string]bool{}
	}
	m.once[once] = true
	return nil
}
