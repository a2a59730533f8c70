// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package rehearsal_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/i18n/i18ntest"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
)

func TestEveryCodeHasAMessage(t *testing.T) {
	t.Parallel()
	i18ntest.Words(t, workflow.Locales, "rehearsal")
}

// week works Monday to Friday, 7:00 to 11:30 and 13:30 to 17:00.
func week(t *testing.T) func(string) *calendar.Calendar {
	t.Helper()
	days := map[time.Weekday][]calendar.Span{}
	for w := time.Monday; w <= time.Friday; w++ {
		days[w] = []calendar.Span{{From: 7 * 60, To: 11*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
	}
	cal, err := calendar.New(calendar.Config{Weeks: []calendar.Week{{Days: days}}})
	if err != nil {
		t.Fatal(err)
	}
	return func(string) *calendar.Calendar { return cal }
}

// monday is Monday, 2 March 2026, 9:30 in Vietnam.
func monday() time.Time { return time.Date(2026, time.March, 2, 2, 30, 0, 0, time.UTC) }

func tableCase(t *testing.T) rehearsal.Case {
	t.Helper()
	step := func(id, post, unit string, hours int, action string, next ...string) workflow.Step {
		return workflow.Step{ID: id, Name: i18n.Text{VI: "Bước " + id}, Post: post, Unit: unit, Hours: hours, Action: action, Next: next}
	}
	sign := step("sign", "leader", "authority", 2, "sign", "deliver")
	sign.Back = "draft"
	d, err := workflow.Compile(workflow.Table{ID: "t", Version: 1, Title: i18n.Text{VI: "T"}, Steps: []workflow.Step{
		step("accept", "clerk", "received", 1, "accept", "appraise"), step("appraise", "officer", "authority", 4, "appraise", "draft", "refuse"),
		step("draft", "officer", "authority", 3, "draft", "sign"), step("refuse", "officer", "authority", 3, "draft", "sign"),
		sign, step("deliver", "clerk", "received", 1, "deliver"),
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rehearsal.Case{Process: d, Units: map[string]string{"received": "mot-cua", "authority": "ubnd"}, At: monday(), Calendar: week(t), Begun: "accept"}
}

func run(t *testing.T, c rehearsal.Case, acts ...rehearsal.Act) rehearsal.State {
	t.Helper()
	s, err := rehearsal.Run(t.Context(), c, acts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func steps(s rehearsal.State) string {
	var all []string
	for _, t := range s.Tasks {
		all = append(all, t.Step+"/"+t.Post+"/"+t.Unit)
	}
	return strings.Join(all, " ")
}

// A table of steps is carried to its end: a choice, a return, a supplement.
func TestTable(t *testing.T) {
	t.Parallel()
	c := tableCase(t)
	s := run(t, c)
	if steps(s) != "appraise/officer/ubnd" || len(s.Tasks[0].Node.Outcomes) != 2 || s.Tasks[0].Returns || s.Last() != "accept" {
		t.Fatalf("after acceptance: %s, last %s", steps(s), s.Last())
	}
	if want := monday().Add(6 * time.Hour); !s.Tasks[0].Due.Equal(want) { // two hours in the morning, two behind the noon break
		t.Errorf("due %v, want %v", s.Tasks[0].Due.Time, want)
	}
	acts := []rehearsal.Act{{Do: rehearsal.Finish, At: "appraise", Choice: "draft"}, {Do: rehearsal.Finish, At: "draft"}}
	if s = run(t, c, acts...); steps(s) != "sign/leader/ubnd" || !s.Tasks[0].Returns {
		t.Fatalf("to sign: %s", steps(s))
	}
	acts = append(acts, rehearsal.Act{Do: rehearsal.Return, At: "sign", Note: "Thiếu căn cứ"})
	if s = run(t, c, acts...); steps(s) != "draft/officer/ubnd" {
		t.Fatalf("returned: %s", steps(s))
	}
	acts = append(acts, rehearsal.Act{Do: rehearsal.Pause, Note: "Thiếu giấy"}, rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToDay})
	s = run(t, c, acts...)
	before := s.Tasks[0].Due.Time
	if s.Place.Paused.IsZero() || !s.Now.Equal(monday().AddDate(0, 0, 1)) {
		t.Fatalf("paused %v at %v", s.Place.Paused, s.Now)
	}
	acts = append(acts, rehearsal.Act{Do: rehearsal.Resume})
	if s = run(t, c, acts...); !s.Tasks[0].Due.After(before) {
		t.Errorf("a wait of a day left the step due at %v", s.Tasks[0].Due.Time)
	}
	acts = append(acts, rehearsal.Act{Do: rehearsal.Finish, At: "draft"}, rehearsal.Act{Do: rehearsal.Finish, At: "sign"}, rehearsal.Act{Do: rehearsal.Finish, At: "deliver"})
	if s = run(t, c, acts...); !s.Ended || s.Last() != "deliver" || s.Why != nil || s.Done != len(acts) {
		t.Errorf("ended %v, last %s, %d done, %v", s.Ended, s.Last(), s.Done, s.Why)
	}
}

// What cannot be done ends the rehearsal where it stands, and says why.
func TestWhatCannotBeDone(t *testing.T) {
	t.Parallel()
	c := tableCase(t)
	for name, tt := range map[string]struct {
		act  rehearsal.Act
		want error
	}{
		"no choice":         {rehearsal.Act{Do: rehearsal.Finish, At: "appraise"}, workflow.ErrChoose},
		"another choice":    {rehearsal.Act{Do: rehearsal.Finish, At: "appraise", Choice: "deliver"}, workflow.ErrChoose},
		"not there":         {rehearsal.Act{Do: rehearsal.Finish, At: "sign"}, rehearsal.ErrPlace},
		"no such step":      {rehearsal.Act{Do: rehearsal.Finish, At: "nowhere"}, rehearsal.ErrPlace},
		"nothing to return": {rehearsal.Act{Do: rehearsal.Return, At: "appraise", Note: "x"}, workflow.ErrNoReturn},
		"no timer":          {rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToTimer}, rehearsal.ErrTimer},
		"until never":       {rehearsal.Act{Do: rehearsal.Pass, Until: "never"}, rehearsal.ErrAct},
		"no act":            {rehearsal.Act{Do: "burn"}, rehearsal.ErrAct},
		"no service":        {rehearsal.Act{Do: rehearsal.Serve, At: "appraise"}, rehearsal.ErrPlace},
		"no message":        {rehearsal.Act{Do: rehearsal.Send, At: "appraise"}, rehearsal.ErrPlace},
		"not paused":        {rehearsal.Act{Do: rehearsal.Resume}, workflow.ErrNotPaused},
		"no variable":       {rehearsal.Act{Do: rehearsal.Finish, At: "appraise", Choice: "draft", Vars: map[string]any{"x": 1}}, workflow.ErrVariable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := run(t, c, tt.act, rehearsal.Act{Do: rehearsal.Finish, At: "appraise", Choice: "draft"})
			if !errors.Is(s.Why, tt.want) || s.Done != 0 || steps(s) != "appraise/officer/ubnd" {
				t.Errorf("%v, %d done, at %s", s.Why, s.Done, steps(s))
			}
		})
	}
	if _, err := rehearsal.Run(t.Context(), c, make([]rehearsal.Act, rehearsal.MaxActs+1)); !errors.Is(err, rehearsal.ErrMany) {
		t.Errorf("too many: %v", err)
	}
}

// Late steps are late, at the moment they are due and not before.
func TestTimePasses(t *testing.T) {
	t.Parallel()
	c := tableCase(t)
	due := rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToDue}
	hour := rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToHour}
	if s := run(t, c, due); s.Tasks[0].Late || !s.Now.Equal(s.Tasks[0].Due.Time) {
		t.Errorf("late %v at %v", s.Tasks[0].Late, s.Now)
	}
	s := run(t, c, due, hour)
	if !s.Tasks[0].Late || s.History[len(s.History)-1].Event != "overdue" {
		t.Errorf("late %v: %v", s.Tasks[0].Late, s.History)
	}
}

const drawn = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tinhso="https://tinhso.vn/bpmn/1" id="defs">
<bpmn:message id="m" name="answer"/><bpmn:error id="e" errorCode="E1"/>
<bpmn:process id="drawn" isExecutable="true">
<bpmn:extensionElements><tinhso:variable name="amount" type="int"/></bpmn:extensionElements>
<bpmn:startEvent id="s"/>
<bpmn:userTask id="look" name="Xem xét" tinhso:post="officer" tinhso:unit="authority" tinhso:due="PT4H"/>
<bpmn:exclusiveGateway id="x" default="x_ask"/>
<bpmn:serviceTask id="ask" name="Hỏi hệ thống đất đai" tinhso:handler="land.ask"/>
<bpmn:boundaryEvent id="failed" attachedToRef="ask"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>
<bpmn:userTask id="byhand" name="Hỏi bằng văn bản" tinhso:post="officer" tinhso:unit="authority" tinhso:due="PT4H"/>
<bpmn:eventBasedGateway id="g"/>
<bpmn:intermediateCatchEvent id="came"><bpmn:messageEventDefinition messageRef="m"/></bpmn:intermediateCatchEvent>
<bpmn:intermediateCatchEvent id="over"><bpmn:timerEventDefinition><bpmn:timeDuration>P30D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
<bpmn:userTask id="late" name="Xử lý quá hạn" tinhso:post="leader" tinhso:unit="authority" tinhso:due="PT4H"/>
<bpmn:endEvent id="z"/>
<bpmn:sequenceFlow id="s_look" sourceRef="s" targetRef="look"/>
<bpmn:sequenceFlow id="look_x" sourceRef="look" targetRef="x"/>
<bpmn:sequenceFlow id="x_ask" sourceRef="x" targetRef="ask"/>
<bpmn:sequenceFlow id="x_z" sourceRef="x" targetRef="z"><bpmn:conditionExpression>amount == 0</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="ask_g" sourceRef="ask" targetRef="g"/>
<bpmn:sequenceFlow id="failed_byhand" sourceRef="failed" targetRef="byhand"/>
<bpmn:sequenceFlow id="byhand_z" sourceRef="byhand" targetRef="z"/>
<bpmn:sequenceFlow id="g_came" sourceRef="g" targetRef="came"/>
<bpmn:sequenceFlow id="g_over" sourceRef="g" targetRef="over"/>
<bpmn:sequenceFlow id="came_z" sourceRef="came" targetRef="z"/>
<bpmn:sequenceFlow id="over_late" sourceRef="over" targetRef="late"/>
<bpmn:sequenceFlow id="late_z" sourceRef="late" targetRef="z"/>
</bpmn:process></bpmn:definitions>`

// A process that is drawn goes every way: by a variable, a service task that
// answers or fails, a message that comes or a timer that rings.
func TestDrawn(t *testing.T) {
	t.Parallel()
	d, err := workflow.CompileBPMN([]byte(drawn), bpmn.Known{})
	if err != nil {
		t.Fatal(err)
	}
	c := rehearsal.Case{Process: d, Units: map[string]string{"authority": "ubnd"}, At: monday(), Calendar: week(t), Begun: "accept"}
	look := func(amount int) rehearsal.Act {
		return rehearsal.Act{Do: rehearsal.Finish, At: "look", Vars: map[string]any{"amount": amount}}
	}
	if s := run(t, c); steps(s) != "look/officer/ubnd" {
		t.Fatalf("begun: %s", steps(s))
	}
	if s := run(t, c, look(0)); !s.Ended {
		t.Errorf("nothing to pay: %+v", s.Place)
	}
	if s := run(t, c, look(5)); s.Ended || len(s.Place.At) != 1 || s.Place.At[0].Node != "ask" {
		t.Errorf("a service task waits for an act: %+v", s.Place)
	}
	if s := run(t, c, look(5), rehearsal.Act{Do: rehearsal.Serve, At: "ask", Error: "E1"}); steps(s) != "byhand/officer/ubnd" {
		t.Errorf("it failed: %+v", s.Place)
	}
	served := rehearsal.Act{Do: rehearsal.Serve, At: "ask"}
	s := run(t, c, look(5), served)
	if len(s.Place.Messages) != 1 || len(s.Place.Timers) != 1 {
		t.Fatalf("it waits: %+v", s.Place)
	}
	if s := run(t, c, look(5), served, rehearsal.Act{Do: rehearsal.Send, At: "came"}); !s.Ended || s.Why != nil {
		t.Errorf("the answer came: %+v %v", s.Place, s.Why)
	}
	ring := rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToTimer}
	if s := run(t, c, look(5), served, ring); steps(s) != "late/leader/ubnd" || !s.Now.Equal(monday().AddDate(0, 0, 30)) {
		t.Errorf("the timer rang: %s at %v", steps(s), s.Now)
	}
}

// A timer rings at its own moment, also where more time goes by at once.
func TestTimersRingOnTheWay(t *testing.T) {
	t.Parallel()
	d, err := workflow.CompileBPMN([]byte(strings.Replace(drawn, "P30D", "PT1H", 1)), bpmn.Known{})
	if err != nil {
		t.Fatal(err)
	}
	c := rehearsal.Case{Process: d, Units: map[string]string{"authority": "ubnd"}, At: monday(), Calendar: week(t)}
	s := run(t, c, rehearsal.Act{Do: rehearsal.Finish, At: "look", Vars: map[string]any{"amount": 5}}, rehearsal.Act{Do: rehearsal.Serve, At: "ask"},
		rehearsal.Act{Do: rehearsal.Pass, Until: rehearsal.ToDay})
	if steps(s) != "late/leader/ubnd" || !s.Tasks[0].Opened.Equal(monday().Add(time.Hour)) || !s.Now.Equal(monday().AddDate(0, 0, 1)) || !s.Tasks[0].Late {
		t.Errorf("%s, given out %v, now %v", steps(s), s.Tasks[0].Opened.Time, s.Now)
	}
}
