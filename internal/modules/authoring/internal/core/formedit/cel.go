// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formedit

import (
	"strings"

	"tinhso.vn/internal/kernel/forms"
)

// Rename returns an expression of CEL with one variable called otherwise. What
// stands in quotes, and parts behind a dot, are no variables.
func Rename(expression, from, to string) string {
	var out strings.Builder
	for i := 0; i < len(expression); {
		c := expression[i]
		switch {
		case c == '\'' || c == '"':
			end := quoted(expression, i)
			out.WriteString(expression[i:end])
			i = end
		case letter(c):
			end := i
			for end < len(expression) && (letter(expression[end]) || digit(expression[end])) {
				end++
			}
			word := expression[i:end]
			if word == from && !member(expression[:i]) {
				word = to
			}
			out.WriteString(word)
			i = end
		default:
			out.WriteByte(c)
			i++
		}
	}
	return out.String()
}

// Reads reports whether an expression names a variable.
func Reads(expression, key string) bool { return Rename(expression, key, key+"_") != expression }

// quoted returns where a text that begins at i ends.
func quoted(s string, i int) int {
	mark := s[i : i+1]
	if strings.HasPrefix(s[i:], strings.Repeat(mark, 3)) {
		mark = s[i : i+3]
	}
	raw := i > 0 && (s[i-1] == 'r' || s[i-1] == 'R')
	for j := i + len(mark); j < len(s); j++ {
		if s[j] == '\\' && !raw {
			j++
			continue
		}
		if strings.HasPrefix(s[j:], mark) {
			return j + len(mark)
		}
	}
	return len(s)
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func member(before string) bool { return strings.HasSuffix(strings.TrimRight(before, " \t\n"), ".") }

// Pick is a condition that is chosen instead of written: a question has, or has
// not, one answer. The zero value is none.
type Pick struct {
	Key, Value string
	Not        bool
	Among      bool // of boxes to tick: the answer is among those ticked
}

// CEL writes the condition.
func (p Pick) CEL() string {
	switch {
	case p.Key == "":
		return ""
	case p.Among && p.Not:
		return "!('" + p.Value + "' in " + p.Key + ")"
	case p.Among:
		return "'" + p.Value + "' in " + p.Key
	case p.Not:
		return p.Key + " != '" + p.Value + "'"
	}
	return p.Key + " == '" + p.Value + "'"
}

// ParsePick reads a condition that could have been picked among the choices.
func ParsePick(expression string, choices []Choice) (Pick, bool) {
	wanted := bare(expression)
	for _, c := range choices {
		for _, not := range []bool{false, true} {
			p := c.Pick
			p.Not = not
			if bare(p.CEL()) == wanted {
				return p, true
			}
		}
	}
	return Pick{}, false
}

func bare(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), ""), `"`, "'")
}

// Choice is one answer of one question, on which a condition may rest.
type Choice struct {
	Pick
	Field, Answer forms.Text // the question and the answer in words
}

// Choices returns the answers on which a page or a question may depend: those of
// questions that are asked no later. group is the key of the rows in which the
// question stands; empty outside.
func Choices(d forms.Definition, upToPage int, group, self string) (all []Choice) {
	add := func(f forms.Field) {
		if f.Key == self || f.Key == "" {
			return
		}
		options := f.Options
		if f.Type == forms.YesNo {
			options = []forms.Option{{Value: "yes", Label: forms.Text{VI: "Có", EN: "Yes"}}, {Value: "no", Label: forms.Text{VI: "Không", EN: "No"}}}
		}
		for _, o := range options {
			if strings.ContainsAny(o.Value, `'"\`) {
				continue
			}
			all = append(all, Choice{Pick: Pick{Key: f.Key, Value: o.Value, Among: f.Type == forms.Checkboxes}, Field: f.Label, Answer: o.Label})
		}
	}
	for i, s := range d.Steps {
		if i > upToPage {
			break
		}
		for _, f := range s.Fields {
			add(f)
			if f.Type == forms.Group && f.Key == group {
				for _, one := range f.Fields {
					add(one)
				}
			}
		}
	}
	return all
}
