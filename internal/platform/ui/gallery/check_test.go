// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// problems are the mistakes of a piece of markup that no reader should meet.
// Whole is set for a page with its frame.
func problems(root *html.Node, whole bool) []string {
	c := checker{ids: map[string]int{}, labelled: map[string]bool{}, whole: whole}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			c.collect(n)
		}
	}
	for id, count := range c.ids {
		if count > 1 {
			c.say("the id %s is there %d times", id, count)
		}
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			c.check(n)
		}
	}
	slices.Sort(c.found)
	return c.found
}

type checker struct {
	ids      map[string]int
	labelled map[string]bool
	whole    bool
	level    int
	titles   int
	found    []string
}

func (c *checker) collect(n *html.Node) {
	if id := attr(n, "id"); id != "" {
		c.ids[id]++
	}
	if n.Data == "label" {
		if attr(n, "for") != "" && text(n) != "" {
			c.labelled[attr(n, "for")] = true
		}
	}
}

func (c *checker) check(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"):
			c.say("%s has the handler %s", n.Data, a.Key)
		case a.Key == "style":
			c.say("%s has a style attribute", n.Data)
		case a.Key == "aria-describedby" || a.Key == "aria-labelledby":
			for id := range strings.FieldsSeq(a.Val) {
				if c.ids[id] == 0 {
					c.say("%s of %s names %s, which is not there", a.Key, n.Data, id)
				}
			}
		case (a.Key == "href" || a.Key == "action") && strings.Contains(a.Val, "about:invalid"):
			c.say("%s has an address that was refused", n.Data)
		}
	}
	switch n.Data {
	case "input", "select", "textarea":
		c.control(n)
	case "label":
		if id := attr(n, "for"); id != "" && c.ids[id] == 0 {
			c.say("a label is for %s, which is not there", id)
		}
	case "a", "button", "summary":
		if text(n) == "" && attr(n, "aria-label") == "" {
			c.say("%s has no words", n.Data)
		}
	case "script", "style":
		if n.FirstChild != nil {
			c.say("inline %s", n.Data)
		}
	case "img":
		if !has(n, "alt") {
			c.say("an image has no alt")
		}
	case "h1", "h2", "h3", "h4", "h5", "h6":
		c.heading(n)
	}
}

func (c *checker) control(n *html.Node) {
	if attr(n, "type") == "hidden" {
		return
	}
	if !c.labelled[attr(n, "id")] && attr(n, "aria-label") == "" {
		c.say("%s %s has no label", n.Data, attr(n, "name"))
	}
	if attr(n, "name") == "" {
		c.say("%s has no name", n.Data)
	}
}

func (c *checker) heading(n *html.Node) {
	level := int(n.Data[1] - '0')
	if level > c.level+1 && (c.whole || c.level > 0) && c.titles > 0 {
		c.say("%s follows a heading of level %d", n.Data, c.level)
	}
	if level == 1 {
		c.titles++
		if c.titles > 1 && c.whole {
			c.say("a second h1")
		}
	}
	if text(n) == "" {
		c.say("%s has no words", n.Data)
	}
	c.level = level
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func (c *checker) say(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}
