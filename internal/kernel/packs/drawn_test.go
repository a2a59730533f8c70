// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/packs"
)

// sketch is a drawing in short: a task on each line as "id action post unit",
// then arrows as "a b" or "a b condition", then elements as they are written.
type sketch struct {
	tasks, arrows []string
	more          string
}

func whole() sketch {
	return sketch{
		tasks: []string{
			"a accept clerk received", "p appraise clerk authority", "q consult clerk form.k", "r consult clerk authority",
			"d draft clerk authority", "s sign clerk authority", "i issue clerk authority", "v deliver clerk received",
		},
		arrows: []string{
			"start a", "a p", "p fork", "fork q", "fork r", "q join", "r join", "join d", "d s", "s x", "x i", `x d outcome == "return"`, "i v", "v end",
		},
		more: `<startEvent id="start"/><parallelGateway id="fork"/><parallelGateway id="join"/><exclusiveGateway id="x" default="x.i"/><endEvent id="end" name="Hết"/>`,
	}
}

func (s sketch) text() string {
	var b strings.Builder
	b.WriteString(`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="https://tinhso.vn/bpmn/1">` + "\n" + `<process id="drawing" isExecutable="true">` + "\n")
	for _, line := range s.tasks {
		f := strings.Fields(line)
		outcomes := ""
		if len(f) > 4 {
			outcomes = ` t:outcomes="` + strings.Join(f[4:], " ") + `"`
		}
		fmt.Fprintf(&b, `<userTask id="%s" name="Bước %s" t:action="%s" t:post="%s" t:unit="%s" t:due="PT4H"%s/>`+"\n", f[0], f[0], f[1], f[2], f[3], outcomes)
	}
	b.WriteString(s.more + "\n")
	for _, line := range s.arrows {
		f := strings.SplitN(line, " ", 3)
		condition := ""
		if len(f) > 2 {
			condition = "<conditionExpression>" + f[2] + "</conditionExpression>"
		}
		fmt.Fprintf(&b, `<sequenceFlow id="%s.%s" sourceRef="%s" targetRef="%s">%s</sequenceFlow>`+"\n", f[0], f[1], f[0], f[1], condition)
	}
	return b.String() + "</process></definitions>"
}

// lint is what is wrong with a pack whose procedure names the drawing.
func (s sketch) lint() []packs.Problem {
	return packs.Lint(small(map[string]string{
		"p/flows/d.bpmn":      s.text(),
		"p/forms/a.yaml":      formHead + "          - {key: k, type: address, label: Nơi}\n          - {key: name, type: text, label: Tên}\n",
		"p/procedures/x.yaml": procHead + "    fee: none\n    flow: drawing\n    form: a\n    durations: {statutory: {days: 30, count: working}}\n",
	}), "p")
}

func (s sketch) task(id, line string) sketch {
	s.tasks = slices.Clone(s.tasks)
	for i, t := range s.tasks {
		if strings.HasPrefix(t, id+" ") {
			s.tasks[i] = line
		}
	}
	return s
}

func (s sketch) arrow(from, to string) sketch {
	s.arrows = slices.Clone(s.arrows)
	for i, a := range s.arrows {
		if a == from {
			s.arrows[i] = to
		}
	}
	return s
}

// usually makes an arrow the one that the gateway x takes where nothing was said.
func (s sketch) usually(arrow string) sketch {
	s.more = strings.Replace(s.more, `default="x.i"`, `default="`+arrow+`"`, 1)
	return s
}

func (s sketch) also(task, more string, arrows ...string) sketch {
	s.tasks, s.arrows, s.more = slices.Clone(s.tasks), append(slices.Clone(s.arrows), arrows...), s.more+more
	if task != "" {
		s.tasks = append(s.tasks, task)
	}
	return s
}

// drawnCases are drawings that a procedure cannot run on: code, and the line of
// the element (the tasks begin on line 3).
func drawnCases() map[string]struct {
	sketch sketch
	want   []string
} {
	gap := whole().task("p", "p appraise clerk authority yes no")
	timer := func(attrs string) string {
		return `<boundaryEvent id="b" ` + attrs + `><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>`
	}
	return map[string]struct {
		sketch sketch
		want   []string
	}{
		"nobody signs":        {whole().task("s", "s appraise clerk authority"), []string{"1:drawn.missing"}},
		"nobody accepts":      {whole().task("a", "a appraise clerk received"), []string{"1:drawn.missing"}},
		"nobody delivers":     {whole().task("v", "v consult clerk received"), []string{"1:drawn.missing"}},
		"unknown work":        {whole().task("q", "q think clerk authority"), []string{"5:drawn.action"}},
		"a citizen works":     {whole().task("p", "p appraise citizen authority"), []string{"4:drawn.citizen"}},
		"no such unit":        {whole().task("q", "q consult clerk unit:nowhere"), []string{"5:drawn.unit"}},
		"words are no unit":   {whole().task("q", "q consult clerk form.name"), []string{"5:drawn.unit"}},
		"the form decides":    {whole().task("s", "s sign clerk form.k"), []string{"8:drawn.unit"}},
		"a choice of results": {whole().task("s", "s sign clerk authority yes no"), []string{"8:drawn.choice"}},
		"words as a variable": {whole().also("", `<extensionElements><t:variable name="name" type="string"/></extensionElements>`), []string{"1:drawn.variable"}},
		"drafted beside":      {whole().task("r", "r draft clerk authority"), []string{"6:drawn.beside"}},
		"accepted later":      {whole().arrow("start a", "start p").arrow("a p", "a fork").arrow("p fork", "p a"), []string{"3:drawn.accepts_again", "4:drawn.first"}},
		"around the signature": {
			gap.arrow("p fork", "p y").also("", `<exclusiveGateway id="y" default="y.fork"/><exclusiveGateway id="z"/>`, "y fork", `y z outcome == "no"`, "z i").arrow("x i", "x z").usually("x.z"),
			nil,
		},
		"around the signature by a timer": {whole().also("", timer(`attachedToRef="s"`)+`<exclusiveGateway id="z"/>`, "b z", "z i").arrow("x i", "x z").usually("x.z"), nil},
		"around the draft":                {gap.arrow("p fork", "p y").also("", `<exclusiveGateway id="y" default="y.fork"/><exclusiveGateway id="z"/>`, "y fork", `y z outcome == "no"`, "z s").arrow("d s", "d z"), []string{"8:drawn.around"}},
		"around the number":               {whole().also("", timer(`attachedToRef="i"`)+`<exclusiveGateway id="z"/>`, "b z", "z v").arrow("i v", "i z"), []string{"10:drawn.around"}},
		"ended early":                     {gap.arrow("p fork", "p y").also("", `<exclusiveGateway id="y" default="y.fork"/><exclusiveGateway id="z"/>`, "y fork", `y z outcome == "no"`, "z end").arrow("v end", "v z"), []string{"11:drawn.ends_early"}},
		"worked on after the delivery":    {whole().arrow("v end", "v w").also("w appraise clerk authority", "", "w end"), []string{"10:drawn.after"}},
		"worked on beside": {
			whole().also("w appraise clerk authority", timer(`attachedToRef="p" cancelActivity="false"`)+`<endEvent id="z"/>`, "b w", "w z"), []string{"11:drawn.side"},
		},
	}
}

// A procedure may name a drawing; what is missing in it, or can be gone around,
// is refused where it stands.
func TestADrawingOfAProcedureLeavesNothingOut(t *testing.T) {
	t.Parallel()
	if got := whole().lint(); len(got) > 0 {
		t.Fatalf("a whole drawing is refused: %v", packs.Problems(got))
	}
	for name, c := range drawnCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.sketch.lint()
			if c.want == nil { // by what was added, the places differ
				if !slices.ContainsFunc(got, func(p packs.Problem) bool {
					return p.Code == "drawn.around" && strings.Contains(p.Message.VI, "Bước i")
				}) {
					t.Errorf("%v", packs.Problems(got))
				}
				return
			}
			var found []string
			for _, p := range got {
				found = append(found, fmt.Sprintf("%d:%s", p.Line, p.Code))
			}
			for _, want := range c.want {
				if !slices.Contains(found, want) {
					t.Errorf("want %s: %v\n%s", want, packs.Problems(got), c.sketch.text())
				}
			}
		})
	}
}

// What is done beside each other takes as long as the longest.
func TestADrawingListsItsSteps(t *testing.T) {
	t.Parallel()
	set, err := packs.Load(small(map[string]string{"p/flows/d.bpmn": whole().text()}), "p")
	if err != nil {
		t.Fatal(err)
	}
	f, ok := set.Flow("drawing")
	if !ok || len(f.Steps) != 8 || f.Steps[0].ID != "a" || !slices.Equal(f.Steps[1].Next, []string{"q", "r"}) || f.Steps[5].Back != "d" || f.Steps[2].Hours != 4 {
		t.Errorf("%+v", f.Steps)
	}
}
