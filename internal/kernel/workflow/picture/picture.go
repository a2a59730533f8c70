// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package picture draws a process as SVG with the steps at which a case stands,
// and says the same beside it as a list. Names are wrapped, nothing depends on
// colour alone, and there is no style that a strict policy would refuse.
package picture

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/workflow/bpmn"
)

// Words are what the picture says besides the names of its steps, in the
// language of whoever looks at it.
type Words struct {
	Title string // "Sơ đồ quy trình cấp phép"
	About string // for those who do not see it
	Here  string // "Đang ở bước này"
	Post  func(role string) string
	// At says in words how much stands at a node: "3 hồ sơ, 1 quá hạn". It takes
	// the place of Here where many cases are shown at once.
	At map[string]Mark
}

// Mark is what is said above a node.
type Mark struct {
	Text string
	Late bool // in the colour of what is late; the text says it too
}

// Picture is a process that can be drawn.
type Picture struct {
	Words  Words
	ID     string // prefix of the ids in the page
	Box    string // viewBox
	Width  string
	Height string
	Nodes  []node
	Arrows []arrow
	Steps  []Step
}

// Step is a line of the list beside the picture.
type Step struct {
	Name string
	Post string
	Time string // "4 giờ"
	Here bool
}

type node struct {
	shape      string // task, circle, diamond
	x, y, w, h string
	cx, cy, r  string
	points     string
	mark       string
	lines      []line
	name       string
	here       bool
	label      string // above the node
	bold       bool   // the ring of an end
	fill, edge string
	edgeWidth  string
}

type line struct{ x, y, text string }

type arrow struct {
	path   string
	label  string
	lx, ly string
}

// Draw lays a process out; d is how its file draws it, nil to lay it out anew.
// now are the nodes at which the case stands.
func Draw(m *bpmn.Model, d *bpmn.Diagram, now []string, words Words) Picture {
	if d == nil {
		own := m.Layout()
		d = &own
	}
	p := Picture{Words: words, ID: "flow"}
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	grow := func(x, y float64) {
		minX, minY, maxX, maxY = min(minX, x), min(minY, y), max(maxX, x), max(maxY, y)
	}
	for _, f := range m.Flows {
		points := d.Edges[f.ID]
		if len(points) < 2 {
			continue
		}
		var path strings.Builder
		for i, at := range points {
			grow(at.X, at.Y)
			_, _ = fmt.Fprintf(&path, "%s%s,%s ", map[bool]string{true: "M", false: "L"}[i == 0], num(at.X), num(at.Y))
		}
		middle := points[len(points)/2-1]
		after := points[len(points)/2]
		p.Arrows = append(p.Arrows, arrow{path: strings.TrimSpace(path.String()), label: f.Name, lx: num((middle.X + after.X) / 2), ly: num((middle.Y+after.Y)/2 - 5)})
	}
	for _, n := range m.Nodes {
		if r, ok := d.Shapes[n.ID]; ok {
			grow(r.X, r.Y)
			grow(r.X+r.W, r.Y+r.H+30)
			mark, many := words.At[n.ID]
			one := draw(n, r, many || slices.Contains(now, n.ID))
			if one.label = words.Here; many {
				one.label = mark.Text
			}
			if mark.Late {
				one.fill, one.edge = "#fdecea", "#8a1c12"
			}
			p.Nodes = append(p.Nodes, one)
		}
		if n.Kind == bpmn.User {
			post := n.Post
			if words.Post != nil {
				post = words.Post(n.Post)
			}
			p.Steps = append(p.Steps, Step{Name: n.Name, Post: post, Time: spell(n.Due), Here: slices.Contains(now, n.ID)})
		}
	}
	if minX > maxX {
		minX, minY, maxX, maxY = 0, 0, 1, 1
	}
	p.Box = fmt.Sprintf("%s %s %s %s", num(minX-20), num(minY-20), num(maxX-minX+40), num(maxY-minY+40))
	p.Width, p.Height = num(maxX-minX+40), num(maxY-minY+40)
	return p
}

func num(v float64) string { return fmt.Sprintf("%g", math.Round(v*10)/10) }

const (
	lineHigh = 15
	letter   = 6.6 // average width at 12 points
)

func draw(n bpmn.Node, r bpmn.Rect, here bool) node {
	out := node{
		shape: "circle", x: num(r.X), y: num(r.Y), w: num(r.W), h: num(r.H), cx: num(r.X + r.W/2), cy: num(r.Y + r.H/2), r: num(min(r.W, r.H) / 2),
		here: here, name: n.Name, fill: "#ffffff", edge: "#1d4f91", edgeWidth: "1.5", bold: n.Kind == bpmn.End,
	}
	if here {
		out.fill, out.edge, out.edgeWidth = "#fff3cd", "#7a4b00", "3"
	}
	if out.bold {
		out.edgeWidth = "3"
	}
	switch n.Kind {
	case bpmn.User, bpmn.Service, bpmn.Receive, bpmn.Send, bpmn.Sub:
		out.shape = "task"
		wrapped := wrap(n.Name, int(r.W/letter), max(1, int(r.H/lineHigh)))
		top := r.Y + r.H/2 - float64(len(wrapped)-1)*lineHigh/2 + 4
		for i, text := range wrapped {
			out.lines = append(out.lines, line{num(r.X + r.W/2), num(top + float64(i)*lineHigh), text})
		}
		return out
	case bpmn.Exclusive, bpmn.Parallel, bpmn.EventBased:
		out.shape = "diamond"
		out.points = fmt.Sprintf("%s,%s %s,%s %s,%s %s,%s", num(r.X+r.W/2), num(r.Y), num(r.X+r.W), num(r.Y+r.H/2), num(r.X+r.W/2), num(r.Y+r.H), num(r.X), num(r.Y+r.H/2))
		out.mark = gateMark(n.Kind)
	default:
		out.mark = eventMark(n.Event)
	}
	for i, text := range wrap(n.Name, 24, 2) {
		out.lines = append(out.lines, line{num(r.X + r.W/2), num(r.Y + r.H + lineHigh*float64(i+1)), text})
	}
	return out
}

func gateMark(k bpmn.Kind) string {
	switch k {
	case bpmn.Parallel:
		return "+"
	case bpmn.EventBased:
		return "◇"
	default:
	}
	return "×"
}

func eventMark(e bpmn.Event) string {
	switch e {
	case bpmn.Timer:
		return "◷"
	case bpmn.Message:
		return "✉"
	case bpmn.Error:
		return "↯"
	case bpmn.Compensate:
		return "«"
	case bpmn.Terminate:
		return "●"
	case bpmn.Plain:
	}
	return ""
}

// wrap breaks a name between words into at most so many lines; what does not
// fit ends in an ellipsis, and its whole is in the title.
func wrap(name string, width, lines int) (all []string) {
	now := ""
	for word := range strings.FieldsSeq(name) {
		for utf8.RuneCountInString(word) > width && width > 3 { // a word without a break
			r := []rune(word)
			word = string(r[:width-1]) + "…"
		}
		switch {
		case now == "":
			now = word
		case utf8.RuneCountInString(now)+1+utf8.RuneCountInString(word) <= width:
			now += " " + word
		default:
			all = append(all, now)
			now = word
		}
	}
	if now != "" {
		all = append(all, now)
	}
	if len(all) > lines {
		all = all[:lines]
		r := []rune(all[lines-1])
		all[lines-1] = string(r[:min(len(r), max(width-1, 1))]) + "…"
	}
	return all
}

// spell says how long a step may take, as people do.
func spell(w bpmn.Wait) string {
	n := w.Working.Amount
	switch w.Working.Unit {
	case calendar.WorkingHour:
		return fmt.Sprintf("%d giờ làm việc", n)
	case calendar.WorkingMinute:
		if n%60 == 0 {
			return fmt.Sprintf("%d giờ làm việc", n/60)
		}
		if n > 60 {
			return fmt.Sprintf("%d giờ %d phút làm việc", n/60, n%60)
		}
		return fmt.Sprintf("%d phút làm việc", n)
	case calendar.WorkingDay:
		return fmt.Sprintf("%d ngày làm việc", n)
	case calendar.CalendarDay, calendar.SameDay:
	}
	if w.Days > 0 && w.Clock == 0 && w.Months+w.Years == 0 {
		return fmt.Sprintf("%d ngày", w.Days)
	}
	return w.ISO()
}
