// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/text"
)

// Sortable reports whether a list can stand in the order of a field.
func (f Field) Sortable() bool {
	return slices.Contains([]string{"text", "integer", "decimal", "money", "date", "date_partial"}, f.Type)
}

// Filtering reports whether a list can be narrowed by a field where its file says
// so; by the state it always can.
func (f Field) Filtering() bool {
	return f.Key != lifeKey && !slices.Contains([]string{"longtext", "choices", "file", "group"}, f.Type)
}

// setList says which columns a list has and how it stands. Columns that were
// there keep their order; new ones come behind them.
func (e *edit) setList() error {
	list := e.part("list")
	if e.op.Has("columns") {
		chosen := e.known("columns")
		all := slices.DeleteFunc(slices.Clone(e.before.Columns), func(key string) bool { return !slices.Contains(chosen, key) })
		for _, key := range chosen {
			if !slices.Contains(all, key) {
				all = append(all, key)
			}
		}
		tree.PutTexts(list, "columns", all)
	}
	if e.op.Has("sort") {
		key := e.op.Line("sort")
		if f, ok := e.before.Field(key); key != "" && (!ok || !f.Sortable()) {
			e.say("sort", tree.CodeChoice)
		}
		tree.PutText(list, "sort", key)
	}
	for _, name := range []string{"sorts", "filters"} {
		if e.op.Has(name) {
			tree.PutTexts(list, name, e.known(name))
		}
	}
	if len(list.Content) == 0 {
		tree.Put(e.item.Root(), "list", nil)
	}
	return nil
}

// setMap says which field is a place on the map, and how it is called there.
func (e *edit) setMap() error {
	place, label := e.op.Line("place"), e.op.Line("label")
	if place == "" {
		tree.Put(e.item.Root(), "map", nil)
		return nil
	}
	if f, ok := e.before.Field(place); !ok || f.Type != "point" && f.Type != "shape" {
		e.say("place", tree.CodeChoice)
	}
	if _, ok := e.before.Field(label); !ok {
		e.say("label", tree.CodeNeeded)
	}
	colour := e.op.Line("colour")
	if colour != "" && !slices.ContainsFunc(e.before.Known(), func(f Field) bool { return f.Key == colour && f.Type == "choice" }) {
		e.say("colour", tree.CodeChoice)
	}
	if len(e.wrong) > 0 {
		return nil
	}
	layer := e.part("map")
	tree.PutText(layer, "place", place)
	tree.PutText(layer, "label", label)
	tree.PutText(layer, "colour", colour)
	return nil
}

// MaxText is how long the file of one register may be, in bytes.
const MaxText = packs.MaxItem

// setText puts a whole file in the place of the one there is. Mistakes of
// writing come with the line.
func (e *edit) setText() error {
	src := strings.ReplaceAll(text.NFC(e.op.Raw("text")), "\r\n", "\n")
	item, line, why := ReadText(src)
	if why != "" {
		return tree.Refuse("text", why, "line", line)
	}
	if id := tree.Text(item.Root(), "id"); id != e.before.ID {
		return tree.Refuse("text", "authoring.register.other_id", "id", e.before.ID)
	}
	e.item, e.at = item, PartText
	return nil
}

// ReadText reads the text of one register, also as it stands in a file, under
// "registers:" with one item. Why is the code of what is wrong with how it is
// written, at a line from 1.
func ReadText(src string) (item tree.Item, line int, why string) {
	if len(src) > MaxText {
		return item, 1, "authoring.register.yaml_long"
	}
	for i, one := range strings.Split(src, "\n") {
		if indent := one[:len(one)-len(strings.TrimLeft(one, " \t"))]; strings.Contains(indent, "\t") {
			return item, i + 1, "authoring.register.yaml_tab"
		}
	}
	item, err := tree.Parse([]byte(src))
	if err != nil {
		return item, lineOf(err), reason(err)
	}
	all := tree.Get(item.Root(), "registers")
	if all == nil {
		return item, 0, ""
	}
	if len(all.Content) != 1 || len(item.Root().Content) != 2 {
		return item, all.Line, "authoring.register.yaml_one"
	}
	raw, err := tree.Of(all.Content[0])
	if err != nil {
		return item, all.Line, "authoring.register.yaml"
	}
	return raw, 0, ""
}

// lineOf is the line that an error of reading names; 1 where it names none.
func lineOf(err error) int {
	if part := regexp.MustCompile(`line (\d+)`).FindStringSubmatch(err.Error()); part != nil {
		if n, err := strconv.Atoi(part[1]); err == nil {
			return n
		}
	}
	return 1
}

func reason(err error) string {
	if strings.Contains(err.Error(), "yaml:") || !errors.Is(err, tree.ErrShape) {
		return "authoring.register.yaml"
	}
	return "authoring.register.yaml_plain" // anchors, keys written twice, several documents
}
