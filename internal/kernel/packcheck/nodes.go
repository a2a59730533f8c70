// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packcheck

import (
	"fmt"

	"tinhso.vn/internal/platform/yaml"
)

func indexed(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// part returns the i-th item of a list in a mapping; nil where there is none.
func part(n *yaml.Node, list string, i int) *yaml.Node {
	items := child(n, list)
	if items == nil || i >= len(items.Content) {
		return nil
	}
	return items.Content[i]
}

func value(n *yaml.Node, key string) string {
	if v := child(n, key); v != nil {
		return v.Value
	}
	return ""
}
