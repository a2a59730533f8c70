// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

// Organisation is a body as a record names it.
type Organisation struct {
	Name    string `json:"name"`
	TaxCode string `json:"tax_code,omitempty"` // ten digits, or thirteen with a hyphen; empty: none is known
}

// Human is a person as a record names them. It is sealed as a whole.
type Human struct {
	Name   string `json:"name"`
	Number string `json:"number,omitempty"` // personal number, twelve digits
	Born   string `json:"born,omitempty"`   // 2006, 2006-01 or 2006-01-02
	Sex    string `json:"sex,omitempty"`    // male, female
}

// Location is an address: a commune of kernel/geo and what stands before it.
type Location struct {
	Commune string `json:"commune"`        // code of five digits
	Line    string `json:"line,omitempty"` // house, street, hamlet
	Plus    string `json:"plus_code,omitempty"`
}

// Geometry is a GeoJSON geometry (RFC 7946) in WGS 84, longitude first, as its
// canonical text, with the box around it.
type Geometry struct {
	JSON string `json:"-"`
	Box  Box    `json:"-"`
}

// Box is what a geometry lies in, in millionths of a degree.
type Box struct{ West, South, East, North int64 }

// File is a file that a record holds: the id of kernel/files and what it is called.
type File struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Row is one row of a group: values by key of its fields.
type Row map[string]any
