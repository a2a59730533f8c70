// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package gallery

import (
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/web"
)

func markup(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parsed(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestEveryExampleIsSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range Entries() {
		if seen[e.Name] {
			t.Errorf("two components are called %s", e.Name)
		}
		seen[e.Name] = true
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			if len(e.Examples) == 0 || e.Title == "" || e.Summary == "" {
				t.Error("a component needs a title, a summary and an example")
			}
			for _, x := range e.Examples {
				page := markup(t, x.Content)
				for _, p := range problems(parsed(t, page), false) {
					t.Errorf("%s: %s\n%s", x.Title, p, page)
				}
				for _, wrong := range []string{"bạn ", "Bạn ", "Error", "Please"} {
					if strings.Contains(page, wrong) {
						t.Errorf("%s says %q", x.Title, wrong)
					}
				}
			}
			content, there := Page(e.Name)
			if !there {
				t.Fatal("has no page")
			}
			// All examples together: ids must not meet.
			for _, p := range problems(parsed(t, markup(t, content)), false) {
				t.Error(p)
			}
		})
	}
	if len(seen) < 35 {
		t.Errorf("%d components, want all of them", len(seen))
	}
}

func assets(t *testing.T) *layout.Assets {
	t.Helper()
	a, err := layout.NewAssets(web.Dist, "/assets/")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestEverySampleIsSound(t *testing.T) {
	t.Parallel()
	a := assets(t)
	for _, s := range Samples() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			page := markup(t, s.Page(layout.Chrome{Assets: a}))
			root := parsed(t, page)
			for _, p := range problems(root, true) {
				t.Error(p)
			}
			for _, want := range []string{"<!doctype html><html lang=\"vi\">", "name=\"viewport\"", "href=\"#main\"", "<main id=\"main\"", "class=\"ts-demo\""} {
				if !strings.Contains(page, want) {
					t.Errorf("%s is missing", want)
				}
			}
			titles := 0
			for n := range root.Descendants() {
				if n.Data == "title" && n.Parent.Data == "head" {
					titles++
				}
			}
			if titles != 1 || strings.Count(page, "<h1") != 1 {
				t.Errorf("%d titles and %d first headings, want one of each", titles, strings.Count(page, "<h1"))
			}
		})
	}
}

// TestTheChecksSeeMistakes keeps the checks honest: each piece has one mistake.
func TestTheChecksSeeMistakes(t *testing.T) {
	t.Parallel()
	for piece, want := range map[string]string{
		"<p id=a></p><p id=a></p>":                         "the id a is there 2 times",
		"<input name=q>":                                   "input q has no label",
		"<label for=q>Tên</label>":                         "a label is for q, which is not there",
		"<p aria-describedby=\"x\">a</p>":                  "aria-describedby of p names x, which is not there",
		"<p style=\"color:red\">a</p>":                     "p has a style attribute",
		"<p onclick=\"go()\">a</p>":                        "p has the handler onclick",
		"<script>go()</script>":                            "inline script",
		"<a href=\"/\"></a>":                               "a has no words",
		"<h1>a</h1><h3>b</h3>":                             "h3 follows a heading of level 1",
		"<img src=\"/a.png\">":                             "an image has no alt",
		"<a href=\"about:invalid#TemplFailed\">a</a>":      "a has an address that was refused",
		"<label for=q>a</label><input id=q><h2> </h2>":     "h2 has no words",
		"<h1>a</h1><h1>b</h1>":                             "a second h1",
		"<label for=w>a</label><textarea id=w></textarea>": "textarea has no name",
	} {
		if found := problems(parsed(t, piece), true); !strings.Contains(strings.Join(found, "; "), want) {
			t.Errorf("%s: found %q, want %q", piece, found, want)
		}
	}
}
