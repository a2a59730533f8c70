// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// In a register where another person must agree, a table is one proposal: its
// author asks, another person sees how much it is and some of it, and agrees to it
// or refuses it as a whole. What lies where they may not agree is not let in.

// MayAgree reports whether the actor may agree to a table that somebody else wants
// to bring in.
func (s Standing) MayAgree() bool { return s.Definition.Approval && s.Can(Approve) }

// Agreed lets another person agree to the lines: each must be within reach of their
// right to approve.
func (b *Bulk) Agreed(by Standing) *Bulk {
	b.by, b.reach = &by, map[string]bool{}
	return b
}

// agrees finds lines that whoever agrees may not agree to.
func (b *Bulk) agrees(ctx context.Context, q db.Querier, all []*Weighed) error {
	if b.by == nil {
		return nil
	}
	outside := errs.Field{Name: UnitField, Code: "registers.value.unit_agree"}
	var there []*Weighed
	for _, w := range all {
		if w.old != nil {
			there = append(there, w)
			continue
		}
		sees, err := b.approves(ctx, q, w.Unit)
		if err != nil {
			return err
		}
		if !sees {
			w.add(outside)
		}
	}
	for len(there) > 0 {
		some := there[:min(len(there), maxAsked)]
		there = there[len(some):]
		args := []any{}
		marks := make([]string, len(some))
		for i, w := range some {
			args = append(args, w.Record)
			marks[i] = mark(args)
		}
		reach, args := b.by.reach(Approve, nil, args)
		found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM `+ident(b.s.Definition.Table())+` WHERE id IN (`+strings.Join(marks, ", ")+`) AND `+reach, args...)
		if err != nil {
			return err
		}
		reached := map[string]bool{}
		for _, one := range found {
			reached[one] = true
		}
		for _, w := range some {
			if !reached[w.Record] {
				w.add(outside)
			}
		}
	}
	return nil
}

// approves reports whether who agrees may agree to new records of a unit.
func (b *Bulk) approves(ctx context.Context, q db.Querier, unit string) (bool, error) {
	if sees, known := b.reach[unit]; known {
		return sees, nil
	}
	for _, h := range b.by.Holds {
		if !h.Allows(Approve) || h.Owner != "" || h.Public {
			continue
		}
		sees, err := h.Scope.Sees(ctx, q, orgs.ID(unit))
		if err != nil {
			return false, err
		}
		if b.reach[unit] = b.reach[unit] || sees; sees {
			break
		}
	}
	return b.reach[unit], nil
}

// MayUndo reports why the actor may not take an import back; nil: they may. Where
// another person must agree it is for those who do.
func (s Standing) MayUndo() error {
	if s.Definition.Approval && !s.Can(Approve) || !s.Definition.Approval && !s.Can(Import) {
		return access.ErrNotAllowed
	}
	return nil
}

// undoing is the act whose rights reach what an undoing takes back.
func (s Standing) undoing() Act {
	if s.Definition.Approval {
		return Approve
	}
	return Import
}
