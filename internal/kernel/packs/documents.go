// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"

	"tinhso.vn/internal/platform/yaml"
)

// Form is what people fill in. Definition is the whole item: id, title,
// version and steps; kernel/forms decodes it.
type Form struct {
	Item
	Title      Text
	Version    int
	Legal      []string // the legal documents that issued it
	Keys       []string // of the fields, in order
	Definition *yaml.Node
}

// Register is a book of records. Definition is the whole item: id, title,
// version, fields and list; kernel/registers decodes it.
type Register struct {
	Item
	Title      Text
	Version    int
	Definition *yaml.Node
}

// Decision is a table that decides, such as what a procedure costs. Definition
// is the whole item; kernel/decisions decodes it.
type Decision struct {
	Item
	Title      Text
	Legal      string
	Definition *yaml.Node
}

// Template is the layout of a result (NĐ 30/2020, Phụ lục I). {name} in a
// text is filled from the dossier, {form.name} from the form, and the names
// in Fields by the officer who drafts.
type Template struct {
	Item
	Title        Text
	Version      int
	DocType      string // abbreviation of the kind of document; empty for the kinds without one
	AgencyLines  []Text
	NumberSuffix string // GXN-UBND
	Place        Text
	Heading      Text // kind of document in capitals: GIẤY XÁC NHẬN
	Subject      Text // trích yếu
	Authority    Text // who decides, above the bases; empty for most kinds
	Resolves     Text // QUYẾT ĐỊNH: between the bases and the body
	Fields       []TemplateField
	LegalBases   []Text // without the last sign
	Body         []Text
	SignerLines  []Text // the last is the post; a line left empty is not printed
	Recipients   []Text // without the last sign
}

// TemplateField is one thing the officer writes into a result.
type TemplateField struct {
	Key      string
	Label    Text
	Type     string
	Required bool
	Options  []Option
}

// Option is one answer to choose.
type Option struct {
	Value string
	Label Text
}

func fieldTypes() []string {
	return []string{
		"text", "textarea", "radios", "checkboxes", "select", "date", "date_partial", "person_number", "tax_code",
		"phone", "email", "unit", "address", "money", "number", "file",
		"year", "yes_no", "code", "insurance_number", "health_card", "person", "organisation", "identity_document", "group",
	}
}

// readForm checks the shape and keeps the node; meaning is kernel/forms' work.
func readForm(r *record) Form {
	f := Form{
		Item:       r.item(),
		Title:      r.text("title", required),
		Version:    r.integer("version", required),
		Legal:      r.strs("legal_bases"),
		Definition: r.node,
	}
	for _, step := range r.subs("steps", required) {
		step.shape("id", r.book.shapes.slug, required)
		step.text("title", required)
		step.text("hint")
		step.str("show_when")
		for _, field := range step.subs("fields", required) {
			key := readField(field, groupsToo)
			if slices.Contains(f.Keys, key) {
				field.problem("key", "item.duplicate", key)
			}
			f.Keys = append(f.Keys, key)
		}
		step.done()
	}
	for _, check := range r.subs("checks") {
		check.str("field", required)
		check.str("holds", required)
		check.text("message", required)
		check.oneOf("level", false, "block", "warn")
		check.boolean("when_empty")
		check.done()
	}
	return f
}

// groupsToo says of a field that it may hold others; one in a group may not.
const groupsToo = true

func readField(s *record, group bool) string {
	key := s.shape("key", s.book.shapes.key, required)
	kind := s.oneOf("type", required, fieldTypes()...)
	s.text("label", required)
	s.text("hint")
	s.boolean("required")
	for _, name := range []string{"min", "max", "pattern", "show_when", "sex", "birth", "compute", "catalogue"} { // kernel/forms reads these
		s.str(name)
	}
	s.integer("width")
	s.integer("decimals")
	s.text("why")
	s.text("row")
	s.strs("optional")
	s.boolean("local")
	if group {
		for _, one := range s.subs("fields") {
			readField(one, !groupsToo)
		}
	}
	s.oneOf("personal", false, "identity", "contact", "health", "family", "finance", "general")
	s.oneOf("prefill", false, prefills()...)
	options := readOptions(s)
	choice := slices.Contains([]string{"radios", "checkboxes", "select"}, kind)
	if choice && len(options) == 0 || !choice && kind != "code" && len(options) > 0 {
		s.book.add(s.node, s.id, "field.options", key)
	}
	s.done()
	return key
}

// prefills are what a field can be filled with; which types each fits is for
// kernel/forms.
func prefills() (all []string) {
	for _, who := range []string{"owner.", "submitter."} {
		for _, what := range []string{"name", "number", "born", "sex", "phone", "email", "residence"} {
			all = append(all, who+what)
		}
	}
	return all
}

func readOptions(s *record) []Option {
	var out []Option
	for _, o := range s.subs("options") {
		option := Option{Value: o.str("value", required), Label: o.text("label", required)}
		if slices.ContainsFunc(out, func(x Option) bool { return x.Value == option.Value }) {
			o.problem("value", "item.duplicate", option.Value)
		}
		out = append(out, option)
		o.done()
	}
	return out
}

func readRegister(r *record) Register {
	reg := Register{
		Item:       r.item(),
		Title:      r.text("title", required),
		Version:    r.integer("version", required),
		Definition: r.node,
	}
	r.shaped() // the rest is read by kernel/registers, which knows what it means
	return reg
}

func readDecision(r *record) Decision {
	d := Decision{Item: r.item(), Title: r.text("title", required), Legal: r.str("legal"), Definition: r.node}
	r.shaped() // the rest is read by kernel/decisions, which knows what it means
	return d
}

func readTemplate(r *record) Template {
	t := Template{
		Item:         r.item(),
		Title:        r.text("title", required),
		Version:      r.integer("version", required),
		DocType:      r.str("doc_type"),
		AgencyLines:  r.texts("agency_lines"),
		NumberSuffix: r.str("number_suffix", required),
		Place:        r.text("place", required),
		Heading:      r.text("heading", required),
		Subject:      r.text("subject", required),
		Authority:    r.text("authority"),
		Resolves:     r.text("resolves"),
		LegalBases:   r.texts("legal_bases"),
		Body:         r.texts("body"),
		SignerLines:  r.texts("signer_lines"),
		Recipients:   r.texts("recipients"),
	}
	for _, s := range r.subs("fields") {
		f := TemplateField{
			Key:      s.shape("key", r.book.shapes.key, required),
			Label:    s.text("label", required),
			Type:     s.oneOf("type", required, fieldTypes()...),
			Required: s.boolean("required"),
			Options:  readOptions(s),
		}
		s.done()
		t.Fields = append(t.Fields, f)
	}
	for _, part := range []struct {
		name string
		has  bool
	}{{"agency_lines", len(t.AgencyLines) > 0}, {"body", len(t.Body) > 0}, {"signer_lines", len(t.SignerLines) > 0}} {
		if !part.has {
			r.problem(part.name, "field.required", part.name)
		}
	}
	return t
}

// Texts returns every text of the template in which a placeholder may stand.
func (t Template) Texts() []Text {
	return slices.Concat(t.AgencyLines, []Text{{VI: t.NumberSuffix}, t.Place, t.Heading, t.Subject, t.Authority, t.Resolves}, t.LegalBases, t.Body, t.SignerLines, t.Recipients)
}
