// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package geo knows the administrative units of the country: what each was
// called and coded in which period, under which it stood, and what became of it.
// An old address gives candidates with reasons; a person chooses, and nothing is
// converted silently. It is not the tree of agencies (kernel/orgs), and it knows
// no boundaries and no house numbers.
package geo

import (
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// Level is a tier. Which tiers there are on a day is data.
type Level uint8

// The levels.
const (
	Province Level = iota + 1
	District       // until 30/6/2025
	Commune
)

// Kind says what became of a unit.
type Kind string

// The kinds of Link.
const (
	Keep   Kind = "keep"   // alone, with its name
	Rename Kind = "rename" // alone, with another name
	Merge  Kind = "merge"  // together with others
	Split  Kind = "split"  // into several
)

// Unit is a province, a district or a commune in a period.
type Unit struct {
	Code     string // of the statistics office: two, three or five digits; empty where none is known
	Level    Level
	Name     string  // with what it is: "Phường Long Xuyên"
	Parent   string  // code of the unit above in the same period
	From, To string  // first and last day, YYYY-MM-DD; empty: not known, or further notice
	Basis    string  // id of kernel/law; empty where no source says it
	Verified bool    // two sources that were made apart agree
	Lat, Lon float64 // a point in it, roughly; both 0 where none is known

	id, parent int32 // places in the index; parent -1 for provinces
}

// Link leads from a unit to one that took it over.
type Link struct {
	Old, New Unit
	Kind     Kind
	Main     bool   // of a split: the source thinks most of it went there
	Verified bool   // two sources that were made apart agree
	Day      string // first of the new unit
	Basis    string
}

// ValidOn reports whether the unit is there on a day (YYYY-MM-DD).
func (u Unit) ValidOn(day string) bool { return u.From <= day && (u.To == "" || u.To >= day) }

// kinds are the words before names, the longest first, with the key of their English.
func kinds() [9][2]string {
	return [9][2]string{
		{"Thành phố", "City"},
		{"Thị trấn", "Township"},
		{"Đặc khu", "Special Zone"},
		{"Thị xã", "Town"},
		{"Phường", "Ward"},
		{"Huyện", "District"},
		{"Quận", "District"},
		{"Tỉnh", "Province"},
		{"Xã", "Commune"},
	}
}

// Parted returns what the unit is and what it is called: "Phường", "Long Xuyên".
func (u Unit) Parted() (kind, bare string) {
	for _, k := range kinds() {
		if rest, ok := strings.CutPrefix(u.Name, k[0]+" "); ok {
			return k[0], rest
		}
	}
	return "", u.Name
}

// Text returns the name in both languages: "Phường Long Xuyên", "Long Xuyên Ward".
func (u Unit) Text() i18n.Text {
	kind, bare := u.Parted()
	for _, k := range kinds() {
		if k[0] != kind {
			continue
		}
		if strings.Trim(bare, "0123456789IVX") == "" {
			return i18n.Text{VI: u.Name, EN: k[1] + " " + bare} // Ward 1
		}
		return i18n.Text{VI: u.Name, EN: bare + " " + k[1]}
	}
	return i18n.Text{VI: u.Name}
}

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "geo.not_found")
	ErrTooShort = errs.New(errs.Invalid, "geo.too_short")
)
