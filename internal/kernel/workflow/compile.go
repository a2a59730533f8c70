// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"fmt"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/workflow/bpmn"
)

// Supplemented is the message that ends the wait for what was missing; its key
// is the id of the subject.
const Supplemented = "supplemented"

// AskSupplement is the outcome with which a step asks for what is missing.
const AskSupplement = "supplement"

// records is the post of those who number and seal.
const records = "records"

// Model writes the table out as BPMN: each step is a task of the same id;
// what is around it begins with an underscore.
func (t Table) Model() *bpmn.Model {
	b := &builder{m: &bpmn.Model{ID: t.ID, Name: t.Title.VI, Version: t.Version}, entry: map[string]string{}}
	if len(t.Steps) == 0 {
		b.m.Index()
		return b.m
	}
	for _, s := range t.Steps {
		b.entry[s.ID] = s.ID
		if len(s.With) > 0 {
			b.entry[s.ID] = "_ask_" + s.ID
		}
	}
	b.node(bpmn.Node{ID: "_start", Kind: bpmn.Start})
	b.arrow("_start", b.entry[t.Steps[0].ID], "")
	for i, s := range t.Steps {
		b.step(s, i)
	}
	b.node(bpmn.Node{ID: "_end", Kind: bpmn.End})
	b.m.Index()
	return b.m
}

type builder struct {
	m     *bpmn.Model
	entry map[string]string // where a step is entered
}

func (b *builder) node(n bpmn.Node) { b.m.Nodes = append(b.m.Nodes, n) }

func (b *builder) arrow(from, to, condition string) string {
	f := bpmn.Flow{ID: fmt.Sprintf("_f%d", len(b.m.Flows)+1), From: from, To: to, Condition: condition}
	b.m.Flows = append(b.m.Flows, f)
	return f.ID
}

func working(hours, minutes int) bpmn.Wait {
	if minutes > 0 {
		return bpmn.Wait{Working: calendar.Duration{Amount: hours*60 + minutes, Unit: calendar.WorkingMinute}}
	}
	return bpmn.Wait{Working: calendar.Duration{Amount: hours, Unit: calendar.WorkingHour}}
}

func (b *builder) step(s Step, i int) {
	row := s.Row
	if row == "" {
		row = fmt.Sprintf("steps[%d]", i)
	}
	task := bpmn.Node{
		ID: s.ID, Name: s.Name.VI, Kind: bpmn.User, Row: row, Post: s.Post, Unit: s.Unit, Due: working(s.Hours, s.Minutes),
		Action: s.Action, Product: s.Product.VI, Outcomes: s.Next,
	}
	last := s.ID // what leads on from the step
	switch {
	case len(s.With) > 0:
		last = "_all_" + s.ID
		b.node(bpmn.Node{ID: b.entry[s.ID], Kind: bpmn.Parallel, Row: row})
		for _, unit := range s.With {
			one := task
			one.ID, one.Unit, one.Outcomes = s.ID+"."+unit, unit, nil
			b.node(one)
			b.arrow(b.entry[s.ID], one.ID, "")
			b.arrow(one.ID, last, "")
		}
		b.node(bpmn.Node{ID: last, Kind: bpmn.Parallel, Row: row})
	default:
		if s.Supplement > 0 {
			task.Outcomes = append(append([]string{}, s.Next...), AskSupplement)
		}
		b.node(task)
	}
	ways := b.ways(s)
	if len(ways) > 1 {
		gate := bpmn.Node{ID: "_after_" + s.ID, Kind: bpmn.Exclusive, Row: row}
		b.arrow(last, gate.ID, "")
		for _, w := range ways {
			if id := b.arrow(gate.ID, w.to, w.condition); w.condition == "" {
				gate.Default = id
			}
		}
		b.node(gate)
	} else {
		b.arrow(last, ways[0].to, "")
	}
	b.supplement(s, row)
	b.seal(s, row)
}

type way struct{ to, condition string }

// ways are the arrows behind a step; the first is taken where nothing else was said.
func (b *builder) ways(s Step) []way {
	then := []way{{to: "_end"}}
	for i, next := range s.Next {
		w := way{to: b.entry[next], condition: fmt.Sprintf("outcome == %q", next)}
		if i == 0 {
			w.condition = ""
			then = nil
		}
		then = append(then, w)
	}
	if s.Seal > 0 {
		then = []way{{to: s.ID + ".number"}}
	}
	if s.Back != "" {
		then = append(then, way{b.entry[s.Back], fmt.Sprintf("outcome == %q", bpmn.Return)})
	}
	if s.Supplement > 0 {
		then = append(then, way{"_wait_" + s.ID, fmt.Sprintf("outcome == %q", AskSupplement)})
	}
	return then
}

// supplement waits for what people add, and takes the step up again with or
// without it when their time is over.
func (b *builder) supplement(s Step, row string) {
	if s.Supplement == 0 {
		return
	}
	wait := "_wait_" + s.ID
	came, over := "_came_"+s.ID, "_over_"+s.ID
	b.node(bpmn.Node{ID: wait, Kind: bpmn.EventBased, Row: row})
	b.node(bpmn.Node{ID: came, Name: "Đã bổ sung", Kind: bpmn.Catch, Event: bpmn.Message, Message: Supplemented, Row: row})
	b.node(bpmn.Node{ID: over, Name: "Hết hạn bổ sung", Kind: bpmn.Catch, Event: bpmn.Timer, Timer: bpmn.Wait{Days: s.Supplement}, Row: row})
	for _, id := range []string{came, over} {
		b.arrow(wait, id, "")
		b.arrow(id, s.ID, "")
	}
}

// seal adds number and seal behind a signature.
func (b *builder) seal(s Step, row string) {
	if s.Seal == 0 {
		return
	}
	then := "_end"
	if len(s.Next) > 0 {
		then = b.entry[s.Next[0]]
	}
	number := bpmn.Node{
		ID: s.ID + ".number", Name: "Cấp số, ngày văn bản", Kind: bpmn.User, Row: row, Post: records, Unit: s.Unit, Due: working(s.Seal, 0),
		Action: "number",
	}
	stamp := number
	stamp.ID, stamp.Name, stamp.Action = s.ID+".seal", "Đóng dấu của cơ quan", Issue
	b.node(number)
	b.node(stamp)
	b.arrow(number.ID, stamp.ID, "")
	b.arrow(stamp.ID, then, "")
}
