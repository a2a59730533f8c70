// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"encoding/json"
	"strings"

	"tinhso.vn/internal/platform/shape"
)

const schemaBase = "https://tinhso.vn/schemas/pack/"

// Schemas returns the JSON Schemas (2020-12) of the files of a pack by file
// name: pack.schema.json, and one for each folder, units.schema.json.
func Schemas() (map[string][]byte, error) {
	all := map[string]map[string]any{
		"pack.schema.json": shape.OneFile(schemaBase+"pack.schema.json", "pack.yaml", PackFile()),
	}
	lists := map[string][]shape.List{}
	for _, l := range Lists() {
		lists[l.Folder] = append(lists[l.Folder], shape.List{Name: l.Name, Item: l.Item, VI: l.VI, EN: l.EN})
	}
	for folder, of := range lists {
		if folder == "" { // one file each
			for _, l := range of {
				name := rootFile(l.Name) + ".schema.json"
				all[name] = shape.ListFile(schemaBase+name, rootFile(l.Name)+".yaml", []shape.List{l})
			}
			continue
		}
		name := folder + ".schema.json"
		all[name] = shape.ListFile(schemaBase+name, folder+"/*.yaml", of)
	}
	out := map[string][]byte{}
	for name, schema := range all {
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return nil, err
		}
		out[name] = append(text, '\n')
	}
	return out, nil
}

func rootFile(list string) string { return strings.ReplaceAll(list, "_", "-") }

// SchemaOf returns the name of the schema of a file, by its path in the pack.
func SchemaOf(path string) string {
	if folder := folderOf("/"+path, ""); folder != "" {
		return folder + ".schema.json"
	}
	return strings.TrimSuffix(path, ".yaml") + ".schema.json"
}
