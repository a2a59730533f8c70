// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"sync"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/modules/procedures"
)

// formCache keeps compiled forms: a version never changes, so neither does its form.
type formCache struct {
	mu   sync.Mutex
	form map[string]*forms.Form
}

func newFormCache() *formCache { return &formCache{form: map[string]*forms.Form{}} }

// maxForms bounds the memory; a province has some thousand versions, few of them in use.
const maxForms = 500

func (c *formCache) get(v procedures.Version) (*forms.Form, error) {
	key := string(v.ID) + "@" + v.SHA
	c.mu.Lock()
	f := c.form[key]
	c.mu.Unlock()
	if f != nil {
		return f, nil
	}
	f, err := forms.New(v.Form)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.form) >= maxForms {
		clear(c.form)
	}
	c.form[key] = f
	return f, nil
}
