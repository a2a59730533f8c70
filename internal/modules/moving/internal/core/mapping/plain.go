// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// Plain writes the mapping of a copy of a dump: each table is a CSV in Unicode with the
// columns of its fields, nothing is joined, and neither contents of files nor what is
// no field are in it.
func Plain(f File) []byte {
	var b strings.Builder
	b.WriteString("title: " + quoted(f.Title) + "\ndates: [" + quoted("dd/MM/yyyy") + "]\n")
	for _, of := range []struct {
		name string
		all  map[string]string
	}{
		{"units", f.Units},
		{"procedures", f.Procedures},
		{"statuses", f.Statuses},
		{"channels", f.Channels},
		{"kinds", f.Kinds},
		{"steps", f.Steps},
		{"papers", f.Papers},
	} {
		if len(of.all) == 0 {
			continue
		}
		b.WriteString(of.name + ":\n")
		for _, from := range slices.Sorted(maps.Keys(of.all)) {
			b.WriteString("  " + quoted(from) + ": " + quoted(of.all[from]) + "\n")
		}
	}
	b.WriteString("tables:\n")
	for _, name := range slices.Sorted(maps.Keys(f.Tables)) {
		if name == Officials { // who worked there is in no copy
			continue
		}
		t := f.Tables[name]
		b.WriteString("  " + name + ":\n    file: " + quoted(t.CSV()) + "\n    columns:\n")
		for _, field := range slices.Sorted(maps.Keys(t.Columns)) {
			c := t.Columns[field]
			b.WriteString("      " + field + ": {column: " + quoted(c.Name))
			if len(c.Dates) > 0 {
				var all []string
				for _, layout := range c.Dates {
					all = append(all, quoted(spoken(layout)))
				}
				b.WriteString(", dates: [" + strings.Join(all, ", ") + "]")
			}
			b.WriteString("}\n")
		}
	}
	return []byte(b.String())
}

// CSV is how the table is called in a copy. Several tables may lie in one file.
func (t Table) CSV() string {
	if t.Path != "" {
		return t.Name + ".csv"
	}
	name := strings.TrimSuffix(t.File, filepath.Ext(t.File))
	if t.SQL != "" || t.Sheet != "" {
		name = t.Name
	}
	return name + ".csv"
}

func quoted(s string) string {
	text, _ := json.Marshal(s) // a text of JSON is one of YAML
	return string(text)
}

// spoken is Layout turned around.
func spoken(layout string) string {
	return strings.NewReplacer("2006", "yyyy", "01", "MM", "02", "dd", "15", "HH", "04", "mm", "05", "ss", "06", "yy", "1", "M", "2", "d").Replace(layout)
}
