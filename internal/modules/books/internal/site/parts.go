// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"encoding/json"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/text"
)

// part is one input of a value that has several: the name it has in JSON, and the
// message that labels it.
type part struct{ name, label string }

// parts returns the inputs of a field with several; nil for those with one.
func parts(f registers.Field) []part {
	switch f.Type { //nolint:exhaustive // the others have one
	case registers.Org:
		return []part{{"name", "books.part.org"}, {"tax_code", "books.part.tax_code"}}
	case registers.Person:
		return []part{{"name", "books.part.person"}, {"number", "books.part.number"}, {"born", "books.part.born"}}
	}
	return nil
}

// typed is what was sent for a field: its text, or the JSON of its parts.
func typed(f registers.Field, sent url.Values) string {
	if f.Type == registers.Choices {
		return strings.Join(sent[control(f)], ",")
	}
	all := map[string]string{}
	for _, one := range parts(f) {
		v := text.Line(sent.Get(control(f) + "-" + one.name))
		if one.name == "born" {
			v = date(v)
		}
		if v != "" {
			all[one.name] = v
		}
	}
	if parts(f) == nil {
		return sent.Get(control(f))
	}
	if len(all) == 0 {
		return ""
	}
	raw, _ := json.Marshal(all) // texts alone
	return string(raw)
}

// pieces are the parts of what typed or fill have written.
func pieces(said string) map[string]string {
	all := map[string]string{}
	_ = json.Unmarshal([]byte(said), &all) // nothing typed, nothing shown
	if all["born"] != "" {
		all["born"] = turn(all["born"])
	}
	return all
}
