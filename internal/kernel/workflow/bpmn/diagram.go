// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import "strconv"

// Rect is where a node stands in the picture, in points.
type Rect struct{ X, Y, W, H float64 }

// Point is a corner of an arrow.
type Point struct{ X, Y float64 }

// Diagram is how a process is drawn.
type Diagram struct {
	Shapes map[string]Rect
	Edges  map[string][]Point
}

// diagram reads the drawing of a file; what is not drawn is missing in it.
func diagram(root *element) Diagram {
	d := Diagram{Shapes: map[string]Rect{}, Edges: map[string][]Point{}}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || v != v || v > 1e6 || v < -1e6 {
			return 0
		}
		return v
	}
	for _, s := range root.find(nsDI, "BPMNShape", true) {
		if b := s.first(nsDC, "Bounds"); b != nil {
			d.Shapes[s.attr("", "bpmnElement")] = Rect{
				number(b.attr("", "x")), number(b.attr("", "y")), number(b.attr("", "width")), number(b.attr("", "height")),
			}
		}
	}
	for _, e := range root.find(nsDI, "BPMNEdge", true) {
		var points []Point
		for _, p := range e.find(nsDD, "waypoint", false) {
			points = append(points, Point{number(p.attr("", "x")), number(p.attr("", "y"))})
		}
		d.Edges[e.attr("", "bpmnElement")] = points
	}
	return d
}

// Diagram returns how the file draws the process, and whether it draws all of it.
func (d *Document) Diagram() (Diagram, bool) {
	for _, n := range d.model.Nodes {
		if r, ok := d.shape.Shapes[n.ID]; !ok || r.W <= 0 || r.H <= 0 {
			return d.shape, false
		}
	}
	for _, f := range d.model.Flows {
		if len(d.shape.Edges[f.ID]) < 2 {
			return d.shape, false
		}
	}
	return d.shape, true
}
