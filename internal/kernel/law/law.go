// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package law knows the legal documents that rules rest on: what they are
// called, when they are in force and which of them replaced which. It does not
// hold their texts, and it does not know the rules: each rule cites its basis.
package law

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// ID names a legal document: the slug by which the pack knows it.
type ID string

// Tie says how a document stands to another.
type Tie string

// The ties.
const (
	Replaces  Tie = "replaces" // the other ends the day before this one begins
	Abolishes Tie = "abolishes"
	Amends    Tie = "amends"
	Guides    Tie = "guides"
)

// Relation ties a document to another.
type Relation struct {
	Kind Tie `json:"kind"`
	To   ID  `json:"to"`
}

// Doc is a law, decree, circular or decision.
type Doc struct {
	ID        ID            `json:"id"`
	Number    string        `json:"number"` // 118/2025/NĐ-CP
	Signed    calendar.Date `json:"signed,omitzero"`
	Issuer    string        `json:"issuer"`
	Kind      string        `json:"kind"` // law, resolution, decree, decision, circular, plan, …: as packs name them
	Title     i18n.Text     `json:"title"`
	ValidFrom calendar.Date `json:"valid_from,omitzero"` // zero where it is not known: it counts as in force
	ValidTo   calendar.Date `json:"valid_to,omitzero"`   // the last day, where the document itself states one
	Relations []Relation    `json:"relations,omitempty"`
	Mark      string        `json:"mark"` // how we know: found, seed, computed, recalled
	Source    string        `json:"source,omitempty"`
	Verified  bool          `json:"verified"`
}

// ErrNotFound means that no such document is known.
var ErrNotFound = errs.New(errs.NotFound, "law.not_found")

// Check returns every mistake in a set of documents that is applied together;
// known are those that are there already. Names are ids.
func Check(docs []Doc, known ...ID) (found []errs.Field) {
	add := func(id ID, code string) { found = append(found, errs.Field{Name: string(id), Code: code}) }
	ids := map[ID]bool{}
	for _, id := range known {
		ids[id] = true
	}
	for _, d := range docs {
		ids[d.ID] = true
	}
	seen := map[ID]bool{}
	for _, d := range docs {
		switch {
		case d.ID == "" || d.Number == "" || d.Title.VI == "" || d.Issuer == "":
			add(d.ID, "law.incomplete")
		case seen[d.ID]:
			add(d.ID, "law.twice")
		}
		seen[d.ID] = true
		if !d.ValidFrom.IsZero() && !d.ValidTo.IsZero() && d.ValidTo.Before(d.ValidFrom) {
			add(d.ID, "law.bad_period")
		}
		for _, r := range d.Relations {
			if !ids[r.To] || r.To == d.ID {
				found = append(found, errs.Field{Name: string(d.ID), Code: "law.unknown_relation", Args: map[string]any{"to": string(r.To)}})
			}
			if !slices.Contains([]Tie{Replaces, Abolishes, Amends, Guides}, r.Kind) {
				found = append(found, errs.Field{Name: string(d.ID), Code: "law.bad_relation", Args: map[string]any{"kind": string(r.Kind)}})
			}
		}
	}
	return found
}

// periods returns when each document is in force: its own validity, cut short
// by those that replace or abolish it.
func periods(docs []Doc) map[ID][2]calendar.Date {
	all := make(map[ID][2]calendar.Date, len(docs))
	for _, d := range docs {
		all[d.ID] = [2]calendar.Date{d.ValidFrom, d.ValidTo}
	}
	for _, d := range docs {
		if d.ValidFrom.IsZero() {
			continue // nobody knows from when on it replaces anything
		}
		for _, r := range d.Relations {
			p, known := all[r.To]
			last := d.ValidFrom.AddDays(-1)
			if known && (r.Kind == Replaces || r.Kind == Abolishes) && (p[1].IsZero() || last.Before(p[1])) {
				p[1] = last
				all[r.To] = p
			}
		}
	}
	return all
}

// State says where a document stands on a day.
type State string

// The states of a document.
const (
	Valid      State = "valid"      // its first day is known and has come
	Assumed    State = "assumed"    // nobody says from when on: it counts as in force
	Coming     State = "coming"     // signed, and not yet in force
	Superseded State = "superseded" // another one takes its place, nobody says since when
	Ended      State = "ended"
)

// Standing is a document as it stands on a day.
type Standing struct {
	Doc
	State State
	From  calendar.Date // first day; zero where it is not known
	To    calendar.Date // last day: what it states itself, or the day before it was replaced; zero: none known
	By    []Relation    // what others do to it: Kind is theirs, To is the other
}

// Stand returns how every document stands on a day, in the order given.
func Stand(docs []Doc, day calendar.Date) []Standing {
	when, by := periods(docs), map[ID][]Relation{}
	ends := map[ID]bool{} // something undated takes its place
	for _, d := range docs {
		for _, r := range d.Relations {
			by[r.To] = append(by[r.To], Relation{Kind: r.Kind, To: d.ID})
			if d.ValidFrom.IsZero() && (r.Kind == Replaces || r.Kind == Abolishes) {
				ends[r.To] = true
			}
		}
	}
	all := make([]Standing, len(docs))
	for i, d := range docs {
		p := when[d.ID]
		s := Standing{Doc: d, State: Valid, From: p[0], To: p[1], By: by[d.ID]}
		switch {
		case !p[1].IsZero() && p[1].Before(day):
			s.State = Ended
		case !p[0].IsZero() && day.Before(p[0]):
			s.State = Coming
		case ends[d.ID]:
			s.State = Superseded
		case p[0].IsZero():
			s.State = Assumed
		}
		all[i] = s
	}
	return all
}

// Counts reports whether a rule may rest on a document in this state.
func (s State) Counts() bool { return s == Valid || s == Assumed || s == Superseded }

// ChangeDays returns the days on which something began or ended, the newest first.
func ChangeDays(docs []Doc) (days []calendar.Date) {
	for _, p := range periods(docs) {
		if !p[0].IsZero() {
			days = append(days, p[0])
		}
		if !p[1].IsZero() {
			days = append(days, p[1].AddDays(1))
		}
	}
	slices.SortFunc(days, func(a, b calendar.Date) int { return strings.Compare(b.String(), a.String()) })
	return slices.Compact(days)
}

// InForce returns the documents that are in force on a day, in the order given.
func InForce(docs []Doc, day calendar.Date) (in []Doc) {
	when := periods(docs)
	for _, d := range docs {
		if p := when[d.ID]; day.Within(p[0], p[1]) {
			in = append(in, d)
		}
	}
	return in
}

// ChangesOn returns the documents that begin on a day and those of which it is
// the first day they are no longer in force: what changed that day.
func ChangesOn(docs []Doc, day calendar.Date) (begin, ended []Doc) {
	when := periods(docs)
	for _, d := range docs {
		p := when[d.ID]
		if p[0] == day {
			begin = append(begin, d)
		}
		if !p[1].IsZero() && p[1].AddDays(1) == day {
			ended = append(ended, d)
		}
	}
	return begin, ended
}
