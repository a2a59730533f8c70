// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parse reads a fragment as a browser would inside body.
func parse(t *testing.T, markup string) []*html.Node {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatal(err)
	}
	return nodes
}

// normal writes a fragment one node on a line: attributes by name, the first of
// two with one name, classes sorted, white space collapsed.
func normal(t *testing.T, markup string) string {
	t.Helper()
	var b strings.Builder
	for _, n := range parse(t, markup) {
		writeNormal(&b, n, 0)
	}
	return b.String()
}

func writeNormal(b *strings.Builder, n *html.Node, depth int) {
	indent := strings.Repeat(" ", depth)
	switch n.Type {
	default: // a comment or a doctype says nothing to a reader
	case html.TextNode:
		if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
			b.WriteString(indent + "\"" + text + "\"\n")
		}
	case html.ElementNode:
		b.WriteString(indent + n.Data)
		seen := map[string]bool{}
		var list []string
		for _, a := range n.Attr {
			if seen[a.Key] {
				continue
			}
			seen[a.Key] = true
			value := a.Val
			if a.Key == "class" {
				classes := strings.Fields(value)
				slices.Sort(classes)
				value = strings.Join(classes, " ")
			}
			list = append(list, a.Key+"="+value)
		}
		slices.Sort(list)
		b.WriteString("[" + strings.Join(list, "|") + "]\n")
		var text strings.Builder
		flush := func() {
			writeNormal(b, &html.Node{Type: html.TextNode, Data: text.String()}, depth+1)
			text.Reset()
		}
		for c := range n.ChildNodes() {
			if c.Type == html.TextNode { // a parser may split one text in two
				text.WriteString(c.Data)
				continue
			}
			if c.Type == html.ElementNode {
				flush()
			}
			writeNormal(b, c, depth+1)
		}
		flush()
	}
}
