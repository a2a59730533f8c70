// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/packs"
)

// asked is what a form asks, without its words: one line for each question,
// pages and checks included.
func asked(t *testing.T, set *packs.Set, id string) (lines []string, d forms.Definition) {
	t.Helper()
	f, ok := set.Form(id)
	if !ok {
		return nil, d
	}
	if err := f.Definition.Decode(&d); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	for _, s := range d.Steps {
		for _, one := range s.Fields {
			lines = append(lines, fmt.Sprintf("%s %s", one.Key, one.Type))
			for _, in := range one.Fields {
				lines = append(lines, fmt.Sprintf("  %s %s", in.Key, in.Type))
			}
		}
	}
	for _, c := range d.Checks {
		lines = append(lines, "check "+c.Holds)
	}
	return lines, d
}

// worked is how a flow goes: who does what where in how many hours, and what follows.
func worked(set *packs.Set, id string) (lines []string) {
	f, _ := set.Flow(id)
	for _, s := range f.Steps {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d %v %s", s.ID, s.Post, s.Unit, s.Action, s.Hours, s.Next, s.Back))
	}
	return lines
}

// TestAHundredProceduresThatDiffer: there are a hundred, and no two ask the same
// and are worked on in the same way, unless one says why.
func TestAHundredProceduresThatDiffer(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"national", "an-giang"} {
		set := load(t, name)
		if len(set.Procedures) < 100 {
			t.Errorf("%s: %d procedures", name, len(set.Procedures))
		}
		whole, names, fields := map[string]string{}, map[string]string{}, map[string]bool{}
		forms, flows := map[string]int{}, map[string]int{}
		for _, p := range set.Procedures {
			fields[p.Field.VI] = true
			if other, taken := names[p.Name.EN]; taken {
				t.Errorf("%s: %s and %s are called %q", name, p.ID, other, p.Name.EN)
			}
			names[p.Name.EN] = p.ID
			if p.Form == "" {
				continue // filed with the police
			}
			questions, _ := asked(t, set, p.Form)
			form, flow := strings.Join(questions, "\n"), strings.Join(worked(set, p.Flow), "\n")
			forms[form]++
			flows[flow]++
			if other, taken := whole[form+"\n\n"+flow]; taken && p.SameBecause.IsZero() {
				t.Errorf("%s: %s is %s once more", name, p.ID, other)
			}
			whole[form+"\n\n"+flow] = p.ID
		}
		if len(fields) < 30 {
			t.Errorf("%s: only %d fields", name, len(fields))
		}
		if len(forms) < 100 || len(flows) < 95 { // the systems of ministries have no flow here
			t.Errorf("%s: %d forms, %d flows", name, len(forms), len(flows))
		}
	}
}

// TestEveryProcedureIsCompleteInBothLanguages: names, fields, papers, questions,
// answers, messages, steps and what comes out.
func TestEveryProcedureIsCompleteInBothLanguages(t *testing.T) {
	t.Parallel()
	set := load(t, "an-giang")
	events, _ := set.Catalogue("life-event")
	said := func(where string, texts ...packs.Text) {
		for _, text := range texts {
			if text.VI == "" || text.EN == "" {
				t.Errorf("%s: %+v", where, text)
			}
		}
	}
	levels := map[string]int{}
	for _, p := range set.Procedures {
		said(p.ID, p.Name, p.Field, p.ResultName, p.Conditions)
		if len(p.Levels) == 0 || len(p.Audience) == 0 || len(p.Authority) == 0 {
			t.Errorf("%s: levels %v, audience %v, authority %v", p.ID, p.Levels, p.Audience, p.Authority)
		}
		levels[p.Levels[len(p.Levels)-1]]++
		if p.Levels[len(p.Levels)-1] == "province" && p.AuthorityUnit == "" {
			t.Errorf("%s: nobody in the province decides", p.ID)
		}
		if p.Code != "" && p.Source == "" {
			t.Errorf("%s: who says %s", p.ID, p.Code)
		}
		if p.Fee.Kind == "amount" && (p.Fee.Source == "" || p.Fee.Legal == "") {
			t.Errorf("%s: who says %d", p.ID, p.Fee.Amount)
		}
		for _, e := range p.LifeEvents {
			if !slices.ContainsFunc(events.Entries, func(x packs.Entry) bool { return x.ID == e }) {
				t.Errorf("%s: no event %s", p.ID, e)
			}
		}
		for _, paper := range p.Papers {
			said(p.ID+" "+paper.ID, paper.Name)
		}
		_, d := asked(t, set, p.Form)
		for _, s := range d.Steps {
			said(p.ID+" "+s.ID, packs.Text(s.Title))
			for _, f := range s.Fields {
				for _, one := range append([]forms.Field{f}, f.Fields...) {
					said(p.ID+" "+one.Key, packs.Text(one.Label))
					for _, o := range one.Options {
						said(p.ID+" "+one.Key, packs.Text(o.Label))
					}
				}
			}
		}
		for _, c := range d.Checks {
			said(p.ID+" "+c.Field, packs.Text(c.Message))
		}
		if table, ok := set.Flow(p.Flow); ok {
			if _, drawn := set.Drawing(p.Flow); drawn {
				continue // a drawing has one language
			}
			said(p.Flow, table.Title)
			for _, s := range table.Steps {
				said(p.Flow+" "+s.ID, s.Name, s.Product)
			}
		}
	}
	if levels["commune"] < 40 || levels["province"] < 40 {
		t.Errorf("levels = %v", levels)
	}
}
