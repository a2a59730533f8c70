// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"sync"

	"tinhso.vn/internal/kernel/signing/appearance"
)

// sealCache keeps pictures of seals: an agency seals every paper with the same one.
type sealCache struct {
	mu      sync.Mutex
	picture map[string][]byte
}

func newSealCache() *sealCache { return &sealCache{picture: map[string][]byte{}} }

// maxSeals bounds the memory: a province has some hundred agencies that seal.
const maxSeals = 500

// get returns the seal of an agency, so many millimetres wide.
func (c *sealCache) get(ttf []byte, agency string, diameter float64) ([]byte, error) {
	key := fmt.Sprintf("%s@%.3f", agency, diameter)
	c.mu.Lock()
	picture := c.picture[key]
	c.mu.Unlock()
	if picture != nil {
		return picture, nil
	}
	picture, err := appearance.Seal(ttf, agency, diameter)
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
