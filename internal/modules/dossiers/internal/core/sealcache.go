// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"sync"

	"tinhso.vn/internal/kernel/signing/appearance"
)

// sealCache keeps pictures of seals and of signatures: an agency seals every paper
// with the same one, and a leader signs hundreds.
type sealCache struct {
	mu      sync.Mutex
	picture map[string][]byte
}

func newSealCache() *sealCache { return &sealCache{picture: map[string][]byte{}} }

// maxSeals bounds the memory: a province has some hundred agencies that seal, and
// about as many who sign in an hour.
const maxSeals = 1000

// get returns the seal of an agency, so many millimetres wide.
func (c *sealCache) get(ttf []byte, agency string, diameter float64) ([]byte, error) {
	return c.drawn(fmt.Sprintf("%s@%.3f", agency, diameter), func() ([]byte, error) { return appearance.Seal(ttf, agency, diameter) })
}

// signature returns the name of somebody as if by hand, in a place of w to h millimetres.
func (c *sealCache) signature(ttf []byte, name string, w, h float64) ([]byte, error) {
	return c.drawn(fmt.Sprintf("%s@%.3f×%.3f", name, w, h), func() ([]byte, error) { return appearance.Signature(ttf, name, w, h) })
}

func (c *sealCache) drawn(key string, draw func() ([]byte, error)) ([]byte, error) {
	c.mu.Lock()
	picture := c.picture[key]
	c.mu.Unlock()
	if picture != nil {
		return picture, nil
	}
	picture, err := draw()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.picture) >= maxSeals {
		clear(c.picture)
	}
	c.picture[key] = picture
	return picture, nil
}
