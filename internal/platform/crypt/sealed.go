// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crypt

import "strings"

// Sealed says where a package keeps sealed texts, so that they can be sealed
// anew when the key changes. Whoever seals a column declares it.
type Sealed struct {
	Table, Column string
	// Key is the primary key of the table, by which it is walked.
	Key []string
	// Row are those columns of the key whose values, joined by a slash, are the
	// row a text is bound to; nil: all.
	Row []string
	// BoundTable and Bound are what a text is bound to where that is not the
	// table and the column themselves.
	BoundTable, Bound string
	// Property is where in the JSON object of the column the text stands; empty:
	// the column is the text.
	Property string
	// Indexes are found by a keyed hash of the same value.
	Indexes []IndexOf
}

// IndexOf is a column (or property) that holds the keyed hash of a sealed text,
// or of a part of it.
type IndexOf struct {
	Column, Domain string
	Part           func(plain string) string // nil: the whole text
}

// Name is the place in words: "table.column", with the property.
func (s Sealed) Name() string {
	name := s.Table + "." + s.Column
	if s.Property != "" {
		name += "." + s.Property
	}
	return name
}

func (s Sealed) bound(row []string) (table, column, id string) {
	table, column = s.Table, s.Column
	if s.BoundTable != "" {
		table = s.BoundTable
	}
	if s.Bound != "" {
		column = s.Bound
	}
	return table, column, strings.Join(row, "/")
}

// Again seals a text of this place anew with the active key. Row are the values
// of the row's columns. The text as it was opened is returned as well.
func (k *Keys) Again(s Sealed, row []string, sealed string) (again, plain string, err error) {
	table, column, id := s.bound(row)
	if plain, err = k.OpenText(table, column, id, sealed); err != nil {
		return "", "", err
	}
	return k.SealText(table, column, id, plain), plain, nil
}
