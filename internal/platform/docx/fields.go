// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package docx

import (
	"regexp"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/text"
)

// Use is one field of a template: {{name}}, {{?name}} or {{!name}}.
type Use struct {
	Name      string
	Condition byte   // '?' keeps the paragraph where the field says something, '!' where it does not; 0: a value
	Paragraph int    // from 1, in the order of its part
	Part      string // "" for the letter itself, else header1.xml, …
	Excerpt   string // of the paragraph
}

// Problem is one thing that has to be mended before the template can be used.
type Problem struct {
	Code    string // translation key
	Use            // Name is empty where the braces are broken
	Nearest string // the known name that looks most like it
}

// The codes of problems.
const (
	UnknownField = "docx.unknown_field"
	BrokenBraces = "docx.broken_braces"
)

// place is where one field stands in the text of a paragraph, in bytes.
type place struct {
	from, to  int
	name      string
	condition byte
}

func nameForm() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$`) }

// find returns the fields of a paragraph, and what is wrong with its braces.
func find(said string, form *regexp.Regexp) (all []place, broken []string) {
	rest, at := said, 0
	for {
		open, shut := strings.Index(rest, "{{"), strings.Index(rest, "}}")
		switch {
		case open < 0 && shut < 0:
			return all, broken
		case open < 0 || shut >= 0 && shut < open:
			return all, append(broken, excerpt(rest[:shut+2]))
		case shut < 0:
			return all, append(broken, excerpt(rest[open:]))
		}
		inner := strings.TrimSpace(rest[open+2 : shut])
		p := place{from: at + open, to: at + shut + 2}
		if inner != "" && (inner[0] == '?' || inner[0] == '!') {
			p.condition, inner = inner[0], strings.TrimSpace(inner[1:])
		}
		p.name = strings.ToLower(text.NFC(inner))
		if !form.MatchString(p.name) {
			if strings.Contains(inner, "{") || inner == "" || strings.ContainsAny(inner, "\n\t}") {
				broken = append(broken, excerpt(rest[open:shut+2]))
			}
		}
		all = append(all, p)
		rest, at = rest[shut+2:], at+shut+2
	}
}

// excerpt is the beginning of a text, for people to find it.
func excerpt(said string) string {
	const most = 60
	said = strings.Join(strings.Fields(said), " ")
	if runes := []rune(said); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return said
}

// Uses lists the fields of the document.
func (f *File) Uses() []Use {
	var all []Use
	f.each(func(u Use) { all = append(all, u) }, func(Use, string) {})
	return all
}

// each calls field for each field and broken for each pair of braces that is none.
func (f *File) each(field func(Use), broken func(Use, string)) {
	form := nameForm()
	for _, p := range f.parts {
		if p.root == nil || !holdsText(p.name) {
			continue
		}
		part := ""
		if p.name != mainPart {
			part = strings.TrimPrefix(p.name, "word/")
		}
		for i, para := range paragraphs(p.root) {
			said, _ := spoken(para)
			u := Use{Paragraph: i + 1, Part: part, Excerpt: excerpt(said)}
			places, bad := find(said, form)
			for _, b := range bad {
				broken(u, b)
			}
			for _, one := range places {
				if !form.MatchString(one.name) && slices.ContainsFunc(bad, func(b string) bool { return b == excerpt(said[one.from:one.to]) }) {
					continue // told already
				}
				u.Name, u.Condition = one.name, one.condition
				field(u)
			}
		}
	}
}

// Check lists what has to be mended: braces that are broken and names that are
// none of the known ones, in the order of the text.
func (f *File) Check(known []string) []Problem {
	var all []Problem
	told := map[string]bool{}
	f.each(func(u Use) {
		if slices.Contains(known, u.Name) {
			return
		}
		all = append(all, Problem{Code: UnknownField, Use: u, Nearest: Nearest(u.Name, known)})
	}, func(u Use, what string) {
		key := u.Part + " " + what
		if !told[key] {
			u.Excerpt = what
			all = append(all, Problem{Code: BrokenBraces, Use: u})
		}
		told[key] = true
	})
	return all
}

// Nearest returns the known name that looks most like one, or none where nothing
// does.
func Nearest(name string, known []string) string {
	fold := func(s string) []rune {
		return []rune(strings.ReplaceAll(strings.ToLower(text.ASCII(s)), " ", "_"))
	}
	asked := fold(name)
	best, distance := "", max(2, len(asked)/3)+1
	for _, one := range known {
		if d := steps(asked, fold(one)); d < distance {
			best, distance = one, d
		}
	}
	return best
}

// steps is how many letters have to be changed, added or taken away.
func steps(a, b []rune) int {
	if len(a) > 100 {
		a = a[:100]
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		before := row[0]
		row[0] = i + 1
		for j, y := range b {
			next := before
			if x != y {
				next = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}

// spoken is the text of a paragraph, and the elements it comes of. A line break
// is a line feed, so that no field goes over one. Boxes inside are paragraphs of
// their own.
func spoken(para *node) (string, []span) {
	var b strings.Builder
	var spans []span
	var walk func(*node)
	walk = func(n *node) {
		for _, k := range n.kids {
			switch k.name {
			case "w:t":
				from := b.Len()
				b.WriteString(k.content())
				spans = append(spans, span{k, from, b.Len()})
			case "w:br", "w:cr":
				b.WriteByte('\n')
			case "w:tab":
				b.WriteByte('\t')
			case "w:p", "w:del", "w:instrText", "w:pPr", "w:rPr", "":
			default:
				walk(k)
			}
		}
	}
	walk(para)
	return b.String(), spans
}

// span is the part of a paragraph's text that one element holds.
type span struct {
	t        *node
	from, to int
}
