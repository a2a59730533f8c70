// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"regexp"
	"time"
)

// Text is what people read: Vietnamese always, English where somebody wrote it.
type Text struct {
	VI string `json:"vi"`
	EN string `json:"en,omitempty"`
}

// IsZero reports whether nothing was said.
func (t Text) IsZero() bool { return t == Text{} }

// In returns the text in "en" where there is one, else in Vietnamese, and
// the language it is really in.
func (t Text) In(lang string) (text, really string) {
	if lang == "en" && t.EN != "" {
		return t.EN, "en"
	}
	return t.VI, "vi"
}

// Date is a day as 2025-07-01; empty means not stated. Days compare as strings.
type Date string

// Time returns the first moment of the day in loc.
func (d Date) Time(loc *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	return t, err == nil
}

// Period is a span of days, both ends included; an empty end is open.
type Period struct{ From, To Date }

// Holds reports whether day lies in the period.
func (p Period) Holds(day Date) bool {
	return (p.From == "" || p.From <= day) && (p.To == "" || day <= p.To)
}

// Status says how far a statement can be relied on.
type Status string

// Unverified marks what no source confirms; an empty Status is a statement
// its source makes.
const Unverified Status = "unverified"

// Origin is where an item was last written.
type Origin struct {
	Pack string
	File string
	Line int

	path string // in the item, of a draft
}

// Item is what every item of a pack has.
type Item struct {
	ID     string
	Source string
	Status Status
	Origin Origin
}

func (i Item) itemID() string { return i.ID }

// Verified reports whether a source states the item.
func (i Item) Verified() bool { return i.Status != Unverified }

// The shapes of codes and names, as texts.
const (
	slugForm          = `^[a-z0-9]+([._-][a-z0-9]+)*$`
	packNameForm      = `^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$`
	keyForm           = `^[a-z][a-z0-9]*(_[a-z0-9]+)*$`
	permissionForm    = `^[a-z]+\.[a-z_]+$`
	unitCodeForm      = `^[GH]\d{2}(\.\d{1,3}){0,3}$`
	procedureCodeForm = `^\d\.\d{6}(\.000\.00\.00\.[GH]\d{2}(\.\d{2})?)?$`
	areaCodeForm      = `^(\d{2}|\d{3}|\d{5})$`
	clockForm         = `^([01]\d|2[0-3]):[0-5]\d$`
	zoneForm          = `^[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+$`
	routeForm         = `^(LOCAL|MINISTRY:[A-Z0-9.]+)$`
)

// patterns are the shapes of codes (QĐ 20/2020/QĐ-TTg, the national procedure
// database, the NSO list of communes) and of our own names.
type patterns struct{ slug, packName, key, permission, unitCode, procedureCode, areaCode, clock, zone, route *regexp.Regexp }

func newPatterns() patterns {
	return patterns{
		slug:          regexp.MustCompile(slugForm),
		packName:      regexp.MustCompile(packNameForm),
		key:           regexp.MustCompile(keyForm),
		permission:    regexp.MustCompile(permissionForm),
		unitCode:      regexp.MustCompile(unitCodeForm),
		procedureCode: regexp.MustCompile(procedureCodeForm),
		areaCode:      regexp.MustCompile(areaCodeForm),
		clock:         regexp.MustCompile(clockForm),
		zone:          regexp.MustCompile(zoneForm),
		route:         regexp.MustCompile(routeForm),
	}
}
