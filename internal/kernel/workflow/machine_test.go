// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/platform/db"
)

// head is what editors write around a process; a message and an error are declared.
const head = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tinhso="https://tinhso.vn/bpmn/1" id="defs">
<bpmn:message id="m" name="answer" /><bpmn:error id="e" errorCode="E1" />
`

func flowFile(id, inside string) []byte {
	return []byte(head + `<bpmn:process id="` + id + `" isExecutable="true"><bpmn:extensionElements><tinhso:variable name="amount" type="int" /></bpmn:extensionElements>` +
		inside + `</bpmn:process></bpmn:definitions>`)
}

func el(kind, id string, rest ...string) string {
	return "<bpmn:" + kind + ` id="` + id + `" ` + strings.Join(rest, " ") + "/>\n"
}

func user(id string) string {
	return el("userTask", id, `tinhso:post="officer" tinhso:unit="authority" tinhso:due="PT4H"`)
}

func service(id string, rest ...string) string {
	return el("serviceTask", id, `tinhso:handler="x.do" `+strings.Join(rest, " "))
}

// arrows draws "a b" from a to b, called a_b; "a b cond" with a condition.
func arrows(pairs ...string) string {
	var text strings.Builder
	for _, p := range pairs {
		ends := strings.SplitN(p, " ", 3)
		condition := ""
		if len(ends) > 2 {
			condition = "<bpmn:conditionExpression>" + ends[2] + "</bpmn:conditionExpression>"
		}
		fmt.Fprintf(&text, `<bpmn:sequenceFlow id="%s_%s" sourceRef="%s" targetRef="%s">%s</bpmn:sequenceFlow>`+"\n", ends[0], ends[1], ends[0], ends[1], condition)
	}
	return text.String()
}

func event(kind, id, definition string, rest ...string) string {
	return "<bpmn:" + kind + ` id="` + id + `" ` + strings.Join(rest, " ") + ">" + definition + "</bpmn:" + kind + ">\n"
}

const (
	hour    = `<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>`
	message = `<bpmn:messageEventDefinition messageRef="m"/>`
	failure = `<bpmn:errorEventDefinition errorRef="e"/>`
	undone  = `<bpmn:compensateEventDefinition/>`
)

// plant is an office with a process that programs take part in. What they do
// outside is counted by key, as one who honours keys would do it.
type plant struct {
	office
	outside map[string]string // key → node
	asked   map[string]int    // calls by key, also those that were repeats
	fail    map[string]string // node → error code
	rounds  map[string]int    // of people, by node
	amount  func(node string, round int) int
	pulls   int // points passed
	plug    int // at which the plug is pulled; 0: never
	dead    context.CancelFunc
}

func newPlant(o office, file []byte) *plant {
	p := &plant{office: o, outside: map[string]string{}, asked: map[string]int{}, fail: map[string]string{}, rounds: map[string]int{}}
	p.e.Handlers = map[string]Handler{
		"x.do": {Outside: func(_ context.Context, c Call) (Result, error) {
			p.asked[c.Key]++
			p.outside[c.Key] = c.Node
			return Result{Error: p.fail[c.Node]}, nil
		}},
		"x.write": {Within: func(ctx context.Context, tx *db.Tx, c Call) (Result, error) {
			_, err := tx.Exec(ctx, `INSERT INTO jobs_queue (id, kind, body, due_at, attempt, error, dead) VALUES ($1, 'effect', $2, 0, 0, '', 1)`,
				"effect "+c.Key+fmt.Sprint(p.pulls), c.Node) // a second one would not be refused, but counted
			return Result{Error: p.fail[c.Node]}, err
		}},
	}
	p.e.trip = func(string) error {
		if p.pulls++; p.pulls == p.plug {
			p.dead()
			return errPlug
		}
		return nil
	}
	d, err := CompileBPMN(file, bpmn.Known{Post: posts})
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.write(func(ctx context.Context, tx *db.Tx) error { _, err := Apply(ctx, tx, d); return err }); err != nil {
		o.t.Fatal(err)
	}
	return p
}

var errPlug = errors.New("the plug is pulled")

func (p *plant) begin(flow, subject string) Moved {
	p.t.Helper()
	var m Moved
	for {
		err := p.power(func(ctx context.Context) error {
			return p.d.Write(ctx, func(tx *db.Tx) (err error) {
				m, err = p.e.Begin(ctx, tx, person("clerk"), Begin{Flow: flow, Version: 1, Subject: Subject{"test", subject}, Units: units()})
				return err
			})
		})
		if err == nil || errors.Is(err, ErrRunning) {
			return m
		}
		if !errors.Is(err, errPlug) {
			p.t.Fatal(err)
		}
	}
}

// power runs something until it ends or the plug is pulled.
func (p *plant) power(f func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(p.t.Context())
	defer cancel()
	p.dead = cancel
	return f(ctx)
}

// work lets programs and clocks work until nothing is left to do now.
func (p *plant) work() {
	p.t.Helper()
	for range 2000 {
		did := false
		err := p.power(func(ctx context.Context) (err error) {
			did, err = jobs.Work(ctx, p.d, p.e.Jobs(p.d))
			return err
		})
		if err != nil || !did {
			if ring := p.power(func(ctx context.Context) error { _, err := p.e.Tick(ctx, p.d); return err }); ring != nil && !errors.Is(ring, errPlug) {
				p.t.Fatal(ring)
			}
		}
		if err != nil && !errors.Is(err, errPlug) && !errors.Is(err, context.Canceled) {
			p.t.Fatal(err)
		}
		if err != nil {
			p.now.Advance(jobs.Lease + time.Second) // what a dead worker had in hand comes back
			continue
		}
		if did {
			continue
		}
		var waiting int
		if err := p.d.QueryRow(p.t.Context(), `SELECT COUNT(*) FROM jobs_queue WHERE dead = 0`).Scan(&waiting); err != nil {
			p.t.Fatal(err)
		}
		if waiting == 0 {
			return
		}
		p.now.Advance(jobs.Lease + time.Second)
	}
	p.t.Fatal("it never ends")
}

// people do whatever is open, and time passes, until the case is over.
func (p *plant) people(subject string, choose func(node string, round int) string) {
	p.t.Helper()
	for range 500 {
		p.work()
		open, err := Of(p.t.Context(), p.d, Subject{"test", subject})
		if err != nil {
			p.t.Fatal(err)
		}
		slices.SortFunc(open, func(a, b Task) int { return strings.Compare(a.Step, b.Step) })
		if len(open) == 0 {
			if p.state(subject) != running {
				return
			}
			p.now.Advance(time.Hour + time.Minute)
			continue
		}
		t := open[0]
		choice := choose(t.Step, p.rounds[t.Step])
		err = p.power(func(ctx context.Context) error {
			return p.d.Write(ctx, func(tx *db.Tx) error {
				var vars map[string]any
				if p.amount != nil {
					vars = map[string]any{"amount": p.amount(t.Step, p.rounds[t.Step])}
				}
				if choice == bpmn.Return {
					_, err := p.e.Return(ctx, tx, person("an"), t.ID, "lại")
					return err
				}
				_, err := p.e.Finish(ctx, tx, person("an"), t.ID, Outcome{Choice: choice, Vars: vars})
				return err
			})
		})
		switch {
		case err == nil:
			p.rounds[t.Step]++
		case !errors.Is(err, errPlug) && !errors.Is(err, context.Canceled):
			p.t.Fatalf("%s: %v", t.Step, err)
		}
	}
	p.t.Fatal("the case never ends")
}

func (p *plant) state(subject string) (state string) {
	p.t.Helper()
	if err := p.d.QueryRow(p.t.Context(), `SELECT state FROM workflow_instances WHERE subject_id = $1`, subject).Scan(&state); err != nil {
		p.t.Fatal(err)
	}
	return state
}

// effects counts what was done outside and in the database, by node.
func (p *plant) effects() string {
	p.t.Helper()
	count := map[string]int{}
	for _, node := range p.outside {
		count[node]++
	}
	within, err := db.All(p.t.Context(), p.d, db.Column[string], `SELECT body FROM jobs_queue WHERE kind = 'effect'`)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, node := range within {
		count[node]++
	}
	var all []string
	for _, node := range slices.Sorted(maps.Keys(count)) {
		all = append(all, fmt.Sprint(node, "×", count[node]))
	}
	return strings.Join(all, " ")
}

// story is what the history says happened to a case, but for the order in which
// branches took turns.
func (p *plant) story(subject string) string {
	p.t.Helper()
	entries, err := History(p.t.Context(), p.d, Subject{"test", subject})
	if err != nil {
		p.t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Event+" "+e.Step)
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

func first(string, int) string { return "" }

func TestEverySupportedElementRuns(t *testing.T) {
	t.Parallel()
	s, z := el("startEvent", "s"), el("endEvent", "z")
	and := func(id string) string { return el("parallelGateway", id) }
	for name, v := range map[string]struct {
		file, effects, state, has, hasNot string
		fail                              string
		amount                            int
		choose                            func(string, int) string
		say                               bool
	}{
		"service":  {file: s + service("a") + z + arrows("s a", "a z"), effects: "a×1", state: "done"},
		"parallel": {file: s + and("f") + user("u") + service("a") + and("j") + service("b") + z + arrows("s f", "f u", "f a", "u j", "a j", "j b", "b z"), effects: "a×1 b×1", state: "done", has: "done u"},
		"condition": {file: s + user("u") + el("exclusiveGateway", "x", `default="x_a"`) + service("a") + service("b") + z +
			arrows("s u", "u x", "x a", "x b amount > 100", "a z", "b z"), amount: 101, effects: "b×1", state: "done"},
		"default": {file: s + user("u") + el("exclusiveGateway", "x", `default="x_a"`) + service("a") + service("b") + z +
			arrows("s u", "u x", "x a", "x b amount > 100", "a z", "b z"), amount: 100, effects: "a×1", state: "done"},
		"loop": {file: s + user("u") + service("a") + el("exclusiveGateway", "x", `default="x_z"`) + z +
			arrows("s u", "u a", "a x", "x z", "x u amount == 0"), effects: "a×1", amount: 1, state: "done"},
		"timer":    {file: s + event("intermediateCatchEvent", "c", hour) + service("a") + z + arrows("s c", "c a", "a z"), effects: "a×1", state: "done", has: "fired c"},
		"too late": {file: s + event("subProcess", "g", el("startEvent", "gs")+event("intermediateCatchEvent", "gc", strings.Replace(hour, "PT1H", "P9D", 1))+service("never")+el("endEvent", "gz")+arrows("gs gc", "gc never", "never gz")) + event("boundaryEvent", "b", hour, `attachedToRef="g"`) + service("a") + z + arrows("s g", "g z", "b a", "a z"), effects: "a×1", state: "done", has: "fired b"},
		"reminder": {file: s + event("subProcess", "g", el("startEvent", "gs")+event("intermediateCatchEvent", "gc", strings.Replace(hour, "PT1H", "PT5H", 1))+el("endEvent", "gz")+arrows("gs gc", "gc gz")) + event("boundaryEvent", "b", hour, `attachedToRef="g" cancelActivity="false"`) + service("a") + service("n") + z + el("endEvent", "y") + arrows("s g", "g a", "a z", "b n", "n y"), effects: "a×1 n×1", state: "done"},
		"message": {file: s + el("eventBasedGateway", "g") + event("intermediateCatchEvent", "c", message) + event("intermediateCatchEvent", "t", hour) + service("a") + service("b") + z +
			arrows("s g", "g c", "g t", "c a", "t b", "a z", "b z"), say: true, effects: "a×1", state: "done", has: "received c", hasNot: "fired t"},
		"no message": {file: s + el("eventBasedGateway", "g") + event("intermediateCatchEvent", "c", message) + event("intermediateCatchEvent", "t", hour) + service("a") + service("b") + z +
			arrows("s g", "g c", "g t", "c a", "t b", "a z", "b z"), effects: "b×1", state: "done", hasNot: "received"},
		"throw to another branch": {file: s + and("f") + event("intermediateThrowEvent", "w", message) + el("receiveTask", "c", `messageRef="m"`) + event("boundaryEvent", "b", strings.Replace(hour, "PT1H", "P9D", 1), `attachedToRef="c"`) + service("late") + service("a") + and("j") + el("exclusiveGateway", "q") + z +
			arrows("s f", "f w", "f c", "w j", "c a", "a q", "b late", "late q", "q j", "j z"), effects: "a×1", state: "done"},
		"error":       {file: s + service("a") + event("boundaryEvent", "b", failure, `attachedToRef="a"`) + service("h") + z + arrows("s a", "a z", "b h", "h z"), fail: "a", effects: "a×1 h×1", state: "done", has: "error a", hasNot: "served a"},
		"error above": {file: s + event("subProcess", "g", el("startEvent", "gs")+service("a")+service("never")+el("endEvent", "gz")+arrows("gs a", "a never", "never gz")) + event("boundaryEvent", "b", failure, `attachedToRef="g"`) + service("h") + z + arrows("s g", "g z", "b h", "h z"), fail: "a", effects: "a×1 h×1", state: "done"},
		"error end":   {file: s + event("subProcess", "g", el("startEvent", "gs")+user("u")+event("endEvent", "gz", failure)+arrows("gs u", "u gz")) + event("boundaryEvent", "b", failure, `attachedToRef="g"`) + service("h") + z + arrows("s g", "g z", "b h", "h z"), effects: "h×1", state: "done"},
		"terminate": {file: s + and("f") + user("u") + event("intermediateCatchEvent", "c", strings.Replace(hour, "PT1H", "P9D", 1)) + service("never") + and("j") + el("exclusiveGateway", "x", `default="x_y"`) + event("endEvent", "y", "<bpmn:terminateEventDefinition/>") + z +
			arrows("s f", "f u", "f c", "u x", "x y", "x j amount > 5", "c never", "never j", "j z"), state: "done", has: "done u", hasNot: "fired"},
		"undo": {file: s + service("a") + event("boundaryEvent", "ab", undone, `attachedToRef="a"`) + service("ua", `isForCompensation="true"`) + `<bpmn:association id="q" sourceRef="ab" targetRef="ua"/>` +
			service("b") + event("boundaryEvent", "bb", undone, `attachedToRef="b"`) + service("ub", `isForCompensation="true"`) + `<bpmn:association id="r" sourceRef="bb" targetRef="ub"/>` +
			event("intermediateThrowEvent", "w", undone) + event("endEvent", "w2", undone) + arrows("s a", "a b", "b w", "w w2"), effects: "a×1 b×1 ua×1 ub×1", state: "done"},
		"sub": {file: s + event("subProcess", "g", el("startEvent", "gs")+and("gf")+service("a")+user("u")+and("gj")+el("endEvent", "gz")+arrows("gs gf", "gf a", "gf u", "a gj", "u gj", "gj gz")) + service("b") + z + arrows("s g", "g b", "b z"), effects: "a×1 b×1", state: "done"},
		"return": {
			file: s + user("u") + user("v") + el("exclusiveGateway", "x", `default="x_z"`) + z + arrows("s u", "u v", "v x", "x z", `x u outcome == "return"`), state: "done", has: "returned v",
			choose: func(node string, round int) string {
				if node == "v" && round == 0 {
					return bpmn.Return
				}
				return ""
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, o office) {
				p := newPlant(o, flowFile("test", v.file))
				if v.fail != "" {
					p.fail[v.fail] = "E1"
				}
				p.amount = func(string, int) int { return v.amount }
				choose := v.choose // v belongs to both databases
				if choose == nil {
					choose = first
				}
				if v.say { // it comes before anybody waits for it
					if err := o.write(func(ctx context.Context, tx *db.Tx) error {
						return Publish(ctx, tx, "m1", "answer", "d1", map[string]any{"amount": 5, "unknown": 1})
					}); err != nil {
						t.Fatal(err)
					}
					p.work()
				}
				p.begin("test", "d1")
				p.people("d1", choose)
				story := p.story("d1")
				if got := p.effects(); got != v.effects || p.state("d1") != v.state || !strings.Contains(story, v.has) || v.hasNot != "" && strings.Contains(story, v.hasNot) {
					t.Errorf("effects %q state %s: %s", got, p.state("d1"), story)
				}
				var left int
				if err := o.d.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM workflow_tokens WHERE state = 'active') + (SELECT COUNT(*) FROM workflow_timers WHERE state = 'waiting')
					+ (SELECT COUNT(*) FROM workflow_waits WHERE state = 'waiting') + (SELECT COUNT(*) FROM workflow_tasks WHERE state = 'open')`).Scan(&left); err != nil || left != 0 {
					t.Errorf("%d rows still wait, %v", left, err)
				}
			})
		})
	}
}
