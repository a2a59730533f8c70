// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// memory spares a keeper from reading and compiling the same text again for each
// record. It is found by the text itself, so it is never older than the database.
type memory struct {
	mu       sync.Mutex
	read     map[string]Definition
	compiled map[[sha256.Size]byte]ruled

	shapedAt, shapedAs string // see SearchShape
}

// remembered bounds each part of a memory: more registers than a province has.
const remembered = 500

// definition reads the JSON of a definition.
func (m *memory) definition(raw string) (Definition, error) {
	m.mu.Lock()
	d, known := m.read[raw]
	m.mu.Unlock()
	if !known {
		if err := json.Unmarshal([]byte(raw), &d); err != nil {
			return Definition{}, err
		}
		m.mu.Lock()
		if m.read == nil || len(m.read) >= remembered {
			m.read = map[string]Definition{}
		}
		m.read[raw] = d
		m.mu.Unlock()
	}
	d.Fields = slices.Clone(d.Fields) // whoever puts fields in another order does it alone
	return d, nil
}

// rules compiles the expressions of a definition.
func (m *memory) rules(d Definition) (ruled, error) {
	h := sha256.New()
	for _, f := range d.Fields {
		_, _ = fmt.Fprint(h, f.Key, "\x00", f.Type, "\x00", f.Scale, f.Max, f.Hidden, "\x00", f.Compute, "\x01") // a hash never fails
	}
	for _, r := range d.Rules {
		_, _ = fmt.Fprint(h, r.Field, "\x00", r.Holds, "\x00", r.Say.VI, "\x00", r.Say.EN, "\x00", r.Warn, "\x01")
	}
	key := [sha256.Size]byte(h.Sum(nil))
	m.mu.Lock()
	r, known := m.compiled[key]
	m.mu.Unlock()
	if !known {
		var err error
		if r, err = d.compile(); err != nil {
			return ruled{}, err
		}
		m.mu.Lock()
		if m.compiled == nil || len(m.compiled) >= remembered {
			m.compiled = map[[sha256.Size]byte]ruled{}
		}
		m.compiled[key] = r
		m.mu.Unlock()
	}
	r.Definition = d
	return r, nil
}

// shaped returns the shape of the search that was computed for a state of the
// definitions; shape keeps it.
func (m *memory) shaped(key string) (shape string, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.shapedAs, m.shapedAt == key
}

func (m *memory) shape(key, shape string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shapedAt, m.shapedAs = key, shape
}
