// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"fmt"
	"slices"
	"strings"
)

// inputsOf returns the keys that decide whether a field is asked and what is
// worked out for it.
func (f *Form) inputsOf(key string) (keys []string) {
	if c := f.fields[key]; c != nil {
		keys = append(keys, c.keys...)
	}
	if f.groupOf[key] == "" {
		if c := f.steps[f.def.Steps[f.stepOf[key]].ID]; c != nil {
			keys = append(keys, c.keys...)
		}
	}
	if c := f.computes[key]; c != nil {
		keys = append(keys, c.reads...)
	}
	return keys
}

// before returns the keys that must be settled before a key is: what it reads,
// and for a group all that its rows are made of. A column that is read from
// outside stands for its group.
func (f *Form) before(key string) (keys []string) {
	group := f.groupOf[key]
	for _, next := range f.inputsOf(key) {
		if in := f.groupOf[next]; in != "" && in != group {
			next = in
		}
		keys = append(keys, next)
	}
	for _, one := range f.byKey[key].Fields {
		keys = append(keys, one.Key)
	}
	return keys
}

// loops names the first ring of fields that wait for each other, for each field
// that is in one or waits for one.
func (c *checker) loops() {
	const visiting, done = 1, 2
	state, path := map[string]int{}, []string(nil)
	var visit func(key string) []string
	visit = func(key string) []string {
		switch state[key] {
		case visiting:
			return append(slices.Clone(path[slices.Index(path, key):]), key)
		case done:
			return nil
		}
		state[key], path = visiting, append(path, key)
		for _, next := range c.form.before(key) {
			if ring := visit(next); ring != nil {
				return ring
			}
		}
		state[key], path = done, path[:len(path)-1]
		return nil
	}
	look := func(field Field, at string) {
		if state[field.Key] == done {
			return
		}
		ring := visit(field.Key)
		if ring == nil {
			return
		}
		place := ".show_when"
		if field.Compute != "" {
			place = ".compute"
		}
		c.say(at+place, "form.loop", "keys", strings.Join(ring, " → "))
		clear(state)
		path = nil
	}
	for i, s := range c.form.def.Steps {
		for j, field := range s.Fields {
			at := fmt.Sprintf("steps[%d].fields[%d]", i, j)
			if field.Type != Group {
				look(field, at)
				continue
			}
			for k, one := range field.Fields {
				look(one, fmt.Sprintf("%s.fields[%d]", at, k))
			}
			look(field, at)
		}
	}
}

// listen notes which answers change what is asked, worked out or allowed.
func (f *Form) listen() {
	for key := range f.byKey {
		for _, read := range f.inputsOf(key) {
			f.readers[read] = true
		}
	}
}
