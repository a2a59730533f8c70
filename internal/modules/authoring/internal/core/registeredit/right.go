// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"slices"
	"strconv"

	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
)

// Acts are what a right can allow, in the order in which people read them.
func Acts() []string {
	return []string{"view", "add", "change", "approve", "hide", "export", "import", "merge", "destroy"}
}

// Ways say of which fields a right is.
func Ways() []string { return []string{"all", "only", "except"} }

// addRight adds a right that lets a role read; what else it allows is said then.
func (e *edit) addRight() error {
	name, who := e.op.Words("new_name"), e.op.Line("new_who")
	list := tree.Ensure(e.item.Root(), "rights")
	if name.VI == "" {
		e.say("new_name_vi", tree.CodeNeeded)
	}
	if !slices.Contains([]string{Roles, Owner, Public}, who) {
		e.say("new_who", tree.CodeChoice)
	}
	if len(list.Content) >= maxRights {
		e.say("new_name_vi", tree.CodeMany)
	}
	owner := e.owner()
	if who == Owner && owner == "" {
		e.say("new_who", "authoring.register.no_owner")
	}
	roles := e.op.Values["new_roles"]
	if who == Roles && len(nonEmpty(roles)) == 0 {
		e.say("new_roles", tree.CodeNeeded)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	var taken []string
	for _, r := range e.before.Rights {
		taken = append(taken, r.ID)
	}
	n := tree.Mapping()
	tree.PutText(n, "id", formedit.Key(name.VI, taken))
	tree.PutWords(n, "name", name)
	switch who {
	case Roles:
		tree.PutTexts(n, "roles", nonEmpty(roles))
	case Owner:
		tree.PutText(n, "owner", owner)
	case Public:
		tree.PutTrue(n, "public", true)
		if private := e.private(); len(private) > 0 {
			tree.PutTexts(n, "except", private)
		}
	}
	tree.PutTexts(n, "may", []string{"view"})
	tree.Insert(list, len(list.Content), n)
	e.at = PartRights + strconv.Itoa(len(list.Content)-1)
	return nil
}

func nonEmpty(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
}

// owner is the first field that can say whom a record is about.
func (e *edit) owner() string {
	for _, f := range e.before.Shown() {
		if slices.Contains([]string{"person", "person_number", "organisation"}, f.Type) {
			return f.Key
		}
	}
	return ""
}

// private are the fields that nobody may see without a right of their own.
func (e *edit) private() (all []string) {
	for _, f := range e.before.Shown() {
		if f.Personal != "" && f.Personal != "none" || slices.Contains([]string{"person", "person_number", "phone", "email"}, f.Type) {
			all = append(all, f.Key)
		}
	}
	return all
}

// setRight says anew what a right allows, and with which fields.
func (e *edit) setRight() error {
	n, _, _ := e.here(PartRights)
	if n == nil {
		return tree.Refuse("at", tree.CodeGone)
	}
	if e.op.Has("name_vi") {
		if w := e.op.Words("name"); w.VI == "" {
			e.say("name_vi", tree.CodeNeeded)
		} else {
			tree.PutWords(n, "name", w)
		}
	}
	e.who(n)
	if e.op.Has("may") {
		may := slices.DeleteFunc(Acts(), func(a string) bool { return !slices.Contains(e.op.Values["may"], a) })
		if !slices.Contains(may, "view") { // nobody does something with what they do not see
			may = append([]string{"view"}, may...)
		}
		tree.PutTexts(n, "may", may)
	}
	if e.op.Has("way") {
		e.fields(n)
	}
	if e.op.Has("units") {
		tree.PutTexts(n, "units", e.known("units"))
	}
	if e.op.Has("states") {
		tree.PutTexts(n, "states", nonEmpty(e.op.Values["states"]))
	}
	return nil
}

// who changes for whom the right is: exactly one of three ways says it.
func (e *edit) who(n *tree.Node) {
	who := e.op.Line("who")
	if !e.op.Has("who") {
		return
	}
	if !slices.Contains([]string{Roles, Owner, Public}, who) {
		e.say("who", tree.CodeChoice)
		return
	}
	if who == Roles {
		if e.op.Has("roles") {
			roles := nonEmpty(e.op.Values["roles"])
			if len(roles) == 0 {
				e.say("roles", tree.CodeNeeded)
				return
			}
			tree.PutTexts(n, "roles", roles)
		}
		if e.op.Has("everywhere") {
			tree.PutTrue(n, "everywhere", e.op.Line("everywhere") != "")
		}
	} else {
		for _, key := range []string{"roles", "everywhere", "units"} {
			tree.Put(n, key, nil)
			delete(e.op.Values, key)
		}
	}
	tree.PutTrue(n, "public", who == Public)
	if who != Owner {
		tree.Put(n, "owner", nil)
		return
	}
	owner := e.op.Line("owner")
	if f, ok := e.before.Field(owner); !ok || f.Hidden {
		if owner = e.owner(); owner == "" {
			e.say("who", "authoring.register.no_owner")
			return
		}
	}
	tree.PutText(n, "owner", owner)
}

// fields says with which fields the right is. A right for chosen fields without
// any would be one for all: it is refused.
func (e *edit) fields(n *tree.Node) {
	way, named := e.op.Line("way"), e.known("named")
	switch {
	case !slices.Contains(Ways(), way):
		e.say("way", tree.CodeChoice)
	case way != "all" && len(named) == 0:
		e.say("named", "authoring.register.name_fields")
	default:
		for _, other := range []string{"only", "except"} {
			if other == way {
				tree.PutTexts(n, way, named)
			} else {
				tree.Put(n, other, nil)
			}
		}
	}
}
