// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package stepedit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/text"
)

// add puts a step behind another: it goes on as that one did, which now leads to
// the new one. Without a place it goes to the end.
func (e *edit) add() (int, error) {
	list := tree.Ensure(e.item.Root(), "steps")
	name := e.op.Words("new_name")
	if name.VI == "" {
		return -1, tree.Refuse("new_name_vi", tree.CodeNeeded)
	}
	if len(list.Content) >= maxSteps {
		return -1, tree.Refuse("new_name_vi", tree.CodeMany)
	}
	at := len(list.Content)
	if e.op.Has("new_after") && e.op.Line("new_after") != "" {
		n, err := strconv.Atoi(e.op.Line("new_after"))
		if err != nil || n < 0 || n > len(list.Content) {
			return -1, tree.Refuse("new_after", tree.CodeChoice)
		}
		at = n // behind the n-th; 0 is before all
	}
	hours := e.op.Line("new_hours")
	if h, err := strconv.Atoi(hours); err != nil || h < 1 || h > 10_000 {
		return -1, tree.Refuse("new_hours", "authoring.flow.hours")
	}
	unit, action := e.op.Line("new_unit"), e.op.Line("new_action")
	if unit == "" {
		unit = "authority"
	}
	if action == "" {
		action = "appraise"
	}
	if !slices.Contains(Units(), unit) {
		return -1, tree.Refuse("new_unit", tree.CodeChoice)
	}
	if !slices.Contains(Actions(), action) {
		return -1, tree.Refuse("new_action", tree.CodeChoice)
	}
	s := tree.Mapping()
	id := e.id(name.VI)
	tree.PutText(s, "id", id)
	tree.PutWords(s, "name", name)
	tree.PutText(s, "post", e.op.Line("new_post"))
	tree.PutText(s, "unit", unit)
	tree.PutWhole(s, "hours", hours)
	tree.PutWords(s, "product", e.op.Words("new_product"))
	tree.PutText(s, "action", action)
	switch {
	case at > 0:
		before := list.Content[at-1]
		if next := tree.Get(before, "next"); next != nil {
			tree.Put(s, "next", tree.Copy(next))
		}
		tree.PutText(before, "next", "")
		tree.PutText(before, "next", id)
	case len(list.Content) > 0:
		tree.PutText(s, "next", tree.Text(list.Content[0], "id"))
	}
	tree.Insert(list, at, s)
	return at, nil
}

// id proposes an id that no step has.
func (e *edit) id(name string) string {
	base := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(name), "-"), "-")
	if len(base) > 30 {
		base = strings.Trim(base[:30], "-")
	}
	if base == "" {
		base = "buoc"
	}
	id := base
	for n := 2; slices.ContainsFunc(tree.List(e.item.Root(), "steps"), func(s *tree.Node) bool { return tree.Text(s, "id") == id }); n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	return id
}

// remove takes a step away; who led to it leads to what followed it.
func (e *edit) remove() error {
	list, i, err := e.at()
	if err != nil {
		return err
	}
	if len(list.Content) == 1 {
		return tree.Refuse("at", "authoring.edit.last")
	}
	gone := tree.Take(list, i)
	id, after := tree.Text(gone, "id"), tree.Texts(gone, "next")
	for _, s := range list.Content {
		if next := tree.Texts(s, "next"); slices.Contains(next, id) {
			var all []string
			for _, to := range next {
				ways := []string{to}
				if to == id {
					ways = after
				}
				for _, w := range ways {
					if w != tree.Text(s, "id") && w != id && !slices.Contains(all, w) {
						all = append(all, w)
					}
				}
			}
			if len(all) == 1 {
				tree.PutText(s, "next", all[0])
			} else {
				tree.PutTexts(s, "next", all)
			}
		}
		if tree.Text(s, "back") == id {
			tree.PutText(s, "back", "")
		}
	}
	return nil
}
