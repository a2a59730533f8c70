// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/yaml"
)

// Decode reads one register of a pack. All mistakes are returned at once, of
// shape and of sense, each with its line; where there are any, the definition
// is not to be used.
func Decode(node *yaml.Node) (Definition, []Problem) {
	r := &reader{}
	d := r.definition(node)
	if len(r.problems) > 0 {
		return d, r.problems
	}
	return d, d.Check()
}

// Keys returns what each mapping of a register may hold, by its place in the file.
func Keys() map[string][]string {
	return databaseKeys(measureKeys(purposeKeys(openKeys(retentionKeys(publicKeys(lifeKeys(map[string][]string{
		"": {
			"id", "title", "version", "unit_scope", "fields", "key", "list", "approval", "codes", "checks", "rights", "life", "valid", "map", "prints", "reports",
			"public_page", "small_cells", "duplicates", "status", "source", "search", "fresh_days", "home", "related", "purpose", "retention", "open_data", "database",
		},
		"list":                    {"columns", "sort", "sorts", "filters"},
		"fields":                  append(inner(), "unique", "hidden", "searchable", "compute", "catalogue", "register", "language", "translates", "fields", "serial"),
		"fields.options":          {"value", "label"},
		"fields.fields":           inner(),
		"fields.fields.options":   {"value", "label"},
		"codes":                   {"code", "name", "from", "until"},
		"search":                  searchKeys(),
		"checks":                  {"field", "holds", "message", "level"},
		"prints":                  {"id", "name", "certificate", "words", "fields", "states", "layout"},
		"map":                     {"place", "label", "colour"},
		"reports":                 {"name", "rows", "columns", "of", "how", "against", "chart"},
		"duplicates":              {"elsewhere", "rules"},
		"duplicates.rules":        {"name", "fields", "blocks"},
		"duplicates.rules.fields": {"field", "as", "within"},
		"rights":                  {"id", "name", "roles", "owner", "public", "everywhere", "units", "may", "only", "except", "states"},
	})))))))
}

// inner is what a field of a group may say, and any field.
func inner() []string {
	return []string{"key", "label", "hint", "type", "scale", "max", "required", "options", "personal", "measure", "pattern"}
}

type reader struct{ problems []Problem }

func (r *reader) bad(n *yaml.Node, field, code, value string) {
	r.problems = append(r.problems, Problem{Line: n.Line, Field: field, Code: "registers.definition." + code, Value: value})
}

func (r *reader) definition(n *yaml.Node) Definition {
	m := r.mapping(n, "", Keys()[""]...)
	d := Definition{line: n.Line}
	d.ID = r.str(m["id"], "")
	d.Title = r.text(m["title"], "")
	d.Version = int(r.integer(m["version"], ""))
	if scoped := m["unit_scope"]; scoped != nil && !r.boolean(scoped, "") {
		r.bad(scoped, "", "unit_scope", scoped.Value) // every record belongs to a unit
	}
	for _, f := range r.sequence(m["fields"], "") {
		d.Fields = append(d.Fields, r.field(f, Keys()["fields"]))
	}
	d.Approval = r.boolean(m["approval"], "")
	if m["codes"] != nil {
		codes := r.mapping(m["codes"], "", Keys()["codes"]...)
		d.Codes = &Codes{Code: r.str(codes["code"], ""), Name: r.str(codes["name"], ""), From: r.str(codes["from"], ""), Until: r.str(codes["until"], "")}
	}
	for _, n := range r.sequence(m["checks"], "") {
		d.Rules = append(d.Rules, r.rule(n))
	}
	for _, n := range r.sequence(m["rights"], "") {
		d.Rights = append(d.Rights, r.right(n))
	}
	d.Map = r.layer(m["map"])
	for _, n := range r.sequence(m["prints"], "") {
		d.Prints = append(d.Prints, r.print(n))
	}
	for _, n := range r.sequence(m["reports"], "") {
		d.Reports = append(d.Reports, r.report(n))
	}
	for _, n := range r.sequence(m["measures"], "") {
		d.Measures = append(d.Measures, r.measure(n))
	}
	d.Public = r.public(m["public_page"])
	d.Least = int(r.integer(m["small_cells"], ""))
	d.Key = r.strs(m["key"])
	if m["list"] != nil {
		list := r.mapping(m["list"], "", Keys()["list"]...)
		d.List = List{
			Columns: r.strs(list["columns"]), Sort: r.str(list["sort"], ""),
			Sorts: r.strs(list["sorts"]), Filters: r.strs(list["filters"]),
		}
	}
	r.life(&d, m["life"])
	d.Valid = r.valid(m["valid"])
	d.Duplicates = r.duplicates(m["duplicates"])
	d.Search = r.search(m["search"])
	d.FreshDays = int(r.integer(m["fresh_days"], ""))
	d.Purpose, d.Retention, d.Dataset = r.purpose(m["purpose"]), r.retention(m["retention"]), r.openData(m["open_data"])
	d.Database = r.database(m["database"])
	d.Home, d.Related = r.str(m["home"], ""), r.strs(m["related"])
	return d
}

func (r *reader) rule(n *yaml.Node) Rule {
	m := r.mapping(n, "", Keys()["checks"]...)
	level := r.str(m["level"], "")
	if level != "" && level != "block" && level != "warn" {
		r.bad(n, "", "rule_level", level)
	}
	return Rule{line: n.Line, Field: r.str(m["field"], ""), Holds: r.str(m["holds"], ""), Say: r.text(m["message"], ""), Warn: level == "warn"}
}

func (r *reader) right(n *yaml.Node) Right {
	m := r.mapping(n, "", Keys()["rights"]...)
	one := Right{line: n.Line}
	one.ID = r.str(m["id"], "")
	one.Name = r.text(m["name"], "")
	for _, role := range r.strs(m["roles"]) {
		one.Roles = append(one.Roles, access.RoleID(role))
	}
	one.Owner = r.str(m["owner"], "")
	one.Public = r.boolean(m["public"], "")
	one.Everywhere = r.boolean(m["everywhere"], "")
	one.Units = r.strs(m["units"])
	for _, act := range r.strs(m["may"]) {
		one.May = append(one.May, Act(act))
	}
	one.Only, one.Except, one.States = r.strs(m["only"]), r.strs(m["except"]), r.strs(m["states"])
	return one
}

func (r *reader) field(n *yaml.Node, keys []string) Field {
	m := r.mapping(n, "", keys...)
	f := Field{line: n.Line}
	f.Key = r.str(m["key"], "")
	f.Label = r.text(m["label"], f.Key)
	f.Hint = r.text(m["hint"], f.Key)
	f.Type = Type(r.str(m["type"], f.Key))
	f.Scale = int(r.integer(m["scale"], f.Key))
	if part := regexp.MustCompile(`^decimal\((\d)\)$`).FindStringSubmatch(string(f.Type)); part != nil && m["scale"] == nil {
		f.Type = Decimal
		f.Scale, _ = strconv.Atoi(part[1]) // one digit is a number
	} else if f.Type == Decimal && m["scale"] == nil {
		f.Scale = 2
	}
	f.Max = r.integer(m["max"], f.Key)
	f.Required = r.boolean(m["required"], f.Key)
	f.Unique = r.boolean(m["unique"], f.Key)
	f.Hidden = r.boolean(m["hidden"], f.Key)
	f.Searchable = r.boolean(m["searchable"], f.Key)
	f.Personal = Class(r.str(m["personal"], f.Key))
	f.Compute, f.Serial = r.str(m["compute"], f.Key), r.str(m["serial"], f.Key)
	f.Measure, f.Pattern = r.str(m["measure"], f.Key), r.str(m["pattern"], f.Key)
	f.Catalogue, f.Register = r.str(m["catalogue"], f.Key), r.str(m["register"], f.Key)
	f.Language, f.Translates = r.str(m["language"], f.Key), r.str(m["translates"], f.Key)
	for _, one := range r.sequence(m["fields"], f.Key) {
		f.Fields = append(f.Fields, r.field(one, Keys()["fields.fields"]))
	}
	for _, o := range r.sequence(m["options"], f.Key) {
		option := r.mapping(o, f.Key, Keys()["fields.options"]...)
		f.Options = append(f.Options, Option{Value: r.str(option["value"], f.Key), Label: r.text(option["label"], f.Key)})
	}
	return f
}

// mapping returns the values of a mapping by name. Names that are not allowed,
// or said twice, are mistakes: a misspelt "requird" must not pass unseen.
func (r *reader) mapping(n *yaml.Node, field string, allowed ...string) map[string]*yaml.Node {
	n = resolve(n)
	m := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.bad(n, field, "shape", n.Value)
		return m
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], resolve(n.Content[i+1])
		switch {
		case !slices.Contains(allowed, name.Value):
			r.bad(name, field, "unknown", name.Value)
		case m[name.Value] != nil:
			r.bad(name, field, "twice", name.Value)
		case value.Tag == "!!null": // as if it were not there
		default:
			m[name.Value] = value
		}
	}
	return m
}

func resolve(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{}
	}
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		return n.Content[0]
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func (r *reader) scalar(n *yaml.Node, field, tag string) (string, bool) {
	if n == nil {
		return "", false
	}
	if n.Kind != yaml.ScalarNode || tag != "" && n.Tag != tag {
		r.bad(n, field, "shape", n.Value)
		return "", false
	}
	return n.Value, true
}

func (r *reader) str(n *yaml.Node, field string) string {
	s, _ := r.scalar(n, field, "")
	return text.NFC(s)
}

func (r *reader) integer(n *yaml.Node, field string) int64 {
	s, ok := r.scalar(n, field, "!!int")
	if !ok {
		return 0
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		r.bad(n, field, "shape", s)
	}
	return v
}

func (r *reader) boolean(n *yaml.Node, field string) bool {
	s, ok := r.scalar(n, field, "!!bool")
	if ok && s != "true" && s != "false" {
		r.bad(n, field, "shape", s)
	}
	return s == "true"
}

func (r *reader) text(n *yaml.Node, field string) i18n.Text {
	if n == nil {
		return i18n.Text{}
	}
	if n.Kind == yaml.MappingNode {
		m := r.mapping(n, field, "vi", "en")
		return i18n.Text{VI: r.str(m["vi"], field), EN: r.str(m["en"], field)}
	}
	return i18n.Text{VI: r.str(n, field)}
}

func (r *reader) sequence(n *yaml.Node, field string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.bad(n, field, "shape", fmt.Sprint(n.Value))
		return nil
	}
	items := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		items[i] = resolve(item)
	}
	return items
}

func (r *reader) strs(n *yaml.Node) []string {
	var all []string
	for _, item := range r.sequence(n, "") {
		all = append(all, r.str(item, ""))
	}
	return all
}
