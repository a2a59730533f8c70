// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package packcheck finds every mistake of a pack at once: those that
// kernel/packs sees by itself (flows among them), and those that only the users of a part can know,
// of forms, decision tables and registers. It changes nothing and needs no
// database.
package packcheck

import (
	"io/fs"
	"slices"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// checker collects mistakes with the words of the packages that find them.
type checker struct {
	set    *packs.Set
	places packs.Places
	words  *i18n.Catalogue
	found  []packs.Problem

	drafted map[string]string // lists of drafts, by the file each would be
}

// Check reads the pack called name and what it uses. The set is nil where there
// is no such pack; with mistakes it holds what could be read. The error means
// that the check itself failed.
func Check(fsys fs.FS, name string) (*packs.Set, packs.Problems, error) {
	return CheckWith(fsys, name, nil)
}

// CheckWith is Check with some items as somebody would have them. Their
// mistakes carry list and path.
func CheckWith(fsys fs.FS, name string, drafts []packs.Draft) (*packs.Set, packs.Problems, error) {
	var sources []fs.FS
	for _, open := range []func() (fs.FS, error){forms.Locales, decisions.Locales, registers.Locales} {
		words, err := open()
		if err != nil {
			return nil, nil, err
		}
		sources = append(sources, words)
	}
	words, err := i18n.Load(sources...)
	if err != nil {
		return nil, nil, err
	}
	set, places, found := packs.ReadWith(fsys, name, drafts)
	if set == nil {
		return nil, found, nil
	}
	c := &checker{set: set, places: places, words: words, found: found, drafted: map[string]string{}}
	for _, d := range drafts {
		c.drafted[d.File()] = d.List
	}
	c.forms()
	c.decisions()
	c.registers()
	return set, packs.Sort(c.found), nil
}

// add records a mistake of an item at a place such as steps[0].fields[2].key.
func (c *checker) add(item packs.Item, at packs.Origin, field errs.Field) {
	say := func(l i18n.Lang) string {
		text := c.words.Printer(l).Named(field.Code, field.Args)
		if field.Name != "" {
			text = field.Name + ": " + text
		}
		return text
	}
	if at.File == "" {
		at = item.Origin
	}
	p := packs.Problem{
		File: at.File, Line: at.Line, ID: item.ID, Code: field.Code, Message: packs.Text{VI: say(i18n.VI), EN: say(i18n.EN)},
	}
	if p.List = c.drafted[at.File]; p.List != "" {
		p.Path = field.Name
	}
	c.found = append(c.found, p)
}

// told reports whether a mistake of an item with one of the codes is known.
func (c *checker) told(id string, codes ...string) bool {
	return slices.ContainsFunc(c.found, func(p packs.Problem) bool { return p.ID == id && slices.Contains(codes, p.Code) })
}

// twins are mistakes that kernel/packs names by another code.
func twins() map[string][]string {
	return map[string][]string{
		"form.no_text":       {"field.required", "text.no_vietnamese", "text.shape"},
		"form.no_steps":      {"field.required", "yaml.list"},
		"form.no_fields":     {"field.required", "yaml.list"},
		"form.bad_key":       {"value.shape", "field.required"},
		"form.twice":         {"item.duplicate"},
		"form.bad_options":   {"field.options"},
		"form.unknown_type":  {"value.choice", "field.required"},
		"decisions.shape":    {"key.unknown", "key.misspelt"},
		"decisions.no_title": {"field.required"},
	}
}

func (c *checker) forms() {
	for _, f := range c.set.Forms {
		var d forms.Definition
		if err := f.Definition.Decode(&d); err != nil {
			if !c.any(f.ID) {
				c.add(f.Item, f.Origin, errs.Field{Code: "form.malformed"})
			}
			continue
		}
		for _, m := range d.Check() {
			if !c.told(f.ID, twins()[m.Code]...) {
				c.add(f.Item, c.places.At(f.Definition, m.Name), m)
			}
		}
	}
}

// any reports whether an item has a mistake already.
func (c *checker) any(id string) bool {
	return slices.ContainsFunc(c.found, func(p packs.Problem) bool { return p.ID == id })
}

func (c *checker) decisions() {
	for _, d := range c.set.Decisions {
		_, problems := decisions.Decode(d.Definition)
		for _, m := range problems {
			if !c.told(d.ID, twins()[m.Code]...) {
				c.add(d.Item, c.places.At(d.Definition, m.Name), m.Field)
			}
		}
	}
}

func (c *checker) registers() {
	for _, r := range c.set.Registers {
		def, problems := registers.Decode(r.Definition)
		for _, m := range append(problems, c.strangers(def)...) {
			if m.Code == "registers.definition.unknown" { // kernel/packs says it, with what was meant
				continue
			}
			at := c.fieldAt(r.Definition, m)
			c.add(r.Item, at, errs.Field{Name: m.Field, Code: m.Code, Args: map[string]any{"value": m.Value}})
		}
	}
}

// fieldAt is the file of a field of a register, with the line of the mistake.
func (c *checker) fieldAt(register *yaml.Node, m registers.Problem) packs.Origin {
	at := c.places.At(register, "id")
	if m.Field != "" {
		for i := range 1_000 {
			name := indexed("fields", i)
			field := part(register, "fields", i)
			if field == nil {
				break
			}
			if key := value(field, "key"); key == m.Field {
				at = c.places.At(register, name)
			}
		}
	}
	if m.Line > 0 {
		at.Line = m.Line
	}
	return at
}
