// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
)

// live runs a case to its end with the plug pulled at some points, and returns
// what it did. Without a point it counts them.
func live(o office, file []byte, flow, subject string, fail map[string]string, plugs ...int) (did string, points int) {
	o.t.Helper()
	if err := o.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM jobs_queue`)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	p := newPlant(o, file)
	p.fail = fail
	p.e.trip = func(string) error {
		p.pulls++
		if slices.Contains(plugs, p.pulls) {
			p.dead()
			return errPlug
		}
		return nil
	}
	p.begin(flow, subject)
	p.people(subject, habit)
	did = p.effects() + " | " + p.state(subject) + " | " + p.story(subject)
	for key, times := range p.asked {
		if times > 1 && len(plugs) == 0 {
			o.t.Errorf("%s was asked for %d times without a crash", key, times)
		}
	}
	return did, p.pulls
}

// habit decides as people of the random processes do, each time the same: once
// more round a loop, one of two ways by the name of the step.
func habit(node string, round int) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(node))
	switch {
	case strings.HasPrefix(node, "loop") && round%2 == 0:
		return "again"
	case strings.HasPrefix(node, "pick") && h.Sum32()%2 == 0:
		return "b"
	}
	return ""
}

func everything() []byte {
	s, z := el("startEvent", "s"), el("endEvent", "z")
	undo := func(id, handler string) string {
		return el("serviceTask", id, `tinhso:handler="`+handler+`"`) + event("boundaryEvent", id+"undo", undone, `attachedToRef="`+id+`"`) +
			el("serviceTask", "un"+id, `isForCompensation="true" tinhso:handler="`+handler+`"`) +
			`<bpmn:association id="as_` + id + `" sourceRef="` + id + `undo" targetRef="un` + id + `"/>`
	}
	return flowFile("everything", s+undo("a", "x.do")+undo("b", "x.write")+el("parallelGateway", "f")+user("u")+
		event("subProcess", "g", el("startEvent", "gs")+service("c")+event("intermediateCatchEvent", "gt", hour)+el("endEvent", "gz")+arrows("gs c", "c gt", "gt gz"))+
		event("boundaryEvent", "ge", failure, `attachedToRef="g"`)+service("h")+el("exclusiveGateway", "m1")+
		el("parallelGateway", "j")+user("loop1")+el("exclusiveGateway", "x", `default="x_w"`)+service("r")+event("intermediateThrowEvent", "w", undone)+z+
		arrows("s a", "a b", "b f", "f u", "f g", "u j", "g m1", "ge h", "h m1", "m1 j", "j loop1", "loop1 x", "x w", `x r outcome == "again"`, "r loop1", "w z"))
}

// Whenever the plug is pulled, between any two steps and inside them, the case
// ends as it would have and each effect has happened once.
func TestAPlugPulledAtEveryPoint(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		for name, fail := range map[string]map[string]string{"well": nil, "error": {"c": "E1"}} {
			want, points := live(o, everything(), "everything", name, fail)
			if points < 40 || !strings.Contains(want, "una×1 unb×1") {
				t.Fatalf("%s: only %d points: %s", name, points, want)
			}
			for at := 1; at <= points; at++ {
				if got, _ := live(o, everything(), "everything", fmt.Sprint(name, at), fail, at); got != want {
					t.Errorf("%s, point %d:\n%s\nwant\n%s", name, at, got, want)
				}
			}
		}
	})
}

// blocks draws a random process out of well-formed parts.
type blocks struct {
	t *rapid.T
	n int
}

func (b *blocks) id(kind string) string { b.n++; return fmt.Sprint(kind, b.n) }

// part returns the text of a part and where it begins and ends.
func (b *blocks) part(depth int) (text, from, to string) {
	kinds := []string{"user", "do", "write", "clock", "undoable"}
	if depth > 0 {
		kinds = append(kinds, "sequence", "choice", "both", "loop", "sub", "sequence", "both")
	}
	kind := rapid.SampledFrom(kinds).Draw(b.t, "part")
	id := b.id(kind)
	switch kind {
	case "user":
		return user(id), id, id
	case "do":
		return service(id), id, id
	case "write":
		return el("serviceTask", id, `tinhso:handler="x.write"`), id, id
	case "clock":
		return event("intermediateCatchEvent", id, hour), id, id
	case "undoable":
		return service(id) + event("boundaryEvent", id+"undo", undone, `attachedToRef="`+id+`"`) + service("un"+id, `isForCompensation="true"`) +
			`<bpmn:association id="as_` + id + `" sourceRef="` + id + `undo" targetRef="un` + id + `"/>`, id, id
	}
	one, from1, to1 := b.part(depth - 1)
	if kind == "sub" {
		inside := el("startEvent", id+"s") + one + el("endEvent", id+"z") + arrows(id+"s "+from1, to1+" "+id+"z")
		return event("subProcess", id, inside), id, id
	}
	if kind == "loop" {
		gate := id + "g"
		return user(id) + one + el("exclusiveGateway", gate, `default="`+gate+"_"+gate+`o"`) + el("exclusiveGateway", gate+"o") +
			arrows(id+" "+gate, gate+" "+from1+` outcome == "again"`, to1+" "+id, gate+" "+gate+"o"), id, gate + "o"
	}
	two, from2, to2 := b.part(depth - 1)
	text = one + two
	switch kind {
	case "sequence":
		return text + arrows(to1+" "+from2), from1, to2
	case "choice":
		ask := "pick" + id
		return text + user(ask) + el("exclusiveGateway", id, `default="`+id+"_"+from1+`"`) + el("exclusiveGateway", id+"o") +
			arrows(ask+" "+id, id+" "+from1, id+" "+from2+` outcome == "b"`, to1+" "+id+"o", to2+" "+id+"o"), ask, id + "o"
	}
	return text + el("parallelGateway", id) + el("parallelGateway", id+"o") +
		arrows(id+" "+from1, id+" "+from2, to1+" "+id+"o", to2+" "+id+"o"), id, id + "o"
}

func randomFlow(t *rapid.T) string {
	b := &blocks{t: t}
	text, from, to := b.part(3)
	end := event("intermediateThrowEvent", "w", undone)
	if rapid.Bool().Draw(t, "undo") {
		return el("startEvent", "s") + text + end + el("endEvent", "z") + arrows("s "+from, to+" w", "w z")
	}
	return el("startEvent", "s") + text + el("endEvent", "z") + arrows("s "+from, to+" z")
}

// Random processes, random crashes: the same end, each effect once.
func TestRandomProcessesAndRandomCrashes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		rounds := o.d.Dialect().Pick("150", "25")
		n := 0
		_, _ = fmt.Sscan(rounds, &n)
		for i := range n {
			flow := fmt.Sprint("flow", i)
			file := flowFile(flow, rapid.Custom(randomFlow).Example(i))
			doc, err := bpmn.Read(file)
			if err != nil {
				t.Fatalf("%v\n%s", err, file)
			}
			if wrong := doc.Model().Check(bpmn.Known{}); len(wrong) > 0 {
				t.Fatalf("a well-formed process is refused: %v\n%s", wrong, file)
			}
			want, points := live(o, file, flow, fmt.Sprint(flow, " calm"), nil)
			if !strings.Contains(want, "| done |") {
				t.Fatalf("it does not end: %s", want)
			}
			at := rapid.SliceOfN(rapid.IntRange(1, points), 1, 6).Example(i)
			if got, _ := live(o, file, flow, fmt.Sprint(flow, " wild"), nil, at...); got != want {
				t.Errorf("crashes at %v:\n%s\nwant\n%s\n%s", at, got, want, file)
			}
		}
	})
}

// Whichever join of a well-formed process is turned into its opposite, the case
// would hang or do things twice: the check must find every one.
func TestAWrongJoinIsAlwaysFound(t *testing.T) {
	t.Parallel()
	joins := 0
	for i := range 300 {
		file := string(flowFile("x", rapid.Custom(randomFlow).Example(i)))
		doc, err := bpmn.Read([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range doc.Model().Nodes {
			other, opposite := map[bpmn.Kind]bpmn.Kind{bpmn.Parallel: bpmn.Exclusive, bpmn.Exclusive: bpmn.Parallel}[n.Kind]
			if !opposite || len(doc.Model().In(n.ID)) < 2 {
				continue
			}
			joins++
			broken, err := bpmn.Read([]byte(strings.Replace(file, fmt.Sprintf(`<bpmn:%s id="%s"`, n.Kind, n.ID), fmt.Sprintf(`<bpmn:%s id="%s"`, other, n.ID), 1)))
			if err != nil {
				t.Fatal(err)
			}
			if wrong := broken.Model().Check(bpmn.Known{}); len(wrong) == 0 {
				t.Errorf("%s as %s was accepted:\n%s", n.ID, other, file)
			}
		}
	}
	if joins < 100 {
		t.Errorf("only %d joins: the test says nothing", joins)
	}
}
