// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// Sealed names the columns of all registers that hold sealed texts, hidden fields
// and the JSON of the history included.
func (k *Keeper) Sealed(ctx context.Context, q db.Querier) (all []crypt.Sealed, err error) {
	names, err := k.Registers(ctx, q)
	if err != nil {
		return nil, err
	}
	all = append(all, crypt.Sealed{Table: "registers_proposals", Column: proposalText, Key: []string{"id"}},
		crypt.Sealed{Table: "registers_import_notes", Column: noteText, Key: []string{"import_id", "kind", "n"}, Row: []string{"import_id"}})
	for _, name := range names {
		d, err := k.Definition(ctx, q, name)
		if err != nil {
			return nil, err
		}
		for _, f := range d.Fields {
			if !f.sealed() {
				continue
			}
			now := crypt.Sealed{
				Table: d.Table(), Column: f.base() + "_sealed", Bound: f.base(), Key: []string{"id"},
				Indexes: []crypt.IndexOf{{Column: f.base() + "_index", Domain: f.domain(), Part: f.part()}},
			}
			then := now
			then.Table, then.BoundTable, then.Column, then.Property = d.history(), d.Table(), "before_json", now.Column
			then.Key, then.Row = []string{"id", "version"}, []string{"id"}
			all = append(all, now, then)
		}
	}
	return all, nil
}

// part is what of the sealed text the index is made of; nil: all of it.
func (f Field) part() func(string) string {
	if f.Type != Person {
		return nil
	}
	return func(opened string) string {
		h, _ := as[Human](opened)
		return h.Number
	}
}
