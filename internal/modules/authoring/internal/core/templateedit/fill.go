// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package templateedit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/platform/errs"
)

// Problem is one mistake at its input.
type Problem struct {
	Input string // "b2", "subject"
	errs.Field
}

// Problems returns the placeholders that nobody fills and braces that do not
// match. keys are those of the form.
func (t Template) Problems(keys []string) (all []Problem) {
	known := packs.Placeholders()
	for _, f := range t.Fields {
		known = append(known, f.Key)
	}
	for _, k := range keys {
		known = append(known, "form."+k)
	}
	placeholder := regexp.MustCompile(`\{([^{}]*)\}`)
	look := func(input, text string) {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(known, m[1]) {
				all = append(all, Problem{input, errs.Field{Name: input, Code: "authoring.template.placeholder", Args: map[string]any{"name": m[1]}}})
			}
		}
		if strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}") {
			all = append(all, Problem{input, errs.Field{Name: input, Code: "authoring.template.braces"}})
		}
	}
	look("number_suffix", t.NumberSuffix)
	for _, name := range Single() {
		look(name, t.Single[name])
	}
	for _, name := range Several() {
		for _, line := range t.Several[name] {
			look(name, line)
		}
	}
	for i, p := range t.Body {
		look("b"+strconv.Itoa(i), p)
	}
	return all
}

// Letter is the result as it would be drawn with these values; a name without
// one stays as it is, to be seen.
func (t Template) Letter(values map[string]string) papers.Letter {
	fill := func(s string) string {
		return regexp.MustCompile(`\{([a-z][a-z0-9_.]*)\}`).ReplaceAllStringFunc(s, func(m string) string {
			if v, ok := values[m[1:len(m)-1]]; ok {
				return v
			}
			return m
		})
	}
	all := func(lines []string) (out []string) {
		for _, line := range lines {
			out = append(out, strings.TrimRight(strings.TrimSpace(fill(line)), ";.,"))
		}
		return out
	}
	l := papers.Letter{
		Notation: fill(t.NumberSuffix), Place: fill(t.Single["place"]), Kind: fill(t.Single["heading"]), Subject: fill(t.Single["subject"]),
		Authority: fill(t.Single["authority"]), Resolves: fill(t.Single["resolves"]), Bases: all(t.Several["legal_bases"]), Recipients: all(t.Several["recipients"]),
		Draft: true, Signer: papers.Signer{Post: values["signer_title"], Name: values["signer"]},
	}
	var agency []string
	for _, line := range t.Several["agency_lines"] {
		agency = append(agency, fill(line))
	}
	if n := len(agency); n > 0 {
		l.Agency = papers.Agency{Parent: strings.Join(agency[:n-1], " "), Name: agency[n-1]}
	}
	for _, line := range t.Several["signer_lines"] {
		if !strings.Contains(line, "{signer_") && l.Signer.Form == "" {
			l.Signer.Form = fill(line)
		}
	}
	for _, line := range t.Body {
		l.Body = append(l.Body, papers.Block{Text: fill(line)})
	}
	return l
}
