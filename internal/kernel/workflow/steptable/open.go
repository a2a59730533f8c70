// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package steptable

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/yaml"
)

// maxYAML is how large a list of steps in YAML may be.
const maxYAML = 1 << 20

// open reads a file as grids; which kind it is, its content says.
func open(data []byte) ([]grid, []Mistake) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || !looksLikeYAML(data) {
		return sheets(data)
	}
	g, wrong := list(data)
	if len(wrong) > 0 {
		return nil, wrong
	}
	return []grid{g}, nil
}

func sheets(data []byte) (all []grid, wrong []Mistake) {
	tables, err := sheet.Read(data)
	for _, known := range []struct {
		err  error
		code string
	}{{sheet.ErrOld, "steptable.old_file"}, {sheet.ErrTooLarge, "steptable.too_large"}, {sheet.ErrNotText, "steptable.encoding"}, {sheet.ErrUnread, "steptable.unreadable"}} {
		if errors.Is(err, known.err) {
			return nil, []Mistake{{Code: known.code}}
		}
	}
	if err != nil {
		return nil, []Mistake{{Code: "steptable.unreadable", Found: err.Error()}}
	}
	for _, t := range tables {
		all = append(all, grid{Table: t, cell: sheet.Cell})
	}
	return all, nil
}

// looksLikeYAML reports whether the first line that says something begins a list.
func looksLikeYAML(data []byte) bool {
	for line := range strings.SplitSeq(string(data[:min(len(data), 4096)]), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") || line == "---" {
			continue
		}
		return strings.HasPrefix(line, "- ") || strings.HasSuffix(line, ":")
	}
	return false
}

// list reads a list of mappings, alone or under "steps:" or "các bước:": its
// keys are the headers, each item a row.
func list(data []byte) (grid, []Mistake) {
	fail := func(line int, code, found string) (grid, []Mistake) {
		return grid{}, []Mistake{{Cell: fmt.Sprint(line), Code: code, Found: found}}
	}
	if len(data) > maxYAML {
		return fail(1, "steptable.too_large", "")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) != 1 {
		return fail(1, "steptable.yaml", fmt.Sprint(err))
	}
	items := doc.Content[0]
	if items.Kind == yaml.MappingNode && len(items.Content) == 2 {
		items = items.Content[1]
	}
	if items.Kind != yaml.SequenceNode {
		return fail(items.Line, "steptable.yaml", "")
	}
	g := grid{Table: sheet.Table{Rows: [][]string{nil}}}
	lines := []int{items.Line}
	for _, item := range items.Content {
		if item.Kind != yaml.MappingNode {
			return fail(item.Line, "steptable.yaml", item.Value)
		}
		row := slices.Repeat([]string{""}, len(g.Rows[0]))
		for i := 0; i+1 < len(item.Content); i += 2 {
			key, value := item.Content[i].Value, item.Content[i+1]
			words := value.Value
			if value.Kind == yaml.SequenceNode {
				var parts []string
				for _, v := range value.Content {
					parts = append(parts, v.Value)
				}
				words = strings.Join(parts, "; ")
			} else if value.Kind != yaml.ScalarNode {
				return fail(value.Line, "steptable.yaml", key)
			}
			at := -1
			for j, known := range g.Rows[0] {
				if known == key {
					at = j
				}
			}
			if at < 0 {
				at = len(g.Rows[0])
				g.Rows[0] = append(g.Rows[0], key)
				row = append(row, "")
			}
			row[at] = words
		}
		g.Rows = append(g.Rows, row)
		lines = append(lines, item.Line)
	}
	g.cell = func(row, _ int) string { return fmt.Sprint(lines[min(row, len(lines)-1)]) }
	return g, nil
}
