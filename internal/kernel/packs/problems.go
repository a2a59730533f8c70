// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/shape"
	"tinhso.vn/internal/platform/yaml"
)

// Problem is one mistake in a pack, at the line where it stands.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	ID      string `json:"id,omitempty"` // the item, where there is one
	Code    string `json:"code"`         // "unit.code_shape": one row of Codes
	Message Text   `json:"message"`

	List string `json:"list,omitempty"` // of an item that was given as a Draft
	Path string `json:"path,omitempty"` // where in the item, as far as known: papers[2].name
}

// Error is the mistake on one line, as a compiler says it.
func (p Problem) Error() string {
	id := ""
	if p.ID != "" {
		id = " " + p.ID + ":"
	}
	return fmt.Sprintf("%s:%d:%s %s [%s]", p.File, p.Line, id, p.Message.VI, p.Code)
}

// Problems is every mistake of a pack as one error.
type Problems []Problem

// Error lists all of them, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Mistake is one that was found outside this package, in the words of Codes.
func Mistake(at Origin, id, code string, args ...string) Problem {
	return Problem{File: at.File, Line: at.Line, ID: id, Code: code, Message: message(code, args)}
}

type place struct {
	pack string
	file string
}

// book collects mistakes and remembers which file each node came from.
type book struct {
	shapes   patterns
	origins  map[*yaml.Node]place
	problems []Problem
	items    map[string]*shape.Shape    // what an item of a list may hold
	asked    map[string]map[string]bool // what readers asked for, by name of the shape
	english  map[string]int             // texts without English, by list
	paths    map[*yaml.Node]string      // where in its item a part of a draft stands
	drafted  map[string]string          // list by the file that a draft would be
}

func newBook() *book {
	items := map[string]*shape.Shape{}
	for _, l := range Lists() {
		items[l.Name] = l.Item
	}
	return &book{
		items: items, shapes: newPatterns(), origins: map[*yaml.Node]place{}, asked: map[string]map[string]bool{}, english: map[string]int{},
		paths: map[*yaml.Node]string{}, drafted: map[string]string{},
	}
}

// ask notes that a reader asked for a field: a test holds readers and shapes together.
func (b *book) ask(s *shape.Shape, name string) {
	if s == nil {
		return
	}
	if b.asked[s.Name] == nil {
		b.asked[s.Name] = map[string]bool{}
	}
	b.asked[s.Name][name] = true
}

// unknown records a key that nobody reads, with the one that was probably meant.
func (b *book) unknown(key *yaml.Node, id string, known []string) {
	if meant := shape.Nearest(key.Value, known); meant != "" && meant != key.Value {
		b.add(key, id, "key.misspelt", key.Value, meant)
		return
	}
	b.add(key, id, "key.unknown", key.Value)
}

// vietnameseOnly counts a text that nobody has translated. What offices issue
// is Vietnamese, and so are made-up people.
func (b *book) vietnameseOnly(s *shape.Shape) {
	if s == nil {
		return
	}
	if list, _, _ := strings.Cut(s.Name, "."); list != "templates" && list != "accounts" {
		b.english[list]++
	}
}

// add records a mistake at a node. Arguments fill %s of the code's message.
func (b *book) add(n *yaml.Node, id, code string, args ...string) {
	b.addAt(b.origins[n].file, n.Line, id, code, args...)
	last := &b.problems[len(b.problems)-1]
	if last.List != "" {
		last.Path = b.paths[n]
		if code == "field.required" {
			last.Path = join(last.Path, args[0])
		} else if last.Path == "" {
			last.Path = fieldOf()[code]
		}
	}
}

func (b *book) addAt(file string, line int, id, code string, args ...string) {
	b.problems = append(b.problems, Problem{File: file, Line: line, ID: id, Code: code, Message: message(code, args), List: b.drafted[file]})
}

func (b *book) addOrigin(o Origin, id, code string, args ...string) {
	b.addAt(o.File, o.Line, id, code, args...)
	if last := &b.problems[len(b.problems)-1]; last.List != "" {
		last.Path = join(o.path, fieldOf()[code])
	}
}

func (b *book) origin(n *yaml.Node) Origin {
	at := b.origins[n]
	return Origin{Pack: at.pack, File: at.file, Line: n.Line, path: b.paths[n]}
}

func (b *book) sorted() []Problem { return Sort(b.problems) }

// Sort brings mistakes into the order of the files; what is said twice stays once.
func Sort(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(x, y Problem) int {
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Code, y.Code))
	})
	return slices.CompactFunc(problems, func(x, y Problem) bool { return x == y })
}

func message(code string, args []string) Text {
	for _, c := range Codes() {
		if c.Code == code {
			return Text{VI: insert(c.Message.VI, args), EN: insert(c.Message.EN, args)}
		}
	}
	return Text{VI: code, EN: code}
}

func insert(template string, args []string) string {
	for _, a := range args {
		template = strings.Replace(template, "%s", a, 1)
	}
	return template
}
