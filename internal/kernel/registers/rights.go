// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
)

// Right is who may do what with a register, and with which of its fields.
// Exactly one of Roles, Owner and Public says who.
type Right struct {
	ID         string          `json:"id"`
	Name       i18n.Text       `json:"name"`
	Roles      []access.RoleID `json:"roles,omitempty"`
	Owner      string          `json:"owner,omitempty"`      // a field of a person or an organisation: whom the record is about
	Public     bool            `json:"public,omitempty"`     // everybody, signed in or not
	Everywhere bool            `json:"everywhere,omitempty"` // whatever the unit of the record; of roles only
	Units      []string        `json:"units,omitempty"`      // fields of units that bring a record within reach, beside its own unit
	May        []Act           `json:"may"`
	Only       []string        `json:"only,omitempty"`   // fields; with neither Only nor Except: all
	Except     []string        `json:"except,omitempty"` // all fields but these
	States     []string        `json:"states,omitempty"` // of the life cycle; empty: in all

	line int
}

// Act is one thing that a right allows.
type Act string

// The acts.
const (
	View    Act = "view"
	Add     Act = "add"
	Amend   Act = "change"
	Approve Act = "approve" // lets a record of somebody else hold
	Hide    Act = "hide"    // takes a record out
	Export  Act = "export"
	Import  Act = "import"
	Merge   Act = "merge"   // makes one record of two, and takes that back
	Destroy Act = "destroy" // of records whose time is over: proposes it, or agrees to what another has proposed
)

// Acts returns all acts, in the order in which people read them.
func Acts() []Act { return []Act{View, Add, Amend, Approve, Hide, Export, Import, Merge, Destroy} }

// Plain reports whether the register has no rights of its own and holds only
// what stands in one line or one text.
func (d Definition) Plain() bool {
	return len(d.Rights) == 0 && !slices.ContainsFunc(d.Fields, func(f Field) bool {
		return f.structured() || slices.Contains([]Type{Choices, Code, Org, Person, Email, Reference}, f.Type)
	})
}

// maxRights bounds the conditions of a list.
const maxRights = 8

// Allows reports whether the right is to do act.
func (r Right) Allows(act Act) bool { return slices.Contains(r.May, act) }

// Shows reports whether the right is about a field.
func (r Right) Shows(field string) bool {
	if len(r.Only) > 0 {
		return slices.Contains(r.Only, field)
	}
	return !slices.Contains(r.Except, field)
}

// Permission is what the roles of a right hold once the register is applied.
func (d Definition) Permission(r Right) identity.Permission {
	return identity.Permission("registers." + d.slug() + "." + r.ID)
}

// Grants returns the permissions that the register gives to roles.
func (d Definition) Grants() map[access.RoleID][]identity.Permission {
	all := map[access.RoleID][]identity.Permission{}
	for _, r := range d.Rights {
		for _, role := range r.Roles {
			all[role] = append(all[role], d.Permission(r))
		}
	}
	return all
}

// standard are the rights of a register whose file says nothing about them:
// whoever may see registers sees it, whoever may write in them writes.
func standard() []Right {
	return []Right{
		{ID: "view", May: []Act{View, Export}},
		{ID: "edit", May: []Act{View, Add, Amend, Hide, Export, Import, Merge}},
	}
}

func (d Definition) rights() []Right {
	if len(d.Rights) > 0 {
		return d.Rights
	}
	return standard()
}

// permission is what an actor needs for a right of roles.
func (d Definition) permission(r Right) identity.Permission {
	if len(d.Rights) > 0 {
		return d.Permission(r)
	}
	return identity.Permission("registers." + r.ID)
}
