// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// leastForms is how many forms have to be refused, so that the test says anything.
const leastForms = 40

// Every form that people find on a page of the walk is sent empty, and with
// nonsense in it. Where it is refused, each problem at the top leads to the
// control that it is about, and each problem beside a control stands at the top.
func TestErrorsLeadToTheirControls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	raw, err := os.ReadFile("../../tests/journeys/walk/pages.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Pages []struct{ Route, As, At, From string }
	}
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	refused, seen := 0, map[string]bool{}
	for _, p := range table.Pages {
		at := p.Route
		if p.At != "" {
			at = p.At
		}
		if p.From != "" || strings.Contains(at, "{") {
			continue // about a thing that this world does not have
		}
		got := w.send(t, p.As, http.MethodGet, at, "")
		if got.status != http.StatusOK {
			continue
		}
		for _, f := range formsOf(t, got.body) {
			action := f.action(at)
			if seen[action] || action == "/dang-xuat" || len(f.controls) == 0 {
				continue
			}
			seen[action] = true
			for _, typed := range []string{"", "?"} {
				body, kind := f.filled(t, typed)
				answer := w.send(t, p.As, http.MethodPost, action, body, "Content-Type", kind, "Referer", "http://tinhso.example"+at)
				if answer.status != http.StatusUnprocessableEntity {
					continue
				}
				refused++
				for _, wrong := range strayErrors(t, answer.body) {
					t.Errorf("%s as %q, sent to %s with %q: %s", at, p.As, action, typed, wrong)
				}
				if back := otherLanguage(t, answer.body); back != "" && w.send(t, p.As, http.MethodGet, back, "").status != http.StatusOK {
					t.Errorf("%s as %q, sent to %s: the other language leads to %s, where nothing is", at, p.As, action, back)
				}
			}
		}
	}
	if refused < leastForms {
		t.Errorf("%d forms were refused: this test looks at nothing", refused)
	}
}

// strayErrors says which problems of a page lead nowhere, or to no control.
func strayErrors(t *testing.T, page string) (wrong []string) {
	t.Helper()
	root := parsed(t, page)
	byID := map[string]*html.Node{}
	var links, beside []*html.Node
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := attr(n, "id"); id != "" {
			byID[id] = n
		}
		switch {
		case n.Data == "li" && within(n, "ts-error-summary"):
			links = append(links, n)
		case hasClass(n, "ts-error-message"):
			beside = append(beside, n)
		}
	}
	if len(links) == 0 {
		return []string{"no list of problems at the top"}
	}
	led := map[*html.Node]bool{}
	for _, item := range links {
		said := strings.TrimSpace(words(item))
		a := first(item, func(n *html.Node) bool { return n.Data == "a" })
		if a == nil {
			wrong = append(wrong, "no link: "+said)
			continue
		}
		to, found := strings.CutPrefix(attr(a, "href"), "#")
		target := byID[to]
		switch {
		case !found || target == nil:
			wrong = append(wrong, "leads to "+attr(a, "href")+", which is not there: "+said)
		case to == "main" && len(beside) > 0:
			wrong = append(wrong, "leads to the page, and not to the control: "+said)
		case to != "main" && !isControl(target) && first(target, isControl) == nil:
			wrong = append(wrong, "leads to "+to+", which is no control and holds none: "+said)
		}
		for n := target; n != nil; n = n.Parent {
			led[n] = true
		}
	}
	for _, m := range beside {
		if strings.TrimSpace(words(m)) == "" {
			continue // the place where a script says something
		}
		if group := m.Parent; group != nil && !led[group] {
			wrong = append(wrong, "stands beside a control and not at the top: "+strings.TrimSpace(words(m)))
		}
	}
	return wrong
}

// otherLanguage is the page to which the change of the language comes back; empty
// where a form changes it itself.
func otherLanguage(t *testing.T, page string) string {
	t.Helper()
	link := first(parsed(t, page), func(n *html.Node) bool { return strings.HasPrefix(attr(n, "href"), "/language/") })
	if link == nil {
		return ""
	}
	u, err := url.Parse(attr(link, "href"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("back")
}

// sentForm is a form of a page: where it goes and what is sent.
type sentForm struct {
	to, enctype string
	hidden      url.Values
	controls    []control
}

type control struct{ name, kind, value string }

func formsOf(t *testing.T, page string) (all []sentForm) {
	t.Helper()
	for n := range parsed(t, page).Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") {
			continue
		}
		f := sentForm{to: attr(n, "action"), enctype: attr(n, "enctype"), hidden: url.Values{}}
		pressed := false
		for c := range n.Descendants() {
			name, kind := attr(c, "name"), attr(c, "type")
			switch {
			case c.Type != html.ElementNode || name == "":
			case c.Data == "button" && (kind == "" || kind == "submit"):
				if !pressed {
					f.hidden.Add(name, attr(c, "value"))
				}
				pressed = true
			case c.Data == "input" && kind == "hidden":
				f.hidden.Add(name, attr(c, "value"))
			case isControl(c):
				f.controls = append(f.controls, control{name, c.Data + " " + kind, attr(c, "value")})
			}
		}
		all = append(all, f)
	}
	return all
}

func (f sentForm) action(page string) string {
	base, err := url.Parse(page)
	if err != nil {
		return f.to
	}
	to, err := base.Parse(f.to)
	if err != nil {
		return f.to
	}
	return to.RequestURI()
}

// filled is the body of the form with the same words in every field. Nothing is chosen and no file added.
func (f sentForm) filled(t *testing.T, typed string) (body, kind string) {
	t.Helper()
	values := url.Values{}
	for name, all := range f.hidden {
		values[name] = slices.Clone(all)
	}
	for _, c := range f.controls {
		switch c.kind {
		case "input checkbox", "input radio", "input file":
		default:
			values.Add(c.name, typed)
		}
	}
	if f.enctype != "multipart/form-data" {
		return values.Encode(), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, all := range values {
		for _, value := range all {
			if err := m.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), m.FormDataContentType()
}

func parsed(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attr(n, "class")), class)
}

func within(n *html.Node, class string) bool {
	for p := range n.Ancestors() {
		if hasClass(p, class) {
			return true
		}
	}
	return false
}

func isControl(n *html.Node) bool {
	return n.Type == html.ElementNode && (n.Data == "textarea" || n.Data == "select" || n.Data == "input" && !slices.Contains([]string{"hidden", "submit", "button"}, attr(n, "type")))
}

func first(n *html.Node, is func(*html.Node) bool) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && is(d) {
			return d
		}
	}
	return nil
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
