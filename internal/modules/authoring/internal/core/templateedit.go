// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/templateedit"
)

// press prints what is tried: everything carries the mark of simulation.
func (s *Service) press() papers.Press {
	return papers.Press{Fonts: s.Fonts, Made: time.Unix(0, 0).UTC(), Mark: papers.Simulated}
}

// WithCodes writes the entries of catalogues into the questions that take their
// codes, as they are when the form is published.
func WithCodes(set *packs.Set, d forms.Definition) forms.Definition {
	var enter func(fields []forms.Field) []forms.Field
	enter = func(fields []forms.Field) []forms.Field {
		out := slices.Clone(fields)
		for i, f := range out {
			out[i].Fields = enter(f.Fields)
			list, ok := set.Catalogue(f.Catalogue)
			if !ok || len(f.Options) > 0 {
				continue
			}
			for _, e := range list.Entries {
				value := e.Code
				if value == "" {
					value = e.ID
				}
				out[i].Options = append(out[i].Options, forms.Option{Value: value, Label: forms.Text{VI: e.Name.VI, EN: e.Name.EN}})
			}
		}
		return out
	}
	d.Steps = slices.Clone(d.Steps)
	for i := range d.Steps {
		d.Steps[i].Fields = enter(d.Steps[i].Fields)
	}
	return d
}

// blankForm draws the form to be filled in by hand.
func (s *Service) blankForm(sheet Sheet) ([]byte, error) {
	d, err := formedit.Read(sheet.Tree)
	if err != nil {
		return nil, packs.ErrItem.Because(err)
	}
	form, ok := formedit.Showable(WithCodes(sheet.Set, d), true)
	if !ok {
		return nil, packs.ErrItem
	}
	blank := form.Blank(new(i18n.Catalogue).Printer(i18n.VI))
	out := papers.Form{Title: blank.Title, ID: blank.Form, Version: strconv.Itoa(blank.Version), Blank: true}
	for _, part := range blank.Parts {
		p := papers.FormPart{Title: part.Title}
		for _, line := range part.Lines {
			p.Lines = append(p.Lines, papers.FormLine(line))
		}
		out.Parts = append(out.Parts, p)
	}
	paper, err := s.press().Form(out)
	return paper.PDF, err
}

// sampleResult draws a result with made-up values.
func (s *Service) sampleResult(sheet Sheet) ([]byte, error) {
	t := templateedit.Read(sheet.Tree)
	_, keys := FormsOfTemplate(sheet.Set, t.ID)
	values := templateedit.Samples()
	for _, k := range keys {
		values["form."+k.Key] = templateedit.Sample(string(k.Type), k.Label.VI, optionsOf(k))
	}
	for _, f := range t.Fields {
		var options []string
		for _, o := range f.Options {
			options = append(options, o.Label.VI)
		}
		values[f.Key] = templateedit.Sample(f.Type, f.Label.VI, options)
	}
	paper, err := s.press().Letter(t.Letter(values))
	return paper.PDF, err
}

func optionsOf(f forms.Field) (all []string) {
	for _, o := range f.Options {
		all = append(all, o.Label.VI)
	}
	return all
}

// FormsOfTemplate returns the procedures whose result a template is, and the
// questions of their forms, each once.
func FormsOfTemplate(set *packs.Set, template string) (procedures []packs.Procedure, questions []forms.Field) {
	seen := map[string]bool{}
	for _, p := range set.Procedures {
		if p.ResultTemplate != template {
			continue
		}
		procedures = append(procedures, p)
		f, ok := set.Form(p.Form)
		if !ok || f.Definition == nil {
			continue
		}
		var d forms.Definition
		if f.Definition.Decode(&d) != nil {
			continue // said by the check
		}
		for _, step := range d.Steps {
			for _, q := range step.Fields {
				if !seen[q.Key] && q.Type != forms.File {
					seen[q.Key] = true
					questions = append(questions, q)
				}
			}
		}
	}
	return procedures, questions
}
