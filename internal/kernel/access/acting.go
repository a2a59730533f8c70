// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

// Act is one thing that somebody may do for another.
type Act string

// The acts.
const (
	See     Act = "see"     // read what is there
	Prepare Act = "prepare" // write drafts, hand in papers
	Send    Act = "file"    // send, supplement and withdraw
	Pay     Act = "pay"
	Receive Act = "receive" // take results
)

// Acts returns all acts, in the order in which people read them.
func Acts() []Act { return []Act{See, Prepare, Send, Pay, Receive} }

// Stand is a right to act for somebody that holds at a moment.
type Stand struct {
	ID     string // of the representation
	Person string // who is represented
	Basis  string // self-explaining to the module that keeps it: legal, authorised, parent, guardian
	Note   string // the paper that gives the right, in words; empty: none
	Every  bool   // of every kind; otherwise of Kinds alone
	Kinds  []string
}

// Covers reports whether the right is about a kind of thing.
func (s Stand) Covers(kind string) bool { return s.Every || slices.Contains(s.Kinds, kind) }

// Stands knows who may act for whom.
type Stands interface {
	// Standing returns the rights by which the actor may do act for actor.For at
	// this moment: one at least, or the error that says why there is none, of kind
	// NotFound. In a transaction they hold until its end.
	Standing(ctx context.Context, q db.Querier, actor identity.Actor, act Act) ([]Stand, error)
}

// behalf is what is in the scope of somebody who acts for another.
type behalf struct {
	person string
	every  bool
	kinds  []string
}

// For returns the scope that also holds what the rights are about, of whom they
// represent. Tables whose Columns name no Owner stay out of sight.
func (s Scope) For(rights ...Stand) Scope {
	for _, r := range rights {
		s.behalf.person = r.Person
		s.behalf.every = s.behalf.every || r.Every
		s.behalf.kinds = append(slices.Clone(s.behalf.kinds), r.Kinds...)
	}
	return s
}

func (b behalf) where(c Columns, bind func(any) string) string {
	if b.person == "" || c.Owner == "" || (!b.every && (c.Kind == "" || len(b.kinds) == 0)) {
		return ""
	}
	cond := c.Owner + " = " + bind(b.person)
	if b.every {
		return cond
	}
	kinds := make([]string, len(b.kinds))
	for i, k := range b.kinds {
		kinds[i] = bind(k)
	}
	return "(" + cond + " AND " + c.Kind + " IN (" + strings.Join(kinds, ", ") + "))"
}
