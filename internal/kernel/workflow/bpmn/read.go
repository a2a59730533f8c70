// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/cel"
)

// Document is a file of BPMN 2.0: its text as it came, and the process that the
// text describes. What we do not understand stays in the text.
type Document struct {
	text  []byte
	root  *element
	model *Model
	at    map[string]*element // by id, of everything
	shape Diagram
}

// Model returns the process.
func (d *Document) Model() *Model { return d.model }

// Bytes returns the text: unedited it is what was read, to the byte.
func (d *Document) Bytes() []byte { return slices.Clone(d.text) }

// Read reads a file. The error is Mistakes: every element that is not
// supported, with its id and line. Whether the process can run is Check's question.
func Read(text []byte) (*Document, error) {
	root, wrong := parse(text)
	if len(wrong) > 0 {
		return nil, wrong
	}
	r := &reader{m: &Model{Version: 1}, at: map[string]*element{}, undo: map[string]string{}}
	if !root.is(nsModel, "definitions") {
		r.wrong(root, "bpmn.not_bpmn", root.name.Local)
		return nil, r.found
	}
	r.ids(root)
	if process := r.process(root); process != nil {
		r.head(process)
		r.walk(process, "")
		for i, n := range r.m.Nodes {
			if n.Kind == Boundary && n.Event == Compensate {
				r.m.Nodes[i].Undo = r.undo[n.ID]
			}
		}
		if len(r.m.Nodes) > maxNodes {
			r.wrong(process, "bpmn.too_many")
		}
	}
	r.m.Index()
	for i, n := range r.m.Nodes {
		if n.Kind == User && len(n.Outcomes) == 0 {
			r.m.Nodes[i].Free = true
			r.m.Nodes[i].Outcomes = slices.DeleteFunc(r.m.choices(n.ID), func(o string) bool { return o == Return })
		}
	}
	if len(r.found) > 0 {
		return nil, r.found.sorted()
	}
	return &Document{text: slices.Clone(text), root: root, model: r.m, at: r.at, shape: diagram(root)}, nil
}

type reader struct {
	m     *Model
	at    map[string]*element
	undo  map[string]string // by boundary event
	found Mistakes
}

func (r *reader) wrong(e *element, code string, args ...string) {
	r.found = append(r.found, Mistake{Code: code, Element: e.attr("", "id"), Name: e.attr("", "name"), Line: e.line, Args: args})
}

// ids notes every element by its id; an id that is there twice would make
// "by id" mean nothing.
func (r *reader) ids(e *element) {
	if id := e.attr("", "id"); id != "" {
		if _, twice := r.at[id]; twice {
			r.wrong(e, "bpmn.twice", id)
		}
		r.at[id] = e
	}
	for _, c := range e.children {
		r.ids(c)
	}
}

// process finds the one process that is meant to run.
func (r *reader) process(root *element) *element {
	for _, c := range root.children {
		if c.name.Space == nsModel && !slices.Contains([]string{
			"process", "collaboration", "message", "error", "signal", "escalation", "itemDefinition", "category",
			"dataStore", "resource", "interface", "extension", "extensionElements", "documentation",
		}, c.name.Local) {
			r.wrong(c, "bpmn.unsupported", c.name.Local)
		}
	}
	all := root.find(nsModel, "process", false)
	if len(all) > 1 {
		all = slices.DeleteFunc(all, func(e *element) bool { return e.attr("", "isExecutable") != "true" })
	}
	if len(all) != 1 {
		r.wrong(root, "bpmn.processes", strconv.Itoa(len(all)))
		return nil
	}
	return all[0]
}

func (r *reader) head(p *element) {
	r.m.ID, r.m.Name = p.attr("", "id"), p.attr("", "name")
	version := p.attr(nsTinhso, "version")
	if version == "" {
		version = p.attr(nsBPMN7, "versionTag")
	}
	if ext := p.first(nsModel, "extensionElements"); ext != nil {
		if tag := ext.first(nsZeebe, "versionTag"); version == "" && tag != nil {
			version = tag.attr("", "value")
		}
		for _, v := range ext.find(nsTinhso, "variable", false) {
			one := Variable{Name: v.attr("", "name"), Type: cel.Type(v.attr("", "type"))}
			known := slices.ContainsFunc(r.m.Variables, func(o Variable) bool { return o.Name == one.Name })
			if !variableForm().MatchString(one.Name) || known || !one.Type.Known() || slices.Contains([]string{"outcome", "subject"}, one.Name) {
				r.wrong(v, "bpmn.variable", one.Name)
				continue
			}
			r.m.Variables = append(r.m.Variables, one)
		}
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(version, "v")); err == nil && n > 0 {
		r.m.Version = n
	} else if version != "" {
		r.wrong(p, "bpmn.version", version)
	}
}

func variableForm() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`) }

// silent are elements that say something to people and nothing to an engine.
func silent(name string) bool {
	return slices.Contains([]string{
		"documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group", "dataObject", "dataObjectReference",
		"dataStoreReference", "property", "ioSpecification", "dataInputAssociation", "dataOutputAssociation", "incoming", "outgoing",
		"auditing", "monitoring", "supportedInterfaceRef",
	}, name)
}

// walk reads what stands in a process or a subprocess.
func (r *reader) walk(in *element, scope string) {
	for _, e := range in.children {
		if e.name.Space != nsModel {
			continue // kept, and no business of ours
		}
		kind := Kind(e.name.Local)
		switch kind {
		case Start, End, Catch, Throw, Boundary, User, Service, Receive, Send, Exclusive, Parallel, EventBased, Sub:
			r.node(e, kind, scope)
		default:
			switch {
			case e.name.Local == "sequenceFlow":
				r.arrow(e)
			case e.name.Local == "association":
				r.undo[e.attr("", "sourceRef")] = e.attr("", "targetRef")
			case scope != "" && eventDefinition(e.name.Local), silent(e.name.Local):
			default:
				r.wrong(e, "bpmn.unsupported", e.name.Local)
			}
		}
	}
}

func eventDefinition(name string) bool { return strings.HasSuffix(name, "EventDefinition") }

func (r *reader) arrow(e *element) {
	f := Flow{ID: e.attr("", "id"), Name: e.attr("", "name"), From: e.attr("", "sourceRef"), To: e.attr("", "targetRef"), Line: e.line}
	if c := e.first(nsModel, "conditionExpression"); c != nil {
		f.Condition = expression(c.text)
	}
	for _, end := range []string{f.From, f.To} {
		if target := r.at[end]; target == nil || target.parent != e.parent {
			r.wrong(e, "bpmn.reference", end)
			return
		}
	}
	if f.ID == "" {
		r.wrong(e, "bpmn.no_id", "sequenceFlow")
		return
	}
	r.m.Flows = append(r.m.Flows, f)
}

// expression takes off what editors put around expressions of their own: "${x}" and "= x".
func expression(s string) string {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "${"); ok {
		return strings.TrimSpace(strings.TrimSuffix(inner, "}"))
	}
	return strings.TrimSpace(strings.TrimPrefix(s, "="))
}

func (r *reader) node(e *element, kind Kind, scope string) {
	n := Node{
		ID: e.attr("", "id"), Name: strings.Join(strings.Fields(e.attr("", "name")), " "), Kind: kind, Scope: scope, Line: e.line,
		Default: e.attr("", "default"), Undoes: e.attr("", "isForCompensation") == "true",
	}
	if n.ID == "" {
		r.wrong(e, "bpmn.no_id", e.name.Local)
		return
	}
	if e.attr("", "triggeredByEvent") == "true" {
		r.wrong(e, "bpmn.unsupported", "event subProcess")
	}
	var events []*element
	for _, c := range e.children {
		switch {
		case c.name.Space != nsModel || silent(c.name.Local) || kind == Sub && !strings.HasSuffix(c.name.Local, "LoopCharacteristics"):
		case eventDefinition(c.name.Local):
			events = append(events, c)
		default:
			r.wrong(c, "bpmn.unsupported", c.name.Local)
		}
	}
	if len(events) > 1 {
		r.wrong(e, "bpmn.unsupported", "several event definitions")
	}
	if len(events) > 0 {
		r.event(e, events[0], &n)
	}
	r.role(e, &n)
	r.m.Nodes = append(r.m.Nodes, n)
	if kind == Sub {
		r.walk(e, n.ID)
	}
}

// allowed says which events an element may carry.
func allowed(k Kind) []Event {
	switch k {
	case Start:
		return []Event{Plain}
	case End:
		return []Event{Plain, Message, Error, Compensate, Terminate}
	case Catch:
		return []Event{Timer, Message}
	case Throw:
		return []Event{Plain, Message, Compensate}
	case Boundary:
		return []Event{Timer, Message, Error, Compensate}
	case User, Service, Receive, Send, Exclusive, Parallel, EventBased, Sub:
	}
	return []Event{Plain}
}

func (r *reader) event(e, def *element, n *Node) {
	n.Event = Event(strings.TrimSuffix(def.name.Local, "EventDefinition"))
	if !slices.Contains(allowed(n.Kind), n.Event) {
		r.wrong(e, "bpmn.unsupported", def.name.Local)
		return
	}
	switch n.Event {
	case Timer:
		n.Timer = r.timer(e, def)
	case Message:
		n.Message, n.Key = r.message(e, def)
	case Error:
		if ref := r.at[def.attr("", "errorRef")]; ref != nil {
			if n.Code = ref.attr("", "errorCode"); n.Code == "" {
				n.Code = ref.attr("", "id")
			}
		}
	case Plain, Compensate, Terminate:
	}
}

func (r *reader) timer(e, def *element) (w Wait) {
	for _, c := range def.children {
		if c.name.Space != nsModel || silent(c.name.Local) {
			continue
		}
		text := strings.Trim(expression(c.text), `"`)
		var ok bool
		switch c.name.Local {
		case "timeDuration":
			w, ok = ParseWait(text, e.attr(nsTinhso, "working") == "true")
		case "timeDate":
			w.Date, ok = parseDate(text)
		default:
			r.wrong(e, "bpmn.unsupported", c.name.Local)
			continue
		}
		if !ok {
			r.wrong(e, "bpmn.bad_time", text)
		}
	}
	return w
}

// message returns the name of a message and the expression of its key.
func (r *reader) message(e, def *element) (name, key string) {
	ref := r.at[def.attr("", "messageRef")]
	if ref == nil || ref.name.Local != "message" {
		return e.attr(nsTinhso, "message"), e.attr(nsTinhso, "key")
	}
	name, key = ref.attr("", "name"), e.attr(nsTinhso, "key")
	if ext := ref.first(nsModel, "extensionElements"); ext != nil && key == "" {
		if sub := ext.first(nsZeebe, "subscription"); sub != nil {
			key = expression(sub.attr("", "correlationKey"))
		}
	}
	return name, key
}

// role reads who does it, how long it may take, and by what name a program knows it.
func (r *reader) role(e *element, n *Node) {
	ext := e.first(nsModel, "extensionElements")
	zeebe := func(name, attr string) string {
		if ext == nil {
			return ""
		}
		if x := ext.first(nsZeebe, name); x != nil {
			return x.attr("", attr)
		}
		return ""
	}
	or := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return ""
	}
	switch n.Kind {
	case User:
		n.Post = or(e.attr(nsTinhso, "post"), e.attr(nsBPMN7, "candidateGroups"), expression(zeebe("assignmentDefinition", "candidateGroups")))
		n.Post = strings.Trim(n.Post, `"`)
		n.Unit = or(e.attr(nsTinhso, "unit"), "authority")
		n.Assignee, n.Action, n.Product = e.attr(nsTinhso, "assignee"), e.attr(nsTinhso, "action"), e.attr(nsTinhso, "product")
		if all := e.attr(nsTinhso, "outcomes"); all != "" {
			n.Outcomes = strings.Fields(all)
		}
		due := or(e.attr(nsTinhso, "due"), e.attr(nsBPMN7, "dueDate"), strings.Trim(expression(zeebe("taskSchedule", "dueDate")), `"`))
		var ok bool
		if n.Due, ok = ParseWait(due, e.attr(nsTinhso, "due") != ""); !ok && due != "" {
			r.wrong(e, "bpmn.bad_time", due)
		}
	case Service:
		n.Handler = or(e.attr(nsTinhso, "handler"), e.attr(nsBPMN7, "topic"), zeebe("taskDefinition", "type"))
	case Send, Receive:
		n.Message, n.Key = r.message(e, e)
		if n.Event = Message; n.Kind == Send {
			n.Kind = Throw // it does what a throwing event does
		}
	case Boundary:
		n.Attached, n.Beside = e.attr("", "attachedToRef"), e.attr("", "cancelActivity") == "false"
		host := r.at[n.Attached]
		if host == nil || host.parent != e.parent || !(Node{Kind: Kind(host.name.Local)}).Activity() {
			r.wrong(e, "bpmn.reference", n.Attached)
		}
	case Start, End, Catch, Throw, Exclusive, Parallel, EventBased, Sub:
	}
}

// ParseWait reads a duration of ISO 8601 ("P3D", "PT4H30M"). As working time it
// has either days or hours and minutes: eight hours are a day of work.
func ParseWait(text string, working bool) (w Wait, ok bool) {
	m := regexp.MustCompile(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`).FindStringSubmatch(strings.ToUpper(strings.TrimSpace(text)))
	if m == nil {
		return Wait{}, false
	}
	var n [8]int
	for i := 1; i < len(m); i++ {
		if m[i] == "" {
			continue
		}
		v, err := strconv.Atoi(m[i])
		if err != nil || v > 100_000 {
			return Wait{}, false
		}
		n[i] = v
	}
	w = Wait{Years: n[1], Months: n[2], Days: n[3]*7 + n[4], Clock: clockTime(n[5], n[6], n[7])}
	if w.Zero() {
		return Wait{}, false
	}
	if !working {
		return w, true
	}
	switch {
	case w.Years+w.Months+n[7] > 0 || w.Days > 0 && w.Clock > 0:
		return Wait{}, false
	case w.Days > 0:
		return Wait{Working: calendar.Duration{Amount: w.Days, Unit: calendar.WorkingDay}}, true
	case n[6] > 0:
		return Wait{Working: calendar.Duration{Amount: n[5]*60 + n[6], Unit: calendar.WorkingMinute}}, true
	}
	return Wait{Working: calendar.Duration{Amount: n[5], Unit: calendar.WorkingHour}}, true
}
