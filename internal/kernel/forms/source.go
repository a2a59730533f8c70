// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"reflect"

	"tinhso.vn/internal/kernel/i18n"
)

// KnownKey is where the answers that are sent keep what a source says where the
// answer is another, in words by key; SourceKey says which source. Whoever
// decides sees both. They are the server's to write.
const (
	KnownKey  = "_known"
	SourceKey = "_source"
)

// Keep notes beside the answers that are sent what a source says otherwise.
// sources are by the names of Known; an answer that is missing contradicts
// nobody.
func (f *Form) Keep(a Answers, known Known, sources map[string]string, w World) {
	delete(a, KnownKey)
	delete(a, SourceKey)
	says, from := map[string]string{}, map[string]string{}
	p := new(i18n.Catalogue).Printer(i18n.VI)
	for _, step := range f.def.Steps {
		for _, field := range step.Fields {
			source := sources[field.Prefill]
			if field.Prefill == "" || source == "" || a[field.Key] == nil {
				continue
			}
			if offer := field.offer(known[field.Prefill], w); offer != nil && !reflect.DeepEqual(offer, a[field.Key]) {
				says[field.Key], from[field.Key] = field.words(offer, p, w), source
			}
		}
	}
	if len(says) > 0 {
		a[KnownKey], a[SourceKey] = says, from
	}
}

// Otherwise returns what a source says of a field where the answer is another,
// in words, and which source.
func (a Answers) Otherwise(key string) (says, source string) {
	all, _ := a[KnownKey].(map[string]string)
	from, _ := a[SourceKey].(map[string]string)
	return all[key], from[key]
}

// notes reads KnownKey and SourceKey.
func notes(v any) (map[string]string, bool) {
	sent, ok := v.(map[string]any)
	all := map[string]string{}
	for key, one := range sent {
		s, isText := one.(string)
		ok = ok && isText && len(sent) <= maxFields
		all[key] = s
	}
	return all, ok
}
