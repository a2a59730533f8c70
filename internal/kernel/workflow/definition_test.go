// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

func step(id, post, action string, next ...string) Step {
	return Step{ID: id, Name: i18n.Text{VI: id}, Post: post, Unit: "authority", Hours: 4, Action: action, Next: next}
}

// table is the process of a small office: appraise, perhaps ask another unit,
// draft, sign, issue, deliver.
func table() Table {
	accept, sign := step("accept", "clerk", "accept", "appraise"), step("sign", "leader", Sign, "issue")
	accept.Unit, sign.Back = "received", "draft"
	consult := step("consult", "officer", "consult", "draft")
	consult.Back = "appraise"
	return Table{ID: "disability", Title: i18n.Text{VI: "Quy trình"}, Version: 1, Steps: []Step{
		accept, step("appraise", "officer", "appraise", "consult", "draft"), consult, step("draft", "officer", "draft", "sign"),
		sign, step("issue", "records", Issue, "deliver"), step("deliver", "clerk", "deliver"),
	}}
}

func list(fields []errs.Field) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Name+" "+f.Code)
	}
	return strings.Join(all, "\n")
}

func posts(post string) bool {
	return slices.Contains([]string{"clerk", "officer", "leader", "records"}, post)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	if got := list(table().Check(posts)); got != "" {
		t.Fatalf("a good table: %s", got)
	}
	for name, v := range map[string]struct {
		change func(*Table)
		want   string
	}{
		"all at once": {func(t *Table) {
			t.ID = ""
			t.Steps[1].Post, t.Steps[2].Post, t.Steps[3].Hours = "", "king", 0
			t.Steps[4].Next, t.Steps[4].Back = []string{"nowhere"}, "nobody"
			t.Steps[5].ID, t.Steps[6].Name.VI = "sign", ""
		}, "id workflow.no_id\nsteps[5].id workflow.twice\nsteps[1].post workflow.no_performer\nsteps[2].post workflow.no_performer\n" +
			"steps[3].hours workflow.no_hours\nsteps[4].next workflow.unknown_step\nsteps[4].back workflow.unknown_step\nsteps[6].name workflow.no_name"},
		"no steps":       {func(t *Table) { t.Steps = nil }, "steps workflow.no_steps"},
		"unreachable":    {func(t *Table) { t.Steps[1].Next = []string{"draft"} }, "steps[2].id workflow.unreachable\nsteps[2].back workflow.back_is_not_before"},
		"no exit":        {func(t *Table) { t.Steps[6].Next = []string{"issue"} }, "no_exit"},
		"loop":           {func(t *Table) { t.Steps[3].Next = []string{"sign", "appraise"} }, "steps[1].next workflow.loop\nsteps[2].next workflow.loop\nsteps[3].next workflow.loop"},
		"waits for ever": {func(t *Table) { t.Steps[2].Next = []string{"consult"} }, "steps[2].next workflow.no_exit"},
		"back ahead":     {func(t *Table) { t.Steps[1].Back = "sign" }, "steps[1].back workflow.back_is_not_before"},
		"back aside":     {func(t *Table) { t.Steps[4].Back = "sign" }, "steps[4].back workflow.back_is_not_before"},
		"unsigned":       {func(t *Table) { t.Steps[3].Next = []string{"sign", "issue"} }, "steps[5].action workflow.not_signed"},
		"never signed":   {func(t *Table) { t.Steps[4].Action = "draft" }, "steps[5].action workflow.not_signed"},
	} {
		broken := table()
		v.change(&broken)
		if got := list(broken.Check(posts)); got != v.want && (v.want != "no_exit" || !strings.Contains(got, "steps[6].next workflow.no_exit")) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, v.want)
		}
		if _, err := Compile(broken, posts); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: Compile = %v", name, err)
		}
	}
}

func TestAfterAndBefore(t *testing.T) {
	t.Parallel()
	d, err := Compile(table(), posts)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		step, choice, next string
		ended              bool
		err                error
	}{
		{"accept", "", "appraise", false, nil},
		{"accept", "appraise", "appraise", false, nil},
		{"accept", "sign", "", false, ErrChoose},
		{"appraise", "consult", "consult", false, nil},
		{"appraise", "", "", false, ErrChoose},
		{"appraise", "issue", "", false, ErrChoose},
		{"deliver", "", "", true, nil},
	} {
		next, ended, err := d.After(v.step, v.choice)
		if next.ID != v.next || ended != v.ended || !errors.Is(err, v.err) {
			t.Errorf("after %s (%s): %s %v %v", v.step, v.choice, next.ID, ended, err)
		}
	}
	if back, err := d.Before("sign"); err != nil || back.ID != "draft" {
		t.Errorf("%v %v", back, err)
	}
	if _, err := d.Before("accept"); !errors.Is(err, ErrNoReturn) {
		t.Errorf("%v", err)
	}
}

// Whatever table an office sends: if it is accepted, no way through it, with
// returns at any place, issues what was not signed since.
func TestNoPathSkipsTheSignature(t *testing.T) {
	t.Parallel()
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 8).Draw(t, "steps")
		some := Table{ID: "x", Version: 1}
		for i := range n {
			s := step(fmt.Sprint(i), "clerk", rapid.SampledFrom([]string{"draft", "draft", Sign, Issue}).Draw(t, "action"))
			for range rapid.IntRange(0, 2).Draw(t, "ways") {
				if next := fmt.Sprint(rapid.IntRange(min(i+1, n-1), n-1).Draw(t, "next")); !slices.Contains(s.Next, next) {
					s.Next = append(s.Next, next)
				}
			}
			if i < n-1 && len(s.Next) == 0 {
				s.Next = []string{fmt.Sprint(i + 1)}
			}
			if i == n-1 {
				s.Next = nil
			}
			if rapid.Bool().Draw(t, "returns") && i > 0 {
				s.Back = fmt.Sprint(rapid.IntRange(0, i-1).Draw(t, "back"))
			}
			some.Steps = append(some.Steps, s)
		}
		d, err := Compile(some, nil)
		if wrong := some.Check(nil); err != nil && len(wrong) == 0 {
			t.Fatalf("the table is in order and its process is not: %v", err)
		}
		if err != nil {
			t.Skip("refused")
		}
		accepted++
		free := some.reach(d.at, d.First().ID, Sign, true) // reached without a signature, the signing step itself included
		at, signed := d.First(), false
		for range 60 {
			if at.Action == Issue && !signed {
				t.Fatalf("step %s of %+v issues what nobody signed", at.ID, some)
			}
			if at.Back != "" && rapid.Bool().Draw(t, "return") {
				back, err := d.Before(at.ID)
				if err != nil {
					t.Fatal(err)
				}
				at = back
				signed = signed && !free[at.ID]
				continue
			}
			signed = signed || at.Action == Sign
			choice := ""
			if len(at.Next) > 1 {
				choice = rapid.SampledFrom(at.Next).Draw(t, "choice")
			}
			next, ended, err := d.After(at.ID, choice)
			if err != nil {
				t.Fatal(err)
			}
			if ended {
				return
			}
			at = next
		}
	})
	if accepted < 10 {
		t.Errorf("only %d tables were accepted: the test says nothing", accepted)
	}
}
