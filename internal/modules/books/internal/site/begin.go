// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"slices"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/text"
)

// maxBegun bounds what an address writes into a field, in bytes.
const maxBegun = 200

// begin fills a new form with what its address points to: a page that leads to it
// knows what the record is about. Nothing of it is saved before somebody does.
func (f *form) begin(sent url.Values) {
	pointing := []registers.Type{registers.Reference, registers.Code, registers.Unit, registers.Choice}
	for _, field := range f.Fields {
		said := text.Line(sent.Get(control(field)))
		if said == "" || len(said) > maxBegun || !slices.Contains(pointing, field.Type) {
			continue
		}
		if f.Typed == nil {
			f.Typed = map[string]string{}
		}
		f.Typed[field.Key] = said
	}
}
