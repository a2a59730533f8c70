// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
)

// Write writes a process as a file of BPMN 2.0 with its picture, which the
// usual editors open and Read reads back as the same process. Ids that XML does
// not take ("1.2") get an underscore before them.
func (m *Model) Write() []byte {
	w := &writer{}
	w.line(0, `<?xml version="1.0" encoding="UTF-8"?>`)
	w.line(0, `<bpmn:definitions xmlns:bpmn=%q xmlns:bpmndi=%q xmlns:dc=%q xmlns:di=%q xmlns:xsi=%q xmlns:camunda=%q xmlns:tinhso=%q id="definitions" targetNamespace=%q exporter="tinhso">`,
		nsModel, nsDI, nsDC, nsDD, nsXSI, nsBPMN7, nsTinhso, nsTinhso)
	messages, codes := map[string]string{}, map[string]string{}
	for _, n := range m.Nodes {
		if n.Message != "" && messages[n.Message] == "" {
			messages[n.Message] = fmt.Sprintf("_message%d", len(messages)+1)
			w.line(1, `<bpmn:message id=%s name=%s />`, quote(messages[n.Message]), quote(n.Message))
		}
		if n.Event == Error && n.Code != "" && codes[n.Code] == "" {
			codes[n.Code] = fmt.Sprintf("_error%d", len(codes)+1)
			w.line(1, `<bpmn:error id=%s errorCode=%s />`, quote(codes[n.Code]), quote(n.Code))
		}
	}
	w.messages, w.codes = messages, codes
	w.line(1, `<bpmn:process id=%s name=%s isExecutable="true" tinhso:version="%d">`, quote(name(m.ID)), quote(m.Name), m.Version)
	if len(m.Variables) > 0 {
		w.line(2, `<bpmn:extensionElements>`)
		for _, v := range m.Variables {
			w.line(3, `<tinhso:variable name=%s type=%s />`, quote(v.Name), quote(string(v.Type)))
		}
		w.line(2, `</bpmn:extensionElements>`)
	}
	w.scope(m, "", 2)
	w.line(1, `</bpmn:process>`)
	w.picture(m)
	w.line(0, `</bpmn:definitions>`)
	return w.out.Bytes()
}

type writer struct {
	out             bytes.Buffer
	messages, codes map[string]string
}

func (w *writer) line(indent int, format string, args ...any) {
	_, _ = fmt.Fprintf(&w.out, strings.Repeat("  ", indent)+format+"\n", args...)
}

// quote is an attribute's value.
func quote(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return `"` + b.String() + `"`
}

// name is an id as XML takes it.
func name(id string) string {
	if id == "" || id[0] >= '0' && id[0] <= '9' || id[0] == '-' || id[0] == '.' {
		return "_" + id
	}
	return strings.ReplaceAll(id, "@", "_")
}

func (w *writer) scope(m *Model, scope string, indent int) {
	for _, n := range m.inside(scope) {
		w.node(m, n, indent)
	}
	for _, f := range m.Flows {
		if from, _ := m.Node(f.From); from.Scope != scope {
			continue
		}
		label := ""
		if f.Name != "" {
			label = " name=" + quote(f.Name)
		}
		head := fmt.Sprintf(`<bpmn:sequenceFlow id=%s%s sourceRef=%s targetRef=%s`, quote(name(f.ID)), label, quote(name(f.From)), quote(name(f.To)))
		if f.Condition == "" {
			w.line(indent, "%s />", head)
			continue
		}
		text := quote(f.Condition)
		w.line(indent, `%s><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">%s</bpmn:conditionExpression></bpmn:sequenceFlow>`, head, text[1:len(text)-1])
	}
	for _, n := range m.inside(scope) {
		if n.Kind == Boundary && n.Event == Compensate {
			w.line(indent, `<bpmn:association id=%s sourceRef=%s targetRef=%s />`, quote("_undo_"+n.ID), quote(name(n.ID)), quote(name(n.Undo)))
		}
	}
}

func (w *writer) node(m *Model, n Node, indent int) {
	kind := n.Kind
	attrs := []string{"id=" + quote(name(n.ID))}
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, key+"="+quote(value))
		}
	}
	add("name", n.Name)
	if n.Default != "" {
		add("default", name(n.Default))
	}
	if n.Undoes {
		add("isForCompensation", "true")
	}
	add("tinhso:post", n.Post)
	if n.Kind == User {
		add("tinhso:unit", n.Unit)
	}
	add("tinhso:assignee", n.Assignee)
	if n.Due.Working != (calendar.Duration{}) {
		add("tinhso:due", n.Due.ISO())
	} else {
		add("camunda:dueDate", n.Due.ISO()) // not in working time
	}
	add("tinhso:action", n.Action)
	add("tinhso:product", n.Product)
	if !n.Free {
		add("tinhso:outcomes", strings.Join(n.Outcomes, " "))
	}
	add("tinhso:handler", n.Handler)
	if n.Kind == Boundary {
		add("attachedToRef", name(n.Attached))
		if n.Beside {
			add("cancelActivity", "false")
		}
	}
	add("tinhso:key", n.Key)
	if n.Timer.Working != (calendar.Duration{}) {
		add("tinhso:working", "true")
	}
	if n.Kind == Receive {
		add("messageRef", w.messages[n.Message])
	}
	head := "bpmn:" + string(kind)
	inside := w.event(n)
	switch {
	case n.Kind == Sub:
		w.line(indent, "<%s %s>", head, strings.Join(attrs, " "))
		w.scope(m, n.ID, indent+1)
		w.line(indent, "</%s>", head)
	case inside != "":
		w.line(indent, "<%s %s>%s</%s>", head, strings.Join(attrs, " "), inside, head)
	default:
		w.line(indent, "<%s %s />", head, strings.Join(attrs, " "))
	}
}

func (w *writer) event(n Node) string {
	if n.Kind == Receive || n.Event == Plain {
		return ""
	}
	tag := "bpmn:" + string(n.Event) + "EventDefinition"
	switch n.Event {
	case Timer:
		kind := "timeDuration"
		if !n.Timer.Date.IsZero() {
			kind = "timeDate"
		}
		return fmt.Sprintf(`<%s><bpmn:%s xsi:type="bpmn:tFormalExpression">%s</bpmn:%s></%s>`, tag, kind, n.Timer.ISO(), kind, tag)
	case Message:
		return fmt.Sprintf(`<%s messageRef=%s />`, tag, quote(w.messages[n.Message]))
	case Error:
		if n.Code != "" {
			return fmt.Sprintf(`<%s errorRef=%s />`, tag, quote(w.codes[n.Code]))
		}
	case Plain, Compensate, Terminate:
	}
	return "<" + tag + " />"
}

// picture writes how the process is drawn.
func (w *writer) picture(m *Model) {
	d := m.Layout()
	w.line(1, `<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement=%s>`, quote(name(m.ID)))
	for _, n := range m.Nodes {
		if r, ok := d.Shapes[n.ID]; ok {
			w.line(2, `<bpmndi:BPMNShape id=%s bpmnElement=%s><dc:Bounds x="%g" y="%g" width="%g" height="%g" /></bpmndi:BPMNShape>`,
				quote("_shape_"+n.ID), quote(name(n.ID)), r.X, r.Y, r.W, r.H)
		}
	}
	for _, f := range m.Flows {
		if points := d.Edges[f.ID]; len(points) > 0 {
			var text strings.Builder
			for _, p := range points {
				_, _ = fmt.Fprintf(&text, `<di:waypoint x="%g" y="%g" />`, p.X, p.Y)
			}
			w.line(2, `<bpmndi:BPMNEdge id=%s bpmnElement=%s>%s</bpmndi:BPMNEdge>`, quote("_edge_"+f.ID), quote(name(f.ID)), text.String())
		}
	}
	w.line(1, `</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>`)
}
